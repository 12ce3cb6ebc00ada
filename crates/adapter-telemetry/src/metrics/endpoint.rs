//! The durations of one endpoint's requests, by status.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use specd_domain::endpoint::{Endpoint, Operation};
use specd_domain::objective::Counts;

use super::OTHER;
use super::exposition::Exposition;
use super::histogram::{Edges, Histogram, HistogramText};
use crate::contract;

/// The statuses that an endpoint has beside those of its document; any other is counted as `other`.
pub(super) const OF_ANY_ANSWER: &[u16] = &[
    200, 204, 304, 400, 401, 403, 404, 405, 406, 408, 409, 410, 411, 412, 413, 414, 415, 422, 428,
    429, 431, 500, 501, 503, 505,
];

/// A histogram for each status, made when it is first seen. Seldom seen ones take next to no memory.
#[derive(Debug)]
pub(super) struct StatusSeries {
    edges: Arc<Edges>,
    /// Rising.
    known: Vec<(u16, Slot)>,
    other: Slot,
    /// Those that are told of at 0.
    first: Vec<u16>,
}

/// Shared by the revisions of a document.
type Slot = Arc<OnceLock<Histogram>>;

impl StatusSeries {
    /// Counts for these statuses, of which `first` are told of before they are seen.
    pub(super) fn new(edges: Arc<Edges>, statuses: &[u16], first: &[u16]) -> Self {
        let mut all = [statuses, first].concat();
        all.sort_unstable();
        all.dedup();
        Self {
            edges,
            known: all
                .into_iter()
                .map(|status| (status, Slot::default()))
                .collect(),
            other: Slot::default(),
            first: first.to_vec(),
        }
    }

    /// Goes on with the counts of `before`, as far as their edges are the same.
    fn following(mut self, before: &Self) -> Self {
        if self.edges == before.edges {
            for (status, slot) in &mut self.known {
                if let Some(counted) = before.slot(*status) {
                    *slot = Arc::clone(counted);
                }
            }
            self.other = Arc::clone(&before.other);
        }
        self
    }

    /// Counts an answer.
    pub(super) fn observe(&self, status: u16, took: Duration) {
        let slot = self.slot(status).unwrap_or(&self.other);
        let histogram = slot.get_or_init(|| Histogram::new(Arc::clone(&self.edges)));
        histogram.observe(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
    }

    /// Adds what was counted to others.
    pub(super) fn add_to(&self, counts: &mut Counts) {
        self.edges.add_to(counts);
        for (status, slot) in &self.known {
            let Some(histogram) = slot.get() else {
                continue;
            };
            let count = histogram.add_to(counts);
            if *status >= 500 {
                counts.failed += count;
            }
        }
        if let Some(others) = self.other.get() {
            others.add_to(counts);
        }
    }

    /// Writes what was seen, and what begins at 0.
    pub(super) fn expose(&self, out: &mut Exposition, labels: HistogramText<'_>) {
        for (status, slot) in &self.known {
            let is_first = self.first.contains(status);
            self.expose_one(out, labels, &status.to_string(), slot, is_first);
        }
        self.expose_one(out, labels, OTHER, &self.other, false);
    }

    fn expose_one(
        &self,
        out: &mut Exposition,
        labels: HistogramText<'_>,
        status: &str,
        slot: &Slot,
        is_first: bool,
    ) {
        let mut labels = labels.to_vec();
        labels.push((contract::STATUS_CODE, status));
        match slot.get() {
            Some(histogram) => histogram.expose(out, &labels),
            None if is_first => Histogram::expose_empty(out, &labels, &self.edges),
            None => {}
        }
    }

    fn slot(&self, status: u16) -> Option<&Slot> {
        let at = self
            .known
            .binary_search_by_key(&status, |(known, _)| *known);
        self.known.get(at.ok()?).map(|(_, slot)| slot)
    }
}

/// One endpoint of a document.
#[derive(Debug)]
pub(super) struct EndpointSeries {
    pub(super) operation: Operation,
    route: String,
    pub(super) answers: StatusSeries,
}

impl EndpointSeries {
    /// The counts of an endpoint, which go on from those that it had before at the same path.
    pub(super) fn new(
        endpoint: &Endpoint,
        route: String,
        edges: &Arc<Edges>,
        before: Option<&Self>,
    ) -> Self {
        let statuses = [OF_ANY_ANSWER, endpoint.statuses.as_slice()].concat();
        let first = [endpoint.success, 500, 503];
        let answers = StatusSeries::new(Arc::clone(edges), &statuses, &first);
        let answers = match before.filter(|before| before.route == route) {
            Some(before) => answers.following(&before.answers),
            None => answers,
        };
        Self {
            operation: endpoint.operation,
            route,
            answers,
        }
    }

