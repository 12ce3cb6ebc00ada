//! The edges of the latency histogram: a set that suits most services, and exactly each latency that a document speaks of, so that
//! "how many were slower than 50 ms" is counted and never estimated.

use bigdecimal::BigDecimal;

use super::{Allowance, Indicator, Measure};
use crate::spec::Spec;

/// The edges without any document, in units of 100 microseconds.
const USUAL: [u32; 14] = [
    5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000,
];

/// The upper edges of the buckets, in seconds, rising, each once; without the last, infinite one.
pub fn latency_edges<'a>(specs: impl IntoIterator<Item = &'a Spec>) -> Vec<BigDecimal> {
    let usual = USUAL.map(|edge| BigDecimal::new(edge.into(), 4).normalized());
    let mut edges: Vec<BigDecimal> = usual.into();
    edges.extend(specs.into_iter().flat_map(latencies));
    edges.sort();
    edges.dedup();
    edges
}

/// Each latency that a document speaks of, in seconds: objectives, alerts, rollback criteria; rising, each once.
pub fn latencies(spec: &Spec) -> Vec<BigDecimal> {
    let objectives = spec.objectives.iter().map(|one| (one.measure, &one.target));
    let alerts = spec.alerts.iter().map(|one| (one.measure, &one.threshold));
    let criteria = &spec.rollout.criteria;
    let criteria = criteria.iter().map(|one| (one.measure, &one.threshold));
    let all = objectives.chain(alerts).chain(criteria);
    let mut seconds: Vec<BigDecimal> = all
        .filter(|(measure, _)| *measure == Measure::Latency)
        .filter_map(|(measure, number)| Allowance::of(measure, None, number))
        .filter_map(|allowance| match allowance.indicator {
            Indicator::SlowerThan(seconds) => Some(seconds),
            Indicator::Failed => None,
        })
        .collect();
    seconds.sort();
    seconds.dedup();
    seconds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_latency_of_a_document_is_an_edge_exactly() {
        let order = include_str!("../../examples/order.json");
        let mut spec: Spec = serde_json::from_str(order).unwrap();
        let plain = |edges: Vec<BigDecimal>| -> Vec<String> {
            let edges = edges.iter().map(BigDecimal::to_plain_string);
            edges.collect()
        };
        let usual = latency_edges([]);
        assert_eq!(
            plain(usual.clone()).join(" "),
            "0.0005 0.001 0.0025 0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 10"
        );
        let mut own = Vec::new();
        for (at, text) in ["33.3", "100.0", "20000"].into_iter().enumerate() {
            let mut alert = spec.alerts.first().unwrap().clone();
            alert.measure = Measure::Latency;
            alert.threshold = text.parse().unwrap();
            own.insert(at, alert);
        }
        spec.alerts = own;
        spec.objectives.clear();
        spec.rollout.criteria.clear();
        assert_eq!(plain(latencies(&spec)), ["0.0333", "0.1", "20"]);
        let edges = latency_edges([&spec]);
        assert_eq!(edges.len(), usual.len() + 2);
        assert!(edges.is_sorted());
    }
}
