//! Values on the wire of `PostgreSQL`, each in its own type.

use std::fmt;
use std::io::Write as _;

use bigdecimal::{BigDecimal, Zero as _};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use diesel::data_types::PgNumeric;
use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::AstPass;
use diesel::result::QueryResult;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{self as sql, Nullable};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::value::Value;
use specd_sql_support::cell::Mismatch;
use specd_sql_support::statement::{Bind, TypedValue};
use uuid::Uuid;

/// A JSON text that goes through as it is.
pub(crate) struct JsonText(String);

/// As those of a [`Value`]: diesel asks for it, and nobody shall read it.
impl fmt::Debug for JsonText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Json(…)")
    }
}

impl ToSql<sql::Json, Pg> for JsonText {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

/// The version that stands before the text of a `JSONB`.
const JSONB_VERSION: u8 = 1;

impl ToSql<sql::Jsonb, Pg> for JsonText {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&[JSONB_VERSION])?;
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

/// A decimal that keeps its scale; diesel's own form of zero has none.
pub(crate) struct Decimal(BigDecimal);

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Decimal(…)")
    }
}

impl ToSql<sql::Numeric, Pg> for Decimal {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let scale = u16::try_from(self.0.fractional_digit_count());
        match scale {
            Ok(scale) if self.0.is_zero() => {
                let zero = PgNumeric::Positive {
                    weight: 0,
                    scale,
                    digits: Vec::new(),
                };
                ToSql::<sql::Numeric, Pg>::to_sql(&zero, &mut out.reborrow())
            }
            _ => ToSql::<sql::Numeric, Pg>::to_sql(&self.0, &mut out.reborrow()),
        }
    }
}

macro_rules! postgres_values {
    ($($name:ident, $list:ident: $rust:ty as $sql:ty;)+) => {
        /// A value in the form of its type, null or not.
        pub(crate) enum PostgresBind {
            $(
                $name(Option<$rust>),
                $list(Option<Vec<Option<$rust>>>),
            )+
            Json(Option<JsonText>),
            Jsonb(Option<JsonText>),
        }

        impl Bind<Pg> for PostgresBind {
            fn push<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
                match self {
                    $(
                        Self::$name(value) => out.push_bind_param::<Nullable<$sql>, _>(value),
                        Self::$list(values) => {
                            out.push_bind_param::<Nullable<sql::Array<Nullable<$sql>>>, _>(values)
                        }
                    )+
                    Self::Json(text) => out.push_bind_param::<Nullable<sql::Json>, _>(text),
                    Self::Jsonb(text) => out.push_bind_param::<Nullable<sql::Jsonb>, _>(text),
                }
            }
        }
    };
}

postgres_values! {
    Uuid, Uuids: Uuid as sql::Uuid;
    Text, Texts: String as sql::Text;
    SmallInt, SmallInts: i16 as sql::SmallInt;
    Integer, Integers: i32 as sql::Integer;
    BigInt, BigInts: i64 as sql::BigInt;
    Numeric, Numerics: Decimal as sql::Numeric;
    Real, Reals: f32 as sql::Float;
    Double, Doubles: f64 as sql::Double;
    Boolean, Booleans: bool as sql::Bool;
    Date, Dates: NaiveDate as sql::Date;
    Time, Times: NaiveTime as sql::Time;
    Timestamp, Timestamps: NaiveDateTime as sql::Timestamp;
    TimestampTz, TimestampTzs: DateTime<Utc> as sql::Timestamptz;
    Bytes, ByteLists: Vec<u8> as sql::Binary;
}

/// The value in the form of its type.
///
/// # Errors
/// It is not of the type.
pub(crate) fn encode(typed: TypedValue) -> Result<PostgresBind, Mismatch> {
    let TypedValue { column_type, value } = typed;
    let mismatch = Mismatch(column_type);
    match column_type {
        ColumnType::Json => json(value).map(PostgresBind::Json),
        ColumnType::Jsonb => json(value).map(PostgresBind::Jsonb),
        ColumnType::Scalar(scalar) => encode_scalar(scalar, value),
        ColumnType::Array(scalar) => encode_array(scalar, value),
    }
    .map_err(|NotOfType| mismatch)
}

/// A value of another type.
struct NotOfType;

fn json(value: Value) -> Result<Option<JsonText>, NotOfType> {
    optional(value, |value| match value {
        Value::Json(text) => Some(JsonText(text)),
        _ => None,
    })
}

/// Null is of every type.
fn optional<T>(value: Value, read: impl Fn(Value) -> Option<T>) -> Result<Option<T>, NotOfType> {
    match value {
        Value::Null => Ok(None),
        value => read(value).map(Some).ok_or(NotOfType),
    }
}

