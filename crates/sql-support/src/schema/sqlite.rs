//! Tables in `SQLite`: strict ones, with indexes for what is unique and triggers for what is checked.
//!
//! A check is a trigger, since a trigger can be replaced when the check is loosened, and a `CHECK` only by writing the
//! whole table anew.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::compat::Step;
use specd_domain::name::ColumnName;
use specd_domain::source::Located;
use specd_domain::table::{Column, DefaultValue, Reference, Table, Unique};
use specd_domain::value::Value;

use super::{Lists, SchemaError, added, column, create_index, foreign_key, index, references};
use crate::cell::Cell;
use crate::dialect::{Dialect, quoted, quoted_list, sqlite_text, sqlite_type};
use crate::expression;
use crate::name;
use crate::records::{OWNER, VERSION};

/// What the message of a trigger begins with where a check does not hold; the check's name follows.
pub const CHECK_MESSAGE: &str = "specd check ";
/// What it begins with where a value is outside its column; the column's name follows.
pub const RANGE_MESSAGE: &str = "specd range ";

pub(super) fn create(table: &Table, lists: Lists<'_>) -> Result<Vec<String>, SchemaError> {
    let mut parts = Vec::new();
    for column in &table.columns {
        parts.push(definition(column, !column.nullable, default(column)?));
    }
    parts.push(format!("{} INTEGER NOT NULL DEFAULT 1", quoted(VERSION)));
    parts.push(format!("{} TEXT", quoted(OWNER)));
    if !table.primary_key.is_empty() {
        let key = table.primary_key.iter().map(|column| column.value.as_str());
        parts.push(format!("PRIMARY KEY ({})", quoted_list(key)));
    }
    parts.extend(table.references.iter().map(foreign_key));
    let mut statements = vec![format!(
        "CREATE TABLE {} ({}) STRICT",
        quoted(table.name.value.as_str()),
        parts.join(", ")
    )];
    statements.extend(
        table
            .uniques
            .iter()
            .map(|unique| unique_index(table, unique)),
    );
    for index in &table.indexes {
        let behind = lists.behind(table, index);
        statements.push(create_index(Dialect::Sqlite, table, index, &behind)?);
    }
    statements.extend(triggers(table));
    Ok(statements)
}

pub(super) fn alter(
    table: &Table,
    lists: Lists<'_>,
    steps: &[Step],
    now: DateTime<Utc>,
) -> Result<Vec<String>, SchemaError> {
    // The triggers go first: they would judge the rows that a new column is filled in.
    let mut statements: Vec<String> = EVENTS
        .iter()
        .map(|event| drop_trigger(table, event))
        .collect();
    let added = added(steps);
    for name in &added {
        let column = column(table, name)?;
        statements.push(add_column(table, column, now)?);
        statements.extend(fill(table, column, now));
    }
    for step in steps {
        match step {
            Step::CreateIndex(name) => {
                let index = index(table, name)?;
                let behind = lists.behind(table, index);
                statements.push(create_index(Dialect::Sqlite, table, index, &behind)?);
            }
            Step::SetDefault(name) => {
                statements.extend(start_numbers(table, column(table, name.as_str())?));
            }
            // Columns were added above; the triggers below hold the checks as they are now; comments have no place, and
            // specd writes every column itself, so that a default of the table is never asked.
            Step::AddColumn(_) | Step::DropCheck(_) | Step::LoosenCheck(_) | Step::Describe => {}
        }
    }
    refuse_composite_references(table, &added)?;
    let with_added = table.uniques.iter().filter(|unique| {
        let mut columns = unique.columns.iter();
        columns.any(|column| added.contains(column.value.as_str()))
    });
    statements.extend(with_added.map(|unique| unique_index(table, unique)));
    statements.extend(triggers(table));
    Ok(statements)
}

const INSERT: &str = "insert";
const UPDATE: &str = "update";
const EVENTS: [&str; 2] = [INSERT, UPDATE];

fn definition(column: &Column, is_not_null: bool, default: Option<String>) -> String {
    let mut out = format!(
        "{} {}",
        quoted(column.name.value.as_str()),
        sqlite_type(column.column_type.value)
    );
    if is_not_null {
        out.push_str(" NOT NULL");
    }
    if let Some(default) = default {
        out.push_str(" DEFAULT ");
        out.push_str(&default);
    }
    out
}

