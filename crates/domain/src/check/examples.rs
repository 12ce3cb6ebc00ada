//! Each Request block is itself a valid request of its document, and each default keeps the rules (spec-language,
//! section 3, ruling H50).
//!
//! A rule that asks for the time is not judged here: a document must not become wrong by waiting.

use std::collections::HashMap;

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
use crate::validate::{self, Stamp};
use crate::violation::{Pointer, Violation, ViolationCode};

use super::endpoints::block;
use super::subject::Subject;

/// How many violations of one example are told.
const SHOWN: usize = 1000;

/// Each example is a valid request.
pub(super) fn requests(subject: &Subject<'_>, spec: &Spec, findings: &mut Vec<Diagnostic>) {
    for endpoint in spec
        .endpoints
        .iter()
        .filter(|endpoint| endpoint.operation.has_body())
    {
        let entry = subject.entry(endpoint.operation);
        if let Some(block) = entry.and_then(|entry| block(&entry.request)) {
            request(subject, spec, endpoint, block, findings);
        }
    }
}

fn request(
    subject: &Subject<'_>,
    spec: &Spec,
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
        &spec.table,
        completeness,
    );
    // A block that is no JSON has its own diagnostic.
    let Ok(reading) = reading else {
        return;
    };
    let (row_rules, mut violations) = broken(subject.today, spec, &reading.submission);
    violations.retain(|violation| {
        let rule = rule_of(&row_rules, violation);
        rule.is_some_and(|rule| is_carried(spec, endpoint.operation, rule, &reading.submission))
    });
    let members = members(&block.value.value);
    let reported: Vec<Span> = findings.iter().map(|finding| finding.primary).collect();
    let reported: std::collections::HashSet<Span> = reported.into_iter().collect();
    for violation in reading.violations.iter().chain(&violations).take(SHOWN) {
        let place = place(&block.value, &members, &violation.pointer);
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

/// The rules that can be judged without a clock, by their place, and which of them the record breaks.
fn broken<'s>(
    today: NaiveDate,
    spec: &'s Spec,
    submission: &Submission,
) -> (HashMap<Span, &'s Rule>, Vec<Violation>) {
    let now: DateTime<Utc> = today.and_time(NaiveTime::MIN).and_utc();
    let mut random = || [0_u8; 16];
    let mut stamp = Stamp {
        now,
        random: &mut random,
    };
    let row = validate::complete(spec, submission, &mut stamp);
    let violations = validate::violations(spec, &row, submission, now);
    let stable = spec.rules.iter().filter(|rule| is_stable(&rule.expr));
    let rules = stable.map(|rule| (rule.place.span, rule)).collect();
    (rules, violations)
}

fn rule_of<'s>(rules: &HashMap<Span, &'s Rule>, violation: &Violation) -> Option<&'s Rule> {
    let place = violation.place.as_ref()?;
    rules.get(&place.span).copied()
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

/// Each constant default keeps the rules of its own column.
pub(super) fn defaults(subject: &Subject<'_>, spec: &Spec, findings: &mut Vec<Diagnostic>) {
    let nothing = Submission {
        columns: vec![None; spec.table.columns.len()],
        ..Submission::default()
    };
    let (rules, violations) = broken(subject.today, spec, &nothing);
    for violation in &violations {
        let Some(rule) = rule_of(&rules, violation) else {
            continue;
        };
        let constants: Option<Vec<Span>> = rule
            .fields
            .iter()
            .map(|field| constant(spec, field.as_str()))
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
            .expecting(violation.detail.clone())
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
