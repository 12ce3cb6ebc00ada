//! `CHECK`s and the conditions of partial indexes: they fit their columns (spec-language, section 4).

use crate::diagnostic::{Code, Diagnostic};
use crate::document::Document;
use crate::name::FieldName;
use crate::rule::{Expr, Rule, RuleOrigin, fields};
use crate::source::{Located, Place};
use crate::table::{Check, Enforcement, Table};

use super::subject::Subject;
use super::typing;

/// The table with every condition resolved against its columns. One that cannot be resolved stays as it was read, and
/// is reported.
pub(super) fn resolve(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) -> Option<Table> {
    let mut table = subject.table?.clone();
    for check in &mut table.checks {
        match check.enforcement {
            Enforcement::Everywhere => condition(subject, "a `CHECK`", &mut check.expr, findings),
            Enforcement::Database => findings.push(not_evaluated(check)),
        }
    }
    for predicate in table
        .indexes
        .iter_mut()
        .filter_map(|index| index.predicate.as_mut())
    {
        condition(subject, "the `WHERE` of an index", predicate, findings);
    }
    Some(table)
}

fn condition(
    subject: &Subject<'_>,
    role: &str,
    expr: &mut Located<Expr>,
    findings: &mut Vec<Diagnostic>,
) {
    let unknown: Vec<FieldName> = fields::fields(&expr.value)
        .into_iter()
        .filter(|field| subject.column(field.as_str()).is_none())
        .collect();
    if !unknown.is_empty() {
        for field in &unknown {
            findings.push(unknown_column(subject, role, expr, field));
        }
        return;
    }
    let type_of = |name: &str| {
        subject
            .column(name)
            .map(|(_, column)| column.column_type.value)
    };
    match typing::resolve(&expr.value, &type_of) {
        Ok(resolved) => expr.value = resolved,
        Err(error) => findings.push(
            Diagnostic::error(
                Code::CheckIllTyped,
                expr.span,
                format!("{role} does not fit its columns"),
            )
            .expecting(error.to_string()),
        ),
    }
}

fn unknown_column(
    subject: &Subject<'_>,
    role: &str,
    expr: &Located<Expr>,
    field: &FieldName,
) -> Diagnostic {
    let finding = Diagnostic::error(
        Code::ColumnUnknown,
        expr.span,
        format!("{role} names `{field}`, which is no column"),
    )
    .expecting("expected columns of the table");
    match subject.similar_column(field.as_str()) {
        Some(similar) => finding.helping(format!("did you mean `{similar}`?")),
        None => finding,
    }
}

fn not_evaluated(check: &Check) -> Diagnostic {
    Diagnostic::warning(
        Code::CheckNotEvaluated,
        check.expr.span,
        format!("the database alone keeps the `CHECK` `{}`", check.name),
    )
    .expecting("this cannot be evaluated before the database")
    .noting("a record that breaks it is still answered with 400 and the constraint's name")
}

/// The rules of the table's `CHECK`s that the domain keeps.
pub(super) fn rules(document: &Document, table: &Table) -> Vec<Rule> {
    let kept = table
        .checks
        .iter()
        .filter(|check| check.enforcement == Enforcement::Everywhere);
    kept.map(|check| rule(document, check)).collect()
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
