//! A mixed load for minutes, while the memory of the server is looked at: what grows is found by the slope of the last
//! two thirds.

use std::time::{Duration, Instant};

use super::contestants::{fill, filled_pages, filled_paths, fresh_database};
use super::names::SERIES_GROWTH;
use super::specd::Specd;
use super::wrk::Requests;
use super::{Bench, PATH, documents};

/// How often memory is looked at.
const EVERY: Duration = Duration::from_secs(10);
/// Connections of each of the three loads.
const EACH: u32 = 22;
/// What the last two thirds may grow by in all before it is called growth, in MiB.
const NOISE_MIB: f64 = 4.0;

/// Soaks, and tells the slope.
pub(super) fn run(bench: &mut Bench) {
    bench.progress.step("soaking");
    if let Err(error) = soaked(bench) {
        bench.fail("soaking", &error);
    }
}

fn soaked(bench: &mut Bench) -> anyhow::Result<()> {
    let minutes = bench.settings.soak_minutes;
    let url = fresh_database(bench, "bench_soak")?;
    let specs = documents::folder(bench.place.path(), "resource", &documents::resource()?)?;
    let server = Specd::start(bench, &url, &specs, &[])?;
    fill(bench, &url)?;
    let records = bench.place.lines("soak-records", &filled_paths(PATH))?;
    let pages = filled_pages(&mut server.connection()?)?;
    let pages = bench.place.lines("soak-pages", &pages)?;
    let loads = [
        Requests::Creates {
            path: PATH,
            refuses: false,
        },
        Requests::Gets { paths: &records },
        Requests::Gets { paths: &pages },
    ];
    let (wrk, progress) = (&bench.wrk, &bench.progress);
    let target = &server.target;
    let (samples, refused) = std::thread::scope(|scope| {
        let runs: Vec<_> = loads
            .into_iter()
            .map(|load| scope.spawn(move || wrk.run(target, load, EACH, minutes * 60)))
            .collect();
        let since = Instant::now();
        let mut samples = Vec::new();
        while since.elapsed() < Duration::from_secs(u64::from(minutes) * 60) {
            std::thread::sleep(EVERY);
            if let Some(memory) = server.process.memory_mib() {
                progress.detail(&format!("{memory:.1} MiB"));
                samples.push((since.elapsed().as_secs_f64(), memory));
            }
        }
        let ended = runs.into_iter().map(|run| match run.join() {
            Ok(sample) => sample.map(|sample| (sample.requests, sample.refused)),
            Err(_) => Err(anyhow::anyhow!("a load ended before its time")),
        });
        (samples, ended.collect::<anyhow::Result<Vec<_>>>())
    });
    let (requests, refused) = refused?
        .into_iter()
        .fold((0, 0), |(all, bad), (requests, refused)| {
            (all + requests, bad + refused)
        });
    let last = last_two_thirds(&samples);
    let slope = slope(last).ok_or_else(|| anyhow::anyhow!("too few samples: take more minutes"))?;
    let grown = slope * f64::from(minutes) * 60.0 * 2.0 / 3.0;
    bench.note_value(SERIES_GROWTH, slope * 3600.0, "MiB an hour");
    bench.say(format!(
        "soaked for {minutes} minutes: {requests} requests, {refused} of them no 200; memory grew by {grown:.1} MiB in the last two thirds"
    ));
    if refused > 0 {
        bench.refusals.push(format!(
            "soaking: {refused} of {requests} answers were no 200"
        ));
    }
    if grown > NOISE_MIB {
        bench.failures.push(format!(
            "soaking: memory grew by {grown:.1} MiB, of at most {NOISE_MIB}"
        ));
    }
    Ok(())
}

fn last_two_thirds(samples: &[(f64, f64)]) -> &[(f64, f64)] {
    samples.get(samples.len() / 3..).unwrap_or_default()
}

/// The slope of the line of least squares.
fn slope(points: &[(f64, f64)]) -> Option<f64> {
    let count = f64::from(u32::try_from(points.len()).ok()?);
    if count < 2.0 {
        return None;
    }
    let sum = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>();
    let (x, y) = (sum(|point| point.0) / count, sum(|point| point.1) / count);
    let across: f64 = points
        .iter()
        .map(|point| (point.0 - x) * (point.1 - y))
        .sum();
    let along: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    Some(across / along)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slope_is_that_of_the_last_two_thirds() {
        let points: Vec<(f64, f64)> = (0..9)
            .map(|n: i32| (f64::from(n), if n < 3 { 99.0 } else { 2.0 * f64::from(n) }))
            .collect();
        let last = last_two_thirds(&points);
        assert_eq!(last.len(), 6);
        assert_eq!(slope(last), Some(2.0));
        assert_eq!(slope(&points[..1]), None);
    }
}
