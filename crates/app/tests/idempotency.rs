//! Idempotency keys over the store in memory: admitted once, answered again, forgotten in time.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use std::sync::Arc;

use chrono::TimeDelta;
use specd_app::idempotency::{
    Admission, Claims, IdempotencyError, IdempotencyKey, KeyedRequest, Ticket, admit, fingerprint,
    sweep,
};
use specd_app::ports::answers::StoredAnswer;
use specd_app::ports::clock::Clock;
use specd_app::ports::records::{RecordRepository, Terms, WriteError};
use specd_app::ports::revisions::{NewRevision, RevisionRepository, SchemaChange};
use specd_app::ports::store::StoreError;
use specd_domain::access::caller::Caller;
use specd_domain::endpoint::Method;
use specd_domain::name::SpecNumber;
use specd_domain::table::Table;
use specd_testkit::sample::{spec, table, uuid};
use specd_testkit::{MemoryStore, MovedClock};

struct World {
    claims: Arc<Claims>,
    store: MemoryStore,
    clock: MovedClock,
    table: Arc<Table>,
    number: SpecNumber,
}

fn caller(subject: &str) -> Caller {
    Caller::Known {
        subject: subject.to_owned(),
        issuer: None,
        scopes: Vec::new(),
    }
}

impl World {
    async fn new() -> Self {
        let spec = Arc::new(spec(1, table("orders", Vec::new())));
        let clock = MovedClock::default();
        let store = MemoryStore::at(clock.clone());
        let revision = NewRevision {
            spec: Arc::clone(&spec),
            digest: "0".repeat(64),
            follows: None,
            change: SchemaChange::CreateTable,
            applied_at: clock.now(),
        };
        store.apply(revision).await.unwrap();
        Self {
            claims: Arc::new(Claims::default()),
            store,
            clock,
            table: Arc::clone(&spec.table),
            number: spec.number,
        }
    }

    async fn admit(
        &self,
        caller: &Caller,
        key: &str,
        body: &str,
    ) -> Result<Admission, IdempotencyError> {
        let request = KeyedRequest {
            caller,
            method: Method::Post,
            path: "/api/v1/orders",
            key: &IdempotencyKey::parse(key).unwrap(),
            fingerprint: fingerprint([body.as_bytes()]),
        };
        admit(request, &self.claims, &self.store, &self.clock).await
    }

    async fn ticket(&self, caller: &Caller, key: &str) -> Ticket {
        match self.admit(caller, key, "body").await {
            Ok(Admission::New(ticket)) => ticket,
            other => panic!("not new: {other:?}"),
        }
    }

    /// Stores the record of this number, with an answer that names it.
    async fn store(&self, ticket: &Ticket, number: u64) -> Result<(), WriteError> {
        let answer = Arc::new(move |_: &_| StoredAnswer {
            status: 201,
            headers: Vec::new(),
            body: number.to_string().into_bytes().into(),
        });
        let terms = Terms {
            claim: Some(ticket.claim(self.number, answer)),
            ..Terms::default()
        };
        let created = self.store.create(&self.table, vec![uuid(number)], terms);
        created.await.map(|_| ())
    }

    async fn sweep(&self, kept_per_caller: u64) -> Result<u64, StoreError> {
        sweep(&self.claims, kept_per_caller, &self.store, &self.clock).await
    }
}

#[tokio::test]
async fn a_key_is_new_then_in_use_then_answered() {
    let world = World::new().await;
    let ada = caller("ada");
    let ticket = world.ticket(&ada, "k").await;
    let busy = world.admit(&ada, "k", "body").await;
    assert!(matches!(busy, Err(IdempotencyError::InUse)), "{busy:?}");
    world.ticket(&caller("bob"), "k").await;
    world.store(&ticket, 1).await.unwrap();
    let busy = world.admit(&ada, "k", "body").await;
    assert!(matches!(busy, Err(IdempotencyError::InUse)), "{busy:?}");
    drop(ticket);
    let again = world.admit(&ada, "k", "body").await;
    assert!(
        matches!(&again, Ok(Admission::Answered(answer)) if answer.body.expose() == b"1"),
        "{again:?}"
    );
    let other = world.admit(&ada, "k", "another body").await;
    assert!(matches!(other, Err(IdempotencyError::Reused)), "{other:?}");
}

