//! `PostgreSQL`'s advanced regular expressions, rewritten for the `regex` crate
//! (<https://www.postgresql.org/docs/current/functions-matching.html#FUNCTIONS-POSIX-REGEXP>).
//!
//! `.` and `[^…]` match a newline, `^` and `$` match at the two ends alone. Which of several matches is found makes no
//! difference here, so greediness is dropped.

use super::bracket;
use super::{PatternError, push_escaped, push_literal};

const WORD: &str = "0-9A-Za-z_";
const SPACE: &str = r"\t-\r\x{20}";

/// The rewritten expression.
pub(super) fn translate(pattern: &str, insensitive: bool) -> Result<String, PatternError> {
    if pattern.contains('\0') {
        return Err(PatternError::Invalid("a pattern holds no NUL character"));
    }
    let mut writer = Writer {
        rest: pattern,
        out: String::new(),
        insensitive,
        open: 0,
        last: Last::Nothing,
    };
    if writer.directed()? {
        while let Some(c) = writer.next() {
            writer.step(c)?;
        }
    }
    if writer.open > 0 {
        return Err(PatternError::Invalid("a parenthesis is not closed"));
    }
    Ok(writer.out)
}

/// What stands before the place of the writer.
#[derive(Clone, Copy, PartialEq)]
enum Last {
    /// Nothing that could be repeated: the beginning, `(`, `|`, a constraint.
    Nothing,
    /// Something that can be repeated.
    Atom,
    /// A repetition.
    Repeated,
}

struct Writer<'a> {
    rest: &'a str,
    out: String,
    insensitive: bool,
    open: usize,
    last: Last,
}

impl Writer<'_> {
    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next();
        self.rest = chars.as_str();
        c
    }

    fn take(&mut self, prefix: &str) -> bool {
        match self.rest.strip_prefix(prefix) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// The director `***` and the options `(?…)` at the very beginning. Whether an expression follows.
    fn directed(&mut self) -> Result<bool, PatternError> {
        if self.take("***=") {
            while let Some(c) = self.next() {
                push_literal(&mut self.out, c, self.insensitive);
            }
            return Ok(false);
        }
        if !self.take("***:") && self.rest.starts_with("***") {
            return Err(PatternError::Invalid("`***` begins no pattern"));
        }
        let has_options = self
            .rest
            .strip_prefix("(?")
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
        if has_options {
            self.take("(?");
            self.options()?;
        }
        Ok(true)
    }

    fn options(&mut self) -> Result<(), PatternError> {
        loop {
            match self.next() {
                Some(')') => return Ok(()),
                Some('i') => self.insensitive = true,
                Some('c') => self.insensitive = false,
                Some('s' | 't') => {}
                Some('b' | 'e' | 'm' | 'n' | 'p' | 'q' | 'w' | 'x') => {
                    return Err(PatternError::Foreign("an option such as `(?x)`"));
                }
                _ => return Err(PatternError::Invalid("the options `(?…)` are not readable")),
            }
        }
    }

    fn step(&mut self, c: char) -> Result<(), PatternError> {
        match c {
            '\\' => self.escape(),
            '[' => self.bracket(),
            '(' => self.group(),
            ')' => self.close(),
            '|' => {
                self.out.push('|');
                self.last = Last::Nothing;
                Ok(())
            }
            '.' => {
                self.atom("(?s:.)");
                Ok(())
            }
            '^' => self.constraint(r"\A"),
            '$' => self.constraint(r"\z"),
            '*' | '+' | '?' => {
                let mut repetition = String::new();
                repetition.push(c);
                self.repeat(&repetition)
            }
            '{' if self.rest.starts_with(|c: char| c.is_ascii_digit()) => self.bound(),
            _ => {
                push_literal(&mut self.out, c, self.insensitive);
                self.last = Last::Atom;
                Ok(())
            }
        }
    }

    fn atom(&mut self, text: &str) {
        self.out.push_str(text);
        self.last = Last::Atom;
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "every step of the writer has one signature"
    )]
    fn constraint(&mut self, text: &str) -> Result<(), PatternError> {
        self.out.push_str(text);
        self.last = Last::Nothing;
        Ok(())
    }

    fn repeat(&mut self, repetition: &str) -> Result<(), PatternError> {
        if self.last != Last::Atom {
            return Err(PatternError::Invalid(
                "a repetition must follow what it repeats",
            ));
        }
        self.out.push_str(repetition);
        self.take("?");
        self.last = Last::Repeated;
        Ok(())
    }

    fn bound(&mut self) -> Result<(), PatternError> {
        const MAX: u32 = 255;
        let wrong = PatternError::Invalid("a repetition is `{m}`, `{m,}` or `{m,n}`, at most 255");
        let Some((bound, rest)) = self.rest.split_once('}') else {
            return Err(wrong);
        };
        self.rest = rest;
        let count = |text: &str| {
            let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            is_number
                .then(|| text.parse().ok())
                .flatten()
                .filter(|&count: &u32| count <= MAX)
        };
        let repetition = match bound.split_once(',') {
            None => count(bound).map(|exactly| format!("{{{exactly}}}")),
            Some((low, "")) => count(low).map(|low| format!("{{{low},}}")),
            Some((low, high)) => count(low)
                .zip(count(high))
                .filter(|(low, high)| low <= high)
                .map(|(low, high)| format!("{{{low},{high}}}")),
        };
        self.repeat(&repetition.ok_or(wrong)?)
    }

    fn group(&mut self) -> Result<(), PatternError> {
        if self.rest.starts_with('?') && !self.take("?:") {
            let is_lookaround = ["?=", "?!", "?<=", "?<!"]
                .into_iter()
                .any(|start| self.rest.starts_with(start));
            return Err(if is_lookaround {
                PatternError::NotLinear("looking ahead or behind")
            } else {
                PatternError::Invalid("`(?` begins no group")
            });
        }
        self.out.push_str("(?:");
        self.open += 1;
        self.last = Last::Nothing;
        Ok(())
    }

    fn close(&mut self) -> Result<(), PatternError> {
        let unopened = PatternError::Invalid("a parenthesis is not opened");
        self.open = self.open.checked_sub(1).ok_or(unopened)?;
        self.atom(")");
        Ok(())
    }

    fn bracket(&mut self) -> Result<(), PatternError> {
        for (constraint, boundary) in [("[:<:]]", "start"), ("[:>:]]", "end")] {
            if self.take(constraint) {
                return self.constraint(&format!(r"(?-u:\b{{{boundary}}})"));
            }
        }
        let (class, rest) = bracket::translate(self.rest, self.insensitive)?;
        self.rest = rest;
        self.atom(&class);
        Ok(())
    }

    fn escape(&mut self) -> Result<(), PatternError> {
        let Some(c) = self.next() else {
            return Err(PatternError::Invalid("a pattern must not end with `\\`"));
        };
        match c {
            'A' => self.constraint(r"\A"),
            'Z' => self.constraint(r"\z"),
            'm' => self.constraint(r"(?-u:\b{start})"),
            'M' => self.constraint(r"(?-u:\b{end})"),
            'y' => self.constraint(r"(?-u:\b)"),
            'Y' => Err(PatternError::Foreign("`\\Y`")),
            '1'..='9' => Err(PatternError::NotLinear("a back reference")),
            'd' | 's' | 'w' | 'D' | 'S' | 'W' => {
                let negation = if c.is_ascii_uppercase() { "^" } else { "" };
                self.atom(&format!("[{negation}{}]", shorthand(c)));
                Ok(())
            }
            _ => {
                let (literal, rest) = character(c, self.rest)?;
                self.rest = rest;
                push_literal(&mut self.out, literal, self.insensitive);
                self.last = Last::Atom;
                Ok(())
            }
        }
    }
}

