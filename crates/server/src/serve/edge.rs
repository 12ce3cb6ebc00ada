//! The network edge from the command line: TLS, the memory budget, and as many connections as the system lets us hold.

use std::net::SocketAddr;
use std::num::NonZeroUsize;

use anyhow::{Error, Result};
use specd_adapter_http::settings::TlsFiles;
use specd_adapter_http::{HttpSettings, ListenError};
use tracing::warn;

use super::memory;
use crate::cli::ServeArguments;

/// Files that are no connections of clients: the database, the documents, the library's own.
const OTHER_FILES: u64 = 256;

/// Puts what was asked for into the settings.
pub(super) fn configure(arguments: &ServeArguments, settings: &mut HttpSettings) -> Result<()> {
    let files = arguments.tls_cert.clone().zip(arguments.tls_key.clone());
    settings.tls = files.map(|(certificate, key)| TlsFiles { certificate, key });
    settings.memory_budget = memory::budget(arguments.memory.as_deref())?;
    let workers = std::thread::available_parallelism().map_or(2, NonZeroUsize::get);
    settings.workers = Some(workers);
    if let Some(files) = open_files() {
        let wanted = settings.connections_per_worker;
        let allowed = connections_per_worker(files, workers);
        settings.connections_per_worker = wanted.min(allowed);
        if allowed < wanted {
            let raise_to = files_for(wanted, workers);
            warn!(
                files,
                connections = allowed.saturating_mul(workers),
                raise_to,
                "the limit of open files allows fewer connections than the server would hold"
            );
        }
    }
    Ok(())
}

/// Where clients find the server.
pub(super) fn base(arguments: &ServeArguments, address: SocketAddr) -> String {
    let scheme = if arguments.tls_cert.is_some() {
        "https"
    } else {
        "http"
    };
    format!("{scheme}://{address}")
}

/// What to do where the server cannot be started.
pub(super) fn explain(error: ListenError) -> Error {
    let is_address = matches!(error, ListenError::Address { .. });
    let error = Error::new(error);
    if is_address {
        error.context("free the address, or choose another with `--listen`")
    } else {
        error.context("check the files of `--tls-cert` and `--tls-key`")
    }
}

/// Asks the system for as many open files as it allows, and says how many that is; `None` where it does not tell.
fn open_files() -> Option<u64> {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(files) => Some(files),
        Err(reason) => {
            warn!(
                error = &reason as &dyn std::error::Error,
                "the limit of open files could not be raised"
            );
            let (soft, _) = rlimit::getrlimit(rlimit::Resource::NOFILE).ok()?;
            Some(soft)
        }
    }
}

/// How many connections each worker may hold with so many open files.
fn connections_per_worker(files: u64, workers: usize) -> usize {
    let connections = usize::try_from(files.saturating_sub(OTHER_FILES)).unwrap_or(usize::MAX);
    (connections / workers.max(1)).max(1)
}

/// How many open files so many connections of each worker need.
fn files_for(connections_per_worker: usize, workers: usize) -> u64 {
    let connections = u64::try_from(connections_per_worker.saturating_mul(workers));
    connections.unwrap_or(u64::MAX).saturating_add(OTHER_FILES)
}
