//! The names of types: those of PostgreSQL, and those of other databases with the one to use instead.

use specd_domain::column_type::{ColumnType, ScalarType};

/// The types that a document may use, as findings list them.
pub(super) const LISTED: &str = "UUID, VARCHAR(n), CHAR(n), TEXT, SMALLINT, INTEGER, BIGINT, NUMERIC(p,s), REAL, DOUBLE PRECISION, BOOLEAN, \
    DATE, TIME, TIMESTAMP, TIMESTAMPTZ, JSON, JSONB, BYTEA, and arrays of the scalar ones, such as TEXT[]";

/// What the words of a type name stand for, before their arguments.
#[derive(Clone, Copy)]
pub(super) enum Base {
    Plain(ScalarType),
    Varchar,
    Char,
    BlankPadded,
    Numeric,
    Float,
    Times(ScalarType),
    Json,
    Jsonb,
    Serial(ScalarType),
}

/// Every name of a type, in lower case.
const NAMES: &[(&str, Base)] = &[
    ("uuid", Base::Plain(ScalarType::Uuid)),
    ("varchar", Base::Varchar),
    ("character varying", Base::Varchar),
    ("char varying", Base::Varchar),
    ("char", Base::Char),
    ("character", Base::Char),
    ("bpchar", Base::BlankPadded),
    ("text", Base::Plain(ScalarType::Text)),
    ("smallint", Base::Plain(ScalarType::SmallInt)),
    ("int2", Base::Plain(ScalarType::SmallInt)),
    ("integer", Base::Plain(ScalarType::Integer)),
    ("int", Base::Plain(ScalarType::Integer)),
    ("int4", Base::Plain(ScalarType::Integer)),
    ("bigint", Base::Plain(ScalarType::BigInt)),
    ("int8", Base::Plain(ScalarType::BigInt)),
    ("numeric", Base::Numeric),
    ("decimal", Base::Numeric),
    ("dec", Base::Numeric),
    ("real", Base::Plain(ScalarType::Real)),
    ("float4", Base::Plain(ScalarType::Real)),
    ("double precision", Base::Plain(ScalarType::Double)),
    ("float8", Base::Plain(ScalarType::Double)),
    ("float", Base::Float),
    ("boolean", Base::Plain(ScalarType::Boolean)),
    ("bool", Base::Plain(ScalarType::Boolean)),
    ("date", Base::Plain(ScalarType::Date)),
    ("time", Base::Times(ScalarType::Time)),
    ("timestamp", Base::Times(ScalarType::Timestamp)),
    ("timestamptz", Base::Times(ScalarType::TimestampTz)),
    ("json", Base::Json),
    ("jsonb", Base::Jsonb),
    ("bytea", Base::Plain(ScalarType::Bytea)),
    ("smallserial", Base::Serial(ScalarType::SmallInt)),
    ("serial2", Base::Serial(ScalarType::SmallInt)),
    ("serial", Base::Serial(ScalarType::Integer)),
    ("serial4", Base::Serial(ScalarType::Integer)),
    ("bigserial", Base::Serial(ScalarType::BigInt)),
    ("serial8", Base::Serial(ScalarType::BigInt)),
];

/// Types of other databases, or of `PostgreSQL` but not of documents, and the one to use instead.
const ELSEWHERE: &[(&str, &str)] = &[
    ("datetime", "TIMESTAMPTZ"),
    ("datetime2", "TIMESTAMPTZ"),
    ("smalldatetime", "TIMESTAMPTZ"),
    ("timetz", "TIME"),
    ("time with time zone", "TIME"),
    ("string", "TEXT"),
    ("str", "TEXT"),
    ("clob", "TEXT"),
    ("citext", "TEXT"),
    ("tinytext", "TEXT"),
    ("mediumtext", "TEXT"),
    ("longtext", "TEXT"),
    ("ntext", "TEXT"),
    ("xml", "TEXT"),
    ("inet", "TEXT"),
    ("cidr", "TEXT"),
    ("enum", "TEXT"),
    ("set", "TEXT"),
    ("name", "TEXT"),
    ("nvarchar", "VARCHAR"),
    ("varchar2", "VARCHAR"),
    ("nvarchar2", "VARCHAR"),
    ("nchar", "CHAR"),
    ("tinyint", "SMALLINT"),
    ("mediumint", "INTEGER"),
    ("int1", "SMALLINT"),
    ("int16", "SMALLINT"),
    ("int32", "INTEGER"),
    ("int64", "BIGINT"),
    ("long", "BIGINT"),
    ("number", "NUMERIC"),
    ("money", "NUMERIC(12,2)"),
    ("smallmoney", "NUMERIC(12,2)"),
    ("double", "DOUBLE PRECISION"),
    ("blob", "BYTEA"),
    ("tinyblob", "BYTEA"),
    ("mediumblob", "BYTEA"),
    ("longblob", "BYTEA"),
    ("binary", "BYTEA"),
    ("varbinary", "BYTEA"),
    ("bytes", "BYTEA"),
    ("image", "BYTEA"),
    ("guid", "UUID"),
    ("uniqueidentifier", "UUID"),
    ("bit", "BOOLEAN"),
    ("logical", "BOOLEAN"),
    ("object", "JSONB"),
    ("hstore", "JSONB"),
    ("map", "JSONB"),
];

/// Whether a type has this name.
pub(in crate::sql) fn is_type_name(word: &str) -> bool {
    let folded = word.to_ascii_lowercase();
    folded == "double" || base_of(&folded).is_some() || elsewhere(&folded).is_some()
}

/// Whether parentheses may stay where this type takes the place of another.
pub(super) fn takes_arguments(name: &str) -> bool {
    let base = base_of(&name.to_ascii_lowercase());
    base.is_some_and(|base| {
        matches!(
            base,
            Base::Varchar
                | Base::Char
                | Base::BlankPadded
                | Base::Numeric
                | Base::Float
                | Base::Times(_)
        )
    })
}

pub(super) fn base_of(name: &str) -> Option<Base> {
    NAMES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, base)| *base)
}

pub(super) fn elsewhere(name: &str) -> Option<&'static str> {
    ELSEWHERE
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, instead)| *instead)
}

pub(super) fn nearest(name: &str) -> Option<String> {
    let names = NAMES.iter().map(|(known, _)| *known);
    crate::suggest::nearest(name, names).map(str::to_ascii_uppercase)
}

/// The type that is read where another was meant.
pub(super) fn stand_in(name: &str) -> Option<ColumnType> {
    let folded = name.split('(').next()?.to_ascii_lowercase();
    let scalar = match base_of(&folded)? {
        Base::Plain(scalar) | Base::Times(scalar) | Base::Serial(scalar) => scalar,
        Base::Varchar | Base::BlankPadded => ScalarType::Varchar(None),
        Base::Char => ScalarType::Text,
        Base::Numeric => ScalarType::Numeric(None),
        Base::Float => ScalarType::Double,
        Base::Json => return Some(ColumnType::Json),
        Base::Jsonb => return Some(ColumnType::Jsonb),
    };
    Some(ColumnType::Scalar(scalar))
}
