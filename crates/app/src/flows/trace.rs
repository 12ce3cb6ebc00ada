//! The spans of a trace as a tree: which of them belong to which request. Nothing is believed of them: parents may be missing, or
//! lead in a circle.

use std::collections::HashMap;

use super::observed::{Observed, Step, Time};

/// A span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its id; 0 is none.
    pub id: u64,
    /// The id of the one above it; 0 where there is none.
    pub parent: u64,
    /// Whether it is a whole request, whose steps are its own.
    pub is_request: bool,
    /// The step that it is, where it is one.
    pub step: Option<Step>,
    /// When it was.
    pub time: Time,
}

/// The spans of one trace, each below its parent.
#[derive(Debug)]
pub struct Tree<'s> {
    below: HashMap<u64, Vec<&'s Span>>,
}

impl<'s> Tree<'s> {
    /// The tree of these spans, which are in any order.
    pub fn new(spans: &'s [Span]) -> Self {
        let mut below: HashMap<u64, Vec<&Span>> = HashMap::new();
        for span in spans.iter().filter(|span| !span.is_request) {
            below.entry(span.parent).or_default().push(span);
        }
        Self { below }
    }

    /// Takes out the spans below one, up to the next request.
    pub fn take(&mut self, request: u64) -> Vec<&'s Span> {
        let mut taken = Vec::new();
        let mut open = vec![request];
        while let Some(id) = open.pop() {
            // Who was here before finds nothing: no circle is endless.
            for span in self.below.remove(&id).unwrap_or_default() {
                open.push(span.id);
                taken.push(span);
            }
        }
        taken
    }
}

impl Span {
    /// What it says of its request.
    pub fn observed(&self) -> Option<Observed> {
        let time = self.time;
        self.step.map(|step| Observed { step, time })
    }
}
