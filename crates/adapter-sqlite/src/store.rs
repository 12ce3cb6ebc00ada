//! The store: the writer's thread, the readers' threads, and how work gets to them.

use std::path::Path;
use std::time::{Duration, Instant};

use diesel::result::QueryResult;
use specd_app::ports::Answer;
use specd_app::ports::store::{StoreError, StoreHealth};
use specd_app::ports::telemetry::QueueMeters;
use specd_sql_support::groups::Groups;
use specd_sql_support::prepare::PrepareError;
use specd_sql_support::queue::GroupLimits;
use specd_sql_support::threads::{QueueLimits, Threads};

use crate::connection;
use crate::failure::store_error;
use crate::held::Held;
use crate::inline::Inline;
use crate::log::Log;
use crate::migrations;
use crate::patience::patiently;
use crate::session::SqliteSession;
use crate::short::Short;
use crate::write::{Company, End, Write};
use crate::writer;

/// How the store uses its file.
#[derive(Clone, Copy, Debug)]
pub struct SqliteSettings {
    /// Connections for reads.
    pub readers: u8,
    /// How long a request waits for its turn, behind others and for a lock that another process holds, before it is
    /// answered that there is none; nothing of it is begun then.
    pub queue_wait_ms: u64,
    /// How many requests may wait for reading, and as many for writing.
    pub queue_length: usize,
    /// Whether writes that wait at the same time share a commit, and short reads are done where they are asked for. Off,
    /// each write has its own, and every read goes to a thread.
    pub is_batching: bool,
}

impl Default for SqliteSettings {
    fn default() -> Self {
        Self {
            readers: 4,
            // One writer commits one write after the other, each with a sync of the disk: a burst has to wait for it. Yet
            // a request that is not begun must be told so before the 5 s after which nobody could say what became of it.
            queue_wait_ms: 3_000,
            queue_length: 4096,
            is_batching: true,
        }
    }
}

/// Records, revisions and keys in one file of `SQLite`.
#[derive(Debug)]
pub struct SqliteStore {
    writer: Groups<Write>,
    readers: Threads<Held>,
    inline: Option<Inline>,
    pub(crate) short: Short,
    wait: Duration,
}

impl SqliteStore {
    /// Opens the file, creates it where there is none, and brings specd's own tables up to date.
    ///
    /// # Errors
    /// [`PrepareError::Unavailable`] where another process holds the lock for too long; anything else needs somebody.
    pub fn open(path: impl AsRef<Path>, settings: SqliteSettings) -> Result<Self, PrepareError> {
        let path = path.as_ref().to_path_buf();
        refuse_other_than_files(&path)?;
        migrations::migrate(&mut connection::writer(&path)?)?;
        let wait = Duration::from_millis(settings.queue_wait_ms);
        let limits = QueueLimits {
            wait,
            length: settings.queue_length,
        };
        let group = if settings.is_batching { GROUP } else { ONE };
        let file = path.clone();
        let writer = Groups::start("sqlite-write", 1, limits, group, move || {
            let mut held = Held::new(&file, connection::writer, LOCK_WAIT_MS);
            let mut log = Log::of(&file);
            move |group| writer::write(&mut held, &mut log, group)
        });
        let file = path.clone();
        let readers = usize::from(settings.readers.max(1));
        let readers = Threads::start("sqlite-read", readers, limits, move || {
            Held::new(&file, connection::reader, LOCK_WAIT_MS)
        });
        let no_thread = |error: std::io::Error| PrepareError::Unavailable(error.to_string());
        Ok(Self {
            writer: writer.map_err(no_thread)?,
            readers: readers.map_err(no_thread)?,
            inline: settings.is_batching.then(|| Inline::new(&path)),
            short: Short::default(),
            wait,
        })
    }

    /// Has its queues watched: `write` and `read`.
    pub fn measure(&self, meters: &dyn QueueMeters) {
        self.writer.measure(meters.of_queue("write"));
        self.readers.measure(meters.of_queue("read"));
    }

