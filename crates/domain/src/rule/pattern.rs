//! Patterns: `LIKE` and `PostgreSQL`'s regular expressions, compiled for an engine that is linear in the text (ruling H39).
//!
//! Columns of text are created with `COLLATE "C"`: there `\w`, `\d`, `\s`, the classes and the folding of case know ASCII
//! alone, and so do they here. A pattern that cannot be compiled with exactly this meaning is outside the set.

mod bracket;
mod like;
mod regular;

use regex::{Regex, RegexBuilder};

use super::Expr;

/// The longest pattern, in bytes.
pub const MAX_PATTERN_BYTES: usize = 1024;

/// The most memory of a compiled pattern, in bytes.
const MAX_COMPILED_BYTES: usize = 1 << 20;

/// Why a pattern is not judged here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// `PostgreSQL` refuses it, too.
    #[error("{0}")]
    Invalid(&'static str),
    /// It is longer than [`MAX_PATTERN_BYTES`].
    #[error("it is longer than {MAX_PATTERN_BYTES} bytes")]
    TooLong,
    /// It uses what a linear-time engine does not have.
    #[error("{0} cannot be matched in linear time")]
    NotLinear(&'static str),
    /// It uses what has no equal meaning outside the database.
    #[error("{0} has no equal outside the database")]
    Foreign(&'static str),
    /// It needs more memory than it may have.
    #[error("it is too large when compiled")]
    TooLarge,
}

/// A part of an expression that the domain does not evaluate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the pattern `{pattern}` is not checked before the database: {reason}")]
pub struct Unevaluable {
    /// The pattern as it was written.
    pub pattern: String,
    /// Why.
    #[source]
    pub reason: PatternError,
}

impl Unevaluable {
    /// Whether the database would refuse the pattern, too: an error of the document, not a warning.
    pub const fn is_invalid(&self) -> bool {
        matches!(self.reason, PatternError::Invalid(_))
    }
}

/// Whether the domain can evaluate every pattern of an expression; where it cannot, the `CHECK` is outside the set
/// (spec-language, section 4).
///
/// # Errors
/// The first pattern that it cannot evaluate.
pub fn evaluable(expr: &Expr) -> Result<(), Unevaluable> {
    compile(expr)?;
    expr.parts().into_iter().try_for_each(evaluable)
}

/// The first pattern of an expression that `PostgreSQL` refuses, too ([`Unevaluable::is_invalid`]), wherever it stands.
pub(crate) fn refused(expr: &Expr) -> Option<Unevaluable> {
    let refusal = match translated(expr) {
        Some((pattern, Err(reason))) => Some(unevaluable(pattern, reason)),
        _ => None,
    };
    let refusal = refusal.filter(Unevaluable::is_invalid);
    refusal.or_else(|| expr.parts().into_iter().find_map(refused))
}

/// The compiled pattern of a `LIKE` or a `~`; `None` for any other expression.
pub(super) fn compile(expr: &Expr) -> Result<Option<Regex>, Unevaluable> {
    let Some((pattern, translated)) = translated(expr) else {
        return Ok(None);
    };
    let compiled = translated.and_then(|translated| build(&translated));
    compiled
        .map(Some)
        .map_err(|reason| unevaluable(pattern, reason))
}

/// The pattern of a `LIKE` or a `~` as it was written, and as an expression of the engine.
fn translated(expr: &Expr) -> Option<(&str, Result<String, PatternError>)> {
    let is_short = |pattern: &str| match pattern.len() {
        ..=MAX_PATTERN_BYTES => Ok(()),
        _ => Err(PatternError::TooLong),
    };
    match expr {
        Expr::Like {
            pattern,
            escape,
            insensitive,
            ..
        } => {
            let escape = escape.unwrap_or('\\');
            let translate = |()| like::translate(pattern, escape, *insensitive);
            Some((pattern, is_short(pattern).and_then(translate)))
        }
        Expr::Matches {
            pattern,
            insensitive,
            ..
        } => {
            let translate = |()| regular::translate(pattern, *insensitive);
            Some((pattern, is_short(pattern).and_then(translate)))
        }
        _ => None,
    }
}

fn unevaluable(pattern: &str, reason: PatternError) -> Unevaluable {
    Unevaluable {
        pattern: pattern.to_owned(),
        reason,
    }
}

fn build(translated: &str) -> Result<Regex, PatternError> {
    RegexBuilder::new(translated)
        .size_limit(MAX_COMPILED_BYTES)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => PatternError::TooLarge,
            _ => PatternError::Foreign("it"),
        })
}

/// Appends one character that stands for itself, in either ASCII case where `insensitive`.
fn push_literal(out: &mut String, c: char, insensitive: bool) {
    if insensitive && c.is_ascii_alphabetic() {
        out.push('[');
        out.push(c.to_ascii_lowercase());
        out.push(c.to_ascii_uppercase());
        out.push(']');
    } else {
        push_escaped(out, c);
    }
}

/// Appends one character so that it stands for itself, also between brackets.
fn push_escaped(out: &mut String, c: char) {
    if c.is_ascii_alphanumeric() || !c.is_ascii() {
        out.push(c);
    } else {
        use std::fmt::Write as _;
        // Writing to a String cannot fail.
        let _ = write!(out, "\\x{{{:X}}}", u32::from(c));
    }
}

#[cfg(test)]
mod tests;
