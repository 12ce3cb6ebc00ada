//! The real time and the real randomness: the only places that ask the system for them.

use chrono::{DateTime, Utc};
use specd_app::ports::clock::Clock;
use specd_app::ports::entropy::Entropy;

/// The system's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the system for the time"
    )]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// The system's random numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the system for randomness"
    )]
    fn random_128(&self) -> [u8; 16] {
        let mut bits = [0; 16];
        if let Err(error) = getrandom::fill(&mut bits) {
            // Without randomness every id and key would be guessable: nothing safe is left to do.
            tracing::error!(%error, "the system gives no randomness; stopping");
            std::process::abort();
        }
        bits
    }
}
