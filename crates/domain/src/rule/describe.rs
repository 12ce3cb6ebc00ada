//! The wording of a broken rule: what the caller can do, without SQL.
//!
//! Each rule becomes a claim about one field, `must …`; a rule that has no short claim is named instead.

mod claim;
mod operand;

use super::{Rule, RuleOrigin};
use crate::name::FieldName;

/// The longest wording that still helps, in bytes.
const MAX_BYTES: usize = 600;

/// What must be done to keep the rule, said of `subject`: the field that the violation points at. Without a subject
/// every field is named.
pub fn describe(rule: &Rule, subject: Option<&FieldName>) -> String {
    claim::sentence(&rule.expr, subject)
        .filter(|wording| wording.len() <= MAX_BYTES)
        .unwrap_or_else(|| unnamed(rule))
}

/// What to say of a rule whose computation fails.
pub fn describe_failure(rule: &Rule, error: super::EvaluationError) -> String {
    format!("{}, but {error}", unnamed(rule))
}

/// The rule by its name.
fn unnamed(rule: &Rule) -> String {
    match &rule.origin {
        RuleOrigin::Check(name) => format!("must satisfy the rule `{name}` of the document"),
        RuleOrigin::Clause => {
            format!(
                "must satisfy the rule in line {} of the document",
                rule.place.line
            )
        }
    }
}

#[cfg(test)]
mod tests;
