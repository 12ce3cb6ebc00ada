//! A server on a free port over the store in memory.

use std::net::SocketAddr;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::rt::System;
use specd_adapter_http::{HttpPorts, HttpSettings, HttpState, Stopper, start};
use specd_app::catalog::{Catalog, CurrentCatalog, ServedSpec};
use specd_app::keys::{self, NewKey};
use specd_app::limits::LocalLimiter;
use specd_app::ports::clock::Clock;
use specd_app::ports::revisions::{NewRevision, RevisionRepository, SchemaChange};
use specd_app::ports::telemetry::Silent;
use specd_domain::Spec;
use specd_domain::name::ScopeName;
use specd_testkit::sample::time;
use specd_testkit::{CountingEntropy, MemoryStore, MovedClock};

use crate::client::{self, Answer, Request};
use crate::faults::{Fault, FaultyRecords};
use crate::orders::{PATH, order, orders_spec};
use crate::tokens::KnownTokens;

/// The revision that these tests serve.
pub(crate) const REVISION: u32 = 3;

pub(crate) struct World {
    pub(crate) address: SocketAddr,
    pub(crate) state: Arc<HttpState>,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) records: Arc<FaultyRecords>,
    pub(crate) catalog: Arc<CurrentCatalog>,
    pub(crate) clock: MovedClock,
    pub(crate) tokens: Arc<KnownTokens>,
    /// May do everything.
    pub(crate) writer: String,
    /// May only read.
    pub(crate) reader: String,
    pub(crate) stopper: Stopper,
    pub(crate) ports: HttpPorts,
    server: Option<JoinHandle<()>>,
    /// How many answers may have a status that their document does not list.
    pub(crate) unlisted_expected: u64,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::serving(vec![orders_spec()])
    }

    pub(crate) fn serving(specs: Vec<Spec>) -> Self {
        Self::set_up(specs, |_| {})
    }

    /// The same with other settings.
    pub(crate) fn set_up(specs: Vec<Spec>, change: impl FnOnce(&mut HttpSettings)) -> Self {
        let clock = MovedClock::default();
        let store = Arc::new(MemoryStore::default());
        let entropy = Arc::new(CountingEntropy::default());
        let specs: Vec<Arc<Spec>> = specs.into_iter().map(Arc::new).collect();
        for spec in &specs {
            apply(&store, spec, &clock);
        }
        let catalog = Arc::new(CurrentCatalog::default());
        catalog.swap(Catalog::new(
            specs
                .into_iter()
                .map(|spec| ServedSpec::new(spec, REVISION)),
        ));
        let writer = key(&store, &clock, &entropy, &["orders:read", "orders:write"]);
        let reader = key(&store, &clock, &entropy, &["orders:read"]);
        let records = Arc::new(FaultyRecords {
            store: Arc::clone(&store),
            fault: Mutex::new(None),
        });
        let tokens = Arc::new(KnownTokens::default());
        let ports = HttpPorts {
            catalog: Arc::clone(&catalog),
            records: Arc::clone(&records) as _,
            keys: Arc::clone(&store) as _,
            answers: Arc::clone(&store) as _,
            secrets: Arc::clone(&store) as _,
            rollouts: Arc::clone(&store) as _,
            tokens: Arc::clone(&tokens) as _,
            limiter: Arc::new(LocalLimiter::default()),
            telemetry: Arc::new(Silent),
            health: Arc::clone(&store) as _,
            clock: Arc::new(clock.clone()),
            entropy,
            traces: None,
        };
        let mut settings = HttpSettings::new(([127, 0, 0, 1], 0).into());
        settings.workers = Some(1);
        settings.store_deadline = Duration::from_millis(300);
        settings.deadlines.body_grace = Duration::from_millis(300);
        settings.drain = Duration::from_secs(1);
        change(&mut settings);
        let (address, state, stopper, server) = serve(settings, ports.clone());
        Self {
            address,
            state,
            store,
            records,
            catalog,
            clock,
            tokens,
            writer,
            reader,
            stopper,
            ports,
            server: Some(server),
            unlisted_expected: 0,
        }
    }

    #[track_caller]
    pub(crate) fn send(&self, request: Request) -> Answer {
        client::send(self.address, request)
    }

    /// A request with the key that may do everything.
    #[track_caller]
    pub(crate) fn ask(&self, method: &str, target: &str) -> Answer {
        self.send(Request::new(method, target).key(&self.writer))
    }

    #[track_caller]
    pub(crate) fn post(&self, body: &str) -> Answer {
        self.send(Request::new("POST", PATH).key(&self.writer).json(body))
    }

    #[track_caller]
    pub(crate) fn put(&self, target: &str, body: &str) -> Answer {
        self.send(Request::new("PUT", target).key(&self.writer).json(body))
    }

    #[track_caller]
    pub(crate) fn patch(&self, target: &str, body: &str) -> Answer {
        self.send(
            Request::new("PATCH", target)
                .key(&self.writer)
                .merge_patch(body),
        )
    }

    /// Creates an order and answers its path.
    #[track_caller]
    pub(crate) fn created(&self, number: &str, quantity: i32) -> String {
        let answer = self.post(&order(number, quantity));
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.header("location").expect("a location").to_owned()
    }

    pub(crate) fn advance(&self, seconds: i32) {
        let second = time("2025-01-01T00:00:01Z") - time("2025-01-01T00:00:00Z");
        self.clock.advance(second * seconds);
    }

    pub(crate) fn break_with(&self, fault: Fault) {
        *self.records.fault.lock().unwrap() = Some(fault);
    }

    pub(crate) fn mend(&self) {
        *self.records.fault.lock().unwrap() = None;
    }
}

impl Drop for World {
    fn drop(&mut self) {
        System::new().block_on(self.stopper.stop());
        let server = self.server.take().expect("a server");
        let ended = server.join();
        if !std::thread::panicking() {
            ended.expect("the server ends by itself");
            let unlisted = self.state.unlisted_answers();
            assert_eq!(
                unlisted, self.unlisted_expected,
                "answers of unlisted statuses"
            );
        }
    }
}

fn serve(
    settings: HttpSettings,
    ports: HttpPorts,
) -> (SocketAddr, Arc<HttpState>, Stopper, JoinHandle<()>) {
    let (sender, receiver) = channel();
    let server = std::thread::spawn(move || {
        System::new().block_on(async {
            let running = start(settings, ports).expect("a free port");
            let running_parts = (running.address(), running.state(), running.stopper());
            sender.send(running_parts).expect("a test that waits");
            running.run().await.expect("a server that ends well");
        });
    });
    let (address, state, stopper) = receiver.recv().expect("a server");
    (address, state, stopper, server)
}

pub(crate) fn apply(store: &MemoryStore, spec: &Arc<Spec>, clock: &MovedClock) {
    let revision = NewRevision {
        spec: Arc::clone(spec),
        digest: "0".repeat(64),
        follows: None,
        change: SchemaChange::CreateTable,
        applied_at: clock.now(),
    };
    System::new()
        .block_on(store.apply(revision))
        .expect("a revision that applies");
}

/// Creates a key with these scopes.
pub(crate) fn key(
    store: &MemoryStore,
    clock: &MovedClock,
    entropy: &CountingEntropy,
    scopes: &[&str],
) -> String {
    let scopes = scopes.iter().map(|scope| ScopeName::new(*scope).unwrap());
    let new = NewKey {
        name: "test".to_owned(),
        scopes: scopes.collect(),
        expires_at: None,
    };
    let created = System::new().block_on(keys::create(new, store, clock, entropy));
    created.unwrap().token.reveal()
}
