//! Texts of a document in Markdown of ours.

/// What means something within a line. What means something at its beginning never stands there.
const MARKUP: &str = "\\`*_[]<>#|~&!$@";

/// The text, such that Markdown shows it as it stands, on one line.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_break(c) {
            out.push(' ');
            continue;
        }
        if MARKUP.contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A word of a shell's command, in single quotes, on one line.
pub(crate) fn shell_word(text: &str) -> String {
    let line: String = text.chars().filter(|c| !is_break(*c)).collect();
    format!("'{}'", line.replace('\'', "'\\''"))
}

fn is_break(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup() {
        assert_eq!(escaped("a\n# <b>*`|"), "a \\# \\<b\\>\\*\\`\\|");
        assert_eq!(escaped("Größe 🦀"), "Größe 🦀");
    }

    #[test]
    fn no_path_leaves_its_quotes() {
        assert_eq!(shell_word("it's\n; rm x"), "'it'\\''s; rm x'");
    }
}
