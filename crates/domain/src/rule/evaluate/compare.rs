//! The order of two values that are not null, exact wherever their types are.

use std::cmp::Ordering;

use chrono::NaiveTime;

use super::datum::Datum;
use super::{EvaluationError, Outcome};
use crate::column_type::{ColumnType, ScalarType};
use crate::value::Value;

/// The order of two values of types that compare with each other.
pub(super) fn order(left: &Datum<'_>, right: &Datum<'_>) -> Outcome<Ordering> {
    use Datum::{
        Array, Boolean, Bytes, Char, Date, Double, Integer, Real, Time, Timestamp, Uuid, Varchar,
    };
    if let (Some(a), Some(b)) = (left.text(), right.text()) {
        // UTF-8 sorts by code point. Beside a `CHAR` the blanks at the end of a `VARCHAR` do not count, those of a
        // `TEXT` do.
        return Ok(match (left, right) {
            (Char(..), Varchar(_)) => a.cmp(b.trim_end_matches(' ')),
            (Varchar(_), Char(..)) => a.trim_end_matches(' ').cmp(b),
            _ => a.cmp(b),
        });
    }
    let order = match (left, right) {
        (Integer(a, _), Integer(b, _)) => Some(a.cmp(b)),
        (Real(a), Real(b)) => Some(floats(f64::from(*a), f64::from(*b))),
        (Real(_) | Double(_), _) | (_, Real(_) | Double(_)) => {
            left.double().zip(right.double()).map(|(a, b)| floats(a, b))
        }
        (Boolean(a), Boolean(b)) => Some(a.cmp(b)),
        (Uuid(a), Uuid(b)) => Some(a.cmp(b)),
        (Date(a), Date(b)) => Some(a.cmp(b)),
        (Time(a), Time(b)) => Some(a.cmp(b)),
        (Timestamp(a), Timestamp(b)) => Some(a.cmp(b)),
        (Date(a), Timestamp(b)) => Some(a.and_time(NaiveTime::MIN).and_utc().cmp(b)),
        (Timestamp(a), Date(b)) => Some(a.cmp(&b.and_time(NaiveTime::MIN).and_utc())),
        (Bytes(a), Bytes(b)) => Some(a.cmp(b)),
        (Array(a, kind), Array(b, _)) => return arrays(a, b, *kind),
        _ => match (left.exact(), right.exact()) {
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            _ => None,
        },
    };
    order.ok_or(EvaluationError::Mismatch)
}

/// Not-a-number is equal to itself and above all others.
fn floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b)
        .unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

fn arrays(a: &[Value], b: &[Value], kind: ScalarType) -> Outcome<Ordering> {
    let kind = ColumnType::Scalar(kind);
    for (left, right) in a.iter().zip(b) {
        let order = order(&Datum::load(left, kind)?, &Datum::load(right, kind)?)?;
        if order.is_ne() {
            return Ok(order);
        }
    }
    Ok(a.len().cmp(&b.len()))
}
