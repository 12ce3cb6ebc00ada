//! `CHECK`s and the conditions of partial indexes: they fit their columns (spec-language, section 4).

use std::collections::HashSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::document::Document;
use crate::name::FieldName;
use crate::rule::compiled::{Compiled, RuleError};
use crate::rule::typing::TypeError;
use crate::rule::{Expr, Rule, RuleOrigin, fields, pattern};
use crate::source::{Located, Place, Span};
use crate::table::{Check, Enforcement, Table};

use super::subject::Subject;

/// The table with every condition resolved against its columns, and the rules of its `CHECK`s.
///
/// A condition that cannot be resolved is reported and becomes no rule; one that only the database can evaluate is left
/// to it.
pub(super) fn resolve(
    subject: &Subject<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Option<(Table, Vec<Rule>)> {
    let mut table = subject.table?.clone();
    let mut rules = Vec::new();
    for check in &mut table.checks {
        let before = findings.len();
        let outside = match check.enforcement {
            Enforcement::Everywhere => condition(subject, "a `CHECK`", &mut check.expr, findings),
            Enforcement::Database => Some("it is outside what is checked before it".to_owned()),
        };
        if let Some(reason) = outside {
            check.enforcement = Enforcement::Database;
            findings.push(not_evaluated(check, &reason));
        }
        if findings.len() == before {
            rules.push(rule(subject.document, check));
        }
    }
    for predicate in table
        .indexes
        .iter_mut()
        .filter_map(|index| index.predicate.as_mut())
    {
        condition(subject, "the `WHERE` of an index", predicate, findings);
    }
    Some((table, rules))
}

/// Resolves a condition, or reports why not. Returns why the domain cannot evaluate one that makes sense.
fn condition(
    subject: &Subject<'_>,
    role: &str,
    expr: &mut Located<Expr>,
    findings: &mut Vec<Diagnostic>,
) -> Option<String> {
    let unknown = unknown_fields(subject, &expr.value);
    if !unknown.is_empty() {
        for field in unknown {
            findings.push(unknown_column(subject, role, expr.span, field));
        }
        return None;
    }
    if let Some(refused) = pattern::refused(&expr.value) {
        findings.push(super::patterns::unreadable(subject, expr.span, &refused));
        return None;
    }
    match resolved(subject, &expr.value) {
        Ok(resolved) => {
            expr.value = resolved;
            None
        }
        Err(Unresolved::Outside(reason)) => Some(reason),
        Err(Unresolved::Wrong(error)) => {
            let offender = error.offender().unwrap_or_default();
            findings.push(
                Diagnostic::error(
                    Code::CheckIllTyped,
                    subject.word_in(expr.span, offender),
                    format!("{role} does not fit its columns"),
                )
                .expecting(error.to_string()),
            );
            None
        }
    }
}

/// The fields of a condition that are no columns, each once. There may be thousands.
fn unknown_fields<'e>(subject: &Subject<'_>, expr: &'e Expr) -> Vec<&'e FieldName> {
    let mut seen = HashSet::new();
    let mut unknown = Vec::new();
    let mut parts = vec![expr];
    while let Some(part) = parts.pop() {
        if let Expr::Field(name) = part
            && subject.column(name.as_str()).is_none()
            && seen.insert(name)
        {
            unknown.push(name);
        }
        parts.extend(part.parts().into_iter().rev());
    }
    unknown
}

/// Why a condition cannot be judged by the domain.
enum Unresolved {
    /// It makes no sense.
    Wrong(TypeError),
    /// The database alone can evaluate it.
    Outside(String),
}

fn resolved(subject: &Subject<'_>, expr: &Expr) -> Result<Expr, Unresolved> {
    let type_of = |name: &str| {
        subject
            .column(name)
            .map(|(_, column)| column.column_type.value)
    };
    match Compiled::of(expr, &type_of) {
        Ok(_) => {}
        Err(RuleError::Type(error)) if error.is_outside() => {
            return Err(Unresolved::Outside(error.to_string()));
        }
        Err(RuleError::Type(error)) => return Err(Unresolved::Wrong(error)),
        Err(RuleError::Unevaluable(reason)) => {
            return Err(Unresolved::Outside(reason.to_string()));
        }
    }
    crate::rule::typing::resolve(expr.clone(), &type_of).map_err(Unresolved::Wrong)
}

fn unknown_column(subject: &Subject<'_>, role: &str, span: Span, field: &FieldName) -> Diagnostic {
    let place = subject.word_in(span, field.as_str());
    let finding = Diagnostic::error(
        Code::ColumnUnknown,
        place,
        format!("{role} names `{field}`, which is no column"),
    )
    .expecting("expected a column of the table");
    if place == span {
        return match subject.similar_column(field.as_str()) {
            Some(similar) => finding.helping(format!("did you mean `{similar}`?")),
            None => finding,
        };
    }
    let named = Located::new(field.clone(), place);
    subject.suggest(finding, &named, super::paste::sql_name)
}

fn not_evaluated(check: &Check, reason: &str) -> Diagnostic {
    Diagnostic::warning(
        Code::CheckNotEvaluated,
        check.expr.span,
        format!("the database alone keeps the `CHECK` `{}`", check.name),
    )
    .expecting(reason)
    .noting("a record that breaks it is still answered with 400 and the constraint's name")
}

fn rule(document: &Document, check: &Check) -> Rule {
    let span = check.expr.span;
    Rule {
        expr: check.expr.value.clone(),
        fields: fields::fields(&check.expr.value),
        origin: RuleOrigin::Check(check.name.clone()),
        place: Place {
            heading: document
                .heading_of(span.start)
                .unwrap_or_default()
                .to_owned(),
            span,
            line: document.line_of(span.start),
        },
    }
}
