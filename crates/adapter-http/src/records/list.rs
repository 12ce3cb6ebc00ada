//! `GET` of a collection: a page, and where the next one begins.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use specd_app::records::{Page, Permit, RecordError, list};

use crate::answer::Answer;
use crate::deadline;
use crate::exchange::Exchange;
use crate::percent;
use crate::pipeline::parameters::Parameters;

pub(super) async fn answer(
    exchange: &Exchange<'_>,
    permit: Permit<'_>,
    parameters: Parameters,
) -> Result<Answer, RecordError> {
    let Parameters::List(request) = parameters else {
        return Err(RecordError::ForeignCursor);
    };
    let state = exchange.state;
    let work = list(permit, request, &*state.ports.records, &state.cursors);
    let page = deadline::read(state, work).await?;
    let next = page
        .next
        .as_ref()
        .map(|cursor| URL_SAFE_NO_PAD.encode(cursor.as_bytes()));
    let body = page_json(&page, next.as_deref());
    let status = permit.endpoint().success;
    let mut answer = Answer::with_body(status, "application/json", body.into_bytes());
    if let Some(next) = &next {
        let target = next_target(exchange.path(), exchange.query(), next);
        answer.set("link", &format!("<{target}>; rel=\"next\""));
    }
    Ok(answer)
}

fn page_json(page: &Page, next: Option<&str>) -> String {
    const FRAME: usize = "{\"items\":[],\"next\":null}".len();
    let length = page.items.expose().len() + next.map_or(0, str::len);
    let mut out = String::with_capacity(FRAME + length);
    out.push_str("{\"items\":[");
    out.push_str(page.items.expose());
    out.push_str("],\"next\":");
    match next {
        // Base64url needs no escapes.
        Some(next) => {
            out.push('"');
            out.push_str(next);
            out.push('"');
        }
        None => out.push_str("null"),
    }
    out.push('}');
    out
}

/// The same query with another cursor.
fn next_target(path: &str, query: &str, next: &str) -> String {
    let is_kept = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default();
        !pair.is_empty() && percent::decode_query(name).as_deref() != Some("cursor")
    };
    let mut target = format!("{path}?");
    for pair in query.split('&').filter(is_kept) {
        // A `>` would end the link.
        target.push_str(&pair.replace('<', "%3C").replace('>', "%3E"));
        target.push('&');
    }
    target.push_str("cursor=");
    target.push_str(next);
    target
}
