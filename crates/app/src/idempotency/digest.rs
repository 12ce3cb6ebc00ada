//! What requests are told apart by: digests over their parts, each with its length before it, so that no two lists of
//! parts are one text.

use sha2::{Digest as _, Sha256};
use specd_domain::endpoint::Method;

use super::key::IdempotencyKey;
use crate::ports::answers::{ClaimId, Fingerprint};

/// What a kept answer is found by: the same key means nothing to another caller, method or path.
pub(super) fn claim_id(caller: &str, method: Method, path: &str, key: &IdempotencyKey) -> ClaimId {
    let parts = [caller, method.as_str(), path, key.as_str()];
    ClaimId(digest("claim", parts.iter().map(|part| part.as_bytes())))
}

/// The digest of everything of a request that decides its outcome. What the document says is not part of it: a repetition
/// gets its answer also after the document was changed.
pub fn fingerprint<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Fingerprint {
    Fingerprint(digest("request", parts))
}

fn digest<'a>(purpose: &'a str, parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
    let mut sha = Sha256::new();
    for part in [purpose.as_bytes()].into_iter().chain(parts) {
        // No part comes near to 2^64 bytes.
        sha.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        sha.update(part);
    }
    sha.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cannot_be_shifted_into_each_other() {
        let of = |parts: &[&str]| fingerprint(parts.iter().map(|part| part.as_bytes()));
        let distinct = [
            of(&["a", "bc"]),
            of(&["ab", "c"]),
            of(&["abc"]),
            of(&["abc", ""]),
        ];
        for (at, one) in distinct.iter().enumerate() {
            assert_eq!(distinct.iter().position(|other| other == one), Some(at));
        }
    }

    #[test]
    fn a_key_belongs_to_its_caller_method_and_path() {
        let key = |text: &str| IdempotencyKey::parse(text).unwrap();
        let same = claim_id("key:a", Method::Post, "/api/v1/orders", &key("k"));
        assert_eq!(
            same,
            claim_id("key:a", Method::Post, "/api/v1/orders", &key("\"k\""))
        );
        for other in [
            claim_id("key:b", Method::Post, "/api/v1/orders", &key("k")),
            claim_id("key:a", Method::Patch, "/api/v1/orders", &key("k")),
            claim_id("key:a", Method::Post, "/api/v1/order", &key("sk")),
            claim_id("key:a", Method::Post, "/api/v1/orders", &key("K")),
        ] {
            assert_ne!(same, other);
        }
    }
}
