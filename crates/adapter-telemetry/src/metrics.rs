//! Metrics: what is counted while requests are served, and how it is told to Prometheus.
//!
//! Whoever counts holds what it adds to, and adds to a shard that is its thread's own: no lock, no memory, no name that is
//! looked up. What can be read at any time (`/proc`, the pool, the limiter) is read when somebody asks. ADR 0024 says why
//! there is no library for it.

mod cells;
mod document;
mod endpoint;
mod exposition;
mod flow;
mod histogram;
pub mod listener;
mod process;
mod queue;
mod source;
mod times;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use specd_app::catalog::{CurrentCatalog, ServedSpec};
use specd_app::flows::Request;
use specd_app::ports::clock::Clock;
use specd_app::ports::telemetry::{QueueMeter, QueueMeters, Rejection, SpecMeter, Telemetry};
use specd_domain::name::SpecNumber;
use specd_domain::objective::edges::latency_edges;

pub use exposition::Kind;
pub use listener::{MetricsError, serve};
pub use source::{Reading, Source};

use crate::contract;
use cells::Cells;
use document::{DocumentSeries, Rejections};
use endpoint::StatusSeries;
use exposition::Exposition;
use histogram::{Edges, HistogramText};
use queue::QueueSeries;
use times::Times;

/// What stands where no document has a name for it.
const OTHER: &str = "other";
/// Of [`Metrics::under_way`].
const BEGUN: usize = 0;
const OVER: usize = 1;

/// Which binary runs.
#[derive(Clone, Copy, Debug)]
pub struct Build {
    /// The version, such as `0.1.0`.
    pub version: &'static str,
    /// The commit that it was built of; `unknown` where nobody said.
    pub revision: &'static str,
}

/// All that is measured.
#[derive(Debug)]
pub struct Metrics {
    catalog: Arc<CurrentCatalog>,
    build: Build,
    times: Times,
    documents: Mutex<HashMap<SpecNumber, (u32, Arc<DocumentSeries>)>>,
    under_way: Cells,
    others: StatusSeries,
    rejected_others: Rejections,
    queues: Mutex<Vec<(&'static str, Arc<QueueSeries>)>>,
    sources: Mutex<Vec<Source>>,
    /// Whether requests are traced, and so compared with diagrams.
    has_traces: AtomicBool,
}

impl Metrics {
    /// Counts of the documents in `catalog`; all are 0.
    pub fn new(catalog: Arc<CurrentCatalog>, build: Build, clock: Arc<dyn Clock>) -> Self {
        let edges = Arc::new(Edges::of_seconds(&latency_edges([])));
        Self {
            catalog,
            build,
            times: Times::new(clock),
            documents: Mutex::default(),
            under_way: Cells::new(2),
            others: StatusSeries::new(edges, endpoint::OF_ANY_ANSWER, &[]),
            rejected_others: Rejections::default(),
            queues: Mutex::default(),
            sources: Mutex::default(),
            has_traces: AtomicBool::new(false),
        }
    }

    /// Has something read whenever somebody asks.
    pub fn watch(&self, source: Source) {
        held(&self.sources).push(source);
    }

    /// Says that requests are traced: what became of the steps of diagrams is told from now on.
    pub fn tell_of_flows(&self) {
        self.has_traces.store(true, Ordering::Relaxed);
    }

    /// Compares a request that was traced with the diagram of its document.
    pub(crate) fn compare(&self, spec: SpecNumber, request: &Request) {
        let catalog = self.catalog.load();
        let series = catalog.of(spec).map(|served| self.series(served));
        if let Some(flow) = series.as_ref().and_then(|series| series.flow.as_ref()) {
            flow.compare(request);
        }
    }

    /// Everything, as Prometheus reads it (text format 0.0.4).
    pub fn expose(&self) -> String {
        let mut out = Exposition::default();
        self.expose_requests(&mut out);
        self.expose_documents(&mut out);
        self.expose_queues(&mut out);
        for source in &*held(&self.sources) {
            source.expose(&mut out);
        }
        let build = [
            ("version", self.build.version),
            ("revision", self.build.revision),
        ];
        out.family(contract::BUILD_INFO, Kind::Gauge, "Which binary runs.");
        out.sample("", &build, 1);
        process::expose(&mut out);
        out.finish()
    }

    fn expose_requests(&self, out: &mut Exposition) {
        out.family(
            contract::ACTIVE_REQUESTS,
            Kind::Gauge,
            "Requests under way.",
        );
        let over = self.under_way.total(OVER);
        out.sample("", &[], self.under_way.total(BEGUN).saturating_sub(over));
        out.family(
            contract::REQUEST_DURATION,
            Kind::Histogram,
            "Seconds from the head of a request to its answer.",
        );
        for (number, document) in self.served() {
            document.expose_requests(out, &number);
        }
        let labels = [(contract::METHOD, OTHER), (contract::ROUTE, OTHER)];
        self.others.expose(out, &labels);
    }

