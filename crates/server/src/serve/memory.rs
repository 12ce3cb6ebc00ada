//! The memory of this process: how much it may take, and how much it has.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use specd_adapter_http::HttpState;
use tokio::task::JoinHandle;
use tracing::warn;

/// How often the memory is looked at.
const EVERY: Duration = Duration::from_millis(100);
/// A budget below it would be used up by the server alone.
const LEAST: u64 = 32 << 20;
/// What version 1 of control groups writes where there is no limit, and anything as absurd.
const NO_LIMIT: u64 = 1 << 60;

/// The units of an amount of memory.
const UNITS: [(&str, u64); 9] = [
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1000),
    ("B", 1),
];

/// The budget that was asked for, else the limit of the container, where there is one.
pub(super) fn budget(asked: Option<&str>) -> Result<Option<u64>> {
    let Some(asked) = asked else {
        return Ok(of_the_container().filter(|limit| *limit >= LEAST));
    };
    let bytes = parse(asked).with_context(|| {
        format!("`{asked}` is no amount of memory; write it as `512MiB`, `2GiB` or in bytes")
    })?;
    ensure!(
        bytes >= LEAST,
        "a memory of `{asked}` is too small; give the server `32MiB` or more"
    );
    Ok(Some(bytes))
}

/// Tells the server how much memory it has, for as long as it runs.
pub(super) fn watch(state: Arc<HttpState>) -> JoinHandle<()> {
    actix_web::rt::spawn(async move {
        if resident().is_none() {
            warn!("this system does not tell how much memory is used; `--memory` has no effect");
            return;
        }
        loop {
            if let Some(bytes) = resident() {
                state.note_resident_bytes(bytes);
            }
            tokio::time::sleep(EVERY).await;
        }
    })
}

fn parse(text: &str) -> Option<u64> {
    let text = text.trim();
    let (number, unit) = UNITS
        .iter()
        .find_map(|(name, unit)| Some((text.strip_suffix(name)?, *unit)))
        .unwrap_or((text, 1));
    number.trim_end().parse::<u64>().ok()?.checked_mul(unit)
}

/// What is resident now, in bytes.
fn resident() -> Option<u64> {
    let status = read("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes = line.trim().strip_suffix("kB")?.trim_end();
    kibibytes.parse::<u64>().ok()?.checked_mul(1024)
}

/// The smallest limit of the control groups that this process is in.
fn of_the_container() -> Option<u64> {
    let groups = read("/proc/self/cgroup")?;
    let limits = groups.lines().filter_map(|line| {
        let mut parts = line.splitn(3, ':');
        let (_, controllers, path) = (parts.next()?, parts.next()?, parts.next()?);
        if controllers.is_empty() {
            return least("/sys/fs/cgroup", path, "memory.max");
        }
        let is_memory = controllers.split(',').any(|name| name == "memory");
        is_memory
            .then(|| least("/sys/fs/cgroup/memory", path, "memory.limit_in_bytes"))
            .flatten()
    });
    limits.min()
}

/// The smallest limit of a group and of those around it. Within a container, its own group stands at the root.
fn least(root: &str, path: &str, file: &str) -> Option<u64> {
    let groups = Path::new(path.trim_start_matches('/')).ancestors();
    let limits = groups.filter_map(|group| {
        let text = read(Path::new(root).join(group).join(file))?;
        text.trim().parse().ok()
    });
    limits.filter(|limit| *limit < NO_LIMIT).min()
}

#[expect(
    clippy::disallowed_methods,
    reason = "what the system says of this process stands in files"
)]
fn read(path: impl AsRef<Path>) -> Option<String> {
    fs::read_to_string(path).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_memory_are_read() {
        for (text, bytes) in [
            ("512MiB", Some(512 << 20)),
            ("2GiB", Some(2 << 30)),
            ("2 GB", Some(2_000_000_000)),
            ("100000000", Some(100_000_000)),
            ("64000kB", Some(64_000_000)),
            ("100000000B", Some(100_000_000)),
            ("", None),
            ("MiB", None),
            ("-1", None),
            ("1.5GiB", None),
            ("lots", None),
            ("99999999999TiB", None),
        ] {
            assert_eq!(parse(text), bytes, "{text:?}");
        }
    }

    #[test]
    fn a_budget_that_the_server_alone_would_use_up_is_refused() {
        assert_eq!(budget(Some("64MiB")).unwrap(), Some(64 << 20));
        let refused = budget(Some("1MiB")).unwrap_err().to_string();
        assert!(refused.contains("`32MiB` or more"), "{refused}");
        let refused = budget(Some("lots")).unwrap_err().to_string();
        assert!(
            refused.contains("`lots` is no amount of memory"),
            "{refused}"
        );
    }

    #[test]
    fn the_memory_of_this_process_is_known() {
        let bytes = resident().unwrap();
        assert!((1 << 20..1 << 40).contains(&bytes), "{bytes}");
    }
}
