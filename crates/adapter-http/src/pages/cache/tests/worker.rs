//! A server of one worker: who asks for a page that takes long waits for it, and nobody else does.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread::JoinHandle;

use specd_app::catalog::{CurrentCatalog, ServedSpec};
use specd_app::limits::LocalLimiter;
use specd_app::ports::Answer;
use specd_app::ports::telemetry::Silent;
use specd_app::ports::tokens::{TokenRefusal, TokenVerifier};
use specd_domain::access::caller::Caller;
use specd_testkit::sample::template::template_spec;
use specd_testkit::{CountingEntropy, MemoryStore, MovedClock};

use super::*;
use crate::{HttpPorts, HttpSettings, HttpState, Stopper, start};

struct Served {
    address: SocketAddr,
    state: Arc<HttpState>,
    stopper: Stopper,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    fn by_one_worker() -> Self {
        let mut settings = HttpSettings::new(([127, 0, 0, 1], 0).into());
        settings.workers = Some(1);
        let (tell, told) = channel();
        let thread = thread::spawn(move || {
            System::new().block_on(async {
                let running = start(settings, ports()).expect("a free port");
                let parts = (running.address(), running.state(), running.stopper());
                tell.send(parts).expect("a test that waits");
                running.run().await.expect("a server that ends well");
            });
        });
        let (address, state, stopper) = told.recv().expect("a server");
        Self {
            address,
            state,
            stopper,
            thread: Some(thread),
        }
    }

    /// A request that is sent, on a connection that ends with its answer.
    fn asked(&self, path: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("a request");
        stream
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        System::new().block_on(self.stopper.stop());
        let ended = self.thread.take().map(JoinHandle::join);
        if !thread::panicking() {
            ended.unwrap().expect("the server ends by itself");
        }
    }
}

fn ports() -> HttpPorts {
    let store = Arc::new(MemoryStore::default());
    let catalog = CurrentCatalog::default();
    catalog.swap(Catalog::new([ServedSpec::new(template_spec().into(), 1)]));
    HttpPorts {
        catalog: Arc::new(catalog),
        records: Arc::clone(&store) as _,
        keys: Arc::clone(&store) as _,
        answers: Arc::clone(&store) as _,
        secrets: Arc::clone(&store) as _,
        rollouts: Arc::clone(&store) as _,
        tokens: Arc::new(NoTokens),
        limiter: Arc::new(LocalLimiter::default()),
        telemetry: Arc::new(Silent),
        health: store,
        clock: Arc::new(MovedClock::default()),
        entropy: Arc::new(CountingEntropy::default()),
        traces: None,
    }
}

fn answer(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn one_worker_answers_others_while_a_page_is_made() {
    let served = Served::by_one_worker();
    let (open, gate) = channel();
    let catalog = served.state.ports.catalog.load();
    let mut made = Box::pin(
        served
            .state
            .pages
            .page(Name::Description, &catalog, gated(gate)),
    );
    // Asked for, and being made.
    let waits = made.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(waits.is_pending());

    let page = served.asked("/openapi.json");
    let alive = answer(served.asked("/healthz"));
    assert!(alive.ends_with("{\"status\":\"alive\"}"), "{alive}");
    page.set_nonblocking(true).unwrap();
    let early = (&page).read(&mut [0; 16]).expect_err("nothing to read yet");
    assert_eq!(early.kind(), ErrorKind::WouldBlock);
    page.set_nonblocking(false).unwrap();
    open.send(()).expect("somebody who makes it");
    let page = answer(page);
    assert!(
        page.starts_with("HTTP/1.1 200") && page.ends_with("\r\n\r\nmade"),
        "{page}"
    );
}

struct NoTokens;

impl TokenVerifier for NoTokens {
    fn verify<'a>(
        &'a self,
        _token: &'a str,
        _issuer: &'a str,
        _audience: &'a str,
    ) -> Answer<'a, Result<Caller, TokenRefusal>> {
        Box::pin(async { Err(TokenRefusal::NoKeys) })
    }
}
