//! Keys over the store in memory: created, recognised, refused, remembered for a second.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::sync::Arc;

use chrono::TimeDelta;
use specd_app::keys::cached::CachedKeys;
use specd_app::keys::{self, AuthenticateError, CreatedKey, NewKey, Token};
use specd_app::ports::clock::Clock;
use specd_app::ports::keys::KeyRepository;
use specd_domain::access::caller::Caller;
use specd_domain::name::ScopeName;
use specd_testkit::{CountingEntropy, MemoryStore, MovedClock};

struct World {
    store: Arc<MemoryStore>,
    clock: MovedClock,
    entropy: CountingEntropy,
}

impl World {
    fn new() -> Self {
        Self {
            store: Arc::new(MemoryStore::default()),
            clock: MovedClock::default(),
            entropy: CountingEntropy::default(),
        }
    }

    async fn created(&self, lifetime: Option<TimeDelta>) -> CreatedKey {
        let new = NewKey {
            name: "ci".to_owned(),
            scopes: vec![ScopeName::new("orders:read").unwrap()],
            expires_at: lifetime.map(|lifetime| self.clock.now() + lifetime),
        };
        let created = keys::create(new, &*self.store, &self.clock, &self.entropy).await;
        created.unwrap()
    }

    async fn caller(&self, text: &str) -> Option<Caller> {
        match keys::authenticate(text, &*self.store, &self.clock).await {
            Ok(caller) => Some(caller),
            Err(AuthenticateError::Refused) => None,
            Err(AuthenticateError::Store(error)) => unreachable!("{error}"),
        }
    }
}

#[tokio::test]
async fn a_created_key_names_its_caller() {
    let world = World::new();
    let created = world.created(None).await;
    let caller = Caller::Known {
        subject: created.stored.id.clone(),
        issuer: None,
        scopes: created.stored.scopes.clone(),
    };
    assert_eq!(world.caller(&created.token.reveal()).await, Some(caller));
}

#[tokio::test]
async fn only_a_hash_of_the_secret_is_stored() {
    let world = World::new();
    let created = world.created(None).await;
    let stored = keys::list(&*world.store).await.unwrap();
    assert_eq!(stored, std::slice::from_ref(&created.stored));
    let text = created.token.reveal();
    let secret = text.split('_').nth(2).unwrap();
    assert!(!format!("{stored:?}").contains(secret));
}

#[tokio::test]
async fn a_key_is_refused_from_its_end_on() {
    let world = World::new();
    let text = world
        .created(Some(TimeDelta::seconds(10)))
        .await
        .token
        .reveal();
    world.clock.advance(TimeDelta::milliseconds(9_999));
    assert!(world.caller(&text).await.is_some());
    world.clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(world.caller(&text).await, None);
}

#[tokio::test]
async fn a_revoked_key_is_refused_and_keeps_its_first_time() {
    let world = World::new();
    let created = world.created(None).await;
    let id = created.stored.id.as_str();
    assert!(keys::revoke(id, &*world.store, &world.clock).await.unwrap());
    assert_eq!(world.caller(&created.token.reveal()).await, None);
    let first = world.store.find(id).await.unwrap().unwrap().revoked_at;
    world.clock.advance(TimeDelta::days(1));
    assert!(keys::revoke(id, &*world.store, &world.clock).await.unwrap());
    let second = world.store.find(id).await.unwrap().unwrap().revoked_at;
    assert_eq!((first.is_some(), first), (true, second));
    assert!(
        !keys::revoke("nobody", &*world.store, &world.clock)
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn a_key_that_was_never_created_is_refused() {
    let world = World::new();
    world.created(None).await;
    let text = Token::generate(&world.entropy).reveal();
    assert_eq!(world.caller(&text).await, None);
}

#[tokio::test]
async fn a_found_key_is_remembered_for_one_second_and_no_longer() {
    let world = World::new();
    let created = world.created(None).await;
    let id = created.stored.id.as_str();
    let keys = CachedKeys::new(Arc::clone(&world.store) as _, Arc::new(world.clock.clone()));
    let is_live = async || keys.find(id).await.unwrap().unwrap().revoked_at.is_none();
    assert!(is_live().await);
    // Revoked behind its back, as by another process.
    world.store.revoke(id, world.clock.now()).await.unwrap();
    world.clock.advance(TimeDelta::milliseconds(999));
    assert!(is_live().await);
    world.clock.advance(TimeDelta::milliseconds(1));
    assert!(!is_live().await);
}

#[tokio::test]
async fn a_key_revoked_through_the_memory_is_forgotten_at_once() {
    let world = World::new();
    let created = world.created(None).await;
    let id = created.stored.id.as_str();
    let keys = CachedKeys::new(Arc::clone(&world.store) as _, Arc::new(world.clock.clone()));
    keys.find(id).await.unwrap();
    keys.revoke(id, world.clock.now()).await.unwrap();
    let found = keys.find(id).await.unwrap().unwrap();
    assert!(found.revoked_at.is_some());
}
