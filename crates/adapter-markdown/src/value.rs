//! What stands behind a label: words, numbers, code and signs with their places, in rows and clauses.

mod cursor;
mod lexer;

use specd_domain::Span;

use crate::outline::{Inline, plain_text};

pub(crate) use cursor::{Cursor, date_of, number_and_unit};
pub(crate) use lexer::tokens_of;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// Letters and digits, with the signs that stand inside of words, numbers, dates and addresses.
    Word,
    /// The text of a code span.
    Code,
    /// Any other character; arrows and comparisons are one sign.
    Sign,
}

/// A word, a code span or a sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: TokenKind,
    /// Its text.
    pub(crate) text: String,
    /// Its place; of the text between the backticks for code.
    pub(crate) span: Span,
}

impl Token {
    /// Whether it is this word, in any case, in backticks or not.
    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.kind != TokenKind::Sign && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is this sign.
    pub(crate) fn is_sign(&self, sign: &str) -> bool {
        self.kind == TokenKind::Sign && self.text == sign
    }

    /// Whether it is a code span.
    pub(crate) fn is_code(&self) -> bool {
        self.kind == TokenKind::Code
    }

    /// Whether its text stands there byte for byte.
    pub(crate) fn is_exact(&self) -> bool {
        self.text.len() == self.span.end - self.span.start
    }

    /// Whether it holds a digit.
    pub(crate) fn has_digit(&self) -> bool {
        self.text.contains(|c: char| c.is_ascii_digit())
    }

    /// The place with the backticks of a code span.
    pub(crate) fn whole(&self) -> Span {
        if self.is_code() {
            Span::new(self.span.start.saturating_sub(1), self.span.end + 1)
        } else {
            self.span
        }
    }
}

/// The line of a label, or a list item below it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    /// Its tokens.
    pub(crate) tokens: Vec<Token>,
    /// Its words, without marks.
    pub(crate) plain: String,
}

impl Row {
    /// A row of these pieces.
    pub(crate) fn of(inlines: &[Inline<'_>]) -> Self {
        Self {
            tokens: tokens_of(inlines),
            plain: plain_text(inlines),
        }
    }

    /// Adds a further line.
    pub(crate) fn extend(&mut self, inlines: &[Inline<'_>]) {
        self.tokens.extend(tokens_of(inlines));
        self.plain.push(' ');
        self.plain.push_str(&plain_text(inlines));
    }
}

/// What stands behind a label.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    /// The label's own line first, then the list items below it; none is empty.
    pub(crate) rows: Vec<Row>,
    /// The label's words: the place of a value that is not there.
    pub(crate) label: Span,
}

impl Value {
    /// Whether nothing stands there.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// From the first to the last token; the label where there is none.
    pub(crate) fn span(&self) -> Span {
        let mut tokens = self.tokens();
        match tokens.next() {
            Some(first) => tokens.fold(first.whole(), |span, token| span.to(token.whole())),
            None => self.label,
        }
    }

    /// Every token.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.rows.iter().flat_map(|row| &row.tokens)
    }

    /// The words of all rows.
    pub(crate) fn plain(&self) -> String {
        let rows: Vec<&str> = self.rows.iter().map(|row| row.plain.as_str()).collect();
        rows.join(" ").trim().to_owned()
    }

    /// The clauses: rows, divided at `;`. A clause that is a single code span of several words is read as if it had no backticks.
    pub(crate) fn clauses(&self) -> Vec<Vec<Token>> {
        let rows = self.rows.iter();
        let clauses = rows.flat_map(|row| row.tokens.split(|token| token.is_sign(";")));
        clauses
            .flat_map(lexer::opened)
            .filter(|clause| !clause.is_empty())
            .collect()
    }

    /// The clauses of a grammar without names in backticks: any code span of several words is read as if it had none.
    pub(crate) fn clauses_of_words(&self) -> Vec<Vec<Token>> {
        let rows = self.rows.iter();
        let clauses = rows.flat_map(|row| {
            let tokens = lexer::without_backticks(&row.tokens);
            let clauses = tokens.split(|token| token.is_sign(";"));
            clauses.map(<[Token]>::to_vec).collect::<Vec<_>>()
        });
        clauses.filter(|clause| !clause.is_empty()).collect()
    }
}

/// From the first to the last of these tokens.
pub(crate) fn span_of_tokens(tokens: &[Token]) -> Span {
    let mut tokens = tokens.iter();
    match tokens.next() {
        Some(first) => tokens.fold(first.whole(), |span, token| span.to(token.whole())),
        None => Span::default(),
    }
}
