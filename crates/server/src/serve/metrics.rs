//! Metrics, from the command line: whether anything is measured, where it is told, and what is read when somebody asks.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::rt;
use actix_web::rt::task::JoinHandle;
use anyhow::{Context as _, Result};
use specd_adapter_http::HttpState;
use specd_adapter_telemetry::metrics::{self, Build, Kind, Metrics, Reading, Source};
use specd_adapter_telemetry::traces::Tracing;
use specd_adapter_telemetry::{contract, logs, traces};
use specd_app::catalog::CurrentCatalog;
use specd_app::ports::telemetry::{Silent, Telemetry};

use super::told::Told;
use crate::cli::ServeArguments;
use crate::stores::Stores;
use crate::system::SystemClock;

/// How often the stages of the rollouts are looked at, so that they are told of where nobody calls.
const EVERY: Duration = Duration::from_secs(5);

const BUILD: Build = Build {
    version: env!("CARGO_PKG_VERSION"),
    revision: match option_env!("SPECD_REVISION") {
        Some(revision) => revision,
        None => "unknown",
    },
};

/// What measures this server.
pub(super) enum Measured {
    /// Nobody asked for metrics: nothing is counted.
    Nothing,
    /// All is, and told at this address.
    All(Arc<Metrics>, SocketAddr),
}

impl Measured {
    /// Begins to measure and to tell, where that was asked for.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub(super) fn start(
        arguments: &ServeArguments,
        catalog: &Arc<CurrentCatalog>,
        stores: &Stores,
    ) -> Result<Self> {
        let Some(address) = arguments.metrics_listen else {
            return Ok(Self::Nothing);
        };
        let metrics = Arc::new(Metrics::new(
            Arc::clone(catalog),
            BUILD,
            Arc::new(SystemClock),
        ));
        stores.measure(&metrics);
        let address = listen(address, &metrics)?;
        Ok(Self::All(metrics, address))
    }

    /// Says where the metrics are.
    pub(super) fn tell(&self, told: &Told) {
        if let Self::All(_, address) = self {
            told.line(format!("metrics on http://{address}/metrics"));
        }
    }

    /// Where requests are counted.
    pub(super) fn telemetry(&self) -> Arc<dyn Telemetry> {
        match self {
            Self::Nothing => Arc::new(Silent),
            Self::All(metrics, _) => Arc::clone(metrics) as _,
        }
    }

    /// Has requests that are traced compared with the diagrams of their documents.
    pub(super) fn compare(&self, tracing: Option<&Tracing>) {
        if let (Self::All(metrics, _), Some(tracing)) = (self, tracing) {
            metrics.tell_of_flows();
            tracing.count_by(Arc::clone(metrics));
        }
    }

    /// Has read what the server itself knows.
    pub(super) fn watch(&self, state: &Arc<HttpState>, catalog: &Arc<CurrentCatalog>) {
        let Self::All(metrics, _) = self else {
            return;
        };
        metrics.watch(rollouts(state, catalog));
        metrics.watch(limiter_meters(state));
        metrics.watch(limiter_bytes(state));
        metrics.watch(dropped());
    }

    /// Keeps the stages of the rollouts known, until it is aborted.
    pub(super) fn follow(
        &self,
        state: Arc<HttpState>,
        catalog: Arc<CurrentCatalog>,
    ) -> JoinHandle<()> {
        let is_measured = matches!(self, Self::All(..));
        rt::spawn(async move {
            if !is_measured {
                return;
            }
            loop {
                let catalog = catalog.load();
                let mut specs = catalog.specs().iter();
                if specs.any(|served| served.spec.rollout.flag.is_some()) {
                    // Where the database is away, what was seen before is told, and the log has it.
                    let _ = state.refresh_rollouts().await;
                }
                rt::time::sleep(EVERY).await;
            }
        })
    }
}

fn listen(address: SocketAddr, metrics: &Arc<Metrics>) -> Result<SocketAddr> {
    metrics::serve(address, metrics)
        .context("free the address, or choose another with `--metrics-listen`")
}

fn rollouts(state: &Arc<HttpState>, catalog: &Arc<CurrentCatalog>) -> Source {
    let (state, catalog) = (Arc::clone(state), Arc::clone(catalog));
    let read = move || {
        let catalog = catalog.load();
        let percents = catalog.specs().iter().filter_map(|served| {
            let percent = state.rollout_percent(&served.spec)?;
            let number = served.compiled.number.clone();
            Some(Reading::with(contract::SPEC, number, percent.into()))
        });
        percents.collect()
    };
    Source {
        name: contract::ROLLOUT_PERCENT,
        kind: Kind::Gauge,
        help: "The share of callers that the document lets in, in percent.",
        read: Box::new(read),
    }
}

fn limiter_meters(state: &Arc<HttpState>) -> Source {
    Source {
        name: contract::LIMITER_METERS,
        kind: Kind::Gauge,
        help: "Counts that the rate limits of this server keep.",
        read: usage(state, |usage| usage.meters),
    }
}

fn limiter_bytes(state: &Arc<HttpState>) -> Source {
    Source {
        name: contract::LIMITER_BYTES,
        kind: Kind::Gauge,
        help: "What the counts of the rate limits take of this process.",
        read: usage(state, |usage| usage.bytes),
    }
}

fn usage(
    state: &Arc<HttpState>,
    of: fn(specd_app::limits::Usage) -> usize,
) -> Box<dyn Fn() -> Vec<Reading> + Send + Sync> {
    let state = Arc::clone(state);
    Box::new(move || {
        let told = [
            ("callers", state.limiter_usage()),
            ("peers", Some(state.peer_usage())),
        ];
        let readings = told.into_iter().filter_map(|(limits, usage)| {
            let value = u64::try_from(of(usage?)).unwrap_or(u64::MAX);
            Some(Reading::with(contract::LIMITS, limits, value))
        });
        readings.collect()
    })
}

fn dropped() -> Source {
    Source {
        name: contract::TELEMETRY_DROPPED,
        kind: Kind::Counter,
        help: "What was to be told and was lost.",
        read: Box::new(|| {
            vec![
                Reading::with(contract::SIGNAL, "logs", logs::dropped()),
                Reading::with(contract::SIGNAL, "traces", traces::dropped()),
            ]
        }),
    }
}
