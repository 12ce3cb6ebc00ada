//! What was asked for on the command line.

use anyhow::Context as _;

/// The help of `cargo xtask bench`.
pub(super) const HELP: &str = "\
How fast specd is, beside the database's own benchmark and beside others, on this machine and at one durability.

Usage: cargo xtask bench [OPTIONS]

Builds the release binary, starts a private durable PostgreSQL, and lets every contestant run in turn, forwards in one
round and backwards in the next, each on fresh tables. Figures of one machine move from minute to minute: what counts is
the ratios of one run. At the end it tells each ratio with its targets, proves from the counters of PostgreSQL and by a
plug pulled in mid-load that what was acknowledged is stored, and writes `docs/benchmarks.md`.

Options:
  --rounds N     rounds; figures are their medians [default: 3]
  --seconds S    seconds of each run [default: 8]
  --only PARTS   only these, with commas between: create, read, list, off, refused, one, start, pull,
                 telemetry, sqlite, pocketbase, fastify, scale
  --quick        one round of two seconds: to try something; the same as --rounds 1 --seconds 2, and writes nothing
  --scale        and 10 million rows, 1,000 documents, 10,000 idle connections
  --full         everything: --scale, whatever --only says
  --soak MIN     and a mixed load for this many minutes, looking for growth of memory [default: 0]
  --write        writes docs/benchmarks.md although the run was --quick or --only
  --binary FILE  measures this binary and builds none
  -h, --help     prints this

It needs wrk and pgbench and installs them where the package manager may. PocketBase (python3, pip) and the service on
Fastify (node, npm) are fetched into `target/bench`; without them they are named and left out. Nothing else may run on
the machine meanwhile. Three rounds take about a quarter of an hour, --full twice that.

Exit codes: 0 every must is met and the answers are durable, 1 something is missed, 2 it could not be run.

Examples:
  cargo xtask bench --quick --only create,off
  cargo xtask bench --full --soak 10
";

/// A part of the bench that can be asked for alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Creates on `PostgreSQL`, beside pgbench's inserts.
    Create,
    /// Reads by id.
    Read,
    /// Pages of twenty.
    List,
    /// `--batching off`.
    Off,
    /// One refused row in a hundred.
    Refused,
    /// One connection alone.
    One,
    /// From the start to the first answer.
    Start,
    /// The plug is pulled.
    Pull,
    /// Metrics and traces, beside neither.
    Telemetry,
    /// The same on `SQLite`.
    Sqlite,
    /// `PocketBase` beside it.
    Pocketbase,
    /// A service by hand beside it.
    Fastify,
    /// Many rows, documents, connections.
    Scale,
}

const PARTS: [(&str, Part); 13] = [
    ("create", Part::Create),
    ("read", Part::Read),
    ("list", Part::List),
    ("off", Part::Off),
    ("refused", Part::Refused),
    ("one", Part::One),
    ("start", Part::Start),
    ("pull", Part::Pull),
    ("telemetry", Part::Telemetry),
    ("sqlite", Part::Sqlite),
    ("pocketbase", Part::Pocketbase),
    ("fastify", Part::Fastify),
    ("scale", Part::Scale),
];

/// What to run and how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    /// How many rounds.
    pub(super) rounds: u32,
    /// How many seconds a run lasts.
    pub(super) seconds: u32,
    /// Which parts; all but `scale` where nothing is said.
    pub(super) parts: Vec<Part>,
    /// How many minutes of soaking.
    pub(super) soak_minutes: u32,
    /// Whether the page is written.
    pub(super) writes: bool,
    /// The binary to measure, where none is to be built.
    pub(super) binary: Option<String>,
}

impl Settings {
    /// Whether a part runs.
    pub(super) fn has(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }
}

