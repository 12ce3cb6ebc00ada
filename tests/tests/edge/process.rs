//! What the system says of the server's process.

use std::fs::read_to_string;

use anyhow::{Context as _, Result};
use specd_e2e::Server;

/// Bytes of memory that are its own and resident.
pub(crate) fn resident(server: &Server) -> Result<u64> {
    let status = read_to_string(format!("/proc/{}/status", server.id()))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.context("no VmRSS")?.trim().trim_end_matches(" kB");
    Ok(kibibytes.parse::<u64>()? * 1024)
}

/// How many files it has open; each connection is one.
pub(crate) fn open_files(server: &Server) -> Result<usize> {
    Ok(std::fs::read_dir(format!("/proc/{}/fd", server.id()))?.count())
}

/// How many it may have open now, and at the most.
pub(crate) fn file_limits(server: &Server) -> Result<(u64, u64)> {
    let limits = read_to_string(format!("/proc/{}/limits", server.id()))?;
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"));
    let mut numbers = line.context("no limit of files")?.split_whitespace();
    let mut next = || -> Result<u64> { Ok(numbers.next().context("no number")?.parse()?) };
    Ok((next()?, next()?))
}
