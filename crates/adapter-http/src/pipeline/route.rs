//! Row 2: which endpoint a path and a method name, looked up in the catalog of the moment.

use std::borrow::Cow;
use std::sync::Arc;

use actix_web::http::Method as HttpMethod;
use specd_app::catalog::ServedSpec;
use specd_domain::endpoint::{Method, Operation};

use crate::answer::Answer;
use crate::exchange::{Exchange, Trail};
use crate::pages::Page;
use crate::percent;
use crate::problem::{Kind, Problem};

/// Where a request goes.
pub(crate) enum Route {
    /// `OPTIONS` on a known path.
    Options {
        /// What the path takes.
        allow: Cow<'static, str>,
    },
    /// One of the server's own pages.
    Page(Page),
    /// An endpoint of a document.
    Records(Asked),
}

/// An endpoint of a document.
pub(crate) struct Asked {
    /// The document; it stays the same for this request, whatever is swapped in meanwhile.
    pub(crate) served: Arc<ServedSpec>,
    /// The operation.
    pub(crate) operation: Operation,
    /// `{id}`, decoded; an id that cannot be decoded is the empty text, which names no record.
    pub(crate) id: Option<String>,
}

/// Finds the endpoint, and notes on the trail what was found.
pub(crate) fn find(exchange: &Exchange<'_>, trail: &mut Trail) -> Result<Route, Problem> {
    let path = exchange.path();
    if let Some(page) = Page::at(path) {
        return page_route(exchange, page);
    }
    if path == "*" && exchange.request.method() == HttpMethod::OPTIONS {
        let allow = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS".into();
        return Ok(Route::Options { allow });
    }
    let (served, id) = resource(exchange, path).ok_or_else(not_found)?;
    let allow = &served.compiled.path(id.is_some()).allow;
    if allow.is_empty() {
        return Err(not_found());
    }
    trail.served = Some(Arc::clone(&served));
    let method = exchange.request.method().as_str();
    if method == "OPTIONS" {
        return Ok(Route::Options {
            allow: allow.clone().into(),
        });
    }
    let method = if method == "HEAD" { "GET" } else { method };
    let operation = Method::parse(method)
        .and_then(|method| Operation::of(method, id.is_some()))
        .filter(|operation| served.spec.endpoint(*operation).is_some())
        .ok_or_else(|| not_allowed(allow))?;
    trail.operation = Some(operation);
    if is_gone(exchange, &served) {
        return Err(Problem::new(Kind::Gone).heading("Backwards Compatibility"));
    }
    Ok(Route::Records(Asked {
        served,
        operation,
        id,
    }))
}

/// The answer to `OPTIONS`.
pub(crate) fn options(allow: &str) -> Answer {
    let mut answer = Answer::empty(204);
    answer.set("allow", allow);
    answer
}

fn page_route(exchange: &Exchange<'_>, page: Page) -> Result<Route, Problem> {
    if let Some(number) = page.document()
        && exchange.state.ports.catalog.load().of(number).is_none()
    {
        return Err(not_found());
    }
    let allow = "GET, HEAD, OPTIONS";
    match exchange.request.method().as_str() {
        "GET" | "HEAD" => Ok(Route::Page(page)),
        "OPTIONS" => Ok(Route::Options {
            allow: allow.into(),
        }),
        _ => Err(not_allowed(allow)),
    }
}

/// `/api/v<N>/<collection>[/<id>]`.
fn resource(exchange: &Exchange<'_>, path: &str) -> Option<(Arc<ServedSpec>, Option<String>)> {
    let mut segments = path.strip_prefix("/api/v")?.split('/');
    let version = version(segments.next()?)?;
    let collection = percent::decode(segments.next()?)?;
    let id = segments.next();
    if id == Some("") || segments.next().is_some() {
        return None;
    }
    let served = exchange.state.ports.catalog.at(version, &collection)?;
    let id = id.map(|id| percent::decode(id).unwrap_or_default().into_owned());
    Some((served, id))
}

/// Digits, without a zero in front.
fn version(text: &str) -> Option<u32> {
    let is_plain = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    if is_plain { text.parse().ok() } else { None }
}

/// The sunset begins at 00:00:00 GMT of its day (ruling H25).
fn is_gone(exchange: &Exchange<'_>, served: &ServedSpec) -> bool {
    let sunset = served.spec.compatibility.sunset.as_ref();
    let is_deprecated = served.spec.status == specd_domain::document::Status::Deprecated;
    let today = || exchange.state.ports.clock.now().date_naive();
    is_deprecated && sunset.is_some_and(|sunset| sunset.value <= today())
}

/// No document has this path.
pub(super) fn not_found() -> Problem {
    Problem::new(Kind::NotFound)
}

fn not_allowed(allow: &str) -> Problem {
    Problem::new(Kind::MethodNotAllowed)
        .detail(format!("this path takes {allow}"))
        .header("allow", allow)
}