/// Values of many records may be null; those of a record's own array are not.
fn listed<T>(
    value: Value,
    read: impl Fn(Value) -> Option<T>,
) -> Result<Option<Vec<Option<T>>>, NotOfType> {
    match value {
        Value::Null => Ok(None),
        Value::Array(values) => {
            let values = values.into_iter().map(|value| optional(value, &read));
            values.collect::<Result<_, _>>().map(Some)
        }
        _ => Err(NotOfType),
    }
}

fn encode_scalar(scalar: ScalarType, value: Value) -> Result<PostgresBind, NotOfType> {
    use PostgresBind as B;
    Ok(match scalar {
        ScalarType::Uuid => B::Uuid(optional(value, read::uuid)?),
        ScalarType::Varchar(_) | ScalarType::Char(_) | ScalarType::Text => {
            B::Text(optional(value, read::text)?)
        }
        ScalarType::SmallInt => B::SmallInt(optional(value, read::integer)?),
        ScalarType::Integer => B::Integer(optional(value, read::integer)?),
        ScalarType::BigInt => B::BigInt(optional(value, read::integer)?),
        ScalarType::Numeric(_) => B::Numeric(optional(value, decimal)?),
        ScalarType::Real => B::Real(optional(value, read::real)?),
        ScalarType::Double => B::Double(optional(value, read::double)?),
        ScalarType::Boolean => B::Boolean(optional(value, read::boolean)?),
        ScalarType::Date => B::Date(optional(value, read::date)?),
        ScalarType::Time => B::Time(optional(value, read::time)?),
        ScalarType::Timestamp => B::Timestamp(optional(value, read::naive)?),
        ScalarType::TimestampTz => B::TimestampTz(optional(value, read::timestamp)?),
        ScalarType::Bytea => B::Bytes(optional(value, read::bytes)?),
    })
}

fn encode_array(scalar: ScalarType, value: Value) -> Result<PostgresBind, NotOfType> {
    use PostgresBind as B;
    Ok(match scalar {
        ScalarType::Uuid => B::Uuids(listed(value, read::uuid)?),
        ScalarType::Varchar(_) | ScalarType::Char(_) | ScalarType::Text => {
            B::Texts(listed(value, read::text)?)
        }
        ScalarType::SmallInt => B::SmallInts(listed(value, read::integer)?),
        ScalarType::Integer => B::Integers(listed(value, read::integer)?),
        ScalarType::BigInt => B::BigInts(listed(value, read::integer)?),
        ScalarType::Numeric(_) => B::Numerics(listed(value, decimal)?),
        ScalarType::Real => B::Reals(listed(value, read::real)?),
        ScalarType::Double => B::Doubles(listed(value, read::double)?),
        ScalarType::Boolean => B::Booleans(listed(value, read::boolean)?),
        ScalarType::Date => B::Dates(listed(value, read::date)?),
        ScalarType::Time => B::Times(listed(value, read::time)?),
        ScalarType::Timestamp => B::Timestamps(listed(value, read::naive)?),
        ScalarType::TimestampTz => B::TimestampTzs(listed(value, read::timestamp)?),
        ScalarType::Bytea => B::ByteLists(listed(value, read::bytes)?),
    })
}

fn decimal(value: Value) -> Option<Decimal> {
    read::decimal(value).map(Decimal)
}

/// What a value holds, where it is of the kind.
mod read {
    use super::{BigDecimal, DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc, Uuid, Value};

    macro_rules! readers {
        ($($name:ident: $variant:ident => $rust:ty;)+) => {$(
            pub(super) fn $name(value: Value) -> Option<$rust> {
                match value {
                    Value::$variant(inner) => Some(inner),
                    _ => None,
                }
            }
        )+};
    }

    readers! {
        uuid: Uuid => Uuid;
        text: Text => String;
        decimal: Decimal => BigDecimal;
        real: Real => f32;
        double: Double => f64;
        boolean: Boolean => bool;
        date: Date => NaiveDate;
        time: Time => NaiveTime;
        timestamp: Timestamp => DateTime<Utc>;
        bytes: Bytes => Vec<u8>;
        whole: Integer => i64;
    }

    pub(super) fn integer<T: TryFrom<i64>>(value: Value) -> Option<T> {
        whole(value).and_then(|number| T::try_from(number).ok())
    }

    pub(super) fn naive(value: Value) -> Option<NaiveDateTime> {
        timestamp(value).map(|time| time.naive_utc())
    }
}

/// The value that came in.
///
/// # Errors
/// It is not of the type.
pub(crate) fn decode(
    column_type: ColumnType,
    value: Option<PgValue<'_>>,
) -> deserialize::Result<Value> {
    let Some(value) = value else {
        return Ok(Value::Null);
    };
    match column_type {
        ColumnType::Json | ColumnType::Jsonb => {
            let text = json_bytes(column_type, value.as_bytes())?;
            Ok(Value::Json(std::str::from_utf8(text)?.to_owned()))
        }
        ColumnType::Scalar(scalar) => decode_scalar(scalar, value),
        ColumnType::Array(scalar) => decode_array(scalar, value),
    }
}