/// The members of `\d`, `\s`, `\w` and, without the negation, of `\D`, `\S`, `\W`.
pub(super) const fn shorthand(letter: char) -> &'static str {
    match letter.to_ascii_lowercase() {
        'd' => "0-9",
        's' => SPACE,
        _ => WORD,
    }
}

/// The character that `\` and `letter` stand for, and what follows it.
pub(super) fn character(letter: char, rest: &str) -> Result<(char, &str), PatternError> {
    let wrong = PatternError::Invalid("an escape is not known");
    let simple = match letter {
        'a' => '\x07',
        'b' => '\x08',
        'B' => '\\',
        'e' => '\x1b',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        'u' => return digits(rest, 16, 4, 4),
        'U' => return digits(rest, 16, 8, 8),
        'x' => return digits(rest, 16, 1, 255),
        '0' => return octal(rest),
        'c' => {
            let mut chars = rest.chars();
            let c = chars.next().filter(char::is_ascii).ok_or(wrong)?;
            let control = char::from_u32(u32::from(c) & 0x1f).ok_or(wrong)?;
            return Ok((control, chars.as_str()));
        }
        _ if letter.is_ascii_alphanumeric() => return Err(wrong),
        _ => letter,
    };
    Ok((simple, rest))
}

/// Up to two further octal digits behind `\0`.
fn octal(rest: &str) -> Result<(char, &str), PatternError> {
    digits(rest, 8, 0, 2)
}

fn digits(rest: &str, radix: u32, least: usize, most: usize) -> Result<(char, &str), PatternError> {
    let length = rest
        .chars()
        .take(most)
        .take_while(|c| c.is_digit(radix))
        .count();
    let wrong = PatternError::Invalid("an escape lacks its digits");
    if length < least {
        return Err(wrong);
    }
    let (number, behind) = rest.split_at_checked(length).ok_or(wrong)?;
    let code = if number.is_empty() {
        0
    } else {
        let unknown = PatternError::Invalid("an escape stands for no character");
        u32::from_str_radix(number, radix).map_err(|_| unknown)?
    };
    let unknown = PatternError::Invalid("an escape stands for no character");
    Ok((char::from_u32(code).ok_or(unknown)?, behind))
}

/// The members of a named class in the locale `C`.
pub(super) fn class(name: &str) -> Option<&'static str> {
    Some(match name {
        "alnum" => "0-9A-Za-z",
        "alpha" => "A-Za-z",
        "blank" => r"\t\x{20}",
        "cntrl" => r"\x{1}-\x{1F}\x{7F}",
        "digit" => "0-9",
        "graph" => "!-~",
        "lower" => "a-z",
        "print" => r"\x{20}-~",
        "punct" => r"!-/:-@\[-`{-~",
        "space" => SPACE,
        "upper" => "A-Z",
        "xdigit" => "0-9A-Fa-f",
        "word" => WORD,
        "ascii" => r"\x{1}-\x{7F}",
        _ => return None,
    })
}

/// One member of a bracket expression.
pub(super) fn push_member(out: &mut String, c: char) {
    push_escaped(out, c);
}
