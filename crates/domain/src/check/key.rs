//! The key: exactly one column, called `id` (ruling H41).

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::table::Table;

use super::subject::Subject;

/// The table has the key that endpoints with `{id}` need.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let Some(table) = subject.table else {
        return;
    };
    match table.primary_key.as_slice() {
        [] => findings.push(missing(subject, table)),
        [key] if key.value == *"id" => {}
        [key] => findings.push(
            Diagnostic::error(
                Code::KeyUnfit,
                key.span,
                format!(
                    "the key of `{}` is called `{}`",
                    table.name.value, key.value
                ),
            )
            .expecting("expected the key to be called `id`")
            .replacing("call it `id`", key.span, "id"),
        ),
        [_, second, ..] => findings.push(
            Diagnostic::error(
                Code::KeyUnfit,
                second.span,
                format!("the key of `{}` has several columns", table.name.value),
            )
            .expecting("expected one column, called `id`")
            .helping("give the table a column `id`, and make these columns `UNIQUE`"),
        ),
    }
}

fn missing(subject: &Subject<'_>, table: &Table) -> Diagnostic {
    let finding = Diagnostic::error(
        Code::KeyUnfit,
        table.name.span,
        format!("table `{}` has no primary key", table.name.value),
    )
    .expecting("expected a column `id` that is its key");
    if let Some((_, column)) = subject.column("id") {
        return finding.replacing("make `id` the key", column.span.after(), " PRIMARY KEY");
    }
    match table.columns.first() {
        Some(first) => finding.replacing(
            "add the key",
            Span::new(first.span.start, first.span.start),
            "id UUID PRIMARY KEY DEFAULT uuidv7(),\n    ",
        ),
        None => finding,
    }
}
