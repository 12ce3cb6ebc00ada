//! API keys.

use chrono::{DateTime, TimeDelta, Utc};
use specd_app::ports::keys::StoredKey;
use specd_app::ports::store::StoreError;
use specd_domain::name::ScopeName;

use super::Store;
use super::world::{at_once, wait};
use crate::sample::time;

fn key(id: &str, created_at: DateTime<Utc>) -> StoredKey {
    let scopes = ["orders:read", "orders:write", "a!b#c"];
    StoredKey {
        id: id.to_owned(),
        name: format!("the key `{id}` of Zoë 😀"),
        scopes: scopes
            .iter()
            .filter_map(|scope| ScopeName::new(*scope).ok())
            .collect(),
        secret_sha256: std::array::from_fn(|byte| u8::try_from(byte * 8).unwrap_or(255)).into(),
        created_at,
        expires_at: Some(created_at + TimeDelta::days(30)),
        revoked_at: None,
        last_used_at: None,
    }
}

fn moment() -> DateTime<Utc> {
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

async fn used(store: &dyn Store, uses: &[(&str, DateTime<Utc>)]) {
    let uses = uses.iter().map(|(id, at)| ((*id).to_owned(), *at));
    let answer = store.keys().used(uses.collect()).await;
    assert!(answer.is_ok(), "{answer:?}");
}

async fn last_use(store: &dyn Store, id: &str) -> Option<DateTime<Utc>> {
    find(store, id).await.and_then(|key| key.last_used_at)
}

/// Each of its own key, to the microsecond; in a list too.
pub async fn the_last_use_of_a_key_is_noted(store: &dyn Store) {
    for id in ["k1", "k2", "k3"] {
        create(store, key(id, moment())).await;
    }
    let (early, late) = (
        moment() + TimeDelta::hours(1),
        moment() + TimeDelta::hours(2),
    );
    used(store, &[("k1", early), ("k2", late)]).await;
    used(store, &[]).await;
    let expected = [Some(early), Some(late), None];
    let listed = store.keys().list().await;
    let uses: Vec<_> = listed
        .iter()
        .flatten()
        .map(|key| key.last_used_at)
        .collect();
    assert_eq!(uses, expected);
    for (id, expected) in ["k1", "k2", "k3"].into_iter().zip(expected) {
        let as_it_was = StoredKey {
            last_used_at: expected,
            ..key(id, moment())
        };
        assert_eq!(find(store, id).await, Some(as_it_was));
    }
}

/// Neither with a later call nor within one.
pub async fn a_last_use_never_goes_back(store: &dyn Store) {
    create(store, key("k1", moment())).await;
    let at = |minutes| moment() + TimeDelta::minutes(minutes);
    used(store, &[("k1", at(2)), ("k1", at(5)), ("k1", at(3))]).await;
    assert_eq!(last_use(store, "k1").await, Some(at(5)));
    used(store, &[("k1", at(4))]).await;
    assert_eq!(last_use(store, "k1").await, Some(at(5)));
    used(store, &[("k1", at(6))]).await;
    assert_eq!(last_use(store, "k1").await, Some(at(6)));
}

/// The keys that are there are noted all the same.
pub async fn uses_of_unknown_keys_are_skipped(store: &dyn Store) {
    create(store, key("k1", moment())).await;
    used(
        store,
        &[
            ("k0", moment()),
            ("k1", moment()),
            ("' OR 1=1 --", moment()),
        ],
    )
    .await;
    assert_eq!(last_use(store, "k1").await, Some(moment()));
    assert_eq!(find(store, "k0").await, None);
}

/// Servers that note the same keys, each in another order.
pub async fn of_uses_noted_at_once_the_latest_stays(store: &dyn Store) {
    let ids: Vec<_> = (0..20).map(|number| format!("k{number}")).collect();
    for id in &ids {
        create(store, key(id, moment())).await;
    }
    let at = |server: u64| moment() + TimeDelta::seconds(i64::try_from(server).unwrap_or(0));
    let answers = at_once(8, |server| {
        let skipped = usize::try_from(server * 3).unwrap_or(0);
        let turned = ids.iter().cycle().skip(skipped).take(ids.len());
        let uses = turned.map(|id| (id.clone(), at(server)));
        wait(store.keys().used(uses.collect()))
    });
    for answer in answers {
        assert!(answer.is_ok(), "{answer:?}");
    }
    for id in &ids {
        assert_eq!(last_use(store, id).await, Some(at(8)), "{id}");
    }
}
