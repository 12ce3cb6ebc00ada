//! The operators behind an operand, and how strongly each binds.

use specd_domain::rule::{Arithmetic, Comparison};
use sqlparser::tokenizer::Token;

use crate::sql::cursor::Cursor;

/// How strongly an operator binds, as in `PostgreSQL`'s table of precedences.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Power(u8);

impl Power {
    pub(super) const LOWEST: Self = Self(0);
    pub(super) const OR: Self = Self(1);
    pub(super) const AND: Self = Self(2);
    pub(super) const NOT: Self = Self(3);
    pub(super) const IS: Self = Self(4);
    pub(super) const COMPARE: Self = Self(5);
    pub(super) const RANGE: Self = Self(6);
    pub(super) const OTHER: Self = Self(7);
    pub(super) const SUM: Self = Self(8);
    pub(super) const PRODUCT: Self = Self(9);
    pub(super) const POWER: Self = Self(10);
    pub(super) const ZONE: Self = Self(11);
    pub(super) const COLLATE: Self = Self(12);
    pub(super) const SIGN: Self = Self(13);
    pub(super) const SUBSCRIPT: Self = Self(14);
    pub(super) const CAST: Self = Self(15);

    /// What binds more strongly than this.
    pub(super) const fn above(self) -> Self {
        Self(self.0 + 1)
    }
}

/// What may follow an operand.
pub(super) enum Infix {
    Or,
    And,
    Is,
    Compare(Comparison),
    Range,
    Compute(Arithmetic, Power),
    Like { insensitive: bool, negated: bool },
    Match { insensitive: bool, negated: bool },
    Cast,
    Collate,
    Refused(Power),
}

impl Infix {
    /// How strongly it binds.
    pub(super) const fn power(&self) -> Power {
        match self {
            Self::Or => Power::OR,
            Self::And => Power::AND,
            Self::Is => Power::IS,
            Self::Compare(_) => Power::COMPARE,
            Self::Range => Power::RANGE,
            Self::Like { .. } | Self::Match { .. } => Power::OTHER,
            Self::Compute(_, power) | Self::Refused(power) => *power,
            Self::Cast => Power::CAST,
            Self::Collate => Power::COLLATE,
        }
    }

    /// The one that is next.
    pub(super) fn at(cursor: &Cursor<'_>) -> Option<Self> {
        let next = cursor.peek()?;
        if let Some(word) = next.word() {
            return Self::at_word(&word.to_ascii_lowercase(), cursor);
        }
        let like = |insensitive, negated| Self::Like {
            insensitive,
            negated,
        };
        let matches = |insensitive, negated| Self::Match {
            insensitive,
            negated,
        };
        Some(match &next.token {
            Token::Eq => Self::Compare(Comparison::Equal),
            Token::Neq => Self::Compare(Comparison::NotEqual),
            Token::Lt => Self::Compare(Comparison::Less),
            Token::LtEq => Self::Compare(Comparison::LessOrEqual),
            Token::Gt => Self::Compare(Comparison::Greater),
            Token::GtEq => Self::Compare(Comparison::GreaterOrEqual),
            Token::Plus => Self::Compute(Arithmetic::Add, Power::SUM),
            Token::Minus => Self::Compute(Arithmetic::Subtract, Power::SUM),
            Token::Mul => Self::Compute(Arithmetic::Multiply, Power::PRODUCT),
            Token::Div => Self::Compute(Arithmetic::Divide, Power::PRODUCT),
            Token::Mod => Self::Compute(Arithmetic::Remainder, Power::PRODUCT),
            Token::StringConcat => Self::Compute(Arithmetic::Concatenate, Power::OTHER),
            Token::DoubleTilde => like(false, false),
            Token::DoubleTildeAsterisk => like(true, false),
            Token::ExclamationMarkDoubleTilde => like(false, true),
            Token::ExclamationMarkDoubleTildeAsterisk => like(true, true),
            Token::Tilde => matches(false, false),
            Token::TildeAsterisk => matches(true, false),
            Token::ExclamationMarkTilde => matches(false, true),
            Token::ExclamationMarkTildeAsterisk => matches(true, true),
            Token::DoubleColon => Self::Cast,
            Token::LBracket => Self::Refused(Power::SUBSCRIPT),
            Token::Caret => Self::Refused(Power::POWER),
            token if is_other_operator(token) => Self::Refused(Power::OTHER),
            _ => return None,
        })
    }

    fn at_word(word: &str, cursor: &Cursor<'_>) -> Option<Self> {
        Some(match word {
            "or" => Self::Or,
            "and" => Self::And,
            "is" | "isnull" | "notnull" => Self::Is,
            "in" | "between" | "like" | "ilike" | "similar" => Self::Range,
            "not" => {
                let follows = cursor.peek_at(1)?;
                if follows.is_one_of(&["in", "between", "like", "ilike", "similar"]) {
                    Self::Range
                } else {
                    return None;
                }
            }
            "collate" => Self::Collate,
            "at" => Self::Refused(Power::ZONE),
            "operator" | "overlaps" => Self::Refused(Power::OTHER),
            _ => return None,
        })
    }
}

/// Operators of `PostgreSQL` that documents do not have.
const fn is_other_operator(token: &Token) -> bool {
    !matches!(
        token,
        Token::EOF
            | Token::Word(_)
            | Token::Number(..)
            | Token::Char(_)
            | Token::SingleQuotedString(_)
            | Token::DoubleQuotedString(_)
            | Token::DollarQuotedString(_)
            | Token::EscapedStringLiteral(_)
            | Token::UnicodeStringLiteral(_)
            | Token::NationalStringLiteral(_)
            | Token::HexStringLiteral(_)
            | Token::SingleQuotedByteStringLiteral(_)
            | Token::Comma
            | Token::SemiColon
            | Token::LParen
            | Token::RParen
            | Token::RBracket
            | Token::LBrace
            | Token::RBrace
            | Token::Period
            | Token::Colon
            | Token::Backslash
            | Token::Placeholder(_)
            | Token::DoubleEq
            | Token::Whitespace(_)
            | Token::CopyData { .. }
    )
}
