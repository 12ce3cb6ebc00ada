//! The store: the pool, the threads, and how work gets to them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel::r2d2::{NopErrorHandler, Pool};
use diesel::result::Error as DieselError;
use specd_app::ports::Answer;
use specd_app::ports::store::{StoreError, StoreHealth};
use specd_sql_support::groups::Groups;
use specd_sql_support::prepare::PrepareError;
use specd_sql_support::threads::{QueueLimits, Threads};

use crate::address::Address;
use crate::batch::{self, Piece};
use crate::link::Links;
use crate::prepare;
use crate::reads::{self, Reads};
use crate::session::PostgresSession;
use crate::shared::Shared;
use crate::transaction::End;

/// How the store uses its database.
#[derive(Clone, Copy, Debug)]
pub struct PostgresSettings {
    /// Connections for reads.
    pub readers: u8,
    /// Connections for writes.
    pub writers: u8,
    /// How long a request waits for a connection before it is answered that there is none.
    pub queue_wait_ms: u64,
    /// How many requests may wait for reading, and as many for writing.
    pub queue_length: usize,
    /// How long one statement may run. A `COMMIT` is never cut short.
    pub statement_timeout_ms: u64,
    /// Whether requests that wait at the same time share a statement and its commit. Off, each has its own.
    pub is_batching: bool,
    /// Whether statements are kept prepared. Off behind a pooler that hands a connection on after each transaction.
    pub keeps_statements: bool,
}

impl Default for PostgresSettings {
    fn default() -> Self {
        Self {
            readers: 4,
            writers: 8,
            queue_wait_ms: 100,
            queue_length: 4096,
            statement_timeout_ms: 4000,
            is_batching: true,
            keeps_statements: true,
        }
    }
}

/// Records, revisions and keys in `PostgreSQL`.
#[derive(Debug)]
pub struct PostgresStore {
    pub(crate) shared: Arc<Shared>,
    pub(crate) readers: Threads<Arc<Shared>>,
    /// Reads that share a statement, where they may.
    reads: Option<Reads>,
    pub(crate) writers: Arc<Threads<Arc<Shared>>>,
    /// Where writes of records wait for their group; without it each is done alone.
    pub(crate) groups: Option<Groups<Piece>>,
    /// What is rare and may be slow: a thread for changes of tables, and one more that can tell meanwhile whether the
    /// database answers.
    pub(crate) admin: Threads<Arc<Shared>>,
}

impl PostgresStore {
    /// A store on the database of this address. Nothing is connected yet: [`Self::prepare`] does that, and may be asked
    /// again while the database is away.
    ///
    /// # Errors
    /// [`PrepareError::Address`]; [`PrepareError::Unavailable`] where the system gives no threads.
    pub fn connect(url: &str, settings: PostgresSettings) -> Result<Self, PrepareError> {
        let address = Address::parse(url)?;
        let links = Links::new(
            address.clone(),
            Duration::from_millis(settings.statement_timeout_ms),
            settings.keeps_statements,
        );
        let generation = links.generation();
        let (readers, writers) = (settings.readers.max(1), settings.writers.max(1));
        // One for each thread that serves: a request never waits for a connection to be made.
        let of_groups = if settings.is_batching {
            reads::LINKS + batch::LINKS
        } else {
            0
        };
        let warm = u32::from(readers) + u32::from(of_groups) + u32::from(writers);
        let pool = Pool::builder()
            .max_size(warm + ADMIN_LINKS)
            .min_idle(Some(warm))
            .test_on_check_out(false)
            .connection_timeout(Duration::from_secs(1))
            .error_handler(Box::new(NopErrorHandler))
            .build_unchecked(links);
        let shared = Arc::new(Shared {
            pool,
            warm,
            generation,
            address,
            has_uuid_v7: AtomicBool::new(false),
            keeps_statements: settings.keeps_statements,
        });
        let threads = |name: &str, count: u8, wait: Duration| {
            let limits = QueueLimits {
                wait,
                length: settings.queue_length,
            };
            let shared = Arc::clone(&shared);
            Threads::start(name, usize::from(count), limits, move || {
                Arc::clone(&shared)
            })
            .map_err(|error| PrepareError::Unavailable(error.to_string()))
        };
        let wait = Duration::from_millis(settings.queue_wait_ms);
        let writers = Arc::new(threads("pg-write", writers, wait)?);
        let groups = settings.is_batching.then(|| {
            let limits = QueueLimits {
                wait,
                length: settings.queue_length,
            };
            batch::start(&shared, &writers, limits)
        });
        let reads = settings
            .is_batching
            .then(|| Reads::start(&shared, wait, settings.queue_length))
            .transpose()
            .map_err(|error| PrepareError::Unavailable(error.to_string()))?;
        Ok(Self {
            reads,
            readers: threads("pg-read", readers, wait)?,
            writers,
            groups: groups.transpose()?,
            admin: threads("pg-admin", 2, ADMIN_WAIT)?,
            shared,
        })
    }

