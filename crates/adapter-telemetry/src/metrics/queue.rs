//! What is counted of the queue before the threads of a store.

use std::sync::Arc;
use std::time::Duration;

use specd_app::ports::telemetry::QueueMeter;
use specd_domain::objective::edges::latency_edges;

use super::cells::Cells;
use super::exposition::Exposition;
use super::histogram::{Edges, Histogram, HistogramText};

/// Powers of two up to a thousand.
const SIZES: [u64; 11] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/// The counts of a queue.
#[derive(Debug)]
pub(super) struct QueueSeries {
    waits: Histogram,
    sizes: Histogram,
    refused: Cells,
}

impl Default for QueueSeries {
    fn default() -> Self {
        let usual = Edges::of_seconds(&latency_edges([]));
        Self {
            waits: Histogram::new(Arc::new(usual)),
            sizes: Histogram::new(Arc::new(Edges::of_pieces(&SIZES))),
            refused: Cells::new(1),
        }
    }
}

impl QueueSeries {
    pub(super) fn expose_waits(&self, out: &mut Exposition, labels: HistogramText<'_>) {
        self.waits.expose(out, labels);
    }

    pub(super) fn expose_sizes(&self, out: &mut Exposition, labels: HistogramText<'_>) {
        self.sizes.expose(out, labels);
    }

    pub(super) fn expose_refused(&self, out: &mut Exposition, labels: HistogramText<'_>) {
        out.sample("", labels, self.refused.total(0));
    }
}

impl QueueMeter for QueueSeries {
    fn waited(&self, time: Duration) {
        self.waits
            .observe(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
    }

    fn taken(&self, count: usize) {
        self.sizes.observe(u64::try_from(count).unwrap_or(u64::MAX));
    }

    fn refused(&self) {
        self.refused.add(0, 1);
    }
}
