//! Objectives, alerts and shares in words for people, with exact numbers.

use bigdecimal::BigDecimal;
pub(crate) use specd_domain::objective::plain;
use specd_domain::objective::{Alert, Indicator, Measure, Objective, Percentile};
use specd_domain::rollout::RollbackCriterion;

/// `p95 < 50ms`, `error rate < 1%`, `availability 99.9%`, `throughput 500 req/sec`.
pub(crate) fn objective(objective: &Objective) -> String {
    objective.to_string()
}

/// `p95 > 200ms`, `availability < 99.5%`.
pub(crate) fn alert(alert: &Alert) -> String {
    let percentile = alert.percentile.unwrap_or(Percentile::OF_ALERTS);
    crossing(alert.measure, Some(percentile), &alert.threshold)
}

/// `error rate > 5%`.
pub(crate) fn criterion(criterion: &RollbackCriterion) -> String {
    crossing(
        criterion.measure,
        criterion.percentile,
        &criterion.threshold,
    )
}

fn crossing(measure: Measure, percentile: Option<Percentile>, threshold: &BigDecimal) -> String {
    let sign = match measure {
        Measure::Availability => '<',
        _ => '>',
    };
    format!(
        "{} {sign} {}",
        measured(measure, percentile),
        amount(measure, threshold)
    )
}

fn measured(measure: Measure, percentile: Option<Percentile>) -> String {
    match measure {
        Measure::Latency => percentile.map_or_else(|| "latency".to_owned(), |it| it.to_string()),
        Measure::Throughput => "throughput".to_owned(),
        Measure::ErrorRate => "error rate".to_owned(),
        Measure::Availability => "availability".to_owned(),
    }
}

fn amount(measure: Measure, number: &BigDecimal) -> String {
    let unit = match measure {
        Measure::Latency => "ms",
        Measure::Throughput => " req/sec",
        Measure::ErrorRate | Measure::Availability => "%",
    };
    format!("{}{unit}", plain(number))
}

/// `answered with 5xx`, `slower than 50ms`.
pub(crate) fn failed(indicator: &Indicator) -> String {
    match indicator {
        Indicator::Failed => "answered with 5xx".to_owned(),
        Indicator::SlowerThan(seconds) => {
            format!(
                "slower than {}ms",
                plain(&(seconds * BigDecimal::from(1000)))
            )
        }
    }
}

/// A fraction of 1 in percent: `1.44%`.
pub(crate) fn percent(share: &BigDecimal) -> String {
    format!("{}%", plain(&(share * BigDecimal::from(100))))
}
