//! "Did you mean": the name that the author of a document or of a body probably had in mind.

use std::cell::Cell;

/// The longest name that is compared, in bytes; identifiers end at 63.
const LONGEST: usize = 64;

/// The candidate nearest to `name`: the same but for case and `_`, at most a third of it away, or one the beginning of
/// the other.
///
/// Each comparison takes one from `budget`; when it is spent there are no more suggestions.
pub(crate) fn similar<'c>(
    name: &str,
    candidates: impl Iterator<Item = &'c str>,
    budget: &Cell<usize>,
) -> Option<&'c str> {
    if name.len() > LONGEST {
        return None;
    }
    let wanted = plain(name);
    let limit = (wanted.len() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates.filter(|candidate| candidate.len() <= LONGEST) {
        let left = budget.get().checked_sub(1)?;
        budget.set(left);
        let plain = plain(candidate);
        if is_cut(&wanted, &plain) && best.is_none() {
            best = Some((limit, candidate));
        }
        if plain.len().abs_diff(wanted.len()) > limit {
            continue;
        }
        if plain != wanted && without_digits(&plain) == without_digits(&wanted) {
            continue;
        }
        let distance = strsim::osa_distance(&wanted, &plain);
        if distance <= limit && best.is_none_or(|(nearest, _)| distance < nearest) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Whether one name is the beginning of the other: `stat` for `status`.
fn is_cut(wanted: &str, candidate: &str) -> bool {
    const SHORTEST: usize = 3;
    let is_long = wanted.len().min(candidate.len()) >= SHORTEST;
    is_long
        && (candidate.starts_with(wanted) || wanted.starts_with(candidate))
        && without_digits(candidate) != without_digits(wanted)
}

/// `line1` and `line2` are two things and not one of them misspelt.
fn without_digits(name: &str) -> String {
    name.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// Lower case without `_` and `-`.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, '_' | '-'))
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: Option<&str>) {
        let columns = ["id", "customer_email", "birthdate", "price"];
        let budget = Cell::new(100);
        assert_eq!(similar(name, columns.into_iter(), &budget), expected);
    }

    #[test]
    fn a_name_a_few_letters_away_is_suggested() {
        check("custmer_email", Some("customer_email"));
        check("birthDate", Some("birthdate"));
        check("birth_date", Some("birthdate"));
        check("prcie", Some("price"));
        check("quantity", None);
        check("price2", None);
        check("pri", Some("price"));
        check("pr", None);
        check("", None);
    }

    #[test]
    fn a_spent_budget_suggests_nothing() {
        let budget = Cell::new(1);
        let columns = ["amount", "price"];
        assert_eq!(similar("prise", columns.into_iter(), &budget), None);
    }
}
