//! What one server has counted, read from its own `/metrics`.

use std::collections::HashMap;
use std::str::FromStr;

use bigdecimal::BigDecimal;
use specd_domain::objective::{Counts, Measured, Period, Witnessed};

use super::fetch::{get, shown};
use super::{StatusError, Testimony};
use crate::contract::{
    COUNTED_SINCE, EDGE, REQUEST_DURATION, REVISION, ROLLOUT_PERCENT, SPEC, SPEC_INFO, STATUS_CODE,
};

/// Asks a server.
pub(super) fn of(url: &str) -> Result<Testimony, StatusError> {
    let url = metrics_of(url);
    read(&get(&url)?).ok_or_else(|| StatusError::NoMetrics { url: shown(&url) })
}

/// The address of a server stands for that of its metrics.
fn metrics_of(url: &str) -> String {
    let base = url.trim_end_matches('/');
    let has_scheme = base.contains("://");
    let scheme = if has_scheme { "" } else { "http://" };
    let path = if base.ends_with("/metrics") {
        ""
    } else {
        "/metrics"
    };
    format!("{scheme}{base}{path}")
}

/// `None` for a text that is none of ours.
fn read(text: &str) -> Option<Testimony> {
    let kind = format!("# TYPE {REQUEST_DURATION} histogram");
    text.lines().find(|line| *line == kind)?;
    let mut testimony = Testimony::new();
    let mut counted: HashMap<&str, Counts> = HashMap::new();
    let mut periods = Vec::new();
    for sample in text.lines().filter_map(Sample::of) {
        sample.tell(testimony.entry(sample.spec.to_owned()).or_default());
        sample.count(counted.entry(sample.spec).or_default());
        if let Some(period) = sample.period() {
            periods.push((sample.spec, period));
        }
    }
    for (spec, period) in periods {
        let witnessed = testimony.entry(spec.to_owned()).or_default();
        witnessed.measured = Some(Measured {
            period,
            whole: counted.remove(spec).unwrap_or_default(),
            windows: Vec::new(),
        });
    }
    Some(testimony)
}

/// A line of a document.
struct Sample<'a> {
    name: &'a str,
    labels: &'a str,
    value: &'a str,
    spec: &'a str,
}

impl<'a> Sample<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let (name, rest) = line.split_once('{')?;
        let (labels, value) = rest.rsplit_once("} ")?;
        let spec = label(labels, SPEC)?;
        Some(Self {
            name,
            labels,
            value,
            spec,
        })
    }

    /// Tells what is served.
    fn tell(&self, witnessed: &mut Witnessed) {
        match self.name {
            SPEC_INFO => witnessed.revision = self.number(REVISION),
            ROLLOUT_PERCENT => witnessed.percent = self.value.parse().ok(),
            _ => {}
        }
    }

    /// Adds the requests that it counts.
    fn count(&self, counts: &mut Counts) -> Option<()> {
        let part = self.name.strip_prefix(REQUEST_DURATION)?;
        let count: u64 = self.value.parse().ok()?;
        match part {
            "_count" => {
                counts.requests += count;
                if label(self.labels, STATUS_CODE)?.starts_with('5') {
                    counts.failed += count;
                }
            }
            "_bucket" => {
                let edge: BigDecimal = self.number(EDGE)?;
                counts.add_within(&edge, count);
            }
            _ => {}
        }
        Some(())
    }

    /// Since when its document is counted, where it tells that.
    fn period(&self) -> Option<Period> {
        let seconds = (self.name == COUNTED_SINCE).then(|| self.value.parse().ok());
        Period::since_unix(seconds??)
    }

    fn number<T: FromStr>(&self, name: &str) -> Option<T> {
        label(self.labels, name)?.parse().ok()
    }
}

/// The value of a label. Those that are looked at hold no quotes; `spec` is the first.
fn label<'a>(labels: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = labels.split("\",");
    pairs.find_map(|pair| {
        let value = pair.strip_prefix(name)?.strip_prefix("=\"")?;
        Some(value.strip_suffix('"').unwrap_or(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"# TYPE http_server_request_duration_seconds histogram
http_server_request_duration_seconds_bucket{spec="0001",http_request_method="GET",http_route="/a",http_response_status_code="200",le="0.05"} 7
http_server_request_duration_seconds_bucket{spec="0001",http_request_method="GET",http_route="/a",http_response_status_code="200",le="+Inf"} 9
http_server_request_duration_seconds_sum{spec="0001",http_request_method="GET",http_route="/a",http_response_status_code="200"} 1.5
http_server_request_duration_seconds_count{spec="0001",http_request_method="GET",http_route="/a",http_response_status_code="200"} 9
http_server_request_duration_seconds_bucket{spec="0001",http_request_method="GET",http_route="/a",http_response_status_code="503",le="0.05"} 1
http_server_request_duration_seconds_count{spec="0001",http_request_method="GET",http_route="/a",http_response_status_code="503"} 2
http_server_request_duration_seconds_count{http_request_method="other",http_route="other",http_response_status_code="500"} 5
http_server_request_duration_seconds_count{spec="0002",http_request_method="GET",http_route="/b",http_response_status_code="200"} 0
specd_counted_since_timestamp_seconds{spec="0001"} 1000
specd_spec_info{spec="0001",revision="3",resource="a",status="approved"} 1
specd_rollout_percent{spec="0001"} 25
"#;

    #[test]
    fn the_requests_of_each_document_are_added_up() {
        let documents = read(TEXT).unwrap();
        let expected = Witnessed {
            revision: Some(3),
            percent: Some(25),
            measured: Some(Measured {
                period: Period::since_unix(1000).unwrap(),
                whole: Counts {
                    requests: 11,
                    failed: 2,
                    within: vec![("0.05".parse().unwrap(), 8)],
                },
                windows: Vec::new(),
            }),
        };
        assert_eq!(documents["0001"], expected);
        assert_eq!(documents["0002"], Witnessed::default());
        assert_eq!(documents.len(), 2);
    }

    #[test]
    fn what_is_none_of_ours_is_not_read() {
        assert!(read("<html>").is_none());
        assert!(read("# TYPE up gauge\nup 1\n").is_none());
    }

    #[test]
    fn the_address_may_be_that_of_the_server() {
        for url in ["h:1", "http://h:1", "http://h:1/", "http://h:1/metrics"] {
            assert_eq!(metrics_of(url), "http://h:1/metrics");
        }
        assert_eq!(metrics_of("https://h/a"), "https://h/a/metrics");
    }
}
