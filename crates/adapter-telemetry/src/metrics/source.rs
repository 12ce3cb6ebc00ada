//! What is not counted while requests are served, and read when somebody asks.

use std::fmt;

use super::exposition::{Exposition, Kind};

/// One number of a metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The labels, names and values.
    pub labels: Vec<(&'static str, String)>,
    /// The number.
    pub value: u64,
}

impl Reading {
    /// A number with one label.
    pub fn with(label: &'static str, text: impl Into<String>, value: u64) -> Self {
        Self {
            labels: vec![(label, text.into())],
            value,
        }
    }

    /// A number without labels.
    pub const fn plain(value: u64) -> Self {
        Self {
            labels: Vec::new(),
            value,
        }
    }
}

/// A metric that is read when somebody asks, on a thread of the metrics' own.
pub struct Source {
    /// The name.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// What it means, in a sentence without line breaks.
    pub help: &'static str,
    /// Reads it. It must not wait for anything.
    pub read: Box<dyn Fn() -> Vec<Reading> + Send + Sync>,
}

impl Source {
    /// Writes it, where there is anything.
    pub(super) fn expose(&self, out: &mut Exposition) {
        let readings = (self.read)();
        if readings.is_empty() {
            return;
        }
        out.family(self.name, self.kind, self.help);
        for Reading { labels, value } in readings {
            let labels: Vec<_> = labels
                .iter()
                .map(|(name, text)| (*name, text.as_str()))
                .collect();
            out.sample("", &labels, value);
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
