//! Constraints in their table: in which order they take their names, and where each belongs.

use specd_domain::diagnostic::{Code, Diagnostic};
use specd_domain::name::{ColumnName, ConstraintName};
use specd_domain::table::{Check, Enforcement, Reference, Table, Unique};
use specd_domain::{Located, Span};

use crate::sql::constraint::{Body, Constraint};
use crate::sql::derive::{self, Names};
use crate::sql::report::Report;

/// `PostgreSQL` names checks first, then the key, unique constraints and references.
pub(super) fn in_order(mut constraints: Vec<Constraint>) -> Vec<Constraint> {
    constraints.sort_by_key(|constraint| match constraint.body {
        Body::Check(_) => 0,
        Body::PrimaryKey(_) => 1,
        Body::Unique(_) => 2,
        Body::Reference(..) => 3,
    });
    constraints
}

/// Takes a name that the text gives; `false` where it is taken already, which was reported.
pub(in crate::sql) fn take_name(
    given: &Located<ConstraintName>,
    names: &mut Names,
    report: &mut Report<'_, '_>,
) -> bool {
    if names.take(given.value.as_str()) {
        return true;
    }
    let finding = Diagnostic::error(
        Code::SqlDuplicateName,
        given.span,
        format!("the name `{}` is taken", given.value),
    )
    .expecting("a table, a constraint or an index has this name already")
    .helping("take another name, or leave it out; names that differ in case alone are one name");
    report.push(finding);
    false
}

/// Puts a constraint into its table, under the name that the text or `PostgreSQL` gives it.
pub(super) fn place(
    constraint: Constraint,
    table: &mut Table,
    key: &mut Option<Span>,
    names: &mut Names,
    report: &mut Report<'_, '_>,
) {
    let span = report.span(constraint.range);
    let given = constraint.name.map(|given| given.value);
    let table_name = table.name.value.to_string();
    let call_it = |columns: &str, label: &str| match given {
        Some(given) => Some(given),
        None => names.derive(&table_name, columns, label),
    };
    match constraint.body {
        Body::PrimaryKey(columns) => {
            call_it("", "pkey");
            if let Some(first) = key {
                second_key(span, *first, report);
                return;
            }
            *key = Some(span);
            make_required(table, &columns);
            table.primary_key = columns;
        }
        Body::Unique(columns) => {
            let joined = derive::join(columns.iter().map(|column| &column.value));
            if let Some(name) = call_it(&joined, "key") {
                table.uniques.push(Unique {
                    name,
                    columns,
                    span,
                });
            }
        }
        Body::Check(expr) => {
            let only = derive::only_column(&expr.value).map(ToString::to_string);
            if let Some(name) = call_it(&only.unwrap_or_default(), "check") {
                table.checks.push(Check {
                    name,
                    expr,
                    enforcement: Enforcement::Everywhere,
                });
            }
        }
        Body::Reference(target, columns) => {
            let joined = derive::join(columns.iter().map(|column| &column.value));
            if let Some(name) = call_it(&joined, "fkey") {
                let (referred, target, on_delete) = target.into_parts();
                table.references.push(Reference {
                    name,
                    columns,
                    table: referred,
                    target,
                    on_delete,
                    span,
                });
            }
        }
    }
}

/// A key column never takes null.
fn make_required(table: &mut Table, key: &[Located<ColumnName>]) {
    for column in &mut table.columns {
        if key.iter().any(|name| name.value == column.name.value) {
            column.nullable = false;
        }
    }
}

fn second_key(span: Span, first: Span, report: &mut Report<'_, '_>) {
    let finding = Diagnostic::error(
        Code::SqlConflictingOption,
        span,
        "a table has one primary key, this is a second",
    )
    .expecting("the second primary key")
    .pointing_at(first, "the first")
    .helping("take `UNIQUE` for the second");
    report.push(finding);
}
