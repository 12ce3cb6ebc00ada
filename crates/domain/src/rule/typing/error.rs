//! Why an expression makes no sense, in an author's words.

use crate::column_type::ColumnType;
use crate::name::FieldName;
use crate::rule::typing::literal_text;
use crate::rule::{Expr, Function};
use crate::value::Value;

/// What makes no sense in an expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TypeError {
    /// No column has this name.
    #[error("there is no column `{0}`")]
    UnknownColumn(FieldName),
    /// `PostgreSQL` has no such operator for these types.
    #[error("`{operator}` does not apply to {}", operands(*.left, *.right))]
    Operator {
        /// The operator or the function.
        operator: &'static str,
        /// The type of the left or only operand.
        left: ColumnType,
        /// The type of the right operand.
        right: Option<ColumnType>,
        /// A field or a constant among the operands.
        offender: Option<String>,
    },
    /// The constant is none of the type that its surroundings ask for.
    #[error("`{text}` is not a value of type {expected}")]
    Literal {
        /// The constant.
        text: String,
        /// What its surroundings ask for.
        expected: ColumnType,
    },
    /// A condition must be true or false.
    #[error("a condition must be true or false, not of type {found}")]
    NotBoolean {
        /// The type that it has.
        found: ColumnType,
        /// A field or a constant in it.
        offender: Option<String>,
    },
    /// A function takes another number of arguments.
    #[error("`{}` does not take {found} arguments", function.as_str())]
    ArgumentCount {
        /// The function.
        function: Function,
        /// The number of arguments.
        found: usize,
    },
    /// `PostgreSQL` has it, and the set of spec-language (section 4) does not: the database alone can keep it.
    #[error("{what} is outside what is checked before the database")]
    Outside {
        /// What it is.
        what: String,
        /// A field or a constant in it.
        offender: Option<String>,
    },
    /// It is nested deeper than [`MAX_DEPTH`](crate::rule::MAX_DEPTH).
    #[error("the expression is nested too deeply")]
    TooDeep,
}

impl TypeError {
    /// The error of one operand.
    pub(super) fn one(operator: &'static str, kind: ColumnType, expr: &Expr) -> Self {
        Self::Operator {
            operator,
            left: kind,
            right: None,
            offender: offender(expr),
        }
    }

    /// The name of a field or the text of a constant where the mistake is; with it the caller finds the place.
    pub fn offender(&self) -> Option<&str> {
        match self {
            Self::UnknownColumn(name) => Some(name.as_str()),
            Self::Literal { text, .. } => Some(text),
            Self::ArgumentCount { function, .. } => Some(function.as_str()),
            Self::Operator { offender, .. }
            | Self::NotBoolean { offender, .. }
            | Self::Outside { offender, .. } => offender.as_deref(),
            Self::TooDeep => None,
        }
    }

    /// Whether the database could keep the rule nevertheless: a warning, not an error (spec-language, section 4).
    pub const fn is_outside(&self) -> bool {
        matches!(self, Self::Outside { .. })
    }
}

fn operands(left: ColumnType, right: Option<ColumnType>) -> String {
    match right {
        Some(right) => format!("{left} and {right}"),
        None => left.to_string(),
    }
}

/// The first field, or else the first constant, in an expression.
pub(super) fn offender(expr: &Expr) -> Option<String> {
    find(expr, true).or_else(|| find(expr, false))
}

fn find(expr: &Expr, field: bool) -> Option<String> {
    match expr {
        Expr::Field(name) if field => Some(name.as_str().to_owned()),
        Expr::Literal(value) if !field && *value != Value::Null => Some(literal_text(value)),
        _ => expr.parts().into_iter().find_map(|part| find(part, field)),
    }
}
