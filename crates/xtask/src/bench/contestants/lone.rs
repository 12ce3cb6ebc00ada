//! One connection alone: group commit must not make it wait. Short slices of both modes alternate, since the 99th
//! percentile of one long run says more about its moment than about the mode.

use std::time::Duration;

use super::super::documents;
use super::super::figures::{median, percentile};
use super::super::load;
use super::super::names::{
    ONE, ONE_OFF, SERIES_ONE_OFF_P50, SERIES_ONE_OFF_P99, SERIES_ONE_P50, SERIES_ONE_P99,
};
use super::super::specd::Specd;
use super::super::{Bench, PATH};
use super::fresh_database;

/// How long a slice is.
const SLICE: Duration = Duration::from_millis(250);

/// Slices of creates on both servers in turn; the figures are medians over the slices.
pub(in super::super) fn run(bench: &mut Bench) -> anyhow::Result<()> {
    let specs = documents::folder(bench.place.path(), "resource", &documents::resource()?)?;
    let urls = (
        fresh_database(bench, "bench_one")?,
        fresh_database(bench, "bench_one_off")?,
    );
    let servers = [
        Specd::start(bench, &urls.0, &specs, &[])?,
        Specd::start(bench, &urls.1, &specs, &["--batching", "off"])?,
    ];
    let [mut on, mut off] = [Slices::default(), Slices::default()];
    // As long as two runs, one for each mode.
    let slices = bench.settings.seconds * 4;
    for slice in 0..=slices {
        for (server, kept) in servers.iter().zip([&mut on, &mut off]) {
            let times = times(server);
            // The first slice warms up.
            if slice > 0 {
                kept.keep(&times);
            }
        }
    }
    for (name, kept, series) in [
        (ONE, on, [SERIES_ONE_P50, SERIES_ONE_P99]),
        (ONE_OFF, off, [SERIES_ONE_OFF_P50, SERIES_ONE_OFF_P99]),
    ] {
        let figures = median(&kept.p50).zip(median(&kept.p99));
        let Some((p50, p99)) = figures else {
            anyhow::bail!("{name}: nothing was answered");
        };
        bench.note_value(series[0], p50, "ms");
        bench.note_value(series[1], p99, "ms");
    }
    Ok(())
}

/// The percentiles of each slice.
#[derive(Debug, Default)]
struct Slices {
    p50: Vec<f64>,
    p99: Vec<f64>,
}

impl Slices {
    fn keep(&mut self, times: &[f64]) {
        self.p50.extend(percentile(times, 0.5));
        self.p99.extend(percentile(times, 0.99));
    }
}

fn times(server: &Specd) -> Vec<f64> {
    let answers = load::creates(&server.target, PATH, 1, &load::fresh_row, |_| {
        std::thread::sleep(SLICE);
    });
    let good = answers.into_iter().filter(|answer| answer.status == 200);
    good.map(|answer| answer.ms).collect()
}
