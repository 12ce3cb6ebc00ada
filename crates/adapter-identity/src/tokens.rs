//! The judge of tokens: what a token says, held against the keys of its issuer.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use specd_app::ports::Answer;
use specd_app::ports::clock::Clock;
use specd_app::ports::tokens::{TokenRefusal, TokenVerifier};
use specd_domain::access::caller::Caller;
use ureq::tls::{Certificate, PemItem, parse_pem};

use crate::claims::since_1970;
use crate::fetch::Fetcher;
use crate::issuer::{Issuer, State};
use crate::issuers::Issuers;
use crate::key_set::{KeySet, NotSigned};
use crate::settings::{IdentitySettings, IssuerSettings, KeyPlace};
use crate::source::{Found, chain, read};
use crate::token::{MAX_BYTES, Token};
use crate::verified::Fingerprint;

/// The judge cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// An issuer is named twice.
    #[error("`{0}` is named twice; an issuer has one place for its keys, or one secret")]
    IssuerTwice(String),
    /// A file of the operator's cannot be used.
    #[error("`{path}` cannot be used: {reason}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The thread that looks after the keys cannot be started.
    #[error("no thread to look after the keys of issuers")]
    Thread(#[source] io::Error),
}

/// Judges the tokens of the issuers that documents name. Those without a place of their own are discovered when somebody first
/// comes with a token of theirs.
pub struct Tokens {
    issuers: Arc<Issuers>,
    clock: Arc<dyn Clock>,
    patience: Duration,
}

impl Tokens {
    /// Reads the files that the operator named, and begins to fetch what is elsewhere, without waiting for it.
    ///
    /// # Errors
    /// An issuer is named twice, a file cannot be used, or there is no thread.
    pub fn new(settings: IdentitySettings, clock: Arc<dyn Clock>) -> Result<Self, IdentityError> {
        let authorities = settings.authorities.as_deref().map(certificates);
        let fetcher = Fetcher::new(authorities.transpose()?, settings.fetch_limit);
        let mut configured: Vec<Arc<Issuer>> = Vec::new();
        for IssuerSettings { issuer, place } in settings.issuers {
            if configured.iter().any(|known| known.name == issuer) {
                return Err(IdentityError::IssuerTwice(issuer));
            }
            let issuer = Arc::new(Issuer::new(&issuer, place, true));
            read_now(&issuer, &fetcher, &*clock)?;
            configured.push(issuer);
        }
        let issuers = Arc::new(Issuers::new(configured, fetcher, Arc::clone(&clock)));
        Issuers::watch(&issuers, settings.tick).map_err(IdentityError::Thread)?;
        Ok(Self {
            issuers,
            clock,
            patience: settings.fetch_limit,
        })
    }

    async fn judge(
        &self,
        text: &str,
        issuer: &str,
        audience: &str,
    ) -> Result<Caller, TokenRefusal> {
        let now = self.clock.now();
        if text.len() > MAX_BYTES {
            return Err(refused("it is too long"));
        }
        let fingerprint = Fingerprint::of(text, audience);
        let state = self.issuers.find(issuer).map(|known| known.state());
        let keys = state.and_then(|state| state.keys);
        if let Some(keys) = keys
            && let Some(caller) = keys.verified.caller(fingerprint, since_1970(now))
        {
            return Ok(caller);
        }
        let token = Token::parse(text).map_err(refused)?;
        // Before any key is looked for: a token that could not be accepted costs nobody a fetch.
        token.claims.check(issuer, audience, now).map_err(refused)?;
        let keys = self.keys_for(&token, issuer).await?;
        let expires_at = token.claims.expires_at();
        let caller = token.claims.into_caller();
        keys.verified
            .remember(fingerprint, caller.clone(), expires_at, since_1970(now));
        Ok(caller)
    }

    /// The keys of the issuer, one of which signed the token. A key that is not known may have come in the meantime.
    async fn keys_for(&self, token: &Token<'_>, issuer: &str) -> Result<Arc<KeySet>, TokenRefusal> {
        let now = self.clock.now();
        let issuer = self.issuers.of(issuer, now);
        let state = issuer.state();
        match signed(&state, token) {
            Err(Unsigned::NoKeys) => {}
            Err(Unsigned::By(NotSigned::UnknownKey)) if !issuer.is_file() => {}
            known => return known.map_err(Unsigned::refusal),
        }
        self.issuers.look(&issuer, now);
        let state = issuer.state_after(&state, self.patience).await;
        signed(&state, token).map_err(Unsigned::refusal)
    }
}

impl TokenVerifier for Tokens {
    fn verify<'a>(
        &'a self,
        token: &'a str,
        issuer: &'a str,
        audience: &'a str,
    ) -> Answer<'a, Result<Caller, TokenRefusal>> {
        Box::pin(self.judge(token, issuer, audience))
    }
}

enum Unsigned {
    NoKeys,
    By(NotSigned),
}

impl Unsigned {
    fn refusal(self) -> TokenRefusal {
        match self {
            Self::NoKeys => TokenRefusal::NoKeys,
            Self::By(NotSigned::UnknownKey) => refused("its key is not known"),
            Self::By(NotSigned::Refused(reason)) => refused(reason),
        }
    }
}

fn signed(state: &State, token: &Token<'_>) -> Result<Arc<KeySet>, Unsigned> {
    let keys = state.keys.clone().ok_or(Unsigned::NoKeys)?;
    keys.check(token).map_err(Unsigned::By)?;
    Ok(keys)
}

fn refused(reason: &'static str) -> TokenRefusal {
    TokenRefusal::Refused { reason }
}

/// Reads the file of an issuer: a wrong one is told at the start, not by the first caller.
fn read_now(
    issuer: &Arc<Issuer>,
    fetcher: &Fetcher,
    clock: &dyn Clock,
) -> Result<(), IdentityError> {
    let (KeyPlace::File(path) | KeyPlace::Secret(path)) = &issuer.place else {
        return Ok(());
    };
    let unusable = |reason| IdentityError::File {
        path: path.clone(),
        reason,
    };
    let found = Found::at(&issuer.place, &issuer.name, fetcher);
    let found = found.and_then(|found| found.keys().map(|_| found));
    let found = found.map_err(|error| unusable(chain(&error)))?;
    if let Some(look) = issuer.look(clock.now()) {
        look.end(Ok(found));
    }
    Ok(())
}

fn certificates(path: &Path) -> Result<Vec<Certificate<'static>>, IdentityError> {
    let unusable = |reason: String| IdentityError::File {
        path: path.to_owned(),
        reason,
    };
    let pem = read(path).map_err(|error| unusable(error.to_string()))?;
    let items: Result<Vec<_>, _> = parse_pem(&pem).collect();
    let items = items.map_err(|error| unusable(error.to_string()))?;
    let certificates: Vec<_> = items
        .into_iter()
        .filter_map(|item| match item {
            PemItem::Certificate(certificate) => Some(certificate),
            _ => None,
        })
        .collect();
    if certificates.is_empty() {
        return Err(unusable("it holds no certificate in PEM".to_owned()));
    }
    Ok(certificates)
}