/// Constants alone. specd always writes every column that it knows of.
fn default(column: &Column) -> Result<Option<String>, SchemaError> {
    let Some(DefaultValue::Literal(value)) = column.default.as_ref().map(|default| &default.value)
    else {
        return Ok(None);
    };
    let cell = Cell::of(column.column_type.value, value)
        .map_err(|_| SchemaError::Default(column.name.value.to_string()))?;
    Ok(Some(cell.literal()))
}

/// A new column that is not null takes a constant, whatever its default: [`fill`] puts the right values there, and only
/// a request that was under way with the old revision leaves the constant in a row.
fn add_column(table: &Table, column: &Column, now: DateTime<Utc>) -> Result<String, SchemaError> {
    let default = match default(column)? {
        None if !column.nullable => Some(placeholder(column, now)),
        default => default,
    };
    let mut out = format!(
        "ALTER TABLE {} ADD COLUMN {}",
        quoted(table.name.value.as_str()),
        definition(column, !column.nullable, default)
    );
    let alone = |reference: &&Reference| is_alone(&reference.columns, column);
    if let Some(reference) = table.references.iter().find(alone) {
        out.push_str(" CONSTRAINT ");
        out.push_str(&quoted(reference.name.as_str()));
        out.push(' ');
        out.push_str(&references(reference));
    }
    Ok(out)
}

fn is_alone(columns: &[Located<ColumnName>], column: &Column) -> bool {
    matches!(columns, [one] if one.value == column.name.value)
}

fn placeholder(column: &Column, now: DateTime<Utc>) -> String {
    match column.default.as_ref().map(|default| &default.value) {
        Some(DefaultValue::RandomUuid | DefaultValue::TimeUuid) => {
            sqlite_text(&uuid::Uuid::nil().to_string())
        }
        Some(DefaultValue::Now) => now_as(column, now),
        _ => "0".to_owned(),
    }
}

/// What the rows that are there get in a new column whose default is no constant.
fn fill(table: &Table, column: &Column, now: DateTime<Utc>) -> Vec<String> {
    let table_name = quoted(table.name.value.as_str());
    let name = quoted(column.name.value.as_str());
    let value = match column.default.as_ref().map(|default| &default.value) {
        None | Some(DefaultValue::Literal(_)) => return Vec::new(),
        Some(DefaultValue::Sequence) => return fill_numbers(table, column),
        Some(DefaultValue::Now) => now_as(column, now),
        Some(DefaultValue::RandomUuid) => RANDOM_UUID.to_owned(),
        Some(DefaultValue::TimeUuid) => time_uuid(now),
    };
    vec![format!("UPDATE {table_name} SET {name} = {value}")]
}

fn now_as(column: &Column, now: DateTime<Utc>) -> String {
    let value = match column.scalar() {
        Some(ScalarType::Date) => Value::Date(now.date_naive()),
        Some(ScalarType::Time) => Value::Time(now.time()),
        _ => Value::Timestamp(now),
    };
    Cell::of(column.column_type.value, &value).map_or_else(|_| "NULL".to_owned(), |c| c.literal())
}

const RANDOM_UUID: &str = "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' \
    || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) \
    || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))";

fn time_uuid(now: DateTime<Utc>) -> String {
    let millis = format!("{:012x}", now.timestamp_millis().max(0));
    let (high, low) = millis.split_at_checked(8).unwrap_or((&millis, ""));
    format!(
        "lower('{high}-{low}-7' || substr(hex(randomblob(2)), 2) || '-' \
         || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' \
         || hex(randomblob(6)))"
    )
}

/// Numbers in the order in which the rows were written, and the sequence behind the last.
fn fill_numbers(table: &Table, column: &Column) -> Vec<String> {
    let (table_name, name) = (table.name.value.as_str(), column.name.value.as_str());
    let (quoted_table, quoted_name) = (quoted(table_name), quoted(name));
    let row = row_id(table);
    vec![
        format!(
            "UPDATE {quoted_table} SET {quoted_name} = numbered.number FROM (SELECT {row} AS place, row_number() \
             OVER (ORDER BY {row}) AS number FROM {quoted_table}) AS numbered \
             WHERE numbered.place = {quoted_table}.{row}"
        ),
        format!(
            "INSERT INTO specd_sequences SELECT {}, {}, count(*) FROM {quoted_table} \
             WHERE true ON CONFLICT DO UPDATE SET last = excluded.last",
            sqlite_text(table_name),
            sqlite_text(name)
        ),
    ]
}

