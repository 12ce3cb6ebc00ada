//! Reads that share a statement (ADR 0017): whatever waits for the same columns of the same table is asked for at once, and
//! goes from the wire into JSON.

use std::sync::Arc;
use std::time::Duration;

use specd_app::ports::telemetry::QueueMeters;
use specd_sql_support::groups::Groups;
use specd_sql_support::queue::{GroupLimits, QueueLimits};

use self::ask::serve;
use self::held::Held;
use self::one::ReadOne;
use self::page::ReadPage;
use crate::shared::Shared;

mod ask;
mod held;
mod json;
mod numeric;
mod one;
mod page;

pub(crate) use one::read_one;
pub(crate) use page::{read_page, read_page_alone};

/// Threads for reads by key: while a group of one is in flight, the next one gathers.
const ONES: u8 = 1;
/// Threads for pages, which take longer.
const PAGES: u8 = 2;
/// The connections of both.
pub(crate) const LINKS: u8 = ONES + PAGES;

/// How many reads by key share a statement.
const MOST_ONES: usize = 256;
/// How many rows the pages of a statement may have together.
const MOST_ROWS: usize = 1024;

/// The threads.
#[derive(Debug)]
pub(crate) struct Reads {
    ones: Groups<ReadOne>,
    pages: Groups<ReadPage>,
}

impl Reads {
    /// Starts them.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(crate) fn start(
        shared: &Arc<Shared>,
        wait: Duration,
        length: usize,
    ) -> std::io::Result<Self> {
        let queue = QueueLimits { wait, length };
        let ones = GroupLimits {
            count: MOST_ONES,
            bytes: usize::MAX,
        };
        // Pages are weighed by their rows.
        let pages = GroupLimits {
            count: MOST_ROWS,
            bytes: MOST_ROWS,
        };
        let (of_ones, of_pages) = (Arc::clone(shared), Arc::clone(shared));
        Ok(Self {
            ones: Groups::start("pg-one", usize::from(ONES), queue, ones, move || {
                let mut held = Held::new(&of_ones);
                move |group| serve(&mut held, group)
            })?,
            pages: Groups::start("pg-page", usize::from(PAGES), queue, pages, move || {
                let mut held = Held::new(&of_pages);
                move |group| serve(&mut held, group)
            })?,
        })
    }

    /// Has its queues watched.
    pub(crate) fn measure(&self, meters: &dyn QueueMeters) {
        self.ones.measure(meters.of_queue("read_one"));
        self.pages.measure(meters.of_queue("read_page"));
    }
}
