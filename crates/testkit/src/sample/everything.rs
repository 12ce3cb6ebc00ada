//! A table with every type a column may have, each taking null.

use specd_domain::column_type::{ColumnType, NumericShape, ScalarType};
use specd_domain::table::{Column, Table};

use super::{column, nullable, table};

/// Every scalar type with the name of its column.
pub const SCALARS: [(&str, ScalarType); 19] = [
    ("of_uuid", ScalarType::Uuid),
    ("of_varchar", ScalarType::Varchar(Some(20))),
    ("of_bare_varchar", ScalarType::Varchar(None)),
    ("of_char", ScalarType::Char(8)),
    ("of_text", ScalarType::Text),
    ("of_smallint", ScalarType::SmallInt),
    ("of_integer", ScalarType::Integer),
    ("of_bigint", ScalarType::BigInt),
    ("of_numeric", ScalarType::Numeric(Some(MONEY))),
    ("of_wide_numeric", ScalarType::Numeric(Some(WIDE))),
    ("of_bare_numeric", ScalarType::Numeric(None)),
    ("of_real", ScalarType::Real),
    ("of_double", ScalarType::Double),
    ("of_boolean", ScalarType::Boolean),
    ("of_date", ScalarType::Date),
    ("of_time", ScalarType::Time),
    ("of_timestamp", ScalarType::Timestamp),
    ("of_timestamptz", ScalarType::TimestampTz),
    ("of_bytea", ScalarType::Bytea),
];

const MONEY: NumericShape = NumericShape {
    precision: 20,
    scale: 4,
};

const WIDE: NumericShape = NumericShape {
    precision: 100,
    scale: 50,
};

/// The table: `id`, a column `of_…` for each scalar type, a column `list_of_…` for the arrays of each, and the two JSON types.
pub fn everything() -> Table {
    table("everything", columns())
}

/// The columns behind the key.
pub fn columns() -> Vec<Column> {
    let scalars = SCALARS.map(|(name, scalar)| (name.to_owned(), ColumnType::Scalar(scalar)));
    let arrays = SCALARS.map(|(name, scalar)| (format!("list_{name}"), ColumnType::Array(scalar)));
    let json = [
        ("of_json".to_owned(), ColumnType::Json),
        ("of_jsonb".to_owned(), ColumnType::Jsonb),
    ];
    scalars
        .into_iter()
        .chain(arrays)
        .chain(json)
        .map(|(name, column_type)| nullable(column(&name, column_type)))
        .collect()
}