    /// Runs a read.
    pub(crate) fn read<T: Send + 'static>(
        &self,
        work: impl Fn(&mut SqliteSession<'_>) -> QueryResult<T> + Send + 'static,
    ) -> Answer<'_, Result<T, StoreError>> {
        let until = Instant::now() + self.wait;
        let answer = self.readers.run(move |held| {
            let connection = held.connection()?;
            patiently(until, || work(&mut SqliteSession::new(connection))).map_err(store_error)
        });
        Box::pin(async move { answer.await.unwrap_or_else(|error| Err(error.of_read())) })
    }

    /// Runs a read that surely takes no longer than to wake a thread for it: at once, or as any other where it cannot.
    pub(crate) fn read_short<T: Send + 'static>(
        &self,
        work: impl Fn(&mut SqliteSession<'_>) -> QueryResult<T> + Send + 'static,
    ) -> Answer<'_, Result<T, StoreError>> {
        match self.read_now(&work) {
            Some(found) => Box::pin(std::future::ready(Ok(found))),
            None => self.read(work),
        }
    }

    /// Runs a read at once; `None` where it cannot.
    pub(crate) fn read_now<T>(
        &self,
        work: impl FnOnce(&mut SqliteSession<'_>) -> QueryResult<T>,
    ) -> Option<T> {
        self.inline.as_ref()?.read(work)
    }

    /// Runs a write in a transaction of its own that begins with the lock. `Err` of the work rolls everything back.
    pub(crate) fn write<T, E>(
        &self,
        work: impl FnOnce(&mut SqliteSession<'_>) -> Result<T, E> + Send + 'static,
    ) -> Answer<'_, Result<T, E>>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.transact(Company::Alone, |session| match work(session) {
            Ok(answer) => End::Commit(Ok(answer)),
            Err(error) => End::RollBack(Err(error)),
        })
    }

    /// Runs a write in a transaction that begins with the lock, and keeps of it what the work says. This is where a write
    /// is queued to the writer.
    pub(crate) fn transact<T, E>(
        &self,
        company: Company,
        work: impl FnOnce(&mut SqliteSession<'_>) -> End<Result<T, E>> + Send + 'static,
    ) -> Answer<'_, Result<T, E>>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let until = Instant::now() + self.wait;
        let (write, answer) = Write::new(company, until, work);
        self.writer.push(write);
        Box::pin(async move {
            answer
                .await
                .unwrap_or_else(|error| Err(error.of_write().into()))
        })
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        // The last connection to close writes the log back into the file.
        self.readers.finish();
        self.writer.finish();
    }
}

impl StoreHealth for SqliteStore {
    fn ready(&self) -> Answer<'_, Result<(), StoreError>> {
        self.read(migrations::check)
    }
}

/// How long `SQLite` itself waits for a lock, in milliseconds. It is a fraction of what a request may wait, so that the
/// request's own bound is kept.
const LOCK_WAIT_MS: u32 = 250;

/// How many writes share a commit at most, and how many bytes of rows: those behind them wait for it.
const GROUP: GroupLimits = GroupLimits {
    count: 256,
    bytes: 4 * 1024 * 1024,
};
const ONE: GroupLimits = GroupLimits { count: 1, bytes: 0 };

fn refuse_other_than_files(path: &Path) -> Result<(), PrepareError> {
    let text = path.to_string_lossy();
    let is_special = text.is_empty() || text.starts_with(":memory:") || text.starts_with("file:");
    if is_special {
        return Err(PrepareError::Address(
            "an address of SQLite names a file, such as `sqlite:specd.db`".to_owned(),
        ));
    }
    if path.to_str().is_none() {
        return Err(PrepareError::Address(
            "the path of the database is not valid UTF-8".to_owned(),
        ));
    }
    Ok(())
}
