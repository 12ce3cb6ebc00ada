//! The words of a block: sqlparser's tokens without blanks and comments, each with its bytes.

use std::ops::Range;

use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer};

/// One token and where it stands in the block.
#[derive(Clone, Debug)]
pub(super) struct Lexeme {
    pub(super) token: Token,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Lexeme {
    /// Where it stands.
    pub(super) const fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// The word, where it is one without quotes.
    pub(super) fn word(&self) -> Option<&str> {
        match &self.token {
            Token::Word(word) if word.quote_style.is_none() => Some(&word.value),
            _ => None,
        }
    }

    /// Whether it is this word, in either case.
    pub(super) fn is_word(&self, expected: &str) -> bool {
        self.word()
            .is_some_and(|word| word.eq_ignore_ascii_case(expected))
    }

    /// Whether it is one of these words, in either case.
    pub(super) fn is_one_of(&self, expected: &[&str]) -> bool {
        expected.iter().any(|word| self.is_word(word))
    }

    /// Whether it is a name, quoted or not.
    pub(super) const fn is_name(&self) -> bool {
        matches!(self.token, Token::Word(_))
    }

    /// The text, where it is a constant in single quotes or between dollars.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.token {
            Token::SingleQuotedString(text)
            | Token::EscapedStringLiteral(text)
            | Token::UnicodeStringLiteral(text)
            | Token::NationalStringLiteral(text) => Some(text),
            Token::DollarQuotedString(text) => Some(&text.value),
            _ => None,
        }
    }
}

/// A block, cut into words.
pub(super) struct Lexed {
    pub(super) lexemes: Vec<Lexeme>,
    /// The byte at which cutting had to stop: a quote or a comment that never ends.
    pub(super) failure: Option<usize>,
}

/// Cuts a block into words.
pub(super) fn lex(text: &str) -> Lexed {
    let mut tokens = Vec::new();
    let outcome =
        Tokenizer::new(&PostgreSqlDialect {}, text).tokenize_with_location_into_buf(&mut tokens);
    let mut places = Places::new(text);
    let mut lexemes = Vec::new();
    for TokenWithSpan { token, span } in tokens {
        let start = places.offset(span.start);
        let end = places.offset(span.end);
        if !matches!(token, Token::Whitespace(_)) {
            lexemes.push(Lexeme { token, start, end });
        }
    }
    let failure = outcome.is_err().then_some(places.offset);
    Lexed { lexemes, failure }
}

/// Turns the tokenizer's lines and columns, which only rise, into bytes in one walk over the text.
struct Places<'t> {
    rest: std::str::Chars<'t>,
    line: u64,
    column: u64,
    offset: usize,
}

impl<'t> Places<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            rest: text.chars(),
            line: 1,
            column: 1,
            offset: 0,
        }
    }

    fn offset(&mut self, location: Location) -> usize {
        while (self.line, self.column) < (location.line, location.column) {
            let Some(next) = self.rest.next() else { break };
            self.offset += next.len_utf8();
            if next == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.offset
    }
}
