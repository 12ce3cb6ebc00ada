//! Scale: many rows, many documents, many connections. Each is measured beside the same thing small.

use super::Bench;

mod connections;
mod documents;
mod rows;

/// A step of the scale: its name, and what it does.
type Step = (&'static str, fn(&mut Bench) -> anyhow::Result<()>);

/// Runs all three; one that fails is named.
pub(super) fn run(bench: &mut Bench) {
    let steps: [Step; 3] = [
        ("10,000 idle connections", connections::run),
        ("1,000 documents", documents::run),
        ("10 million rows", rows::run),
    ];
    for (name, step) in steps {
        bench.progress.step(name);
        if let Err(error) = step(bench) {
            bench.fail(name, &error);
        }
    }
}
