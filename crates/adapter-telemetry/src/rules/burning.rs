//! Alerts on error budgets that burn too fast: multi-window, multi-burn-rate.

use specd_domain::Spec;
use specd_domain::objective::{Allowance, BurnRate, Measure, Objective, PERIOD};

use super::alert::{AlertRule, Trigger};
use super::recording::OBJECTIVE;
use crate::wording::{self, percent, plain};

/// Those of every objective with an error budget, fastest first.
pub(super) fn alerts(spec: &Spec) -> Vec<AlertRule> {
    let budgets = spec
        .objectives
        .iter()
        .filter_map(|objective| Some((objective, objective.budget()?)));
    budgets
        .flat_map(|(objective, budget)| {
            let rates: Vec<_> = budget.burn_rates().collect();
            rates
                .into_iter()
                .map(move |rate| alert(spec, objective, &budget, rate))
        })
        .collect()
}

fn alert(spec: &Spec, objective: &Objective, budget: &Allowance, rate: &BurnRate) -> AlertRule {
    let words = wording::objective(objective);
    let threshold = rate.threshold(budget);
    let failed = wording::failed(&budget.indicator);
    let (long, short) = (rate.long, rate.short);
    let trigger = Trigger::Share {
        indicator: budget.indicator.clone(),
        share: threshold.clone(),
        windows: vec![long, short],
    };
    let fewest = trigger.fewest_requests().unwrap_or_default();
    let factor = plain(&rate.factor());
    AlertRule {
        name: name(objective.measure),
        spec: spec.number,
        summary: format!(
            "SPEC {} {}: the error budget of `{words}` burns {factor} times as fast as it may",
            spec.number, spec.title
        ),
        description: format!(
            "More than {} of the requests of the last {long}, and of the last {short}, were {failed}; of those of {PERIOD}, {} may be. \
             At this rate {} of the budget is spent in {long}. Silent below {fewest} requests in {long}.",
            percent(&threshold),
            percent(&budget.share),
            percent(&rate.spent()),
        ),
        trigger,
        pending: None,
        urgency: rate.urgency,
        labels: vec![(OBJECTIVE, words), ("burn_rate", factor)],
        runbook_url: None,
    }
}

const fn name(measure: Measure) -> &'static str {
    match measure {
        Measure::Latency => "SpecdLatencyBudgetBurn",
        Measure::Throughput | Measure::ErrorRate => "SpecdErrorRateBudgetBurn",
        Measure::Availability => "SpecdAvailabilityBudgetBurn",
    }
}
