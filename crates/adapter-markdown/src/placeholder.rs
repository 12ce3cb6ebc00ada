//! The template's own words: placeholders and questions, by which an unfilled place is known.

use specd_domain::Span;

use crate::outline::Inline;
use crate::value::{Row, Token, TokenKind, Value, tokens_of};

/// The questions of the template's values and list items, and the remark before one of them.
const QUESTIONS: [&str; 20] = [
    "What problem does this solve?",
    "What user needs does it address?",
    "What business value does it provide?",
    "How will existing clients be migrated?",
    "What is the deprecation timeline?",
    "Are there versioned endpoints?",
    "How to rollback if issues occur?",
    "What are the rollback criteria?",
    "How is the API authenticated?",
    "Who can access this API?",
    "How is input validated?",
    "Is data encrypted in transit/at rest?",
    "What are the rate limits?",
    "Does this handle PII?",
    "How is data deleted?",
    "Does this handle PHI?",
    "Are access controls in place?",
    "What is it?",
    "(if applicable)",
    "Describe impact:",
];

/// The template's questions, divided into tokens.
#[derive(Debug)]
pub(crate) struct Questions(Vec<Vec<Token>>);

impl Questions {
    /// All of them.
    pub(crate) fn new() -> Self {
        let divided = QUESTIONS.iter().map(|question| {
            let piece = Inline::Text((*question).into(), Span::new(0, question.len()));
            tokens_of(&[piece])
        });
        Self(divided.collect())
    }

    /// The tokens behind the questions that they begin with; `None` where no question stands there.
    pub(crate) fn strip<'t>(&self, tokens: &'t [Token]) -> Option<&'t [Token]> {
        let mut rest = tokens;
        while let Some(behind) = self.strip_one(rest) {
            rest = behind;
        }
        (rest.len() < tokens.len()).then_some(rest)
    }

    fn strip_one<'t>(&self, tokens: &'t [Token]) -> Option<&'t [Token]> {
        self.0.iter().find_map(|question| {
            let (start, rest) = tokens.split_at_checked(question.len())?;
            let is_same = start
                .iter()
                .zip(question)
                .all(|(token, expected)| token.text.eq_ignore_ascii_case(&expected.text));
            is_same.then_some(rest)
        })
    }

    /// Takes the questions from the start of each row (ruling H20); whether nothing else stood there.
    pub(crate) fn strip_value(&self, value: &mut Value) -> bool {
        let mut stripped = false;
        for row in &mut value.rows {
            if let Some(rest) = self.strip(&row.tokens) {
                row.tokens = rest.to_vec();
                stripped = true;
            }
        }
        if !stripped {
            return false;
        }
        let is_question_alone = value.rows.iter().all(|row| row.tokens.is_empty());
        if !is_question_alone {
            value.rows.retain(|row| !row.tokens.is_empty());
        }
        is_question_alone
    }

    /// Whether a row is a question alone.
    pub(crate) fn is_alone(&self, row: &Row) -> bool {
        self.strip(&row.tokens).is_some_and(<[Token]>::is_empty)
    }
}

/// Whether the tokens are one pair of square brackets with words in it, and nothing else.
pub(crate) fn is_bracketed(tokens: &[Token]) -> bool {
    let [first, .., last] = tokens else {
        return false;
    };
    let is_pair = first.is_sign("[") && last.is_sign("]");
    let closes = tokens.iter().filter(|token| token.is_sign("]")).count();
    is_pair && closes == 1 && tokens.len() > 2
}

/// Whether the token is a number that is still to be filled in: `XX`, `XXms`, `X%`.
pub(crate) fn is_number_placeholder(token: &Token) -> bool {
    token.kind != TokenKind::Sign && (token.text.contains("XX") || token.text == "X%")
}

/// Whether the token is a date that is still to be filled in.
pub(crate) fn is_date_placeholder(token: &Token) -> bool {
    token.text == "YYYY-MM-DD"
}
