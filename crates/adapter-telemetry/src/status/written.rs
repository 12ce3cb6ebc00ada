//! The standing of documents, for people.

use std::fmt::Write as _;

use bigdecimal::{BigDecimal, RoundingMode};
use specd_domain::objective::{DocumentStanding, Period, Standing, State};
use specd_domain::rollout::PhaseTicks;

use super::Witness;
use crate::wording::plain;

/// How it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// States in colour, as a terminal understands it.
    pub colour: bool,
}

/// What stands where there is no number.
const NOTHING: &str = "-";
const HEADINGS: [&str; 6] = ["objective", "state", "requests", "failed", "left", "burn"];
/// The column that is coloured.
const STATE: usize = 1;

/// A paragraph for each document: what it is, how far it is, and a table of its objectives.
pub fn text(documents: &[DocumentStanding], witness: &Witness, style: Style) -> String {
    let paragraphs = documents
        .iter()
        .map(|document| paragraph(document, witness, style));
    paragraphs.collect::<Vec<_>>().join("\n")
}

fn paragraph(document: &DocumentStanding, witness: &Witness, style: Style) -> String {
    let spec = &document.spec;
    let title = printable(&spec.title);
    let mut out = format!("SPEC {} {title}: {}", spec.number, spec.status.as_str());
    // Writing to a String cannot fail.
    if let Some(revision) = document.revision {
        let _ = write!(out, ", revision {revision}");
    }
    let _ = writeln!(out, "\n  rollout: {}", rollout(document));
    let _ = writeln!(out, "  counted: {}", counted(document, witness));
    if document.objectives.is_empty() {
        out.push_str("  it has no objectives\n");
        return out;
    }
    write_table(&mut out, &document.objectives, style);
    for standing in &document.objectives {
        write_burning(&mut out, standing);
    }
    out
}

/// The share of callers, the flag, and how many boxes of each phase are ticked.
fn rollout(document: &DocumentStanding) -> String {
    let rollout = &document.spec.rollout;
    let share = match (&rollout.flag, document.percent) {
        (None, _) => "everybody, without a flag".to_owned(),
        (Some(flag), Some(percent)) => format!("{percent}% of callers, `{}`", flag.value),
        (Some(flag), None) => format!("nobody says how far, `{}`", flag.value),
    };
    let phases = rollout.phases.iter().enumerate();
    let ticks = phases.map(|(number, PhaseTicks { ticked, total })| {
        format!("phase {} {ticked}/{total}", number + 1)
    });
    let ticks: Vec<String> = ticks.collect();
    if ticks.is_empty() {
        return share;
    }
    format!("{share}; ticked: {}", ticks.join(", "))
}

fn counted(document: &DocumentStanding, witness: &Witness) -> String {
    match (document.period, witness) {
        (Some(Period::Since(since)), _) => {
            let since = since.format("%Y-%m-%d %H:%M:%SZ");
            format!("by one server, since {since}")
        }
        (Some(Period::Last(window)), _) => format!("by all servers, in the last {window}"),
        (None, Witness::Server(_)) => "by nobody: this server does not serve it".to_owned(),
        (None, Witness::Prometheus(_)) => {
            "by nobody: this Prometheus scrapes no server that serves it".to_owned()
        }
    }
}

fn row(standing: &Standing) -> [String; 6] {
    let or_nothing = |text: Option<String>| text.unwrap_or_else(|| NOTHING.to_owned());
    let percent = |left: &BigDecimal| {
        let percent = left * BigDecimal::from(100);
        format!("{}%", rounded(&percent, 2))
    };
    [
        standing.objective.to_string(),
        standing.state.as_str().to_owned(),
        or_nothing(standing.requests.map(|count| count.to_string())),
        or_nothing(standing.failed.map(|count| count.to_string())),
        or_nothing(standing.left.as_ref().map(percent)),
        or_nothing(standing.burn.as_ref().map(burn_rate)),
    ]
}

/// `p95 < 50ms burns 20 times as fast as it may (1h: 20, 5m: 18.5): page`.
fn write_burning(out: &mut String, standing: &Standing) {
    let Some(spending) = standing.spending.iter().find(|one| one.is_exceeded) else {
        return;
    };
    let rate = spending.rate;
    let told = |window, burn: Option<&BigDecimal>| {
        let burn = burn.map_or_else(|| NOTHING.to_owned(), burn_rate);
        format!("{window}: {burn}")
    };
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "  {} burns more than {} times as fast as it may ({}, {}): {}",
        standing.objective,
        plain(&rate.factor()),
        told(rate.long, spending.long.as_ref()),
        told(rate.short, spending.short.as_ref()),
        rate.urgency.as_str(),
    );
}

/// Upwards, so that nothing seems to be slower than it is.
fn burn_rate(burn: &BigDecimal) -> String {
    plain(&burn.with_scale_round(2, RoundingMode::Ceiling))
}

/// Downwards, so that nothing seems to be left where nothing is.
fn rounded(number: &BigDecimal, decimals: i64) -> String {
    plain(&number.with_scale_round(decimals, RoundingMode::Floor))
}

