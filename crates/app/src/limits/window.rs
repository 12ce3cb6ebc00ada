//! One caller's requests within the last window: an exact log where there are few, and one that is never too generous
//! where there are many.
//!
//! Requests are kept in runs. A run leaves the window as a whole, when its last request does: so that never more than the
//! quota is admitted in any window, and a run's first request counts longer than it should by the length of the run. Runs
//! are at most 1/127 of the window long, so that a caller who sends all the time gets at least 99.2 % of the quota. Up to
//! 127 requests a window each is a run of its own, and nothing is lost.

use crate::ports::limits::Quota;

/// Runs that a window may have; with it, at most 128 are kept beside the newest.
const PARTS: u32 = 127;
/// Windows up to this length are counted in microseconds, which then fit 32 bits.
const EXACT_SECONDS: u32 = 4_200;
/// A clock that goes back by more than this was put back; by less, two requests overtook each other.
const OVERTAKEN_MICROS: i64 = 1_000_000;

/// A quota in the ticks of its window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    requests: u32,
    /// How many tokens the bucket of the burst holds; `None` where the window alone decides.
    burst: Option<u32>,
    /// The window in ticks.
    window: u32,
    /// The longest run, in ticks.
    part: u32,
    /// Microseconds of a tick: 1 but for windows of hours.
    tick: i64,
}

/// Where a caller stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// In how many microseconds a request would be admitted; `None` for now.
    pub(super) wait_micros: Option<u64>,
    /// How many would be admitted now.
    pub(super) requests: u32,
    /// In how many microseconds there will be more; 0 where all of the quota is there.
    pub(super) more_micros: u64,
}

/// The requests of one caller. Times are ticks of its [`Scale`].
#[derive(Debug, Default)]
pub(super) struct Window {
    /// When the newest request was admitted.
    newest: i64,
    /// What the bucket of the burst lacked then. A token is as many units as the window has ticks; each tick gives back as
    /// many units as the quota has requests.
    debt: u64,
    /// Runs that have ended, oldest first.
    ended: Vec<Run>,
    /// Requests of all runs.
    total: u32,
    /// Requests of the newest run, which ends with the newest request.
    run: u32,
    /// Ticks from its first to its last.
    span: u32,
}

/// Requests that leave the window together.
#[derive(Clone, Copy, Debug)]
struct Run {
    /// The time of the last, in its lowest 32 bits; it lies less than a window before the newest of all.
    end: u32,
    requests: u32,
}

impl Scale {
    pub(super) fn of(quota: Quota) -> Self {
        let seconds = quota.window_seconds.max(1);
        let micros = u64::from(seconds) * 1_000_000;
        let requests = quota.requests.max(1);
        // A longer window is a little longer still, so that rounding never makes it shorter.
        let (tick, window) = if seconds <= EXACT_SECONDS {
            (1, micros)
        } else {
            let tick = (micros >> 31) + 1;
            (tick, micros / tick + 2)
        };
        let window = u32::try_from(window).unwrap_or(u32::MAX);
        Self {
            requests,
            // A bucket of the whole quota or more never refuses what the window admits.
            burst: quota
                .burst
                .map(|burst| burst.max(1))
                .filter(|burst| *burst < requests),
            window,
            part: if requests > PARTS { window / PARTS } else { 0 },
            tick: i64::try_from(tick).unwrap_or(i64::MAX),
        }
    }

    /// When a window that was last used at `micros` is over, in microseconds.
    pub(super) fn end_after(self, micros: i64) -> i64 {
        micros.saturating_add(i64::from(self.window).saturating_mul(self.tick))
    }

    fn ticks(self, micros: i64) -> i64 {
        micros.div_euclid(self.tick)
    }

    fn micros(self, ticks: u64) -> u64 {
        ticks.saturating_mul(self.tick.unsigned_abs())
    }

    fn capacity(self, burst: u32) -> u64 {
        u64::from(burst) * u64::from(self.window)
    }

    /// Ticks until the bucket has got so much back.
    fn refill(self, units: u64) -> u64 {
        units.div_ceil(u64::from(self.requests))
    }
}

impl Window {
    /// Where the caller stands at `now`, in microseconds.
    pub(super) fn look(&mut self, scale: Scale, now: i64) -> Standing {
        let idle = self.settle(scale, now);
        let waits = [self.log_wait(scale, idle), self.bucket_wait(scale, idle)];
        let (left, more) = self.left(scale, idle);
        let wait = waits.into_iter().flatten().max();
        Standing {
            wait_micros: wait.map(|ticks| scale.micros(ticks)),
            requests: left,
            more_micros: scale.micros(more),
        }
    }

