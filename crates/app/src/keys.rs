//! Use cases on API keys: made, listed, revoked, and asked for on every request.

pub mod authenticate;
pub mod cached;
pub mod create;
pub mod list;
pub mod revoke;
pub mod token;
mod uses;

pub use authenticate::{AuthenticateError, authenticate};
pub use create::{CreatedKey, NewKey, create};
pub use list::list;
pub use revoke::revoke;
pub use token::{Token, TokenError};
