//! Asking an identity provider over HTTP: briefly, without redirects, and believing little (reliability, rule 40).

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Deserialize;
use specd_domain::access::issuer::is_secure;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

/// The longest answer, in bytes.
pub(crate) const MAX_BYTES: u64 = 64 * 1024;

/// No keys were fetched.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    #[error("`{0}` is no `https` address, and `http` is taken on this machine alone")]
    Insecure(String),
    #[error("no answer from `{url}`")]
    NoAnswer {
        url: String,
        #[source]
        source: Box<ureq::Error>,
    },
    #[error("`{url}` answered {status}")]
    Status { url: String, status: u16 },
    #[error("`{url}` is no discovery document: expected JSON with `issuer` and `jwks_uri`")]
    NoDocument { url: String },
    #[error("the discovery document at `{url}` is of another issuer")]
    OtherIssuer { url: String },
}

/// An answer.
pub(crate) struct Fetched {
    pub(crate) bytes: Vec<u8>,
    /// For how long it says that it holds.
    pub(crate) max_age: Option<Duration>,
}

/// Asks. Its calls block: they belong on a thread of their own.
pub(crate) struct Fetcher {
    agent: Agent,
    limit: Duration,
}

#[derive(Deserialize)]
struct Discovered {
    issuer: String,
    jwks_uri: String,
}

impl Fetcher {
    /// Trusts these authorities, or the public ones.
    pub(crate) fn new(authorities: Option<Vec<Certificate<'static>>>, limit: Duration) -> Self {
        let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let roots = authorities.map_or(RootCerts::WebPki, RootCerts::from);
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(crypto)
            .root_certs(roots)
            .build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            .max_redirects(0)
            .http_status_as_error(false)
            .proxy(None)
            .max_idle_connections(0)
            .user_agent("specd")
            .accept("application/json")
            .build()
            .new_agent();
        Self { agent, limit }
    }

    /// The JWK Set at an address.
    pub(crate) fn jwks(&self, url: &str) -> Result<Fetched, FetchError> {
        self.get(url, Instant::now() + self.limit)
    }

    /// The JWK Set of an issuer, from where the issuer says that it is.
    pub(crate) fn discover(&self, issuer: &str) -> Result<Fetched, FetchError> {
        let deadline = Instant::now() + self.limit;
        let base = issuer.strip_suffix('/').unwrap_or(issuer);
        let url = format!("{base}/.well-known/openid-configuration");
        let document = self.get(&url, deadline)?;
        let Ok(document) = serde_json::from_slice::<Discovered>(&document.bytes) else {
            return Err(FetchError::NoDocument { url });
        };
        if document.issuer != issuer {
            return Err(FetchError::OtherIssuer { url });
        }
        self.get(&document.jwks_uri, deadline)
    }

    fn get(&self, url: &str, deadline: Instant) -> Result<Fetched, FetchError> {
        if !is_secure(url) {
            return Err(FetchError::Insecure(shortened(url)));
        }
        let url = shortened(url);
        let failed = |source| FetchError::NoAnswer {
            url: url.clone(),
            source: Box::new(source),
        };
        // Zero would mean no limit at all.
        let left = deadline
            .saturating_duration_since(Instant::now())
            .max(Duration::from_millis(1));
        let request = self.agent.get(&url).config().timeout_global(Some(left));
        let mut response = request.build().call().map_err(failed)?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(FetchError::Status { url, status });
        }
        let max_age = response
            .headers()
            .get_all("cache-control")
            .into_iter()
            .filter_map(|value| value.to_str().ok())
            .find_map(max_age);
        let body = response.body_mut().with_config().limit(MAX_BYTES);
        let bytes = body.read_to_vec().map_err(failed)?;
        Ok(Fetched { bytes, max_age })
    }
}

/// An address as it may stand in a log: what a provider sends may be long.
fn shortened(url: &str) -> String {
    url.chars().take(1_000).collect()
}

/// `max-age` of a `Cache-Control` (RFC 9111, 5.2.2.1).
fn max_age(header: &str) -> Option<Duration> {
    let directives = header.split(',').filter_map(|part| part.split_once('='));
    let mut ages = directives.filter(|(name, _)| name.trim().eq_ignore_ascii_case("max-age"));
    let seconds = ages.next()?.1.trim().trim_matches('"').parse().ok()?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_read_from_cache_control() {
        let age = |header| max_age(header).map(|age| age.as_secs());
        assert_eq!(age("max-age=300"), Some(300));
        assert_eq!(age("public, Max-Age = \"60\", s-maxage=9"), Some(60));
        for header in [
            "",
            "no-store",
            "max-age",
            "max-age=",
            "max-age=-1",
            "x-max-age=3",
        ] {
            assert_eq!(age(header), None, "{header}");
        }
    }
}
