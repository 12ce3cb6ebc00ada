//! Data Encryption: `` `field`, `field` encrypted at rest``. Only what speaks of rest, or names something in backticks, must be read.

use specd_domain::diagnostic::Code;
use specd_domain::name::ColumnName;
use specd_domain::{Diagnostic, Located, Span};

use crate::reading::Reading;
use crate::value::{Cursor, Token, Value, span_of_tokens};

pub(super) const EXAMPLE: &str = "- **Data Encryption**: `email`, `phone` encrypted at rest";

/// Reads the columns.
pub(super) fn read(reading: &mut Reading<'_>, value: &Value) -> Vec<Located<ColumnName>> {
    let mut encrypted = Vec::new();
    for clause in value.clauses() {
        let is_meant = clause
            .iter()
            .any(|token| token.is_code() || token.is_word("rest"));
        if !is_meant {
            continue;
        }
        match clause_columns(&clause) {
            Ok(columns) => encrypted.extend(columns),
            Err(finding) => reading.report(*finding),
        }
    }
    encrypted
}

fn clause_columns(clause: &[Token]) -> Result<Vec<Located<ColumnName>>, Box<Diagnostic>> {
    let mut cursor = Cursor::new(clause);
    let columns =
        columns(&mut cursor).map_err(|span| unreadable(span, "expected the name of a column"))?;
    if columns.is_empty() {
        return Err(unreadable(
            span_of_tokens(clause),
            "expected the columns in backticks",
        ));
    }
    if !cursor.words(&["encrypted", "at", "rest"]) {
        return Err(unreadable(cursor.place(), "expected `encrypted at rest`"));
    }
    if !cursor.is_done() {
        return Err(unreadable(
            cursor.place(),
            "expected `;` or the end of the line",
        ));
    }
    Ok(columns)
}

/// Names of columns in backticks, separated by commas or `and`; none where no backticks stand.
///
/// # Errors
/// The place of a name that is none.
pub(in crate::sections) fn columns(
    cursor: &mut Cursor<'_>,
) -> Result<Vec<Located<ColumnName>>, Span> {
    let mut columns = Vec::new();
    while let Some(code) = cursor.code() {
        let name = ColumnName::new(code.text.as_str()).map_err(|_| code.span)?;
        columns.push(Located::new(name, code.span));
        let goes_on = cursor.sign(",") | cursor.words(&["and"]);
        if !goes_on {
            break;
        }
    }
    Ok(columns)
}

fn unreadable(span: Span, expected: &str) -> Box<Diagnostic> {
    let finding = Diagnostic::error(
        Code::EncryptionUnreadable,
        span,
        "the clause does not say which columns are encrypted at rest",
    );
    Box::new(
        finding
            .expecting(expected)
            .helping(format!("write for example: {EXAMPLE}")),
    )
}
