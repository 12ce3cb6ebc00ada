//! Rollouts over the store in memory: moved step by step, seen at most once a second, kept while the store is away.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use specd_app::ports::Answer;
use specd_app::ports::clock::Clock as _;
use specd_app::ports::revisions::{NewRevision, RevisionRepository as _, SchemaChange};
use specd_app::ports::rollouts::{RolloutRepository, StoredStage};
use specd_app::ports::store::StoreError;
use specd_app::rollouts::{KnownStages, RolloutError, RolloutPorts, Step, position, step};
use specd_domain::Spec;
use specd_domain::name::{FlagName, SpecNumber};
use specd_testkit::sample::{at, spec, table};
use specd_testkit::{MemoryStore, MovedClock};

const NUMBER: SpecNumber = SpecNumber(1);

/// The store, and how often its stages were asked for.
#[derive(Default)]
struct Counted {
    store: MemoryStore,
    looks: AtomicUsize,
}

impl RolloutRepository for Counted {
    fn stages(&self) -> Answer<'_, Result<Vec<StoredStage>, StoreError>> {
        self.looks.fetch_add(1, Ordering::Relaxed);
        self.store.stages()
    }

    fn set(&self, stage: StoredStage) -> Answer<'_, Result<(), StoreError>> {
        self.store.set(stage)
    }
}

fn flagged(flag: Option<&str>, stages: &[u8]) -> Spec {
    let mut spec = spec(1, table("orders", Vec::new()));
    spec.rollout.flag = flag.map(|flag| at(FlagName::new(flag).unwrap()));
    spec.rollout.stages = stages.iter().map(|stage| at(*stage)).collect();
    spec
}

struct World {
    counted: Arc<Counted>,
    clock: MovedClock,
}

impl World {
    fn new() -> Self {
        Self {
            counted: Arc::default(),
            clock: MovedClock::default(),
        }
    }

    async fn serve(&self, spec: Spec, follows: Option<u32>) {
        let change = match follows {
            None => SchemaChange::CreateTable,
            Some(_) => SchemaChange::Alter(Vec::new()),
        };
        let revision = NewRevision {
            spec: Arc::new(spec),
            digest: "0".repeat(64),
            follows,
            change,
            applied_at: self.clock.now(),
        };
        self.counted.store.apply(revision).await.unwrap();
    }

    async fn step(&self, to: Step) -> Result<(u8, u8), String> {
        let ports = RolloutPorts {
            revisions: &self.counted.store,
            rollouts: &*self.counted,
            clock: &self.clock,
        };
        let change = step(NUMBER, to, ports).await;
        change
            .map(|change| (change.from, change.to))
            .map_err(|error| error.to_string())
    }

    async fn percent(&self) -> u8 {
        let found = position(NUMBER, &self.counted.store, &*self.counted).await;
        found.unwrap().percent
    }

    fn known(&self) -> KnownStages {
        KnownStages::new(Arc::clone(&self.counted) as _, Arc::new(self.clock.clone()))
    }

    fn looks(&self) -> usize {
        self.counted.looks.load(Ordering::Relaxed)
    }
}

#[tokio::test]
async fn a_rollout_goes_from_stage_to_stage_and_back() {
    let world = World::new();
    world.serve(flagged(Some("a"), &[5, 25, 100]), None).await;
    assert_eq!(world.percent().await, 5);
    assert_eq!(world.step(Step::Advance).await, Ok((5, 25)));
    assert_eq!(world.step(Step::Advance).await, Ok((25, 100)));
    assert_eq!(
        world.step(Step::Advance).await,
        Err("SPEC 0001 is at 100%, and no stage of its document is behind that".to_owned())
    );
    assert_eq!(world.step(Step::Back).await, Ok((100, 25)));
    assert_eq!(world.step(Step::Set(40)).await, Ok((25, 40)));
    assert_eq!(world.step(Step::Back).await, Ok((40, 25)));
    assert_eq!(world.step(Step::Back).await, Ok((25, 5)));
    let refused = world.step(Step::Back).await.unwrap_err();
    assert!(
        refused.ends_with("`specd rollout set 0001 0` takes everybody out"),
        "{refused}"
    );
    assert_eq!(world.step(Step::Set(0)).await, Ok((5, 0)));
    assert_eq!(world.step(Step::Set(0)).await, Ok((0, 0)));
    assert!(world.step(Step::Set(101)).await.is_err());
    assert_eq!(world.percent().await, 0);
}

