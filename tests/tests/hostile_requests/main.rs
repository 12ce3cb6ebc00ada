//! Client errors stay client errors (http-contract, section 9): hostile requests over raw sockets against the real binary, on
//! both databases. Each has its answer, in time, as a problem where a body is possible; none is a server error; what is hidden
//! behind a request is no second one; and afterwards the server serves, in little memory, with a log that is its own.
#![expect(
    clippy::disallowed_methods,
    clippy::format_collect,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "tables of cases are long, and speed does not matter here; a test looks at its server's process"
)]

mod bodies;
mod case;
mod fields;
mod framing;
mod lines;
mod queries;
mod run;
mod targets;

use case::Case;
use specd_e2e::Storage;

/// Every case, in the order of a request: from its first line to its body.
fn cases() -> Vec<Case> {
    let tables = [
        lines::cases(),
        targets::cases(),
        targets::ids(),
        queries::cases(),
        fields::of_messages(),
        fields::credentials(),
        fields::media_types(),
        fields::keys_and_conditions(),
        framing::lengths(),
        framing::chunks(),
        framing::behind_one_another(),
        bodies::cases(),
    ];
    tables.into_iter().flatten().collect()
}

#[test]
fn the_table_is_long_and_each_row_has_a_name_of_its_own() {
    let mut names: Vec<String> = cases().into_iter().map(|case| case.name).collect();
    assert!(names.len() >= 300, "{} rows", names.len());
    names.sort();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count, "a name stands twice");
}

#[test]
fn hostile_requests_stay_errors_of_their_clients_on_sqlite() -> anyhow::Result<()> {
    run::all(cases(), &Storage::sqlite()?)
}

#[test]
fn hostile_requests_stay_errors_of_their_clients_on_postgres() -> anyhow::Result<()> {
    run::all(cases(), &Storage::postgres()?)
}
