//! Statements on the secrets that all servers on one database share.

use diesel::result::{Error as DieselError, QueryResult};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::sensitive::Sensitive;
use specd_domain::value::Value;

use crate::session::Session;
use crate::statement::Statement;

/// The secret of this name; `fresh` becomes it where there is none yet. Whoever comes second finds what the first one
/// stored, so that this needs no transaction.
///
/// # Errors
/// The database's, or a secret that cannot be read.
pub fn secret<S: Session>(
    session: &mut S,
    name: &str,
    fresh: Sensitive<[u8; 32]>,
) -> QueryResult<Sensitive<[u8; 32]>> {
    if let Some(secret) = find(session, name)? {
        return Ok(secret);
    }
    let mut statement = Statement::new("INSERT INTO specd_secrets (name, secret) VALUES (");
    statement.bind_text(name);
    statement.push(", ");
    statement.bind(BYTES, Value::Bytes(fresh.expose().to_vec()));
    statement.push(") ON CONFLICT DO NOTHING");
    session.execute(statement)?;
    find(session, name)?.ok_or(DieselError::NotFound)
}

const BYTES: ColumnType = ColumnType::Scalar(ScalarType::Bytea);

fn find<S: Session>(session: &mut S, name: &str) -> QueryResult<Option<Sensitive<[u8; 32]>>> {
    let mut statement = Statement::new("SELECT secret FROM specd_secrets WHERE name = ");
    statement.bind_text(name);
    let rows = session.rows(statement, &[BYTES])?;
    let Some(found) = rows.into_iter().flatten().next() else {
        return Ok(None);
    };
    let secret = match found {
        Value::Bytes(bytes) => <[u8; 32]>::try_from(bytes).ok().map(Sensitive::new),
        _ => None,
    };
    secret.map(Some).ok_or_else(|| {
        let reason = format!("the stored secret `{name}` is not of 32 bytes");
        DieselError::DeserializationError(reason.into())
    })
}
