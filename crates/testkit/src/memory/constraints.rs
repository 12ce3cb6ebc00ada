//! What a row must keep: the range of each column, the checks, what is unique, what it refers to. In the order in which
//! `PostgreSQL` looks.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use specd_app::ports::records::WriteError;
use specd_app::ports::store::StoreError;
use specd_domain::column_type::{ColumnType, NumericShape, ScalarType};
use specd_domain::name::{ColumnName, TableName};
use specd_domain::record::Row;
use specd_domain::rule::Truth;
use specd_domain::source::Located;
use specd_domain::table::{Column, Reference, Table};
use specd_domain::value::Value;

use super::table::{Key, StoredTable};
use super::{Tables, change, failed};
use crate::order::same;

/// The row as it is stored: decimals with their column's scale, `CHAR` without its padding.
pub(super) fn fitted(table: &Table, row: Row) -> Result<Row, WriteError> {
    table
        .columns
        .iter()
        .zip(row)
        .map(|(column, value)| fitted_value(column, value))
        .collect()
}

/// Everything that a row must keep beside the others. `replaces` is the key of the row whose place it takes.
pub(super) fn hold(
    tables: &Tables,
    name: &TableName,
    row: &Row,
    replaces: Option<&Key>,
) -> Result<(), WriteError> {
    let stored = tables
        .get(name)
        .ok_or_else(|| failed("there is no such table"))?;
    checks_hold(&stored.table, row, stored.now())?;
    is_unique(stored, row, replaces)?;
    for reference in &stored.table.references {
        if !is_there(tables, &stored.table, reference, row)? {
            return Err(WriteError::MissingReference {
                constraint: reference.name.clone(),
                columns: names(&reference.columns),
            });
        }
    }
    Ok(())
}

/// Refuses a change of values that other rows refer to.
pub(super) fn still_referenced(
    tables: &Tables,
    name: &TableName,
    before: &Row,
    after: &Row,
) -> Result<(), WriteError> {
    for (child, reference) in change::references_to(tables, name) {
        let target = change::target_columns(tables, reference)?;
        let Some(parent) = tables.get(name) else {
            continue;
        };
        let old = change::values(&parent.table, &target, before);
        let new = change::values(&parent.table, &target, after);
        let is_kept = old.iter().zip(&new).all(|(old, new)| same(old, new));
        if !is_kept && !change::referrers(child, reference, &old).is_empty() {
            return Err(WriteError::StillReferenced {
                constraint: Some(reference.name.clone()),
            });
        }
    }
    Ok(())
}

/// Whether what the row refers to is there; a reference with a null refers to nothing.
pub(super) fn is_there(
    tables: &Tables,
    table: &Table,
    reference: &Reference,
    row: &Row,
) -> Result<bool, StoreError> {
    let wanted = change::values(table, &names(&reference.columns), row);
    if wanted.iter().any(Value::is_null) {
        return Ok(true);
    }
    let target = change::target_columns(tables, reference)?;
    let parent = tables
        .get(&reference.table.value)
        .ok_or_else(|| failed("the referenced table is not there"))?;
    let holds = |row: &Row| {
        let there = change::values(&parent.table, &target, row);
        there
            .iter()
            .zip(&wanted)
            .all(|(there, here)| same(there, here))
    };
    let is_itself = reference.table.value == table.name.value && holds(row);
    Ok(is_itself || parent.rows.values().any(|record| holds(&record.row)))
}

fn checks_hold(table: &Table, row: &Row, now: DateTime<Utc>) -> Result<(), WriteError> {
    for check in &table.checks {
        match change::truth_of(table, check, row, now) {
            Ok(Truth::False) => {
                let constraint = check.name.clone();
                return Err(WriteError::CheckBroken { constraint });
            }
            // What the database cannot compute, it refuses.
            Err(_) => return Err(WriteError::OutOfRange { column: None }),
            Ok(Truth::True | Truth::Unknown) => {}
        }
    }
    Ok(())
}

