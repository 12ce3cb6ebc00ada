//! The rounds: every contestant in turn, forwards and then backwards, so that what the machine does meanwhile is shared.

use super::Bench;
use super::contestants::{
    by_pgbench, fastify, lone, off, on_postgres, on_sqlite, pocketbase, pull, refused, start,
    telemetry,
};
use super::settings::{Part, Settings};

/// A contestant: its name, the parts that it runs for, the parts that it cannot do without, and what it does.
struct Contestant {
    name: &'static str,
    any: &'static [Part],
    all: &'static [Part],
    run: fn(&mut Bench) -> anyhow::Result<()>,
}

const WHEREVER: [Part; 3] = [Part::Create, Part::Read, Part::List];

/// Those of each round.
const CONTESTANTS: [Contestant; 10] = [
    contestant("pgbench", &WHEREVER, &[], by_pgbench::run),
    contestant("specd on PostgreSQL", &WHEREVER, &[], on_postgres::run),
    contestant("specd, --batching off", &[Part::Off], &[], off::run),
    contestant("refused rows", &[Part::Refused], &[], refused::run),
    contestant("Fastify", &[Part::Fastify], &[], fastify::run),
    contestant("one connection", &[Part::One], &[], lone::run),
    contestant("telemetry", &[Part::Telemetry], &[], telemetry::run),
    contestant("specd on SQLite", &[Part::Sqlite], &[], on_sqlite::run),
    contestant(
        "specd on SQLite, --batching off",
        &[Part::Sqlite],
        &[Part::Off],
        on_sqlite::off,
    ),
    contestant("PocketBase", &[Part::Pocketbase], &[], pocketbase::run),
];

/// Those that run once.
const ONCE: [Contestant; 2] = [
    contestant("starts", &[Part::Start], &[], start::run),
    contestant("the plug is pulled", &[Part::Pull], &[], pull::run),
];

const fn contestant(
    name: &'static str,
    any: &'static [Part],
    all: &'static [Part],
    run: fn(&mut Bench) -> anyhow::Result<()>,
) -> Contestant {
    Contestant {
        name,
        any,
        all,
        run,
    }
}

/// How many steps there will be.
pub(super) fn steps(settings: &Settings) -> u32 {
    let count = |list: &[Contestant]| {
        let those = list.iter().filter(|one| runs(one, settings));
        u32::try_from(those.count()).unwrap_or(u32::MAX)
    };
    let scale = if settings.has(Part::Scale) { 3 } else { 0 };
    let soak = u32::from(settings.soak_minutes > 0);
    count(&CONTESTANTS) * settings.rounds + count(&ONCE) + scale + soak
}

/// Runs all rounds. A contestant that fails is named, and the others go on.
pub(super) fn run(bench: &mut Bench) {
    let rounds = bench.settings.rounds;
    for round in 1..=rounds {
        for contestant in in_order(round, &CONTESTANTS) {
            one(bench, contestant, &format!("round {round} of {rounds}: "));
        }
    }
    for contestant in &ONCE {
        one(bench, contestant, "");
    }
}

fn one(bench: &mut Bench, contestant: &Contestant, place: &str) {
    if !runs(contestant, &bench.settings) {
        return;
    }
    let name = contestant.name;
    bench.progress.step(&format!("{place}{name}"));
    if let Err(error) = (contestant.run)(bench) {
        bench.fail(name, &error);
    }
}

/// Odd rounds go forwards, even ones backwards.
pub(super) fn in_order<T>(round: u32, list: &[T]) -> Vec<&T> {
    if round % 2 == 1 {
        list.iter().collect()
    } else {
        list.iter().rev().collect()
    }
}

fn runs(contestant: &Contestant, settings: &Settings) -> bool {
    let has = |part: &Part| settings.has(*part);
    contestant.any.iter().any(has) && contestant.all.iter().all(has)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_second_round_goes_backwards() {
        assert_eq!(in_order(1, &[1, 2, 3]), [&1, &2, &3]);
        assert_eq!(in_order(2, &[1, 2, 3]), [&3, &2, &1]);
        assert_eq!(in_order(3, &[1, 2, 3]), [&1, &2, &3]);
    }

    #[test]
    fn the_steps_are_counted_before_the_first() -> anyhow::Result<()> {
        let count = |words: &[&str]| -> anyhow::Result<u32> {
            let settings = super::super::settings::read(words)?;
            Ok(settings.as_ref().map_or(0, steps))
        };
        assert_eq!(count(&[])?, 10 * 3 + 2);
        assert_eq!(count(&["--only", "create,off", "--rounds", "2"])?, 6);
        assert_eq!(count(&["--only", "sqlite", "--rounds", "1"])?, 1);
        assert_eq!(count(&["--only", "start,scale", "--soak", "1"])?, 5);
        Ok(())
    }
}
