//! Rate limits, from the command line: who counts, and what where a document says nothing.

use std::sync::Arc;

use anyhow::Result;
use specd_adapter_http::HttpSettings;
use specd_app::limits::LocalLimiter;
use specd_app::ports::limits::RateLimiter;

use crate::cli::ServeArguments;

/// The counts, of this server or of all together.
pub(super) fn limiter(arguments: &ServeArguments) -> Result<Arc<dyn RateLimiter>> {
    let _ = arguments;
    Ok(Arc::new(LocalLimiter::default()))
}

/// Puts what was asked for into the settings.
pub(super) fn configure(arguments: &ServeArguments, settings: &mut HttpSettings) -> Result<()> {
    let _ = (arguments, settings);
    Ok(())
}
