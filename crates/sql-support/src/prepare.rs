//! Getting a database ready: what can keep a server from starting.

/// A database that is not ready for serving.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// The address cannot be used as it stands.
    #[error("{0}")]
    Address(String),
    /// The database does not answer or has no capacity; asking again later may help.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// The database answered and refused: a wrong password, an unknown database, a missing permission.
    #[error("the database refused: {0}")]
    Refused(String),
    /// specd's own tables could not be brought up to date.
    #[error("the tables of specd could not be brought up to date: {0}")]
    Migration(String),
}

impl PrepareError {
    /// Whether asking again later may help.
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}
