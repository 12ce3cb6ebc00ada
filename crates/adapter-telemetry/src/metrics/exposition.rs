//! The text format of Prometheus, version 0.0.4.

use std::fmt::{Display, Write as _};

/// What a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It only rises.
    Counter,
    /// It rises and falls.
    Gauge,
    /// Buckets, a sum and a count.
    Histogram,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// A text that grows metric by metric.
#[derive(Debug, Default)]
pub(super) struct Exposition {
    out: String,
    family: &'static str,
}

impl Exposition {
    /// Begins a metric; the samples that follow are its own.
    pub(super) fn family(&mut self, name: &'static str, kind: Kind, help: &str) {
        let kind = kind.as_str();
        self.family = name;
        // Writing to a String cannot fail.
        let _ = write!(self.out, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    /// One number. The suffix is that of a histogram's parts.
    pub(super) fn sample(&mut self, suffix: &str, labels: &[(&str, &str)], value: impl Display) {
        self.out.push_str(self.family);
        self.out.push_str(suffix);
        let mut before = '{';
        for (name, text) in labels {
            self.out.push(before);
            self.out.push_str(name);
            self.out.push_str("=\"");
            escape(&mut self.out, text);
            self.out.push('"');
            before = ',';
        }
        if !labels.is_empty() {
            self.out.push('}');
        }
        // Writing to a String cannot fail.
        let _ = writeln!(self.out, " {value}");
    }

    /// The whole text.
    pub(super) fn finish(self) -> String {
        self.out
    }
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_cannot_leave_its_quotes() {
        let mut out = Exposition::default();
        out.family("m_total", Kind::Counter, "What it is.");
        out.sample("", &[], 1);
        out.sample("", &[("a", "x\"} 7\nn \\"), ("b", "é")], 2);
        assert_eq!(
            out.finish(),
            "# HELP m_total What it is.\n# TYPE m_total counter\nm_total 1\n\
             m_total{a=\"x\\\"} 7\\nn \\\\\",b=\"é\"} 2\n"
        );
    }
}
