//! Numbers that many threads add to at once. Each thread has a shard of them, so that two seldom write to the same line of
//! the processor's cache.

use std::cell::Cell;
use std::num::NonZeroUsize;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread::available_parallelism;

/// Where there are more threads than this, some share a shard.
const MOST_SHARDS: usize = 16;
/// Numbers in a line of the cache.
const IN_A_LINE: usize = 8;
/// A thread that has no shard yet.
const NONE: usize = usize::MAX;

static SHARDS: LazyLock<usize> = LazyLock::new(|| {
    let threads = available_parallelism().map_or(1, NonZeroUsize::get);
    threads.min(MOST_SHARDS)
});
static NEXT: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static OWN: Cell<usize> = const { Cell::new(NONE) };
}

#[derive(Debug, Default)]
#[repr(align(64))]
struct Line([AtomicU64; IN_A_LINE]);

/// The numbers, all 0 at first.
#[derive(Debug)]
pub(super) struct Cells {
    lines: Box<[Line]>,
    in_a_shard: usize,
}

impl Cells {
    /// So many numbers.
    pub(super) fn new(count: usize) -> Self {
        let in_a_shard = count.div_ceil(IN_A_LINE).max(1);
        let lines = in_a_shard.saturating_mul(*SHARDS);
        Self {
            lines: (0..lines).map(|_| Line::default()).collect(),
            in_a_shard,
        }
    }

    /// Adds to a number.
    pub(super) fn add(&self, number: usize, amount: u64) {
        if let Some(cell) = self.cell(own_shard(), number) {
            cell.fetch_add(amount, Ordering::Relaxed);
        }
    }

    /// What was added to a number by all.
    pub(super) fn total(&self, number: usize) -> u64 {
        let shards = (0..*SHARDS).filter_map(|shard| self.cell(shard, number));
        shards.fold(0, |sum, cell| {
            sum.wrapping_add(cell.load(Ordering::Relaxed))
        })
    }

    fn cell(&self, shard: usize, number: usize) -> Option<&AtomicU64> {
        let line = shard * self.in_a_shard + number / IN_A_LINE;
        self.lines.get(line)?.0.get(number % IN_A_LINE)
    }
}

fn own_shard() -> usize {
    OWN.with(|own| {
        if own.get() == NONE {
            own.set(NEXT.fetch_add(1, Ordering::Relaxed) % *SHARDS);
        }
        own.get()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_threads_add_is_all_there() {
        let cells = Cells::new(20);
        std::thread::scope(|scope| {
            for _ in 0..2 * MOST_SHARDS {
                scope.spawn(|| {
                    for number in 0..20 {
                        for _ in 0..1000 {
                            cells.add(number, 3);
                        }
                    }
                });
            }
        });
        for number in 0..20 {
            let expected = u64::try_from(2 * MOST_SHARDS).unwrap() * 3000;
            assert_eq!(cells.total(number), expected, "{number}");
        }
    }
}
