//! Statements on records, of fixed text for each table.
//!
//! A write with a claim is several statements, and belongs in a transaction; on `PostgreSQL` a create is one statement
//! even so.

use diesel::result::QueryResult;
use specd_app::ports::records::{Reach, Terms, WriteError};
use specd_domain::record::{Record, Row};
use specd_domain::table::Table;
use specd_domain::value::Value;

use crate::answers;
use crate::dialect::quoted;
use crate::session::Session;
use crate::statement::Statement;

pub use sequence::{needs_number, number, number_all};
use text::{BIG, column_list, first_value, is_key, push_key, push_version};
pub(crate) use text::{bind, column_types, names, push_reach, record, select};
pub use weight::weight;

pub mod batch;
mod sequence;
mod text;
mod weight;

/// The column that counts the writes of a row.
pub const VERSION: &str = "specd_version";
/// The column for who created a row.
pub const OWNER: &str = "specd_owner";

/// What became of a write. Nothing is kept of one that was not done, once its transaction is rolled back.
#[derive(Debug)]
pub enum Outcome<T> {
    /// It was done.
    Done(T),
    /// There is no such row within reach.
    NotThere,
    /// The row has this version.
    Stale(i64),
    /// Somebody else has claimed the idempotency key.
    Claimed,
}

impl<T> Outcome<T> {
    /// Whether it was done.
    pub const fn is_done(&self) -> bool {
        matches!(self, Self::Done(_))
    }

    /// The same outcome with something else done.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Done(done) => Outcome::Done(change(done)),
            Self::NotThere => Outcome::NotThere,
            Self::Stale(current) => Outcome::Stale(current),
            Self::Claimed => Outcome::Claimed,
        }
    }

    /// The outcome as the port has it.
    ///
    /// # Errors
    /// It was not done.
    pub fn into_result(self) -> Result<T, WriteError> {
        match self {
            Self::Done(done) => Ok(done),
            Self::NotThere => Err(WriteError::NotThere),
            Self::Stale(current) => Err(WriteError::Stale { current }),
            Self::Claimed => Err(WriteError::Claimed),
        }
    }
}

/// Stores a row whose numbers are reserved.
///
/// # Errors
/// The database's.
pub fn create<S: Session>(
    session: &mut S,
    table: &Table,
    row: Row,
    terms: &Terms,
) -> QueryResult<Outcome<Record>> {
    let record = Record { row, version: 1 };
    let is_sqlite = session.dialect().is_sqlite();
    let mut statement = Statement::new("");
    let (before, after) = match &terms.claim {
        None => (" VALUES (", ")"),
        Some(claim) if is_sqlite => {
            if !answers::claim(session, claim, table, &record)? {
                return Ok(Outcome::Claimed);
            }
            (" VALUES (", ")")
        }
        // The claim decides whether there is a row to insert, and so it comes first; both are one statement.
        Some(claim) => {
            statement.push("WITH specd_claimed AS (");
            answers::push_claim(&mut statement, claim, table, &record)?;
            statement.push(" RETURNING 1) ");
            (" SELECT ", " FROM specd_claimed")
        }
    };
    push_insert(session, &mut statement, table, &record, terms, before);
    statement.push(after);
    if session.execute(statement)? == 0 && terms.claim.is_some() {
        return Ok(Outcome::Claimed);
    }
    Ok(Outcome::Done(record))
}

/// The record of a key, within reach.
///
/// # Errors
/// The database's, or a table that has no key of one column.
pub fn read<S: Session>(
    session: &mut S,
    table: &Table,
    key: Value,
    reach: &Reach,
) -> QueryResult<Option<Record>> {
    let statement = select_one(session, table, key, reach)?;
    let rows = session.rows(statement, &column_types(table))?;
    Ok(rows.into_iter().next().map(record))
}

/// Puts a row in the place of another of this version.
///
/// # Errors
/// The database's.
pub fn replace<S: Session>(
    session: &mut S,
    table: &Table,
    key: Value,
    version: i64,
    row: Row,
    terms: &Terms,
) -> QueryResult<Outcome<Record>> {
    let next = version.saturating_add(1);
    let record = Record { row, version: next };
    if let Some(claim) = &terms.claim
        && !answers::claim(session, claim, table, &record)?
    {
        return Ok(Outcome::Claimed);
    }
    let dialect = session.dialect();
    let mut statement = Statement::new(&format!(
        "UPDATE {} SET {1} = {1} + 1",
        quoted(table.name.value.as_str()),
        quoted(VERSION)
    ));
    for (column, value) in table.columns.iter().zip(&record.row) {
        if is_key(table, column) {
            continue;
        }
        statement.push(", ");
        statement.push_name(column.name.value.as_str());
        statement.push(" = ");
        bind(dialect, &mut statement, column, value.clone());
    }
    statement.push(" WHERE ");
    push_key(dialect, &mut statement, table, key.clone())?;
    push_version(&mut statement, version);
    push_reach(&mut statement, &terms.reach);
    if session.execute(statement)? == 0 {
        return missed(session, table, key, &terms.reach);
    }
    Ok(Outcome::Done(record))
}

