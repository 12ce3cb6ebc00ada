//! Writes of many records of one table in one statement of `PostgreSQL`, whose text is the same for any number of them.

use std::collections::{HashMap, HashSet};

use diesel::result::QueryResult;
use specd_app::ports::records::{Reach, Terms};
use specd_domain::record::Row;
use specd_domain::table::{Column, Table};
use specd_domain::value::Value;

use super::text::{BIG, TEXT, column_list, is_key, key_column};
use super::{OWNER, VERSION};
use crate::answers;
use crate::columnwise::Columnwise;
use crate::dialect::quoted;
use crate::session::Session;
use crate::statement::Statement;

/// A record to be stored.
#[derive(Clone, Copy, Debug)]
pub struct Creation<'a> {
    /// Its row, whose numbers are reserved.
    pub row: &'a Row,
    /// How.
    pub terms: &'a Terms,
}

/// A record to be put in the place of another.
#[derive(Clone, Copy, Debug)]
pub struct Replacement<'a> {
    /// The key of both.
    pub key: &'a Value,
    /// The version of the one that is there.
    pub version: i64,
    /// The row.
    pub row: &'a Row,
    /// How; without a claim.
    pub terms: &'a Terms,
}

/// A record to be deleted.
#[derive(Clone, Copy, Debug)]
pub struct Deletion<'a> {
    /// Its key.
    pub key: &'a Value,
    /// Its version, where it matters.
    pub version: Option<i64>,
    /// How; without a claim.
    pub terms: &'a Terms,
}

