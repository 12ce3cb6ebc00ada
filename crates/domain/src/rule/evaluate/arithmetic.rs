//! Arithmetic as `PostgreSQL` does it: whole numbers drop remainders and overflow, decimals are exact and divide to a
//! scale of their own, doubles refuse to become infinite.

use std::borrow::Cow;

use bigdecimal::num_bigint::{BigInt, Sign};
use bigdecimal::{BigDecimal, Zero};
use chrono::Duration;

use super::datum::{Datum, Width};
use super::{EvaluationError, Outcome};
use crate::rule::Arithmetic;

/// `left operator right`; null where either is.
pub(super) fn compute<'a>(
    left: &Datum<'a>,
    operator: Arithmetic,
    right: &Datum<'a>,
) -> Outcome<Datum<'a>> {
    match (left, right) {
        (Datum::Null, _) | (_, Datum::Null) => Ok(Datum::Null),
        (Datum::Integer(a, x), Datum::Integer(b, y)) => integers(*a, operator, *b, (*x).max(*y)),
        (Datum::Real(a), Datum::Real(b)) => reals(*a, operator, *b),
        (Datum::Date(_), _) | (_, Datum::Date(_)) => days(left, operator, right),
        _ if operator == Arithmetic::Concatenate => {
            let sides = left.text().zip(right.text());
            let (a, b) = sides.ok_or(EvaluationError::Mismatch)?;
            Ok(Datum::text_of([a, b].concat()))
        }
        (Datum::Real(_) | Datum::Double(_), _) | (_, Datum::Real(_) | Datum::Double(_)) => {
            let sides = left.double().zip(right.double());
            let (a, b) = sides.ok_or(EvaluationError::Mismatch)?;
            doubles(a, operator, b).map(Datum::Double)
        }
        _ => {
            let sides = left.exact().zip(right.exact());
            let (a, b) = sides.ok_or(EvaluationError::Mismatch)?;
            Datum::decimal(Cow::Owned(decimals(&a, operator, &b)?))
        }
    }
}

/// `-value`.
pub(super) fn negate(value: Datum<'_>) -> Outcome<Datum<'_>> {
    match value {
        Datum::Null => Ok(Datum::Null),
        Datum::Integer(number, width) => width.hold(number.checked_neg()),
        Datum::Decimal(number) => Ok(Datum::Decimal(Cow::Owned(-number.into_owned()))),
        Datum::Real(number) => Ok(Datum::Real(-number)),
        Datum::Double(number) => Ok(Datum::Double(-number)),
        _ => Err(EvaluationError::Mismatch),
    }
}

/// `abs(value)`.
pub(super) fn abs(value: Datum<'_>) -> Outcome<Datum<'_>> {
    match value {
        Datum::Integer(number, width) => width.hold(number.checked_abs()),
        Datum::Decimal(number) => Ok(Datum::Decimal(Cow::Owned(number.abs()))),
        Datum::Real(number) => Ok(Datum::Real(number.abs())),
        Datum::Double(number) => Ok(Datum::Double(number.abs())),
        _ => Err(EvaluationError::Mismatch),
    }
}

fn integers(a: i64, operator: Arithmetic, b: i64, width: Width) -> Outcome<Datum<'static>> {
    let divides = matches!(operator, Arithmetic::Divide | Arithmetic::Remainder);
    if divides && b == 0 {
        return Err(EvaluationError::DivisionByZero);
    }
    width.hold(match operator {
        Arithmetic::Add => a.checked_add(b),
        Arithmetic::Subtract => a.checked_sub(b),
        Arithmetic::Multiply => a.checked_mul(b),
        Arithmetic::Divide => a.checked_div(b),
        // The least number has no remainder by -1, and no quotient either.
        Arithmetic::Remainder => Some(a.checked_rem(b).unwrap_or(0)),
        Arithmetic::Concatenate => return Err(EvaluationError::Mismatch),
    })
}

fn reals(a: f32, operator: Arithmetic, b: f32) -> Outcome<Datum<'static>> {
    let result = match operator {
        Arithmetic::Add => a + b,
        Arithmetic::Subtract => a - b,
        Arithmetic::Multiply => a * b,
        Arithmetic::Divide if b == 0.0 => return Err(EvaluationError::DivisionByZero),
        Arithmetic::Divide => a / b,
        _ => return Err(EvaluationError::Mismatch),
    };
    let vanished = vanishes(operator, a == 0.0, b == 0.0) && result == 0.0;
    if result.is_finite() && !vanished {
        Ok(Datum::Real(result))
    } else {
        Err(EvaluationError::OutOfRange)
    }
}

