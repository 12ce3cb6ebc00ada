//! The network edge: a deadline for each step of a connection, one problem for what no handler saw, limits and load.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use actix_web::rt::System;
use specd_adapter_http::{HttpSettings, HttpState, Stopper, start};

use crate::client::{Answer, read_answer};
use crate::world::World;

mod deadlines;
mod limits;
mod messages;
mod tls;

/// What a deadline that is not the test's own lasts: longer than any test.
const LONG: Duration = Duration::from_mins(1);
/// What the deadline of the test lasts.
const SHORT: Duration = Duration::from_millis(400);

/// A server with settings of its own.
pub(crate) struct Edge {
    world: World,
    address: SocketAddr,
    state: Arc<HttpState>,
    stopper: Stopper,
    server: Option<JoinHandle<()>>,
}

impl Edge {
    /// Every deadline is long unless it is changed.
    fn new(change: impl FnOnce(&mut HttpSettings)) -> Self {
        let world = World::new();
        let mut settings = HttpSettings::new(([127, 0, 0, 1], 0).into());
        settings.workers = Some(1);
        settings.drain = Duration::from_secs(5);
        let deadlines = &mut settings.deadlines;
        deadlines.handshake = LONG;
        deadlines.head = LONG;
        deadlines.idle = LONG;
        deadlines.body_grace = LONG;
        deadlines.body_stall = LONG;
        deadlines.write_stall = LONG;
        change(&mut settings);
        let ports = world.ports.clone();
        let (sender, receiver) = channel();
        let server = std::thread::spawn(move || {
            System::new().block_on(async {
                let running = start(settings, ports).expect("a server");
                sender
                    .send((running.address(), running.state(), running.stopper()))
                    .expect("a test that waits");
                running.run().await.expect("a server that ends well");
            });
        });
        let (address, state, stopper) = receiver.recv().expect("a server");
        Self {
            world,
            address,
            state,
            stopper,
            server: Some(server),
        }
    }

    fn connect(&self) -> Connection {
        Connection(connect(self.address))
    }

    /// A connection that has said this.
    fn saying(&self, text: &str) -> Connection {
        let mut connection = self.connect();
        connection.say(text);
        connection
    }

    /// The head of a `POST` whose body may be stored.
    fn post(&self, fields: &str) -> String {
        format!(
            "POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n{fields}\r\n\r\n",
            self.world.writer
        )
    }

    /// Whether somebody else is still served.
    #[track_caller]
    fn assert_serves(&self) {
        let answer = self.saying(HEALTH).answer();
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        System::new().block_on(self.stopper.stop());
        let ended = self.server.take().expect("a server").join();
        assert!(ended.is_ok() || std::thread::panicking());
    }
}

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("a connection");
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream
}

struct Connection(TcpStream);

impl Connection {
    fn say(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).unwrap();
    }

    #[track_caller]
    fn answer(&mut self) -> Answer {
        read_answer(&mut self.0, false).expect("an answer")
    }

    /// What comes until the server ends the connection, which it does.
    #[track_caller]
    fn rest(&mut self) -> String {
        let mut rest = Vec::new();
        match self.0.read_to_end(&mut rest) {
            Ok(_) => {}
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}"),
        }
        String::from_utf8(rest).unwrap()
    }

    /// Whether the server says nothing for so long.
    fn is_silent(&self, wait: Duration) -> bool {
        self.0.set_read_timeout(Some(wait)).unwrap();
        let heard = self.0.peek(&mut [0]);
        self.0
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        heard
            .is_err_and(|error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut))
    }

    /// The connection ends without a word.
    #[track_caller]
    fn assert_ends(&mut self) {
        assert_eq!(self.rest(), "");
    }

    /// The connection ends with a problem of this type, which is all that it says.
    #[track_caller]
    fn assert_refused(&mut self, problem: &str) {
        let answer = self.answer();
        assert_eq!(answer.problem(), problem, "{answer:?}");
        assert_eq!(answer.header("connection"), Some("close"), "{answer:?}");
        self.assert_ends();
    }
}

/// Waits until it is so, for as long as a busy machine may need.
#[track_caller]
fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let since = Instant::now();
    while !is_so() {
        assert!(since.elapsed() < Duration::from_secs(20), "never: {what}");
        std::thread::yield_now();
    }
}
