//! `LIKE`: `%` for any text, `_` for one character, an escape before either.

use super::{PatternError, push_literal};

/// The regular expression of a `LIKE` pattern, over the whole text.
pub(super) fn translate(
    pattern: &str,
    escape: char,
    insensitive: bool,
) -> Result<String, PatternError> {
    let mut out = String::from(r"\A");
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            _ if c == escape => {
                let literal = chars.next().ok_or(PatternError::Invalid(
                    "a `LIKE` pattern must not end with its escape character",
                ))?;
                push_literal(&mut out, literal, insensitive);
            }
            '%' => out.push_str("(?s:.*)"),
            '_' => out.push_str("(?s:.)"),
            _ => push_literal(&mut out, c, insensitive),
        }
    }
    out.push_str(r"\z");
    Ok(out)
}
