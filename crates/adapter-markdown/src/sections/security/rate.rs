//! Rate Limiting: `100 req/min per client, burst 20 for POST`.

use specd_domain::Diagnostic;
use specd_domain::diagnostic::Code;
use specd_domain::endpoint::Method;
use specd_domain::limit::RateLimit;

use crate::reading::Reading;
use crate::sections::measure::Wrong;
use crate::value::{Cursor, Token, Value, span_of_tokens};

pub(super) const EXAMPLE: &str = "- **Rate Limiting**: 100 req/min per client, burst 20";

/// Reads the limits. Whatever stands there must be read: a wrong guess about a limit is worse than a refusal (ruling H26).
pub(super) fn read(reading: &mut Reading<'_>, value: &Value) -> Vec<RateLimit> {
    let mut limits = Vec::new();
    for clause in value.clauses_of_words() {
        match limit(&clause) {
            Ok(limit) => limits.extend(limit),
            Err(wrong) => reading.report(unreadable(&wrong, &clause)),
        }
    }
    limits
}

fn limit(clause: &[Token]) -> Result<Option<RateLimit>, Wrong> {
    let mut cursor = Cursor::new(clause);
    if cursor.words(&["none"]) && cursor.is_done() {
        return Ok(None);
    }
    let mut cursor = Cursor::new(clause);
    let (requests, window_seconds) = rate(&mut cursor)?;
    if !cursor.words(&["per", "client"]) {
        return Err(wrong(&cursor, "expected `per client`"));
    }
    let mut limit = RateLimit {
        requests,
        window_seconds,
        burst: None,
        method: None,
        span: span_of_tokens(clause),
    };
    loop {
        cursor.sign(",");
        if limit.burst.is_none() && cursor.words(&["burst"]) {
            limit.burst = Some(count(&mut cursor)?);
        } else if limit.method.is_none() && cursor.words(&["for"]) {
            limit.method = Some(method(&mut cursor)?);
        } else {
            break;
        }
    }
    if cursor.is_done() {
        Ok(Some(limit))
    } else {
        Err(Wrong {
            span: cursor.place(),
            expected: "expected `burst` and a number, `for` and a method, or the end of the clause",
        })
    }
}

fn wrong(cursor: &Cursor<'_>, expected: &'static str) -> Wrong {
    Wrong {
        span: cursor.next_place(),
        expected,
    }
}

/// `100 req/min`.
fn rate(cursor: &mut Cursor<'_>) -> Result<(u32, u32), Wrong> {
    let requests = count(cursor)?;
    let place = wrong(cursor, "expected `req/s`, `req/min` or `req/hour`");
    let unit = cursor
        .take()
        .map(|token| token.text.to_lowercase())
        .unwrap_or_default();
    let time = unit
        .strip_prefix("req/")
        .or_else(|| unit.strip_prefix("requests/"));
    let window_seconds = match time {
        Some("s" | "sec" | "second") => 1,
        Some("min" | "minute") => 60,
        Some("h" | "hour") => 3600,
        _ => return Err(place),
    };
    Ok((requests, window_seconds))
}

fn count(cursor: &mut Cursor<'_>) -> Result<u32, Wrong> {
    let place = wrong(cursor, "expected a whole number");
    let token = cursor
        .take()
        .map(|token| token.text.as_str())
        .unwrap_or_default();
    let is_number = token.bytes().all(|byte| byte.is_ascii_digit());
    let number = token.parse::<u32>().ok().filter(|_| is_number);
    number.ok_or(place)
}

fn method(cursor: &mut Cursor<'_>) -> Result<Method, Wrong> {
    let place = wrong(cursor, "expected `POST`, `GET`, `PUT`, `PATCH` or `DELETE`");
    let method = cursor.take().and_then(|token| Method::parse(&token.text));
    method.ok_or(place)
}

fn unreadable(wrong: &Wrong, clause: &[Token]) -> Diagnostic {
    let finding = Diagnostic::error(
        Code::RateUnreadable,
        wrong.span,
        "the rate limit cannot be read",
    )
    .expecting(wrong.expected);
    match meant(clause) {
        Some(limit) => finding.replacing("write", span_of_tokens(clause), limit),
        None => finding.helping(format!("write for example: {EXAMPLE}")),
    }
}

/// `100 requests per minute`, with or without the client, as it is written here.
fn meant(clause: &[Token]) -> Option<String> {
    let mut cursor = Cursor::new(clause);
    let requests = count(&mut cursor).ok()?;
    let unit = cursor.take()?.text.to_lowercase();
    let word = match unit.split_once('/') {
        Some(("req" | "request" | "requests", time)) => time.to_owned(),
        Some(_) => return None,
        None => {
            let is_requests = matches!(unit.as_str(), "req" | "reqs" | "request" | "requests");
            if is_requests {
                let _ = cursor.words(&["per"]) || cursor.words(&["a"]) || cursor.sign("/");
            } else if unit != "per" {
                return None;
            }
            cursor.take()?.text.to_lowercase()
        }
    };
    let time = match word.as_str() {
        "s" | "sec" | "second" => "s",
        "m" | "min" | "minute" => "min",
        "h" | "hour" => "hour",
        _ => return None,
    };
    let is_of_clients = ["client", "user", "caller", "key"]
        .iter()
        .any(|whom| cursor.words(&["per", whom]));
    (is_of_clients || cursor.is_done()).then_some(())?;
    cursor
        .is_done()
        .then(|| format!("{requests} req/{time} per client"))
}