/// Stores rows, and tells the positions of those that were not stored: where all have claims, because somebody else
/// has the claim, and else, where `skips_conflicts`, because another record has a value that is to be unique.
///
/// # Errors
/// The database's: nothing is stored.
pub fn create_all<S: Session>(
    session: &mut S,
    table: &Table,
    rows: &[Creation<'_>],
    skips_conflicts: bool,
) -> QueryResult<Vec<usize>> {
    let has_claims = rows.iter().all(|new| new.terms.claim.is_some());
    let mut sent = Columnwise::default();
    let mut places = Vec::with_capacity(table.columns.len() + 1);
    for (position, column) in table.columns.iter().enumerate() {
        let values = rows.iter().map(|new| value_at(new.row, position));
        places.push(sent.add(column.column_type.value, values));
    }
    let owners = rows
        .iter()
        .map(|new| optional_text(new.terms.owner.as_deref()));
    places.push(sent.add(TEXT, owners));

    let mut statement = Statement::new("");
    let mut condition = String::new();
    if has_claims {
        let claim = answers::push_claims(&mut statement, &mut sent, table, rows)?;
        // Written so that it is looked up in a hash table, however the planner may join.
        condition = format!(" WHERE ({claim} IN (SELECT id FROM specd_claimed)) IS TRUE");
    }
    statement.push(&format!(
        "INSERT INTO {} ({}, {}) SELECT {} FROM ",
        quoted(table.name.value.as_str()),
        column_list(table),
        quoted(OWNER),
        places.join(", ")
    ));
    if has_claims {
        statement.push("specd_sent");
    } else {
        sent.push_onto(&mut statement);
    }
    statement.push(&condition);
    if skips_conflicts {
        statement.push(" ON CONFLICT DO NOTHING");
    }
    if !(has_claims || skips_conflicts) {
        return session.execute(statement).map(|_| Vec::new());
    }
    let key = key_column(table)?;
    statement.push(" RETURNING ");
    statement.push_name(key.name.value.as_str());
    let stored = session.rows(statement, &[key.column_type.value])?;
    Ok(not_among(&stored, rows, table))
}

fn not_among(stored: &[Row], rows: &[Creation<'_>], table: &Table) -> Vec<usize> {
    if stored.len() == rows.len() {
        return Vec::new();
    }
    let stored: HashSet<_> = stored
        .iter()
        .map(|row| row.first().and_then(Value::to_text))
        .collect();
    let key = |row: &Row| {
        let (position, _) = table.key()?;
        row.get(position)?.to_text()
    };
    let is_missing = |new: &Creation<'_>| !stored.contains(&key(new.row));
    let missing = rows.iter().enumerate().filter(|(_, new)| is_missing(new));
    missing.map(|(position, _)| position).collect()
}

/// Puts rows in the places of others, and tells the positions of those that found no such row of their version within
/// reach.
///
/// # Errors
/// The database's: nothing is replaced.
pub fn replace_all<S: Session>(
    session: &mut S,
    table: &Table,
    rows: &[Replacement<'_>],
) -> QueryResult<Vec<usize>> {
    let key = key_column(table)?;
    let mut sent = Columnwise::default();
    let mut changes = vec![format!("{0} = target.{0} + 1", quoted(VERSION))];
    for (position, column) in table.columns.iter().enumerate() {
        if !is_key(table, column) {
            let values = rows.iter().map(|next| value_at(next.row, position));
            let place = sent.add(column.column_type.value, values);
            changes.push(format!("{} = {place}", quoted(column.name.value.as_str())));
        }
    }
    let keys = sent.add(
        key.column_type.value,
        rows.iter().map(|next| next.key.clone()),
    );
    let versions = sent.add(BIG, rows.iter().map(|next| Value::Integer(next.version)));
    let reaches = sent.add(TEXT, rows.iter().map(|next| reach(next.terms)));
    let mut statement = Statement::new(&format!(
        "UPDATE {} AS target SET {} FROM ",
        quoted(table.name.value.as_str()),
        changes.join(", ")
    ));
    sent.push_onto(&mut statement);
    statement.push(&format!(
        " WHERE {} AND target.{} = {versions}{}",
        is_of(key, &keys),
        quoted(VERSION),
        is_within(&reaches)
    ));
    missed(session, statement, rows.len())
}

/// Deletes rows, and tells the positions of those that were not there within reach, or not in that version.
///
/// # Errors
/// The database's: nothing is deleted.
pub fn delete_all<S: Session>(
    session: &mut S,
    table: &Table,
    rows: &[Deletion<'_>],
) -> QueryResult<Vec<usize>> {
    let key = key_column(table)?;
    let mut sent = Columnwise::default();
    let keys = sent.add(
        key.column_type.value,
        rows.iter().map(|old| old.key.clone()),
    );
    let version = |old: &Deletion<'_>| old.version.map_or(Value::Null, Value::Integer);
    let versions = sent.add(BIG, rows.iter().map(version));
    let reaches = sent.add(TEXT, rows.iter().map(|old| reach(old.terms)));
    let mut statement = Statement::new(&format!(
        "DELETE FROM {} AS target USING ",
        quoted(table.name.value.as_str())
    ));
    sent.push_onto(&mut statement);
    statement.push(&format!(
        " WHERE {} AND ({versions} IS NULL OR target.{} = {versions}){}",
        is_of(key, &keys),
        quoted(VERSION),
        is_within(&reaches)
    ));
    missed(session, statement, rows.len())
}

/// Runs it, and tells the positions that it did not reach.
fn missed<S: Session>(
    session: &mut S,
    mut statement: Statement,
    count: usize,
) -> QueryResult<Vec<usize>> {
    statement.push(" RETURNING ");
    statement.push(&Columnwise::position());
    let reached = session.rows(statement, &[BIG])?;
    if reached.len() == count {
        return Ok(Vec::new());
    }
    let ordinal = |row: &Row| match row.first() {
        Some(Value::Integer(ordinal)) => usize::try_from(*ordinal).ok(),
        _ => None,
    };
    let reached: HashSet<_> = reached.iter().filter_map(ordinal).collect();
    // The database counts from one.
    Ok((0..count)
        .filter(|position| !reached.contains(&(position + 1)))
        .collect())
}

/// Rows that are there: version and owner, by the text of the key.
pub type Seen = HashMap<String, (i64, Option<String>)>;

/// Which of these keys are there.
///
/// # Errors
/// The database's.
pub fn seen<S: Session>(session: &mut S, table: &Table, keys: Vec<Value>) -> QueryResult<Seen> {
    let key = key_column(table)?;
    let mut sent = Columnwise::default();
    let place = sent.add(key.column_type.value, keys.into_iter());
    let mut statement = Statement::new(&format!(
        "SELECT {0}, {1}, {2} FROM {3} WHERE {0} IN (SELECT {place} FROM ",
        quoted(key.name.value.as_str()),
        quoted(VERSION),
        quoted(OWNER),
        quoted(table.name.value.as_str()),
    ));
    sent.push_onto(&mut statement);
    statement.push(")");
    let rows = session.rows(statement, &[key.column_type.value, BIG, TEXT])?;
    let seen = rows.into_iter().filter_map(|row| {
        let [key, Value::Integer(version), owner] = <[Value; 3]>::try_from(row).ok()? else {
            return None;
        };
        Some((key.to_text()?, (version, owner.to_text())))
    });
    Ok(seen.collect())
}

fn is_of(key: &Column, place: &str) -> String {
    format!("target.{} = {place}", quoted(key.name.value.as_str()))
}

fn is_within(place: &str) -> String {
    format!(
        " AND ({place} IS NULL OR target.{} = {place})",
        quoted(OWNER)
    )
}

fn reach(terms: &Terms) -> Value {
    match &terms.reach {
        Reach::Everything => Value::Null,
        Reach::OwnedBy(caller) => Value::Text(caller.to_string()),
    }
}

fn value_at(row: &Row, position: usize) -> Value {
    row.get(position).cloned().unwrap_or(Value::Null)
}

fn optional_text(text: Option<&str>) -> Value {
    text.map_or(Value::Null, |text| Value::Text(text.to_owned()))
}