fn doubles(a: f64, operator: Arithmetic, b: f64) -> Outcome<f64> {
    let result = match operator {
        Arithmetic::Add => a + b,
        Arithmetic::Subtract => a - b,
        Arithmetic::Multiply => a * b,
        Arithmetic::Divide if b == 0.0 => return Err(EvaluationError::DivisionByZero),
        Arithmetic::Divide => a / b,
        _ => return Err(EvaluationError::Mismatch),
    };
    let vanished = vanishes(operator, a == 0.0, b == 0.0) && result == 0.0;
    if result.is_finite() && !vanished {
        Ok(result)
    } else {
        Err(EvaluationError::OutOfRange)
    }
}

/// Whether a result of zero would be an underflow.
const fn vanishes(operator: Arithmetic, a_is_zero: bool, b_is_zero: bool) -> bool {
    match operator {
        Arithmetic::Multiply => !a_is_zero && !b_is_zero,
        Arithmetic::Divide => !a_is_zero,
        _ => false,
    }
}

fn decimals(a: &BigDecimal, operator: Arithmetic, b: &BigDecimal) -> Outcome<BigDecimal> {
    let divides = matches!(operator, Arithmetic::Divide | Arithmetic::Remainder);
    if divides && b.is_zero() {
        return Err(EvaluationError::DivisionByZero);
    }
    Ok(match operator {
        Arithmetic::Add => a + b,
        Arithmetic::Subtract => a - b,
        Arithmetic::Multiply => a * b,
        Arithmetic::Divide => quotient(a, b),
        Arithmetic::Remainder => a % b,
        Arithmetic::Concatenate => return Err(EvaluationError::Mismatch),
    })
}

/// The quotient, rounded half away from zero at the scale that `PostgreSQL` chooses (`select_div_scale`).
fn quotient(a: &BigDecimal, b: &BigDecimal) -> BigDecimal {
    let scale = quotient_scale(a, b);
    let (x, x_scale) = a.as_bigint_and_scale();
    let (y, y_scale) = b.as_bigint_and_scale();
    let shift = scale + y_scale - x_scale;
    let power = BigInt::from(10).pow(u32::try_from(shift.unsigned_abs()).unwrap_or(u32::MAX));
    let (numerator, denominator) = if shift >= 0 {
        (&*x * power, y.into_owned())
    } else {
        (x.into_owned(), &*y * power)
    };
    BigDecimal::new(rounded_ratio(&numerator, &denominator), scale)
}

fn rounded_ratio(numerator: &BigInt, denominator: &BigInt) -> BigInt {
    let is_negative = (numerator.sign() == Sign::Minus) != (denominator.sign() == Sign::Minus);
    let (n, d) = (numerator.magnitude(), denominator.magnitude());
    let rounded = (n * 2u32 + d) / (d * 2u32);
    BigInt::from_biguint(if is_negative { Sign::Minus } else { Sign::Plus }, rounded)
}

/// At least 16 significant digits, at least the scale of either side, at most 1000.
fn quotient_scale(a: &BigDecimal, b: &BigDecimal) -> i64 {
    const SIGNIFICANT_DIGITS: i64 = 16;
    const MAX_SCALE: i64 = 1000;
    let (a_weight, a_first) = leading_group(a);
    let (b_weight, b_first) = leading_group(b);
    let weight = a_weight - b_weight - i64::from(a_first <= b_first);
    (SIGNIFICANT_DIGITS - weight * 4)
        .max(a.fractional_digit_count())
        .max(b.fractional_digit_count())
        .clamp(0, MAX_SCALE)
}

/// `PostgreSQL` keeps decimals in groups of four digits: the weight and the value of the first that is not zero.
fn leading_group(number: &BigDecimal) -> (i64, u32) {
    if number.is_zero() {
        return (0, 0);
    }
    let (digits, scale) = number.as_bigint_and_scale();
    let digits = digits.magnitude().to_string();
    let first = i64::try_from(digits.len()).unwrap_or(i64::MAX) - scale - 1;
    let in_group = usize::try_from(first.rem_euclid(4)).unwrap_or(0) + 1;
    let group = digits
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(in_group)
        .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    (first.div_euclid(4), group)
}

fn days(left: &Datum<'_>, operator: Arithmetic, right: &Datum<'_>) -> Outcome<Datum<'static>> {
    let moved = match (left, operator, right) {
        (Datum::Date(a), Arithmetic::Subtract, Datum::Date(b)) => {
            return Width::Normal.hold(Some((*a - *b).num_days()));
        }
        (Datum::Date(date), Arithmetic::Add, Datum::Integer(days, _))
        | (Datum::Integer(days, _), Arithmetic::Add, Datum::Date(date)) => {
            Duration::try_days(*days).and_then(|days| date.checked_add_signed(days))
        }
        (Datum::Date(date), Arithmetic::Subtract, Datum::Integer(days, _)) => {
            Duration::try_days(*days).and_then(|days| date.checked_sub_signed(days))
        }
        _ => return Err(EvaluationError::Mismatch),
    };
    moved.map(Datum::Date).ok_or(EvaluationError::OutOfRange)
}
