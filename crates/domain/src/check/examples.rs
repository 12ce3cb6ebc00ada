//! Each Request block is itself a valid request of its document, and each default keeps the rules (spec-language,
//! section 3, ruling H50).
//!
//! A rule that asks for the time is not judged here: a document must not become wrong by waiting.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::body::{self, Completeness};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::{Example, ExampleBlock};
use crate::endpoint::{Endpoint, Operation};
use crate::record::Submission;
use crate::rule::{Rule, is_stable};
use crate::source::{Located, Span};
use crate::spec::Spec;
use crate::table::DefaultValue;
use crate::validate::{self, Stamp, Validator};
use crate::violation::{Pointer, Violation, ViolationCode};

use super::endpoints::block;
use super::subject::Subject;

/// How many violations of one example are told.
const SHOWN: usize = 1000;

/// The rules that can be judged without a clock, ready.
pub(super) struct Judge<'s> {
    spec: &'s Spec,
    validator: Validator,
    rules: HashMap<Span, &'s Rule>,
    now: DateTime<Utc>,
}

impl<'s> Judge<'s> {
    /// Makes the rules of a spec ready; `None` where one cannot be judged, which was reported.
    pub(super) fn new(spec: &'s Spec, today: NaiveDate) -> Option<Self> {
        let stable = spec.rules.iter().filter(|rule| is_stable(&rule.expr));
        Some(Self {
            spec,
            validator: Validator::new(spec).ok()?,
            rules: stable.map(|rule| (rule.place.span, rule)).collect(),
            now: today.and_time(NaiveTime::MIN).and_utc(),
        })
    }

    /// What the record of a submission breaks, with the rule.
    fn broken(&self, submission: &Submission) -> Vec<(&'s Rule, Violation)> {
        let mut random = || [0_u8; 16];
        let mut stamp = Stamp {
            now: self.now,
            random: &mut random,
        };
        let row = validate::complete(self.spec, submission, &mut stamp);
        let violations = self.validator.violations(&row, submission, self.now);
        let with_rule = |violation: Violation| {
            let place = violation.place.as_ref()?;
            Some((*self.rules.get(&place.span)?, violation))
        };
        violations.into_iter().filter_map(with_rule).collect()
    }
}

/// Each example is a valid request.
pub(super) fn requests(subject: &Subject<'_>, judge: &Judge<'_>, findings: &mut Vec<Diagnostic>) {
    for endpoint in judge
        .spec
        .endpoints
        .iter()
        .filter(|endpoint| endpoint.operation.has_body())
    {
        let entry = subject.entry(endpoint.operation);
        if let Some(block) = entry.and_then(|entry| block(&entry.request)) {
            request(judge, endpoint, block, findings);
        }
    }
}

fn request(
    judge: &Judge<'_>,
    endpoint: &Endpoint,
    block: &ExampleBlock,
    findings: &mut Vec<Diagnostic>,
) {
    let completeness = match endpoint.operation {
        Operation::Patch => Completeness::Partial,
        _ => Completeness::Whole,
    };
    let reading = body::read(
        block.text.as_bytes(),
        &endpoint.request,
        &judge.spec.table,
        completeness,
    );
    // A block that is no JSON has its own diagnostic.
    let Ok(reading) = reading else {
        return;
    };
    let submission = &reading.submission;
    let broken = judge.broken(submission);
    let broken = broken
        .iter()
        .filter(|(rule, _)| is_carried(judge.spec, endpoint.operation, rule, submission))
        .map(|(_, violation)| violation);
    let members = members(&block.value.value);
    let reported: HashSet<Span> = findings.iter().map(|finding| finding.primary).collect();
    for violation in reading.violations.iter().chain(broken).take(SHOWN) {
        let place = place(&block.value, &members, &violation.pointer);
        // A member that stands twice is told where the example is read.
        if violation.code == ViolationCode::DuplicateField {
            continue;
        }
        if !is_placeholder(place, violation) && !reported.contains(&place.span) {
            findings.push(finding(place.span, violation));
        }
    }
}

