//! An alert: what makes it fire, whom it tells, and its words.

use bigdecimal::BigDecimal;
use specd_domain::name::SpecNumber;
use specd_domain::objective::{Allowance, Indicator, Urgency, Window};

use super::annotations;
use super::recording::{failed_share, requests, requests_per_second};
use crate::contract::{EDGE, REQUEST_DURATION, SPEC, SPEC_INFO};
use crate::promql::{Selector, literally, spellings};
use crate::wording::plain;
use crate::yaml::Yaml;

/// What makes an alert fire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// A larger share of requests failed than this, in each of the windows; the first is the longest.
    Share {
        /// What counts as failed.
        indicator: Indicator,
        /// The share that must be exceeded, a fraction of 1.
        share: BigDecimal,
        /// Each must see it.
        windows: Vec<Window>,
    },
    /// More requests came than this, per second.
    Rate {
        /// Requests per second.
        rate: BigDecimal,
        /// The window.
        window: Window,
    },
    /// Nothing is heard of the document.
    Absent,
    /// Requests are measured, and none has a bucket with this edge, in seconds.
    EdgeAbsent(BigDecimal),
}

impl Trigger {
    /// The fewest requests in the longest window below which it stays silent; `None` where it does not count.
    pub fn fewest_requests(&self) -> Option<u64> {
        match self {
            Self::Share { share, .. } => Some(Allowance::fewest_requests(share)),
            _ => None,
        }
    }

    /// Its `PromQL`.
    pub fn expression(&self, spec: SpecNumber) -> String {
        match self {
            Self::Share {
                indicator,
                share,
                windows,
            } => {
                let share = plain(share);
                let above = windows.iter().map(|window| {
                    let ratio = failed_share(spec, indicator, *window);
                    format!("{ratio} > {share}")
                });
                let above = above.collect::<Vec<_>>().join(" and ");
                let fewest = self.fewest_requests().unwrap_or_default();
                let seen = windows.first().map(|longest| requests(spec, *longest));
                seen.map_or(above.clone(), |seen| {
                    format!("{above} and on ({SPEC}) {seen} >= {fewest}")
                })
            }
            Self::Rate { rate, window } => {
                format!("{} > {}", requests_per_second(spec, *window), plain(rate))
            }
            Self::Absent => {
                let info = Selector::of(SPEC_INFO).with(SPEC, spec.to_string());
                format!("absent({info})")
            }
            Self::EdgeAbsent(edge) => {
                let number = spec.to_string();
                let all = Selector::of(format!("{REQUEST_DURATION}_count")).with(SPEC, &number);
                let bucket = Selector::of(format!("{REQUEST_DURATION}_bucket"))
                    .with(SPEC, number)
                    .matching(EDGE, edge_pattern(edge));
                format!("count by ({SPEC}) ({all}) unless count by ({SPEC}) ({bucket})")
            }
        }
    }
}

/// What matches the label of an edge, in every spelling.
pub(crate) fn edge_pattern(edge: &BigDecimal) -> String {
    let spelled: Vec<String> = spellings(edge).iter().map(|one| literally(one)).collect();
    spelled.join("|")
}

/// A rule that alerts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertRule {
    /// Its name, such as `SpecdAvailabilityBudgetBurn`.
    pub name: &'static str,
    /// The document.
    pub spec: SpecNumber,
    /// What makes it fire.
    pub trigger: Trigger,
    /// How long it must hold before it fires.
    pub pending: Option<Window>,
    /// Who hears of it.
    pub urgency: Urgency,
    /// Labels beside `spec` and `severity`.
    pub labels: Vec<(&'static str, String)>,
    /// One line for people, as it is to be read.
    pub summary: String,
    /// What it means in numbers, as it is to be read.
    pub description: String,
    /// Where the runbook is.
    pub runbook_url: Option<String>,
}

impl AlertRule {
    /// Its `PromQL`.
    pub fn expression(&self) -> String {
        self.trigger.expression(self.spec)
    }

    /// Every label that the rule sets, in order.
    pub fn all_labels(&self) -> Vec<(&'static str, String)> {
        let mut labels = vec![
            (SPEC, self.spec.to_string()),
            ("severity", self.urgency.as_str().to_owned()),
        ];
        labels.extend(self.labels.iter().cloned());
        labels
    }

    /// Every annotation as it is to be read, in order.
    pub fn annotations(&self) -> Vec<(&'static str, String)> {
        let mut all = vec![
            ("summary", self.summary.clone()),
            ("description", self.description.clone()),
        ];
        all.extend(self.runbook_url.clone().map(|url| ("runbook_url", url)));
        all
    }

    pub(super) fn yaml(&self) -> Yaml {
        let literal =
            |(name, text): (&'static str, String)| (name, Yaml::text(annotations::escaped(&text)));
        let mut members = vec![
            ("alert", Yaml::text(self.name)),
            ("expr", Yaml::text(self.expression())),
        ];
        if let Some(pending) = self.pending {
            members.push(("for", Yaml::text(pending.to_string())));
        }
        let labels = self.all_labels().into_iter().map(literal).collect();
        members.push(("labels", Yaml::Mapping(labels)));
        let annotations = self.annotations().into_iter().map(literal).collect();
        members.push(("annotations", Yaml::Mapping(annotations)));
        Yaml::Mapping(members)
    }
}
