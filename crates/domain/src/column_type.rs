//! The types a column may have (spec-language, section 4).

use std::fmt;

use serde::{Deserialize, Serialize};

/// `NUMERIC(p,s)`: `precision` digits in all, `scale` of them behind the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NumericShape {
    /// Digits in all, 1 to 1000.
    pub precision: u16,
    /// Digits behind the point, 0 to `precision`.
    pub scale: u16,
}

/// The type of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScalarType {
    /// 128 bits; 8-4-4-4-12 hexadecimal digits on the wire.
    Uuid,
    /// Text of at most so many Unicode code points; `None` for a bare `VARCHAR`.
    Varchar(Option<u32>),
    /// Text of at most so many code points, answered without its padding (ruling H38).
    Char(u32),
    /// Text without a limit of its own.
    Text,
    /// 16 bits.
    SmallInt,
    /// 32 bits.
    Integer,
    /// 64 bits.
    BigInt,
    /// An exact decimal; `None` for a bare `NUMERIC`.
    Numeric(Option<NumericShape>),
    /// 32-bit IEEE 754.
    Real,
    /// 64-bit IEEE 754.
    Double,
    /// `true` or `false`.
    Boolean,
    /// `2025-01-31`.
    Date,
    /// `HH:MM:SS[.ffffff]`, without a zone.
    Time,
    /// RFC 3339 with an offset on the wire; stored in UTC without a zone, in microseconds.
    Timestamp,
    /// RFC 3339 with an offset on the wire; stored in UTC, in microseconds.
    TimestampTz,
    /// Bytes; base64 (RFC 4648, padded) on the wire.
    Bytea,
}

impl ScalarType {
    /// Whether values are text with a length in code points.
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Varchar(_) | Self::Char(_) | Self::Text)
    }

    /// Whether values are numbers.
    pub const fn is_number(self) -> bool {
        self.is_integer() || matches!(self, Self::Numeric(_) | Self::Real | Self::Double)
    }

    /// Whether values are whole numbers.
    pub const fn is_integer(self) -> bool {
        matches!(self, Self::SmallInt | Self::Integer | Self::BigInt)
    }

    /// Whether values are points in time.
    pub const fn is_timestamp(self) -> bool {
        matches!(self, Self::Timestamp | Self::TimestampTz)
    }

    /// The most code points a text may have.
    pub const fn max_characters(self) -> Option<u32> {
        match self {
            Self::Varchar(limit) => limit,
            Self::Char(limit) => Some(limit),
            _ => None,
        }
    }
}

impl fmt::Display for ScalarType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uuid => f.write_str("UUID"),
            Self::Varchar(None) => f.write_str("VARCHAR"),
            Self::Varchar(Some(limit)) => write!(f, "VARCHAR({limit})"),
            Self::Char(limit) => write!(f, "CHAR({limit})"),
            Self::Text => f.write_str("TEXT"),
            Self::SmallInt => f.write_str("SMALLINT"),
            Self::Integer => f.write_str("INTEGER"),
            Self::BigInt => f.write_str("BIGINT"),
            Self::Numeric(None) => f.write_str("NUMERIC"),
            Self::Numeric(Some(shape)) => {
                write!(f, "NUMERIC({},{})", shape.precision, shape.scale)
            }
            Self::Real => f.write_str("REAL"),
            Self::Double => f.write_str("DOUBLE PRECISION"),
            Self::Boolean => f.write_str("BOOLEAN"),
            Self::Date => f.write_str("DATE"),
            Self::Time => f.write_str("TIME"),
            Self::Timestamp => f.write_str("TIMESTAMP"),
            Self::TimestampTz => f.write_str("TIMESTAMPTZ"),
            Self::Bytea => f.write_str("BYTEA"),
        }
    }
}

/// The type of a column. `Display` writes it as `PostgreSQL` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// One value.
    Scalar(ScalarType),
    /// A list of values, none of them null (ruling H16), in one dimension.
    Array(ScalarType),
    /// JSON kept as its text.
    Json,
    /// JSON kept by its meaning.
    Jsonb,
}

impl ColumnType {
    /// The scalar type, where this is one.
    pub const fn scalar(self) -> Option<ScalarType> {
        match self {
            Self::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// Whether values are JSON texts.
    pub const fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::Jsonb)
    }
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar(scalar) => scalar.fmt(f),
            Self::Array(element) => write!(f, "{element}[]"),
            Self::Json => f.write_str("JSON"),
            Self::Jsonb => f.write_str("JSONB"),
        }
    }
}
