//! Evaluating: the truth of a rule over one record, with SQL's three values.

mod arithmetic;
mod cast;
mod compare;
mod datum;
mod json;

use std::cmp::Ordering;

use chrono::{DateTime, SubsecRound, Utc};

use super::compiled::{Compiled, Node};
use super::{Comparison, Function};
use crate::value::Value;

use datum::{Datum, Width};

/// The three values of SQL's logic. A rule is broken where it is false, not where it is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Truth {
    /// True.
    True,
    /// False.
    False,
    /// Null had a part in it.
    Unknown,
}

impl Truth {
    /// True or false.
    pub const fn known(truth: bool) -> Self {
        if truth { Self::True } else { Self::False }
    }

    /// `AND`.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Unknown,
        }
    }

    /// `OR`.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::True, _) | (_, Self::True) => Self::True,
            (Self::False, Self::False) => Self::False,
            _ => Self::Unknown,
        }
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }
}

/// A computation that the database would refuse; the record cannot be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum EvaluationError {
    /// A division by zero.
    #[error("it divides by zero")]
    DivisionByZero,
    /// A result that its type cannot hold.
    #[error("a number in it becomes too large")]
    OutOfRange,
    /// A text that is no value of the type that it is converted to.
    #[error("a text in it cannot be converted")]
    Conversion,
    /// A value is not of its column's type.
    #[error("a value in it is not of its column's type")]
    Mismatch,
}

/// The values of one record.
pub trait Fields {
    /// The value of the field at this position of [`Compiled::fields`]; `None` is null.
    fn value(&self, position: usize) -> Option<&Value>;
}

impl Fields for [Value] {
    fn value(&self, position: usize) -> Option<&Value> {
        self.get(position)
    }
}

impl Fields for Vec<Value> {
    fn value(&self, position: usize) -> Option<&Value> {
        self.get(position)
    }
}

/// The truth of `rule` over one record at one time.
///
/// # Errors
/// A computation that the database would refuse, too.
pub fn evaluate(
    rule: &Compiled,
    fields: &dyn Fields,
    now: DateTime<Utc>,
) -> Result<Truth, EvaluationError> {
    let scope = Scope {
        fields,
        now: now.trunc_subsecs(6),
    };
    scope.truth(&rule.root)
}

type Outcome<T> = Result<T, EvaluationError>;

struct Scope<'a> {
    fields: &'a dyn Fields,
    now: DateTime<Utc>,
}

impl<'a> Scope<'a> {
    fn truth(&self, node: &'a Node) -> Outcome<Truth> {
        match self.datum(node)? {
            Datum::Null => Ok(Truth::Unknown),
            Datum::Boolean(truth) => Ok(Truth::known(truth)),
            _ => Err(EvaluationError::Mismatch),
        }
    }