    fn expose_documents(&self, out: &mut Exposition) {
        let served = self.served();
        out.family(
            contract::REJECTED,
            Kind::Counter,
            "Requests turned away before their work began.",
        );
        for (number, document) in &served {
            document.rejections().expose(out, Some(number));
        }
        self.rejected_others.expose(out, None);
        out.family(
            contract::UNDECLARED_STATUS,
            Kind::Counter,
            "Answers with a status that the document does not list.",
        );
        for (number, document) in &served {
            out.sample(
                "",
                &[(contract::SPEC, number)],
                document.undeclared_answers(),
            );
        }
        if self.has_traces.load(Ordering::Relaxed) {
            out.family(
                contract::FLOW_STEPS,
                Kind::Counter,
                "Steps of flow diagrams, in the requests that are traced.",
            );
            for (number, document) in &served {
                if let Some(flow) = &document.flow {
                    flow.expose(out, number);
                }
            }
        }
        out.family(
            contract::COUNTED_SINCE,
            Kind::Gauge,
            "Since when the requests of a document are counted here, in seconds since 1970.",
        );
        for (number, document) in &served {
            if let Some(since) = document.since().unix_seconds() {
                out.sample("", &[(contract::SPEC, number)], since);
            }
        }
        out.family(
            contract::SPEC_INFO,
            Kind::Gauge,
            "Documents that are served.",
        );
        for served in self.catalog.load().specs() {
            let spec = &served.spec;
            let revision = served.revision.to_string();
            let labels = [
                (contract::SPEC, served.compiled.number.as_str()),
                ("revision", revision.as_str()),
                ("resource", spec.collection.as_str()),
                ("status", spec.status.as_str()),
            ];
            out.sample("", &labels, 1);
        }
    }

    fn expose_queues(&self, out: &mut Exposition) {
        let queues = held(&self.queues);
        let mut each =
            |name, kind, help, expose: fn(&QueueSeries, &mut Exposition, HistogramText<'_>)| {
                out.family(name, kind, help);
                for (queue, series) in &*queues {
                    expose(series, out, &[(contract::QUEUE, queue)]);
                }
            };
        each(
            contract::QUEUE_WAIT,
            Kind::Histogram,
            "Seconds for which work waited for a thread of the store.",
            QueueSeries::expose_waits,
        );
        each(
            contract::BATCH_SIZE,
            Kind::Histogram,
            "Pieces of work that were begun together.",
            QueueSeries::expose_sizes,
        );
        each(
            contract::QUEUE_REFUSED,
            Kind::Counter,
            "Work that waited for too long, or found too much before it.",
            QueueSeries::expose_refused,
        );
    }

    /// What is counted of each document that is served, by its number; those that nobody asked for yet are at 0.
    fn served(&self) -> Vec<(String, Arc<DocumentSeries>)> {
        let catalog = self.catalog.load();
        let series = catalog.specs().iter().map(|served| {
            // The same for whoever counts.
            served.compiled.meter.get_or_init(|| self.meter(served));
            (served.compiled.number.clone(), self.series(served))
        });
        series.collect()
    }

    /// What is counted of a document: that of its newest revision, which goes on from the one before.
    fn series(&self, served: &ServedSpec) -> Arc<DocumentSeries> {
        let mut documents = held(&self.documents);
        let known = documents.get(&served.spec.number);
        let before = match known {
            Some((revision, series)) if *revision >= served.revision => return Arc::clone(series),
            known => known.map(|(_, series)| &**series),
        };
        let series = Arc::new(DocumentSeries::new(&served.spec, before, &self.times));
        documents.insert(served.spec.number, (served.revision, Arc::clone(&series)));
        series
    }
}

impl Telemetry for Metrics {
    fn begun(&self) {
        self.under_way.add(BEGUN, 1);
    }

    fn over(&self) {
        self.under_way.add(OVER, 1);
    }

    fn meter(&self, served: &ServedSpec) -> Arc<dyn SpecMeter> {
        self.series(served)
    }

    fn answered_other(&self, status: u16, took: Duration) {
        self.others.observe(status, took);
    }

    fn rejected_other(&self, rejection: Rejection) {
        self.rejected_others.add(rejection);
    }
}

impl QueueMeters for Metrics {
    fn of_queue(&self, name: &'static str) -> Arc<dyn QueueMeter> {
        let series = Arc::new(QueueSeries::default());
        held(&self.queues).push((name, Arc::clone(&series)));
        series
    }
}

/// Lists and maps are changed in one go: whoever panics elsewhere leaves them whole.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