    /// Counts a request at `now`, whether it should be or not.
    pub(super) fn add(&mut self, scale: Scale, now: i64) {
        let idle = self.settle(scale, now);
        self.debt = match scale.burst {
            Some(burst) => self.debt_after(scale, burst, idle) + u64::from(scale.window),
            None => 0,
        };
        let span = u64::from(self.span) + idle;
        if self.run > 0 && span <= u64::from(scale.part) {
            self.run = self.run.saturating_add(1);
            self.span = u32::try_from(span).unwrap_or(u32::MAX);
        } else {
            self.end_run();
        }
        self.newest = self.newest.saturating_add_unsigned(idle);
        self.total = self.total.saturating_add(1);
    }

    /// Bytes on the heap, with what the allocator keeps beside them.
    pub(super) fn heap_bytes(&self) -> usize {
        match self.ended.capacity() {
            0 => 0,
            runs => runs * size_of::<Run>() + 16,
        }
    }

    fn end_run(&mut self) {
        if self.run > 0 {
            self.ended.push(Run {
                end: low(self.newest),
                requests: self.run,
            });
        }
        self.run = 1;
        self.span = 0;
    }

    /// Lets go of what has left the window. Gives the ticks since the newest request.
    fn settle(&mut self, scale: Scale, now: i64) -> u64 {
        let now = scale.ticks(now);
        if self.total == 0 {
            self.newest = now;
            return 0;
        }
        if self.newest.saturating_sub(now) > OVERTAKEN_MICROS / scale.tick {
            self.put_back(now);
        }
        let idle = now.saturating_sub(self.newest).max(0).unsigned_abs();
        if idle >= u64::from(scale.window) {
            *self = Self {
                newest: now,
                ..Self::default()
            };
            return 0;
        }
        let newest = low(self.newest);
        let has_left = |run: &&Run| run.age(newest, idle) >= u64::from(scale.window);
        let left = self.ended.iter().take_while(has_left).count();
        for run in self.ended.drain(..left) {
            self.total = self.total.saturating_sub(run.requests);
        }
        idle
    }

    /// The clock was put back: everything was admitted as long ago as before, by the new time.
    fn put_back(&mut self, now: i64) {
        let back = low(self.newest.saturating_sub(now));
        for run in &mut self.ended {
            run.end = run.end.wrapping_sub(back);
        }
        self.newest = now;
    }

    /// Ticks until the log admits one more.
    fn log_wait(&self, scale: Scale, idle: u64) -> Option<u64> {
        let mut excess = (self.total.checked_add(1)?).checked_sub(scale.requests)?;
        if excess == 0 {
            return None;
        }
        let newest = low(self.newest);
        for run in &self.ended {
            if run.requests >= excess {
                return Some(u64::from(scale.window).saturating_sub(run.age(newest, idle)));
            }
            excess -= run.requests;
        }
        Some(u64::from(scale.window).saturating_sub(idle))
    }

    /// Ticks until the bucket of the burst holds a token.
    fn bucket_wait(&self, scale: Scale, idle: u64) -> Option<u64> {
        let burst = scale.burst?;
        let needed = self.debt_after(scale, burst, idle) + u64::from(scale.window);
        let missing = needed.saturating_sub(scale.capacity(burst));
        (missing > 0).then(|| scale.refill(missing))
    }

    /// How many would be admitted now, and the ticks until there are more.
    fn left(&self, scale: Scale, idle: u64) -> (u32, u64) {
        let log = (
            scale.requests.saturating_sub(self.total),
            self.log_more(scale, idle),
        );
        let Some(burst) = scale.burst else {
            return log;
        };
        let debt = self.debt_after(scale, burst, idle);
        let token = u64::from(scale.window);
        let tokens = (scale.capacity(burst) - debt) / token;
        let more = match (debt, debt % token) {
            (0, _) => 0,
            (_, 0) => scale.refill(token),
            (_, part) => scale.refill(part),
        };
        let bucket = (u32::try_from(tokens).unwrap_or(u32::MAX), more);
        match log.0.cmp(&bucket.0) {
            std::cmp::Ordering::Less => log,
            std::cmp::Ordering::Greater => bucket,
            std::cmp::Ordering::Equal => (log.0, log.1.max(bucket.1)),
        }
    }

    /// Ticks until the oldest run leaves.
    fn log_more(&self, scale: Scale, idle: u64) -> u64 {
        if self.total == 0 {
            return 0;
        }
        let newest = low(self.newest);
        let age = self.ended.first().map_or(idle, |run| run.age(newest, idle));
        u64::from(scale.window).saturating_sub(age)
    }

    /// What the bucket lacks so many ticks after the newest request.
    fn debt_after(&self, scale: Scale, burst: u32, idle: u64) -> u64 {
        let debt = self.debt.min(scale.capacity(burst));
        debt.saturating_sub(idle.saturating_mul(u64::from(scale.requests)))
    }
}

impl Run {
    /// Ticks since its last request.
    fn age(self, newest: u32, idle: u64) -> u64 {
        u64::from(newest.wrapping_sub(self.end)) + idle
    }
}

/// The lowest 32 bits.
fn low(ticks: i64) -> u32 {
    u32::try_from(ticks.rem_euclid(1 << 32)).unwrap_or(0)
}
