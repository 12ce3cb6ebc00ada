//! What a message of a diagram is, told from who sends it to whom and from its words.

use std::collections::HashSet;

use specd_domain::flow::Message;

use super::observed::{Step, Verb};
use super::roles::{Role, Roles};
use super::words::{self, words};

/// What has to have happened for a message to have been sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// The request came.
    Request,
    /// It was answered, with this status where the message names one.
    Answer(Option<u16>),
    /// A step, or an end of it.
    Step(Step, Part),
    /// One of these statements, or an end of it.
    Statement(&'static [Verb], Part),
}

/// Which part of a step a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it.
    Whole,
    /// It is asked for.
    Call,
    /// It says what came of it.
    Return,
}

/// The request so far.
#[derive(Debug, Default)]
pub(super) struct Asked<'f> {
    /// Whether it has come.
    pub(super) has_come: bool,
    /// Who asks, in the whole diagram.
    pub(super) callers: HashSet<&'f str>,
}

/// What a message is; `None` where it is nothing that specd can see of itself.
pub(super) fn expected(
    message: &Message,
    roles: &Roles<'_>,
    asked: &Asked<'_>,
) -> Option<Expected> {
    use Role::{Api, Doing, Outside, Service, Store};
    let (from, to) = (roles.role(&message.from), roles.role(&message.to));
    let words = words(&message.text);
    let named = || words::step(&words).map(|step| Expected::Step(step, Part::Whole));
    match (from, to, message.is_reply) {
        (Outside, Api | Service, false) => (!asked.has_come).then_some(Expected::Request),
        (Api | Service, Outside, is_reply) => {
            let status = words::status(&message.text);
            let answers = asked.callers.contains(message.to.as_str());
            (answers && (is_reply || status.is_some())).then_some(Expected::Answer(status))
        }
        (Store, Api | Service, _) => Some(Expected::Statement(&[], Part::Return)),
        (Api | Service, Store, false) => match words::step(&words) {
            Some(Step::Commit) => Some(Expected::Step(Step::Commit, Part::Whole)),
            _ if words::is_bracket(&words) => None,
            _ => Some(Expected::Statement(words::verbs(&words), Part::Call)),
        },
        (Doing(step), Api | Service, true) => Some(Expected::Step(step, Part::Return)),
        (Api | Service, Doing(step), false) => Some(Expected::Step(step, Part::Whole)),
        (Service, Api, true) => Some(Expected::Step(Step::Work, Part::Return)),
        (Api, Service, false) => named().or(Some(Expected::Step(Step::Work, Part::Call))),
        (Api | Service, Api | Service, false) => named(),
        _ => None,
    }
}
