//! Text in a line of the log: nothing in it can end the line, end its quotes, or steer a terminal.

use std::fmt::{self, Write as _};

/// Text within quotes, as JSON has it. Beside what JSON asks for, the controls of terminals are escaped, and what begins a line
/// or turns the direction of a text for those who read Unicode.
pub(super) struct Escaped<'a>(pub(super) &'a mut String);

impl Escaped<'_> {
    /// Most texts have nothing to escape.
    pub(super) fn push(&mut self, text: &str) {
        let needs_escape =
            |byte: u8| !(0x20..0x7f).contains(&byte) || byte == b'"' || byte == b'\\';
        if text.bytes().any(needs_escape) {
            text.chars()
                .for_each(|character| self.push_escaped(character));
        } else {
            self.0.push_str(text);
        }
    }

    fn push_escaped(&mut self, character: char) {
        match character {
            '"' => self.0.push_str("\\\""),
            '\\' => self.0.push_str("\\\\"),
            '\n' => self.0.push_str("\\n"),
            '\r' => self.0.push_str("\\r"),
            '\t' => self.0.push_str("\\t"),
            '\0'..='\x1f'
            | '\x7f'..='\u{9f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {
                // Writing to a String cannot fail.
                let _ = write!(self.0, "\\u{:04x}", u32::from(character));
            }
            plain => self.0.push(plain),
        }
    }
}

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text);
        Ok(())
    }
}
