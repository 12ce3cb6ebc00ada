//! A thousand served documents beside one: creates on one of them, the start, memory, and the swap of a changed one.

use std::path::Path;
use std::time::{Duration, Instant};

use specd_testkit::postgres::binaries::psql;

use super::super::contestants::{complain, fresh_database, start, warm_run};
use super::super::http::Connection;
use super::super::names::{
    FEW_CREATE, MANY_CREATE, SERIES_MANY_RSS, SERIES_MANY_START, SERIES_SWAP,
};
use super::super::rounds::in_order;
use super::super::specd::Specd;
use super::super::wrk::Requests;
use super::super::{Bench, documents};

/// How many.
const MANY: u32 = 1_000;
/// The one that is called.
const CALLED: u32 = 500;
/// How long a swap may take.
const SWAP_LIMIT: Duration = Duration::from_mins(1);

/// One and a thousand, in turn.
pub(in super::super) fn run(bench: &mut Bench) -> anyhow::Result<()> {
    let text = documents::resource()?;
    let path = format!("/api/v1/{}", documents::name(CALLED));
    let few = bench.place.empty("few")?;
    write(&few, &text, CALLED)?;
    let many = bench.place.empty("many")?;
    for number in 1..=MANY {
        write(&many, &text, number)?;
    }
    let (url, key) = served_once(bench, "bench_few", &few)?;
    let one = Specd::start_again(bench, &url, &few, &key)?;
    let (url, key) = served_once(bench, "bench_many", &many)?;
    let time = start::one(bench, &url, &many, &key, &format!("{path}?limit=1"))?;
    bench.note_value(SERIES_MANY_START, time / 1000.0, "s");
    let all = Specd::start_again(bench, &url, &many, &key)?;
    for round in 1..=bench.settings.rounds {
        for (name, server) in in_order(round, &[(FEW_CREATE, &one), (MANY_CREATE, &all)]) {
            // The tables have just been made.
            psql(&url, "CHECKPOINT")?;
            let requests = Requests::Creates {
                path: &path,
                refuses: false,
            };
            let (sample, _) = warm_run(bench, &server.target, requests)?;
            complain(bench, name, sample);
            bench.keep(name, sample);
        }
    }
    if let Some(memory) = all.process.most_memory_mib() {
        bench.note_value(SERIES_MANY_RSS, memory, "MiB");
    }
    let time = swap(&all, &many, &path, &text)?;
    bench.note_value(SERIES_SWAP, time.as_secs_f64(), "s");
    Ok(())
}

/// A database whose tables are those of the folder, and the key that its first start printed.
fn served_once(bench: &mut Bench, name: &str, specs: &Path) -> anyhow::Result<(String, String)> {
    let url = fresh_database(bench, name)?;
    let key = Specd::start(bench, &url, specs, &[])?.key().to_owned();
    Ok((url, key))
}

fn write(folder: &Path, text: &str, number: u32) -> anyhow::Result<()> {
    let file = folder.join(format!("{number:04}-{}.md", documents::name(number)));
    Ok(std::fs::write(file, documents::numbered(text, number)?)?)
}

/// From the writing of a stricter document to the first refusal by it.
fn swap(server: &Specd, specs: &Path, path: &str, text: &str) -> anyhow::Result<Duration> {
    let strict = text.replace(
        "`field1` is not blank",
        "`field1` is not blank; `field2` is at least 0",
    );
    anyhow::ensure!(
        strict != text,
        "SPEC 0001 no longer says that `field1` is not blank"
    );
    let body = "{\"field1\":\"swap\",\"field2\":-1,\"field3\":{\"nested\":\"object\"}}";
    let mut connection: Connection = server.connection()?;
    let before = connection.post(path, body)?.status;
    anyhow::ensure!(before == 200, "before the swap it was answered {before}");
    let since = Instant::now();
    write(specs, &strict, CALLED)?;
    while connection.post(path, body)?.status != 400 {
        anyhow::ensure!(
            since.elapsed() < SWAP_LIMIT,
            "the changed document was not served in time"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(since.elapsed())
}