    /// Whether it goes on with every count of `before`.
    pub(super) fn follows(&self, before: &Self) -> bool {
        let is_same = (self.operation, &self.route) == (before.operation, &before.route);
        is_same && self.answers.edges == before.answers.edges
    }

    /// Writes it.
    pub(super) fn expose(&self, out: &mut Exposition, spec: &str) {
        let labels = [
            (contract::SPEC, spec),
            (contract::METHOD, self.operation.method().as_str()),
            (contract::ROUTE, &self.route),
        ];
        self.answers.expose(out, &labels);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::exposition::Kind;

    fn exposed(series: &StatusSeries) -> String {
        let mut out = Exposition::default();
        out.family("m", Kind::Histogram, "M.");
        series.expose(&mut out, &[]);
        let text = out.finish();
        let counts = text.lines().filter(|line| line.starts_with("m_count"));
        counts.collect::<Vec<_>>().join(" ")
    }

    fn edges(edge: &str) -> Arc<Edges> {
        Arc::new(Edges::of_seconds(&[edge.parse().unwrap()]))
    }

    #[test]
    fn a_status_that_nobody_knows_is_counted_as_other() {
        let series = StatusSeries::new(edges("1"), &[404, 200], &[500]);
        assert_eq!(
            exposed(&series),
            "m_count{http_response_status_code=\"500\"} 0"
        );
        for status in [299, 200, 299, 0] {
            series.observe(status, Duration::ZERO);
        }
        assert_eq!(
            exposed(&series),
            "m_count{http_response_status_code=\"200\"} 1 \
             m_count{http_response_status_code=\"500\"} 0 \
             m_count{http_response_status_code=\"other\"} 3"
        );
    }

    #[test]
    fn what_is_counted_is_told_by_latency_and_failure() {
        let series = StatusSeries::new(edges("1"), &[200, 404, 503], &[]);
        let counted = [(200, 1), (200, 2), (404, 1), (503, 1), (503, 2), (599, 1)];
        for (status, seconds) in counted {
            series.observe(status, Duration::from_secs(seconds));
        }
        let mut counts = Counts::default();
        series.add_to(&mut counts);
        let expected = Counts {
            requests: 6,
            failed: 2,
            within: vec![("1".parse().unwrap(), 4)],
        };
        assert_eq!(counts, expected);
    }

    #[test]
    fn where_nothing_is_counted_nothing_was_slower() {
        let mut counts = Counts::default();
        StatusSeries::new(edges("1"), &[200], &[]).add_to(&mut counts);
        assert_eq!(counts.within, [("1".parse().unwrap(), 0)]);
    }

    #[test]
    fn counts_go_on_between_the_same_edges() {
        let before = StatusSeries::new(edges("1"), &[200], &[]);
        before.observe(200, Duration::ZERO);
        let same = StatusSeries::new(edges("1"), &[200, 201], &[]).following(&before);
        // A request that began before and ends now is counted, too.
        before.observe(200, Duration::ZERO);
        same.observe(201, Duration::ZERO);
        assert_eq!(
            exposed(&same),
            "m_count{http_response_status_code=\"200\"} 2 m_count{http_response_status_code=\"201\"} 1"
        );
        let other = StatusSeries::new(edges("2"), &[200], &[]).following(&before);
        assert_eq!(exposed(&other), "");
    }
}
