//! When a key was used last.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use specd_app::keys;
use specd_app::keys::cached::CachedKeys;
use specd_app::ports::clock::Clock;
use specd_app::ports::keys::KeyRepository;

use crate::World;
use crate::watched::Watched;

struct Server {
    world: World,
    watched: Arc<Watched>,
    keys: CachedKeys,
}

impl Server {
    fn new() -> Self {
        let world = World::new();
        let watched = Watched::new(&world.store);
        let keys = CachedKeys::new(Arc::clone(&watched) as _, Arc::new(world.clock.clone()));
        Self {
            world,
            watched,
            keys,
        }
    }

    async fn accepts(&self, text: &str) -> bool {
        let caller = keys::authenticate(text, &self.keys, &self.world.clock).await;
        caller.is_ok()
    }

    async fn stored(&self, id: &str) -> Option<DateTime<Utc>> {
        let key = self.world.store.find(id).await.unwrap().unwrap();
        key.last_used_at
    }
}

#[tokio::test]
async fn the_last_use_of_a_key_is_stored_later_and_at_most_once_a_minute() {
    let server = Server::new();
    let created = server.world.created(None).await;
    let (id, text) = (created.stored.id, created.token.reveal());
    let clock = &server.world.clock;
    let begin = clock.now();
    assert!(server.accepts(&text).await);
    assert_eq!(server.stored(&id).await, None, "not while it is answered");
    server.keys.store_due_uses().await.unwrap();
    assert_eq!(server.stored(&id).await, Some(begin));
    for _ in 0..59 {
        clock.advance(TimeDelta::seconds(1));
        assert!(server.accepts(&text).await);
        server.keys.store_due_uses().await.unwrap();
    }
    assert_eq!(server.watched.batches(), 1);
    clock.advance(TimeDelta::seconds(1));
    server.keys.store_due_uses().await.unwrap();
    assert_eq!(
        server.stored(&id).await,
        Some(begin + TimeDelta::seconds(59))
    );
    assert_eq!(server.watched.batches(), 2);
    clock.advance(TimeDelta::days(1));
    server.keys.store_due_uses().await.unwrap();
    assert_eq!(server.watched.batches(), 2, "it was not used since");
}

#[tokio::test]
async fn at_the_end_every_use_is_stored() {
    let server = Server::new();
    let created = server.world.created(None).await;
    let (id, text) = (created.stored.id, created.token.reveal());
    assert!(server.accepts(&text).await);
    server.keys.store_due_uses().await.unwrap();
    server.world.clock.advance(TimeDelta::seconds(5));
    assert!(server.accepts(&text).await);
    server.keys.store_all_uses().await.unwrap();
    let last = server.world.clock.now();
    assert_eq!(server.stored(&id).await, Some(last));
}

#[tokio::test]
async fn a_refused_key_was_not_used() {
    let server = Server::new();
    let created = server.world.created(Some(TimeDelta::seconds(10))).await;
    server.world.clock.advance(TimeDelta::seconds(10));
    assert!(!server.accepts(&created.token.reveal()).await);
    server.keys.store_all_uses().await.unwrap();
    assert_eq!(server.stored(&created.stored.id).await, None);
    assert_eq!(server.watched.batches(), 0);
}

#[tokio::test]
async fn a_store_that_is_away_fails_no_request_and_hears_of_the_use_later() {
    let server = Server::new();
    let created = server.world.created(None).await;
    let (id, text) = (created.stored.id, created.token.reveal());
    assert!(server.accepts(&text).await);
    server.world.store.set_away(true);
    assert!(server.accepts(&text).await);
    assert!(server.keys.store_due_uses().await.is_err());
    server.world.store.set_away(false);
    server.keys.store_due_uses().await.unwrap();
    assert_eq!(server.stored(&id).await, Some(server.world.clock.now()));
}

#[tokio::test]
async fn the_uses_of_many_keys_are_stored_together() {
    let server = Server::new();
    let mut all = Vec::new();
    for _ in 0..60 {
        let created = server.world.created(None).await;
        assert!(server.accepts(&created.token.reveal()).await);
        all.push(created.stored.id);
    }
    server.keys.store_due_uses().await.unwrap();
    assert_eq!(server.watched.batches(), 1);
    for id in all {
        assert!(server.stored(&id).await.is_some(), "{id}");
    }
}
