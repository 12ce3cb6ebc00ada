//! What a document's diagram says of its requests, made ready to be compared.

use specd_domain::Spec;
use specd_domain::endpoint::{Method, Operation};
use specd_domain::flow::Message;

use super::expected::{Asked, Expected, expected};
use super::lanes::{Setting, settings};
use super::roles::{Role, Roles};
use super::words::{has, words};

/// The diagram of a document, message by message.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) scenarios: Vec<Scenario>,
}

/// The messages from one request to the next.
#[derive(Clone, Debug)]
pub(super) struct Scenario {
    pub(super) operation: Operation,
    pub(super) lines: Vec<Line>,
}

/// A message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) message: usize,
    /// `None`: specd does not see it of itself.
    pub(super) expected: Option<Expected>,
    pub(super) setting: Setting,
}

impl Plan {
    /// What the diagram of a document expects; `None` where it has none.
    pub fn new(spec: &Spec) -> Option<Self> {
        let flow = spec.flow.as_ref()?;
        let roles = Roles::of(flow, spec);
        let settings = settings(&flow.branches);
        let usual = usual(spec);
        let mut asked = Asked::default();
        let mut scenarios = Vec::new();
        let mut scenario = Scenario::of(usual);
        for (position, message) in flow.messages.iter().enumerate() {
            let named = request(message, spec, (&roles, &asked));
            if let Some(operation) = named {
                if asked.has_come {
                    scenarios.push(std::mem::replace(&mut scenario, Scenario::of(usual)));
                }
                scenario.operation = operation;
            }
            let expected = match named {
                Some(_) => Some(Expected::Request),
                None => expected(message, &roles, &asked),
            };
            if expected == Some(Expected::Request) {
                asked.has_come = true;
                asked.callers.insert(&message.from);
            }
            let branch = message.branch.and_then(|branch| settings.get(branch));
            scenario.lines.push(Line {
                message: position,
                expected,
                setting: branch.copied().unwrap_or_default(),
            });
        }
        scenarios.push(scenario);
        Some(Self { scenarios })
    }

    /// Whether the diagram has anything to say of such requests.
    pub fn describes(&self, operation: Operation) -> bool {
        let mut of_operation = self.of(operation);
        of_operation.any(|scenario| scenario.lines.iter().any(|line| line.expected.is_some()))
    }

    /// The messages that can be seen in a trace, by their positions in the diagram.
    pub fn observable(&self) -> impl Iterator<Item = usize> {
        let lines = self.scenarios.iter().flat_map(|one| &one.lines);
        lines
            .filter(|line| line.expected.is_some())
            .map(|line| line.message)
    }

    pub(super) fn of(&self, operation: Operation) -> impl Iterator<Item = &Scenario> {
        let scenarios = self.scenarios.iter();
        scenarios.filter(move |scenario| scenario.operation == operation)
    }
}

impl Scenario {
    const fn of(operation: Operation) -> Self {
        Self {
            operation,
            lines: Vec::new(),
        }
    }
}

/// What a diagram is about that does not say: creating, where the document has that.
fn usual(spec: &Spec) -> Operation {
    if spec.endpoint(Operation::Create).is_some() {
        return Operation::Create;
    }
    let first = spec.endpoints.first();
    first.map_or(Operation::Create, |endpoint| endpoint.operation)
}

/// The operation that a message asks for by name, such as `POST /api/v1/orders`.
fn request(
    message: &Message,
    spec: &Spec,
    (roles, asked): (&Roles<'_>, &Asked<'_>),
) -> Option<Operation> {
    let is_to_us = matches!(roles.role(&message.to), Role::Api | Role::Service);
    let is_from_outside = roles.role(&message.from) == Role::Outside || !asked.has_come;
    if message.is_reply || !is_to_us || !is_from_outside {
        return None;
    }
    let quotes = ['`', '"', '\'', ',', '.', '(', ')'];
    let mut parts = message.text.split_whitespace();
    let method = parts.find_map(|part| Method::parse(part.trim_matches(quotes)))?;
    let path = parts.next().map(|part| part.trim_matches(quotes));
    if let Some(has_id) = path.and_then(|path| leads_to_one(path, spec)) {
        let operation = Operation::of(method, has_id)?;
        return spec.endpoint(operation).map(|_| operation);
    }
    let mut declared = spec.endpoints.iter().map(|endpoint| endpoint.operation);
    let is_list = has(&words(&message.text), &["list", "all", "search"]);
    declared.find(|operation| {
        operation.method() == method && (method != Method::Get || operation.has_id() != is_list)
    })
}

/// Whether a path of the document's collection leads to one record; `None` for any other path.
fn leads_to_one(path: &str, spec: &Spec) -> Option<bool> {
    let path = path.split('?').next().unwrap_or(path);
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    segments.find(|segment| *segment == spec.collection.as_str())?;
    Some(segments.next().is_some())
}
