//! An identity provider of a test's own: keys that sign whatever a test wants, and a server that publishes them, well or badly.

pub mod provider;
pub mod signer;

pub use provider::{Behaviour, Provider};
pub use signer::{IdentityError, Signer, encoded, hs256};
