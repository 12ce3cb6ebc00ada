//! The server's own pages: what is served, how to call it, whether it is alive, whether it can serve, what a problem means.

use std::any::Any;
use std::sync::Arc;

use specd_app::catalog::{Catalog, ServedSpec};
use specd_domain::name::SpecNumber;

use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::openapi;
use crate::problem::{Kind, Problem, page};

mod assets;
pub(crate) mod cache;
mod index;
pub(crate) mod layout;
mod made;
mod overview;
mod preference;
pub(crate) mod ready;
mod reference;
mod standing;
mod workshop;

use assets::Asset;
use cache::Name;
use layout::Script;
use made::Made;

/// A page of the server's own.
pub(crate) enum Page {
    /// `/`
    Index,
    /// `/openapi.json`
    Description,
    /// `/docs`
    Reference,
    /// `/docs/<number>`
    Document(SpecNumber),
    /// `/specs/<number>`
    Spec(SpecNumber),
    /// `/specs/<number>.json`
    Standing(SpecNumber),
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
    /// The page at a path; whether a document of that number is served is not looked at.
    pub(crate) fn at(path: &str) -> Option<Self> {
        match path {
            "/" => Some(Self::Index),
            "/openapi.json" => Some(Self::Description),
            "/docs" | "/docs/" => Some(Self::Reference),
            "/healthz" => Some(Self::Alive),
            "/readyz" => Some(Self::Ready),
            "/problems" | "/problems/" => Some(Self::Problems),
            _ => {
                let below = |folder| path.strip_prefix(folder);
                if let Some(slug) = below("/problems/") {
                    return Kind::named(slug).map(Self::Problem);
                }
                if let Some(name) = below("/specs/") {
                    return below_specs(name);
                }
                below_docs(below("/docs/")?, path)
            }
        }
    }

    /// The document that it is of.
    pub(crate) const fn document(&self) -> Option<SpecNumber> {
        match self {
            Self::Document(number) | Self::Spec(number) | Self::Standing(number) => Some(*number),
            _ => None,
        }
    }
}

fn below_specs(name: &str) -> Option<Page> {
    match name.strip_suffix(".json") {
        Some(number) => SpecNumber::parse(number).map(Page::Standing),
        None => SpecNumber::parse(name).map(Page::Spec),
    }
}

fn below_docs(name: &str, path: &str) -> Option<Page> {
    match SpecNumber::parse(name) {
        Some(number) => Some(Page::Document(number)),
        None => assets::at(path).map(Page::Asset),
    }
}

/// Answers with a page.
pub(crate) async fn show(page: Page, exchange: &Exchange<'_>) -> Result<Answer, Problem> {
    let catalog = || exchange.state.ports.catalog.load();
    match page {
        Page::Index => index(exchange, &catalog()).await,
        Page::Description => description(exchange, &catalog()).await,
        Page::Reference => reference(exchange, &catalog()).await,
        Page::Document(number) => document(exchange, served(&catalog(), number)?).await,
        Page::Spec(number) => spec(exchange, served(&catalog(), number)?).await,
        Page::Standing(number) => Ok(standing::answer(exchange, served(&catalog(), number)?).await),
        Page::Asset(asset) => Ok(asset.answer()),
        Page::Alive => Ok(json("{\"status\":\"alive\"}")),
        Page::Ready => ready::answer(exchange).await,
        Page::Problems => Ok(page::index()),
        Page::Problem(kind) => Ok(page::page(kind)),
    }
}

const JSON: &str = "application/json";

/// `/`: for people a page, for programs JSON.
async fn index(exchange: &Exchange<'_>, catalog: &Arc<Catalog>) -> Result<Answer, Problem> {
    let mut answer = if preference::prefers_html(exchange.headers()) {
        let made = made(exchange, Name::Index, catalog, index::html).await?;
        layout::made(&made, exchange, Script::None)
    } else {
        let made = made(exchange, Name::Listing, catalog, index::json).await?;
        made.answer(exchange, JSON)
    };
    answer.set("vary", "Accept");
    Ok(answer)
}

/// `/openapi.json`: everything that is served, however much it is.
async fn description(exchange: &Exchange<'_>, catalog: &Arc<Catalog>) -> Result<Answer, Problem> {
    let made = made(exchange, Name::Description, catalog, openapi::describe).await?;
    Ok(made.answer(exchange, JSON))
}

/// `/docs`: the only document, or the way to each of them.
async fn reference(exchange: &Exchange<'_>, catalog: &Arc<Catalog>) -> Result<Answer, Problem> {
    if let [only] = catalog.specs() {
        return document(exchange, only).await;
    }
    let made = made(exchange, Name::Overview, catalog, overview::html).await?;
    Ok(layout::made(&made, exchange, Script::None))
}

/// `/specs/<number>`: for people its page, for programs where it stands.
async fn spec(exchange: &Exchange<'_>, served: &Arc<ServedSpec>) -> Result<Answer, Problem> {
    let mut answer = if preference::prefers_html(exchange.headers()) {
        document(exchange, served).await?
    } else {
        standing::answer(exchange, served).await
    };
    answer.set("vary", "Accept");
    Ok(answer)
}

fn served(catalog: &Catalog, number: SpecNumber) -> Result<&Arc<ServedSpec>, Problem> {
    let served = catalog.of(number);
    served.ok_or_else(|| Problem::new(Kind::NotFound))
}

async fn document(exchange: &Exchange<'_>, served: &Arc<ServedSpec>) -> Result<Answer, Problem> {
    let name = Name::Document(served.spec.number);
    let made = made(exchange, name, served, reference::html).await?;
    Ok(layout::made(&made, exchange, Script::Ours))
}

async fn made<S: Any + Send + Sync>(
    exchange: &Exchange<'_>,
    name: Name,
    of: &Arc<S>,
    write: fn(&S) -> String,
) -> Result<Arc<Made>, Problem> {
    let made = exchange.state.pages.page(name, of, write).await;
    made.ok_or_else(|| Problem::new(Kind::Internal))
}

fn json(body: &str) -> Answer {
    Answer::with_body(200, JSON, body.as_bytes().to_vec())
}
