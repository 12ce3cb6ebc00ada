//! The process, as Prometheus' own libraries tell of it. Where the system has no `/proc`, nothing is said.

use std::fs;

use super::exposition::{Exposition, Kind};

/// Linux counts processor time in hundredths of a second wherever it tells of it, whatever the kernel's own clock.
const TICKS_A_SECOND: u64 = 100;

/// The fields of `/proc/self/stat` behind the name, which may hold anything: the state is the first of them.
const USER_TICKS: usize = 11;
const SYSTEM_TICKS: usize = 12;
const START_TICKS: usize = 19;

/// Writes what the system tells.
pub(super) fn expose(out: &mut Exposition) {
    let status = read("/proc/self/status").unwrap_or_default();
    let stat = read("/proc/self/stat").unwrap_or_default();
    let stat: Vec<u64> = fields(&stat);
    let ticks = stat.get(USER_TICKS).zip(stat.get(SYSTEM_TICKS));
    if let Some(ticks) = ticks.map(|(user, system)| user + system) {
        let help = "Processor time, user and system.";
        out.family("process_cpu_seconds_total", Kind::Counter, help);
        out.sample("", &[], hundredths(ticks));
    }
    if let Some(ticks) = stat.get(START_TICKS).zip(boot_seconds()) {
        let (since_boot, boot) = ticks;
        let help = "When the process began, in seconds of Unix time.";
        out.family("process_start_time_seconds", Kind::Gauge, help);
        out.sample("", &[], hundredths(boot * TICKS_A_SECOND + since_boot));
    }
    let of_status = |name: &str| number(status.lines(), name);
    let mut gauge = |name, help, value: Option<u64>| {
        if let Some(value) = value {
            out.family(name, Kind::Gauge, help);
            out.sample("", &[], value);
        }
    };
    let bytes = |kibibytes: Option<u64>| kibibytes.and_then(|amount| amount.checked_mul(1024));
    gauge(
        "process_resident_memory_bytes",
        "Memory that is resident.",
        bytes(of_status("VmRSS:")),
    );
    gauge(
        "process_virtual_memory_bytes",
        "Memory that is addressed.",
        bytes(of_status("VmSize:")),
    );
    gauge("process_threads", "Threads.", of_status("Threads:"));
    let limits = read("/proc/self/limits").unwrap_or_default();
    gauge("process_open_fds", "Open files.", open_files());
    gauge(
        "process_max_fds",
        "As many files as may be open.",
        number(limits.lines(), "Max open files"),
    );
}

fn hundredths(ticks: u64) -> String {
    let (seconds, rest) = (ticks / TICKS_A_SECOND, ticks % TICKS_A_SECOND);
    format!("{seconds}.{rest:02}")
}

/// Numbers; what is none is 0, so that each keeps its place.
fn fields(stat: &str) -> Vec<u64> {
    let behind = stat.rsplit_once(") ").map_or("", |(_, behind)| behind);
    let fields = behind.split_ascii_whitespace();
    fields.map(|field| field.parse().unwrap_or(0)).collect()
}

/// The first number of the line that begins so.
fn number<'a>(mut lines: impl Iterator<Item = &'a str>, begin: &str) -> Option<u64> {
    let rest = lines.find_map(|line| line.strip_prefix(begin))?;
    rest.split_ascii_whitespace().next()?.parse().ok()
}

fn boot_seconds() -> Option<u64> {
    number(read("/proc/stat")?.lines(), "btime")
}

/// Without the one by which they are counted.
fn open_files() -> Option<u64> {
    let open = fs::read_dir("/proc/self/fd").ok()?.count();
    u64::try_from(open).ok()?.checked_sub(1)
}

#[expect(
    clippy::disallowed_methods,
    reason = "what the system says of this process stands in files"
)]
fn read(path: &str) -> Option<String> {
    fs::read_to_string(path).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_spaces_and_brackets_moves_no_field() {
        let stat = "7 (a) b) S 1 2 3 4 5 6 7 8 9 10 250 31 0 0 20 0 4 0 5000 1 2";
        let fields = fields(stat);
        assert_eq!(fields.get(USER_TICKS), Some(&250));
        assert_eq!(fields.get(SYSTEM_TICKS), Some(&31));
        assert_eq!(fields.get(START_TICKS), Some(&5000));
        assert_eq!(hundredths(250 + 31), "2.81");
    }

    #[test]
    fn this_process_is_told_of() {
        let mut out = Exposition::default();
        expose(&mut out);
        let text = out.finish();
        for name in [
            "process_cpu_seconds_total",
            "process_start_time_seconds",
            "process_resident_memory_bytes",
            "process_virtual_memory_bytes",
            "process_threads",
            "process_open_fds",
            "process_max_fds",
        ] {
            let line = text.lines().find(|line| line.starts_with(name));
            let value = line.and_then(|line| line.split_once(' ')).unwrap().1;
            let is_some = value.parse::<f64>().unwrap() > 0.0;
            assert!(is_some || name == "process_cpu_seconds_total", "{text}");
        }
    }
}
