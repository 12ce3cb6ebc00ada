//! What all servers counted in the period of the error budgets, asked of a Prometheus: restarts and servers that are gone
//! included.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use bigdecimal::num_traits::ToPrimitive as _;
use bigdecimal::{BigDecimal, RoundingMode};
use serde_json::Value;
use specd_domain::Spec;
use specd_domain::objective::{
    BURN_RATES, Counts, Indicator, Measured, Objective, PERIOD, Period, Window,
};

use super::fetch::{FetchError, post, shown};
use super::{StatusError, Testimony};
use crate::contract::{
    EDGE, REQUEST_DURATION, REVISION, ROLLOUT_PERCENT, SPEC, SPEC_INFO, STATUS_CODE,
};
use crate::promql::Selector;
use crate::rules::edge_pattern;

/// Asks a Prometheus, or what speaks as one, at `http://HOST:PORT`, with a path where it has one.
pub(super) fn of(base: &str, specs: &[Arc<Spec>]) -> Result<Testimony, StatusError> {
    let asked = Asked::of(base, specs);
    let mut testimony = Testimony::new();
    for (spec, counts) in asked.counts(PERIOD)? {
        let witnessed = testimony.entry(spec).or_default();
        witnessed.measured = Some(Measured {
            period: Period::Last(PERIOD),
            whole: counts,
            windows: Vec::new(),
        });
    }
    for window in windows() {
        for (spec, counts) in asked.counts(window)? {
            let known = testimony.get_mut(&spec);
            if let Some(measured) = known.and_then(|known| known.measured.as_mut()) {
                measured.windows.push((window, counts));
            }
        }
    }
    for series in asked.revisions()? {
        let witnessed = testimony.entry(series.label(SPEC)).or_default();
        witnessed.revision = witnessed.revision.max(series.label(REVISION).parse().ok());
    }
    for series in asked.percents()? {
        let witnessed = testimony.entry(series.label(SPEC)).or_default();
        witnessed.percent = series.value.to_u8();
    }
    Ok(testimony)
}

/// Every window of the burn rates, each once.
fn windows() -> BTreeSet<Window> {
    let rates = BURN_RATES.iter();
    rates.flat_map(|rate| [rate.long, rate.short]).collect()
}

/// The questions that are asked.
struct Asked {
    url: String,
    /// What matches the numbers of the documents.
    specs: String,
    /// What matches the latencies that they promise; empty where none does.
    edges: String,
}

impl Asked {
    fn of(base: &str, specs: &[Arc<Spec>]) -> Self {
        let has_scheme = base.contains("://");
        let scheme = if has_scheme { "" } else { "http://" };
        let numbers: Vec<String> = specs.iter().map(|spec| spec.number.to_string()).collect();
        let latencies = specs.iter().flat_map(|spec| latencies(spec));
        let edges: BTreeSet<String> = latencies.map(|edge| edge_pattern(&edge)).collect();
        Self {
            url: format!("{scheme}{}/api/v1/query", base.trim_end_matches('/')),
            specs: numbers.join("|"),
            edges: edges.into_iter().collect::<Vec<_>>().join("|"),
        }
    }

    /// What each document counted in a window.
    fn counts(&self, window: Window) -> Result<HashMap<String, Counts>, StatusError> {
        let mut tallies: HashMap<String, Tally> = HashMap::new();
        let rise = self.series(&format!("{REQUEST_DURATION}_count"));
        let rise = rise.increase(window);
        let query = format!("sum by ({SPEC}, {STATUS_CODE}) ({rise})");
        for series in self.query(&query)? {
            let tally = tallies.entry(series.label(SPEC)).or_default();
            if series.label(STATUS_CODE).starts_with('5') {
                tally.failed += &series.value;
            }
            tally.requests += series.value;
        }
        for series in self.within(window)? {
            if let (Some(tally), Ok(edge)) = (
                tallies.get_mut(&series.label(SPEC)),
                series.label(EDGE).parse(),
            ) {
                tally.within.push((edge, series.value));
            }
        }
        let counted = tallies.into_iter();
        Ok(counted
            .map(|(spec, tally)| (spec, tally.counts()))
            .collect())
    }

