//! Callers that an identity provider vouches for: JSON Web Tokens (RFC 7519, 8725, 9068) and the keys that sign them.
//!
//! | question | file |
//! |---|---|
//! | where the keys of an issuer come from | [`settings`] |
//! | what a token says | `token`, `members`, `claims` |
//! | which key may have signed it | `jwk`, `key_set` |
//! | which tokens were good a moment ago | `verified` |
//! | what is known of an issuer, and when it is asked again | `issuer`, `issuers` |
//! | how it is asked | `source`, `fetch` |
//! | all of it together | `tokens` |
//!
//! *Invariant*: no token, no secret and no claim is ever logged, and no request waits on a socket: an issuer is asked on threads of
//! this crate's own.

mod claims;
mod fetch;
mod issuer;
mod issuers;
mod jwk;
mod key_set;
mod members;
pub mod settings;
mod source;
mod token;
mod tokens;
mod verified;

pub use settings::{IdentitySettings, IssuerSettings, KeyPlace, SettingsError};
pub use tokens::{IdentityError, Tokens};
