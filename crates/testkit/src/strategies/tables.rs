//! Tables and their rows.

use proptest::prelude::*;
use specd_domain::column_type::{ColumnType, NumericShape, ScalarType};
use specd_domain::record::Row;
use specd_domain::rule::Comparison;
use specd_domain::table::{Column, DefaultValue, Table};
use specd_domain::value::Value;

use super::values::values_of;
use crate::sample::{check, column, compare, defaulted, index, nullable, table};

/// Any type a column may have.
pub fn column_types() -> impl Strategy<Value = ColumnType> {
    let json = prop_oneof![Just(ColumnType::Json), Just(ColumnType::Jsonb)];
    prop_oneof![
        6 => scalar_types().prop_map(ColumnType::Scalar),
        2 => scalar_types().prop_map(ColumnType::Array),
        1 => json,
    ]
}

fn scalar_types() -> impl Strategy<Value = ScalarType> {
    let shape = (1..=20_u16)
        .prop_flat_map(|precision| (Just(precision), 0..=precision))
        .prop_map(|(precision, scale)| {
            ScalarType::Numeric(Some(NumericShape { precision, scale }))
        });
    prop_oneof![
        Just(ScalarType::Uuid),
        (1..300_u32).prop_map(|limit| ScalarType::Varchar(Some(limit))),
        Just(ScalarType::Varchar(None)),
        (1..20_u32).prop_map(ScalarType::Char),
        Just(ScalarType::Text),
        Just(ScalarType::SmallInt),
        Just(ScalarType::Integer),
        Just(ScalarType::BigInt),
        shape,
        Just(ScalarType::Numeric(None)),
        Just(ScalarType::Real),
        Just(ScalarType::Double),
        Just(ScalarType::Boolean),
        Just(ScalarType::Date),
        Just(ScalarType::Time),
        Just(ScalarType::Timestamp),
        Just(ScalarType::TimestampTz),
        Just(ScalarType::Bytea),
    ]
}

/// A table of one to eight columns behind its key: some take null, some have a default, some an index, and a `CHECK`
/// that is unknown or true of every second row.
pub fn tables(name: &'static str) -> impl Strategy<Value = Table> {
    let columns = prop::collection::vec(column_types(), 1..=8).prop_flat_map(|types| {
        let columns: Vec<_> = (1..)
            .zip(types)
            .map(|(number, of)| columns(number, of))
            .collect();
        columns
    });
    (columns, any::<bool>(), any::<bool>()).prop_map(move |(columns, has_check, has_index)| {
        dressed(table(name, columns), has_check, has_index)
    })
}

fn columns(number: u32, column_type: ColumnType) -> BoxedStrategy<Column> {
    let plain = column(&format!("c{number}"), column_type);
    let made = (0..3_u8, values_of(column_type)).prop_map(move |(kind, value)| match kind {
        0 => plain.clone(),
        1 => nullable(plain.clone()),
        _ if is_writable(&value) => defaulted(plain.clone(), DefaultValue::Literal(value)),
        _ => nullable(plain.clone()),
    });
    made.boxed()
}

/// A default is written in one line of SQL in a document.
fn is_writable(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.chars().all(|c| c.is_alphanumeric() || c == ' '),
        Value::Integer(_)
        | Value::Boolean(_)
        | Value::Decimal(_)
        | Value::Date(_)
        | Value::Uuid(_) => true,
        _ => false,
    }
}

/// With an index on the first scalar, and a `CHECK` on the first whole number.
fn dressed(table: Table, has_check: bool, has_index: bool) -> Table {
    let scalar = |column: &&Column| column.scalar().is_some();
    let whole = |column: &&Column| column.scalar().is_some_and(ScalarType::is_integer);
    let name = |column: &Column| column.name.value.as_str().to_owned();
    let indexed = table
        .columns
        .iter()
        .skip(1)
        .find(scalar)
        .map(name)
        .filter(|_| has_index);
    let checked = table
        .columns
        .iter()
        .skip(1)
        .find(whole)
        .map(name)
        .filter(|_| has_check);
    let table = match indexed {
        Some(column) => index(table, &[&column]),
        None => table,
    };
    let has_default = |name: &str| {
        let found = table.column(name);
        found.is_some_and(|(_, column)| column.default.is_some())
    };
    match checked {
        // A default that breaks its own check would be an error in the document (ruling H50).
        Some(column) if !has_default(&column) => {
            let rule = compare(&column, Comparison::GreaterOrEqual, Value::Integer(-1));
            check(table, &column, rule)
        }
        _ => table,
    }
}

/// A row of a table that its columns take, with a key of its own; checks, uniques and references may refuse it.
pub fn rows(table: &Table) -> BoxedStrategy<Row> {
    let columns: Vec<_> = table
        .columns
        .iter()
        .map(|column| {
            let values = values_of(column.column_type.value);
            if column.nullable {
                prop_oneof![1 => Just(Value::Null), 3 => values].boxed()
            } else {
                values
            }
        })
        .collect();
    columns.boxed()
}
