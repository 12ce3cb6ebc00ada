//! Defaults: what a column takes when a create leaves it out.

use chrono::{DateTime, Utc};
use uuid::{Builder, Uuid};

use super::Stamp;
use crate::column_type::ScalarType;
use crate::table::{Column, DefaultValue};
use crate::value::Value;

/// The value of a column that was not sent; null where it has no default, or where the store gives the number.
pub(super) fn value(column: &Column, stamp: &mut Stamp<'_>) -> Value {
    match column.default.as_ref().map(|default| &default.value) {
        None | Some(DefaultValue::Sequence) => Value::Null,
        Some(DefaultValue::Literal(value)) => value.clone(),
        Some(DefaultValue::Now) => now(column.scalar(), stamp.now),
        Some(DefaultValue::RandomUuid) => {
            let random = Builder::from_random_bytes((stamp.random)());
            of_uuid(column.scalar(), random.into_uuid())
        }
        Some(DefaultValue::TimeUuid) => {
            of_uuid(column.scalar(), time_uuid(stamp.now, (stamp.random)()))
        }
    }
}

fn now(scalar: Option<ScalarType>, now: DateTime<Utc>) -> Value {
    match scalar {
        Some(ScalarType::Date) => Value::Date(now.date_naive()),
        Some(ScalarType::Time) => Value::Time(now.time()),
        Some(scalar) if scalar.is_text() => {
            Value::Text(now.format("%Y-%m-%d %H:%M:%S%.6f+00").to_string())
        }
        _ => Value::Timestamp(now),
    }
}

fn of_uuid(scalar: Option<ScalarType>, uuid: Uuid) -> Value {
    match scalar {
        Some(scalar) if scalar.is_text() => Value::Text(uuid.to_string()),
        _ => Value::Uuid(uuid),
    }
}

/// Version 7 (RFC 9562, 5.7): the millisecond, then twelve bits of its fraction, then randomness. Keys of different
/// microseconds sort by time.
fn time_uuid(now: DateTime<Utc>, random: [u8; 16]) -> Uuid {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    let micros = now.timestamp_subsec_micros() % 1000;
    let [high, low] = u16::try_from(micros * 4096 / 1000)
        .unwrap_or(0)
        .to_be_bytes();
    let mut tail = [high, low, 0, 0, 0, 0, 0, 0, 0, 0];
    for (byte, random) in tail.iter_mut().skip(2).zip(random) {
        *byte = random;
    }
    Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
}