fn write_table(out: &mut String, objectives: &[Standing], style: Style) {
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    rows.extend(objectives.iter().map(row));
    let mut widths = [0; 6];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let states = [None]
        .into_iter()
        .chain(objectives.iter().map(|one| Some(one.state)));
    for (row, state) in rows.iter().zip(states) {
        let cells = row.iter().zip(widths).enumerate();
        let line: Vec<String> = cells
            .map(|(column, (cell, width))| {
                let padded = format!("{cell:width$}");
                match state {
                    Some(state) if column == STATE && style.colour => coloured(&padded, state),
                    _ => padded,
                }
            })
            .collect();
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  {}", line.join("  ").trim_end());
    }
}

fn coloured(text: &str, state: State) -> String {
    let colour = match state {
        State::Kept => "32",
        State::Burning => "33",
        State::Broken => "1;31",
        State::Idle | State::Unmeasured | State::Capacity => "2",
    };
    format!("\u{1b}[{colour}m{text}\u{1b}[0m")
}

/// A title is whatever somebody typed; a terminal must not obey it.
fn printable(title: &str) -> String {
    title
        .chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use specd_domain::Spec;
    use specd_domain::objective::{
        BURN_RATES, Counts, Measure, Measured, Objective, Percentile, Witnessed,
    };
    use specd_domain::source::Span;
    use specd_testkit::sample;

    use super::*;

    const PLAIN: Style = Style { colour: false };

    fn spec() -> Arc<Spec> {
        let mut spec = sample::spec(1, sample::table("resource", Vec::new()));
        let objective = |measure, percentile: Option<u16>, target: &str| Objective {
            measure,
            percentile: percentile.map(Percentile),
            target: target.parse().unwrap(),
            span: Span::default(),
        };
        spec.title = "Re\u{1b}source".to_owned();
        spec.objectives = vec![
            objective(Measure::Latency, Some(950), "50"),
            objective(Measure::Throughput, None, "500"),
            objective(Measure::Availability, None, "99.9"),
        ];
        spec.rollout.phases = vec![
            PhaseTicks {
                ticked: 3,
                total: 3,
            },
            PhaseTicks {
                ticked: 1,
                total: 4,
            },
        ];
        Arc::new(spec)
    }

    fn counts(requests: u64, failed: u64) -> Counts {
        Counts {
            requests,
            failed,
            within: vec![("0.05".parse().unwrap(), requests)],
        }
    }

    fn standing(period: Period, whole: Counts, windows: Vec<(Counts, Counts)>) -> DocumentStanding {
        let [fastest, ..] = BURN_RATES;
        let windows = windows
            .into_iter()
            .flat_map(|(long, short)| [(fastest.long, long), (fastest.short, short)]);
        let measured = Measured {
            period,
            whole,
            windows: windows.collect(),
        };
        let witnessed = Witnessed {
            revision: Some(2),
            percent: Some(100),
            measured: Some(measured),
        };
        DocumentStanding::of(&spec(), &witnessed)
    }

    #[test]
    fn people_read_a_table() {
        let witness = Witness::Server(String::new());
        let since = Period::since_unix(86_400).unwrap();
        let told = text(
            &[standing(since, counts(3000, 1), Vec::new())],
            &witness,
            PLAIN,
        );
        let expected = "\
SPEC 0001 Re\u{fffd}source: approved, revision 2
  rollout: everybody, without a flag; ticked: phase 1 3/3, phase 2 1/4
  counted: by one server, since 1970-01-02 00:00:00Z
  objective               state     requests  failed  left    burn
  p95 < 50ms              kept      3000      0       100%    0
  throughput 500 req/sec  capacity  -         -       -       -
  availability 99.9%      kept      3000      1       66.66%  0.34
";
        assert_eq!(told, expected);
    }

    #[test]
    fn what_burns_says_how_fast() {
        let witness = Witness::Prometheus(String::new());
        let period = Period::Last(specd_domain::objective::PERIOD);
        let windows = vec![(counts(1000, 20), counts(100, 3))];
        let standing = standing(period, counts(100_000, 30), windows);
        let told = text(std::slice::from_ref(&standing), &witness, PLAIN);
        assert!(
            told.contains("  counted: by all servers, in the last 30d\n"),
            "{told}"
        );
        assert!(
            told.ends_with(
                "  availability 99.9%      burning   100000    30      70%   0.3\n  \
                 availability 99.9% burns more than 14.4 times as fast as it may (1h: 20, 5m: 30): page\n"
            ),
            "{told}"
        );
    }

    #[test]
    fn a_terminal_is_shown_colours() {
        let witness = Witness::Server(String::new());
        let since = Period::since_unix(0).unwrap();
        let standing = standing(since, counts(10, 1), Vec::new());
        let told = text(&[standing], &witness, Style { colour: true });
        assert!(told.contains("\u{1b}[1;31mbroken  \u{1b}[0m"), "{told}");
        assert!(told.contains("\u{1b}[32mkept    \u{1b}[0m"), "{told}");
        assert_eq!(told.matches('\u{1b}').count(), 6, "{told}");
    }

    #[test]
    fn what_nobody_counts_says_so() {
        let standing = DocumentStanding::of(&spec(), &Witnessed::default());
        for (witness, expected) in [
            (Witness::Server(String::new()), "by nobody: this server"),
            (
                Witness::Prometheus(String::new()),
                "by nobody: this Prometheus",
            ),
        ] {
            let told = text(std::slice::from_ref(&standing), &witness, PLAIN);
            assert!(told.contains(expected), "{told}");
            assert!(
                told.contains("  p95 < 50ms              unmeasured  -"),
                "{told}"
            );
        }
    }
}
