//! Buckets: which callers a percentage lets in.

use crate::access::caller::Caller;
use crate::name::FlagName;

use super::murmur::murmur3_32;

/// How many buckets there are; each is a hundredth of a percent.
const BUCKETS: u64 = 10_000;

/// The bucket of a caller, 0 to 9999. It depends on the flag and on who calls alone, so that every server finds the same
/// one, before and after a restart.
pub fn bucket(flag: &FlagName, identity: &str) -> u32 {
    let hash = murmur3_32(format!("{flag}:{identity}").as_bytes(), 0);
    u32::try_from((u64::from(hash) * BUCKETS) >> 32).unwrap_or_default()
}

/// Whether a percentage lets a caller in. Who is in stays in as the percentage rises. A caller who has not said who it is
/// has no bucket, and is in only with everybody: an address names nobody, and one bucket for all of them would be all or
/// nothing at a percentage that says neither.
pub fn is_in(flag: &FlagName, caller: &Caller, percent: u8) -> bool {
    match caller.identity() {
        Some(identity) => bucket(flag, &identity) < u32::from(percent) * 100,
        None => percent >= 100,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn flag() -> FlagName {
        FlagName::new("feature_orders_enabled").unwrap()
    }

    fn caller(subject: &str, issuer: Option<&str>) -> Caller {
        Caller::Known {
            subject: subject.to_owned(),
            issuer: issuer.map(str::to_owned),
            scopes: Vec::new(),
        }
    }

    /// Another formula would let other callers in, in the middle of their rollouts.
    #[test]
    fn the_bucket_of_a_caller_never_changes() {
        let buckets = ["key:a", "key:b", "jwt:https://issuer a"].map(|who| bucket(&flag(), who));
        assert_eq!(buckets, [2782, 6703, 4787]);
        let hash = u64::from(murmur3_32(b"feature_orders_enabled:key:a", 0));
        assert_eq!(hash * 10_000 / (1 << 32), 2782);
    }

    #[test]
    fn the_shares_are_near_what_they_say() {
        for percent in [1, 5, 25, 50, 75] {
            let is_in = |at: &u32| is_in(&flag(), &caller(&format!("k{at}"), None), percent);
            let share = (0..20_000).filter(is_in).count();
            let expected = 200 * usize::from(percent);
            assert!(
                share.abs_diff(expected) < 250,
                "{share} of 20000 at {percent} %"
            );
        }
    }

    #[test]
    fn a_key_and_a_token_of_one_name_have_buckets_of_their_own() {
        let differs = (0..100).any(|at| {
            let name = format!("k{at}");
            let key = is_in(&flag(), &caller(&name, None), 50);
            key != is_in(&flag(), &caller(&name, Some("https://issuer")), 50)
        });
        assert!(differs);
    }

    #[test]
    fn nobody_in_particular_is_in_with_everybody_alone() {
        let is_in = |percent| is_in(&flag(), &Caller::Anonymous, percent);
        assert_eq!([0, 5, 99, 100].map(is_in), [false, false, false, true]);
    }

    proptest! {
        #[test]
        fn who_is_in_stays_in(name in ".{0,40}", low in 0..=100u8, high in 0..=100u8) {
            let (low, high) = (low.min(high), low.max(high));
            let caller = caller(&name, None);
            prop_assert!(!is_in(&flag(), &caller, low) || is_in(&flag(), &caller, high));
            prop_assert!(!is_in(&flag(), &caller, 0));
            prop_assert!(is_in(&flag(), &caller, 100));
        }
    }
}
