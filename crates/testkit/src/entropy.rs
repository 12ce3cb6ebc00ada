//! Randomness that can be foretold.

use std::sync::atomic::{AtomicU64, Ordering};

use specd_app::ports::entropy::Entropy;

/// Counts: each call gives other bits, and the same bits in every run.
#[derive(Debug, Default)]
pub struct CountingEntropy(AtomicU64);

impl CountingEntropy {
    /// One that begins at `first`.
    pub fn starting_at(first: u64) -> Self {
        Self(AtomicU64::new(first))
    }
}

impl Entropy for CountingEntropy {
    fn random_128(&self) -> [u8; 16] {
        let count = self.0.fetch_add(1, Ordering::Relaxed);
        // The halves are scrambled differently, so that ids and secrets look like ids and secrets.
        let high = count.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let low = high.rotate_left(29) ^ 0xD1B5_4A32_D192_ED03;
        ((u128::from(high) << 64) | u128::from(low)).to_be_bytes()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_call_gives_other_bits_and_every_run_the_same() {
        let (one, two) = (CountingEntropy::default(), CountingEntropy::default());
        let ours: Vec<_> = (0..1_000).map(|_| one.random_128()).collect();
        let theirs: Vec<_> = (0..1_000).map(|_| two.random_128()).collect();
        assert_eq!(ours, theirs);
        assert_eq!(ours.iter().collect::<HashSet<_>>().len(), 1_000);
    }
}