#[tokio::test]
async fn a_request_that_stored_nothing_leaves_its_key_free() {
    let world = World::new().await;
    let ada = caller("ada");
    drop(world.ticket(&ada, "k").await);
    let ticket = world.ticket(&ada, "k").await;
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        let _ticket = ticket;
        std::panic::resume_unwind(Box::new("nobody prints this"));
    }));
    assert!(panicked.is_err());
    world.ticket(&ada, "k").await;
}

#[tokio::test]
async fn a_store_that_is_away_takes_no_key() {
    let world = World::new().await;
    let ada = caller("ada");
    world.store.set_away(true);
    let away = world.admit(&ada, "k", "body").await;
    assert!(
        matches!(
            away,
            Err(IdempotencyError::Store(StoreError::Unavailable(_)))
        ),
        "{away:?}"
    );
    assert!(world.sweep(1).await.is_err());
    world.store.set_away(false);
    world.ticket(&ada, "k").await;
}

#[tokio::test]
async fn whoever_comes_second_with_a_ticket_stores_nothing() {
    let world = World::new().await;
    let ada = caller("ada");
    let ours = world.ticket(&ada, "k").await;
    // Another server, which shares nothing but the store.
    let elsewhere = World {
        claims: Arc::new(Claims::default()),
        ..world
    };
    let theirs = elsewhere.ticket(&ada, "k").await;
    elsewhere.store(&theirs, 1).await.unwrap();
    let late = elsewhere.store(&ours, 2).await;
    assert!(matches!(late, Err(WriteError::Claimed)), "{late:?}");
}

#[tokio::test]
async fn what_expired_is_swept_in_batches_and_nothing_else() {
    let world = World::new().await;
    let ada = caller("ada");
    for number in 0..2_500 {
        let ticket = world.ticket(&ada, &format!("k{number}")).await;
        world.store(&ticket, number).await.unwrap();
    }
    world.clock.advance(TimeDelta::hours(1));
    let kept = world.ticket(&ada, "kept").await;
    world.store(&kept, 2_500).await.unwrap();
    drop(kept);
    world
        .clock
        .advance(TimeDelta::hours(23) - TimeDelta::seconds(1));
    assert_eq!(world.sweep(100_000).await.unwrap(), 0);
    world.clock.advance(TimeDelta::seconds(1));
    assert_eq!(world.sweep(100_000).await.unwrap(), 2_500);
    let again = world.admit(&ada, "kept", "body").await;
    assert!(matches!(again, Ok(Admission::Answered(_))), "{again:?}");
    world.ticket(&ada, "k7").await;
}

#[tokio::test]
async fn a_crowded_caller_gets_no_new_keys_and_its_old_answers() {
    let world = World::new().await;
    let (ada, bob) = (caller("ada"), caller("bob"));
    for number in 0..3 {
        let ticket = world.ticket(&ada, &format!("k{number}")).await;
        world.store(&ticket, number).await.unwrap();
    }
    world.sweep(3).await.unwrap();
    drop(world.ticket(&ada, "k3").await);
    world.sweep(2).await.unwrap();
    let crowded = world.admit(&ada, "k3", "body").await;
    assert!(
        matches!(crowded, Err(IdempotencyError::Crowded)),
        "{crowded:?}"
    );
    let crowded = world.admit(&ada, "k3", "body").await;
    assert!(
        matches!(crowded, Err(IdempotencyError::Crowded)),
        "a refused key is not in use: {crowded:?}"
    );
    let answered = world.admit(&ada, "k0", "body").await;
    assert!(
        matches!(answered, Ok(Admission::Answered(_))),
        "{answered:?}"
    );
    world.ticket(&bob, "k3").await;
    world.clock.advance(TimeDelta::hours(24));
    world.sweep(2).await.unwrap();
    world.ticket(&ada, "k3").await;
}

#[tokio::test]
async fn a_caller_whom_nobody_knows_needs_a_long_key() {
    let world = World::new().await;
    let short = world
        .admit(&Caller::Anonymous, &"x".repeat(19), "body")
        .await;
    assert!(
        matches!(short, Err(IdempotencyError::Guessable)),
        "{short:?}"
    );
    world.ticket(&Caller::Anonymous, &"x".repeat(20)).await;
}
