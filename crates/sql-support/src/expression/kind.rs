//! Kinds: what an expression yields, as far as comparing it goes.

use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::rule::{Arithmetic, Expr, Function};
use specd_domain::table::Table;
use specd_domain::value::Value;

/// What an expression yields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Integer,
    Decimal,
    Float,
    Text,
    Boolean,
    Uuid,
    Date,
    Time,
    Timestamp,
    Bytes,
    /// Arrays and JSON: they are counted or asked for null, and no more.
    Whole,
}

impl Kind {
    pub(super) const fn of_type(column_type: ColumnType) -> Self {
        let ColumnType::Scalar(scalar) = column_type else {
            return Self::Whole;
        };
        match scalar {
            ScalarType::Uuid => Self::Uuid,
            ScalarType::Varchar(_) | ScalarType::Char(_) | ScalarType::Text => Self::Text,
            ScalarType::SmallInt | ScalarType::Integer | ScalarType::BigInt => Self::Integer,
            ScalarType::Numeric(_) => Self::Decimal,
            ScalarType::Real | ScalarType::Double => Self::Float,
            ScalarType::Boolean => Self::Boolean,
            ScalarType::Date => Self::Date,
            ScalarType::Time => Self::Time,
            ScalarType::Timestamp | ScalarType::TimestampTz => Self::Timestamp,
            ScalarType::Bytea => Self::Bytes,
        }
    }

    const fn of_value(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Boolean(_) => Self::Boolean,
            Value::Integer(_) => Self::Integer,
            Value::Decimal(_) => Self::Decimal,
            Value::Real(_) | Value::Double(_) => Self::Float,
            Value::Text(_) => Self::Text,
            Value::Uuid(_) => Self::Uuid,
            Value::Date(_) => Self::Date,
            Value::Time(_) => Self::Time,
            Value::Timestamp(_) => Self::Timestamp,
            Value::Bytes(_) => Self::Bytes,
            Value::Json(_) | Value::Array(_) => Self::Whole,
        }
    }

    /// The kind of both sides together, where they can be compared as they stand.
    pub(super) fn with(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Whole, _) | (_, Self::Whole) => None,
            (Self::Null, kind) | (kind, Self::Null) => Some(kind),
            (Self::Integer, Self::Decimal) | (Self::Decimal, Self::Integer) => Some(Self::Decimal),
            (Self::Integer, Self::Float) | (Self::Float, Self::Integer) => Some(Self::Float),
            (left, right) if left == right => Some(left),
            _ => None,
        }
    }
}

/// The kind of an expression; `None` where it has none that this crate knows.
pub(super) fn kind(table: &Table, expr: &Expr) -> Option<Kind> {
    match expr {
        Expr::Field(name) => {
            let (_, column) = table.column(name.as_str())?;
            Some(Kind::of_type(column.column_type.value))
        }
        Expr::Literal(value) => Some(Kind::of_value(value)),
        Expr::Negate(inner) => kind(table, inner),
        Expr::Compute(left, operator, right) => {
            computed(kind(table, left)?, *operator, kind(table, right)?)
        }
        Expr::Call(function, arguments) => match function {
            Function::CharLength | Function::OctetLength | Function::Cardinality => {
                Some(Kind::Integer)
            }
            Function::Lower | Function::Upper | Function::Trim => Some(Kind::Text),
            Function::Abs | Function::Coalesce => together(table, arguments.iter()),
            Function::Now => Some(Kind::Timestamp),
            Function::Today => Some(Kind::Date),
        },
        Expr::Cast(_, column_type) => Some(Kind::of_type(*column_type)),
        Expr::Case(branches, otherwise) => {
            let results = branches.iter().map(|(_, result)| result);
            together(table, results.chain(otherwise.as_deref()))
        }
        Expr::Not(_)
        | Expr::And(_)
        | Expr::Or(_)
        | Expr::Compare(..)
        | Expr::Between(..)
        | Expr::In(..)
        | Expr::Like { .. }
        | Expr::Matches { .. }
        | Expr::IsNull(_)
        | Expr::IsBoolean(..)
        | Expr::Is(..) => Some(Kind::Boolean),
    }
}

/// The kind of all of them together.
pub(super) fn together<'a>(
    table: &Table,
    exprs: impl IntoIterator<Item = &'a Expr>,
) -> Option<Kind> {
    exprs.into_iter().try_fold(Kind::Null, |kind_so_far, expr| {
        kind_so_far.with(kind(table, expr)?)
    })
}

fn computed(left: Kind, operator: Arithmetic, right: Kind) -> Option<Kind> {
    match (left, operator, right) {
        (Kind::Date, Arithmetic::Subtract, Kind::Date) => Some(Kind::Integer),
        (Kind::Date, Arithmetic::Add | Arithmetic::Subtract, Kind::Integer) => Some(Kind::Date),
        (left, _, right) => left.with(right),
    }
}
