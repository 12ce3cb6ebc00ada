//! The targets: what each ratio must be and should be, and whether this run's is.

use super::figures::{Figures, Spread};
use super::names::{
    ALONE_CREATE, CLEAN_CREATE, CREATE, CROWD_CREATE, DEAD_CREATE, FEW_CREATE, LARGE_LIST, LIST,
    MANY_CREATE, OFF_CREATE, PGBENCH_CREATE, PGBENCH_LIST, PGBENCH_READ, POCKETBASE_CREATE,
    POCKETBASE_READ, READ, REFUSED_CREATE, SEEN_CREATE, SERIES_MANY_START, SERIES_ONE_OFF_P50,
    SERIES_ONE_OFF_P99, SERIES_ONE_P50, SERIES_ONE_P99, SERIES_RSS, SERIES_START,
    SERIES_START_SQLITE, SILENT_CREATE, SMALL_LIST, SQLITE_CREATE, SQLITE_READ,
};

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Better {
    /// Rates.
    Higher,
    /// Times and sizes.
    Lower,
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    /// What it is of.
    pub(super) name: &'static str,
    /// The name of its plot's file.
    pub(super) file: &'static str,
    /// The name of a series, and what to add to it: `rps`, `p50` or nothing.
    over: (&'static str, &'static str),
    /// What it is divided by, where it is.
    under: Option<(&'static str, &'static str)>,
    /// What must be.
    pub(super) must: f64,
    /// What should be.
    pub(super) aim: f64,
    /// Which way is better.
    pub(super) better: Better,
    /// The unit, where it is no ratio.
    pub(super) unit: &'static str,
}

/// A target and what came of it.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    /// The target.
    pub(super) target: Target,
    /// The value of each round.
    pub(super) rounds: Vec<f64>,
    /// The ratio of the medians, between the lowest and the highest of the rounds.
    pub(super) spread: Spread,
}

const fn rate(
    name: &'static str,
    file: &'static str,
    over: &'static str,
    under: &'static str,
    must: f64,
    aim: f64,
) -> Target {
    Target {
        name,
        file,
        over: (over, " rps"),
        under: Some((under, " rps")),
        must,
        aim,
        better: Better::Higher,
        unit: "",
    }
}

const fn at_most(
    name: &'static str,
    file: &'static str,
    over: &'static str,
    must: f64,
    aim: f64,
    unit: &'static str,
) -> Target {
    Target {
        name,
        file,
        over: (over, ""),
        under: None,
        must,
        aim,
        better: Better::Lower,
        unit,
    }
}

const fn ratio_at_most(
    name: &'static str,
    file: &'static str,
    over: (&'static str, &'static str),
    under: (&'static str, &'static str),
    must: f64,
    aim: f64,
) -> Target {
    Target {
        name,
        file,
        over,
        under: Some(under),
        must,
        aim,
        better: Better::Lower,
        unit: "",
    }
}

/// All of them, in the order of the page.
const TARGETS: [Target; 18] = [
    rate(
        "create / pgbench single-row INSERT",
        "create",
        CREATE,
        PGBENCH_CREATE,
        2.0,
        3.0,
    ),
    rate(
        "read by id / pgbench SELECT by key",
        "read",
        READ,
        PGBENCH_READ,
        0.8,
        1.25,
    ),
    rate(
        "list of 20, random cursor / pgbench keyset page",
        "list",
        LIST,
        PGBENCH_LIST,
        0.7,
        1.0,
    ),
    rate(
        "create / the same with `--batching off`",
        "off",
        CREATE,
        OFF_CREATE,
        3.0,
        4.5,
    ),
    rate(
        "create with 1 % refused rows / clean",
        "refused",
        REFUSED_CREATE,
        CLEAN_CREATE,
        0.3,
        0.5,
    ),
    rate(
        "create with metrics and traces of 1 % / without",
        "telemetry",
        SEEN_CREATE,
        SILENT_CREATE,
        0.95,
        1.0,
    ),
    rate(
        "create with a dead collector / with a live one",
        "collector",
        DEAD_CREATE,
        SEEN_CREATE,
        0.95,
        1.0,
    ),
    rate(
        "SQLite create (FULL) / PocketBase",
        "sqlite-create",
        SQLITE_CREATE,
        POCKETBASE_CREATE,
        6.0,
        10.0,
    ),
    rate(
        "SQLite read / PocketBase",
        "sqlite-read",
        SQLITE_READ,
        POCKETBASE_READ,
        5.0,
        7.0,
    ),
    ratio_at_most(
        "one connection: create p50 / `--batching off`",
        "one-p50",
        (SERIES_ONE_P50, ""),
        (SERIES_ONE_OFF_P50, ""),
        1.15,
        1.05,
    ),
    ratio_at_most(
        "one connection: create p99 / `--batching off`",
        "one-p99",
        (SERIES_ONE_P99, ""),
        (SERIES_ONE_OFF_P99, ""),
        1.5,
        1.2,
    ),
    at_most(
        "memory under load, PostgreSQL",
        "memory",
        SERIES_RSS,
        64.0,
        32.0,
        "MiB",
    ),
    at_most(
        "start to first 200, PostgreSQL",
        "start",
        SERIES_START,
        200.0,
        100.0,
        "ms",
    ),
    at_most(
        "start to first 200, SQLite",
        "start-sqlite",
        SERIES_START_SQLITE,
        200.0,
        100.0,
        "ms",
    ),
    ratio_at_most(
        "list p50 at 10 million rows / at 10 thousand",
        "rows",
        (LARGE_LIST, " p50"),
        (SMALL_LIST, " p50"),
        1.5,
        1.1,
    ),
    rate(
        "1,000 served documents / 1: create",
        "documents",
        MANY_CREATE,
        FEW_CREATE,
        0.9,
        1.0,
    ),
    at_most(
        "start with 1,000 documents",
        "documents-start",
        SERIES_MANY_START,
        2.0,
        0.5,
        "s",
    ),
    rate(
        "create beside 10,000 idle connections / without",
        "connections",
        CROWD_CREATE,
        ALONE_CREATE,
        0.9,
        1.0,
    ),
];

