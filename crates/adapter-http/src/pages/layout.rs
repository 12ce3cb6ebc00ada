//! The look that all pages share, and what keeps them harmless: text of documents is escaped, and nothing but our own
//! files is ever run, drawn or asked.

use maud::{DOCTYPE, Markup, html};

use super::assets;
use super::made::Made;
use crate::answer::Answer;
use crate::exchange::Exchange;

const CONTENT_TYPE: &str = "text/html; charset=utf-8";

/// Whether a page runs our script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    Ours,
    None,
}

/// A page.
pub(crate) fn page(title: &str, script: Script, content: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" href=(assets::icon()) type="image/svg+xml";
                link rel="stylesheet" href=(assets::style());
                @if script == Script::Ours {
                    script src=(assets::script()) defer {}
                }
            }
            body {
                a .skip href="#content" { "Skip to the content" }
                (content)
            }
        }
    };
    page.into_string()
}

/// The head of a page, with the way to the others.
pub(crate) fn masthead(extra: &Markup) -> Markup {
    html! {
        header .masthead {
            a .brand href="/" {
                img src=(assets::icon()) alt="" width="28" height="28";
                span { "specd" }
            }
            nav aria-label="Pages" {
                a href="/docs" { "Reference" }
                a href="/problems/" { "Problems" }
                a href="/openapi.json" { "OpenAPI" }
            }
            (extra)
        }
    }
}

/// A page that was made, as an answer.
pub(super) fn made(made: &Made, exchange: &Exchange<'_>, script: Script) -> Answer {
    let mut answer = made.answer(exchange, CONTENT_TYPE);
    protect(&mut answer, script);
    answer
}

/// A page without a script, as an answer.
pub(crate) fn answer(html: String) -> Answer {
    let mut answer = Answer::with_body(200, CONTENT_TYPE, html.into_bytes());
    protect(&mut answer, Script::None);
    answer
}

/// The headers that keep a page to itself.
fn protect(answer: &mut Answer, script: Script) {
    let policy = match script {
        Script::Ours => {
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        }
        Script::None => {
            "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        }
    };
    answer.set("content-security-policy", policy);
    answer.set("referrer-policy", "no-referrer");
    answer.set("cross-origin-opener-policy", "same-origin");
}
