//! Links: pooled connections that know whether they are broken, and from before which failure they are.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::{CacheSize, SimpleConnection as _};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::r2d2::{ManageConnection, Pool, PooledConnection};
use diesel::result::{ConnectionError, QueryResult};

use crate::address::Address;

/// One connection.
pub(crate) struct Link {
    pub(crate) connection: PgConnection,
    pub(crate) is_broken: bool,
    generation: u64,
    last_used: Instant,
}

/// Makes links.
#[derive(Debug)]
pub(crate) struct Links {
    address: Address,
    statement_timeout: Duration,
    is_caching: bool,
    /// Rises with each connection that is lost: those from before are most likely lost too.
    generation: Arc<AtomicU64>,
}

impl Links {
    pub(crate) fn new(address: Address, statement_timeout: Duration, is_caching: bool) -> Self {
        Self {
            address,
            statement_timeout,
            is_caching,
            generation: Arc::default(),
        }
    }

    pub(crate) fn generation(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.generation)
    }
}

/// A link could not be made, or is none any more.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LinkError {
    /// It could not be made; the message holds no password.
    #[error("{0}")]
    Connect(String),
    /// It does not answer.
    #[error("the connection does not answer")]
    Ping(#[source] diesel::result::Error),
}

impl ManageConnection for Links {
    type Connection = Link;
    type Error = LinkError;

    fn connect(&self) -> Result<Link, LinkError> {
        let generation = self.generation.load(Ordering::Acquire);
        let mut connection = open(&self.address)?;
        settle(&mut connection, self.statement_timeout).map_err(LinkError::Ping)?;
        if !self.is_caching {
            connection.set_prepared_statement_cache_size(CacheSize::Disabled);
        }
        Ok(Link {
            connection,
            is_broken: false,
            generation,
            last_used: Instant::now(),
        })
    }

    fn is_valid(&self, link: &mut Link) -> Result<(), LinkError> {
        link.ping().map_err(LinkError::Ping)
    }

    fn has_broken(&self, link: &mut Link) -> bool {
        link.is_broken || std::thread::panicking()
    }
}

impl Link {
    /// Whether it is from before the last loss of another.
    pub(crate) fn is_before(&self, generation: &AtomicU64) -> bool {
        self.generation < generation.load(Ordering::Acquire)
    }

    fn ping(&mut self) -> QueryResult<()> {
        self.connection.batch_execute("SELECT 1")
    }
}

/// A connection as libpq makes it.
///
/// # Errors
/// What libpq or the server said, without the password.
pub(crate) fn open(address: &Address) -> Result<PgConnection, LinkError> {
    PgConnection::establish(address.as_libpq()).map_err(|error| {
        let message = match error {
            ConnectionError::BadConnection(message) => message,
            other => other.to_string(),
        };
        LinkError::Connect(address.redacted(&message))
    })
}

/// What every session is set to. Messages are asked for in English where the role may: they are all that tells some
/// failures apart.
fn settle(connection: &mut PgConnection, statement_timeout: Duration) -> QueryResult<()> {
    connection.batch_execute(&format!(
        "SET statement_timeout = {}; SET standard_conforming_strings = on; \
         SET idle_in_transaction_session_timeout = '60s'; SET default_transaction_isolation = 'read committed'",
        statement_timeout.as_millis()
    ))?;
    // A refusal is no failure: only superusers may on older servers.
    let _ = connection.batch_execute("SET lc_messages = 'C'");
    // What is compiled before it runs costs more than all that a page may read.
    let _ = connection.batch_execute("SET jit = off");
    Ok(())
}

/// A link from the pool that is not known to be dead.
///
/// # Errors
/// None could be had in time.
pub(crate) fn checkout(
    pool: &Pool<Links>,
    generation: &AtomicU64,
) -> Result<PooledConnection<Links>, diesel::r2d2::PoolError> {
    loop {
        let mut link = pool.get()?;
        if is_alive(&mut link, generation) {
            return Ok(link);
        }
        link.is_broken = true;
    }
}

/// Whether a link that is about to be used is not known to be dead.
pub(crate) fn is_alive(link: &mut Link, generation: &AtomicU64) -> bool {
    // A connection that was idle for longer may have died unnoticed; one question is cheap against an answer that
    // nobody knows.
    const MAX_IDLE: Duration = Duration::from_secs(1);
    if link.is_before(generation) || link.last_used.elapsed() > MAX_IDLE {
        if link.is_broken || link.ping().is_err() {
            return false;
        }
        link.generation = generation.load(Ordering::Acquire);
    }
    link.last_used = Instant::now();
    !link.is_broken
}

/// Marks a link as lost, and with it every link of its time as doubtful.
pub(crate) fn lost(link: &mut Link, generation: &AtomicU64) {
    link.is_broken = true;
    generation.fetch_add(1, Ordering::AcqRel);
}
