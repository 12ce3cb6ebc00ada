//! Input Validation: each clause names a field and fits it (spec-language, section 10).

use std::collections::HashMap;

use crate::column_type::{ColumnType, ScalarType};
use crate::diagnostic::{Code, Diagnostic};
use crate::endpoint::Endpoint;
use crate::field::Shape;
use crate::rule::compiled::{Compiled, RuleError};
use crate::rule::typing::{self, Types};
use crate::rule::{Expr, Function, Rule, fields, pattern};
use crate::source::Located;

use super::subject::Subject;

/// The clauses, resolved. One that cannot be resolved is reported and left out.
pub(super) fn rules(
    subject: &Subject<'_>,
    endpoints: &[Endpoint],
    findings: &mut Vec<Diagnostic>,
) -> Vec<Rule> {
    let shapes = shapes(endpoints);
    let type_of = |name: &str| {
        let column = subject
            .column(name)
            .map(|(_, column)| column.column_type.value);
        column.or_else(|| shapes.get(name).map(|shape| column_type(shape)))
    };
    let mut rules = Vec::new();
    for clause in &subject.document.clauses {
        let unknown = clause
            .value
            .fields
            .iter()
            .find(|field| type_of(field.as_str()).is_none());
        if let Some(field) = unknown {
            // Without a table or a request that was read, nothing is known of its fields.
            if is_known(subject, endpoints) {
                findings.push(unknown_field(subject, &shapes, clause, field.as_str()));
            }
            continue;
        }
        if let Some(refused) = pattern::refused(&clause.value.expr) {
            findings.push(super::patterns::unreadable(subject, clause.span, &refused));
            continue;
        }
        match resolved(clause.value.expr.clone(), &type_of) {
            Ok(expr) => rules.push(Rule {
                fields: fields::fields(&expr),
                expr,
                ..clause.value.clone()
            }),
            Err(error) => findings.push(unfit(clause, &type_of, &error.to_string())),
        }
    }
    rules
}

/// The condition, ready to be judged over these fields.
fn resolved(expr: Expr, type_of: Types<'_>) -> Result<Expr, RuleError> {
    let expr = typing::resolve_clause(by_the_day(expr, type_of), type_of)?;
    Compiled::of(&expr, type_of)?;
    Ok(expr)
}

/// *In the past* and *in the future* with a day in the place of a moment where the field is a day: today is in neither.
fn by_the_day(expr: Expr, type_of: Types<'_>) -> Expr {
    let is_day = |expr: &Expr| match expr {
        Expr::Field(name) => type_of(name.as_str()) == Some(ColumnType::Scalar(ScalarType::Date)),
        _ => false,
    };
    match expr {
        Expr::Compare(left, comparison, right)
            if is_day(&left) && matches!(*right, Expr::Call(Function::Now, _)) =>
        {
            let today = Expr::Call(Function::Today, Vec::new());
            Expr::Compare(left, comparison, Box::new(today))
        }
        other => other,
    }
}

/// The fields of all requests.
fn shapes(endpoints: &[Endpoint]) -> HashMap<&str, &Shape> {
    let mut shapes = HashMap::new();
    for field in endpoints.iter().flat_map(|endpoint| &endpoint.request) {
        shapes.entry(field.name.as_str()).or_insert(&field.shape);
    }
    shapes
}

/// The column that would keep a shape.
const fn column_type(shape: &Shape) -> ColumnType {
    match shape {
        Shape::Scalar(scalar) => ColumnType::Scalar(*scalar),
        Shape::Array(element) => match **element {
            Shape::Scalar(scalar) => ColumnType::Array(scalar),
            _ => ColumnType::Jsonb,
        },
        Shape::Object(_) | Shape::AnyObject | Shape::AnyArray | Shape::Any => ColumnType::Jsonb,
    }
}

fn is_known(subject: &Subject<'_>, endpoints: &[Endpoint]) -> bool {
    subject.table.is_some() && endpoints.len() == subject.declared.len()
}

fn unknown_field(
    subject: &Subject<'_>,
    shapes: &HashMap<&str, &Shape>,
    clause: &Located<Rule>,
    field: &str,
) -> Diagnostic {
    let place = subject.word_in(clause.span, field);
    let finding = Diagnostic::error(
        Code::ClauseFieldUnknown,
        place,
        format!("the rule is about `{field}`, which is no field"),
    )
    .expecting("expected a field of a Request or a column");
    let candidates = subject.column_names().chain(shapes.keys().copied());
    match subject.similar(field, candidates) {
        Some(similar) if place == clause.span => {
            finding.helping(format!("did you mean `{similar}`?"))
        }
        Some(similar) => finding.replacing(format!("did you mean `{similar}`?"), place, similar),
        None => finding,
    }
}

fn unfit(
    clause: &Located<Rule>,
    type_of: &dyn Fn(&str) -> Option<ColumnType>,
    error: &str,
) -> Diagnostic {
    let field = clause
        .value
        .fields
        .first()
        .map_or("", |field| field.as_str());
    let headline = match type_of(field) {
        Some(column_type) => format!("the rule does not fit `{field}`, which is a `{column_type}`"),
        None => "the rule does not fit its field".to_owned(),
    };
    Diagnostic::error(Code::ClauseUnfit, clause.span, headline).expecting(error)
}
