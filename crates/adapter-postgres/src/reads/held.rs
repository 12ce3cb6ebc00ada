//! A connection that one thread holds for as long as it lasts, settled for statements that an index always serves.

use std::sync::Arc;

use diesel::connection::SimpleConnection as _;
use diesel::pg::PgConnection;
use diesel::r2d2::PooledConnection;
use diesel::result::{Error as DieselError, QueryResult};
use specd_app::ports::store::StoreError;

use crate::failure::{Class, class, read_error};
use crate::link::Links;
use crate::session::PostgresSession;
use crate::shared::Shared;

/// The connection, made when it is needed.
pub(crate) struct Held {
    shared: Arc<Shared>,
    link: Option<PooledConnection<Links>>,
}

/// Why nothing was read.
pub(super) enum Failure {
    /// There is no connection, or none that lasts.
    Away(StoreError),
    /// The statement failed; the connection is as good as before.
    Statement(StoreError),
}

impl Held {
    pub(super) fn new(shared: &Arc<Shared>) -> Self {
        Self {
            shared: Arc::clone(shared),
            link: None,
        }
    }

    /// Reads. What finds its connection lost is done again, once, on another.
    pub(super) fn read<T>(
        &mut self,
        mut work: impl FnMut(&mut PostgresSession<'_>) -> QueryResult<T>,
    ) -> Result<T, Failure> {
        let mut is_retry = false;
        loop {
            let shared = Arc::clone(&self.shared);
            let link = self.link().map_err(Failure::Away)?;
            let error = match work(&mut shared.session(&mut link.connection)) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let class = class(&error);
            if class == Class::Lost {
                shared.lost(link);
                self.link = None;
            }
            if is_retry || !matches!(class, Class::Lost | Class::Again) {
                return Err(failure(class, error));
            }
            is_retry = true;
        }
    }

    fn link(&mut self) -> Result<&mut PooledConnection<Links>, StoreError> {
        let is_doubtful = |link: &PooledConnection<Links>| link.is_before(&self.shared.generation);
        let kept = self.link.take();
        let link = if let Some(link) = kept.filter(|link| !is_doubtful(link)) {
            link
        } else {
            let mut link = self.shared.checkout()?;
            if self.shared.keeps_statements {
                settle(&mut link.connection);
            }
            // It is not as the others of the pool are, and so never goes back.
            link.is_broken = true;
            link
        };
        Ok(self.link.insert(link))
    }
}

fn failure(class: Class, error: DieselError) -> Failure {
    let error = read_error(error);
    if class == Class::Lost {
        Failure::Away(error)
    } else {
        Failure::Statement(error)
    }
}

/// What makes the server plan a statement once, before it knows the values, and by an index: each of them is a range of
/// one. A server that does not know a setting plans well enough without it.
fn settle(connection: &mut PgConnection) {
    for (setting, value) in [
        ("plan_cache_mode", "force_generic_plan"),
        ("enable_seqscan", "off"),
        ("enable_bitmapscan", "off"),
        ("enable_sort", "off"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
        ("max_parallel_workers_per_gather", "0"),
        ("jit", "off"),
    ] {
        let _ = connection.batch_execute(&format!("SET {setting} = {value}"));
    }
}
