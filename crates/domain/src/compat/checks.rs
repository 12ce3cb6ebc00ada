//! Checks that came, went or changed.

use chrono::DateTime;

use super::looser::is_looser;
use super::{Plan, Refusal, Step, is_added};
use crate::rule::evaluate::{Truth, evaluate};
use crate::rule::fields::fields;
use crate::rule::{Compiled, Expr, is_stable};
use crate::table::{Check, DefaultValue, Table};
use crate::value::Value;

/// A check is the same where its expression is: first under its own name, then under another, since derived names
/// shift when one before them goes.
pub(super) fn compare(old: &Table, new: &Table, plan: &mut Plan) {
    let mut left: Vec<&Check> = old.checks.iter().collect();
    let mut came: Vec<&Check> = new.checks.iter().collect();
    let mut put = Vec::new();
    let mut dropped = Vec::new();
    pair(&mut left, &mut came, |a, b| {
        a.name == b.name && is_same(a, b)
    });
    for (before, after) in pair(&mut left, &mut came, is_same) {
        dropped.push(before.name.clone());
        put.push(after.name.clone());
    }
    for (before, after) in pair(&mut left, &mut came, |a, b| a.name == b.name) {
        if is_looser(&before.expr.value, &after.expr.value) {
            put.push(after.name.clone());
        } else {
            plan.refuse(refused(after));
        }
    }
    dropped.extend(left.into_iter().map(|before| before.name.clone()));
    plan.steps.extend(dropped.into_iter().map(Step::DropCheck));
    plan.steps.extend(put.into_iter().map(Step::LoosenCheck));
    for check in came {
        added(old, new, check, plan);
    }
}

/// Takes the pairs that match out of both lists.
fn pair<'a>(
    left: &mut Vec<&'a Check>,
    came: &mut Vec<&'a Check>,
    matches: impl Fn(&Check, &Check) -> bool,
) -> Vec<(&'a Check, &'a Check)> {
    let mut pairs = Vec::new();
    came.retain(|after| {
        let Some(at) = left.iter().position(|before| matches(before, after)) else {
            return true;
        };
        pairs.push((left.remove(at), *after));
        false
    });
    pairs
}

fn is_same(a: &Check, b: &Check) -> bool {
    a.expr.value == b.expr.value && a.enforcement == b.enforcement
}

fn refused(check: &Check) -> Refusal {
    Refusal::new(
        check.expr.span,
        format!("check `{}` may refuse what it let pass before", check.name),
        "keep it, or let more pass: a bound further out, a longer list, one condition less; stored rows may break it",
    )
}

/// A new check on new columns alone is theirs; every stored row has the same values there, and must keep to it.
fn added(old: &Table, new: &Table, check: &Check, plan: &mut Plan) {
    let fields = fields(&check.expr.value);
    let is_of_new_columns =
        !fields.is_empty() && fields.iter().all(|field| is_added(old, field.as_str()));
    if !is_of_new_columns {
        plan.refuse(Refusal::new(
            check.expr.span,
            format!("check `{}` is new", check.name),
            "say it of a new column, or as a clause of Input Validation, which judges new input alone: stored rows may break it",
        ));
    } else if is_false_of_stored(new, &check.expr.value) {
        plan.refuse(Refusal::new(
            check.expr.span,
            format!(
                "check `{}` does not hold for the rows that are stored",
                check.name
            ),
            "let it hold for the default of the new column, or for null where there is none",
        ));
    }
}

/// Whether the check is false of the values that stored rows take in new columns, as far as they are known.
fn is_false_of_stored(new: &Table, expr: &Expr) -> bool {
    let types = |name: &str| new.column(name).map(|(_, column)| column.column_type.value);
    let Ok(compiled) = Compiled::of(expr, &types) else {
        return false;
    };
    let mut values = Vec::new();
    for field in compiled.fields() {
        let default = new
            .column(field.as_str())
            .and_then(|(_, column)| column.default.as_ref());
        match default.map(|default| &default.value) {
            None => values.push(Value::Null),
            Some(DefaultValue::Literal(value)) => values.push(value.clone()),
            Some(_) => return false,
        }
    }
    is_stable(expr) && evaluate(&compiled, &values, DateTime::UNIX_EPOCH) == Ok(Truth::False)
}
