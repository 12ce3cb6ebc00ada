//! `PromQL` from its parts: names of ours, escaped label values, exact decimals. Text of a document stands nowhere but in a label's value.

use std::fmt::{self, Write as _};

use specd_domain::objective::Window;

mod edge;

pub(crate) use edge::spellings;

/// How a label is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Matching {
    /// `=`
    Equal,
    /// `=~`; the value is a regular expression.
    Matches,
}

/// `metric{label="value"}`.
#[derive(Clone, Debug)]
pub(crate) struct Selector {
    metric: String,
    labels: Vec<(&'static str, Matching, String)>,
}

impl Selector {
    /// Every series of a metric.
    pub(crate) fn of(metric: impl Into<String>) -> Self {
        Self {
            metric: metric.into(),
            labels: Vec::new(),
        }
    }

    /// Those whose label is exactly this.
    pub(crate) fn with(mut self, label: &'static str, value: impl Into<String>) -> Self {
        self.labels.push((label, Matching::Equal, value.into()));
        self
    }

    /// Those whose label is matched as a whole by this regular expression.
    pub(crate) fn matching(mut self, label: &'static str, pattern: impl Into<String>) -> Self {
        self.labels.push((label, Matching::Matches, pattern.into()));
        self
    }

    /// `rate(…[window])`, per second.
    pub(crate) fn rate(&self, window: Window) -> String {
        format!("rate({self}[{window}])")
    }

    /// `increase(…[window])`.
    pub(crate) fn increase(&self, window: Window) -> String {
        format!("increase({self}[{window}])")
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.metric)?;
        let mut before = '{';
        for (label, matching, value) in &self.labels {
            let operator = match matching {
                Matching::Equal => "=",
                Matching::Matches => "=~",
            };
            write!(f, "{before}{label}{operator}{}", quoted(value))?;
            before = ',';
        }
        if self.labels.is_empty() {
            return Ok(());
        }
        f.write_str("}")
    }
}

/// A string of `PromQL`, which escapes as Go does.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {
                // Infallible on a `String`.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// What matches a text and nothing else, in the regular expressions of Prometheus (RE2).
pub(crate) fn literally(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_holds_its_values_in_quotes() {
        let selector = Selector::of("m")
            .with("spec", "0001")
            .matching("code", "5..");
        assert_eq!(selector.to_string(), r#"m{spec="0001",code=~"5.."}"#);
        assert_eq!(Selector::of("m").rate(Window::hours(1)), "rate(m[1h])");
        let hostile = Selector::of("m").with("spec", "a\"} or m{x=\"\\\n\u{7}");
        assert_eq!(
            hostile.to_string(),
            "m{spec=\"a\\\"} or m{x=\\\"\\\\\\n\\u0007\"}"
        );
    }

    #[test]
    fn what_is_meant_literally_is_matched_literally() {
        assert_eq!(literally("0.05"), "0\\.05");
        assert_eq!(literally("1e+06"), "1e\\+06");
    }
}
