//! Statements on the answers that are kept for idempotency keys.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::result::{Error as DieselError, QueryResult};
use specd_app::ports::answers::{Claim, ClaimId, Fingerprint, KeptAnswer, StoredAnswer};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::record::{Record, Row};
use specd_domain::table::Table;
use specd_domain::value::Value;

use crate::columnwise::Columnwise;
use crate::records::batch::Creation;
use crate::session::Session;
use crate::statement::Statement;

/// Claims the key for a record that this transaction writes, and keeps its answer. `false` where somebody has claimed
/// it; while another transaction is about to, this waits for its end.
///
/// # Errors
/// The database's, or an answer whose headers cannot be kept.
pub fn claim<S: Session>(
    session: &mut S,
    claim: &Claim,
    table: &Table,
    record: &Record,
) -> QueryResult<bool> {
    let mut statement = Statement::new("");
    push_claim(&mut statement, claim, table, record)?;
    session.execute(statement).map(|count| count > 0)
}

/// Whether somebody has claimed the key, and has not lost it at the time of the claim.
///
/// # Errors
/// The database's.
pub fn is_claimed<S: Session>(session: &mut S, claim: &Claim) -> QueryResult<bool> {
    find(session, claim.id, claim.claimed_at).map(|kept| kept.is_some())
}

/// The answer that was kept under this id and has not expired at `now`.
///
/// # Errors
/// The database's, or an answer that cannot be read.
pub fn find<S: Session>(
    session: &mut S,
    id: ClaimId,
    now: DateTime<Utc>,
) -> QueryResult<Option<KeptAnswer>> {
    let mut statement =
        Statement::new("SELECT fingerprint, status, headers, body FROM specd_answers WHERE id = ");
    statement.bind(BYTES, Value::Bytes(id.0.to_vec()));
    statement.push(" AND expires_at > ");
    statement.bind(TIME, Value::Timestamp(now));
    let rows = session.rows(statement, &[BYTES, SMALL, TEXT, BYTES])?;
    rows.into_iter().next().map(kept).transpose()
}

/// For which record each claim that is there was made, and when.
pub type KeptClaims = HashMap<ClaimId, (Option<String>, DateTime<Utc>)>;

/// Which of these claims somebody has, on `PostgreSQL`.
///
/// # Errors
/// The database's.
pub fn kept_claims<'a, S: Session>(
    session: &mut S,
    claims: impl Iterator<Item = &'a Claim>,
) -> QueryResult<KeptClaims> {
    let ids: Vec<_> = claims
        .map(|claim| Value::Bytes(claim.id.0.to_vec()))
        .collect();
    if ids.is_empty() {
        return Ok(KeptClaims::new());
    }
    let mut statement =
        Statement::new("SELECT id, record, claimed_at FROM specd_answers WHERE id = ANY (");
    statement.bind(ColumnType::Array(ScalarType::Bytea), Value::Array(ids));
    statement.push(")");
    let rows = session.rows(statement, &[BYTES, TEXT, TIME])?;
    let kept = rows.into_iter().filter_map(|row| {
        let [Value::Bytes(id), record, Value::Timestamp(at)] = <[Value; 3]>::try_from(row).ok()?
        else {
            return None;
        };
        Some((ClaimId(id.try_into().ok()?), (record.to_text(), at)))
    });
    Ok(kept.collect())
}

/// Deletes at most `limit` answers that expired at `now`, the oldest first, and tells how many.
///
/// # Errors
/// The database's.
pub fn purge<S: Session>(session: &mut S, now: DateTime<Utc>, limit: u32) -> QueryResult<u64> {
    // Servers that purge at the same time do not wait for each other, and an array is looked up once: a join might
    // look again and delete more than the limit.
    let (before, after) = if session.dialect().is_sqlite() {
        ("IN (", ")")
    } else {
        ("= ANY (ARRAY(", " FOR UPDATE SKIP LOCKED))")
    };
    let mut statement = Statement::new(&format!(
        "DELETE FROM specd_answers WHERE id {before}SELECT id FROM specd_answers WHERE expires_at <= "
    ));
    statement.bind(TIME, Value::Timestamp(now));
    statement.push(" ORDER BY expires_at LIMIT ");
    statement.bind_number(i64::from(limit));
    statement.push(after);
    let count = session.execute(statement)?;
    Ok(u64::try_from(count).unwrap_or(u64::MAX))
}

/// How many answers are kept for each caller who has more than `more_than`.
///
/// # Errors
/// The database's.
pub fn crowded<S: Session>(session: &mut S, more_than: u64) -> QueryResult<Vec<(String, u64)>> {
    let mut statement = Statement::new(
        "SELECT caller, count(*) FROM specd_answers GROUP BY caller HAVING count(*) > ",
    );
    statement.bind_number(i64::try_from(more_than).unwrap_or(i64::MAX));
    statement.push(" ORDER BY caller");
    let rows = session.rows(statement, &[TEXT, BIG])?;
    let counts = rows
        .into_iter()
        .filter_map(|row| match <[Value; 2]>::try_from(row) {
            Ok([Value::Text(caller), Value::Integer(count)]) => {
                Some((caller, u64::try_from(count).ok()?))
            }
            _ => None,
        });
    Ok(counts.collect())
}

