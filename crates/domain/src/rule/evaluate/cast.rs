//! Conversions: `value::type`.

use std::borrow::Cow;

use bigdecimal::{BigDecimal, RoundingMode, ToPrimitive};
use chrono::{NaiveTime, Timelike};

use super::datum::{Datum, Width};
use super::{EvaluationError, Outcome};
use crate::column_type::{ColumnType, NumericShape, ScalarType};
use crate::rule::literal;
use crate::value::Value;

/// `value` as `target`; null stays null.
pub(super) fn cast(value: Datum<'_>, target: ColumnType) -> Outcome<Datum<'_>> {
    let ColumnType::Scalar(scalar) = target else {
        return Err(EvaluationError::Mismatch);
    };
    if matches!(value, Datum::Null) {
        return Ok(Datum::Null);
    }
    if scalar.is_text() {
        return written(&value).map(|text| limited(text, scalar));
    }
    if let Some(text) = value.text() {
        let read = literal::read(text, target).ok_or(EvaluationError::Conversion)?;
        return parsed(read, scalar);
    }
    let wrong = EvaluationError::Mismatch;
    match (value, scalar) {
        (Datum::Boolean(truth), ScalarType::Integer) => Width::Normal.hold(Some(i64::from(truth))),
        (Datum::Integer(number, _), ScalarType::Boolean) => Ok(Datum::Boolean(number != 0)),
        (Datum::Date(date), ScalarType::Timestamp | ScalarType::TimestampTz) => {
            Ok(Datum::Timestamp(date.and_time(NaiveTime::MIN).and_utc()))
        }
        (Datum::Timestamp(moment), ScalarType::Date) => Ok(Datum::Date(moment.date_naive())),
        (Datum::Timestamp(moment), ScalarType::Time) => Ok(Datum::Time(moment.time())),
        (same @ Datum::Date(_), ScalarType::Date)
        | (same @ Datum::Time(_), ScalarType::Time)
        | (same @ Datum::Boolean(_), ScalarType::Boolean)
        | (same @ Datum::Uuid(_), ScalarType::Uuid)
        | (same @ Datum::Bytes(_), ScalarType::Bytea)
        | (same @ Datum::Timestamp(_), ScalarType::Timestamp | ScalarType::TimestampTz) => Ok(same),
        (number, _) if scalar.is_integer() => whole(&number, Width::of(scalar)),
        (number, ScalarType::Numeric(shape)) => numeric(&number, shape),
        (number, ScalarType::Real) => real(&number),
        (number, ScalarType::Double) => {
            let double = number.double().ok_or(wrong)?;
            double
                .is_finite()
                .then_some(Datum::Double(double))
                .ok_or(EvaluationError::OutOfRange)
        }
        _ => Err(wrong),
    }
}

/// What a text was read as, in the target's own width and digits.
fn parsed(value: Value, scalar: ScalarType) -> Outcome<Datum<'static>> {
    match value {
        Value::Boolean(truth) => Ok(Datum::Boolean(truth)),
        Value::Integer(number) => Width::of(scalar).hold(Some(number)),
        Value::Decimal(number) => {
            let shape = match scalar {
                ScalarType::Numeric(shape) => shape,
                _ => None,
            };
            numeric(&Datum::decimal(Cow::Owned(number))?, shape)
        }
        Value::Real(number) => Ok(Datum::Real(number)),
        Value::Double(number) => Ok(Datum::Double(number)),
        Value::Uuid(uuid) => Ok(Datum::Uuid(uuid)),
        Value::Date(date) => Ok(Datum::Date(date)),
        Value::Time(time) => Ok(Datum::Time(time)),
        Value::Timestamp(moment) => Ok(Datum::Timestamp(moment)),
        _ => Err(EvaluationError::Mismatch),
    }
}

