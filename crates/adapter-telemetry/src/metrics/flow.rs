//! What became of the steps of a document's flow diagram, in the requests that are traced.

use std::sync::Arc;

use specd_app::flows::{Outcome, Plan, Request, Told};
use specd_domain::Spec;

use super::OTHER;
use super::cells::Cells;
use super::exposition::Exposition;
use crate::contract;

/// How many steps a document has series of, each by its words; what is beyond is `other`.
const MOST_STEPS: usize = 64;
/// A diagram of more messages is compared by `specd check` alone: no request waits for it.
const MOST_MESSAGES: usize = 500;
/// The longest words of a step, in characters.
const LONGEST: usize = 80;
/// In the order of [`place`].
const OUTCOMES: [&str; 4] = ["seen", "missing", "out_of_order", "unreached"];

/// The steps of a diagram.
#[derive(Debug)]
pub(super) struct FlowSeries {
    plan: Plan,
    /// By the position of a message, which of the steps it is.
    of_message: Vec<Option<usize>>,
    /// The words of a step, and its counts, which the revisions share.
    steps: Vec<(String, Arc<Cells>)>,
}

impl FlowSeries {
    /// The counts of the document's diagram, where it has one, which go on from those before.
    pub(super) fn new(spec: &Spec, before: Option<&Self>) -> Option<Self> {
        let messages = &spec.flow.as_ref()?.messages;
        if messages.len() > MOST_MESSAGES {
            return None;
        }
        let plan = Plan::new(spec)?;
        let mut of_message = vec![None; messages.len()];
        let mut steps: Vec<(String, Arc<Cells>)> = Vec::new();
        for position in plan.observable() {
            let Some(message) = messages.get(position) else {
                continue;
            };
            let mut words: String = message.text.chars().take(LONGEST).collect();
            if words.is_empty() || steps.len() >= MOST_STEPS {
                OTHER.clone_into(&mut words);
            }
            let known = steps.iter().position(|(step, _)| *step == words);
            let step = known.unwrap_or(steps.len());
            if known.is_none() {
                let counts = before.and_then(|before| before.counts(&words));
                let counts = counts.unwrap_or_else(|| Arc::new(Cells::new(OUTCOMES.len())));
                steps.push((words, counts));
            }
            if let Some(of_message) = of_message.get_mut(position) {
                *of_message = Some(step);
            }
        }
        Some(Self {
            plan,
            of_message,
            steps,
        })
    }

    /// Counts what a request did.
    pub(super) fn compare(&self, request: &Request) {
        for told in self.plan.compare(request).unwrap_or_default() {
            self.count(told);
        }
    }

    fn count(&self, told: Told) {
        let step = self.of_message.get(told.message).copied().flatten();
        let counts = step.and_then(|step| self.steps.get(step));
        if let Some(((_, counts), outcome)) = counts.zip(place(told.outcome)) {
            counts.add(outcome, 1);
        }
    }

    fn counts(&self, words: &str) -> Option<Arc<Cells>> {
        let mut steps = self.steps.iter();
        let (_, counts) = steps.find(|(step, _)| step == words)?;
        Some(Arc::clone(counts))
    }

    /// Writes them, from 0 on.
    pub(super) fn expose(&self, out: &mut Exposition, spec: &str) {
        for (step, counts) in &self.steps {
            for (place, outcome) in OUTCOMES.into_iter().enumerate() {
                let labels = [
                    (contract::SPEC, spec),
                    (contract::STEP, step),
                    (contract::OUTCOME, outcome),
                ];
                out.sample("", &labels, counts.total(place));
            }
        }
    }
}

/// What need not happen, and what nobody can see, is not counted.
const fn place(outcome: Outcome) -> Option<usize> {
    match outcome {
        Outcome::Seen => Some(0),
        Outcome::Missing => Some(1),
        Outcome::OutOfOrder(_) => Some(2),
        Outcome::Unreached => Some(3),
        Outcome::Skipped | Outcome::NotObserved => None,
    }
}
