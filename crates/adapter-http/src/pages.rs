//! The server's own pages: what is served, how to call it, whether it is alive, whether it can serve, what a problem means.

use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::problem::{Kind, Problem, page};

mod assets;
pub(crate) mod cache;
mod index;
pub(crate) mod layout;
mod preference;
pub(crate) mod ready;
mod reference;

use assets::Asset;

/// A page of the server's own.
pub(crate) enum Page {
    /// `/`
    Index,
    /// `/openapi.json`
    Description,
    /// `/docs`
    Reference,
    /// What the pages are drawn and moved with, below `/docs/`.
    Asset(&'static Asset),
    /// `/healthz`
    Alive,
    /// `/readyz`
    Ready,
    /// `/problems/`
    Problems,
    /// `/problems/<type>`
    Problem(Kind),
}

impl Page {
    /// The page at a path.
    pub(crate) fn at(path: &str) -> Option<Self> {
        match path {
            "/" => Some(Self::Index),
            "/openapi.json" => Some(Self::Description),
            "/docs" | "/docs/" => Some(Self::Reference),
            "/healthz" => Some(Self::Alive),
            "/readyz" => Some(Self::Ready),
            "/problems" | "/problems/" => Some(Self::Problems),
            _ => match path.strip_prefix("/problems/") {
                Some(slug) => Kind::named(slug).map(Self::Problem),
                None => assets::at(path).map(Self::Asset),
            },
        }
    }
}

/// Answers with a page.
pub(crate) async fn show(page: Page, exchange: &Exchange<'_>) -> Result<Answer, Problem> {
    match page {
        Page::Index => Ok(index::answer(exchange)),
        Page::Description => Ok(cache::description(exchange)),
        Page::Reference => Ok(cache::reference(exchange)),
        Page::Asset(asset) => Ok(asset.answer()),
        Page::Alive => Ok(json("{\"status\":\"alive\"}")),
        Page::Ready => ready::answer(exchange).await,
        Page::Problems => Ok(page::index()),
        Page::Problem(kind) => Ok(page::page(kind)),
    }
}

fn json(body: &str) -> Answer {
    Answer::with_body(200, "application/json", body.as_bytes().to_vec())
}
