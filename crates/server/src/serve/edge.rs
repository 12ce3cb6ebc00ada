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
    if let Some(most) = connections_per_worker(workers) {
        settings.connections_per_worker = settings.connections_per_worker.min(most);
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

/// Asks the system for as many open files as it allows, and says how many connections each worker may hold with them.
fn connections_per_worker(workers: usize) -> Option<usize> {
    let files = match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(files) => files,
        Err(reason) => {
            warn!(%reason, "the limit of open files could not be raised");
            rlimit::getrlimit(rlimit::Resource::NOFILE).ok()?.0
        }
    };
    let connections = usize::try_from(files.saturating_sub(OTHER_FILES)).unwrap_or(usize::MAX);
    Some((connections / workers.max(1)).max(1))
}
