//! Row 4: who calls.

use actix_web::http::header::AUTHORIZATION;
use specd_app::catalog::ServedSpec;
use specd_app::keys::{AuthenticateError, authenticate};
use specd_app::records::RecordError;
use specd_domain::access::Authentication;
use specd_domain::access::caller::Caller;

use crate::deadline;
use crate::exchange::{Exchange, single};
use crate::problem::{Problem, of_record};

/// The caller of a request. Where the document asks nobody, nobody is asked.
pub(crate) async fn check(exchange: &Exchange<'_>, served: &ServedSpec) -> Result<Caller, Problem> {
    let access = &served.spec.access;
    if access.is_open() {
        return Ok(Caller::Anonymous);
    }
    let takes_keys = access
        .authentication
        .iter()
        .any(|way| way.value == Authentication::ApiKey);
    let token = bearer(exchange).filter(|_| takes_keys);
    let token = token.ok_or_else(of_record::unauthenticated)?;
    let ports = &exchange.state.ports;
    let asked = async {
        match authenticate(token, &exchange.state.keys, &*ports.clock).await {
            Ok(caller) => Ok(caller),
            Err(AuthenticateError::Refused) => Err(RecordError::Unauthenticated),
            Err(AuthenticateError::Store(error)) => Err(error.into()),
        }
    };
    let caller = deadline::read(exchange.state, asked).await;
    caller.map_err(|error| of_record::problem(error, exchange))
}

/// The token of `Authorization: Bearer <token>`; the scheme in any case (RFC 9110, 11.1).
fn bearer<'a>(exchange: &Exchange<'a>) -> Option<&'a str> {
    let value = single(exchange.headers(), &AUTHORIZATION)?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim_matches(' ');
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