    /// How many requests of each document were answered within each latency.
    fn within(&self, window: Window) -> Result<Vec<Series>, StatusError> {
        if self.edges.is_empty() {
            return Ok(Vec::new());
        }
        let rise = self.series(&format!("{REQUEST_DURATION}_bucket"));
        let rise = rise.matching(EDGE, &self.edges).increase(window);
        self.query(&format!("sum by ({SPEC}, {EDGE}) ({rise})"))
    }

    fn revisions(&self) -> Result<Vec<Series>, StatusError> {
        let info = self.series(SPEC_INFO);
        self.query(&format!("max by ({SPEC}, {REVISION}) ({info})"))
    }

    /// While servers follow a step they disagree: the fewer.
    fn percents(&self) -> Result<Vec<Series>, StatusError> {
        let percent = self.series(ROLLOUT_PERCENT);
        self.query(&format!("min by ({SPEC}) ({percent})"))
    }

    fn series(&self, metric: &str) -> Selector {
        Selector::of(metric).matching(SPEC, &self.specs)
    }

    fn query(&self, query: &str) -> Result<Vec<Series>, StatusError> {
        let body = match post(&self.url, &[("query", query)]) {
            Ok(body) => body,
            Err(FetchError::Status {
                status: 400 | 422,
                body,
                ..
            }) => return Err(self.refused(&body)),
            Err(error) => return Err(error.into()),
        };
        let answer: Value = serde_json::from_str(&body).unwrap_or_default();
        let found = answer.pointer("/data/result").and_then(Value::as_array);
        let found = found.ok_or_else(|| self.refused(&body))?;
        Ok(found.iter().filter_map(Series::read).collect())
    }

    fn refused(&self, body: &str) -> StatusError {
        let answer: Value = serde_json::from_str(body).unwrap_or_default();
        let reason = answer.pointer("/error").and_then(Value::as_str);
        StatusError::Query {
            url: shown(&self.url),
            reason: reason
                .unwrap_or("this is no answer of Prometheus")
                .to_owned(),
        }
    }
}

/// The latencies that a document promises, in seconds.
fn latencies(spec: &Spec) -> impl Iterator<Item = BigDecimal> {
    let budgets = spec.objectives.iter().filter_map(Objective::budget);
    budgets.filter_map(|budget| match budget.indicator {
        Indicator::SlowerThan(seconds) => Some(seconds),
        Indicator::Failed => None,
    })
}

/// One number of an answer.
struct Series {
    labels: Value,
    value: BigDecimal,
}

impl Series {
    /// `None` where it has no number, such as `NaN`.
    fn read(series: &Value) -> Option<Self> {
        let value = series.pointer("/value/1")?.as_str()?;
        Some(Self {
            labels: series.get("metric")?.clone(),
            value: value.parse().ok()?,
        })
    }

    fn label(&self, name: &str) -> String {
        let value = self.labels.get(name).and_then(Value::as_str);
        value.unwrap_or_default().to_owned()
    }
}

/// How much counters rose, as Prometheus reckons it: between two scrapes it estimates, and so there are parts of requests.
#[derive(Default)]
struct Tally {
    requests: BigDecimal,
    failed: BigDecimal,
    within: Vec<(BigDecimal, BigDecimal)>,
}

impl Tally {
    /// Whole requests. Those that are too slow are rounded as such, so that no two roundings make one of nothing.
    fn counts(self) -> Counts {
        let requests = whole(&self.requests);
        let within = self.within.into_iter().map(|(edge, within)| {
            let slower = whole(&(&self.requests - within));
            (edge, requests.saturating_sub(slower))
        });
        Counts {
            requests,
            failed: whole(&self.failed),
            within: within.collect(),
        }
    }
}

fn whole(number: &BigDecimal) -> u64 {
    let rounded = number.with_scale_round(0, RoundingMode::HalfEven);
    rounded.to_u64().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_requests_make_no_failure_of_nothing() {
        let decimal = |text: &str| text.parse::<BigDecimal>().unwrap();
        let tally = Tally {
            requests: decimal("5.5"),
            failed: decimal("1.4"),
            within: vec![
                (decimal("0.05"), decimal("5.4999999")),
                (decimal("0.01"), decimal("2.2")),
            ],
        };
        let expected = Counts {
            requests: 6,
            failed: 1,
            within: vec![(decimal("0.05"), 6), (decimal("0.01"), 3)],
        };
        assert_eq!(tally.counts(), expected);
    }
}
