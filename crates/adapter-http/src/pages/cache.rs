//! Pages that follow from the catalog: made once for each catalog, when they are first asked for.

use std::hash::{DefaultHasher, Hasher as _};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use actix_web::http::header::IF_NONE_MATCH;
use specd_app::catalog::Catalog;

use super::{layout, reference};
use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::openapi;

/// The pages of the catalog of the moment.
#[derive(Debug, Default)]
pub(crate) struct PageCache {
    description: Kept,
    reference: Kept,
}

/// A page, and the catalog that it was made of. The catalog is held weakly: it goes when it is no longer served, and its
/// address is not given to another as long as this remembers it.
#[derive(Debug, Default)]
struct Kept(Mutex<Option<(Weak<Catalog>, Arc<Made>)>>);

#[derive(Debug)]
struct Made {
    body: Vec<u8>,
    /// The strong tag of the bytes.
    tag: String,
}

impl Kept {
    fn of(&self, catalog: &Arc<Catalog>, write: fn(&Catalog) -> String) -> Arc<Made> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, made)) = &*kept
            && std::ptr::eq(of.as_ptr(), Arc::as_ptr(catalog))
        {
            return Arc::clone(made);
        }
        let body = write(catalog).into_bytes();
        let tag = format!("\"{}\"", digest(&body));
        let made = Arc::new(Made { body, tag });
        *kept = Some((Arc::downgrade(catalog), Arc::clone(&made)));
        made
    }
}

/// `/openapi.json`.
pub(super) fn description(exchange: &Exchange<'_>) -> Answer {
    let state = exchange.state;
    let catalog = state.ports.catalog.load();
    let made = state.pages.description.of(&catalog, openapi::describe);
    answer(exchange, &made, "application/json")
}

/// `/docs`.
pub(super) fn reference(exchange: &Exchange<'_>) -> Answer {
    let state = exchange.state;
    let catalog = state.ports.catalog.load();
    let made = state.pages.reference.of(&catalog, reference::html);
    let mut answer = answer(exchange, &made, layout::CONTENT_TYPE);
    layout::protect(&mut answer, layout::Script::Ours);
    answer
}

/// The page, or that the caller has it already.
fn answer(exchange: &Exchange<'_>, made: &Made, content_type: &'static str) -> Answer {
    let mut answer = if is_known(exchange, &made.tag) {
        Answer::empty(304)
    } else {
        Answer::with_body(200, content_type, made.body.clone())
    };
    answer.set("etag", &made.tag);
    answer.set("cache-control", "no-cache");
    answer
}

/// Weak comparison, as `If-None-Match` has it (RFC 9110, 13.1.2). Our tags hold no comma.
fn is_known(exchange: &Exchange<'_>, tag: &str) -> bool {
    let lines = exchange.headers().get_all(IF_NONE_MATCH);
    let mut tags = lines.flat_map(|line| line.to_str().unwrap_or_default().split(','));
    tags.any(|known| {
        let known = known.trim();
        known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag
    })
}

/// A digest of a file or a page: it tells one version from another, and keeps no secret.
pub(super) fn digest(bytes: &[u8]) -> String {
    let half = |seed: u8| {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(seed);
        hasher.write(bytes);
        hasher.finish()
    };
    format!("{:016x}{:016x}", half(0), half(1))
}
