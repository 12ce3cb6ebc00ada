//! Recovery: what became of writes whose connection was lost while they were being committed.
//!
//! Nothing is believed before the process that served the lost connection is gone; then its transaction is over, one way
//! or the other, and the rows tell.

use std::time::{Duration, Instant};

use diesel::result::QueryResult;
use specd_app::ports::records::Reach;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::value::Value;
use specd_sql_support::answers::{self, KeptClaims};
use specd_sql_support::records::batch::{Seen, seen};
use specd_sql_support::session::Session as _;
use specd_sql_support::statement::Statement;

use super::fate::Fate;
use super::part::Part;
use super::piece::{Change, Piece};
use crate::failure::{Class, class};
use crate::session::PostgresSession;
use crate::shared::Shared;

/// What was found out about a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Stored,
    NotStored,
}

/// How long it is tried. A request is answered after 5 s, whatever was found by then.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often it is asked whether the process is gone.
const PAUSE: Duration = Duration::from_millis(20);

const BIG: ColumnType = ColumnType::Scalar(ScalarType::BigInt);

/// What became of each write of the parts; `None` where it cannot be told.
pub(super) fn look_up(
    shared: &Shared,
    backend: Option<i64>,
    parts: &[Part],
    fates: &[Vec<Fate>],
) -> Vec<Option<Found>> {
    let traces = backend
        .filter(|_| shared.keeps_statements)
        .and_then(|backend| traces(shared, backend, parts));
    let count = parts.iter().map(|part| part.pieces.len()).sum();
    let Some(traces) = traces else {
        return vec![None; count];
    };
    let fates = fates.iter().flatten().map(Some);
    let known: Vec<_> = fates.chain(std::iter::repeat(None)).take(count).collect();
    let is_committed = known
        .iter()
        .zip(&traces)
        .filter(|(fate, _)| fate.is_none_or(Fate::is_done))
        .find_map(|(_, trace)| trace.is_committed);
    let judge = |(fate, trace): (Option<&Fate>, &Trace)| match (trace.found, is_committed) {
        (Some(found), _) => Some(found),
        (None, Some(false)) => Some(Found::NotStored),
        (None, Some(true)) => match fate {
            Some(fate) if fate.is_done() => Some(Found::Stored),
            Some(_) => Some(Found::NotStored),
            None => trace.is_stored_if_committed.then_some(Found::Stored),
        },
        (None, None) => None,
    };
    known.into_iter().zip(&traces).map(judge).collect()
}

/// What one write left behind.
#[derive(Clone, Copy, Debug, Default)]
struct Trace {
    /// What that says of itself.
    found: Option<Found>,
    /// What it says of the transaction that all of them share.
    is_committed: Option<bool>,
    /// Whether it is stored if the others are.
    is_stored_if_committed: bool,
}

fn traces(shared: &Shared, backend: i64, parts: &[Part]) -> Option<Vec<Trace>> {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        let Ok(mut link) = shared.checkout() else {
            continue;
        };
        let session = &mut shared.session(&mut link.connection);
        match is_gone(session, backend).and_then(|is_gone| {
            if is_gone {
                read(session, parts).map(Some)
            } else {
                Ok(None)
            }
        }) {
            Ok(Some(traces)) => return Some(traces),
            Ok(None) => std::thread::sleep(PAUSE),
            Err(error) if class(&error) == Class::Lost => shared.lost(&mut link),
            Err(_) => return None,
        }
    }
    None
}

fn is_gone(session: &mut PostgresSession<'_>, backend: i64) -> QueryResult<bool> {
    let mut statement = Statement::new("SELECT 1::bigint FROM pg_stat_activity WHERE pid = ");
    statement.bind_number(backend);
    session.rows(statement, &[BIG]).map(|rows| rows.is_empty())
}

fn read(session: &mut PostgresSession<'_>, parts: &[Part]) -> QueryResult<Vec<Trace>> {
    let mut traces = Vec::new();
    for part in parts {
        let keys = part.pieces.iter().filter_map(Piece::key).cloned().collect();
        let seen = seen(session, &part.table, keys)?;
        let claims = part
            .pieces
            .iter()
            .filter_map(|piece| piece.terms.claim.as_ref());
        let claims = answers::kept_claims(session, claims)?;
        traces.extend(
            part.pieces
                .iter()
                .map(|piece| trace(part, piece, &seen, &claims)),
        );
    }
    Ok(traces)
}

fn trace(part: &Part, piece: &Piece, seen: &Seen, claims: &KeptClaims) -> Trace {
    const NOT_STORED: Trace = Trace {
        found: Some(Found::NotStored),
        is_committed: None,
        is_stored_if_committed: false,
    };
    const STORED: Trace = Trace {
        found: Some(Found::Stored),
        is_committed: Some(true),
        is_stored_if_committed: true,
    };
    let undone = Trace {
        is_committed: Some(false),
        ..NOT_STORED
    };
    let Some(key) = piece.key().and_then(Value::to_text) else {
        return Trace::default();
    };
    let row = seen.get(&key);
    let is_within = |owner: &Option<String>| match &piece.terms.reach {
        Reach::Everything => true,
        Reach::OwnedBy(caller) => owner.as_deref() == Some(&**caller),
    };
    match (&piece.change, row) {
        (Change::Create(_), row) => match (&piece.terms.claim, row) {
            // A claim of this moment for this record is nobody else's.
            (Some(claim), _) if claims.get(&claim.id) == Some(&(Some(key), claim.claimed_at)) => {
                STORED
            }
            (Some(_), _) => NOT_STORED,
            (None, Some(_)) if piece.terms.is_key_new => STORED,
            (None, None) if part.is_guarded => NOT_STORED,
            (None, None) => undone,
            (None, Some(_)) => Trace {
                is_stored_if_committed: !part.is_guarded,
                ..Trace::default()
            },
        },
        // It would not be as it was.
        (Change::Replace { version, .. }, Some((found, owner)))
            if found == version && is_within(owner) =>
        {
            undone
        }
        (Change::Delete { version, .. }, Some((found, owner)))
            if version.is_none_or(|version| version == *found) && is_within(owner) =>
        {
            undone
        }
        _ => Trace::default(),
    }
}
