//! What remembering keys costs the store, and what it never does.

use std::sync::Arc;

use chrono::TimeDelta;
use specd_app::keys::cached::CachedKeys;
use specd_app::keys::{self, AuthenticateError, Token};
use specd_app::ports::keys::KeyRepository;
use specd_app::ports::store::StoreError;

use crate::World;
use crate::watched::Watched;

fn remembering(world: &World) -> (Arc<Watched>, Arc<CachedKeys>) {
    let watched = Watched::new(&world.store);
    let clock = Arc::new(world.clock.clone());
    let keys = CachedKeys::new(Arc::clone(&watched) as _, clock);
    (watched, Arc::new(keys))
}

/// Asks so many times at once, and lets them all come as far as they get.
async fn at_once(
    keys: &Arc<CachedKeys>,
    count: usize,
    id: &str,
) -> Vec<tokio::task::JoinHandle<Result<bool, StoreError>>> {
    let ask = |_| {
        let (keys, id) = (Arc::clone(keys), id.to_owned());
        tokio::spawn(async move { keys.find(&id).await.map(|found| found.is_some()) })
    };
    let asked = (0..count).map(ask).collect();
    settle().await;
    asked
}

async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_mistyped_key_is_refused_without_a_look_up() {
    let world = World::new();
    let text = world.created(None).await.token.reveal();
    let (watched, keys) = remembering(&world);
    for at in 0..text.len() {
        let mut mistyped = text.clone();
        let wrong = if text.as_bytes().get(at) == Some(&b'x') {
            "y"
        } else {
            "x"
        };
        mistyped.replace_range(at..=at, wrong);
        let refused = keys::authenticate(&mistyped, &keys, &world.clock).await;
        assert!(matches!(refused, Err(AuthenticateError::Refused)));
    }
    assert_eq!(watched.finds(), 0);
    keys::authenticate(&text, &keys, &world.clock)
        .await
        .unwrap();
    assert_eq!(watched.finds(), 1);
}

#[tokio::test]
async fn many_requests_with_one_key_that_must_be_asked_for_anew_are_one_look_up() {
    let world = World::new();
    let id = world.created(None).await.stored.id;
    let (watched, keys) = remembering(&world);
    for round in 1..=3 {
        watched.close();
        let asked = at_once(&keys, 100, &id).await;
        watched.open();
        for answer in asked {
            assert!(answer.await.unwrap().unwrap());
        }
        assert_eq!(watched.finds(), round);
        world.clock.advance(TimeDelta::seconds(1));
    }
}

#[tokio::test]
async fn a_request_that_is_given_up_leaves_its_look_up_to_another() {
    let world = World::new();
    let id = world.created(None).await.stored.id;
    let (watched, keys) = remembering(&world);
    watched.close();
    let mut asked = at_once(&keys, 3, &id).await;
    let first = asked.remove(0);
    first.abort();
    assert!(first.await.is_err());
    settle().await;
    watched.open();
    for answer in asked {
        assert!(answer.await.unwrap().unwrap());
    }
    assert_eq!(watched.finds(), 2);
}

#[tokio::test]
async fn a_failure_is_told_to_all_who_waited_and_is_not_remembered() {
    let world = World::new();
    let id = world.created(None).await.stored.id;
    let (watched, keys) = remembering(&world);
    for is_known in [false, true] {
        if is_known {
            keys.find(&id).await.unwrap();
            world.clock.advance(TimeDelta::seconds(1));
        }
        let before = watched.finds();
        world.store.set_away(true);
        watched.close();
        let asked = at_once(&keys, 20, &id).await;
        watched.open();
        for answer in asked {
            let error = answer.await.unwrap().unwrap_err();
            assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
            let cause = std::error::Error::source(&error).unwrap().to_string();
            assert_eq!(cause, "the store was taken away");
        }
        assert_eq!(watched.finds(), before + 1);
        world.store.set_away(false);
        assert!(keys.find(&id).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn that_there_is_no_such_key_is_remembered_for_a_second() {
    let world = World::new();
    let (watched, keys) = remembering(&world);
    let text = Token::generate(&world.entropy).reveal();
    for _ in 0..100 {
        let refused = keys::authenticate(&text, &keys, &world.clock).await;
        assert!(matches!(refused, Err(AuthenticateError::Refused)));
    }
    assert_eq!(watched.finds(), 1);
    world.clock.advance(TimeDelta::seconds(1));
    keys::authenticate(&text, &keys, &world.clock)
        .await
        .unwrap_err();
    assert_eq!(watched.finds(), 2);
}

#[tokio::test]
async fn a_key_made_elsewhere_works_with_its_first_request() {
    let world = World::new();
    let (_, keys) = remembering(&world);
    keys.find("somebody").await.unwrap();
    let text = world.created(None).await.token.reveal();
    let caller = keys::authenticate(&text, &keys, &world.clock).await;
    assert!(caller.is_ok(), "{caller:?}");
}

#[tokio::test]
async fn a_flood_of_unknown_keys_drives_no_known_one_out() {
    let world = World::new();
    let id = world.created(None).await.stored.id;
    let (watched, keys) = remembering(&world);
    keys.find(&id).await.unwrap();
    for number in 0..20_000 {
        keys.find(&format!("stranger {number}")).await.unwrap();
    }
    let before = watched.finds();
    assert!(keys.find(&id).await.unwrap().is_some());
    assert_eq!(watched.finds(), before);
}

#[tokio::test]
async fn unknown_keys_are_looked_up_two_at_a_time_and_nobody_who_is_known_waits_for_them() {
    let world = World::new();
    let id = world.created(None).await.stored.id;
    let (watched, keys) = remembering(&world);
    keys.find(&id).await.unwrap();
    world.clock.advance(TimeDelta::seconds(1));
    watched.close();
    let mut strangers = Vec::new();
    for number in 0..50 {
        strangers.extend(at_once(&keys, 1, &format!("stranger {number}")).await);
    }
    assert_eq!(watched.finds(), 1 + 2);
    // Its second is over, so that it is asked for again.
    let known = at_once(&keys, 1, &id).await;
    assert_eq!(watched.finds(), 1 + 2 + 1);
    watched.open();
    for answer in strangers {
        assert!(!answer.await.unwrap().unwrap());
    }
    for answer in known {
        assert!(answer.await.unwrap().unwrap());
    }
}