/// Decimals round half away from zero, doubles half to even.
fn whole(number: &Datum<'_>, width: Width) -> Outcome<Datum<'static>> {
    let rounded = match number {
        Datum::Integer(number, _) => Some(*number),
        Datum::Decimal(number) => number.with_scale_round(0, RoundingMode::HalfUp).to_i64(),
        Datum::Real(number) => from_double(f64::from(*number)),
        Datum::Double(number) => from_double(*number),
        _ => return Err(EvaluationError::Mismatch),
    };
    width.hold(rounded)
}

fn from_double(number: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    let rounded = number.round_ties_even();
    #[expect(clippy::cast_possible_truncation, reason = "the range was looked at")]
    (-LIMIT..LIMIT).contains(&rounded).then_some(rounded as i64)
}

fn numeric(number: &Datum<'_>, shape: Option<NumericShape>) -> Outcome<Datum<'static>> {
    let exact = match number {
        Datum::Real(number) => digits(&number.to_string())?,
        // `PostgreSQL` takes 15 significant digits of a double.
        Datum::Double(number) => digits(&format!("{number:.14e}"))?,
        _ => number
            .exact()
            .ok_or(EvaluationError::Mismatch)?
            .into_owned(),
    };
    let Some(shape) = shape else {
        return Datum::decimal(Cow::Owned(exact));
    };
    let rounded = exact.with_scale_round(i64::from(shape.scale), RoundingMode::HalfUp);
    let is_zero = rounded.sign() == bigdecimal::num_bigint::Sign::NoSign;
    if is_zero || rounded.digits() <= u64::from(shape.precision) {
        Datum::decimal(Cow::Owned(rounded))
    } else {
        Err(EvaluationError::OutOfRange)
    }
}

fn digits(text: &str) -> Outcome<BigDecimal> {
    text.parse().map_err(|_| EvaluationError::Mismatch)
}

fn real(number: &Datum<'_>) -> Outcome<Datum<'static>> {
    let single: f32 = match number {
        Datum::Real(number) => *number,
        Datum::Double(number) => number
            .to_string()
            .parse()
            .map_err(|_| EvaluationError::Mismatch)?,
        other => other
            .exact()
            .ok_or(EvaluationError::Mismatch)?
            .to_string()
            .parse()
            .map_err(|_| EvaluationError::Mismatch)?,
    };
    let vanished = single == 0.0 && number.double().is_some_and(|double| double != 0.0);
    if single.is_finite() && !vanished {
        Ok(Datum::Real(single))
    } else {
        Err(EvaluationError::OutOfRange)
    }
}

/// The value as a text, as `PostgreSQL` writes it.
fn written(value: &Datum<'_>) -> Outcome<String> {
    if let Some(text) = value.text() {
        return Ok(text.to_owned());
    }
    match value {
        Datum::Boolean(truth) => Ok(truth.to_string()),
        Datum::Integer(number, _) => Ok(number.to_string()),
        Datum::Decimal(number) => Ok(number.to_plain_string()),
        Datum::Uuid(uuid) => Ok(uuid.to_string()),
        Datum::Date(date) => Ok(date.to_string()),
        Datum::Time(time) => Ok(clock(*time)),
        _ => Err(EvaluationError::Mismatch),
    }
}

/// `12:30:00`, with as many decimals as there are.
fn clock(time: NaiveTime) -> String {
    let micros = time.nanosecond() / 1000;
    let text = time.format("%H:%M:%S").to_string();
    if micros == 0 {
        return text;
    }
    let fraction = format!("{micros:06}");
    format!("{text}.{}", fraction.trim_end_matches('0'))
}

/// An explicit conversion cuts a text to its length.
fn limited(text: String, scalar: ScalarType) -> Datum<'static> {
    let cut = |limit: u32| {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        text.chars().take(limit).collect::<String>()
    };
    match scalar {
        ScalarType::Varchar(limit) => {
            Datum::Varchar(Cow::Owned(limit.map_or_else(|| text.clone(), cut)))
        }
        ScalarType::Char(limit) => {
            let cut = cut(limit);
            Datum::Char(Cow::Owned(cut.trim_end_matches(' ').to_owned()), limit)
        }
        _ => Datum::text_of(text),
    }
}