/// The settings, or `None` where the help is asked for.
///
/// # Errors
/// A flag or its value cannot be read.
pub(super) fn read(words: &[&str]) -> anyhow::Result<Option<Settings>> {
    let mut settings = Settings {
        rounds: 3,
        seconds: 8,
        parts: all_but_scale(),
        soak_minutes: 0,
        writes: true,
        binary: None,
    };
    let (mut is_full, mut scales, mut is_told_to_write) = (false, false, false);
    let mut words = words.iter();
    while let Some(&word) = words.next() {
        let mut value = || {
            let value = words.next().copied();
            value.with_context(|| format!("`{word}` needs a value; --help tells which"))
        };
        match word {
            "-h" | "--help" => return Ok(None),
            "--rounds" => settings.rounds = number(value()?, 1)?,
            "--seconds" => settings.seconds = number(value()?, 1)?,
            "--soak" => settings.soak_minutes = number(value()?, 0)?,
            "--binary" => settings.binary = Some(value()?.to_owned()),
            "--quick" => {
                (settings.rounds, settings.seconds) = (1, 2);
                settings.writes = false;
            }
            "--only" => {
                settings.parts = parts(value()?)?;
                settings.writes = false;
            }
            "--scale" => scales = true,
            "--full" => is_full = true,
            "--write" => is_told_to_write = true,
            other => anyhow::bail!("`{other}` is no option; `cargo xtask bench --help` lists them"),
        }
    }
    if is_full {
        settings.parts = all_but_scale();
    }
    if (is_full || scales) && !settings.has(Part::Scale) {
        settings.parts.push(Part::Scale);
    }
    settings.writes |= is_told_to_write;
    Ok(Some(settings))
}

fn all_but_scale() -> Vec<Part> {
    let parts = PARTS.iter().map(|(_, part)| *part);
    parts.filter(|part| *part != Part::Scale).collect()
}

fn parts(list: &str) -> anyhow::Result<Vec<Part>> {
    let part = |word: &str| {
        let found = PARTS.iter().find(|(name, _)| *name == word.trim());
        let names: Vec<_> = PARTS.iter().map(|(name, _)| *name).collect();
        found
            .map(|(_, part)| *part)
            .with_context(|| format!("`{word}` is no part; there are {}", names.join(", ")))
    };
    list.split(',').map(part).collect()
}

fn number(word: &str, least: u32) -> anyhow::Result<u32> {
    let number = word.parse().ok().filter(|number| *number >= least);
    number.with_context(|| format!("`{word}` is no number from {least} on"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quick_look_at_two_parts_writes_nothing() -> anyhow::Result<()> {
        let settings = read(&["--quick", "--only", "create,one"])?.context("no help")?;
        assert_eq!((settings.rounds, settings.seconds), (1, 2));
        assert_eq!(settings.parts, [Part::Create, Part::One]);
        assert!(!settings.writes);
        let told = read(&["--quick", "--write"])?.context("no help")?;
        assert!(told.writes);
        Ok(())
    }

    #[test]
    fn everything_is_more_than_nothing_said() -> anyhow::Result<()> {
        let plain = read(&[])?.context("no help")?;
        let full = read(&["--full"])?.context("no help")?;
        assert!(plain.writes && full.writes);
        assert!(!plain.has(Part::Scale) && full.has(Part::Scale));
        assert_eq!(full.parts.len(), PARTS.len());
        Ok(())
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let check = |words: &[&str], expected: &str| {
            let said = read(words)
                .err()
                .map(|error| error.to_string())
                .unwrap_or_default();
            assert!(said.contains(expected), "{said}");
        };
        check(&["--round", "3"], "`--round` is no option");
        check(&["--rounds"], "`--rounds` needs a value");
        check(&["--rounds", "0"], "`0` is no number from 1 on");
        check(&["--only", "creates"], "`creates` is no part");
    }

    #[test]
    fn help_is_help_wherever_it_stands() -> anyhow::Result<()> {
        assert_eq!(read(&["--quick", "-h"])?, None);
        Ok(())
    }
}
