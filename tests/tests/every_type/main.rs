//! Two documents of another domain, with every type that a column may have: written by hand, asked by hand, and answered
//! alike by both databases.

#![expect(
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may fail loudly, and its cases are data"
)]

mod changes;
mod creates;
mod crowds;
mod hostile;
mod lists;
mod protocol;
mod references;

use specd_e2e::Pair;

const STATIONS: &str = include_str!("../../documents/0001-stations.md");
const READINGS: &str = include_str!("../../documents/0002-readings.md");

/// Where the readings are.
const AT: &str = "/api/v1/readings";

/// Both documents served on both databases, with one station, the number 1, that readings may refer to.
fn observatory() -> anyhow::Result<Pair> {
    let files = [
        ("0001-stations.md", STATIONS),
        ("0002-readings.md", READINGS),
    ];
    let mut pair = Pair::start(&files)?;
    pair.expect(
        (
            "POST",
            "/api/v1/stations",
            r#"{"code":"LON-1","town":"London"}"#,
        ),
        201,
        "",
    )?;
    Ok(pair)
}

/// The path of the reading of this number.
fn path(number: u32) -> String {
    format!("{AT}/{}", id(number))
}

/// The key of the reading of this number.
fn id(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012x}")
}

/// A body with everything that is required, and with these members.
fn reading(number: u32, members: &str) -> String {
    let own = [
        ("id", format!("\"{}\"", id(number))),
        ("station_id", "1".to_owned()),
        ("whole", "2".to_owned()),
        ("created_at", "\"2025-01-01T00:00:00Z\"".to_owned()),
    ];
    let own = own
        .iter()
        .filter(|(name, _)| !members.contains(&format!("\"{name}\":")))
        .map(|(name, value)| format!("\"{name}\":{value}"));
    let all: Vec<String> = own
        .chain((!members.is_empty()).then(|| members.to_owned()))
        .collect();
    format!("{{{}}}", all.join(","))
}
