//! A judge with a clock moved by hand, and what it says in a word.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use serde_json::{Value, json};
use specd_adapter_identity::{IdentitySettings, IssuerSettings, KeyPlace, Tokens};
use specd_app::ports::clock::Clock;
use specd_app::ports::tokens::{TokenRefusal, TokenVerifier as _};
use specd_domain::access::caller::Caller;
use specd_testkit::MovedClock;

/// The audience of all good tokens.
pub(crate) const AUDIENCE: &str = "orders";

/// A judge.
pub(crate) struct Judge {
    pub(crate) tokens: Tokens,
    pub(crate) clock: MovedClock,
}

impl Judge {
    /// One that knows these issuers; it looks at what is due a hundred times a second.
    pub(crate) fn of(issuers: Vec<IssuerSettings>) -> Self {
        Self::with(IdentitySettings { issuers, ..quick() })
    }

    pub(crate) fn with(settings: IdentitySettings) -> Self {
        let clock = MovedClock::default();
        let tokens = Tokens::new(settings, Arc::new(clock.clone())).unwrap();
        Self { tokens, clock }
    }

    pub(crate) async fn verify(&self, token: &str, issuer: &str) -> Result<Caller, String> {
        let verified = self.tokens.verify(token, issuer, AUDIENCE).await;
        verified.map_err(|refusal| match refusal {
            TokenRefusal::Refused { reason } => reason.to_owned(),
            TokenRefusal::NoKeys => "no keys".to_owned(),
        })
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.advance(TimeDelta::seconds(seconds));
    }

    /// Good claims of this issuer.
    pub(crate) fn claims(&self, issuer: &str) -> Value {
        let now = self.clock.now().timestamp();
        json!({
            "iss": issuer, "aud": AUDIENCE, "sub": "ada", "iat": now, "exp": now + 3_600,
            "scope": "orders:read orders:write",
        })
    }
}

pub(crate) fn quick() -> IdentitySettings {
    IdentitySettings {
        tick: Duration::from_millis(10),
        ..IdentitySettings::default()
    }
}

pub(crate) fn at(issuer: &str, place: KeyPlace) -> IssuerSettings {
    IssuerSettings {
        issuer: issuer.to_owned(),
        place,
    }
}

/// Waits until what the judge's own threads do has come to pass.
pub(crate) async fn eventually<F: Future<Output = bool>>(what: &str, is_so: impl Fn() -> F) {
    let since = Instant::now();
    while !is_so().await {
        assert!(since.elapsed() < Duration::from_secs(20), "never: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
