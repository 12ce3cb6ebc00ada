//! One row in a hundred is refused by the database: what it costs the others, and whether each gets its own answer.

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
    let count = |is_bad: bool| {
        answers
            .iter()
            .filter(|it| it.is_refusable == is_bad)
            .count()
    };
    let right = |is_bad: bool, status: u16| {
        let of_kind = answers.iter().filter(|it| it.is_refusable == is_bad);
        of_kind.filter(|it| it.status == status).count()
    };
    let (good, bad) = (count(false), count(true));
    let (good_right, bad_right) = (right(false, 200), right(true, 409));
    let mut faults = Vec::new();
    if good == 0 || bad == 0 {
        faults.push(format!(
            "{good} good rows and {bad} bad ones were answered: too few"
        ));
    }
    if good_right < good {
        faults.push(format!(
            "{} of {good} good rows were refused",
            good - good_right
        ));
    }
    if bad_right < bad {
        faults.push(format!(
            "{} of {bad} bad rows were not answered 409",
            bad - bad_right
        ));
    }
    let text = format!(
        "looked at one by one: {good_right} of {good} good rows 200, {bad_right} of {bad} bad rows 409"
    );
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
            "1 of 2 good rows were refused",
            "1 of 1 bad rows were not answered 409",
        ];
        assert_eq!(judged(&wrong).faults, expected);
        assert_eq!(judged(&[]).faults.len(), 1);
    }
}
