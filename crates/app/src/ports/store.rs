//! What every store can answer, whatever was asked of it.

use std::error::Error;

use super::Answer;

/// A store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database is away or has no capacity; asking again later may help.
    #[error("the database cannot be reached")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// The connection was lost while a write was being committed: it is stored, or it is not.
    #[error("whether the write was stored is not known")]
    OutcomeUnknown(#[source] Box<dyn Error + Send + Sync>),
    /// The database answered something that it should not.
    #[error("the database failed")]
    Failed(#[source] Box<dyn Error + Send + Sync>),
}

/// The state of the database itself.
pub trait StoreHealth: Send + Sync {
    /// Whether the database answers and its migrations are in place.
    fn ready(&self) -> Answer<'_, Result<(), StoreError>>;
}
