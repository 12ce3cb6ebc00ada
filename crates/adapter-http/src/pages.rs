//! The server's own pages: what is served, whether it is alive, whether it can serve, what a problem means.

use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::problem::{Kind, Problem, page};

mod index;
mod ready;

/// A page of the server's own.
pub(crate) enum Page {
    /// `/`
    Index,
    /// `/healthz`
    Alive,
    /// `/readyz`
    Ready,
    /// `/problems/<type>`
    Problem(Kind),
}

impl Page {
    /// The page at a path.
    pub(crate) fn at(path: &str) -> Option<Self> {
        match path {
            "/" => Some(Self::Index),
            "/healthz" => Some(Self::Alive),
            "/readyz" => Some(Self::Ready),
            _ => {
                let slug = path.strip_prefix("/problems/")?;
                Kind::named(slug).map(Self::Problem)
            }
        }
    }
}

/// Answers with a page.
pub(crate) async fn show(page: Page, exchange: &Exchange<'_>) -> Result<Answer, Problem> {
    match page {
        Page::Index => Ok(index::answer(exchange)),
        Page::Alive => Ok(json("{\"status\":\"alive\"}")),
        Page::Ready => ready::answer(exchange).await,
        Page::Problem(kind) => Ok(page::page(kind)),
    }
}

fn json(body: &str) -> Answer {
    Answer::with_body(200, "application/json", body.as_bytes().to_vec())
}
