//! What is counted of one document.

use std::sync::Arc;
use std::time::Duration;

use specd_app::ports::telemetry::{Rejection, SpecMeter};
use specd_domain::Spec;
use specd_domain::endpoint::Operation;
use specd_domain::objective::edges::latency_edges;
use specd_domain::objective::{Counts, Measured, Period};

use super::cells::Cells;
use super::endpoint::EndpointSeries;
use super::exposition::Exposition;
use super::flow::FlowSeries;
use super::histogram::Edges;
use super::times::Times;
use crate::contract;

/// The counts of a revision, which go on from those of the one before.
#[derive(Debug)]
pub(super) struct DocumentSeries {
    endpoints: Vec<EndpointSeries>,
    /// Of its diagram, where it has one.
    pub(super) flow: Option<FlowSeries>,
    shared: Arc<Shared>,
    /// From when on all its requests are counted here.
    since: Period,
}

/// What all revisions count together.
#[derive(Debug)]
struct Shared {
    rejections: Rejections,
    undeclared: Cells,
}

/// Requests turned away, by reason.
#[derive(Debug)]
pub(super) struct Rejections(Cells);

impl DocumentSeries {
    /// The counts of `spec`, which go on from those `before`; where there are none, all its requests are those to come.
    pub(super) fn new(spec: &Spec, before: Option<&Self>, times: &Times) -> Self {
        let edges = Arc::new(Edges::of_seconds(&latency_edges([spec])));
        let endpoints = spec.endpoints.iter().map(|endpoint| {
            let operation = endpoint.operation;
            let mut path = spec.collection_path();
            path.has_id = operation.has_id();
            let before = before.and_then(|before| before.of(operation));
            EndpointSeries::new(endpoint, path.to_string(), &edges, before)
        });
        let endpoints: Vec<_> = endpoints.collect();
        Self {
            flow: FlowSeries::new(spec, before.and_then(|before| before.flow.as_ref())),
            since: match before {
                None => times.begun,
                Some(before) if before.is_followed_by(&endpoints) => before.since,
                Some(_) => times.now(),
            },
            endpoints,
            shared: before.map_or_else(Arc::default, |before| Arc::clone(&before.shared)),
        }
    }

    /// Whether no count of its endpoints is lost to these.
    fn is_followed_by(&self, endpoints: &[EndpointSeries]) -> bool {
        let is_followed = |before| endpoints.iter().any(|endpoint| endpoint.follows(before));
        self.endpoints.iter().all(is_followed)
    }

    /// From when on all its requests are counted here.
    pub(super) const fn since(&self) -> Period {
        self.since
    }

    /// Writes the durations of its requests.
    pub(super) fn expose_requests(&self, out: &mut Exposition, number: &str) {
        for endpoint in &self.endpoints {
            endpoint.expose(out, number);
        }
    }

    /// The requests that were turned away.
    pub(super) fn rejections(&self) -> &Rejections {
        &self.shared.rejections
    }

    /// How many answers had a status that the document does not list.
    pub(super) fn undeclared_answers(&self) -> u64 {
        self.shared.undeclared.total(0)
    }

    fn of(&self, operation: Operation) -> Option<&EndpointSeries> {
        let mut endpoints = self.endpoints.iter();
        endpoints.find(|endpoint| endpoint.operation == operation)
    }
}

impl SpecMeter for DocumentSeries {
    fn answered(&self, operation: Operation, status: u16, took: Duration) {
        if let Some(endpoint) = self.of(operation) {
            endpoint.answers.observe(status, took);
        }
    }

    fn rejected(&self, rejection: Rejection) {
        self.shared.rejections.add(rejection);
    }

    fn undeclared(&self) {
        self.shared.undeclared.add(0, 1);
    }

    fn measured(&self) -> Option<Measured> {
        let mut counts = Counts::default();
        for endpoint in &self.endpoints {
            endpoint.answers.add_to(&mut counts);
        }
        Some(Measured {
            period: self.since,
            whole: counts,
            windows: Vec::new(),
        })
    }
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            rejections: Rejections::default(),
            undeclared: Cells::new(1),
        }
    }
}

impl Default for Rejections {
    fn default() -> Self {
        Self(Cells::new(Rejection::ALL.len()))
    }
}

impl Rejections {
    /// Counts one.
    pub(super) fn add(&self, rejection: Rejection) {
        let known = Rejection::ALL.into_iter().position(|one| one == rejection);
        if let Some(number) = known {
            self.0.add(number, 1);
        }
    }

    /// Writes them, from 0 on.
    pub(super) fn expose(&self, out: &mut Exposition, spec: Option<&str>) {
        for (number, rejection) in Rejection::ALL.into_iter().enumerate() {
            let mut labels: Vec<_> = spec
                .map(|spec| (contract::SPEC, spec))
                .into_iter()
                .collect();
            labels.push((contract::REASON, rejection.as_str()));
            out.sample("", &labels, self.0.total(number));
        }
    }
}
