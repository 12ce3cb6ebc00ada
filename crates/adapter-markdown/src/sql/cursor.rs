//! A walk over the words of one statement, or of one pair of parentheses.

use std::ops::Range;

use sqlparser::tokenizer::Token;

use super::lexeme::Lexeme;

/// A place among words. Copying it is remembering the place.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    rest: &'t [Lexeme],
    /// The end of the word before; where a missing word would stand.
    before: usize,
}

/// The words between two parentheses.
pub(super) struct Parenthesised<'t> {
    pub(super) inside: Cursor<'t>,
    pub(super) range: Range<usize>,
    pub(super) is_closed: bool,
}

impl<'t> Cursor<'t> {
    pub(super) const fn new(lexemes: &'t [Lexeme], before: usize) -> Self {
        Self {
            rest: lexemes,
            before,
        }
    }

    pub(super) const fn lexemes(&self) -> &'t [Lexeme] {
        self.rest
    }

    pub(super) const fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn peek(&self) -> Option<&'t Lexeme> {
        self.rest.first()
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<&'t Lexeme> {
        self.rest.get(ahead)
    }

    /// Whether the next words are these.
    pub(super) fn at_words(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(ahead, word)| {
            self.peek_at(ahead)
                .is_some_and(|lexeme| lexeme.is_word(word))
        })
    }

    pub(super) fn at(&self, token: &Token) -> bool {
        self.peek().is_some_and(|lexeme| lexeme.token == *token)
    }

    pub(super) fn next(&mut self) -> Option<&'t Lexeme> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        self.before = first.end;
        Some(first)
    }

    pub(super) fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.next();
        }
    }

    pub(super) fn skip_all(&mut self) {
        if let Some(last) = self.rest.last() {
            self.before = last.end;
        }
        self.rest = &[];
    }

    pub(super) fn eat(&mut self, token: &Token) -> Option<&'t Lexeme> {
        if self.at(token) { self.next() } else { None }
    }

    pub(super) fn eat_word(&mut self, word: &str) -> Option<&'t Lexeme> {
        if self.at_words(&[word]) {
            self.next()
        } else {
            None
        }
    }

    /// Passes these words where they are next; their range.
    pub(super) fn eat_words(&mut self, words: &[&str]) -> Option<Range<usize>> {
        if !self.at_words(words) {
            return None;
        }
        let start = self.peek().map_or(self.before, |lexeme| lexeme.start);
        self.skip(words.len());
        Some(start..self.before)
    }

    /// The next word, or the empty place behind the last one.
    pub(super) fn here(&self) -> Range<usize> {
        self.peek().map_or(self.before..self.before, Lexeme::range)
    }

    /// Where the next word begins.
    pub(super) fn start(&self) -> usize {
        self.here().start
    }

    /// The end of the word before.
    pub(super) const fn end(&self) -> usize {
        self.before
    }

    /// The words that are left.
    pub(super) fn remaining(&self) -> Range<usize> {
        let end = self.rest.last().map_or(self.before, |lexeme| lexeme.end);
        self.start()..end.max(self.start())
    }

    /// Passes `(`, everything up to its `)`, and that; `None` where no `(` is next.
    pub(super) fn parentheses(&mut self) -> Option<Parenthesised<'t>> {
        let open = self.eat(&Token::LParen)?;
        let mut depth = 1_usize;
        for (index, lexeme) in self.rest.iter().enumerate() {
            match lexeme.token {
                Token::LParen => depth += 1,
                Token::RParen => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let (inside, rest) = self.rest.split_at(index);
                let inside = Cursor::new(inside, open.end);
                self.rest = rest;
                self.next();
                return Some(Parenthesised {
                    inside,
                    range: open.start..self.before,
                    is_closed: true,
                });
            }
        }
        let inside = *self;
        self.skip_all();
        Some(Parenthesised {
            inside,
            range: open.start..self.before,
            is_closed: false,
        })
    }

    /// The parts between commas that stand in no parentheses, each with the comma behind it.
    pub(super) fn parts(self) -> Vec<(Cursor<'t>, Option<&'t Lexeme>)> {
        let mut parts = Vec::new();
        let mut depth = 0_usize;
        let mut from = 0;
        let mut before = self.before;
        for (index, lexeme) in self.rest.iter().enumerate() {
            match lexeme.token {
                Token::LParen | Token::LBracket => depth += 1,
                Token::RParen | Token::RBracket => depth = depth.saturating_sub(1),
                Token::Comma | Token::SemiColon if depth == 0 => {
                    let part = self.rest.get(from..index).unwrap_or_default();
                    parts.push((Cursor::new(part, before), Some(lexeme)));
                    from = index + 1;
                    before = lexeme.end;
                }
                _ => {}
            }
        }
        let part = self.rest.get(from..).unwrap_or_default();
        parts.push((Cursor::new(part, before), None));
        parts
    }
}
