//! What authors write instead of a rule, and the rule that they mean by it.

/// The rule that these words mean, where they can mean only one.
pub(super) fn rule(words: &[&str]) -> Option<String> {
    let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    let behind = skip(
        &lower,
        &["must", "should", "may", "can", "is", "has", "be", "have"],
    );
    match behind {
        ["between", low, "and", high] => Some(format!("is {low} to {high}")),
        ["between", low, "and", high, unit @ ("characters" | "items")] => {
            Some(format!("has {low} to {high} {unit}"))
        }
        ["not", "empty"]
        | ["non", "-", "empty"]
        | ["non-empty" | "nonempty"]
        | ["not", "be", "empty" | "blank"] => Some("is not blank".to_owned()),
        [">", "=", low] | [">=" | "≥", low] => number(low, "is at least"),
        ["<", "=", high] | ["<=" | "≤", high] => number(high, "is at most"),
        ["at", "most", high, unit] | ["up", "to", high, unit] | ["max" | "maximum", high, unit] => {
            size("0", high, unit)
        }
        _ => dashed(behind),
    }
}

/// Whether they say that the field must be there, which the column says.
pub(super) fn is_required(words: &[&str]) -> bool {
    let last = words.last().copied().unwrap_or_default();
    let is_meant = ["required", "mandatory"].map(|word| last.eq_ignore_ascii_case(word));
    words.len() <= 3 && is_meant.contains(&true)
}

/// The words behind those that say nothing.
fn skip<'w, 's>(words: &'s [&'w str], empty: &[&str]) -> &'s [&'w str] {
    let said = words.iter().position(|word| !empty.contains(word));
    words.get(said.unwrap_or(words.len())..).unwrap_or_default()
}

fn number(bound: &str, rule: &str) -> Option<String> {
    let is_number = bound.starts_with(|c: char| c.is_ascii_digit());
    is_number.then(|| format!("{rule} {bound}"))
}

fn size(low: &str, high: &str, unit: &str) -> Option<String> {
    let is_number = high.bytes().all(|byte| byte.is_ascii_digit());
    let unit = match unit {
        "characters" | "character" | "chars" | "letters" => "characters",
        "items" | "item" | "elements" | "entries" => "items",
        _ => return None,
    };
    is_number.then(|| format!("has {low} to {high} {unit}"))
}

/// `1-100`, `1-100 characters`.
fn dashed(words: &[&str]) -> Option<String> {
    let (range, unit) = match words {
        [range] => (range, None),
        [range, unit] => (range, Some(unit)),
        _ => return None,
    };
    let (low, high) = range.split_once(['-', '–'])?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(low) || !is_number(high) {
        return None;
    }
    match unit {
        Some(unit) => size(low, high, unit),
        None => Some(format!("is {low} to {high}")),
    }
}
