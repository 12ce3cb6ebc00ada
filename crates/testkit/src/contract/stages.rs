//! The stages of rollouts.

use specd_app::ports::rollouts::StoredStage;
use specd_domain::name::SpecNumber;

use super::Store;
use super::world::{at_once, wait};
use crate::sample::time;

fn stage(spec: u16, flag: &str, percent: u8) -> StoredStage {
    StoredStage {
        spec: SpecNumber(spec),
        flag: flag.to_owned(),
        percent,
        since: time("2025-03-01T12:00:00.123456Z"),
    }
}

async fn set(store: &dyn Store, stage: StoredStage) {
    let answer = store.rollouts().set(stage).await;
    assert!(answer.is_ok(), "{answer:?}");
}

async fn stages(store: &dyn Store) -> Vec<StoredStage> {
    match store.rollouts().stages().await {
        Ok(stages) => stages,
        Err(error) => unreachable!("no stages: {error:?}"),
    }
}

/// A spec that was never set is not there.
pub async fn stages_are_kept_in_the_order_of_the_specs(store: &dyn Store) {
    assert_eq!(stages(store).await, []);
    let [one, two, last] = [
        stage(1, "orders-of-Zoë 😀", 0),
        stage(2, "b", 100),
        stage(9999, "a", 5),
    ];
    for stage in [&last, &one, &two] {
        set(store, stage.clone()).await;
    }
    assert_eq!(stages(store).await, [one, two, last]);
}

/// Flag, share and time, all of them; the stages of others stay.
pub async fn a_stage_takes_the_place_of_the_one_before(store: &dyn Store) {
    let other = stage(2, "other", 25);
    set(store, other.clone()).await;
    set(store, stage(1, "orders", 5)).await;
    let next = StoredStage {
        since: time("2025-03-02T12:00:00Z"),
        ..stage(1, "orders-again", 0)
    };
    set(store, next.clone()).await;
    assert_eq!(stages(store).await, [next, other]);
}

/// One of them is there, and whole.
pub async fn of_stages_set_at_once_one_stays(store: &dyn Store) {
    let asked = |number: u64| {
        let percent = u8::try_from(number).unwrap_or(0);
        stage(1, &format!("flag {percent}"), percent)
    };
    for answer in at_once(20, |number| wait(store.rollouts().set(asked(number)))) {
        assert!(answer.is_ok(), "{answer:?}");
    }
    let left = stages(store).await;
    assert_eq!(left.len(), 1);
    assert!((1..=20).any(|number| left == [asked(number)]), "{left:?}");
}