/// Deletes a row, only at this version where one is given.
///
/// # Errors
/// The database's.
pub fn delete<S: Session>(
    session: &mut S,
    table: &Table,
    key: Value,
    version: Option<i64>,
    terms: &Terms,
) -> QueryResult<Outcome<()>> {
    if terms.claim.is_some()
        && let Some(outcome) = claim_delete(session, table, &key, version, terms)?
    {
        return Ok(outcome);
    }
    let mut statement = Statement::new("DELETE FROM ");
    statement.push_name(table.name.value.as_str());
    statement.push(" WHERE ");
    push_key(session.dialect(), &mut statement, table, key.clone())?;
    if let Some(version) = version {
        push_version(&mut statement, version);
    }
    push_reach(&mut statement, &terms.reach);
    if session.execute(statement)? == 0 {
        return missed(session, table, key, &terms.reach);
    }
    Ok(Outcome::Done(()))
}

fn push_insert<S: Session>(
    session: &S,
    statement: &mut Statement,
    table: &Table,
    record: &Record,
    terms: &Terms,
    before: &str,
) {
    statement.push("INSERT INTO ");
    statement.push_name(table.name.value.as_str());
    statement.push(" (").push(&column_list(table));
    if terms.owner.is_some() {
        statement.push(", ");
        statement.push_name(OWNER);
    }
    statement.push(")");
    statement.push(before);
    for (position, (column, value)) in table.columns.iter().zip(&record.row).enumerate() {
        if position > 0 {
            statement.push(", ");
        }
        bind(session.dialect(), statement, column, value.clone());
    }
    if let Some(owner) = &terms.owner {
        statement.push(", ");
        statement.bind_text(&**owner);
    }
}

/// The statement that reads the record of a key: every column, and the version behind them.
///
/// # Errors
/// The table has no key of one column.
pub fn select_one<S: Session>(
    session: &S,
    table: &Table,
    key: Value,
    reach: &Reach,
) -> QueryResult<Statement> {
    let mut statement = select(table);
    statement.push(" WHERE ");
    push_key(session.dialect(), &mut statement, table, key)?;
    push_reach(&mut statement, reach);
    Ok(statement)
}

/// The answer of a delete shows what the row was, so that the row is read and locked before the claim. `None` where the
/// delete may go on.
fn claim_delete<S: Session>(
    session: &mut S,
    table: &Table,
    key: &Value,
    version: Option<i64>,
    terms: &Terms,
) -> QueryResult<Option<Outcome<()>>> {
    let Some(claim) = &terms.claim else {
        return Ok(None);
    };
    let mut statement = select_one(session, table, key.clone(), &terms.reach)?;
    if !session.dialect().is_sqlite() {
        statement.push(" FOR UPDATE");
    }
    let rows = session.rows(statement, &column_types(table))?;
    let found = rows.into_iter().next().map(record);
    let refused = match &found {
        None => Some(Outcome::NotThere),
        Some(record) if version.is_some_and(|version| version != record.version) => {
            Some(Outcome::Stale(record.version))
        }
        Some(_) => None,
    };
    // Another request with the same key may be the reason for what was found.
    let is_claimed = match (&refused, &found) {
        (None, Some(record)) => !answers::claim(session, claim, table, record)?,
        _ => answers::is_claimed(session, claim)?,
    };
    Ok(if is_claimed {
        Some(Outcome::Claimed)
    } else {
        refused
    })
}

fn missed<S: Session, T>(
    session: &mut S,
    table: &Table,
    key: Value,
    reach: &Reach,
) -> QueryResult<Outcome<T>> {
    let mut statement = Statement::new(&format!(
        "SELECT {} FROM {} WHERE ",
        quoted(VERSION),
        quoted(table.name.value.as_str())
    ));
    push_key(session.dialect(), &mut statement, table, key)?;
    push_reach(&mut statement, reach);
    let rows = session.rows(statement, &[BIG])?;
    Ok(match first_value(rows) {
        Some(Value::Integer(current)) => Outcome::Stale(current),
        _ => Outcome::NotThere,
    })
}
