//! What is measured of the store: its queues, and its connections.

use specd_app::ports::telemetry::QueueMeters;

use crate::store::PostgresStore;

/// The connections of the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkCounts {
    /// Those that a thread has.
    pub used: u32,
    /// Those that wait for one.
    pub idle: u32,
    /// As many as there may be.
    pub most: u32,
}

impl PostgresStore {
    /// Has its queues watched: `write`, `write_alone`, `read_one`, `read_page`, `read` and `admin`. Where nothing shares a
    /// statement, there are neither `write` nor `read_one` and `read_page`.
    pub fn measure(&self, meters: &dyn QueueMeters) {
        if let Some(groups) = &self.groups {
            groups.measure(meters.of_queue("write"));
        }
        if let Some(reads) = self.reads() {
            reads.measure(meters);
        }
        self.writers.measure(meters.of_queue("write_alone"));
        self.readers.measure(meters.of_queue("read"));
        self.admin.measure(meters.of_queue("admin"));
    }

    /// Its connections.
    pub fn links(&self) -> LinkCounts {
        let state = self.shared.pool.state();
        LinkCounts {
            used: state.connections.saturating_sub(state.idle_connections),
            idle: state.idle_connections,
            most: self.shared.pool.max_size(),
        }
    }
}