    /// Connects, brings specd's own tables up to date and learns what the server can do.
    ///
    /// # Errors
    /// [`PrepareError::Unavailable`] while the database is away: asking again may help. Anything else needs somebody.
    pub fn prepare(&self) -> Answer<'_, Result<(), PrepareError>> {
        let answer = self.admin.run(|shared| shared.prepare());
        Box::pin(async move {
            answer
                .await
                .unwrap_or_else(|unanswered| Err(PrepareError::Unavailable(unanswered.to_string())))
        })
    }

    /// Whether the server has `uuidv7()`; known once [`Self::prepare`] was answered.
    pub fn has_uuid_v7(&self) -> bool {
        self.shared.has_uuid_v7.load(Ordering::Acquire)
    }

    /// The threads for reads that share a statement; none where each has its own.
    pub(crate) const fn reads(&self) -> Option<&Reads> {
        self.reads.as_ref()
    }

    /// Runs a read. One that finds its connection lost is done again, once, on another.
    pub(crate) fn read<T: Send + 'static>(
        &self,
        work: impl Fn(&mut PostgresSession<'_>) -> Result<T, DieselError> + Send + 'static,
    ) -> Answer<'_, Result<T, StoreError>> {
        let answer = self.readers.run(move |shared| shared.read(&work));
        Box::pin(async move { answer.await.unwrap_or_else(|error| Err(error.of_read())) })
    }

    /// Runs a write that is one statement, and so one transaction.
    pub(crate) fn write<T, E>(
        &self,
        work: impl FnMut(&mut PostgresSession<'_>) -> Result<T, DieselError> + Send + 'static,
        explain: impl FnOnce(DieselError) -> E + Send + 'static,
    ) -> Answer<'_, Result<T, E>>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let answer = self.writers.run(move |shared| shared.write(work, explain));
        Box::pin(async move {
            answer
                .await
                .unwrap_or_else(|error| Err(error.of_write().into()))
        })
    }

    /// Runs a write of several statements in a transaction that ends as the work says. `Err` of the work rolls everything
    /// back; where the server found a conflict, or was lost before it was asked to commit, all of it is done again.
    pub(crate) fn transact<T, E>(
        &self,
        work: impl FnMut(&mut PostgresSession<'_>) -> Result<End<T>, DieselError> + Send + 'static,
        explain: impl FnOnce(DieselError) -> E + Send + 'static,
    ) -> Answer<'_, Result<T, E>>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let answer = self
            .writers
            .run(move |shared| shared.transact(work, explain));
        Box::pin(async move {
            answer
                .await
                .unwrap_or_else(|error| Err(error.of_write().into()))
        })
    }

    /// Runs work that holds a connection for longer.
    pub(crate) fn administer<T, E>(
        &self,
        work: impl FnOnce(&Arc<Shared>) -> Result<T, E> + Send + 'static,
    ) -> Answer<'_, Result<T, E>>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let answer = self.admin.run(|shared| work(shared));
        Box::pin(async move {
            answer
                .await
                .unwrap_or_else(|error| Err(error.of_write().into()))
        })
    }
}

impl StoreHealth for PostgresStore {
    fn ready(&self) -> Answer<'_, Result<(), StoreError>> {
        self.administer(|shared| shared.read(&|session| prepare::check_migrations(session)))
    }
}

/// Connections beside those of the threads that serve.
const ADMIN_LINKS: u32 = 2;

/// A change of tables may wait for another one.
const ADMIN_WAIT: Duration = Duration::from_secs(5);
