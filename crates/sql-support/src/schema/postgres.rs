//! Tables in `PostgreSQL`.

use chrono::{DateTime, Utc};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::compat::Step;
use specd_domain::table::{Check, Column, DefaultValue, Table};

use super::{Lists, SchemaError, added, check, column, create_index, foreign_key, index};
use crate::dialect::{Dialect, postgres_text, postgres_type, quoted, quoted_list};
use crate::expression;
use crate::expression::postgres::typed_literal;
use crate::name;
use crate::records::{OWNER, VERSION};

pub(super) fn create(
    table: &Table,
    lists: Lists<'_>,
    has_uuid_v7: bool,
) -> Result<Vec<String>, SchemaError> {
    let mut parts = Vec::new();
    for column in &table.columns {
        parts.push(definition(column, has_uuid_v7, true)?);
    }
    parts.push(format!("{} BIGINT NOT NULL DEFAULT 1", quoted(VERSION)));
    parts.push(format!("{} TEXT COLLATE \"C\"", quoted(OWNER)));
    if !table.primary_key.is_empty() {
        let key = table.primary_key.iter().map(|column| column.value.as_str());
        parts.push(format!(
            "CONSTRAINT {} PRIMARY KEY ({})",
            quoted(name::primary_key(table).as_str()),
            quoted_list(key)
        ));
    }
    parts.extend(table.uniques.iter().map(unique));
    parts.extend(
        table
            .checks
            .iter()
            .filter_map(|check| constraint(table, check)),
    );
    parts.extend(table.references.iter().map(foreign_key));
    let mut statements = vec![format!(
        "CREATE TABLE {} ({})",
        quoted(table.name.value.as_str()),
        parts.join(", ")
    )];
    for index in &table.indexes {
        let behind = lists.behind(table, index);
        statements.push(create_index(dialect(has_uuid_v7), table, index, &behind)?);
    }
    statements.extend(comments(table, false));
    Ok(statements)
}

pub(super) fn alter(
    table: &Table,
    lists: Lists<'_>,
    steps: &[Step],
    has_uuid_v7: bool,
    now: DateTime<Utc>,
) -> Result<Vec<String>, SchemaError> {
    let mut statements = Vec::new();
    let added = added(steps);
    for name in &added {
        add_column(
            table,
            column(table, name)?,
            has_uuid_v7,
            now,
            &mut statements,
        )?;
    }
    for step in steps {
        match step {
            // Added above, so that a check over several of them finds them all.
            Step::AddColumn(_) => {}
            Step::SetDefault(name) => {
                set_default(
                    table,
                    column(table, name.as_str())?,
                    has_uuid_v7,
                    &mut statements,
                )?;
            }
            Step::CreateIndex(name) => {
                let index = index(table, name)?;
                let behind = lists.behind(table, index);
                statements.push(create_index(dialect(has_uuid_v7), table, index, &behind)?);
            }
            Step::DropCheck(name) => statements.push(drop_check(table, name.as_str())),
            Step::LoosenCheck(name) => put_check(table, check(table, name)?, &mut statements),
            Step::Describe => statements.extend(comments(table, true)),
        }
    }
    let touches = |columns: &[specd_domain::Located<specd_domain::name::ColumnName>]| {
        columns
            .iter()
            .any(|column| added.contains(column.value.as_str()))
    };
    for check in &table.checks {
        let is_touched = check.expr.value.any(&|part| {
            matches!(part, specd_domain::rule::Expr::Field(name) if added.contains(name.as_str()))
        });
        if is_touched {
            put_check(table, check, &mut statements);
        }
    }
    let with_added = table
        .uniques
        .iter()
        .filter(|unique| touches(&unique.columns));
    statements.extend(with_added.map(|part| add(table, &unique(part))));
    let with_added = table
        .references
        .iter()
        .filter(|reference| touches(&reference.columns));
    statements.extend(with_added.map(|reference| add(table, &foreign_key(reference))));
    Ok(statements)
}

const fn dialect(has_uuid_v7: bool) -> Dialect {
    Dialect::Postgres { has_uuid_v7 }
}

fn definition(
    column: &Column,
    has_uuid_v7: bool,
    keeps_not_null: bool,
) -> Result<String, SchemaError> {
    let mut out = format!(
        "{} {}",
        quoted(column.name.value.as_str()),
        postgres_type(column.column_type.value)
    );
    if !column.nullable && keeps_not_null {
        out.push_str(" NOT NULL");
    }
    if let Some(default) = default(column, has_uuid_v7)? {
        out.push(' ');
        out.push_str(&default);
    }
    Ok(out)
}

/// What a row written by hand takes. specd itself always writes every column.
fn default(column: &Column, has_uuid_v7: bool) -> Result<Option<String>, SchemaError> {
    let Some(default) = &column.default else {
        return Ok(None);
    };
    let column_type = column.column_type.value;
    let text = match &default.value {
        DefaultValue::Literal(value) => typed_literal(column_type, value)
            .ok_or_else(|| SchemaError::Default(column.name.value.to_string()))?,
        DefaultValue::Now => now_in(column_type).to_owned(),
        DefaultValue::RandomUuid => "gen_random_uuid()".to_owned(),
        DefaultValue::TimeUuid if has_uuid_v7 => "uuidv7()".to_owned(),
        DefaultValue::TimeUuid => return Ok(None),
        DefaultValue::Sequence => return Ok(Some("GENERATED BY DEFAULT AS IDENTITY".to_owned())),
    };
    Ok(Some(format!("DEFAULT {text}")))
}

