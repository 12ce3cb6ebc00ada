//! "Did you mean": the known word that is spelled most like another one.

/// The nearest of `known`, where one is near enough to have been meant.
pub(super) fn nearest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    const LONGEST: usize = 63;
    if word.len() > LONGEST {
        return None;
    }
    let folded = word.to_ascii_lowercase();
    let allowed = (folded.chars().count() / 3).clamp(1, 3);
    known
        .map(|candidate| (strsim::damerau_levenshtein(&folded, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_fingers_is_near_and_another_word_is_not() {
        let known = ["integer", "timestamptz", "text"];
        assert_eq!(nearest("INTEGR", known.into_iter()), Some("integer"));
        assert_eq!(nearest("tetx", known.into_iter()), Some("text"));
        assert_eq!(nearest("geometry", known.into_iter()), None);
    }
}
