//! Row 8: the types of what is sent (415) and of what is wanted (406).

use actix_web::http::header::{
    ACCEPT, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, TRANSFER_ENCODING,
};
use specd_app::records::Permit;
use specd_domain::endpoint::Operation;

use crate::exchange::{Exchange, single};
use crate::problem::{Kind, Problem};

const JSON: &str = "application/json";
const MERGE_PATCH: &str = "application/merge-patch+json";

/// Refuses types that are not JSON's.
pub(crate) fn check(exchange: &Exchange<'_>, permit: Permit<'_>) -> Result<(), Problem> {
    let operation = permit.endpoint().operation;
    if operation.has_body() {
        check_sent(exchange.headers(), operation)?;
    }
    let has_answer = permit.compiled().answer.is_some();
    if has_answer && !accepts_json(exchange.headers()) {
        return Err(Problem::new(Kind::NotAcceptable));
    }
    Ok(())
}

fn check_sent(headers: &HeaderMap, operation: Operation) -> Result<(), Problem> {
    let (expected, hint) = match operation {
        Operation::Patch => (MERGE_PATCH, "accept-patch"),
        Operation::Create => (JSON, "accept-post"),
        _ => (JSON, "accept"),
    };
    let unsupported = |detail: String| {
        Problem::new(Kind::UnsupportedMediaType)
            .detail(detail)
            .header(hint, expected)
    };
    if !is_plain(headers) {
        let problem = unsupported("the body must be sent without a content encoding".to_owned());
        return Err(problem.header("accept-encoding", "identity"));
    }
    let is_labelled = headers.contains_key(CONTENT_TYPE);
    if !is_labelled && !has_body(headers) {
        // An empty body is refused as a body (ruling C08).
        return Ok(());
    }
    let label = single(headers, &CONTENT_TYPE);
    if label.is_some_and(|label| is_json_label(label, expected)) {
        Ok(())
    } else {
        Err(unsupported(format!(
            "the body must be sent as `{expected}`, in UTF-8"
        )))
    }
}

fn is_plain(headers: &HeaderMap) -> bool {
    headers
        .get_all(CONTENT_ENCODING)
        .all(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

fn has_body(headers: &HeaderMap) -> bool {
    let length = single(headers, &CONTENT_LENGTH).and_then(|text| text.trim().parse::<u64>().ok());
    headers.contains_key(TRANSFER_ENCODING) || length.is_some_and(|length| length > 0)
}

/// Whether `label` is `expected`, with no charset but UTF-8 (ruling C07).
fn is_json_label(label: &str, expected: &str) -> bool {
    let mut parts = label.split(';').map(str::trim);
    let is_expected = parts
        .next()
        .is_some_and(|essence| essence.eq_ignore_ascii_case(expected));
    is_expected && parts.all(|parameter| !is_other_charset(parameter))
}

fn is_other_charset(parameter: &str) -> bool {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    let value = value.trim().trim_matches('"');
    name.trim().eq_ignore_ascii_case("charset")
        && !value.eq_ignore_ascii_case("utf-8")
        && !value.eq_ignore_ascii_case("utf8")
}

/// Whether the most specific range of `Accept` that fits JSON takes it (RFC 9110, 12.5.1). Without one, anything goes.
fn accepts_json(headers: &HeaderMap) -> bool {
    let mut best: Option<(u8, bool)> = None;
    let mut is_asked = false;
    for header in headers.get_all(ACCEPT) {
        for range in header.to_str().unwrap_or_default().split(',') {
            let range = range.trim();
            if range.is_empty() {
                continue;
            }
            is_asked = true;
            let Some(weighed) = weigh(range) else {
                continue;
            };
            // Of two ranges that are equally specific the friendlier one counts.
            best = best.max(Some(weighed));
        }
    }
    best.map_or(!is_asked, |(_, is_taken)| is_taken)
}

/// How specific a media range is for JSON and whether it takes it; `None` where it is not about JSON.
fn weigh(range: &str) -> Option<(u8, bool)> {
    let mut parts = range.split(';').map(str::trim);
    let essence = parts.next()?;
    let specificity = ["*/*", "application/*", JSON]
        .into_iter()
        .zip(0_u8..)
        .find(|(known, _)| essence.eq_ignore_ascii_case(known))?
        .1;
    let weight = parts
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
        .map(|(_, weight)| weight.trim().parse::<f32>());
    let is_taken = match weight {
        None => true,
        Some(Ok(weight)) => weight > 0.0,
        Some(Err(_)) => return None,
    };
    Some((specificity, is_taken))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let lines = lines.iter().map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        lines.collect()
    }

    #[track_caller]
    fn check_accept(value: &'static str, expected: bool) {
        assert_eq!(
            accepts_json(&headers(&[("accept", value)])),
            expected,
            "{value}"
        );
    }

    #[test]
    fn the_most_specific_range_decides() {
        check_accept("*/*", true);
        check_accept("text/html, application/*;q=0.1", true);
        check_accept("application/json;q=0, */*", false);
        check_accept("application/json, */*;q=0", true);
        check_accept("text/html", false);
        check_accept("", true);
        check_accept("application/json;q=banana", false);
        check_accept("APPLICATION/JSON", true);
        check_accept("*/*;q=0", false);
    }

    #[track_caller]
    fn check_label(label: &str, expected: bool) {
        assert_eq!(is_json_label(label, JSON), expected, "{label}");
    }

    #[test]
    fn json_is_utf_8() {
        check_label("application/json", true);
        check_label("Application/JSON; Charset=UTF-8", true);
        check_label("application/json;charset=\"utf-8\"", true);
        check_label("application/json; charset=latin1", false);
        check_label("application/json; charset", false);
        check_label("application/ld+json", false);
        check_label("", false);
    }
}
