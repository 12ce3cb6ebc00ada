//! Row 1: size of URI, headers and announced body; and the `Host` that every request must have (ruling C06).

use actix_web::http::header::{CONTENT_LENGTH, HOST};
use actix_web::http::uri::Authority;

use crate::exchange::{Exchange, single};
use crate::problem::{Kind, Problem};

/// What the library adds around a header field: `: ` and the end of the line.
const FIELD_OVERHEAD: usize = 4;

/// Refuses what is too large before anything of it is looked at.
pub(crate) fn check(exchange: &Exchange<'_>) -> Result<(), Problem> {
    let limits = exchange.state.settings.limits;
    if target_bytes(exchange) > limits.uri_bytes {
        return Err(Problem::new(Kind::UriTooLong));
    }
    if header_bytes(exchange) > limits.header_bytes {
        return Err(Problem::new(Kind::HeadersTooLarge));
    }
    if announced_bytes(exchange) > limits.body_bytes {
        return Err(Problem::new(Kind::BodyTooLarge));
    }
    check_host(exchange)
}

fn target_bytes(exchange: &Exchange<'_>) -> usize {
    let uri = exchange.request.uri();
    let authority = uri.authority().map_or(0, |name| name.as_str().len());
    let target = uri
        .path_and_query()
        .map_or(0, |target| target.as_str().len());
    authority + target
}

fn header_bytes(exchange: &Exchange<'_>) -> usize {
    exchange
        .headers()
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + FIELD_OVERHEAD)
        .sum()
}

/// The length that is announced; a chunked body's is known when it is read (ruling C02).
fn announced_bytes(exchange: &Exchange<'_>) -> usize {
    single(exchange.headers(), &CONTENT_LENGTH)
        .and_then(|text| text.trim().parse::<u64>().ok())
        .map_or(0, |length| usize::try_from(length).unwrap_or(usize::MAX))
}

/// The library refuses a missing and a second one; one that is no host is refused here (RFC 9112, 3.2).
fn check_host(exchange: &Exchange<'_>) -> Result<(), Problem> {
    let Some(host) = exchange.headers().get(&HOST) else {
        return Ok(());
    };
    let is_host = host
        .to_str()
        .is_ok_and(|text| is_plain(text) || is_authority(text));
    if is_host {
        Ok(())
    } else {
        Err(Problem::new(Kind::MalformedRequest).detail("the header Host names no host"))
    }
}

/// Nothing, or a name without anything that would have to be read closely, such as a port above four digits.
fn is_plain(text: &str) -> bool {
    let (name, port) = text.split_once(':').unwrap_or((text, ""));
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-';
    let is_named = !name.is_empty() || text.is_empty();
    is_named
        && name.bytes().all(is_name)
        && port.len() <= 4
        && port.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_authority(text: &str) -> bool {
    let Ok(authority) = text.parse::<Authority>() else {
        return false;
    };
    // The library takes anything for a port.
    let port = text.strip_prefix(authority.host());
    let port = port.map(|port| port.strip_prefix(':').unwrap_or(port));
    port.is_some_and(|port| {
        let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
        is_number && (port.is_empty() || port.parse::<u16>().is_ok())
    })
}
