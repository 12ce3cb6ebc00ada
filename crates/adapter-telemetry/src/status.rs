//! Where the objectives of documents stand: asked of a server itself, or of a Prometheus that scrapes all servers.

mod fetch;
mod prometheus;
mod scraped;
mod written;

use std::collections::HashMap;
use std::sync::Arc;

use specd_domain::Spec;
use specd_domain::objective::{DocumentStanding, Witnessed};

pub use fetch::FetchError;
pub use written::{Style, text};

/// Who is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Witness {
    /// One server, at the address of its `/metrics`: what it has counted itself.
    Server(String),
    /// A Prometheus, at its address: what all servers counted in the period of the error budgets.
    Prometheus(String),
}

/// The witness could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum StatusError {
    /// There is no answer.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The answer is none of a server's own.
    #[error("`{url}` answered something else than metrics of specd")]
    NoMetrics {
        /// Who was asked, without a password.
        url: String,
    },
    /// Prometheus refused a query.
    #[error("`{url}` refused a query: {reason}")]
    Query {
        /// Who was asked, without a password.
        url: String,
        /// Why, in its words.
        reason: String,
    },
}

/// What a witness says of documents, by their numbers.
type Testimony = HashMap<String, Witnessed>;

/// Where each document stands.
///
/// # Errors
/// The witness is not there, or what it says cannot be read.
pub fn standings(
    specs: &[Arc<Spec>],
    witness: &Witness,
) -> Result<Vec<DocumentStanding>, StatusError> {
    let testimony = match witness {
        Witness::Server(url) => scraped::of(url)?,
        Witness::Prometheus(url) => prometheus::of(url, specs)?,
    };
    let standings = specs.iter().map(|spec| {
        let witnessed = testimony.get(&spec.number.to_string());
        DocumentStanding::of(spec, &witnessed.cloned().unwrap_or_default())
    });
    Ok(standings.collect())
}
