//! The limiter: asks Redis, and this server's own counts where Redis does not answer in time.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use specd_app::limits::LocalLimiter;
use specd_app::ports::Answer;
use specd_app::ports::limits::{LimiterError, Meter, RateLimiter, Verdict};
use tokio::time::timeout;

use crate::address::RedisAddress;
use crate::connection::Connection;
use crate::script::Counting;

/// How long a request waits for Redis.
const PATIENCE: Duration = Duration::from_millis(50);
/// So many requests in a row that waited in vain mean that Redis is away.
const STRIKES: u32 = 3;

/// Counts that all servers on one Redis share.
///
/// What Redis admits is counted here, too. So a caller who has used up its quota on this server alone is refused without
/// asking Redis, and a server that must count for itself does not begin at nothing: no server ever admits more than the
/// quota by itself, whatever happens to Redis.
pub struct RedisLimiter {
    connection: Arc<Connection>,
    counting: Counting,
    local: LocalLimiter,
    strikes: AtomicU32,
}

impl RedisLimiter {
    /// Connects, or begins to try. A Redis that is away is no error: it is logged, and tried again.
    ///
    /// # Errors
    /// The thread that keeps the connection cannot be started.
    pub fn start(address: RedisAddress) -> std::io::Result<Self> {
        Ok(Self {
            connection: Connection::start(address)?,
            counting: Counting::default(),
            local: LocalLimiter::default(),
            strikes: AtomicU32::new(0),
        })
    }

    /// Whether Redis counts now, and not this server alone.
    pub fn is_shared(&self) -> bool {
        self.connection.current().is_some()
    }

    async fn judge(&self, meters: &[Meter], now: DateTime<Utc>) -> Verdict {
        let alone = self.local.look(meters, now);
        if alone.refused.is_some() {
            return alone;
        }
        match self.ask(meters).await {
            Some(verdict) => {
                if verdict.refused.is_none() {
                    self.local.note(meters, now);
                }
                verdict
            }
            None => self.local.count(meters, now),
        }
    }

    /// What Redis says, where it says something in time.
    async fn ask(&self, meters: &[Meter]) -> Option<Verdict> {
        let mut line = self.connection.current()?;
        let asked = self.counting.count(&mut line.redis, meters);
        let outcome = timeout(PATIENCE, asked).await;
        match outcome {
            Ok(Ok(counted)) => {
                self.strikes.store(0, Ordering::Relaxed);
                Some(counted.verdict)
            }
            Ok(Err(error)) => {
                self.connection.lose(&line, &error.to_string());
                None
            }
            Err(_) => {
                if self.strikes.fetch_add(1, Ordering::Relaxed) + 1 >= STRIKES {
                    self.strikes.store(0, Ordering::Relaxed);
                    self.connection.lose(&line, "it does not answer in time");
                }
                None
            }
        }
    }
}

impl RateLimiter for RedisLimiter {
    fn admit<'a>(
        &'a self,
        meters: &'a [Meter],
        now: DateTime<Utc>,
    ) -> Answer<'a, Result<Verdict, LimiterError>> {
        Box::pin(async move { Ok(self.judge(meters, now).await) })
    }
}

impl Drop for RedisLimiter {
    fn drop(&mut self) {
        self.connection.end();
    }
}

impl fmt::Debug for RedisLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisLimiter")
            .field("is_shared", &self.is_shared())
            .finish_non_exhaustive()
    }
}