/// Appends the `INSERT` of a claim: it changes a row where the claim is had, and none where somebody else has it.
///
/// # Errors
/// The answer's headers cannot be kept.
pub(crate) fn push_claim(
    statement: &mut Statement,
    claim: &Claim,
    table: &Table,
    record: &Record,
) -> QueryResult<()> {
    let values = values(claim, table, record)?;
    statement.push(&format!("INSERT INTO specd_answers ({COLUMNS}) VALUES ("));
    for (position, (column_type, value)) in TYPES.into_iter().zip(values).enumerate() {
        if position > 0 {
            statement.push(", ");
        }
        statement.bind(column_type, value);
    }
    statement.push(")");
    statement.push(TAKING_OVER);
    Ok(())
}

/// Appends the claims of rows that are sent with them, on `PostgreSQL`: the beginning of a statement, in which the rows
/// are `specd_sent` and the claims that are had `specd_claimed`. Answers what stands for the claim of a row.
///
/// # Errors
/// An answer's headers cannot be kept.
pub(crate) fn push_claims(
    statement: &mut Statement,
    sent: &mut Columnwise,
    table: &Table,
    rows: &[Creation<'_>],
) -> QueryResult<String> {
    let mut columns: [Vec<Value>; TYPES.len()] = Default::default();
    for new in rows {
        let Some(claim) = &new.terms.claim else {
            continue;
        };
        let record = Record {
            row: new.row.clone(),
            version: 1,
        };
        for (column, value) in columns.iter_mut().zip(values(claim, table, &record)?) {
            column.push(value);
        }
    }
    let places: Vec<_> = TYPES
        .into_iter()
        .zip(columns)
        .map(|(column_type, values)| sent.add(column_type, values.into_iter()))
        .collect();
    statement.push("WITH specd_sent AS (SELECT * FROM ");
    sent.push_onto(statement);
    statement.push(&format!(
        "), specd_claimed AS (INSERT INTO specd_answers ({COLUMNS}) SELECT {} FROM specd_sent{TAKING_OVER} RETURNING id) ",
        places.join(", ")
    ));
    Ok(places.into_iter().next().unwrap_or_default())
}

/// What is kept, in the order of [`COLUMNS`].
fn values(claim: &Claim, table: &Table, record: &Record) -> QueryResult<[Value; TYPES.len()]> {
    let answer = (claim.answer)(record);
    let key = table
        .key()
        .and_then(|(position, _)| record.row.get(position))
        .and_then(Value::to_text);
    Ok([
        Value::Bytes(claim.id.0.to_vec()),
        Value::Bytes(claim.fingerprint.0.to_vec()),
        Value::Text(claim.caller.clone()),
        Value::Integer(i64::from(claim.spec.0)),
        key.map_or(Value::Null, Value::Text),
        Value::Integer(i64::from(answer.status)),
        Value::Text(lines(&answer.headers)?),
        Value::Bytes(answer.body.into_exposed()),
        Value::Timestamp(claim.claimed_at),
        Value::Timestamp(claim.expires_at),
    ])
}

const COLUMNS: &str =
    "id, fingerprint, caller, spec, record, status, headers, body, claimed_at, expires_at";
const TYPES: [ColumnType; 10] = [
    BYTES, BYTES, TEXT, BIG, TEXT, SMALL, TEXT, BYTES, TIME, TIME,
];

/// Somebody's claim that has expired is taken over; another one stays, and no row is changed.
const TAKING_OVER: &str = " ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint, \
     caller = excluded.caller, spec = excluded.spec, record = excluded.record, status = excluded.status, \
     headers = excluded.headers, body = excluded.body, claimed_at = excluded.claimed_at, \
     expires_at = excluded.expires_at WHERE specd_answers.expires_at <= excluded.claimed_at";

const BYTES: ColumnType = ColumnType::Scalar(ScalarType::Bytea);
const TEXT: ColumnType = ColumnType::Scalar(ScalarType::Text);
const SMALL: ColumnType = ColumnType::Scalar(ScalarType::SmallInt);
const BIG: ColumnType = ColumnType::Scalar(ScalarType::BigInt);
const TIME: ColumnType = ColumnType::Scalar(ScalarType::TimestampTz);

/// An answer that could not be replayed as it is must not be kept.
fn lines(headers: &[(String, String)]) -> QueryResult<String> {
    let is_line = |name: &str, value: &str| {
        let has_end = |text: &str| text.contains(['\n', '\r', '\0']);
        !name.contains(':') && !has_end(name) && !has_end(value)
    };
    if !headers.iter().all(|(name, value)| is_line(name, value)) {
        return Err(DieselError::SerializationError(
            "a header of the answer cannot be kept".into(),
        ));
    }
    let lines: Vec<_> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    Ok(lines.join("\n"))
}

fn kept(row: Row) -> QueryResult<KeptAnswer> {
    read(row)
        .ok_or_else(|| DieselError::DeserializationError("a kept answer cannot be read".into()))
}

fn read(row: Row) -> Option<KeptAnswer> {
    let Ok(
        [
            Value::Bytes(fingerprint),
            Value::Integer(status),
            Value::Text(headers),
            Value::Bytes(body),
        ],
    ) = <[Value; 4]>::try_from(row)
    else {
        return None;
    };
    let headers: Option<_> = headers
        .lines()
        .map(|line| {
            let (name, value) = line.split_once(": ")?;
            Some((name.to_owned(), value.to_owned()))
        })
        .collect();
    Some(KeptAnswer {
        fingerprint: Fingerprint(fingerprint.try_into().ok()?),
        answer: StoredAnswer {
            status: u16::try_from(status).ok()?,
            headers: headers?,
            body: body.into(),
        },
    })
}
