//! One row in a hundred is refused by the database: what it costs the others, and whether each gets its own answer.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::documents;
use super::super::load::{self, Answered};
use super::super::names::{CLEAN_CREATE, REFUSED_CREATE};
use super::super::specd::Specd;
use super::super::{Bench, CONNECTIONS, PATH};
use super::{durable_creates, fresh_database, hold};

/// Clean creates and poisoned ones, on the same table with a unique column.
pub(in super::super) fn run(bench: &mut Bench) -> anyhow::Result<()> {
    let url = fresh_database(bench, "bench_refused")?;
    let specs = documents::folder(bench.place.path(), "unique", &documents::unique()?)?;
    let server = Specd::start(bench, &url, &specs, &[])?;
    let taken = server.connection()?.post(PATH, &load::body("taken", 0))?;
    anyhow::ensure!(
        taken.status == 200,
        "the first row was answered {}",
        taken.status
    );
    let seconds = Duration::from_secs(u64::from(bench.warm_up_seconds()));
    let answers = load::creates(
        &server.target,
        PATH,
        CONNECTIONS,
        &load::sometimes_taken_row,
        |_| std::thread::sleep(seconds),
    );
    let told = judged(&answers);
    bench
        .proofs
        .push(format!("{REFUSED_CREATE}: {}", told.text));
    hold(bench, REFUSED_CREATE, told.faults);
    durable_creates(bench, CLEAN_CREATE, &server, &url, false)?;
    // The nudge of the run before has its text already.
    durable_creates(bench, REFUSED_CREATE, &server, &url, true)
}

/// What the answers say.
#[derive(Debug, PartialEq, Eq)]
struct Judged {
    text: String,
    faults: Vec<String>,
}

/// Every good row must be 200, and every bad one 409.
fn judged(answers: &[Answered]) -> Judged {
    let mut faults = Vec::new();
    let mut told = Vec::new();
    for (kind, is_bad, expected) in [("good", false, 200), ("bad", true, 409)] {
        let of_kind = answers.iter().filter(|it| it.is_refusable == is_bad);
        let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
        for answer in of_kind {
            *statuses.entry(answer.status).or_default() += 1;
        }
        let all: usize = statuses.values().sum();
        let right = statuses.remove(&expected).unwrap_or_default();
        told.push(format!("{right} of {all} {kind} rows {expected}"));
        if all == 0 {
            faults.push(format!("no {kind} row was answered"));
        }
        for (status, count) in statuses {
            faults.push(format!(
                "{count} of {all} {kind} rows were answered {status}"
            ));
        }
    }
    let text = format!("looked at one by one: {}", told.join(", "));
    Judged { text, faults }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(is_refusable: bool, status: u16) -> Answered {
        Answered {
            id: None,
            status,
            is_refusable,
            ms: 1.0,
        }
    }

    #[test]
    fn a_good_row_that_is_refused_and_a_bad_one_that_is_not_are_faults() {
        let right = [answer(false, 200), answer(true, 409)];
        assert!(judged(&right).faults.is_empty());
        let wrong = [answer(false, 409), answer(true, 200), answer(false, 200)];
        let expected = [
            "1 of 2 good rows were answered 409",
            "1 of 1 bad rows were answered 200",
        ];
        assert_eq!(judged(&wrong).faults, expected);
        assert_eq!(
            judged(&[]).faults,
            ["no good row was answered", "no bad row was answered"]
        );
    }
}
