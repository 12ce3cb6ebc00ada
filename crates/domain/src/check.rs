//! Checking: judges a document that was read, and compiles one without errors into a [`Spec`].
//!
//! One rule a file below `check/`; this file is the table of them.

mod access;
mod advice;
mod alerts;
mod answer;
mod bounds;
mod cascade;
mod checks;
mod clauses;
mod compatibility;
mod compile;
mod compliance;
mod constraints;
mod decision;
mod defaults;
mod endpoints;
mod examples;
mod futile;
mod header;
mod key;
mod limits;
mod names;
mod objectives;
mod paste;
mod patterns;
mod preconditions;
mod query;
mod references;
mod request;
mod review;
mod rollout;
mod schema;
mod shape;
mod statuses;
mod subject;
mod together;
mod unfilled;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

use std::borrow::Borrow;
use std::collections::HashSet;

use chrono::NaiveDate;

use crate::diagnostic::{self, Code, Diagnostic, Severity, has_errors};
use crate::document::Document;
use crate::source::Span;
use crate::spec::Spec;
use crate::suggestion;

use examples::Judge;
use subject::Subject;
use together::Findings;

/// The outcome of a check.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// The spec, where neither reading nor checking found an error.
    pub spec: Option<Spec>,
    /// Every finding of reading and checking, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

type RuleOfOne = fn(&Subject<'_>, &mut Vec<Diagnostic>);

/// The rules that look at the document alone, in the order of the language page.
const RULES: &[RuleOfOne] = &[
    // 1, 2: placeholders, header
    unfilled::check,
    header::complete,
    header::number,
    header::dates,
    // 3: API design
    endpoints::present,
    endpoints::meaningful,
    endpoints::alike,
    endpoints::distinct,
    endpoints::blocks_used,
    request::columns_exist,
    query::used,
    query::served,
    statuses::one_success,
    statuses::possible,
    statuses::complete,
    // 4: data schema
    schema::present,
    key::check,
    names::columns,
    names::constraints,
    constraints::columns,
    constraints::actions,
    defaults::check,
    futile::conditions,
    // 6: backwards compatibility
    compatibility::one_tick,
    compatibility::changes,
    compatibility::dates,
    compatibility::successor,
    // 7: rollout
    rollout::stages,
    rollout::complete,
    rollout::flag,
    rollout::criteria,
    // 8, 9: objectives, alerts
    objectives::possible,
    objectives::distinct,
    objectives::percentiles,
    objectives::burn_rates,
    alerts::possible,
    alerts::distinct,
    // 10, 11: security, compliance
    access::open_alone,
    access::issuers_secure,
    access::callers_known,
    access::methods,
    preconditions::check,
    limits::check,
    compliance::columns,
    compliance::retention,
    compliance::encrypted,
    // 12: decision
    decision::taken,
    decision::approvals,
    decision::single,
    review::action_items,
    review::threats,
    review::alternatives,
    review::links,
];

type RuleOfAll = fn(&[&Document], &mut Findings);

/// The rules that look at documents beside each other.
const RULES_TOGETHER: &[RuleOfAll] = &[
    together::numbers,
    together::tables,
    together::collections,
    together::index_names,
    references::found,
    references::acyclic,
];

/// Judges one document. `findings` are those of its reading; `today` decides what is overdue.
///
/// What documents owe to each other is judged by [`judge_together`].
pub fn check(document: &Document, findings: Vec<Diagnostic>, today: NaiveDate) -> Checked {
    let subject = Subject::new(document, today);
    let mut own = Vec::new();
    for rule in RULES {
        rule(&subject, &mut own);
    }
    let spec = compiled(&subject, &mut own);
    cascade::quieten(document, &findings, &mut own);
    let diagnostics = joined(findings, own);
    Checked {
        spec: spec.filter(|_| !has_errors(&diagnostics)),
        diagnostics: told(diagnostics),
    }
}

/// The most findings of one document that are told. More have one reason, and somebody has to write and to read them.
const MOST_FINDINGS: usize = 5000;

/// The findings that are told, the errors before all others.
fn told(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if diagnostics.len() <= MOST_FINDINGS {
        return diagnostics;
    }
    diagnostics.sort_by_key(|finding| finding.severity != Severity::Error);
    diagnostics.truncate(MOST_FINDINGS);
    diagnostic::sort(&mut diagnostics);
    if let Some(last) = diagnostics.pop() {
        let note = "the document has more findings, which are not listed";
        diagnostics.push(last.noting(note));
    }
    diagnostics
}

/// Compiles what can be compiled, and judges what only the compiled parts show.
fn compiled(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) -> Option<Spec> {
    let resolved = checks::resolve(subject, findings);
    let compiled = endpoints::compile(subject, findings);
    let endpoints = compiled.endpoints;
    request::required_sent(subject, &endpoints, findings);
    let clauses = clauses::rules(subject, &endpoints, findings);
    let (table, mut rules) = resolved?;
    rules.extend(clauses);
    if !subject.declared.is_empty() {
        advice::zones(&table, findings);
        advice::random_key(&table, findings);
        advice::unlimited_text(&table, &endpoints, &rules, findings);
    }
    // Records of such a table would tell nothing about the rules.
    let can_judge = !findings.iter().any(|finding| {
        matches!(
            finding.code,
            Code::SqlDuplicateColumn | Code::SqlDefaultValue
        )
    });
    let parts = compile::Parts {
        table,
        endpoints,
        rules,
    };
    let spec = compile::spec(subject, parts)?;
    if can_judge && let Some(judge) = Judge::new(&spec, subject.today) {
        examples::requests(subject, &judge, findings);
        examples::defaults(&judge, findings);
    }
    (compiled.is_complete && compile::is_numbered(subject)).then_some(spec)
}

/// All findings in the order of the text. What reading has already refused at one place is not refused there again.
fn joined(read: Vec<Diagnostic>, checked: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let refused: HashSet<Span> = read
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| finding.primary)
        .collect();
    let mut all = read;
    let is_new = |finding: &Diagnostic| {
        finding.severity != Severity::Error || !refused.contains(&finding.primary)
    };
    all.extend(checked.into_iter().filter(is_new));
    diagnostic::sort(&mut all);
    all
}

/// Judges documents beside each other and adds the findings to the documents' own, as [`judge_together`] and [`beside`] do.
/// A document with an error loses its spec.
pub fn check_together<D: Borrow<Document>>(documents: &[D], checked: &mut [Checked]) {
    for (checked, findings) in checked.iter_mut().zip(judge_together(documents)) {
        checked.diagnostics = beside(std::mem::take(&mut checked.diagnostics), findings);
        if has_errors(&checked.diagnostics) {
            checked.spec = None;
        }
    }
}

/// Judges documents beside each other: one number, one table, one collection of a version is one document's
/// (the error is at the second), and every `REFERENCES` finds its table, column and type (ruling H34).
///
/// The findings of each document, in their order.
pub fn judge_together<D: Borrow<Document>>(documents: &[D]) -> Vec<Vec<Diagnostic>> {
    let documents: Vec<&Document> = documents.iter().map(Borrow::borrow).collect();
    let mut findings: Findings = vec![Vec::new(); documents.len()];
    for rule in RULES_TOGETHER {
        rule(&documents, &mut findings);
    }
    findings
}

/// What [`check`] found in a document and what [`judge_together`] found, in the order of the text.
pub fn beside(own: Vec<Diagnostic>, findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if findings.is_empty() {
        return own;
    }
    told(joined(own, findings))
}