/// The text of a `JSON` or a `JSONB`.
///
/// # Errors
/// The `JSONB` is of a version that is not known.
pub(crate) fn json_bytes(column_type: ColumnType, bytes: &[u8]) -> deserialize::Result<&[u8]> {
    match bytes.split_first() {
        _ if column_type == ColumnType::Json => Ok(bytes),
        Some((&JSONB_VERSION, text)) => Ok(text),
        _ => Err("the version of a jsonb value is not known".into()),
    }
}

fn decode_scalar(scalar: ScalarType, value: PgValue<'_>) -> deserialize::Result<Value> {
    Ok(match scalar {
        ScalarType::Uuid => Value::Uuid(FromSql::<sql::Uuid, Pg>::from_sql(value)?),
        ScalarType::Varchar(_) | ScalarType::Text => Value::Text(text(value)?),
        ScalarType::Char(_) => Value::Text(unpadded(&text(value)?)),
        ScalarType::SmallInt => {
            Value::Integer(<i16 as FromSql<sql::SmallInt, Pg>>::from_sql(value)?.into())
        }
        ScalarType::Integer => {
            Value::Integer(<i32 as FromSql<sql::Integer, Pg>>::from_sql(value)?.into())
        }
        ScalarType::BigInt => Value::Integer(FromSql::<sql::BigInt, Pg>::from_sql(value)?),
        ScalarType::Numeric(_) => Value::Decimal(FromSql::<sql::Numeric, Pg>::from_sql(value)?),
        ScalarType::Real => Value::Real(FromSql::<sql::Float, Pg>::from_sql(value)?),
        ScalarType::Double => Value::Double(FromSql::<sql::Double, Pg>::from_sql(value)?),
        ScalarType::Boolean => Value::Boolean(FromSql::<sql::Bool, Pg>::from_sql(value)?),
        ScalarType::Date => Value::Date(FromSql::<sql::Date, Pg>::from_sql(value)?),
        ScalarType::Time => Value::Time(FromSql::<sql::Time, Pg>::from_sql(value)?),
        ScalarType::Timestamp => {
            let time = <NaiveDateTime as FromSql<sql::Timestamp, Pg>>::from_sql(value)?;
            Value::Timestamp(time.and_utc())
        }
        ScalarType::TimestampTz => {
            Value::Timestamp(FromSql::<sql::Timestamptz, Pg>::from_sql(value)?)
        }
        ScalarType::Bytea => Value::Bytes(value.as_bytes().to_vec()),
    })
}

fn text(value: PgValue<'_>) -> deserialize::Result<String> {
    FromSql::<sql::Text, Pg>::from_sql(value)
}

/// `CHAR` comes padded (ruling H38).
fn unpadded(text: &str) -> String {
    text.trim_end_matches(' ').to_owned()
}

fn decode_array(scalar: ScalarType, value: PgValue<'_>) -> deserialize::Result<Value> {
    fn list<ST: 'static, T>(
        value: PgValue<'_>,
        make: impl Fn(T) -> Value,
    ) -> deserialize::Result<Value>
    where
        Vec<T>: FromSql<sql::Array<ST>, Pg>,
    {
        let values: Vec<T> = FromSql::<sql::Array<ST>, Pg>::from_sql(value)?;
        Ok(Value::Array(values.into_iter().map(make).collect()))
    }
    match scalar {
        ScalarType::Uuid => list::<sql::Uuid, _>(value, Value::Uuid),
        ScalarType::Varchar(_) | ScalarType::Text => list::<sql::Text, _>(value, Value::Text),
        ScalarType::Char(_) => {
            list::<sql::Text, _>(value, |text: String| Value::Text(unpadded(&text)))
        }
        ScalarType::SmallInt => {
            list::<sql::SmallInt, _>(value, |number: i16| Value::Integer(number.into()))
        }
        ScalarType::Integer => {
            list::<sql::Integer, _>(value, |number: i32| Value::Integer(number.into()))
        }
        ScalarType::BigInt => list::<sql::BigInt, _>(value, Value::Integer),
        ScalarType::Numeric(_) => list::<sql::Numeric, _>(value, Value::Decimal),
        ScalarType::Real => list::<sql::Float, _>(value, Value::Real),
        ScalarType::Double => list::<sql::Double, _>(value, Value::Double),
        ScalarType::Boolean => list::<sql::Bool, _>(value, Value::Boolean),
        ScalarType::Date => list::<sql::Date, _>(value, Value::Date),
        ScalarType::Time => list::<sql::Time, _>(value, Value::Time),
        ScalarType::Timestamp => list::<sql::Timestamp, _>(value, |time: NaiveDateTime| {
            Value::Timestamp(time.and_utc())
        }),
        ScalarType::TimestampTz => list::<sql::Timestamptz, _>(value, Value::Timestamp),
        ScalarType::Bytea => list::<sql::Binary, _>(value, Value::Bytes),
    }
}
