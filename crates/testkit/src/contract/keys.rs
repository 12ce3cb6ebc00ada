//! API keys.

use chrono::{TimeDelta, Utc};
use specd_app::ports::keys::StoredKey;
use specd_app::ports::store::StoreError;
use specd_domain::name::ScopeName;

use super::Store;
use crate::sample::time;

fn key(id: &str, created_at: chrono::DateTime<Utc>) -> StoredKey {
    let scopes = ["orders:read", "orders:write", "a!b#c"];
    StoredKey {
        id: id.to_owned(),
        name: format!("the key `{id}` of Zoë 😀"),
        scopes: scopes
            .iter()
            .filter_map(|scope| ScopeName::new(*scope).ok())
            .collect(),
        secret_sha256: std::array::from_fn(|byte| u8::try_from(byte * 8).unwrap_or(255)),
        created_at,
        expires_at: Some(created_at + TimeDelta::days(30)),
        revoked_at: None,
        last_used_at: None,
    }
}

fn moment() -> chrono::DateTime<Utc> {
    time("2025-01-01T08:00:00.123456Z")
}

async fn create(store: &dyn Store, key: StoredKey) {
    let answer = store.keys().create(key).await;
    assert!(answer.is_ok(), "{answer:?}");
}

async fn find(store: &dyn Store, id: &str) -> Option<StoredKey> {
    match store.keys().find(id).await {
        Ok(key) => key,
        Err(error) => unreachable!("the key was not looked for: {error:?}"),
    }
}

/// With scopes, secret and times to the microsecond; also one without scopes and without an end.
pub async fn a_key_is_found_as_it_was_created(store: &dyn Store) {
    let bare = StoredKey {
        scopes: Vec::new(),
        expires_at: None,
        ..key("bare", moment())
    };
    for key in [key("k1", moment()), bare] {
        create(store, key.clone()).await;
        assert_eq!(find(store, &key.id).await, Some(key));
    }
}

/// Also one that looks like another, or like SQL.
pub async fn an_unknown_key_is_none(store: &dyn Store) {
    create(store, key("k1", moment())).await;
    for id in ["k2", "K1", "k1 ", "", "k%", "' OR 1=1 --"] {
        assert_eq!(find(store, id).await, None, "{id}");
    }
}

/// And leaves the first as it is.
pub async fn a_second_key_of_one_id_fails(store: &dyn Store) {
    let first = key("k1", moment());
    create(store, first.clone()).await;
    let second = key("k1", moment() + TimeDelta::hours(1));
    let answer = store.keys().create(second).await;
    assert!(matches!(answer, Err(StoreError::Failed(_))), "{answer:?}");
    assert_eq!(find(store, "k1").await, Some(first));
}

/// Revoked ones too.
pub async fn keys_are_listed_oldest_first(store: &dyn Store) {
    for (id, hours) in [("b", 2), ("a", 3), ("c", 1)] {
        create(store, key(id, moment() + TimeDelta::hours(hours))).await;
    }
    assert!(
        store
            .keys()
            .revoke("b", moment())
            .await
            .is_ok_and(|there| there)
    );
    let listed = store.keys().list().await;
    let ids: Vec<_> = listed.iter().flatten().map(|key| key.id.as_str()).collect();
    assert_eq!(ids, ["c", "b", "a"]);
}

/// Revoking again answers yes and changes nothing.
pub async fn a_revoked_key_keeps_its_first_time(store: &dyn Store) {
    create(store, key("k1", moment())).await;
    create(store, key("k2", moment())).await;
    for days in [1, 2] {
        let at = moment() + TimeDelta::days(days);
        assert!(store.keys().revoke("k1", at).await.is_ok_and(|there| there));
    }
    let revoked = find(store, "k1").await.and_then(|key| key.revoked_at);
    assert_eq!(revoked, Some(moment() + TimeDelta::days(1)));
    assert_eq!(find(store, "k2").await, Some(key("k2", moment())));
}

/// There is nothing to revoke.
pub async fn revoking_an_unknown_key_says_so(store: &dyn Store) {
    assert!(
        store
            .keys()
            .revoke("k1", moment())
            .await
            .is_ok_and(|there| !there)
    );
}
