//! The connection: kept by a thread of its own, so that neither a busy worker nor the reading of documents holds it up.
//!
//! While Redis is away it is tried once a second. Each change is logged once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, RedisError};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until, timeout};
use tracing::{info, warn};

use crate::address::RedisAddress;
use crate::script::Counting;

/// How often Redis is tried while it is away.
const PERIOD: Duration = Duration::from_secs(1);
/// How long one try may take.
const PATIENCE: Duration = Duration::from_millis(900);

/// The connection of the moment, shared with the thread that keeps it.
pub(crate) struct Connection {
    address: RedisAddress,
    current: RwLock<Option<Line>>,
    is_lost: Notify,
    is_over: AtomicBool,
}

/// One connection, from its beginning to its end.
#[derive(Clone)]
pub(crate) struct Line {
    /// Which one it is: who finds an old one broken says nothing of the new one.
    number: u64,
    pub(crate) redis: MultiplexedConnection,
}

impl Connection {
    /// Begins to keep a connection, and waits for the end of the first try.
    ///
    /// # Errors
    /// The thread cannot be started.
    pub(crate) fn start(address: RedisAddress) -> std::io::Result<Arc<Self>> {
        let connection = Arc::new(Self {
            address,
            current: RwLock::new(None),
            is_lost: Notify::new(),
            is_over: AtomicBool::new(false),
        });
        let (tried, first_try) = sync_channel(1);
        let kept = Arc::clone(&connection);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        std::thread::Builder::new()
            .name("specd-limits".to_owned())
            .spawn(move || runtime.block_on(kept.keep(&tried)))?;
        // It ends in time by itself, or with the thread.
        let _ = first_try.recv_timeout(PATIENCE * 2);
        Ok(connection)
    }

    /// The connection, where there is one.
    pub(crate) fn current(&self) -> Option<Line> {
        let current = self.current.read();
        current.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Gives a connection up, for this reason. Of many requests that find out at once the first is heard.
    pub(crate) fn lose(&self, line: &Line, reason: &str) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current
            .as_ref()
            .is_some_and(|held| held.number == line.number)
        {
            *current = None;
            self.tell_away(reason);
            self.is_lost.notify_one();
        }
    }

    /// Ends the thread.
    pub(crate) fn end(&self) {
        self.is_over.store(true, Ordering::Release);
        self.is_lost.notify_one();
    }

    fn tell_away(&self, reason: &str) {
        warn!(
            redis = %self.address,
            reason,
            "the counts in Redis cannot be reached: each server counts for itself until they can"
        );
    }

    async fn keep(&self, tried: &SyncSender<()>) {
        for number in 0.. {
            let begun = Instant::now();
            let outcome = self.connect().await;
            if self.is_over.load(Ordering::Acquire) {
                return;
            }
            let is_first = number == 0;
            match outcome {
                Ok(redis) => {
                    let line = Line { number, redis };
                    *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(line);
                    if !is_first {
                        info!(redis = %self.address, "the counts in Redis are reached again");
                    }
                    // Nobody waits for more than the first.
                    let _ = tried.try_send(());
                    self.is_lost.notified().await;
                }
                Err(reason) => {
                    if is_first {
                        self.tell_away(&reason);
                    }
                    let _ = tried.try_send(());
                }
            }
            sleep_until(begun + PERIOD).await;
        }
    }

    /// A connection that has answered, with the script in its place.
    async fn connect(&self) -> Result<MultiplexedConnection, String> {
        let settings = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE));
        let client = self.address.client();
        let connect = async {
            let mut connection = client
                .get_multiplexed_async_connection_with_config(&settings)
                .await?;
            Counting::default().load(&mut connection).await?;
            Ok(connection)
        };
        match timeout(PATIENCE, connect).await {
            Ok(outcome) => outcome.map_err(|error: RedisError| error.to_string()),
            Err(_) => Err("it does not answer".to_owned()),
        }
    }
}
