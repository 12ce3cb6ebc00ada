//! Requests that were compared with the flow diagram of their document, message by message.

use std::fmt::Write as _;

use serde_json::{Value, json};
use specd_app::flows::{Outcome, Request, Told};
use specd_domain::Spec;
use specd_domain::flow::Message;

use super::control;
use super::place::Source;

/// A request and what became of the messages of the diagram.
#[derive(Clone, Copy, Debug)]
pub struct ComparedRequest<'a> {
    /// The path of the document, as the user would write it.
    pub path: &'a str,
    /// The bytes of the document.
    pub text: &'a [u8],
    /// What it says.
    pub spec: &'a Spec,
    /// The trace.
    pub trace: u128,
    /// What happened.
    pub request: &'a Request,
    /// What became of the messages.
    pub told: &'a [Told],
}

/// For people: a table for each request, and an empty line behind it. Times are in milliseconds.
pub fn text(requests: &[ComparedRequest<'_>]) -> String {
    let mut out = String::new();
    for compared in requests {
        let (request, source) = (compared.request, Source::new(compared.text));
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "{}: {} answered {} after {} ms, trace {:032x}",
            control::line(compared.path),
            asked(compared),
            request.status,
            millis(request.time.took_ns()),
            compared.trace,
        );
        let _ = writeln!(out, "{:>6} {:>12} {:>12}", "line", "at ms", "took ms");
        for (told, message) in messages(compared) {
            let _ = writeln!(
                out,
                "{:>6} {:>12} {:>12}  {:<17} {}",
                source.place(message.span).line,
                told.at_ns.map(millis).unwrap_or_default(),
                told.took_ns.map(millis).unwrap_or_default(),
                in_words(told.outcome),
                control::line(&drawn(message)),
            );
        }
        out.push('\n');
    }
    out
}

/// For tools, as [`super::json`] has it.
pub(super) fn json(requests: &[ComparedRequest<'_>]) -> Value {
    let requests = requests.iter().map(|compared| {
        let source = Source::new(compared.text);
        let steps =
            messages(compared).map(|(told, message)| step(compared, told, message, &source));
        json!({
            "path": compared.path,
            "spec": compared.spec.number.to_string(),
            "trace": format!("{:032x}", compared.trace),
            "method": compared.request.operation.method().as_str(),
            "status": compared.request.status,
            "tookNs": compared.request.time.took_ns(),
            "steps": steps.collect::<Vec<_>>(),
        })
    });
    requests.collect()
}

fn step(
    compared: &ComparedRequest<'_>,
    told: &Told,
    message: &Message,
    source: &Source<'_>,
) -> Value {
    let other = match told.outcome {
        Outcome::OutOfOrder(conflict) => message_at(compared.spec, conflict.other),
        _ => None,
    };
    json!({
        "line": source.place(message.span).line,
        "message": message.text,
        "outcome": in_a_word(told.outcome),
        "atNs": told.at_ns,
        "tookNs": told.took_ns,
        "otherLine": other.map(|other| source.place(other.span).line),
    })
}

fn messages<'a>(
    compared: &ComparedRequest<'a>,
) -> impl Iterator<Item = (&'a Told, &'a Message)> + use<'a> {
    let spec = compared.spec;
    let told = compared.told.iter();
    told.filter_map(|told| Some((told, message_at(spec, told.message)?)))
}

fn message_at(spec: &Spec, position: usize) -> Option<&Message> {
    spec.flow.as_ref()?.messages.get(position)
}

fn asked(compared: &ComparedRequest<'_>) -> String {
    let operation = compared.request.operation;
    let mut path = compared.spec.collection_path();
    path.has_id = operation.has_id();
    format!("{} {path}", operation.method())
}

fn drawn(message: &Message) -> String {
    let arrow = match (message.is_reply, message.is_async) {
        (true, true) => "--)",
        (true, false) => "-->>",
        (false, true) => "-)",
        (false, false) => "->>",
    };
    format!("{}{arrow}{}: {}", message.from, message.to, message.text)
}

fn millis(ns: u64) -> String {
    let micros = ns / 1000;
    format!("{}.{:03}", micros / 1000, micros % 1000)
}

const fn in_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Seen => "seen",
        Outcome::OutOfOrder(_) => "out of order",
        Outcome::Missing => "missing",
        Outcome::Unreached => "not reached",
        Outcome::Skipped => "not needed",
        Outcome::NotObserved => "not observed here",
    }
}

const fn in_a_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Seen => "seen",
        Outcome::OutOfOrder(_) => "out_of_order",
        Outcome::Missing => "missing",
        Outcome::Unreached => "unreached",
        Outcome::Skipped => "skipped",
        Outcome::NotObserved => "not_observed",
    }
}
