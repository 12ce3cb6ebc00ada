//! `MurmurHash3`, its 32-bit form for 32-bit machines (Austin Appleby, in the public domain): spreads names evenly. It hides
//! nothing and proves nothing.

/// The hash of some bytes.
pub(super) fn murmur3_32(bytes: &[u8], seed: u32) -> u32 {
    let (words, tail) = bytes.as_chunks::<4>();
    let mut hash = seed;
    for word in words {
        hash ^= scrambled(u32::from_le_bytes(*word));
        hash = hash
            .rotate_left(13)
            .wrapping_mul(5)
            .wrapping_add(0xe654_6b64);
    }
    let last = tail
        .iter()
        .rev()
        .fold(0, |last: u32, byte| (last << 8) | u32::from(*byte));
    hash ^= scrambled(last);
    // The length counts modulo 2^32.
    hash ^= u32::try_from(bytes.len() & 0xffff_ffff).unwrap_or_default();
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}

const fn scrambled(word: u32) -> u32 {
    word.wrapping_mul(0xcc9e_2d51)
        .rotate_left(15)
        .wrapping_mul(0x1b87_3593)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], seed: u32, expected: u32) {
        let hash = murmur3_32(bytes, seed);
        assert_eq!(hash, expected, "{bytes:?} with {seed:#x}: {hash:#010x}");
    }

    /// The vectors that implementations compare themselves by (the reference code's own, and those of Wikipedia's page).
    #[test]
    fn the_published_vectors_hold() {
        check(b"", 0, 0);
        check(b"", 1, 0x514e_28b7);
        check(b"", 0xffff_ffff, 0x81f1_6f39);
        check(&[0xff; 4], 0, 0x7629_3b50);
        check(&[0x21, 0x43, 0x65, 0x87], 0, 0xf55b_516b);
        check(&[0x21, 0x43, 0x65, 0x87], 0x5082_edee, 0x2362_f9de);
        check(&[0x21, 0x43, 0x65], 0, 0x7e4a_8634);
        check(&[0x21, 0x43], 0, 0xa0f7_b07a);
        check(&[0x21], 0, 0x7266_1cf4);
        check(&[0; 4], 0, 0x2362_f9de);
        check(&[0; 3], 0, 0x85f0_b427);
        check(&[0; 2], 0, 0x30f4_c306);
        check(&[0; 1], 0, 0x514e_28b7);
        check(b"test", 0, 0xba6b_d213);
        check(b"test", 0x9747_b28c, 0x704b_81dc);
        check(b"Hello, world!", 0, 0xc036_3e43);
        check(b"Hello, world!", 0x9747_b28c, 0x2488_4cba);
        let fox = b"The quick brown fox jumps over the lazy dog";
        check(fox, 0, 0x2e4f_f723);
        check(fox, 0x9747_b28c, 0x2fa8_26cd);
    }
}
