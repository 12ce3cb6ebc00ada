//! Rate limits, from the command line: who counts, and what where a document says nothing.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use specd_adapter_http::HttpSettings;
use specd_adapter_redis::{RedisAddress, RedisLimiter};
use specd_app::limits::LocalLimiter;
use specd_app::ports::limits::RateLimiter;

use crate::cli::ServeArguments;
use crate::limits::CountedIn;

/// The counts, of this server or of all together.
pub(super) fn limiter(arguments: &ServeArguments) -> Result<Arc<dyn RateLimiter>> {
    Ok(match &arguments.limits {
        CountedIn::Memory => Arc::new(LocalLimiter::default()),
        CountedIn::Redis(address) => {
            let limiter = RedisLimiter::start(RedisAddress::clone(address));
            Arc::new(limiter.context("could not start the thread that speaks to Redis")?)
        }
    })
}

/// Puts what was asked for into the settings.
pub(super) fn configure(arguments: &ServeArguments, settings: &mut HttpSettings) {
    settings.default_quota = arguments.default_limit.0;
    settings.peer_quota = arguments.peer_limit.0;
    settings
        .trusted_proxies
        .clone_from(&arguments.trusted_proxy);
}
