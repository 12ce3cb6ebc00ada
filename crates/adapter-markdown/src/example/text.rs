//! Places in the text of a block that the JSON parser does not tell.

use std::ops::Range;

/// The first byte from `index` on that is no blank of JSON.
pub(super) fn skip_blanks(source: &str, index: usize) -> usize {
    let rest = source.get(index..).unwrap_or_default();
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
    index + blanks
}

/// Where the next key begins: behind the bracket or the comma.
pub(super) fn key_start(source: &str, index: usize) -> usize {
    let at = skip_blanks(source, index);
    let behind = match source.get(at..).and_then(|rest| rest.chars().next()) {
        Some('{' | ',') => at + 1,
        _ => at,
    };
    skip_blanks(source, behind)
}

/// The end of the last text before `index` that is no blank.
pub(super) fn end_before(source: &str, index: usize) -> usize {
    source.get(..index).map_or(0, |before| {
        before.trim_end_matches([' ', '\t', '\r', '\n']).len()
    })
}

/// The text in double quotes that begins at `start`, its quotes too. It is known to be well formed.
pub(super) fn string_at(source: &str, start: usize) -> Range<usize> {
    let mut is_escaped = false;
    let rest = source.get(start..).unwrap_or_default();
    for (offset, character) in rest.char_indices().skip(1) {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return start..start + offset + 1,
            _ => {}
        }
    }
    start..source.len()
}

/// The word that begins at `start`: letters, digits and what stands in numbers. At least one character, unless at the end.
pub(super) fn word_at(source: &str, start: usize) -> Range<usize> {
    let rest = source.get(start..).unwrap_or_default();
    let length = rest
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '.' | '$')))
        .unwrap_or(rest.len());
    let first = rest.chars().next().map_or(0, char::len_utf8);
    start..start + length.max(first)
}

/// From `start` to the end of its line.
pub(super) fn line_from(source: &str, start: usize) -> Range<usize> {
    let rest = source.get(start..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default().trim_end();
    start..start + line.len()
}
