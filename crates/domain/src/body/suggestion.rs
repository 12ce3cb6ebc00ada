//! "Did you mean": the name nearest to one that does not exist.

/// Longer names than this are not compared.
const MAX_CHARACTERS: usize = 64;

/// The candidate that `name` is most likely a slip of, if any is near.
pub(super) fn nearest<'a>(
    name: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let is_short =
        |text: &str| text.len() <= MAX_CHARACTERS * 4 && text.chars().count() <= MAX_CHARACTERS;
    if !is_short(name) {
        return None;
    }
    let folded = name.to_lowercase();
    let most = (folded.chars().count() / 3).max(1);
    candidates
        .filter(|candidate| is_short(candidate))
        .map(|candidate| {
            (
                strsim::osa_distance(&folded, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_another_word_does_not() {
        let find = |name: &str| nearest(name, ["quantity", "birthdate", "id"].into_iter());
        assert_eq!(find("quantiyt"), Some("quantity"));
        assert_eq!(find("birthDate"), Some("birthdate"));
        assert_eq!(find("ids"), Some("id"));
        assert_eq!(find("colour"), None);
        assert_eq!(find(&"q".repeat(1000)), None);
    }
}
