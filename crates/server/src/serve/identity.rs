//! The issuers of tokens, from the command line.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use specd_adapter_identity::{IdentitySettings, Tokens};
use specd_app::ports::tokens::TokenVerifier;

use crate::cli::ServeArguments;
use crate::system::SystemClock;

/// The judge of tokens. It reads the files that are named; what is elsewhere it fetches while the server goes on.
pub(super) fn tokens(arguments: &ServeArguments) -> Result<Arc<dyn TokenVerifier>> {
    let named = arguments.jwks.iter().chain(&arguments.jwt_secret);
    let settings = IdentitySettings {
        issuers: named.cloned().collect(),
        authorities: arguments.jwks_ca.clone(),
        ..IdentitySettings::default()
    };
    let tokens = Tokens::new(settings, Arc::new(SystemClock))
        .context("correct `--jwks`, `--jwt-secret` or `--jwks-ca`")?;
    Ok(Arc::new(tokens))
}
