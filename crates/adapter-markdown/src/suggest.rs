//! "Did you mean": the word that an author probably meant.

use std::cell::Cell;

/// The longest word that is compared; a longer one is no slip of the keyboard.
const MAX_CHARS: usize = 48;

/// How many words of a document are compared: what is wrong a thousand times needs no thousand suggestions.
const MAX_WORDS: u32 = 1000;

/// Counts the words of a document that are still compared.
#[derive(Debug)]
pub(crate) struct Suggestions {
    left: Cell<u32>,
}

impl Suggestions {
    /// A full count.
    pub(crate) fn new() -> Self {
        Self {
            left: Cell::new(MAX_WORDS),
        }
    }

    /// [`closest`], while words are left.
    pub(crate) fn closest<'c>(&self, word: &str, candidates: &[&'c str]) -> Option<&'c str> {
        self.left.set(self.left.get().checked_sub(1)?);
        closest(word, candidates)
    }
}

/// [`nearest`] of a few candidates.
pub(crate) fn closest<'c>(word: &str, candidates: &[&'c str]) -> Option<&'c str> {
    nearest(word, candidates.iter().copied())
}

/// The candidate nearest to `word`, in any case: at most one slip in a short word, two in a longer one. The first of
/// several that are equally near.
pub(crate) fn nearest<'c>(
    word: &str,
    candidates: impl Iterator<Item = &'c str>,
) -> Option<&'c str> {
    if word.len() > 4 * MAX_CHARS {
        return None;
    }
    let word = word.to_lowercase();
    let length = word.chars().count();
    if length > MAX_CHARS {
        return None;
    }
    let allowed = match length {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    };
    let near = candidates.filter(|candidate| candidate.chars().count().abs_diff(length) <= allowed);
    let measured = near.map(|candidate| {
        let distance = strsim::osa_distance(&word, &candidate.to_lowercase());
        (distance, candidate)
    });
    let (distance, candidate) = measured.min_by_key(|(distance, _)| *distance)?;
    (distance <= allowed).then_some(candidate)
}

/// The candidate that begins with these words, or with which they begin: `Rate Limit`, `Response Body`.
pub(crate) fn longer_or_shorter<'c>(words: &str, candidates: &[&'c str]) -> Option<&'c str> {
    const SHORTEST: usize = 5;
    let key = words.trim().to_lowercase();
    let goes_on = |long: &str, short: &str| {
        let rest = long.strip_prefix(short);
        short.len() >= SHORTEST && rest.is_some_and(|rest| !rest.is_empty())
    };
    candidates.iter().copied().find(|candidate| {
        let candidate = candidate.to_lowercase();
        let is_longer = key.starts_with(&format!("{candidate} ")) && candidate.len() >= SHORTEST;
        is_longer || goes_on(&candidate, &key)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_or_fewer_words_are_found() {
        let names = ["Rate Limiting", "Response", "Status Codes"];
        assert_eq!(
            longer_or_shorter("Rate Limit", &names),
            Some("Rate Limiting")
        );
        assert_eq!(longer_or_shorter("response body", &names), Some("Response"));
        assert_eq!(longer_or_shorter("Status", &names), Some("Status Codes"));
        assert_eq!(longer_or_shorter("Responses", &names), None);
        assert_eq!(longer_or_shorter("Rate", &names), None);
        assert_eq!(longer_or_shorter("", &names), None);
    }

    #[test]
    fn a_slip_is_found_and_another_word_is_not() {
        let words = ["draft", "review", "approved", "deprecated"];
        assert_eq!(closest("aproved", &words), Some("approved"));
        assert_eq!(closest("DRAFT", &words), Some("draft"));
        assert_eq!(closest("darft", &words), Some("draft"));
        assert_eq!(closest("done", &words), None);
        assert_eq!(closest("", &words), None);
        assert_eq!(closest(&"a".repeat(1 << 20), &words), None);
        let types = ["integer", "timestamptz", "text"];
        assert_eq!(closest("INTEGR", &types), Some("integer"));
        assert_eq!(closest("tetx", &types), Some("text"));
        assert_eq!(closest("geometry", &types), None);
    }
}
