//! Burn rates: how fast an error budget of 30 days may be used up before somebody hears of it (Google, *The Site
//! Reliability Workbook*, chapter 5, multi-window multi-burn-rate alerts).

use std::fmt;

use bigdecimal::{BigDecimal, One, Zero};

use super::Allowance;

/// A span of time that is looked back on, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Window(pub u32);

impl Window {
    /// Minutes.
    pub const fn minutes(minutes: u32) -> Self {
        Self(minutes * 60)
    }

    /// Hours.
    pub const fn hours(hours: u32) -> Self {
        Self::minutes(hours * 60)
    }

    /// Days.
    pub const fn days(days: u32) -> Self {
        Self::hours(days * 24)
    }
}

impl fmt::Display for Window {
    /// In the largest unit that divides it, as in `5m`, `6h`, `30d`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(86_400, 'd'), (3600, 'h'), (60, 'm'), (1, 's')];
        let fits = units
            .into_iter()
            .find(|(unit, _)| self.0.is_multiple_of(*unit));
        let (unit, letter) = fits.unwrap_or((1, 's'));
        write!(f, "{}{letter}", self.0 / unit)
    }
}

/// The period that an error budget is for.
pub const PERIOD: Window = Window::days(30);

/// Who hears of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Urgency {
    /// Somebody acts now.
    Page,
    /// Somebody acts in working hours.
    Ticket,
}

impl Urgency {
    /// The word in labels.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Ticket => "ticket",
        }
    }
}

/// A multiple of the speed at which a budget lasts for exactly its period, seen in a long window and, so that the alert ends soon after
/// its cause, in a short one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BurnRate {
    /// The multiple, in tenths: 144 is 14.4.
    tenths: u16,
    /// Most of the budget that is spent is spent here.
    pub long: Window,
    /// It is still being spent.
    pub short: Window,
    /// Who hears of it.
    pub urgency: Urgency,
}

/// Fastest first. In their long windows they spend 2 %, 5 %, 10 % and 10 % of the budget.
pub const BURN_RATES: [BurnRate; 4] = [
    BurnRate {
        tenths: 144,
        long: Window::hours(1),
        short: Window::minutes(5),
        urgency: Urgency::Page,
    },
    BurnRate {
        tenths: 60,
        long: Window::hours(6),
        short: Window::minutes(30),
        urgency: Urgency::Page,
    },
    BurnRate {
        tenths: 30,
        long: Window::days(1),
        short: Window::hours(2),
        urgency: Urgency::Ticket,
    },
    BurnRate {
        tenths: 10,
        long: Window::days(3),
        short: Window::hours(6),
        urgency: Urgency::Ticket,
    },
];

impl BurnRate {
    /// The multiple.
    pub fn factor(&self) -> BigDecimal {
        BigDecimal::new(self.tenths.into(), 1).normalized()
    }

    /// The share of failed requests, a fraction of 1, above which `budget` burns faster than this.
    pub fn threshold(&self, budget: &Allowance) -> BigDecimal {
        (self.factor() * &budget.share).normalized()
    }

    /// Whether a share of failed requests can exceed the threshold at all: no more than all of them can fail.
    pub fn can_fire(&self, budget: &Allowance) -> bool {
        self.threshold(budget) < BigDecimal::one()
    }

    /// The part of the budget of a [`PERIOD`] that is spent in the long window at this rate, a fraction of 1.
    pub fn spent(&self) -> BigDecimal {
        let budgets = self.factor() * BigDecimal::from(self.long.0);
        (budgets / BigDecimal::from(PERIOD.0)).normalized()
    }
}

impl Allowance {
    /// The burn rates that can be exceeded. Where nothing is allowed any failure exceeds all of them, and the fastest is enough.
    pub fn burn_rates(&self) -> impl Iterator<Item = &'static BurnRate> + '_ {
        let most = if self.share.is_zero() {
            1
        } else {
            BURN_RATES.len()
        };
        BURN_RATES
            .iter()
            .filter(|rate| rate.can_fire(self))
            .take(most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objective::Indicator;

    fn budget(share: &str) -> Allowance {
        Allowance {
            indicator: Indicator::Failed,
            share: share.parse().unwrap(),
        }
    }

    fn factors(share: &str) -> Vec<String> {
        let budget = budget(share);
        let factors = budget.burn_rates().map(|rate| rate.factor().to_string());
        factors.collect()
    }

    #[test]
    fn the_windows_are_those_of_the_workbook() {
        let told: Vec<String> = BURN_RATES
            .iter()
            .map(|rate| {
                let spent = rate.spent();
                let urgency = rate.urgency.as_str();
                let factor = rate.factor();
                format!("{factor} {}/{} {spent} {urgency}", rate.long, rate.short)
            })
            .collect();
        let expected = [
            "14.4 1h/5m 0.02 page",
            "6 6h/30m 0.05 page",
            "3 1d/2h 0.1 ticket",
            "1 3d/6h 0.1 ticket",
        ];
        assert_eq!(told, expected);
        assert_eq!(PERIOD.to_string(), "30d");
    }

    #[test]
    fn thresholds_are_exact() {
        let thresholds = BURN_RATES.map(|rate| rate.threshold(&budget("0.001")).to_plain_string());
        assert_eq!(thresholds, ["0.0144", "0.006", "0.003", "0.001"]);
        let [fastest, ..] = BURN_RATES;
        assert_eq!(fastest.threshold(&budget("0.05")).to_plain_string(), "0.72");
    }

    #[test]
    fn a_rate_that_needs_more_failures_than_requests_is_left_out() {
        assert_eq!(factors("0.05"), ["14.4", "6", "3", "1"]);
        assert_eq!(factors("0.1"), ["6", "3", "1"]);
        assert_eq!(factors("0.5"), ["1"]);
        assert_eq!(factors("1"), [""; 0]);
    }

    #[test]
    fn without_a_budget_the_fastest_rate_is_enough() {
        assert_eq!(factors("0"), ["14.4"]);
    }

    #[test]
    fn a_window_is_written_in_its_largest_unit() {
        let told = [90, 120, 7200, 172_800].map(|seconds| Window(seconds).to_string());
        assert_eq!(told, ["90s", "2m", "2h", "2d"]);
    }
}
