//! Row 4: who calls.
//!
//! Every refusal has one status, 401, and one body: it never says which part of a credential was right. `WWW-Authenticate` alone
//! tells a caller who sent nothing from one whose credential is not accepted (RFC 6750, 3.1). A credential is taken from
//! `Authorization` alone, never from a query or a body.

use std::sync::Arc;

use actix_web::http::header::AUTHORIZATION;
use specd_app::catalog::ServedSpec;
use specd_app::keys::{AuthenticateError, authenticate};
use specd_app::ports::tokens::TokenRefusal;
use specd_app::records::RecordError;
use specd_domain::access::Authentication;
use specd_domain::access::caller::Caller;
use specd_domain::source::Located;
use tracing::debug;

use crate::deadline;
use crate::exchange::Exchange;
use crate::problem::{Kind, Problem, of_record};

/// What an API key begins with, and no token does: a header is an object, and `{` is `e` in base64.
const KEY_PREFIX: &str = "specd_";
/// After so many seconds keys that could not be had may be there.
const RETRY_AFTER: &str = "10";

/// What the request says of its caller.
enum Credential<'a> {
    /// Nothing.
    Missing,
    /// `Authorization: Bearer …`.
    Bearer(&'a str),
    /// Another scheme, or no text.
    Foreign,
    /// `Authorization` more than once: nobody can say which counts.
    Repeated,
}

/// The caller of a request. A document that says `none` and nothing else looks at no credential. Wherever one is looked at, one
/// that is sent must be good, even where none is needed: a client's mistake should be seen.
pub(crate) async fn check(
    exchange: &Exchange<'_>,
    served: &ServedSpec,
) -> Result<Arc<Caller>, Problem> {
    let access = &served.spec.access;
    let ways = access.authentication.as_slice();
    if ways.iter().all(|way| way.value == Authentication::None) {
        return Ok(Arc::new(Caller::Anonymous));
    }
    match credential(exchange) {
        Credential::Missing if access.is_open() => Ok(Arc::new(Caller::Anonymous)),
        Credential::Missing | Credential::Foreign => Err(of_record::unauthenticated()),
        Credential::Repeated => Err(challenged("invalid_request")),
        Credential::Bearer(key) if key.starts_with(KEY_PREFIX) => by_key(exchange, ways, key).await,
        Credential::Bearer(token) => by_token(exchange, ways, token).await,
    }
}

/// The credential of `Authorization: Bearer <credential>`; the scheme in any case (RFC 9110, 11.1).
fn credential<'a>(exchange: &Exchange<'a>) -> Credential<'a> {
    let mut values = exchange.headers().get_all(&AUTHORIZATION);
    let Some(value) = values.next() else {
        return Credential::Missing;
    };
    if values.next().is_some() {
        return Credential::Repeated;
    }
    let parts = value.to_str().ok().and_then(|text| text.split_once(' '));
    match parts.map(|(scheme, rest)| (scheme, rest.trim_matches(' '))) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") && !rest.is_empty() => {
            Credential::Bearer(rest)
        }
        _ => Credential::Foreign,
    }
}

async fn by_key(
    exchange: &Exchange<'_>,
    ways: &[Located<Authentication>],
    key: &str,
) -> Result<Arc<Caller>, Problem> {
    if ways.iter().all(|way| way.value != Authentication::ApiKey) {
        return Err(not_accepted());
    }
    let ports = &exchange.state.ports;
    let asked = async {
        match authenticate(key, &exchange.state.keys, &*ports.clock).await {
            Ok(caller) => Ok(Some(caller)),
            Err(AuthenticateError::Refused) => Ok(None),
            Err(AuthenticateError::Store(error)) => Err(RecordError::from(error)),
        }
    };
    let caller = deadline::read(exchange.state, asked).await;
    let caller = caller.map_err(of_record::problem)?;
    caller.ok_or_else(not_accepted)
}

/// The first issuer of the document who vouches for the token. Where the keys of one cannot be had and no other vouches, nobody
/// can tell, and the token may be good.
async fn by_token(
    exchange: &Exchange<'_>,
    ways: &[Located<Authentication>],
    token: &str,
) -> Result<Arc<Caller>, Problem> {
    let mut is_judged = true;
    for way in ways {
        let Authentication::Jwt { issuer, audience } = &way.value else {
            continue;
        };
        match exchange
            .state
            .ports
            .tokens
            .verify(token, issuer, audience)
            .await
        {
            Ok(caller) => return Ok(Arc::new(caller)),
            Err(TokenRefusal::Refused { reason }) => {
                debug!(request_id = %exchange.request_id, issuer, reason, "a token is not accepted");
            }
            Err(TokenRefusal::NoKeys) => is_judged = false,
        }
    }
    if is_judged {
        return Err(not_accepted());
    }
    Err(Problem::new(Kind::Unavailable)
        .detail("the keys of the identity provider cannot be had, so that no token can be judged; nothing was stored")
        .header("retry-after", RETRY_AFTER)
        .cause(TokenRefusal::NoKeys))
}

/// A credential was sent, and is not accepted.
fn not_accepted() -> Problem {
    challenged("invalid_token")
}

fn challenged(error: &str) -> Problem {
    Problem::new(Kind::Unauthenticated)
        .heading("Security")
        .header(
            "www-authenticate",
            format!("Bearer realm=\"specd\", error=\"{error}\""),
        )
}
