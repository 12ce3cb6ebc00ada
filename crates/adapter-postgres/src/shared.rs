//! What every thread has of the store: the pool, and how reads and writes are run on its connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use diesel::pg::PgConnection;
use diesel::r2d2::{Pool, PooledConnection};
use diesel::result::Error as DieselError;
use specd_app::failure::noticed;
use specd_app::ports::store::StoreError;
use specd_sql_support::prepare::PrepareError;

use crate::address::Address;
use crate::failure::{Class, class, read_error};
use crate::link::{Link, Links, checkout, is_alive, lost};
use crate::prepare;
use crate::session::PostgresSession;
use crate::transaction::{self, End, Failure};

/// What every thread has of the store.
pub(crate) struct Shared {
    pub(crate) pool: Pool<Links>,
    /// How many connections are kept.
    pub(crate) warm: u32,
    pub(crate) generation: Arc<AtomicU64>,
    pub(crate) address: Address,
    pub(crate) has_uuid_v7: AtomicBool,
    /// Whether a connection is always served by the same process.
    pub(crate) keeps_statements: bool,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// With how many connections a store is prepared.
const FIRST_LINKS: u32 = 2;

/// How long it waits for them.
const WARM_UP: Duration = Duration::from_secs(5);

const FIRST_WITH_UUID_V7: i64 = 180_000;

/// How often a write is tried that the server finds in conflict with others.
const MAX_TRIES: usize = 3;

impl Shared {
    pub(crate) fn prepare(&self) -> Result<(), PrepareError> {
        let mut connection = prepare::connect(&self.address)?;
        let version = prepare::migrate(&mut connection)?;
        self.has_uuid_v7
            .store(version >= FIRST_WITH_UUID_V7, Ordering::Release);
        self.warm_up();
        Ok(())
    }

    /// Waits for the first connections of the pool, with which the documents are loaded; the others are made meanwhile. Not
    /// for ever, since a server with too few is still a server.
    fn warm_up(&self) {
        let until = Instant::now() + WARM_UP;
        let first = FIRST_LINKS.min(self.warm);
        while self.pool.state().idle_connections < first && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    pub(crate) fn read<T>(
        &self,
        work: &dyn Fn(&mut PostgresSession<'_>) -> Result<T, DieselError>,
    ) -> Result<T, StoreError> {
        let mut is_retry = false;
        loop {
            let mut link = self.checkout()?;
            let error = match work(&mut self.session(&mut link.connection)) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let class = class(&error);
            if class == Class::Lost {
                self.lost(&mut link);
            }
            if is_retry || !matches!(class, Class::Lost | Class::Again) {
                return Err(read_error(error));
            }
            is_retry = true;
        }
    }

    pub(crate) fn write<T, E: From<StoreError>>(
        &self,
        mut work: impl FnMut(&mut PostgresSession<'_>) -> Result<T, DieselError>,
        explain: impl FnOnce(DieselError) -> E,
    ) -> Result<T, E> {
        // The server undid what it found in conflict, so that doing it again is safe.
        let mut link = self.checkout()?;
        let mut tries = 1;
        loop {
            let error = match work(&mut self.session(&mut link.connection)) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let class = class(&error);
            if class == Class::Lost {
                self.lost(&mut link);
            }
            if class != Class::Again || tries == MAX_TRIES {
                return Err(explain(error));
            }
            tries += 1;
        }
    }

    pub(crate) fn transact<T, E: From<StoreError>>(
        &self,
        mut work: impl FnMut(&mut PostgresSession<'_>) -> Result<End<T>, DieselError>,
        explain: impl FnOnce(DieselError) -> E,
    ) -> Result<T, E> {
        let (mut tries, mut was_lost) = (1, false);
        loop {
            let mut link = self.checkout()?;
            let ended = transaction::run(&mut self.session(&mut link.connection), &mut work);
            link.is_broken |= !ended.is_clean;
            let failure = match ended.answer {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            let class = class(failure.error());
            if class == Class::Lost {
                self.lost(&mut link);
            }
            let is_again = match (&failure, class) {
                (_, Class::Again) => tries < MAX_TRIES,
                (Failure::Undone(_), Class::Lost) => !std::mem::replace(&mut was_lost, true),
                _ => false,
            };
            if !is_again {
                return Err(match failure {
                    Failure::Undone(error) if class == Class::Lost => read_error(error).into(),
                    Failure::Undone(error) | Failure::Commit(error) => explain(error),
                });
            }
            tries += 1;
        }
    }

    pub(crate) fn checkout(&self) -> Result<PooledConnection<Links>, StoreError> {
        checkout(&self.pool, &self.generation)
            .map_err(|error| StoreError::Unavailable(noticed(error)))
    }

    pub(crate) fn is_alive(&self, link: &mut Link) -> bool {
        is_alive(link, &self.generation)
    }

    /// The link was lost, and with it perhaps others.
    pub(crate) fn lost(&self, link: &mut Link) {
        lost(link, &self.generation);
    }

    /// A connection of its own, without the limits of the pooled ones.
    pub(crate) fn open(&self) -> Result<PgConnection, StoreError> {
        crate::link::open(&self.address).map_err(|error| StoreError::Unavailable(noticed(error)))
    }

    pub(crate) fn session<'a>(&self, connection: &'a mut PgConnection) -> PostgresSession<'a> {
        PostgresSession {
            connection,
            has_uuid_v7: self.has_uuid_v7.load(Ordering::Acquire),
        }
    }
}
