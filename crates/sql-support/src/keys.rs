//! Statements on API keys.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::result::{Error as DieselError, QueryResult};
use specd_app::ports::keys::StoredKey;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::name::ScopeName;
use specd_domain::record::Row;
use specd_domain::sensitive::Sensitive;
use specd_domain::value::Value;

use crate::session::Session;
use crate::statement::Statement;

/// Stores a key.
///
/// # Errors
/// The database's.
pub fn create<S: Session>(session: &mut S, key: StoredKey) -> QueryResult<()> {
    let time = |time: Option<DateTime<Utc>>| time.map_or(Value::Null, Value::Timestamp);
    // A scope holds no blank.
    let scopes: Vec<_> = key.scopes.iter().map(ScopeName::as_str).collect();
    let values = [
        Value::Text(key.id),
        Value::Text(key.name),
        Value::Text(scopes.join(" ")),
        Value::Bytes(key.secret_sha256.expose().to_vec()),
        Value::Timestamp(key.created_at),
        time(key.expires_at),
        time(key.revoked_at),
        time(key.last_used_at),
    ];
    let mut statement = Statement::new(&format!("INSERT INTO specd_keys ({COLUMNS}) VALUES ("));
    for (position, (column_type, value)) in TYPES.into_iter().zip(values).enumerate() {
        if position > 0 {
            statement.push(", ");
        }
        statement.bind(column_type, value);
    }
    statement.push(")");
    session.execute(statement).map(|_| ())
}

/// The key of this id.
///
/// # Errors
/// The database's, or a key that cannot be read.
pub fn find<S: Session>(session: &mut S, id: &str) -> QueryResult<Option<StoredKey>> {
    let mut statement = Statement::new(&format!("SELECT {COLUMNS} FROM specd_keys WHERE id = "));
    statement.bind_text(id);
    let rows = session.rows(statement, &TYPES)?;
    rows.into_iter().next().map(key).transpose()
}

/// Every key, oldest first.
///
/// # Errors
/// The database's, or a key that cannot be read.
pub fn list<S: Session>(session: &mut S) -> QueryResult<Vec<StoredKey>> {
    let statement = Statement::new(&format!(
        "SELECT {COLUMNS} FROM specd_keys ORDER BY created_at, id"
    ));
    let rows = session.rows(statement, &TYPES)?;
    rows.into_iter().map(key).collect()
}

/// Revokes a key; a second time changes nothing.
///
/// # Errors
/// The database's.
pub fn revoke<S: Session>(session: &mut S, id: &str, at: DateTime<Utc>) -> QueryResult<bool> {
    let mut statement = Statement::new("UPDATE specd_keys SET revoked_at = coalesce(revoked_at, ");
    statement.bind(TIME, Value::Timestamp(at));
    statement.push(") WHERE id = ");
    statement.bind_text(id);
    session.execute(statement).map(|count| count > 0)
}

/// Notes when keys were used last; no time goes back. On `SQLite` it belongs in a transaction.
///
/// # Errors
/// The database's.
pub fn used<S: Session>(
    session: &mut S,
    uses: impl IntoIterator<Item = (String, DateTime<Utc>)>,
) -> QueryResult<()> {
    let mut latest = BTreeMap::new();
    for (id, at) in uses {
        let noted = latest.entry(id).or_insert(at);
        *noted = at.max(*noted);
    }
    if latest.is_empty() {
        return Ok(());
    }
    if session.dialect().is_sqlite() {
        return latest
            .into_iter()
            .try_for_each(|(id, at)| session.execute(one_use(id, at)).map(|_| ()));
    }
    session.execute(uses_at_once(latest)).map(|_| ())
}

fn one_use(id: String, at: DateTime<Utc>) -> Statement {
    let mut statement = Statement::new("UPDATE specd_keys SET last_used_at = ");
    statement.bind(TIME, Value::Timestamp(at));
    statement.push(" WHERE id = ").bind_text(id);
    statement.push(" AND (last_used_at IS NULL OR last_used_at < ");
    statement.bind(TIME, Value::Timestamp(at));
    statement.push(")");
    statement
}

/// The rows are locked in the order of their ids, so that two servers that note at once wait and do not collide.
fn uses_at_once(latest: BTreeMap<String, DateTime<Utc>>) -> Statement {
    let (ids, times): (Vec<_>, Vec<_>) = latest
        .into_iter()
        .map(|(id, at)| (Value::Text(id), Value::Timestamp(at)))
        .unzip();
    let mut statement =
        Statement::new("WITH due AS (SELECT specd_keys.id, uses.at FROM specd_keys JOIN unnest(");
    statement.bind(ColumnType::Array(ScalarType::Text), Value::Array(ids));
    statement.push(", ");
    statement.bind(
        ColumnType::Array(ScalarType::TimestampTz),
        Value::Array(times),
    );
    statement.push(
        ") AS uses (id, at) ON specd_keys.id = uses.id WHERE specd_keys.last_used_at IS NULL \
         OR specd_keys.last_used_at < uses.at ORDER BY specd_keys.id FOR UPDATE OF specd_keys) \
         UPDATE specd_keys SET last_used_at = due.at FROM due WHERE specd_keys.id = due.id",
    );
    statement
}

const COLUMNS: &str =
    "id, name, scopes, secret_sha256, created_at, expires_at, revoked_at, last_used_at";
const TEXT: ColumnType = ColumnType::Scalar(ScalarType::Text);
const BYTES: ColumnType = ColumnType::Scalar(ScalarType::Bytea);
const TIME: ColumnType = ColumnType::Scalar(ScalarType::TimestampTz);
const TYPES: [ColumnType; 8] = [TEXT, TEXT, TEXT, BYTES, TIME, TIME, TIME, TIME];

fn key(row: Row) -> QueryResult<StoredKey> {
    read(row).ok_or_else(|| DieselError::DeserializationError("a stored key cannot be read".into()))
}

fn read(row: Row) -> Option<StoredKey> {
    let Ok(
        [
            Value::Text(id),
            Value::Text(name),
            Value::Text(scopes),
            Value::Bytes(secret),
            Value::Timestamp(created_at),
            expires_at,
            revoked_at,
            last_used_at,
        ],
    ) = <[Value; 8]>::try_from(row)
    else {
        return None;
    };
    let scopes: Result<_, _> = scopes
        .split_ascii_whitespace()
        .map(ScopeName::new)
        .collect();
    Some(StoredKey {
        id,
        name,
        scopes: scopes.ok()?,
        secret_sha256: Sensitive::new(secret.try_into().ok()?),
        created_at,
        expires_at: time(&expires_at),
        revoked_at: time(&revoked_at),
        last_used_at: time(&last_used_at),
    })
}

const fn time(value: &Value) -> Option<DateTime<Utc>> {
    match value {
        Value::Timestamp(time) => Some(*time),
        _ => None,
    }
}
