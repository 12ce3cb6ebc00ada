//! Text that is no JSON: one finding at the exact place, with help for the usual slips.

use std::ops::Range;

use jiter::JsonErrorType;
use specd_domain::diagnostic::{Code, Diagnostic};

use super::{slice, text};
use crate::block::BlockText;

/// Where the parser stopped, and why.
pub(super) struct Failure<'b> {
    pub(super) block: BlockText<'b>,
    pub(super) kind: JsonErrorType,
    /// The byte at which it stopped.
    pub(super) index: usize,
    /// Where the key or value began.
    pub(super) token: usize,
    /// The innermost bracket that is open.
    pub(super) open: Option<usize>,
}

/// The finding for it.
pub(super) fn explain(failure: &Failure<'_>) -> Diagnostic {
    use JsonErrorType as Kind;
    match failure.kind {
        Kind::TrailingComma => failure.trailing_comma(),
        Kind::EofWhileParsingString
        | Kind::ControlCharacterWhileParsingString
        | Kind::InvalidEscape
        | Kind::InvalidUnicodeCodePoint
        | Kind::LoneLeadingSurrogateInHexEscape
        | Kind::UnexpectedEndOfHexEscape => failure.broken_text(),
        Kind::EofWhileParsingList | Kind::EofWhileParsingObject | Kind::EofWhileParsingValue => {
            failure.end()
        }
        Kind::ExpectedListCommaOrEnd | Kind::ExpectedObjectCommaOrEnd => failure.comma(),
        Kind::InvalidNumber | Kind::NumberOutOfRange => failure.number(),
        Kind::TrailingCharacters => {
            let place = failure.token;
            failure.foreign(place).unwrap_or_else(|| {
                failure
                    .error(
                        text::line_from(failure.source(), place),
                        "text follows the JSON of the example",
                    )
                    .expecting("expected the end of the block")
                    .helping("a block holds one JSON value; leave the rest out")
            })
        }
        _ => failure.unexpected(),
    }
}

