//! The pages under `/problems/`: what each `type` means.

use super::Kind;
use crate::answer::Answer;

/// The page of a kind.
pub(crate) fn page(kind: Kind) -> Answer {
    let facts = kind.facts();
    let html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
         <body><h1>{title}</h1>\n<p>Status {status}, code <code>{code}</code>.</p>\n<p>{explanation}</p>\n\
         </body></html>\n",
        title = escape(facts.title),
        status = facts.status,
        code = escape(facts.code),
        explanation = escape(facts.explanation),
    );
    let mut answer = Answer::with_body(200, "text/html; charset=utf-8", html.into_bytes());
    answer.set("content-security-policy", "default-src 'none'");
    answer
}

/// Text as HTML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
