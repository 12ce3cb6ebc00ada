//! Control characters of a document, which must not reach a terminal: they can move its cursor, or turn its text around.

/// Whether a terminal would act on the character instead of showing it.
pub(super) fn acts(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// The text on one line, with a picture for each control character.
pub(super) fn line(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\n' | '\r' | '\t' => ' ',
            other => picture(other),
        })
        .collect()
}

/// The text with its lines and tabs, with a picture for each other control character.
pub(super) fn lines(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\n' | '\t' => character,
            other => picture(other),
        })
        .collect()
}

/// The text with the characters replaced that the renderer of snippets does not know of, byte for byte.
pub(super) fn source(text: &str) -> std::borrow::Cow<'_, str> {
    // U+0080 to U+009F and their stand-in have two bytes each.
    let is_unknown = |c: char| ('\u{80}'..='\u{9f}').contains(&c);
    if text.contains(is_unknown) {
        text.replace(is_unknown, "·").into()
    } else {
        text.into()
    }
}

/// A JSON text whose strings hold no control character raw.
pub(super) fn json(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character != '\n' && acts(character) {
            let _ = write!(out, "\\u{:04x}", u32::from(character));
        } else {
            out.push(character);
        }
    }
    out
}

fn picture(character: char) -> char {
    match character {
        // The pictures of the C0 controls follow each other.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('·'),
        '\u{7f}' => '␡',
        other if acts(other) => char::REPLACEMENT_CHARACTER,
        other => other,
    }
}