impl Failure<'_> {
    fn source(&self) -> &str {
        self.block.text()
    }

    fn error(&self, place: Range<usize>, headline: impl Into<String>) -> Diagnostic {
        Diagnostic::error(Code::JsonSyntax, self.block.span(place), headline)
    }

    fn replacing(
        &self,
        finding: Diagnostic,
        message: &str,
        place: Range<usize>,
        text: impl Into<String>,
    ) -> Diagnostic {
        finding.replacing(message, self.block.span(place), text)
    }

    fn trailing_comma(&self) -> Diagnostic {
        let end = self
            .source()
            .get(..=self.index)
            .and_then(|before| before.rfind(','))
            .unwrap_or(self.index);
        let comma = end..end + 1;
        let finding = self
            .error(comma.clone(), "a comma stands before the closing bracket")
            .expecting("nothing follows this comma");
        self.replacing(finding, "leave it out", comma, "")
    }

    fn broken_text(&self) -> Diagnostic {
        let source = self.source();
        if self.kind == JsonErrorType::EofWhileParsingString {
            return self
                .error(
                    text::line_from(source, self.token),
                    "a text is never closed",
                )
                .expecting("its second `\"` is missing");
        }
        let is_line_end = slice(source, self.index..self.index + 1) == "\n";
        if is_line_end {
            return self
                .error(
                    text::line_from(source, self.token),
                    "a text goes past the end of its line",
                )
                .expecting("its second `\"` is missing")
                .helping("close it on its line; a line break inside a text is written `\\n`");
        }
        if self.kind == JsonErrorType::ControlCharacterWhileParsingString {
            return self
                .error(
                    self.index..self.index + 1,
                    "a control character stands in a text",
                )
                .expecting("expected its escape, such as `\\t`");
        }
        let escape = slice(source, self.token..self.index + 1).rfind('\\');
        let start = escape.map_or(self.index, |offset| self.token + offset);
        let end = self.index.max(start) + 1;
        let end = (end..=end + 4)
            .find(|&end| source.is_char_boundary(end))
            .unwrap_or(source.len());
        self.error(start..end, "an escape in a text cannot be read")
            .expecting("not an escape of JSON")
            .helping("the escapes are `\\\"`, `\\\\`, `\\/`, `\\b`, `\\f`, `\\n`, `\\r`, `\\t` and `\\u` with four hexadecimal digits; a backslash is written `\\\\`")
    }

    /// The text ends while a bracket is open.
    fn end(&self) -> Diagnostic {
        let end = text::end_before(self.source(), self.source().len());
        let Some(open) = self.open else {
            return self.unexpected();
        };
        let bracket = slice(self.source(), open..open + 1);
        let closing = if bracket == "[" { "]" } else { "}" };
        let finding = self
            .error(open..open + 1, format!("a `{bracket}` is never closed"))
            .expecting(format!("its `{closing}` is missing"));
        self.replacing(
            finding,
            "close it where it ends, for example",
            end..end,
            closing,
        )
    }

    /// Something follows a value that is neither a comma nor the closing bracket.
    fn comma(&self) -> Diagnostic {
        let next = text::skip_blanks(self.source(), self.index);
        if let Some(finding) = self.foreign(next) {
            return finding;
        }
        let rest = slice(self.source(), next..self.source().len());
        let begins_value = rest.starts_with(['"', '{', '[', '-', 't', 'f', 'n', '\''])
            || rest.starts_with(|c: char| c.is_ascii_alphanumeric());
        let (end, close) = match self.kind {
            JsonErrorType::ExpectedListCommaOrEnd => ("`,` or `]`", ']'),
            _ => ("`,` or `}`", '}'),
        };
        if begins_value {
            let end = text::end_before(self.source(), next);
            let finding = self
                .error(self.shown(next), "a `,` is missing")
                .expecting("another value begins here");
            return self.replacing(finding, "put a comma before it", end..end, ",");
        }
        let place = self.shown(next);
        let found = crate::sql::quote(slice(self.source(), place.clone()));
        let finding = self
            .error(place.clone(), format!("expected {end}, found {found}"))
            .expecting(format!("expected {end}"));
        if rest.starts_with(['}', ']']) {
            return self.replacing(finding, "close the bracket that is open", place, close);
        }
        if rest.starts_with(';') {
            return self.replacing(finding, "put a comma", place, ",");
        }
        finding
    }

    fn number(&self) -> Diagnostic {
        let place = text::word_at(self.source(), self.token);
        let shown = slice(self.source(), place.clone());
        let finding = self
            .error(
                place.clone(),
                format!("{} is no number", crate::sql::quote(shown)),
            )
            .expecting("not a number of JSON");
        let trimmed = shown.trim_start_matches(['+', '0']);
        let is_padded = trimmed.len() < shown.len()
            && trimmed.starts_with(|c: char| c.is_ascii_digit())
            && trimmed.chars().all(|c| c.is_ascii_digit() || c == '.');
        if is_padded {
            return self.replacing(finding, "without what stands before it", place, trimmed);
        }
        finding.helping("a number is digits, a point and digits, such as `12.5`; anything else stands in double quotes")
    }

    /// A word, a sign or a quote where a key or a value was expected.
    fn unexpected(&self) -> Diagnostic {
        let source = self.source();
        let place = match self.kind {
            JsonErrorType::ExpectedSomeIdent | JsonErrorType::KeyMustBeAString => self.token,
            _ => text::skip_blanks(source, self.index),
        };
        if let Some(finding) = self.foreign(place) {
            return finding;
        }
        let word = self.shown(place);
        let found = slice(source, word.clone());
        let expected = match self.kind {
            JsonErrorType::KeyMustBeAString => "a key in double quotes",
            JsonErrorType::ExpectedColon => "`:`",
            _ => "a value",
        };
        let headline = if found.is_empty() {
            format!("expected {expected}, found the end")
        } else {
            format!("expected {expected}, found {}", crate::sql::quote(found))
        };
        let finding = self
            .error(word.clone(), headline)
            .expecting(format!("expected {expected}"));
        self.mend_word(finding, word, found)
    }

    fn mend_word(&self, finding: Diagnostic, place: Range<usize>, found: &str) -> Diagnostic {
        const WORDS: &[(&str, &str)] = &[
            ("True", "true"),
            ("TRUE", "true"),
            ("False", "false"),
            ("FALSE", "false"),
            ("None", "null"),
            ("NULL", "null"),
            ("Null", "null"),
            ("nil", "null"),
            ("undefined", "null"),
            ("NaN", "null"),
        ];
        let is_word = found.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '$');
        match self.kind {
            JsonErrorType::ExpectedColon if found == "=" => {
                self.replacing(finding, "put a colon", place, ":")
            }
            JsonErrorType::ExpectedColon => {
                let end = text::end_before(self.source(), place.start);
                self.replacing(finding, "put a colon behind the key", end..end, ":")
            }
            _ => match WORDS.iter().find(|(word, _)| *word == found) {
                Some((_, mended)) => self.replacing(finding, "write", place, *mended),
                None if is_word => self.replacing(
                    finding,
                    "put it in double quotes",
                    place,
                    format!("\"{found}\""),
                ),
                None if found.starts_with('.') || found == "…" => {
                    finding.helping("write the example out; dots stand for nothing")
                }
                None => finding,
            },
        }
    }

    /// Comments and single quotes, which JSON does not have.
    fn foreign(&self, place: usize) -> Option<Diagnostic> {
        let source = self.source();
        let rest = slice(source, place..source.len());
        let is_comment = ["//", "/*", "#", "--"]
            .iter()
            .any(|sign| rest.starts_with(sign));
        if is_comment {
            let range = match rest.strip_prefix("/*").and_then(|inside| inside.find("*/")) {
                Some(length) => place..place + length + 4,
                None => text::line_from(source, place),
            };
            let finding = self
                .error(range.clone(), "JSON has no comments")
                .expecting("not JSON");
            return Some(self.replacing(finding, "leave it out", range, ""));
        }
        let quote = rest
            .chars()
            .next()
            .filter(|c| matches!(c, '\'' | '‘' | '’' | '“' | '”' | '`'))?;
        let line = text::line_from(source, place);
        let inside = place + quote.len_utf8();
        let closing = slice(source, inside..line.end).find(['\'', '’', '‘', '”', '“', '`']);
        let finding = |range| {
            self.error(
                range,
                format!(
                    "a text stands in `{}`",
                    if quote == '`' { '\'' } else { quote }
                ),
            )
            .expecting("expected double quotes")
        };
        let Some(length) = closing else {
            return Some(finding(place..inside).helping("a text stands in `\"`"));
        };
        let end = inside + length;
        let closed = (end + 1..=end + 3).find(|&end| source.is_char_boundary(end))?;
        let content = slice(source, inside..end)
            .replace('\\', "\\\\")
            .replace('"', "\\\"");
        let range = place..closed;
        Some(self.replacing(
            finding(range.clone()),
            "take double quotes",
            range,
            format!("\"{content}\""),
        ))
    }

    /// What a finding underlines at a place: a word, a text, or one character.
    fn shown(&self, place: usize) -> Range<usize> {
        let source = self.source();
        if slice(source, place..source.len()).starts_with('"') {
            let line = text::line_from(source, place);
            let string = text::string_at(source, place);
            return string.start..string.end.min(line.end);
        }
        text::word_at(source, place.min(source.len()))
    }
}
