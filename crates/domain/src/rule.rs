//! Rules: the one expression tree of `CHECK` constraints and Input Validation clauses.
//!
//! An expression is evaluated here with SQL's three-valued logic and rendered to SQL by the stores.
//! A rule walks through: read ([`Expr`] with raw literals) → [`typing::resolve`] → [`compiled::Compiled`] →
//! [`evaluate`].

pub mod compiled;
pub mod describe;
pub mod evaluate;
pub mod fields;
mod format;
pub mod literal;
pub mod pattern;
pub mod typing;
pub mod walk;

use serde::{Deserialize, Serialize};

pub use compiled::{Compiled, RuleError};
pub use evaluate::{EvaluationError, Truth};
pub use pattern::{PatternError, Unevaluable, evaluable};
pub use typing::{TypeError, coerce, resolve, resolve_clause};
pub use walk::{MAX_DEPTH, has_sql, is_stable};

use crate::column_type::ColumnType;
use crate::name::{ConstraintName, FieldName};
use crate::source::Place;
use crate::value::Value;

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `IS NOT DISTINCT FROM`
    NotDistinct,
    /// `IS DISTINCT FROM`
    Distinct,
}

/// An arithmetic or text operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arithmetic {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`, which drops the remainder between integers
    Divide,
    /// `%`
    Remainder,
    /// `||`
    Concatenate,
}

/// The functions that a document may call. Each is pure; every other function is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Function {
    /// `char_length`, `character_length`, `length`: Unicode code points of a text.
    CharLength,
    /// `octet_length`: bytes of a text in UTF-8, or of a `BYTEA`.
    OctetLength,
    /// `lower`, of ASCII letters.
    Lower,
    /// `upper`, of ASCII letters.
    Upper,
    /// `btrim`, `trim`: without the spaces at both ends.
    Trim,
    /// `abs`.
    Abs,
    /// `coalesce`: the first that is not null.
    Coalesce,
    /// `cardinality`: the number of elements of an array; in a clause also of a JSON array.
    Cardinality,
    /// `now()`, `CURRENT_TIMESTAMP`.
    Now,
    /// `CURRENT_DATE`.
    Today,
}

impl Comparison {
    /// The operator as an author writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::NotDistinct => "IS NOT DISTINCT FROM",
            Self::Distinct => "IS DISTINCT FROM",
        }
    }

    /// The comparison that holds with the sides exchanged.
    #[must_use]
    pub const fn flipped(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }

    /// The comparison that is true where this one is false.
    #[must_use]
    pub const fn negated(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
            Self::NotDistinct => Self::Distinct,
            Self::Distinct => Self::NotDistinct,
        }
    }
}

impl Arithmetic {
    /// The operator as an author writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
            Self::Concatenate => "||",
        }
    }
}

impl Function {
    /// The name as an author writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CharLength => "char_length",
            Self::OctetLength => "octet_length",
            Self::Lower => "lower",
            Self::Upper => "upper",
            Self::Trim => "btrim",
            Self::Abs => "abs",
            Self::Coalesce => "coalesce",
            Self::Cardinality => "cardinality",
            Self::Now => "now",
            Self::Today => "CURRENT_DATE",
        }
    }
}

/// A format that has no SQL: kept by the domain alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// One `@`, a dotted domain, no blanks (ruling H49).
    Email,
    /// Absolute, with a host (ruling H49).
    Url,
    /// At least one character that is no Unicode white space (ruling H17).
    NotBlank,
}

/// An expression over the fields of one record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expr {
    /// The value of a column, or of a request's field that has none.
    Field(FieldName),
    /// A constant, already of the type that its surroundings ask for.
    Literal(Value),
    /// `NOT`.
    Not(Box<Expr>),
    /// `-`.
    Negate(Box<Expr>),
    /// `AND` of all.
    And(Vec<Expr>),
    /// `OR` of all.
    Or(Vec<Expr>),
    /// Left, operator, right.
    Compare(Box<Expr>, Comparison, Box<Expr>),
    /// Left, operator, right.
    Compute(Box<Expr>, Arithmetic, Box<Expr>),
    /// `value BETWEEN low AND high`; a negated one is wrapped in `Not`.
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `value IN (…)`; a negated one is wrapped in `Not`.
    In(Box<Expr>, Vec<Expr>),
    /// `value LIKE pattern ESCAPE escape`, `\` where `escape` is `None`; `insensitive` for `ILIKE`.
    /// `ESCAPE ''` has no form here: it is outside the set.
    Like {
        /// The text.
        value: Box<Expr>,
        /// The pattern, with `%` and `_`.
        pattern: String,
        /// The character that takes the next one literally.
        escape: Option<char>,
        /// `ILIKE`.
        insensitive: bool,
    },
    /// `value ~ pattern`, `~*` where `insensitive`. In `PostgreSQL`'s meaning (ruling H39).
    Matches {
        /// The text.
        value: Box<Expr>,
        /// The regular expression.
        pattern: String,
        /// `~*`.
        insensitive: bool,
    },
    /// `IS NULL`; `IS NOT NULL` is wrapped in `Not`.
    IsNull(Box<Expr>),
    /// `IS TRUE` and `IS FALSE`; negated ones are wrapped in `Not`.
    IsBoolean(Box<Expr>, bool),
    /// A call.
    Call(Function, Vec<Expr>),
    /// `value::type`, `CAST(value AS type)`.
    Cast(Box<Expr>, ColumnType),
    /// `CASE WHEN condition THEN result … ELSE result END`.
    Case(Vec<(Expr, Expr)>, Option<Box<Expr>>),
    /// A format (Input Validation only).
    Is(Box<Expr>, Format),
}

/// Where a rule comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleOrigin {
    /// A `CHECK` of this name.
    Check(ConstraintName),
    /// A clause of Input Validation.
    Clause,
}

/// Something that must not be false of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// What must not be false.
    pub expr: Expr,
    /// The fields it speaks of, each once, in the order of the expression.
    pub fields: Vec<FieldName>,
    /// Where it comes from.
    pub origin: RuleOrigin,
    /// Where it stands in the document.
    pub place: Place,
}