#[tokio::test]
async fn stages_that_end_before_everybody_name_the_way_to_everybody() {
    let world = World::new();
    world.serve(flagged(Some("a"), &[5]), None).await;
    let refused = world.step(Step::Advance).await.unwrap_err();
    assert!(
        refused.ends_with("`specd rollout set 0001 100` lets everybody in"),
        "{refused}"
    );
}

#[tokio::test]
async fn what_has_no_flag_or_was_never_served_cannot_be_moved() {
    let world = World::new();
    let refused = world.step(Step::Advance).await.unwrap_err();
    assert!(refused.contains("was never served"), "{refused}");
    let found = position(NUMBER, &world.counted.store, &*world.counted).await;
    assert!(matches!(found, Err(RolloutError::NeverServed(NUMBER))));
    world.serve(flagged(None, &[5, 100]), None).await;
    assert_eq!(world.percent().await, 100);
    let refused = world.step(Step::Set(5)).await.unwrap_err();
    assert!(refused.contains("has no feature flag"), "{refused}");
}

#[tokio::test]
async fn a_new_flag_begins_anew_and_new_stages_do_not() {
    let world = World::new();
    world.serve(flagged(Some("a"), &[5, 25, 100]), None).await;
    world.step(Step::Advance).await.unwrap();
    world
        .serve(flagged(Some("a"), &[10, 50, 100]), Some(1))
        .await;
    assert_eq!(world.percent().await, 25);
    assert_eq!(world.step(Step::Advance).await, Ok((25, 50)));
    world
        .serve(flagged(Some("b"), &[10, 50, 100]), Some(2))
        .await;
    assert_eq!(world.percent().await, 10);
    assert_eq!(
        world.step(Step::Back).await.unwrap_err().split(',').next(),
        Some("SPEC 0001 is at 10%")
    );
}

#[tokio::test]
async fn the_stages_are_asked_for_once_a_second_whoever_needs_them() {
    let world = World::new();
    let (known, spec) = (world.known(), flagged(Some("a"), &[5, 100]));
    assert_eq!(known.percent(&spec), None);
    assert_eq!(known.percent(&flagged(None, &[5])), Some(100));
    for _ in 0..10 {
        known.refresh().await.unwrap();
        assert_eq!(known.percent(&spec), Some(5));
    }
    assert_eq!(world.looks(), 1);
    world.clock.advance(TimeDelta::milliseconds(999));
    known.refresh().await.unwrap();
    assert_eq!(world.looks(), 1);
    world.clock.advance(TimeDelta::milliseconds(1));
    for _ in 0..10 {
        known.refresh().await.unwrap();
    }
    assert_eq!(world.looks(), 2);
}

#[tokio::test]
async fn a_clock_that_goes_back_does_not_keep_old_stages_for_long() {
    let world = World::new();
    let known = world.known();
    known.refresh().await.unwrap();
    world.clock.advance(TimeDelta::days(-1));
    known.refresh().await.unwrap();
    assert_eq!(world.looks(), 2);
}

#[tokio::test]
async fn while_the_store_is_away_the_stages_of_before_hold() {
    let world = World::new();
    let (known, spec) = (world.known(), flagged(Some("a"), &[5, 100]));
    world.counted.store.set_away(true);
    assert!(known.refresh().await.is_err());
    assert_eq!(known.percent(&spec), None);
    world.counted.store.set_away(false);
    world.serve(spec.clone(), None).await;
    world.step(Step::Advance).await.unwrap();
    known.refresh().await.unwrap();
    assert_eq!(known.percent(&spec), Some(100));
    world.counted.store.set_away(true);
    world.clock.advance(TimeDelta::seconds(60));
    let looks = world.looks();
    assert!(known.refresh().await.is_err());
    // Whoever asks within the same second goes on without a look.
    assert!(known.refresh().await.is_ok());
    assert_eq!(world.looks(), looks + 1);
    assert_eq!(known.percent(&spec), Some(100));
}
