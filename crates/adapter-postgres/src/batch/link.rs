//! The connection of the group writer: taken from the pool, set to its work, and never given back for other work.

use std::sync::Arc;

use diesel::r2d2::PooledConnection;
use diesel::result::QueryResult;
use specd_app::ports::store::StoreError;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::value::Value;
use specd_sql_support::session::Session as _;
use specd_sql_support::statement::Statement;

use crate::failure::{Class, class, read_error};
use crate::link::Links;
use crate::session::PostgresSession;
use crate::shared::Shared;

pub(super) struct OwnLink {
    shared: Arc<Shared>,
    link: PooledConnection<Links>,
    /// The process that serves it.
    pub(super) backend: Option<i64>,
}

/// A lock that somebody else holds stops the whole group, so that it is not waited for: what needs it goes alone. The
/// rows of a group are found by their keys whatever the planner believes of a table that was empty when it planned.
const SETTINGS: &str = "SET lock_timeout = '50ms'; SET jit = off; SET enable_seqscan = off; \
    SET enable_hashjoin = off; SET enable_mergejoin = off";

const BIG: ColumnType = ColumnType::Scalar(ScalarType::BigInt);

impl OwnLink {
    /// # Errors
    /// None could be had in time.
    pub(super) fn take(shared: &Arc<Shared>) -> Result<Self, StoreError> {
        let mut own = Self {
            shared: Arc::clone(shared),
            link: shared.checkout()?,
            backend: None,
        };
        match settle(&mut own.session()) {
            Ok(backend) => own.backend = backend,
            Err(error) => {
                if class(&error) == Class::Lost {
                    own.lost();
                }
                return Err(read_error(error));
            }
        }
        Ok(own)
    }

    pub(super) fn session(&mut self) -> PostgresSession<'_> {
        self.shared.session(&mut self.link.connection)
    }

    pub(super) fn is_alive(&mut self) -> bool {
        self.shared.is_alive(&mut self.link)
    }

    /// It was lost, and with it perhaps others.
    pub(super) fn lost(&mut self) {
        self.shared.lost(&mut self.link);
    }
}

impl Drop for OwnLink {
    fn drop(&mut self) {
        self.link.is_broken = true;
    }
}

fn settle(session: &mut PostgresSession<'_>) -> QueryResult<Option<i64>> {
    session.run(SETTINGS)?;
    let rows = session.rows(Statement::new("SELECT pg_backend_pid()::bigint"), &[BIG])?;
    Ok(rows.into_iter().flatten().find_map(|value| match value {
        Value::Integer(backend) => Some(backend),
        _ => None,
    }))
}
