//! Patterns of a document as patterns of ECMA 262, which JSON Schema uses; only where both mean the same.
//!
//! `PostgreSQL`'s `.` and `[^…]` match a newline, `^` and `$` the two ends alone, and `\s`, `\w` and the named classes know
//! ASCII alone. What has no such equal is told in words instead.

use std::fmt::Write as _;

/// White space of `PostgreSQL` in the locale `C`.
const SPACE: &str = r"\t-\r ";
const WORD: &str = "0-9A-Za-z_";

/// At least one character that is no Unicode white space (ruling H17); the class of ECMA 262 differs by two characters.
pub(super) const NOT_BLANK: &str =
    r"[^\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]";
/// No NUL, which no database keeps in a text.
pub(super) const WITHOUT_NUL: &str = r"^[^\u0000]*$";
/// Base64 with its padding (RFC 4648, section 4), the unused bits zero.
pub(super) const BASE64: &str =
    "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$";
/// A time of a day without an offset.
pub(super) const TIME: &str = r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?$";

/// A `LIKE` pattern, over the whole text; `None` for one that ends with its escape.
pub(super) fn of_like(pattern: &str, escape: char, insensitive: bool) -> Option<String> {
    let mut out = String::from("^");
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            _ if c == escape => push_literal(&mut out, chars.next()?, insensitive),
            '%' => out.push_str(r"[\s\S]*"),
            '_' => out.push_str(r"[\s\S]"),
            _ => push_literal(&mut out, c, insensitive),
        }
    }
    out.push('$');
    Some(out)
}

/// One of these texts; blanks may follow, as a `CHAR` is compared without them.
pub(super) fn one_of<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let texts: Vec<String> = texts
        .map(|text| {
            let mut out = String::new();
            for c in text.trim_end_matches(' ').chars() {
                push_literal(&mut out, c, false);
            }
            out
        })
        .collect();
    format!("^(?:{}) *$", texts.join("|"))
}

/// A regular expression of `PostgreSQL`; `None` where it says what ECMA 262 says otherwise or not at all.
pub(super) fn of_regex(pattern: &str, insensitive: bool) -> Option<String> {
    if pattern.starts_with("***") || is_optioned(pattern) {
        return None;
    }
    let mut writer = Writer {
        rest: pattern,
        out: String::new(),
        insensitive,
        is_repeated: false,
    };
    while let Some(c) = writer.next() {
        writer.step(c)?;
    }
    Some(writer.out)
}

/// `(?i)` and its like.
fn is_optioned(pattern: &str) -> bool {
    pattern
        .strip_prefix("(?")
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
}

struct Writer<'a> {
    rest: &'a str,
    out: String,
    insensitive: bool,
    /// Whether a repetition was just written: `PostgreSQL` refuses another, ECMA 262 reads `+` and `?` behind it otherwise.
    is_repeated: bool,
}

impl Writer<'_> {
    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next();
        self.rest = chars.as_str();
        c
    }

    fn step(&mut self, c: char) -> Option<()> {
        let was_repeated = std::mem::take(&mut self.is_repeated);
        match c {
            '\\' => self.escape(),
            '[' => self.bracket(),
            '(' => {
                // Which group it is does not matter: nothing refers back.
                match self.rest.strip_prefix("?:") {
                    Some(rest) => self.rest = rest,
                    None if self.rest.starts_with('?') => return None,
                    None => {}
                }
                self.out.push_str("(?:");
                Some(())
            }
            ')' | '|' | '^' | '$' => {
                self.out.push(c);
                Some(())
            }
            '.' => {
                self.out.push_str(r"[\s\S]");
                Some(())
            }
            '*' | '+' | '?' if was_repeated => None,
            '*' | '+' | '?' => {
                self.out.push(c);
                self.repeated();
                Some(())
            }
            '{' if self.rest.starts_with(|c: char| c.is_ascii_digit()) => {
                let (bound, rest) = self.rest.split_once('}')?;
                let is_bound = bound.bytes().all(|b| b.is_ascii_digit() || b == b',');
                self.rest = rest;
                self.out.extend(["{", bound, "}"]);
                self.repeated();
                is_bound.then_some(())
            }
            _ => {
                push_literal(&mut self.out, c, self.insensitive);
                Some(())
            }
        }
    }

    /// A `?` behind a repetition chooses which match is found, which makes no difference here.
    fn repeated(&mut self) {
        self.rest = self.rest.strip_prefix('?').unwrap_or(self.rest);
        self.is_repeated = true;
    }

    fn escape(&mut self) -> Option<()> {
        let c = self.next()?;
        match c {
            'd' | 'D' | 'w' | 'W' | 's' | 'S' => {
                let negation = if c.is_ascii_uppercase() { "^" } else { "" };
                self.out.extend(["[", negation, shorthand(c), "]"]);
            }
            'A' => self.out.push('^'),
            'Z' => self.out.push('$'),
            _ => push_literal(&mut self.out, simple(c)?, self.insensitive),
        }
        Some(())
    }

    fn bracket(&mut self) -> Option<()> {
        if self.rest.starts_with("[:<:]]") || self.rest.starts_with("[:>:]]") {
            return None;
        }
        self.out.push('[');
        if let Some(rest) = self.rest.strip_prefix('^') {
            self.out.push('^');
            self.rest = rest;
        }
        let mut is_first = true;
        loop {
            let c = self.next()?;
            match c {
                ']' if !is_first => break,
                '[' if self.rest.starts_with(':') => {
                    let (name, rest) = self.rest.strip_prefix(':')?.split_once(":]")?;
                    let is_folded = self.insensitive && matches!(name, "lower" | "upper");
                    self.out
                        .push_str(class(if is_folded { "alpha" } else { name })?);
                    self.rest = rest;
                }
                '[' if self.rest.starts_with(['.', '=']) => return None,
                '\\' => {
                    let letter = self.next()?;
                    match letter {
                        'd' | 'w' | 's' => self.out.push_str(shorthand(letter)),
                        _ => self.range(simple(letter)?)?,
                    }
                }
                _ => self.range(c)?,
            }
            is_first = false;
        }
        self.out.push(']');
        Some(())
    }

    /// One member of a bracket expression, or a range that it begins.
    fn range(&mut self, low: char) -> Option<()> {
        let is_range = self.rest.starts_with('-') && !self.rest.starts_with("-]");
        if !is_range {
            push_member(&mut self.out, low, self.insensitive);
            return Some(());
        }
        self.next();
        let high = match self.next()? {
            '\\' => simple(self.next()?)?,
            '[' => return None,
            c => c,
        };
        let is_letters = low.is_ascii_alphabetic() || high.is_ascii_alphabetic();
        if low > high || (self.insensitive && is_letters) {
            return None;
        }
        push_member(&mut self.out, low, false);
        self.out.push('-');
        push_member(&mut self.out, high, false);
        Some(())
    }
}

