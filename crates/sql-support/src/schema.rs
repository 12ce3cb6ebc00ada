//! The tables of documents: what creates one, and what takes one to its next revision. Nothing is ever dropped but a
//! check that was loosened.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use specd_app::catalog::compiled::default_order;
use specd_domain::compat::Step;
use specd_domain::name::ConstraintName;
use specd_domain::query::SortKey;
use specd_domain::table::{Check, Column, Index, OnDelete, Reference, Table};

use crate::dialect::{Dialect, quoted, quoted_list};
use crate::expression;
use crate::name;
use crate::records::OWNER;

use self::behind::Behind;
pub use self::behind::Lists;

pub(crate) mod behind;
mod postgres;
pub mod sqlite;

/// A table that a database cannot keep as the document means it; `Display` is for the author.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// Two names that some database takes for one.
    #[error(
        "the names `{0}` and `{1}` differ in case alone or are equal; give one of them another name"
    )]
    NameCollision(String, String),
    /// A unique partial index whose condition the database cannot say.
    #[error(
        "the condition of the unique index `{0}` cannot be kept by this database; write it with comparisons, `IN`, \
         `BETWEEN` and `IS NULL`"
    )]
    Predicate(ConstraintName),
    /// A reference over several columns, one of which is new.
    #[error(
        "the reference `{0}` over several columns cannot be added to a table that is there by this database"
    )]
    Reference(ConstraintName),
    /// A step that names what the table does not have.
    #[error("the change names `{0}`, which the table does not have")]
    Missing(String),
    /// A default that has no text in SQL.
    #[error("the default of the column `{0}` cannot be kept by this database")]
    Default(String),
}

/// What creates a table with its indexes, as they serve these lists, and comments, in order.
///
/// # Errors
/// The database cannot keep the table as the document means it.
pub fn create(
    dialect: Dialect,
    table: &Table,
    lists: Lists<'_>,
) -> Result<Vec<String>, SchemaError> {
    if let Some((first, second)) = name::collision(table) {
        return Err(SchemaError::NameCollision(first, second));
    }
    match dialect {
        Dialect::Postgres { has_uuid_v7 } => postgres::create(table, lists, has_uuid_v7),
        Dialect::Sqlite => sqlite::create(table, lists),
    }
}

/// What takes a stored table to `table` by these steps, in order. `now` is what columns that begin with the time begin
/// with.
///
/// # Errors
/// The database cannot keep the table as the document means it.
pub fn alter(
    dialect: Dialect,
    table: &Table,
    lists: Lists<'_>,
    steps: &[Step],
    now: DateTime<Utc>,
) -> Result<Vec<String>, SchemaError> {
    if steps.is_empty() {
        return Ok(Vec::new());
    }
    if let Some((first, second)) = name::collision(table) {
        return Err(SchemaError::NameCollision(first, second));
    }
    match dialect {
        Dialect::Postgres { has_uuid_v7 } => postgres::alter(table, lists, steps, has_uuid_v7, now),
        Dialect::Sqlite => sqlite::alter(table, lists, steps, now),
    }
}

/// An index of specd's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnIndex {
    /// Its name.
    pub name: String,
    /// What creates it, on both databases.
    pub statement: String,
}

/// The index for a list that was not asked for an order, unless the document has one: that order is specd's own choice,
/// and so is what makes it quick. `None` too where the order is that of the key alone.
pub fn newest_index(table: &Table) -> Option<OwnIndex> {
    let order = default_order(table);
    if order.len() < 2 || table.indexes.iter().any(|index| serves(table, index)) {
        return None;
    }
    Some(own_index(table, name::newest_index(table), &[], &order))
}

/// The index for the same list where callers reach only the records that they created: those of an owner, newest first.
/// No index of a document can begin with the owner.
pub fn owned_index(table: &Table) -> Option<OwnIndex> {
    let order = default_order(table);
    (!order.is_empty()).then(|| own_index(table, name::owned_index(table), &[OWNER], &order))
}

fn own_index(table: &Table, name: String, leading: &[&str], order: &[SortKey]) -> OwnIndex {
    let leading = leading.iter().map(|column| quoted(column));
    // Read backwards. Where new rows come last, a B-tree splits least.
    let order = order.iter().map(|key| quoted(key.column.as_str()));
    let columns: Vec<String> = leading.chain(order).collect();
    let statement = index_on(table, &name, &columns);
    OwnIndex { name, statement }
}