fn finding(span: Span, violation: &Violation) -> Diagnostic {
    let what = match violation.pointer.tokens() {
        [] => "the example".to_owned(),
        tokens => format!("the example of `{}`", tokens.join(".")),
    };
    let finding = Diagnostic::error(
        Code::ExampleInvalid,
        span,
        format!("{what} is no valid request of this document"),
    )
    .expecting(violation.detail.clone());
    match &violation.place {
        Some(rule) => finding.pointing_at(rule.span, "the rule"),
        None => finding,
    }
}

/// `"uuid"` stands for any UUID (spec-language, section 3).
fn is_placeholder(place: &Located<Example>, violation: &Violation) -> bool {
    violation.code == ViolationCode::WrongFormat
        && matches!(&place.value, Example::Text(text) if text == "uuid")
}

type Members<'e> = HashMap<&'e str, &'e Located<Example>>;

fn members(example: &Example) -> Members<'_> {
    match example {
        Example::Object(members) => members
            .iter()
            .map(|(key, value)| (key.value.as_str(), value))
            .collect(),
        _ => HashMap::new(),
    }
}

/// The part of the example that a pointer names, or the nearest one around it.
fn place<'e>(
    whole: &'e Located<Example>,
    members: &Members<'e>,
    pointer: &Pointer,
) -> &'e Located<Example> {
    let Some((first, rest)) = pointer.tokens().split_first() else {
        return whole;
    };
    let Some(mut here) = members.get(first.as_str()).copied() else {
        return whole;
    };
    for token in rest {
        let below = match &here.value {
            Example::Object(members) => members
                .iter()
                .find(|(key, _)| key.value == *token.as_str())
                .map(|(_, value)| value),
            Example::Array(elements) => token
                .parse::<usize>()
                .ok()
                .and_then(|index| elements.get(index)),
            _ => None,
        };
        match below {
            Some(below) => here = below,
            None => return here,
        }
    }
    here
}

/// Whether the request carries a field of the rule, so that the example is at fault and not a default.
///
/// In a replace or a merge the other fields keep what is stored; there every field must be carried.
fn is_carried(spec: &Spec, operation: Operation, rule: &Rule, submission: &Submission) -> bool {
    let mut carried = rule.fields.iter().map(|field| {
        let column = spec.table.column(field.as_str());
        match column {
            Some((position, _)) => submission
                .columns
                .get(position)
                .is_some_and(Option::is_some),
            None => submission.dropped.iter().any(|(name, _)| name == field),
        }
    });
    if operation == Operation::Create {
        carried.any(|is_carried| is_carried)
    } else {
        carried.all(|is_carried| is_carried)
    }
}

/// Each constant default keeps the `CHECK`s of its own column.
pub(super) fn defaults(judge: &Judge<'_>, findings: &mut Vec<Diagnostic>) {
    let nothing = Submission {
        columns: vec![None; judge.spec.table.columns.len()],
        ..Submission::default()
    };
    for (rule, violation) in judge.broken(&nothing) {
        let constants: Option<Vec<Span>> = rule
            .fields
            .iter()
            .map(|field| constant(judge.spec, field.as_str()))
            .collect();
        // A rule that holds another column too may be kept by what a client sends.
        let Some(default) = constants.and_then(|constants| constants.first().copied()) else {
            continue;
        };
        findings.push(
            Diagnostic::error(
                Code::DefaultBreaksCheck,
                default,
                "a default breaks a rule of its own column",
            )
            .expecting(violation.detail)
            .pointing_at(rule.place.span, "the rule"),
        );
    }
}

/// Where the constant default of a column stands.
fn constant(spec: &Spec, name: &str) -> Option<Span> {
    let (_, column) = spec.table.column(name)?;
    let default = column.default.as_ref()?;
    matches!(&default.value, DefaultValue::Literal(value) if !value.is_null())
        .then_some(default.span)
}
