//! Walks over the tokens of a clause.

use std::str::FromStr;

use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use specd_domain::Span;

use super::{Token, TokenKind, span_of_tokens};

/// A place in the tokens of a clause.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'t> {
    tokens: &'t [Token],
    end: Span,
}

impl<'t> Cursor<'t> {
    /// At the first of the tokens.
    pub(crate) fn new(tokens: &'t [Token]) -> Self {
        let end = tokens
            .last()
            .map_or_else(Span::default, |token| token.whole().after());
        Self { tokens, end }
    }

    /// The tokens that are left.
    pub(crate) fn rest(&self) -> &'t [Token] {
        self.tokens
    }

    /// The next token, left where it is.
    pub(crate) fn peek(&self) -> Option<&'t Token> {
        self.tokens.first()
    }

    /// The next token.
    pub(crate) fn take(&mut self) -> Option<&'t Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first)
    }

    /// The next token, if it passes.
    pub(crate) fn take_if(&mut self, passes: impl FnOnce(&Token) -> bool) -> Option<&'t Token> {
        let first = self.peek().filter(|token| passes(token))?;
        self.take();
        Some(first)
    }

    /// These words in this order, or none of them.
    pub(crate) fn words(&mut self, words: &[&str]) -> bool {
        let here = self.tokens.get(..words.len()).unwrap_or_default();
        let is_here = here.len() == words.len()
            && here
                .iter()
                .zip(words)
                .all(|(token, word)| token.is_word(word));
        if is_here {
            self.tokens = self.tokens.get(words.len()..).unwrap_or_default();
        }
        is_here
    }

    /// This sign.
    pub(crate) fn sign(&mut self, sign: &str) -> bool {
        self.take_if(|token| token.is_sign(sign)).is_some()
    }

    /// A code span.
    pub(crate) fn code(&mut self) -> Option<&'t Token> {
        self.take_if(Token::is_code)
    }

    /// A date such as `2025-01-31`.
    pub(crate) fn date(&mut self) -> Option<(NaiveDate, Span)> {
        let token = self.peek()?;
        let date = date_of(&token.text)?;
        self.take();
        Some((date, token.span))
    }

    /// A number and what is written against it or behind it: `50ms`, `50 ms`, `5%`.
    pub(crate) fn quantity(&mut self) -> Option<(BigDecimal, String)> {
        let token = self.peek().filter(|token| token.kind != TokenKind::Sign)?;
        let (number, unit) = number_and_unit(&token.text)?;
        self.take();
        if !unit.is_empty() {
            return Some((number, unit.to_lowercase()));
        }
        let is_unit = |token: &Token| token.kind == TokenKind::Word || token.is_sign("%");
        let unit = self
            .take_if(is_unit)
            .map_or_else(String::new, |token| token.text.to_lowercase());
        Some((number, unit))
    }

    /// Whether nothing is left but a remark in round brackets and a full stop.
    pub(crate) fn is_done(&mut self) -> bool {
        if self.peek().is_some_and(|token| token.is_sign("(")) {
            let close = self.tokens.iter().position(|token| token.is_sign(")"));
            if let Some(rest) = close.and_then(|close| self.tokens.get(close + 1..)) {
                self.tokens = rest;
            }
        }
        self.sign(".");
        self.tokens.is_empty()
    }

    /// The place of what is left; behind the last token where nothing is.
    pub(crate) fn place(&self) -> Span {
        if self.tokens.is_empty() {
            self.end
        } else {
            span_of_tokens(self.tokens)
        }
    }

    /// The place of the next token; behind the last where there is none.
    pub(crate) fn next_place(&self) -> Span {
        self.peek().map_or(self.end, Token::whole)
    }
}

/// An ISO date, to the letter.
pub(crate) fn date_of(text: &str) -> Option<NaiveDate> {
    let is_shaped = text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !is_shaped {
        return None;
    }
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

/// The most digits of a number in a clause.
const MAX_DIGITS: usize = 38;

/// The number at the start of a text, and the text behind it.
pub(crate) fn number_and_unit(text: &str) -> Option<(BigDecimal, &str)> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let end = unsigned
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(unsigned.len());
    let digits = unsigned.get(..end)?;
    let is_number = digits.len() <= MAX_DIGITS
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && digits.matches('.').count() <= 1;
    if !is_number {
        return None;
    }
    let number_end = text.len() - unsigned.len() + end;
    let number = BigDecimal::from_str(text.get(..number_end)?).ok()?;
    Some((number, text.get(number_end..)?))
}
