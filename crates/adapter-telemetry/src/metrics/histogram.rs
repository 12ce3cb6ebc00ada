//! A classic histogram: how many were within each edge, and the sum of all.

use std::sync::Arc;

use bigdecimal::num_traits::ToPrimitive as _;
use bigdecimal::{BigDecimal, RoundingMode};
use specd_domain::objective::Counts;

use super::cells::Cells;
use super::exposition::Exposition;
use crate::contract;

/// The labels of a series.
pub(super) type HistogramText<'a> = &'a [(&'static str, &'a str)];

/// What is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    /// Nanoseconds, told as seconds.
    Nanoseconds,
    /// Pieces.
    Pieces,
}

/// The upper edges of the buckets, rising, without the last, infinite one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Edges {
    unit: Unit,
    most: Vec<u64>,
    /// In seconds; none of pieces.
    seconds: Vec<BigDecimal>,
    /// As exact decimals.
    spelled: Vec<String>,
}

impl Edges {
    /// Edges in seconds. What is measured are whole nanoseconds: below an edge that is none, it is within the last one before.
    pub(super) fn of_seconds(edges: &[BigDecimal]) -> Self {
        let nanoseconds = |edge: &BigDecimal| {
            let exact = edge * BigDecimal::from(1_000_000_000);
            let whole = exact.with_scale_round(0, RoundingMode::Floor);
            whole.to_u64().unwrap_or(u64::MAX)
        };
        Self {
            unit: Unit::Nanoseconds,
            most: edges.iter().map(nanoseconds).collect(),
            seconds: edges.to_vec(),
            spelled: edges
                .iter()
                .map(|edge| edge.normalized().to_plain_string())
                .collect(),
        }
    }

    /// Edges in pieces.
    pub(super) fn of_pieces(edges: &[u64]) -> Self {
        Self {
            unit: Unit::Pieces,
            most: edges.to_vec(),
            seconds: Vec::new(),
            spelled: edges.iter().map(u64::to_string).collect(),
        }
    }

    /// Makes them known where nothing is counted yet.
    pub(super) fn add_to(&self, counts: &mut Counts) {
        for edge in &self.seconds {
            counts.add_within(edge, 0);
        }
    }

    /// The bucket of what exceeds every edge.
    const fn last(&self) -> usize {
        self.most.len()
    }
}

/// A histogram.
#[derive(Debug)]
pub(super) struct Histogram {
    edges: Arc<Edges>,
    /// The buckets, each alone, and the sum.
    cells: Cells,
}

impl Histogram {
    /// Nothing is counted yet.
    pub(super) fn new(edges: Arc<Edges>) -> Self {
        Self {
            cells: Cells::new(edges.last() + 2),
            edges,
        }
    }

    /// Counts one, in nanoseconds or pieces.
    pub(super) fn observe(&self, value: u64) {
        let bucket = self.edges.most.partition_point(|most| *most < value);
        self.cells.add(bucket, 1);
        self.cells.add(self.edges.last() + 1, value);
    }

    /// Adds its requests to others; returns how many they are.
    pub(super) fn add_to(&self, counts: &mut Counts) -> u64 {
        let mut count = 0;
        for (bucket, edge) in self.edges.seconds.iter().enumerate() {
            count += self.cells.total(bucket);
            counts.add_within(edge, count);
        }
        count += self.cells.total(self.edges.last());
        counts.requests += count;
        count
    }

    /// Writes it.
    pub(super) fn expose(&self, out: &mut Exposition, labels: HistogramText<'_>) {
        write(out, labels, &self.edges, |number| self.cells.total(number));
    }

    /// Writes one in which nothing is counted.
    pub(super) fn expose_empty(out: &mut Exposition, labels: HistogramText<'_>, edges: &Edges) {
        write(out, labels, edges, |_| 0);
    }
}

fn write(
    out: &mut Exposition,
    labels: HistogramText<'_>,
    edges: &Edges,
    total: impl Fn(usize) -> u64,
) {
    let mut with_edge = labels.to_vec();
    let mut count = 0_u64;
    let spelled = edges.spelled.iter().map(String::as_str);
    for (bucket, edge) in spelled.chain(["+Inf"]).enumerate() {
        count = count.wrapping_add(total(bucket));
        with_edge.truncate(labels.len());
        with_edge.push((contract::EDGE, edge));
        out.sample("_bucket", &with_edge, count);
    }
    let sum = total(edges.last() + 1);
    match edges.unit {
        Unit::Pieces => out.sample("_sum", labels, sum),
        Unit::Nanoseconds => {
            let (seconds, rest) = (sum / 1_000_000_000, sum % 1_000_000_000);
            out.sample("_sum", labels, format_args!("{seconds}.{rest:09}"));
        }
    }
    out.sample("_count", labels, count);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::exposition::Kind;

    fn exposed(edges: Edges, values: &[u64]) -> String {
        let histogram = Histogram::new(Arc::new(edges));
        for value in values {
            histogram.observe(*value);
        }
        let mut out = Exposition::default();
        out.family("m", Kind::Histogram, "M.");
        histogram.expose(&mut out, &[("a", "b")]);
        let text = out.finish();
        text.lines().skip(2).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_value_on_an_edge_is_within_it() {
        let edges = ["0.0000000005", "0.00005", "0.05", "1"].map(|edge| edge.parse().unwrap());
        let edges = Edges::of_seconds(&edges);
        let values = [0, 50_000, 50_001, 50_000_000, 50_000_001, 2_000_000_000];
        assert_eq!(
            exposed(edges, &values),
            "m_bucket{a=\"b\",le=\"0.0000000005\"} 1\n\
             m_bucket{a=\"b\",le=\"0.00005\"} 2\n\
             m_bucket{a=\"b\",le=\"0.05\"} 4\n\
             m_bucket{a=\"b\",le=\"1\"} 5\n\
             m_bucket{a=\"b\",le=\"+Inf\"} 6\n\
             m_sum{a=\"b\"} 2.100100002\n\
             m_count{a=\"b\"} 6"
        );
    }

    #[test]
    fn pieces_are_counted_as_they_are() {
        assert_eq!(
            exposed(Edges::of_pieces(&[1, 2]), &[1, 2, 3]),
            "m_bucket{a=\"b\",le=\"1\"} 1\n\
             m_bucket{a=\"b\",le=\"2\"} 2\n\
             m_bucket{a=\"b\",le=\"+Inf\"} 3\n\
             m_sum{a=\"b\"} 6\n\
             m_count{a=\"b\"} 3"
        );
    }
}
