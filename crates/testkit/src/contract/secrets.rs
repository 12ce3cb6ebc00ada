//! Secrets that servers share.

use specd_app::ports::store::StoreError;
use specd_domain::sensitive::Sensitive;

use super::Store;
use super::world::{at_once, wait};

async fn secret(store: &dyn Store, name: &'static str, fresh: u8) -> [u8; 32] {
    known(store.secrets().secret(name, [fresh; 32].into()).await)
}

fn known(answer: Result<Sensitive<[u8; 32]>, StoreError>) -> [u8; 32] {
    let answer = answer.map(Sensitive::into_exposed);
    answer.unwrap_or_else(|error| unreachable!("no secret: {error:?}"))
}

/// What comes later changes nothing.
pub async fn the_first_secret_of_a_name_stays(store: &dyn Store) {
    assert_eq!(secret(store, "cursors", 1).await, [1; 32]);
    assert_eq!(secret(store, "cursors", 2).await, [1; 32]);
}

/// Each name has its own.
pub async fn secrets_of_two_names_do_not_mix(store: &dyn Store) {
    assert_eq!(secret(store, "cursors", 1).await, [1; 32]);
    assert_eq!(secret(store, "Cursors", 2).await, [2; 32]);
    assert_eq!(secret(store, "cursors", 3).await, [1; 32]);
}

/// Servers that start together.
pub async fn all_who_ask_at_once_get_the_same_secret(store: &dyn Store) {
    for name in ["one", "two", "three"] {
        let answers = at_once(20, |number| {
            let fresh = u8::try_from(number).unwrap_or(0);
            known(wait(store.secrets().secret(name, [fresh; 32].into())))
        });
        let stored = secret(store, name, 99).await;
        assert_ne!(stored, [99; 32], "{name}");
        assert!(
            answers.iter().all(|answer| *answer == stored),
            "{name}: {answers:?}"
        );
    }
}
