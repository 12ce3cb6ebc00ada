//! The one handler: every request, whatever its path, through the pipeline to one answer.

use std::time::Instant;

use actix_web::{HttpRequest, HttpResponse, web};
use tracing::{error, info};

use crate::answer::Answer;
use crate::deadline;
use crate::edge::{Link, STRICT};
use crate::exchange::{Exchange, Trail};
use crate::lifecycle;
use crate::panic_guard::unless_it_panics;
use crate::pipeline;
use crate::problem::{Kind, Problem};
use crate::state::HttpState;

/// Answers a request.
pub(crate) async fn handle(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<HttpState>,
) -> HttpResponse {
    let begun = Instant::now();
    if let Some(link) = Link::of(&request) {
        link.take();
    }
    let exchange = Exchange::new(&request, state.get_ref());
    let mut trail = Trail::default();
    let outcome = unless_it_panics(deadline::of_request(
        state.get_ref(),
        // Boxed: each of those who wrap it would have its room twice.
        Box::pin(pipeline::run(&exchange, payload, &mut trail)),
    ))
    .await;
    let outcome = outcome.unwrap_or_else(|_| {
        error!(request_id = %exchange.request_id, "a request was given up: its handler panicked");
        Err(Problem::new(Kind::Internal))
    });
    let answer = outcome.unwrap_or_else(|problem| problem.answer(&exchange, &trail));
    count(state.get_ref(), &trail, &answer);
    log(&exchange, &trail, &answer, begun);
    finish(&exchange, &trail, answer)
}

/// The headers that every answer carries.
fn finish(exchange: &Exchange<'_>, trail: &Trail, mut answer: Answer) -> HttpResponse {
    answer.set("x-request-id", &exchange.request_id.to_string());
    answer.set("x-content-type-options", "nosniff");
    if !answer.has("cache-control") {
        answer.set("cache-control", "no-store");
    }
    for (name, value) in &trail.headers {
        answer.set(name, value);
    }
    if let Some(served) = &trail.served {
        lifecycle::describe(served, &mut answer);
    }
    let state = exchange.state;
    if state.settings.tls.is_some() {
        answer.set("strict-transport-security", STRICT);
    }
    let is_cut = Link::of(exchange.request).is_some_and(Link::is_cut);
    if is_cut || state.is_draining() || state.overload.memory.is_tight() {
        answer.end_connection();
    }
    answer.into_response()
}

/// Counts an answer whose status the document does not know.
fn count(state: &HttpState, trail: &Trail, answer: &Answer) {
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
        error!(
            spec = %served.spec.number,
            status = answer.status(),
            "an answer has a status that its document does not list"
        );
    }
}

/// One line a request. It holds no query, no body and no id of a record.
fn log(exchange: &Exchange<'_>, trail: &Trail, answer: &Answer, begun: Instant) {
    let spec = trail.served.as_ref().map(|served| served.spec.number);
    info!(
        method = exchange.method_name(),
        route = trail.route().as_deref(),
        status = answer.status(),
        duration_us = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX),
        request_id = %exchange.request_id,
        trace_id = %exchange.trace_id,
        spec = spec.map(|number| number.to_string()),
        "answered"
    );
}