/// A sequence that a column gets later goes on behind the numbers that are there. Other defaults are specd's to fill in.
fn start_numbers(table: &Table, column: &Column) -> Option<String> {
    let default = column.default.as_ref()?;
    (default.value == DefaultValue::Sequence).then(|| {
        let (table_name, name) = (table.name.value.as_str(), column.name.value.as_str());
        format!(
            "INSERT INTO specd_sequences SELECT {}, {}, coalesce(max({}), 0) FROM {} \
             WHERE true ON CONFLICT DO UPDATE SET last = max(last, excluded.last)",
            sqlite_text(table_name),
            sqlite_text(name),
            quoted(name),
            quoted(table_name)
        )
    })
}

/// `SQLite` adds a reference only together with its one column.
fn refuse_composite_references(table: &Table, added: &BTreeSet<&str>) -> Result<(), SchemaError> {
    let is_late = |reference: &&Reference| {
        let mut columns = reference.columns.iter();
        reference.columns.len() > 1 && columns.any(|column| added.contains(column.value.as_str()))
    };
    match table.references.iter().find(is_late) {
        Some(reference) => Err(SchemaError::Reference(reference.name.clone())),
        None => Ok(()),
    }
}

/// A name of the hidden row number that no column has taken.
fn row_id(table: &Table) -> &'static str {
    let is_free = |name: &&&str| {
        let mut columns = table.columns.iter();
        !columns.any(|column| column.name.value.as_str().eq_ignore_ascii_case(name))
    };
    ["_rowid_", "rowid", "oid"]
        .iter()
        .find(is_free)
        .copied()
        .unwrap_or("_rowid_")
}

/// A unique index serves as well as the constraint, also as the target of a reference, and can be added later.
fn unique_index(table: &Table, unique: &Unique) -> String {
    let columns = unique.columns.iter().map(|column| column.value.as_str());
    format!(
        "CREATE UNIQUE INDEX {} ON {} ({})",
        quoted(unique.name.as_str()),
        quoted(table.name.value.as_str()),
        quoted_list(columns)
    )
}

fn drop_trigger(table: &Table, event: &str) -> String {
    format!(
        "DROP TRIGGER IF EXISTS {}",
        quoted(&name::trigger(table, event))
    )
}

/// The triggers that hold every check and every range; always made from the whole table.
fn triggers(table: &Table) -> Vec<String> {
    let mut body = Vec::new();
    for column in &table.columns {
        if let Some(broken) = out_of_range(column) {
            body.push(abort(RANGE_MESSAGE, column.name.value.as_str(), &broken));
        }
    }
    // In the order of PostgreSQL, which judges checks by their names.
    let mut checks: Vec<_> = table.checks.iter().collect();
    checks.sort_by(|left, right| left.name.cmp(&right.name));
    for check in checks {
        if let Some(holds) = expression::sqlite::condition(table, &check.expr.value, "NEW.") {
            let broken = format!("NOT {holds}");
            body.push(abort(CHECK_MESSAGE, check.name.as_str(), &broken));
        }
    }
    if body.is_empty() {
        return Vec::new();
    }
    EVENTS
        .iter()
        .map(|event| {
            format!(
                "CREATE TRIGGER {} BEFORE {} ON {} BEGIN {} END",
                quoted(&name::trigger(table, event)),
                event.to_ascii_uppercase(),
                quoted(table.name.value.as_str()),
                body.join(" ")
            )
        })
        .collect()
}

fn abort(kind: &str, name: &str, broken: &str) -> String {
    let message = sqlite_text(&format!("{kind}{name}"));
    format!("SELECT RAISE(ABORT, {message}) WHERE {broken};")
}

/// When a value is outside its column; null where every value of the stored type is inside.
fn out_of_range(column: &Column) -> Option<String> {
    let name = format!("NEW.{}", quoted(column.name.value.as_str()));
    Some(match column.column_type.value {
        ColumnType::Json | ColumnType::Jsonb | ColumnType::Array(_) => {
            format!("NOT json_valid({name})")
        }
        ColumnType::Scalar(ScalarType::SmallInt) => {
            between(&name, i16::MIN.into(), i16::MAX.into())
        }
        ColumnType::Scalar(ScalarType::Integer) => between(&name, i32::MIN.into(), i32::MAX.into()),
        ColumnType::Scalar(ScalarType::Boolean) => format!("{name} NOT IN (0, 1)"),
        ColumnType::Scalar(scalar) => {
            let limit = scalar.max_characters()?;
            format!("length({name}) > {limit}")
        }
    })
}

fn between(name: &str, low: i64, high: i64) -> String {
    format!("{name} NOT BETWEEN {low} AND {high}")
}
