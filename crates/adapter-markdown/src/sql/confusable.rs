//! Letters that look like ASCII ones, and characters that cannot be seen.

/// A character outside ASCII as a finding names it: itself where it can be seen, and its number.
pub(super) fn describe(character: char) -> String {
    let number = u32::from(character);
    let script = match number {
        0x0370..=0x03FF => "Greek ",
        0x0400..=0x052F => "Cyrillic ",
        0xFF01..=0xFF5E => "fullwidth ",
        _ => "",
    };
    if is_invisible(character) {
        format!("U+{number:04X}")
    } else {
        format!("{script}`{character}` (U+{number:04X})")
    }
}

/// Whether the character leaves no mark of its own: blanks other than the space, joiners, marks of direction, controls.
pub(super) fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{a0}'
                | '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{1680}'
                | '\u{180e}'
                | '\u{2000}'..='\u{200f}'
                | '\u{2028}'..='\u{202f}'
                | '\u{205f}'..='\u{206f}'
                | '\u{3000}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// The ASCII character that this one looks like.
pub(super) fn look_alike(character: char) -> Option<char> {
    let number = u32::from(character);
    match number {
        // The fullwidth forms follow ASCII one by one.
        0xFF01..=0xFF5E => char::from_u32(number - 0xFF01 + 0x21),
        // The mathematical alphabets follow each other, 26 capitals and 26 small letters each.
        0x1D400..=0x1D6A3 => {
            let letter = u8::try_from((number - 0x1D400) % 52).ok()?;
            let first = if letter < 26 { b'A' } else { b'a' - 26 };
            Some(char::from(first + letter))
        }
        _ => LOOK_ALIKES
            .iter()
            .find(|(_, others)| others.contains(character))
            .map(|(ascii, _)| *ascii),
    }
}

/// Each ASCII character with those that are drawn as it.
const LOOK_ALIKES: &[(char, &str)] = &[
    ('a', "аαɑ"),
    ('b', "ЬƄ"),
    ('c', "сϲⅽ"),
    ('d', "ԁⅾ"),
    ('e', "еҽ"),
    ('g', "ɡ"),
    ('h', "һ"),
    ('i', "іιıⅰ"),
    ('j', "јϳ"),
    ('k', "кκ"),
    ('l', "ӏⅼ"),
    ('m', "мⅿ"),
    ('n', "ո"),
    ('o', "оοօ"),
    ('p', "рρ"),
    ('q', "ԛ"),
    ('r', "г"),
    ('s', "ѕꜱſ"),
    ('t', "тτ"),
    ('u', "υս"),
    ('v', "νѵⅴ"),
    ('w', "ԝ"),
    ('x', "хχⅹ"),
    ('y', "уγү"),
    ('z', "ᴢ"),
    ('A', "АΑ"),
    ('B', "ВΒ"),
    ('C', "СϹⅭ"),
    ('D', "Ⅾ"),
    ('E', "ЕΕ"),
    ('G', "Ԍ"),
    ('H', "НΗ"),
    ('I', "ІΙӀ"),
    ('J', "Ј"),
    ('K', "КΚ\u{212a}"),
    ('L', "Ⅼ"),
    ('M', "МΜ"),
    ('N', "Ν"),
    ('O', "ОΟ"),
    ('P', "РΡ"),
    ('Q', "Ԛ"),
    ('S', "Ѕ"),
    ('T', "ТΤ"),
    ('V', "Ѵ"),
    ('W', "Ԝ"),
    ('X', "ХΧ"),
    ('Y', "УΥҮ"),
    ('Z', "Ζ"),
    ('-', "‐‑‒–—−"),
    ('_', "ˍ＿"),
    ('\'', "‘’‚′ʼ"),
    ('"', "“”„″"),
    (';', "\u{37e}"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_other_scripts_are_known_by_their_looks() {
        assert_eq!(look_alike('а'), Some('a'));
        assert_eq!(look_alike('Ο'), Some('O'));
        assert_eq!(look_alike('ｉ'), Some('i'));
        assert_eq!(look_alike('𝐛'), Some('b'));
        assert_eq!(look_alike('ж'), None);
    }

    #[test]
    fn a_character_is_named_by_its_number() {
        assert_eq!(describe('а'), "Cyrillic `а` (U+0430)");
        assert_eq!(describe('\u{200b}'), "U+200B");
    }
}
