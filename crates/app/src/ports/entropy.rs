//! Randomness.

/// Gives random bits that cannot be foretold. The only way to them for everything but `server`.
pub trait Entropy: Send + Sync {
    /// 128 fresh random bits.
    fn random_128(&self) -> [u8; 16];
}
