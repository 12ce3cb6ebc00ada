//! Status Codes: a list of `` `200 OK`: meaning``.

use specd_domain::diagnostic::Code;
use specd_domain::document::StatusLine;
use specd_domain::{Diagnostic, Located, Span};

use crate::reading::{Found, Reading};
use crate::value::{Row, span_of_tokens};

const EXAMPLE: &str = "- `200 OK`: Success";

/// Reads the list.
pub(super) fn read(reading: &mut Reading<'_>, label: &Found) -> Vec<Located<StatusLine>> {
    if label.value.is_empty() {
        reading.leave_unfilled(label.value.label, label.name, EXAMPLE);
        return Vec::new();
    }
    let mut lines = Vec::new();
    for row in &label.value.rows {
        match line(row) {
            Some(line) => lines.push(line),
            None => reading.report(no_status(row)),
        }
    }
    lines
}

/// The code stands first, in backticks or not; what is behind the colon is its meaning.
fn line(row: &Row) -> Option<Located<StatusLine>> {
    let first = row.tokens.first()?;
    let digits = first.text.split_whitespace().next()?;
    let is_code = digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let code: u16 = digits.parse().ok().filter(|_| is_code)?;
    if !(100..=599).contains(&code) {
        return None;
    }
    let meaning = row.plain.split_once(':').map_or("", |(_, meaning)| meaning);
    let place = if first.is_code() {
        first.span
    } else {
        Span::new(first.span.start, first.span.start + digits.len())
    };
    Some(Located::new(
        StatusLine {
            code,
            meaning: meaning.trim().to_owned(),
        },
        place,
    ))
}

fn no_status(row: &Row) -> Diagnostic {
    let first = row.tokens.first();
    let span = first.map_or_else(|| span_of_tokens(&row.tokens), |token| token.span);
    let text = first.map_or("", |token| token.text.as_str());
    Diagnostic::error(
        Code::StatusLineUnreadable,
        span,
        format!("`{text}` is no status code"),
    )
    .expecting("expected a code from 100 to 599")
    .helping(format!("write for example: {EXAMPLE}"))
}