    fn datum(&self, node: &'a Node) -> Outcome<Datum<'a>> {
        let truth = match node {
            Node::Field(position, kind) => {
                let value = self.fields.value(*position).unwrap_or(&Value::Null);
                return Datum::load(value, *kind);
            }
            Node::Literal(value) => return Datum::constant(value),
            Node::Negate(inner) => return arithmetic::negate(self.datum(inner)?),
            Node::Compute(left, operator, right) => {
                return arithmetic::compute(&self.datum(left)?, *operator, &self.datum(right)?);
            }
            Node::Call(function, arguments) => return self.call(*function, arguments),
            Node::Cast(inner, target) => return cast::cast(self.datum(inner)?, *target),
            Node::Case(arms, otherwise) => return self.case(arms, otherwise.as_deref()),
            Node::Not(inner) => !self.truth(inner)?,
            Node::And(all) => self.and(all)?,
            Node::Or(all) => self.or(all)?,
            Node::Compare(left, comparison, right) => {
                compared(&self.datum(left)?, *comparison, &self.datum(right)?)?
            }
            Node::Between(value, low, high) => {
                let value = self.datum(value)?;
                let low = compared(&value, Comparison::GreaterOrEqual, &self.datum(low)?)?;
                let high = compared(&value, Comparison::LessOrEqual, &self.datum(high)?)?;
                low.and(high)
            }
            Node::In(value, list) => self.contained(value, list)?,
            Node::Matches(value, regex) => self.text_claim(value, |text| regex.is_match(text))?,
            Node::Is(value, format) => self.text_claim(value, |text| format.accepts(text))?,
            Node::IsNull(inner) => Truth::known(matches!(self.datum(inner)?, Datum::Null)),
            Node::IsBoolean(inner, wanted) => {
                Truth::known(self.truth(inner)? == Truth::known(*wanted))
            }
        };
        Ok(truth.into())
    }

    fn and(&self, all: &'a [Node]) -> Outcome<Truth> {
        let mut truth = Truth::True;
        for node in all {
            truth = truth.and(self.truth(node)?);
            if truth == Truth::False {
                break;
            }
        }
        Ok(truth)
    }

    fn or(&self, all: &'a [Node]) -> Outcome<Truth> {
        let mut truth = Truth::False;
        for node in all {
            truth = truth.or(self.truth(node)?);
            if truth == Truth::True {
                break;
            }
        }
        Ok(truth)
    }

    fn contained(&self, value: &'a Node, list: &'a [Node]) -> Outcome<Truth> {
        let value = self.datum(value)?;
        let mut truth = Truth::False;
        for member in list {
            truth = truth.or(compared(&value, Comparison::Equal, &self.datum(member)?)?);
            if truth == Truth::True {
                break;
            }
        }
        Ok(truth)
    }

    /// A claim about a text; a `CHAR` is padded, as it is where patterns are matched.
    fn text_claim(&self, value: &'a Node, claim: impl Fn(&str) -> bool) -> Outcome<Truth> {
        let value = self.datum(value)?;
        match value.padded() {
            Some(text) => Ok(Truth::known(claim(&text))),
            None if matches!(value, Datum::Null) => Ok(Truth::Unknown),
            None => Err(EvaluationError::Mismatch),
        }
    }

    fn call(&self, function: Function, arguments: &'a [Node]) -> Outcome<Datum<'a>> {
        match function {
            Function::Now => Ok(Datum::Timestamp(self.now)),
            Function::Today => Ok(Datum::Date(self.now.date_naive())),
            Function::Coalesce => {
                for argument in arguments {
                    let value = self.datum(argument)?;
                    if !matches!(value, Datum::Null) {
                        return Ok(value);
                    }
                }
                Ok(Datum::Null)
            }
            _ => {
                let argument = arguments.first().ok_or(EvaluationError::Mismatch)?;
                unary(function, self.datum(argument)?)
            }
        }
    }

    fn case(&self, arms: &'a [(Node, Node)], otherwise: Option<&'a Node>) -> Outcome<Datum<'a>> {
        for (test, result) in arms {
            if self.truth(test)? == Truth::True {
                return self.datum(result);
            }
        }
        otherwise.map_or(Ok(Datum::Null), |result| self.datum(result))
    }
}

fn compared(left: &Datum<'_>, comparison: Comparison, right: &Datum<'_>) -> Outcome<Truth> {
    let wants_distinct = comparison == Comparison::Distinct;
    let is_null = |datum: &Datum<'_>| matches!(datum, Datum::Null);
    if wants_distinct || comparison == Comparison::NotDistinct {
        let is_distinct = match (is_null(left), is_null(right)) {
            (true, true) => false,
            (false, false) => compare::order(left, right)? != Ordering::Equal,
            _ => true,
        };
        return Ok(Truth::known(is_distinct == wants_distinct));
    }
    if is_null(left) || is_null(right) {
        return Ok(Truth::Unknown);
    }
    let order = compare::order(left, right)?;
    Ok(Truth::known(match comparison {
        Comparison::Equal | Comparison::NotDistinct => order.is_eq(),
        Comparison::NotEqual | Comparison::Distinct => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
    }))
}

fn unary(function: Function, argument: Datum<'_>) -> Outcome<Datum<'_>> {
    if matches!(argument, Datum::Null) {
        return Ok(Datum::Null);
    }
    if function == Function::Abs {
        return arithmetic::abs(argument);
    }
    let wrong = EvaluationError::Mismatch;
    match (function, &argument) {
        (Function::Cardinality, Datum::Array(elements, _)) => Ok(count(elements.len())),
        (Function::Cardinality, Datum::Json(text)) => {
            Ok(json::elements(text).map_or(Datum::Null, count))
        }
        (Function::OctetLength, Datum::Bytes(bytes)) => Ok(count(bytes.len())),
        (Function::OctetLength, _) => Ok(count(argument.padded().ok_or(wrong)?.len())),
        (Function::CharLength, _) => Ok(count(argument.text().ok_or(wrong)?.chars().count())),
        (Function::Lower, _) => {
            let text = argument.text().ok_or(wrong)?;
            Ok(Datum::text_of(text.to_ascii_lowercase()))
        }
        (Function::Upper, _) => {
            let text = argument.text().ok_or(wrong)?;
            Ok(Datum::text_of(text.to_ascii_uppercase()))
        }
        (Function::Trim, _) => {
            let text = argument.text().ok_or(wrong)?;
            Ok(Datum::text_of(text.trim_matches(' ').to_owned()))
        }
        _ => Err(wrong),
    }
}

fn count(length: usize) -> Datum<'static> {
    Datum::Integer(i64::try_from(length).unwrap_or(i64::MAX), Width::Normal)
}

#[cfg(test)]
mod tests;
