//! Random changes of a text: bytes, words, lines, sections, and pieces that mean something to a reader.

/// Numbers that follow from a seed (xorshift64*), so that a run can be repeated.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    const fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number below `limit`; 0 where there is none.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit.max(1)).unwrap_or(u64::MAX);
        usize::try_from((self.next() >> 8) % limit).unwrap_or_default()
    }

    /// One of these.
    pub(crate) fn one_of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }
}

/// A piece of the bytes, at most `longest` of them.
fn piece(random: &mut Random, bytes: &[u8], longest: usize) -> std::ops::Range<usize> {
    let start = random.below(bytes.len() + 1);
    let length = random.below(longest.min(bytes.len() - start) + 1);
    start..start + length
}

/// The beginnings of the lines, or of the sections.
fn starts(bytes: &[u8], mark: &[u8]) -> Vec<usize> {
    let found = bytes.windows(mark.len()).enumerate();
    let mut starts: Vec<usize> = found
        .filter(|(_, window)| *window == mark)
        .map(|(at, _)| at + 1)
        .collect();
    starts.push(bytes.len());
    starts
}

/// A part of the text between two marks.
fn part(random: &mut Random, bytes: &[u8], mark: &[u8]) -> std::ops::Range<usize> {
    let starts = starts(bytes, mark);
    let first = random.below(starts.len());
    let start = starts.get(first).copied().unwrap_or_default();
    let end = starts.get(first + 1).copied().unwrap_or(bytes.len());
    start.min(end)..end
}

/// Changes a text once. `other` lends pieces; `words` are those of the language.
fn change(random: &mut Random, bytes: &mut Vec<u8>, other: &[u8], words: &[&str]) {
    let at = random.below(bytes.len() + 1);
    match random.below(12) {
        0 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
        1 => bytes.insert(at, u8::try_from(random.below(256)).unwrap_or_default()),
        2 => {
            let range = piece(random, bytes, 40);
            bytes.drain(range);
        }
        3 => {
            let range = piece(random, other, 400);
            bytes.splice(at..at, other.get(range).unwrap_or_default().iter().copied());
        }
        4 | 5 => {
            let word = random.one_of(words).copied().unwrap_or_default();
            bytes.splice(at..at, word.bytes());
        }
        6 | 7 => {
            let range = piece(random, bytes, 12);
            let word = random.one_of(words).copied().unwrap_or_default();
            bytes.splice(range, word.bytes());
        }
        8 => {
            let range = part(random, bytes, b"\n");
            let line = bytes.get(range).unwrap_or_default().to_vec();
            bytes.splice(at..at, line);
        }
        9 => {
            let range = part(random, bytes, b"\n");
            bytes.drain(range);
        }
        10 => {
            let range = part(random, bytes, b"\n#");
            let section: Vec<u8> = bytes.drain(range).collect();
            let at = random.below(bytes.len() + 1);
            bytes.splice(at..at, section);
        }
        _ => {
            let range = piece(random, bytes, 20);
            let doubled = bytes
                .get(range)
                .unwrap_or_default()
                .repeat(1 + random.below(6));
            bytes.splice(at..at, doubled);
        }
    }
}

/// A text changed a few times; now and then a piece of it is repeated until the text is large.
pub(crate) fn mutated(
    random: &mut Random,
    text: &[u8],
    other: &[u8],
    words: &[&str],
    largest: usize,
) -> Vec<u8> {
    let mut bytes = text.to_vec();
    // Mostly few, so that what stands behind a change is reached too.
    let most = 1 + random.below(12);
    for _ in 0..=random.below(most) {
        change(random, &mut bytes, other, words);
    }
    if random.below(400) == 0 {
        let longest = 1 + random.below(60);
        let range = piece(random, &bytes, longest);
        let at = range.end;
        let piece = bytes.get(range).unwrap_or_default();
        let times = largest.saturating_sub(bytes.len()) / piece.len().max(1);
        let repeated = piece.repeat(times);
        bytes.splice(at..at, repeated);
    }
    bytes
}
