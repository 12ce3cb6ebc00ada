//! What comparing many requests with one diagram found, as diagnostics at the lines of the diagram.

use specd_domain::diagnostic::Code;
use specd_domain::flow::{Flow, Message};
use specd_domain::{Diagnostic, Spec};

use super::compare::{Conflict, Outcome, Told};
use super::observed::Request;

/// The longest part of a message that is repeated, in characters.
const LONGEST: usize = 60;

/// What was found so far.
#[derive(Debug)]
pub struct Findings<'s> {
    flow: Option<&'s Flow>,
    requests: usize,
    tallies: Vec<Tally>,
}

/// What became of one message.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    asked: usize,
    missing: Cases,
    unreached: Cases,
    out_of_order: Cases,
    conflict: Option<Conflict>,
}

/// Requests of which something is so, and the first of them.
#[derive(Clone, Copy, Debug, Default)]
struct Cases {
    count: usize,
    first: Option<(u128, u16)>,
}

impl<'s> Findings<'s> {
    /// Nothing of the diagram of this document.
    pub fn new(spec: &'s Spec) -> Self {
        let flow = spec.flow.as_ref();
        let messages = flow.map_or(0, |flow| flow.messages.len());
        Self {
            flow,
            requests: 0,
            tallies: vec![Tally::default(); messages],
        }
    }

    /// Adds what became of a request of this trace.
    pub fn add(&mut self, trace: u128, request: &Request, told: &[Told]) {
        self.requests += 1;
        for one in told {
            let Some(tally) = self.tallies.get_mut(one.message) else {
                continue;
            };
            tally.asked += 1;
            let cases = match one.outcome {
                Outcome::Missing => &mut tally.missing,
                Outcome::Unreached => &mut tally.unreached,
                Outcome::OutOfOrder(conflict) => {
                    tally.conflict.get_or_insert(conflict);
                    &mut tally.out_of_order
                }
                Outcome::Seen | Outcome::Skipped | Outcome::NotObserved => continue,
            };
            cases.count += 1;
            cases.first.get_or_insert((trace, request.status));
        }
    }

    /// How many requests were compared.
    pub const fn requests(&self) -> usize {
        self.requests
    }

    /// The findings, in the order of the diagram.
    pub fn into_diagnostics(self) -> Vec<Diagnostic> {
        let Some(flow) = self.flow else {
            return Vec::new();
        };
        let pairs = flow.messages.iter().zip(&self.tallies);
        let found = pairs.flat_map(|(message, tally)| {
            let conflict = tally.conflict.and_then(|conflict| {
                let other = flow.messages.get(conflict.other)?;
                Some(out_of_order(message, other, conflict, tally))
            });
            [missing(message, tally), conflict, unreached(message, tally)]
        });
        found.flatten().collect()
    }
}

/// The words of a message, or whose it is.
pub(super) fn named(message: &Message) -> String {
    if message.text.is_empty() {
        return format!("`{}` to `{}`", short(&message.from), short(&message.to));
    }
    format!("`{}`", short(&message.text))
}

fn short(text: &str) -> String {
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn missing(message: &Message, tally: &Tally) -> Option<Diagnostic> {
    let (trace, status) = tally.missing.first?;
    let headline = format!("{} never happened", named(message));
    let finding = Diagnostic::error(Code::FlowStepMissing, message.span, headline)
        .expecting("no span of the request is this step")
        .noting(cases(tally.missing, tally.asked))
        .noting(format!("trace {trace:032x} was answered {status}"))
        .helping("take it out of the diagram, or put it into an `opt` block where not every request needs it");
    Some(finding)
}

fn unreached(message: &Message, tally: &Tally) -> Option<Diagnostic> {
    let (trace, status) = tally.unreached.first?;
    let headline = format!("{} was not reached", named(message));
    let finding = Diagnostic::note(Code::FlowStepUnreached, message.span, headline)
        .expecting("the request was answered before it")
        .noting(cases(tally.unreached, tally.asked))
        .noting(format!("trace {trace:032x} was answered {status}"));
    Some(finding)
}

fn out_of_order(
    message: &Message,
    other: &Message,
    conflict: Conflict,
    tally: &Tally,
) -> Diagnostic {
    let (word, place) = if conflict.is_early {
        ("before", "behind")
    } else {
        ("after", "before")
    };
    let headline = format!("{} came {word} {}", named(message), named(other));
    let finding = Diagnostic::error(Code::FlowStepOutOfOrder, message.span, headline)
        .expecting(format!("the diagram has it {place} the other"))
        .pointing_at(other.span, "the other")
        .noting(cases(tally.out_of_order, tally.asked));
    let trace = tally.out_of_order.first;
    let finding = match trace {
        Some((trace, status)) => {
            finding.noting(format!("trace {trace:032x} was answered {status}"))
        }
        None => finding,
    };
    finding.helping("write the messages in the order in which they are sent, or into a `par` block")
}

fn cases(cases: Cases, asked: usize) -> String {
    format!("so in {} of {asked} requests", cases.count)
}
