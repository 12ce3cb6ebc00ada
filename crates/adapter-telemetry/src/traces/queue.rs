//! The queue of spans: the SDK's own, with its thread, behind a count of what is in it.
//!
//! The SDK drops what does not fit, and says so once. Here no more is let in than fits, and what is left out is counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Span, SpanData, SpanExporter, SpanProcessor,
};

use super::count_dropped;
use super::export::Exporter;

/// How many spans may wait, and be under way: a span is about a kilobyte.
const MOST: usize = 4_096;
/// How many are sent at once.
const BATCH: usize = 512;
/// How often they are sent.
const DELAY: Duration = Duration::from_secs(1);

/// The queue.
#[derive(Debug)]
pub(super) struct Bounded {
    sdk: BatchSpanProcessor,
    inside: Arc<AtomicUsize>,
}

impl Bounded {
    /// Starts its thread.
    pub(super) fn start(exporter: Exporter) -> Self {
        let inside = Arc::new(AtomicUsize::new(0));
        let exporter = Counted {
            exporter,
            inside: Arc::clone(&inside),
        };
        let config = BatchConfigBuilder::default()
            .with_max_queue_size(MOST)
            .with_max_export_batch_size(BATCH)
            .with_scheduled_delay(DELAY)
            .build();
        Self {
            sdk: BatchSpanProcessor::builder(exporter)
                .with_batch_config(config)
                .build(),
            inside,
        }
    }
}

impl SpanProcessor for Bounded {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.sdk.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        if self.inside.fetch_add(1, Ordering::Relaxed) < MOST {
            self.sdk.on_end(span);
        } else {
            self.inside.fetch_sub(1, Ordering::Relaxed);
            count_dropped(1);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.sdk.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.sdk.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.sdk.set_resource(resource);
    }
}

/// Notes what has left the queue, wherever it went.
#[derive(Debug)]
struct Counted {
    exporter: Exporter,
    inside: Arc<AtomicUsize>,
}

impl SpanExporter for Counted {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        let outcome = self.exporter.send(batch);
        self.inside.fetch_sub(spans, Ordering::Relaxed);
        outcome
    }
}
