//! The one handler: every request, whatever its path, through the pipeline to one answer.

use std::convert::Infallible;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use actix_http::header::{
    CACHE_CONTROL, HeaderName, HeaderValue, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use actix_http::{Request, Response};
use tracing::error;
use uuid::Uuid;

use crate::answer::{Answer, Pieces};
use crate::deadline;
use crate::edge::{Link, STRICT};
use crate::exchange::{Exchange, Trail};
use crate::lifecycle;
use crate::line;
use crate::measured::{self, UnderWay};
use crate::panic_guard::unless_it_panics;
use crate::pipeline;
use crate::problem::{Kind, Problem};
use crate::state::HttpState;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// What all requests share, as the requests of one worker share it: no count of who has it is shared with another worker.
pub(crate) struct Shared(pub(crate) Arc<HttpState>);

/// Answers a request.
pub(crate) async fn handle(
    mut request: Request,
    state: Rc<Shared>,
) -> Result<Response<Pieces>, Infallible> {
    let begun = Instant::now();
    let payload = request.take_payload();
    if let Some(link) = Link::of(&request) {
        link.take();
    }
    let state: &HttpState = &state.0;
    let _under_way = UnderWay::count(state);
    let exchange = Exchange::new(&request, state);
    let mut trail = Trail::default();
    let outcome = unless_it_panics(deadline::of_request(
        state,
        // Boxed: each of those who wrap it would have its room twice.
        Box::pin(pipeline::run(&exchange, payload, &mut trail)),
    ))
    .await;
    let outcome =
        outcome.unwrap_or_else(|panicked| Err(Problem::new(Kind::Internal).cause(panicked)));
    let answer = outcome.unwrap_or_else(|mut problem| {
        problem.note(&mut trail);
        problem.answer(&exchange, &trail)
    });
    count(state, exchange.request_id, &trail, &answer);
    measured::answered(state, &trail, answer.status(), begun.elapsed());
    line::answered(&exchange, &trail, &answer, begun);
    exchange.end_span(&trail, answer.status());
    Ok(finish(&exchange, trail, answer))
}

/// The headers that every answer carries.
fn finish(exchange: &Exchange<'_>, trail: Trail, mut answer: Answer) -> Response<Pieces> {
    let mut digits = Uuid::encode_buffer();
    let request_id = exchange.request_id.hyphenated().encode_lower(&mut digits);
    answer.put(X_REQUEST_ID, request_id);
    answer.put_static(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    if !answer.has(&CACHE_CONTROL) {
        answer.put_static(CACHE_CONTROL, NO_STORE);
    }
    for (name, value) in trail.headers {
        answer.put(name, &value);
    }
    if let Some(served) = &trail.served {
        lifecycle::describe(served, &mut answer);
    }
    let state = exchange.state;
    if state.settings.tls.is_some() {
        answer.put_static(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(STRICT));
    }
    let is_cut = Link::of(exchange.request).is_some_and(Link::is_cut);
    if is_cut || state.is_draining() || state.overload.memory.is_tight() {
        answer.end_connection();
    }
    answer.into_response()
}

/// Counts an answer whose status the document does not know.
fn count(state: &HttpState, request_id: Uuid, trail: &Trail, answer: &Answer) {
    if answer.is_replayed() {
        return;
    }
    let Some((served, operation)) = trail.served.as_ref().zip(trail.operation) else {
        return;
    };
    let Some(endpoint) = served.spec.endpoint(operation) else {
        return;
    };
    if !pipeline::statuses::is_listed(endpoint, answer.status()) {
        state.count_unlisted();
        measured::undeclared(state, served);
        error!(
            request_id = %request_id,
            spec = served.compiled.number.as_str(),
            http.response.status_code = answer.status(),
            "an answer has a status that its document does not list"
        );
    }
}