/// Specd itself needs only the sequence: every other default is for rows that are written by hand.
fn set_default(
    table: &Table,
    column: &Column,
    has_uuid_v7: bool,
    statements: &mut Vec<String>,
) -> Result<(), SchemaError> {
    let name = quoted(column.name.value.as_str());
    let change = |what: &str| alter_table(table, &format!("ALTER COLUMN {name} {what}"));
    statements.push(change("DROP IDENTITY IF EXISTS"));
    statements.push(change("DROP DEFAULT"));
    let Some(default) = default(column, has_uuid_v7)? else {
        return Ok(());
    };
    let is_numbered = column
        .default
        .as_ref()
        .is_some_and(|default| default.value == DefaultValue::Sequence);
    if !is_numbered {
        statements.push(change(&format!("SET {default}")));
        return Ok(());
    }
    statements.push(change(&format!("ADD {default}")));
    // The next number is behind those that are there.
    statements.push(format!(
        "SELECT setval(pg_get_serial_sequence({}, {}), coalesce(max({name}), 0) + 1, false) FROM {}",
        postgres_text(&quoted(table.name.value.as_str())),
        postgres_text(column.name.value.as_str()),
        quoted(table.name.value.as_str())
    ));
    Ok(())
}

const fn now_in(column_type: ColumnType) -> &'static str {
    match column_type {
        ColumnType::Scalar(ScalarType::Timestamp) => "(now() AT TIME ZONE 'UTC')",
        ColumnType::Scalar(ScalarType::Date) => "((now() AT TIME ZONE 'UTC')::date)",
        ColumnType::Scalar(ScalarType::Time) => "((now() AT TIME ZONE 'UTC')::time)",
        _ => "now()",
    }
}

fn add_column(
    table: &Table,
    column: &Column,
    has_uuid_v7: bool,
    now: DateTime<Utc>,
    statements: &mut Vec<String>,
) -> Result<(), SchemaError> {
    let name = quoted(column.name.value.as_str());
    let is_filled_here = !has_uuid_v7
        && column
            .default
            .as_ref()
            .is_some_and(|default| default.value == DefaultValue::TimeUuid);
    let definition = definition(column, has_uuid_v7, !is_filled_here)?;
    statements.push(alter_table(table, &format!("ADD COLUMN {definition}")));
    if !is_filled_here {
        return Ok(());
    }
    statements.push(format!(
        "UPDATE {} SET {name} = {}",
        quoted(table.name.value.as_str()),
        uuid_v7(now)
    ));
    if !column.nullable {
        let change = format!("ALTER COLUMN {name} SET NOT NULL");
        statements.push(alter_table(table, &change));
    }
    Ok(())
}

/// A random UUID whose first 48 bits are the time and whose version is 7, for servers that have no `uuidv7()`.
fn uuid_v7(now: DateTime<Utc>) -> String {
    format!(
        "encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING \
         substring(int8send({}) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid",
        now.timestamp_millis().max(0)
    )
}

fn unique(unique: &specd_domain::table::Unique) -> String {
    let columns = unique.columns.iter().map(|column| column.value.as_str());
    format!(
        "CONSTRAINT {} UNIQUE ({})",
        quoted(unique.name.as_str()),
        quoted_list(columns)
    )
}

/// A check that no database can keep is the domain's alone.
fn constraint(table: &Table, check: &Check) -> Option<String> {
    let condition = expression::postgres::condition(table, &check.expr.value)?;
    Some(format!(
        "CONSTRAINT {} CHECK ({condition})",
        quoted(check.name.as_str())
    ))
}

fn put_check(table: &Table, check: &Check, statements: &mut Vec<String>) {
    statements.push(drop_check(table, check.name.as_str()));
    if let Some(constraint) = constraint(table, check) {
        statements.push(add(table, &constraint));
    }
}

fn drop_check(table: &Table, name: &str) -> String {
    alter_table(
        table,
        &format!("DROP CONSTRAINT IF EXISTS {}", quoted(name)),
    )
}

fn add(table: &Table, constraint: &str) -> String {
    alter_table(table, &format!("ADD {constraint}"))
}

fn alter_table(table: &Table, change: &str) -> String {
    format!("ALTER TABLE {} {change}", quoted(table.name.value.as_str()))
}

/// Every comment; with `also_gone` the absent ones too.
fn comments(table: &Table, also_gone: bool) -> Vec<String> {
    let table_name = quoted(table.name.value.as_str());
    let on_table = (format!("TABLE {table_name}"), table.comment.as_deref());
    let on_columns = table.columns.iter().map(|column| {
        let name = quoted(column.name.value.as_str());
        (
            format!("COLUMN {table_name}.{name}"),
            column.comment.as_deref(),
        )
    });
    std::iter::once(on_table)
        .chain(on_columns)
        .filter(|(_, comment)| also_gone || comment.is_some())
        .map(|(place, comment)| {
            let text = comment.map(|text| text.replace('\0', ""));
            let text = text.map_or_else(|| "NULL".to_owned(), |text| postgres_text(&text));
            format!("COMMENT ON {place} IS {text}")
        })
        .collect()
}
