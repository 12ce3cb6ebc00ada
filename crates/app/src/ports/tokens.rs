//! Tokens that an identity provider signed (http-contract, section 6; RFC 7519).

use specd_domain::access::caller::Caller;

use super::Answer;

/// A token that is accepted by nobody, or cannot be judged now.
#[derive(Debug, thiserror::Error)]
pub enum TokenRefusal {
    /// It is not accepted. Why is for the log, never for the caller.
    #[error("the token is not accepted: {reason}")]
    Refused {
        /// Why, without any part of the token.
        reason: &'static str,
    },
    /// The keys of the issuer were never there, so that nobody can tell.
    #[error("the keys of the issuer cannot be had")]
    NoKeys,
}

/// Judges tokens.
pub trait TokenVerifier: Send + Sync {
    /// The caller whom `issuer` vouches for before `audience`. The token is any text.
    fn verify<'a>(
        &'a self,
        token: &'a str,
        issuer: &'a str,
        audience: &'a str,
    ) -> Answer<'a, Result<Caller, TokenRefusal>>;
}
