//! Arrays: the first element says the type, the others must fit it (ruling H40).

use specd_domain::Located;
use specd_domain::diagnostic::{Code, Diagnostic};
use specd_domain::document::Example;

/// Judges every array of an example. The depth was bounded when it was read.
pub(super) fn judge(example: &Located<Example>, findings: &mut Vec<Diagnostic>) {
    match &example.value {
        Example::Array(elements) => {
            if let Some((first, others)) = elements.split_first() {
                judge(first, findings);
                for other in others {
                    fits(first, other, findings);
                }
            }
        }
        Example::Object(members) => {
            for (_, value) in members {
                judge(value, findings);
            }
        }
        _ => {}
    }
}

/// Reports the smallest parts of `other` that do not fit `first`.
fn fits(first: &Located<Example>, other: &Located<Example>, findings: &mut Vec<Diagnostic>) {
    match (&first.value, &other.value) {
        (Example::Object(expected), Example::Object(members)) => {
            if !expected.is_empty() {
                members_fit(first, expected, other, members, findings);
            }
        }
        (Example::Array(expected), Example::Array(elements)) => {
            if let Some(expected) = expected.first() {
                for element in elements {
                    fits(expected, element, findings);
                }
            } else {
                judge(other, findings);
            }
        }
        (left, right) if kind(left) == kind(right) => {}
        (left, right) => findings.push(misfit(
            other,
            first,
            format!("an array of {} holds {}", plural(left), kind(right)),
        )),
    }
}

type Members = [(Located<specd_domain::name::FieldName>, Located<Example>)];

fn members_fit(
    first: &Located<Example>,
    expected: &Members,
    other: &Located<Example>,
    members: &Members,
    findings: &mut Vec<Diagnostic>,
) {
    let by_name: std::collections::HashMap<&str, &Located<Example>> = expected
        .iter()
        .map(|(name, value)| (name.value.as_str(), value))
        .collect();
    for (name, value) in members {
        match by_name.get(name.value.as_str()) {
            // A member that is null in one of the objects may be null.
            Some(expected) if expected.value == Example::Null || value.value == Example::Null => {}
            Some(expected) => fits(expected, value, findings),
            None => findings.push(misfit(
                &name.as_ref().map(|_| Example::Null),
                first,
                format!(
                    "the key `{}` is not in the first object of the array",
                    name.value
                ),
            )),
        }
    }
    let present: std::collections::HashSet<&str> = members
        .iter()
        .map(|(name, _)| name.value.as_str())
        .collect();
    for (name, _) in expected {
        if !present.contains(name.value.as_str()) {
            findings.push(misfit(
                other,
                first,
                format!("an object of the array lacks the key `{}`", name.value),
            ));
        }
    }
}

fn misfit(other: &Located<Example>, first: &Located<Example>, headline: String) -> Diagnostic {
    Diagnostic::error(Code::JsonMixedArray, other.span, headline)
        .expecting("does not fit the first element")
        .pointing_at(first.span, "the first element says the type")
        .helping("make the elements alike, or leave the array empty: `[]` is any array")
}

const fn kind(example: &Example) -> &'static str {
    match example {
        Example::Null => "null",
        Example::Boolean(_) => "a boolean",
        Example::Number(_) => "a number",
        Example::Text(_) => "a text",
        Example::Array(_) => "an array",
        Example::Object(_) => "an object",
    }
}

const fn plural(example: &Example) -> &'static str {
    match example {
        Example::Null => "nulls",
        Example::Boolean(_) => "booleans",
        Example::Number(_) => "numbers",
        Example::Text(_) => "texts",
        Example::Array(_) => "arrays",
        Example::Object(_) => "objects",
    }
}
