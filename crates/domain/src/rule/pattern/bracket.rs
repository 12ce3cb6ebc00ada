//! Bracket expressions: `[a-z_]`, `[^[:space:]]`, `[\d-]`.

use super::PatternError;
use super::regular::{character, class, push_member, shorthand};

/// The class behind a `[`, and what follows its `]`.
pub(super) fn translate(text: &str, insensitive: bool) -> Result<(String, &str), PatternError> {
    let unclosed = PatternError::Invalid("a bracket is not closed");
    let mut out = String::from("[");
    let mut rest = text;
    if let Some(behind) = rest.strip_prefix('^') {
        out.push('^');
        rest = behind;
    }
    let mut is_first = true;
    loop {
        if let Some(behind) = rest.strip_prefix(']')
            && !is_first
        {
            out.push(']');
            return Ok((out, behind));
        }
        if rest.is_empty() {
            return Err(unclosed);
        }
        let (member, behind) = member(rest, insensitive, is_first)?;
        rest = behind;
        is_first = false;
        match member {
            Member::Class(text) => {
                out.push_str(&text);
                // What follows a class begins no range: `[\d-x]` is refused, `[\d-]` is not.
                if rest.starts_with('-') && !rest.starts_with("-]") {
                    return Err(RANGE);
                }
            }
            Member::One(low) => {
                let (high, behind) = range_end(rest)?;
                rest = behind;
                push_range(&mut out, low, high.unwrap_or(low), insensitive)?;
                if high.is_some() && rest.starts_with('-') && !rest.starts_with("-]") {
                    return Err(RANGE);
                }
            }
        }
    }
}

const RANGE: PatternError = PatternError::Invalid("a range in brackets is not readable");

enum Member {
    Class(String),
    One(char),
}

fn member(text: &str, insensitive: bool, is_first: bool) -> Result<(Member, &str), PatternError> {
    if let Some(behind) = text.strip_prefix("[:") {
        let unknown = PatternError::Invalid("a class in brackets is not known");
        let (name, rest) = behind.split_once(":]").ok_or(unknown)?;
        let folded = insensitive && matches!(name, "lower" | "upper");
        let members = class(if folded { "alpha" } else { name }).ok_or(unknown)?;
        return Ok((Member::Class(members.to_owned()), rest));
    }
    if let Some(behind) = text.strip_prefix('\\') {
        let mut chars = behind.chars();
        let letter = chars.next();
        return match letter {
            Some('d' | 's' | 'w') => {
                let members = shorthand(letter.unwrap_or('d')).to_owned();
                Ok((Member::Class(members), chars.as_str()))
            }
            Some(letter @ ('D' | 'S' | 'W')) => {
                let members = format!("[^{}]", shorthand(letter));
                Ok((Member::Class(members), chars.as_str()))
            }
            Some('1'..='9') => Err(PatternError::Foreign("an octal escape in brackets")),
            _ => one(text),
        };
    }
    if text.starts_with('-') && !is_first && !text.starts_with("-]") {
        // `[a-c-e]` and `[+--]` are read in their own ways by each engine.
        return Err(RANGE);
    }
    one(text)
}

/// One character: itself, escaped, or a collating element of one character.
fn one(text: &str) -> Result<(Member, &str), PatternError> {
    let (c, rest) = single(text)?;
    Ok((Member::One(c), rest))
}

fn single(text: &str) -> Result<(char, &str), PatternError> {
    let unclosed = PatternError::Invalid("a bracket is not closed");
    for (start, end) in [("[.", ".]"), ("[=", "=]")] {
        if let Some(behind) = text.strip_prefix(start) {
            let (name, rest) = behind.split_once(end).ok_or(unclosed)?;
            let mut chars = name.chars();
            return match (chars.next(), chars.next()) {
                (Some(c), None) => Ok((c, rest)),
                _ => Err(PatternError::Foreign("a named collating element")),
            };
        }
    }
    let mut chars = text.chars();
    match chars.next() {
        Some('\\') => match chars.next() {
            Some(letter) => character(letter, chars.as_str()),
            None => Err(unclosed),
        },
        Some(c) => Ok((c, chars.as_str())),
        None => Err(unclosed),
    }
}

/// The end of a range, where `-` and something other than `]` follow.
fn range_end(rest: &str) -> Result<(Option<char>, &str), PatternError> {
    let Some(behind) = rest.strip_prefix('-') else {
        return Ok((None, rest));
    };
    if behind.starts_with(']') {
        return Ok((None, rest));
    }
    let is_class = behind.starts_with("[:")
        || ["\\d", "\\s", "\\w", "\\D", "\\S", "\\W"]
            .into_iter()
            .any(|start| behind.starts_with(start));
    if is_class {
        return Err(RANGE);
    }
    let (high, rest) = single(behind)?;
    Ok((Some(high), rest))
}

fn push_range(
    out: &mut String,
    low: char,
    high: char,
    insensitive: bool,
) -> Result<(), PatternError> {
    if low > high {
        return Err(RANGE);
    }
    push_plain_range(out, low, high);
    if insensitive {
        for (first, last) in [('a', 'z'), ('A', 'Z')] {
            let (from, to) = (low.max(first), high.min(last));
            if from <= to {
                push_plain_range(out, swapped(from), swapped(to));
            }
        }
    }
    Ok(())
}

fn push_plain_range(out: &mut String, low: char, high: char) {
    push_member(out, low);
    if low != high {
        out.push('-');
        push_member(out, high);
    }
}

const fn swapped(c: char) -> char {
    if c.is_ascii_lowercase() {
        c.to_ascii_uppercase()
    } else {
        c.to_ascii_lowercase()
    }
}