/// The verdicts on what was measured; what was not has none.
pub(super) fn verdicts(figures: &Figures) -> Vec<Verdict> {
    TARGETS
        .iter()
        .filter_map(|target| target.verdict(figures))
        .collect()
}

/// The targets of which this run measured nothing.
pub(super) fn unmeasured(verdicts: &[Verdict]) -> Vec<&'static str> {
    let is_told = |name: &str| verdicts.iter().any(|it| it.target.name == name);
    let names = TARGETS.iter().map(|target| target.name);
    names.filter(|name| !is_told(name)).collect()
}

impl Target {
    fn verdict(&self, figures: &Figures) -> Option<Verdict> {
        let series = |(name, figure): (&str, &str)| figures.series(&format!("{name}{figure}"));
        let over = series(self.over);
        let Some(under) = self.under.map(series) else {
            return Some(Verdict {
                target: *self,
                rounds: over.to_vec(),
                spread: Spread::of(over)?,
            });
        };
        // A contestant that failed in one round lacks a value; the others still pair.
        let rounds: Vec<f64> = over
            .iter()
            .zip(under)
            .map(|(over, under)| over / under)
            .collect();
        let of_rounds = Spread::of(&rounds)?;
        let median = Spread::of(over)?.median / Spread::of(under)?.median;
        Some(Verdict {
            target: *self,
            rounds,
            spread: Spread {
                median,
                ..of_rounds
            },
        })
    }

    fn holds(&self, value: f64, mark: f64) -> bool {
        match self.better {
            Better::Higher => value >= mark,
            Better::Lower => value <= mark,
        }
    }
}

impl Verdict {
    /// Whether it is as it must be.
    pub(super) fn is_met(&self) -> bool {
        self.target.holds(self.spread.median, self.target.must)
    }

    /// In a word.
    pub(super) fn word(&self) -> &'static str {
        if !self.is_met() {
            "missed"
        } else if self.target.holds(self.spread.median, self.target.aim) {
            "aim reached"
        } else {
            "met"
        }
    }

    /// A value of it as it is written: ratios and seconds with two places, sizes and milliseconds with one.
    pub(super) fn shown(&self, value: f64) -> String {
        match self.target.unit {
            "" => format!("{value:.2}"),
            "s" => format!("{value:.2} s"),
            unit => format!("{value:.1} {unit}"),
        }
    }

    /// What must be, or should, as it is written.
    pub(super) fn mark(&self, mark: f64) -> String {
        let sign = match self.target.better {
            Better::Higher => "≥",
            Better::Lower => "≤",
        };
        let unit = self.target.unit;
        let space = if unit.is_empty() { "" } else { " " };
        format!("{sign} {mark}{space}{unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(series: &[(&str, &[f64])]) -> Figures {
        let mut figures = Figures::default();
        for (name, values) in series {
            values.iter().for_each(|value| figures.note(name, *value));
        }
        figures
    }

    #[track_caller]
    fn check(series: &[(&str, &[f64])], median: f64, word: &str) {
        let verdicts = verdicts(&figures(series));
        assert_eq!(verdicts.len(), 1, "{verdicts:?}");
        let verdict = &verdicts[0];
        assert!((verdict.spread.median - median).abs() < 1e-9, "{verdict:?}");
        assert_eq!(verdict.word(), word);
    }

    #[test]
    fn a_ratio_is_of_medians_and_judged_by_its_marks() {
        let create = "specd create rps";
        let pgbench = "pgbench INSERT rps";
        check(
            &[
                (create, &[30.0, 50.0, 20.0]),
                (pgbench, &[10.0, 10.0, 10.0]),
            ],
            3.0,
            "aim reached",
        );
        check(&[(create, &[25.0]), (pgbench, &[10.0])], 2.5, "met");
        check(&[(create, &[19.0]), (pgbench, &[10.0])], 1.9, "missed");
    }

    #[test]
    fn of_times_and_sizes_less_is_better() {
        check(
            &[("RSS under load, PostgreSQL", &[20.0, 30.0])],
            25.0,
            "aim reached",
        );
        check(&[("RSS under load, PostgreSQL", &[65.0])], 65.0, "missed");
    }

    #[test]
    fn the_spread_is_that_of_the_rounds() {
        let verdicts = verdicts(&figures(&[
            ("specd create rps", &[30.0, 50.0, 20.0]),
            ("pgbench INSERT rps", &[10.0, 10.0, 20.0]),
        ]));
        assert_eq!(verdicts[0].rounds, [3.0, 5.0, 1.0]);
        let spread = verdicts[0].spread;
        assert_eq!((spread.lowest, spread.highest), (1.0, 5.0));
    }

    #[test]
    fn what_was_not_measured_has_no_verdict() {
        assert!(verdicts(&Figures::default()).is_empty());
        assert_eq!(unmeasured(&[]).len(), TARGETS.len());
        assert!(verdicts(&figures(&[("specd create rps", &[1.0])])).is_empty());
    }
}