const fn shorthand(letter: char) -> &'static str {
    match letter.to_ascii_lowercase() {
        'd' => "0-9",
        's' => SPACE,
        _ => WORD,
    }
}

/// The character behind a `\` that stands for itself, or for a blank of another kind.
fn simple(letter: char) -> Option<char> {
    Some(match letter {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'f' => '\x0c',
        'v' => '\x0b',
        _ if letter.is_ascii_alphanumeric() => return None,
        _ => letter,
    })
}

/// The members of a named class in the locale `C`.
fn class(name: &str) -> Option<&'static str> {
    Some(match name {
        "alnum" => "0-9A-Za-z",
        "alpha" => "A-Za-z",
        "blank" => r"\t ",
        "digit" => "0-9",
        "lower" => "a-z",
        "space" => SPACE,
        "upper" => "A-Z",
        "xdigit" => "0-9A-Fa-f",
        "word" => WORD,
        _ => return None,
    })
}

fn push_literal(out: &mut String, c: char, insensitive: bool) {
    if insensitive && c.is_ascii_alphabetic() {
        out.push('[');
        push_member(out, c, true);
        out.push(']');
    } else if r"^$\.*+?()[]{}|/".contains(c) {
        out.push('\\');
        out.push(c);
    } else {
        push_plain(out, c);
    }
}

fn push_member(out: &mut String, c: char, insensitive: bool) {
    if insensitive && c.is_ascii_alphabetic() {
        out.push(c.to_ascii_lowercase());
        out.push(c.to_ascii_uppercase());
    } else if r"^$\.*+?()[]{}|/-".contains(c) {
        out.push('\\');
        out.push(c);
    } else {
        push_plain(out, c);
    }
}

fn push_plain(out: &mut String, c: char) {
    if c.is_control() {
        // Writing to a String cannot fail.
        let _ = write!(out, "\\u{:04x}", u32::from(c));
    } else {
        out.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, expected: Option<&str>) {
        assert_eq!(of_regex(pattern, false).as_deref(), expected, "{pattern}");
    }

    #[test]
    fn what_means_the_same_is_kept() {
        check("^[A-Z]+-[0-9]+$", Some("^[A-Z]+-[0-9]+$"));
        check(r"^(a|b){2,3}\.c?$", Some(r"^(?:a|b){2,3}\.c?$"));
        check("a.b", Some(r"a[\s\S]b"));
        check(r"\s\d\W", Some(r"[\t-\r ][0-9][^0-9A-Za-z_]"));
        check("[[:alpha:]_-]", Some(r"[A-Za-z_\-]"));
        check("[]a]", Some(r"[\]a]"));
        check("[^/.]", Some(r"[^\/\.]"));
        check("a+?b", Some("a+b"));
        check("{x}", Some(r"\{x\}"));
        check("é\u{1}", Some(r"é\u0001"));
        check(r"\Aab\Z", Some("^ab$"));
    }

    #[test]
    fn what_has_no_equal_is_left_to_words() {
        for pattern in [
            "(?i)a",
            "***=a",
            r"\ma",
            r"\ya",
            "a++",
            "(?=a)",
            r"(a)\1",
            "[[.a.]]",
            "[[:<:]]a",
            "[[:punct:]]",
            r"\x41",
            "[a",
            "a\\",
        ] {
            check(pattern, None);
        }
    }

    #[test]
    fn case_is_folded_in_ascii() {
        assert_eq!(of_regex("aB1", true).as_deref(), Some("[aA][bB]1"));
        assert_eq!(of_regex("[ax]", true).as_deref(), Some("[aAxX]"));
        assert_eq!(of_regex("[a-x]", true), None);
    }

    #[test]
    fn like_is_over_the_whole_text() {
        assert_eq!(
            of_like("x%y_", '\\', false).as_deref(),
            Some(r"^x[\s\S]*y[\s\S]$")
        );
        assert_eq!(of_like(r"\%.", '\\', false).as_deref(), Some(r"^%\.$"));
        assert_eq!(of_like("a!", '!', false), None);
    }
}
