//! Figures of runs: what one came to, and what several say together.

use std::collections::BTreeMap;

/// What one run came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sample {
    /// Requests that were answered, or transactions.
    pub(super) requests: u64,
    /// Answers of a status from 400 on, and connections that broke.
    pub(super) refused: u64,
    /// A second.
    pub(super) rate: f64,
    /// Milliseconds; `None` where the tool does not tell.
    pub(super) p50_ms: Option<f64>,
    /// Milliseconds.
    pub(super) p99_ms: Option<f64>,
}

/// The figures of all rounds by their names.
#[derive(Clone, Debug, Default)]
pub(super) struct Figures {
    series: BTreeMap<String, Vec<f64>>,
    samples: BTreeMap<&'static str, Vec<Sample>>,
}

/// Several values of one thing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spread {
    /// The lowest.
    pub(super) lowest: f64,
    /// The one in the middle.
    pub(super) median: f64,
    /// The highest.
    pub(super) highest: f64,
}

impl Figures {
    /// Keeps a run of a contestant, and its figures as series: `<name> rps`, `<name> p50`, `<name> p99`.
    pub(super) fn keep(&mut self, name: &'static str, sample: Sample) {
        self.note(&format!("{name} rps"), sample.rate);
        for (figure, value) in [("p50", sample.p50_ms), ("p99", sample.p99_ms)] {
            if let Some(value) = value {
                self.note(&format!("{name} {figure}"), value);
            }
        }
        self.samples.entry(name).or_default().push(sample);
    }

    /// Keeps one value.
    pub(super) fn note(&mut self, series: &str, value: f64) {
        self.series
            .entry(series.to_owned())
            .or_default()
            .push(value);
    }

    /// The values of a series, a round each.
    pub(super) fn series(&self, name: &str) -> &[f64] {
        self.series.get(name).map_or(&[], Vec::as_slice)
    }

    /// The runs of a contestant.
    pub(super) fn samples(&self, name: &str) -> &[Sample] {
        self.samples.get(name).map_or(&[], Vec::as_slice)
    }
}

impl Spread {
    /// Of values; `None` of none.
    pub(super) fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        Some(Self {
            lowest: *sorted.first()?,
            median: middle(&sorted)?,
            highest: *sorted.last()?,
        })
    }
}

/// The value in the middle; of an even number the mean of the two.
pub(super) fn median(values: &[f64]) -> Option<f64> {
    Spread::of(values).map(|spread| spread.median)
}

fn middle(sorted: &[f64]) -> Option<f64> {
    let half = sorted.len() / 2;
    let upper = *sorted.get(half)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    sorted
        .get(half - 1)
        .map(|lower| f64::midpoint(*lower, upper))
}

/// The value below which a share of the values lies: 0.99 for the 99th percentile.
pub(super) fn percentile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let places = f64::from(u32::try_from(sorted.len()).ok()?);
    // The rank is found by counting: nothing has to be cut to a whole number.
    let mut rank = 0.0;
    sorted
        .iter()
        .find(|_| {
            rank += 1.0;
            rank >= share * places
        })
        .copied()
}

/// A count as a number to divide by. Nothing here counts past four thousand million.
pub(super) fn real(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn a_spread_knows_its_ends() {
        let spread = Spread {
            lowest: 1.0,
            median: 2.0,
            highest: 9.0,
        };
        assert_eq!(Spread::of(&[9.0, 1.0, 2.0]), Some(spread));
    }

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let values: Vec<f64> = (1..=200).map(f64::from).collect();
        assert_eq!(percentile(&values, 0.99), Some(198.0));
        assert_eq!(percentile(&values, 0.5), Some(100.0));
        assert_eq!(percentile(&[7.0], 0.99), Some(7.0));
        assert_eq!(percentile(&[], 0.5), None);
    }

    #[test]
    fn a_run_becomes_series() {
        let mut figures = Figures::default();
        let sample = Sample {
            requests: 10,
            refused: 0,
            rate: 5.0,
            p50_ms: Some(1.0),
            p99_ms: None,
        };
        figures.keep("a create", sample);
        assert_eq!(figures.series("a create rps"), [5.0]);
        assert_eq!(figures.series("a create p50"), [1.0]);
        assert!(figures.series("a create p99").is_empty());
        assert_eq!(figures.samples("a create").len(), 1);
    }
}
