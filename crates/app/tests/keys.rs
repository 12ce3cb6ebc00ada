//! Keys over the store in memory: created, recognised, refused, remembered for a second.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

#[path = "keys/cached.rs"]
mod cached;
#[path = "keys/uses.rs"]
mod uses;
#[path = "keys/watched.rs"]
mod watched;

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

    /// A server that has just started.
    fn cached(&self) -> CachedKeys {
        CachedKeys::new(Arc::clone(&self.store) as _, Arc::new(self.clock.clone()))
    }

    /// Who holds the key, to a server that has just started.
    async fn caller(&self, text: &str) -> Option<Caller> {
        self.caller_at(&self.cached(), text).await
    }

    async fn caller_at(&self, keys: &CachedKeys, text: &str) -> Option<Caller> {
        match keys::authenticate(text, keys, &self.clock).await {
            Ok(caller) => Some(Caller::clone(&caller)),
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
    let keys = world.cached();
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
    let keys = world.cached();
    keys.find(id).await.unwrap();
    keys.revoke(id, world.clock.now()).await.unwrap();
    let found = keys.find(id).await.unwrap().unwrap();
    assert!(found.revoked_at.is_some());
}

#[tokio::test]
async fn two_keys_of_one_name_live_side_by_side_until_one_is_revoked() {
    let world = World::new();
    let (old, new) = (world.created(None).await, world.created(None).await);
    assert_eq!(old.stored.name, new.stored.name);
    let is_accepted = async |key: &CreatedKey| world.caller(&key.token.reveal()).await.is_some();
    assert!(is_accepted(&old).await && is_accepted(&new).await);
    let id = old.stored.id.as_str();
    assert!(keys::revoke(id, &*world.store, &world.clock).await.unwrap());
    assert!(!is_accepted(&old).await && is_accepted(&new).await);
}

#[tokio::test]
async fn a_key_revoked_on_one_server_is_refused_by_the_other_within_a_second() {
    let world = World::new();
    let created = world.created(None).await;
    let text = created.token.reveal();
    let (here, there) = (world.cached(), world.cached());
    for server in [&here, &there] {
        assert!(world.caller_at(server, &text).await.is_some());
    }
    here.revoke(&created.stored.id, world.clock.now())
        .await
        .unwrap();
    assert_eq!(world.caller_at(&here, &text).await, None, "at once");
    world.clock.advance(TimeDelta::seconds(1));
    assert_eq!(
        world.caller_at(&there, &text).await,
        None,
        "within a second"
    );
}

#[tokio::test]
async fn a_key_that_is_used_all_the_time_is_refused_within_a_second_too() {
    let world = World::new();
    let created = world.created(None).await;
    let text = created.token.reveal();
    let server = world.cached();
    assert!(world.caller_at(&server, &text).await.is_some());
    world
        .store
        .revoke(&created.stored.id, world.clock.now())
        .await
        .unwrap();
    // Being asked for does not make an answer younger.
    for _ in 0..10 {
        world.clock.advance(TimeDelta::milliseconds(100));
        world.caller_at(&server, &text).await;
    }
    assert_eq!(world.caller_at(&server, &text).await, None);
}

#[tokio::test]
async fn a_wrong_secret_is_refused_although_the_id_is_that_of_a_key() {
    let world = World::new();
    let created = world.created(None).await;
    let other = world.created(None).await;
    let (text, stranger) = (created.token.reveal(), other.token.reveal());
    let part = |text: &str, at: usize| text.split('_').nth(at).unwrap().to_owned();
    let body = format!("specd_{}_{}", part(&text, 1), part(&stranger, 2));
    // Whoever knows how keys are made can make a checksum that is right.
    let forged = format!("{body}_{}", watched::checksum(&body));
    assert!(Token::parse(&forged).is_ok(), "{forged}");
    assert_eq!(world.caller(&forged).await, None);
}