/// The key, then the constraints, then the unique indexes. Nulls are distinct.
fn is_unique(stored: &StoredTable, row: &Row, replaces: Option<&Key>) -> Result<(), WriteError> {
    let key = stored.key_of(row)?;
    if replaces != Some(&key) && stored.rows.contains_key(&key) {
        return Err(WriteError::AlreadyThere {
            constraint: change::key_constraint(&stored.table)?,
            columns: names(&stored.table.primary_key),
        });
    }
    for unique in change::uniques(&stored.table) {
        if !unique.covers(&stored.table, row, stored.now()) {
            continue;
        }
        let wanted = change::values(&stored.table, &unique.columns, row);
        let is_taken = !wanted.iter().any(Value::is_null)
            && stored.rows.iter().any(|(key, other)| {
                replaces != Some(key)
                    && unique.covers(&stored.table, &other.row, stored.now())
                    && change::values(&stored.table, &unique.columns, &other.row)
                        .iter()
                        .zip(&wanted)
                        .all(|(there, here)| same(there, here))
            });
        if is_taken {
            return Err(WriteError::AlreadyThere {
                constraint: unique.name.clone(),
                columns: unique.columns,
            });
        }
    }
    Ok(())
}

fn fitted_value(column: &Column, value: Value) -> Result<Value, WriteError> {
    if value.is_null() {
        return if column.nullable {
            Ok(value)
        } else {
            Err(out_of_range(column))
        };
    }
    let fitted = match (column.column_type.value, value) {
        (ColumnType::Scalar(scalar), value) => fitted_scalar(scalar, value),
        (ColumnType::Array(scalar), Value::Array(values)) => values
            .into_iter()
            .map(|value| fitted_scalar(scalar, value))
            .collect::<Result<_, _>>()
            .map(Value::Array),
        (ColumnType::Json | ColumnType::Jsonb, Value::Json(text)) => Ok(Value::Json(text)),
        _ => Err(Misfit::Kind),
    };
    fitted.map_err(|misfit| match misfit {
        Misfit::Range => out_of_range(column),
        Misfit::Kind => failed(format!(
            "the column `{}` takes no such value",
            column.name.value
        ))
        .into(),
    })
}

/// Why a value does not fit.
enum Misfit {
    /// It is of the right kind and outside the range.
    Range,
    /// It is of another kind: a mistake of the caller.
    Kind,
}

fn fitted_scalar(scalar: ScalarType, value: Value) -> Result<Value, Misfit> {
    let in_range = |holds: bool, value: Value| if holds { Ok(value) } else { Err(Misfit::Range) };
    match (scalar, value) {
        (ScalarType::SmallInt, Value::Integer(number)) => {
            in_range(i16::try_from(number).is_ok(), Value::Integer(number))
        }
        (ScalarType::Integer, Value::Integer(number)) => {
            in_range(i32::try_from(number).is_ok(), Value::Integer(number))
        }
        (ScalarType::Char(limit), Value::Text(text)) => {
            let text = text.trim_end_matches(' ').to_owned();
            in_range(has_at_most(Some(limit), &text), Value::Text(text))
        }
        (ScalarType::Varchar(_) | ScalarType::Text, Value::Text(text)) => in_range(
            has_at_most(scalar.max_characters(), &text),
            Value::Text(text),
        ),
        (ScalarType::Numeric(Some(shape)), Value::Decimal(number)) => decimal(shape, &number)
            .map(Value::Decimal)
            .ok_or(Misfit::Range),
        (ScalarType::Uuid, value @ Value::Uuid(_))
        | (ScalarType::BigInt, value @ Value::Integer(_))
        | (ScalarType::Numeric(None), value @ Value::Decimal(_))
        | (ScalarType::Real, value @ Value::Real(_))
        | (ScalarType::Double, value @ Value::Double(_))
        | (ScalarType::Boolean, value @ Value::Boolean(_))
        | (ScalarType::Date, value @ Value::Date(_))
        | (ScalarType::Time, value @ Value::Time(_))
        | (ScalarType::Timestamp | ScalarType::TimestampTz, value @ Value::Timestamp(_))
        | (ScalarType::Bytea, value @ Value::Bytes(_)) => Ok(value),
        _ => Err(Misfit::Kind),
    }
}

/// `PostgreSQL` counts no NUL: it refuses it.
fn has_at_most(limit: Option<u32>, text: &str) -> bool {
    let is_short = limit
        .and_then(|limit| usize::try_from(limit).ok())
        .is_none_or(|limit| text.chars().count() <= limit);
    is_short && !text.contains('\0')
}

fn decimal(shape: NumericShape, number: &BigDecimal) -> Option<BigDecimal> {
    let scaled = number.with_scale(i64::from(shape.scale));
    let fits = scaled == *number && scaled.digits() <= u64::from(shape.precision);
    fits.then_some(scaled)
}

fn out_of_range(column: &Column) -> WriteError {
    WriteError::OutOfRange {
        column: Some(column.name.value.clone()),
    }
}

pub(super) fn names(columns: &[Located<ColumnName>]) -> Vec<ColumnName> {
    columns.iter().map(|column| column.value.clone()).collect()
}