/// Whether an index is the order, or its reverse, which is read backwards; as the document has it or with what stands
/// behind it.
fn serves(table: &Table, index: &Index) -> bool {
    let order = default_order(table);
    let leading = || index.columns.iter().zip(&order);
    let is_whole = index.predicate.is_none()
        && index.columns.len() >= order.len()
        && leading().all(|(part, key)| part.column.value == key.column)
        && (leading().all(|(part, key)| part.descending == key.descending)
            || leading().all(|(part, key)| part.descending != key.descending));
    is_whole || behind::ordered(table, index, false, |_| false).is_some()
}

/// The indexes of the document that a table may have from before without what now stands behind them, and what serves
/// their lists instead, with the columns that the first must have to serve them itself.
pub(crate) fn instead<'a>(
    table: &'a Table,
    lists: Lists<'a>,
) -> impl Iterator<Item = (&'a Index, Vec<String>, OwnIndex)> {
    let changed = table.indexes.iter().filter_map(move |index| {
        let behind = lists.behind(table, index);
        (!behind.is_nothing()).then_some((index, behind))
    });
    changed.map(move |(index, behind)| {
        let own = index.columns.iter().map(|part| part.column.value.as_str());
        let parts = behind.parts();
        let all = own.chain(parts.iter().map(|(column, _)| *column));
        let all = all.map(str::to_owned).collect();
        let name = if behind.fixed == 0 {
            name::newest_index(table)
        } else {
            name::ordered_index(table, &index.name, lists.is_of_owners())
        };
        let statement = index_on(table, &name, &behind::columns(index, &behind));
        (index, all, OwnIndex { name, statement })
    })
}

fn index_on(table: &Table, name: &str, columns: &[String]) -> String {
    format!(
        "CREATE INDEX {} ON {} ({})",
        quoted(name),
        quoted(table.name.value.as_str()),
        columns.join(", ")
    )
}

fn column<'a>(table: &'a Table, name: &str) -> Result<&'a Column, SchemaError> {
    let found = table.column(name).map(|(_, column)| column);
    found.ok_or_else(|| SchemaError::Missing(name.to_owned()))
}

fn index<'a>(table: &'a Table, name: &ConstraintName) -> Result<&'a Index, SchemaError> {
    let found = table.indexes.iter().find(|index| index.name == *name);
    found.ok_or_else(|| SchemaError::Missing(name.to_string()))
}

fn check<'a>(table: &'a Table, name: &ConstraintName) -> Result<&'a Check, SchemaError> {
    let found = table.checks.iter().find(|check| check.name == *name);
    found.ok_or_else(|| SchemaError::Missing(name.to_string()))
}

/// The names of the columns that the steps add.
fn added(steps: &[Step]) -> BTreeSet<&str> {
    steps
        .iter()
        .filter_map(|step| match step {
            Step::AddColumn(name) => Some(name.as_str()),
            _ => None,
        })
        .collect()
}

fn foreign_key(reference: &Reference) -> String {
    let columns = reference.columns.iter().map(|column| column.value.as_str());
    format!(
        "CONSTRAINT {} FOREIGN KEY ({}) {}",
        quoted(reference.name.as_str()),
        quoted_list(columns),
        references(reference)
    )
}

/// `REFERENCES …`, as it stands behind a column or a foreign key.
fn references(reference: &Reference) -> String {
    let mut out = format!("REFERENCES {}", quoted(reference.table.value.as_str()));
    if !reference.target.is_empty() {
        let target = reference.target.iter().map(|column| column.value.as_str());
        out.push_str(" (");
        out.push_str(&quoted_list(target));
        out.push(')');
    }
    out.push_str(match reference.on_delete {
        OnDelete::Refuse => "",
        OnDelete::Cascade => " ON DELETE CASCADE",
        OnDelete::SetNull => " ON DELETE SET NULL",
        OnDelete::SetDefault => " ON DELETE SET DEFAULT",
    });
    out
}

/// A partial index whose condition cannot be said covers every row, where it is there for speed alone.
fn create_index(
    dialect: Dialect,
    table: &Table,
    index: &Index,
    behind: &Behind,
) -> Result<String, SchemaError> {
    let predicate = index.predicate.as_ref().and_then(|predicate| {
        if dialect.is_sqlite() {
            expression::sqlite::condition(table, &predicate.value, "")
        } else {
            expression::postgres::condition(table, &predicate.value)
        }
    });
    if index.unique && index.predicate.is_some() && predicate.is_none() {
        return Err(SchemaError::Predicate(index.name.clone()));
    }
    let unique = if index.unique { "UNIQUE " } else { "" };
    let mut out = format!(
        "CREATE {unique}INDEX {} ON {} ({})",
        quoted(index.name.as_str()),
        quoted(table.name.value.as_str()),
        behind::columns(index, behind).join(", ")
    );
    if let Some(predicate) = predicate {
        out.push_str(" WHERE ");
        out.push_str(&predicate);
    }
    Ok(out)
}
