//! The query of an endpoint: the filters and the sort keys that clients may use.

use specd_domain::diagnostic::Code;
use specd_domain::name::FieldName;
use specd_domain::{Diagnostic, Located};

use super::piece::Piece;

/// The query parameters that are the server's own.
const RESERVED: [&str; 2] = ["limit", "cursor"];

/// The placeholders of a query.
#[derive(Default)]
pub(super) struct Query {
    pub(super) filters: Vec<Located<FieldName>>,
    pub(super) sorts: Vec<Located<FieldName>>,
}

impl Query {
    /// `field={field}` declares a filter, `sort={field}` a sort key.
    pub(super) fn add(&mut self, pair: Piece<'_>) -> Result<(), Box<Diagnostic>> {
        let (name, value) = pair.cut('=');
        let Some(value) = value else {
            return Err(bad_query(
                pair,
                format!("`{}` is no placeholder of a query", pair.text),
                name.text,
            ));
        };
        let field = value.strip("{").and_then(|rest| {
            let text = rest.text.strip_suffix('}')?;
            let field = FieldName::new(text).ok()?;
            let is_plain = !text.contains(['{', '}', ' ']);
            is_plain.then(|| Located::new(field, Piece { text, ..rest }.span()))
        });
        let Some(field) = field else {
            return Err(bad_query(
                value,
                format!("`{}` is no field in curly brackets", value.text),
                name.text,
            ));
        };
        if name.text == "sort" {
            self.sorts.push(field);
            return Ok(());
        }
        if RESERVED.contains(&name.text) {
            return Err(reserved(name));
        }
        if field.value != *name.text {
            return Err(bad_query(
                value,
                format!("the filter `{}` is by another field", name.text),
                name.text,
            ));
        }
        self.filters.push(field);
        Ok(())
    }
}

/// The parts between `&`.
pub(super) fn pairs(query: Piece<'_>) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = Some(query);
    std::iter::from_fn(move || {
        let (pair, behind) = rest?.cut('&');
        rest = behind;
        Some(pair)
    })
}

fn reserved(name: Piece<'_>) -> Box<Diagnostic> {
    let finding = Diagnostic::error(
        Code::QueryUnreadable,
        name.span(),
        format!("`{}` is the server's own parameter", name.text),
    )
    .expecting("expected the name of a field")
    .helping("leave it out: every list takes it");
    Box::new(finding)
}

fn bad_query(piece: Piece<'_>, headline: String, name: &str) -> Box<Diagnostic> {
    let finding = Diagnostic::error(Code::QueryUnreadable, piece.span(), headline)
        .expecting("expected `field={field}` or `sort={field}`");
    let is_word = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let finding = if is_word && name != "sort" {
        finding.helping(format!("write for example: `{name}={{{name}}}`"))
    } else {
        finding.helping("write for example: `?status={status}&sort={created_at}`")
    };
    Box::new(finding)
}
