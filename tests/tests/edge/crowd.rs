//! Crowds of bad connections: all are given up in time, in little memory, while honest requests succeed.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle, sleep};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use specd_e2e::{Client, Documents, Server, Storage, documents};
use specd_testkit::sample::template::REQUEST;

use crate::process::{open_files, resident};

const PATH: &str = "/api/v1/resource";
const PAYLOADS: &str = include_str!("../../documents/0003-payloads.md");
const IDLE: usize = 10_000;
const OF_EACH_KIND: usize = 1_000;
/// What the server is given.
const BUDGET: u64 = 1 << 30;
/// Every bad connection is given up within 15 seconds of its last progress; the rest is for a busy machine.
const LIMIT: Duration = Duration::from_secs(15);
const AIR: Duration = Duration::from_secs(2);

/// A connection that makes no honest progress.
struct Bad {
    stream: TcpStream,
    /// When it last made any.
    last: Instant,
    /// Whether it goes on to send a byte now and then.
    drips: bool,
    is_given_up: bool,
}

/// How a crowd behaves.
struct Kind {
    name: &'static str,
    drips: bool,
    /// Whether the server makes progress for a while after the last word.
    hears_answers: bool,
    open: fn(&Target) -> Result<TcpStream>,
}

/// What the crowds go for.
#[derive(Clone)]
struct Target {
    address: SocketAddr,
    key: String,
    /// The path of a record that is long.
    long: String,
}

fn connect(address: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect(address).context("could not connect")?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    stream.set_write_timeout(Some(Duration::from_secs(30)))?;
    Ok(stream)
}

impl Target {
    fn hears(&self, text: &str) -> Result<TcpStream> {
        let mut stream = connect(self.address)?;
        stream.write_all(text.as_bytes())?;
        Ok(stream)
    }

    fn post(&self, fields: &str) -> String {
        format!(
            "POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n{fields}\r\n\r\n",
            self.key
        )
    }
}

const KINDS: [Kind; 5] = [
    Kind {
        name: "a first head that drips",
        drips: true,
        hears_answers: false,
        open: |target| target.hears("GET / HTTP/1.1\r\nX: "),
    },
    Kind {
        name: "one byte of a second head",
        drips: false,
        hears_answers: false,
        open: |target| {
            let mut stream = target.hears("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")?;
            let mut answer = [0; 1024];
            ensure!(stream.read(&mut answer)? > 0, "no first answer");
            stream.write_all(b"G")?;
            Ok(stream)
        },
    },
    Kind {
        name: "a body that drips",
        drips: true,
        hears_answers: false,
        open: |target| target.hears(&target.post("Content-Length: 100000")),
    },
    Kind {
        name: "a body that stalls",
        drips: false,
        hears_answers: false,
        open: |target| {
            let half = " ".repeat(2_000);
            target.hears(&(target.post("Content-Length: 4000") + &half))
        },
    },
    Kind {
        name: "a reader that never reads",
        drips: true,
        hears_answers: true,
        open: |target| {
            let get = format!("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", target.long);
            target.hears(&get.repeat(20))
        },
    },
];

impl Kind {
    /// Opens its crowd, from several threads.
    fn crowd(&self, target: &Target) -> Result<Vec<Bad>> {
        let open = self.open;
        let drips = self.drips;
        let threads: Vec<JoinHandle<Result<Vec<Bad>>>> = (0..4)
            .map(|_| {
                let target = target.clone();
                thread::spawn(move || {
                    (0..OF_EACH_KIND / 4)
                        .map(|_| {
                            let stream = open(&target)?;
                            stream.set_nonblocking(true)?;
                            Ok(Bad {
                                stream,
                                last: Instant::now(),
                                drips,
                                is_given_up: false,
                            })
                        })
                        .collect()
                })
            })
            .collect();
        let mut crowd = Vec::new();
        for thread in threads {
            crowd.extend(thread.join().unwrap()?);
        }
        Ok(crowd)
    }

    /// Waits until the server has given up every connection; says how long the slowest took.
    fn await_end(&self, mut crowd: Vec<Bad>) -> Result<Duration> {
        let mut slowest = Duration::ZERO;
        let mut left = crowd.len();
        while left > 0 {
            for bad in crowd.iter_mut().filter(|bad| !bad.is_given_up) {
                if bad.is_gone() {
                    slowest = slowest.max(bad.last.elapsed());
                    bad.is_given_up = true;
                    left -= 1;
                }
            }
            let late = crowd
                .iter()
                .filter(|bad| !bad.is_given_up && bad.last.elapsed() > LIMIT + AIR);
            let late = late.count();
            ensure!(
                late == 0,
                "{}: {late} of {left} were not given up",
                self.name
            );
            sleep(Duration::from_millis(200));
        }
        Ok(slowest)
    }
}

impl Bad {
    /// Whether the server has ended it. A byte that drips is no progress: it is what keeps the connection from being idle.
    fn is_gone(&mut self) -> bool {
        if self.drips {
            // A server that has ended the connection answers with a reset.
            return self.stream.write_all(b" ").is_err();
        }
        let mut read = [0; 4096];
        match self.stream.read(&mut read) {
            Ok(0) => true,
            Ok(_) => false,
            Err(error) => error.kind() != ErrorKind::WouldBlock,
        }
    }
}

/// Clients who ask as anybody would, until they are told to stop.
struct Honest {
    is_over: Arc<AtomicBool>,
    answered: Arc<AtomicU64>,
    threads: Vec<JoinHandle<Result<()>>>,
}

impl Honest {
    fn ask(client: &Client) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let answered = Arc::new(AtomicU64::new(0));
        let threads = (0..4)
            .map(|_| {
                let (client, is_over, answered) =
                    (client.clone(), Arc::clone(&is_over), Arc::clone(&answered));
                thread::spawn(move || {
                    while !is_over.load(Ordering::Relaxed) {
                        let created = client.post(PATH, REQUEST)?;
                        ensure!(created.status == 200, "{created:?}");
                        let alive = client.get("/healthz")?;
                        ensure!(alive.status == 200, "{alive:?}");
                        answered.fetch_add(2, Ordering::Relaxed);
                        sleep(Duration::from_millis(20));
                    }
                    Ok(())
                })
            })
            .collect();
        Self {
            is_over,
            answered,
            threads,
        }
    }

    fn end(self) -> Result<u64> {
        self.is_over.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().unwrap()?;
        }
        Ok(self.answered.load(Ordering::Relaxed))
    }
}

/// Waits until the server has answered whatever it could: the last answer was the last progress of the crowd.
fn settle(server: &Server, crowd: &mut [Bad]) -> Result<()> {
    let (mut answers, mut last) = (0, Instant::now());
    while last.elapsed() < Duration::from_secs(2) {
        sleep(Duration::from_millis(200));
        let said = server.output().text();
        let found = said.matches("/api/v1/payloads/{id}").count();
        if found > answers {
            (answers, last) = (found, Instant::now());
        }
    }
    ensure!(answers >= crowd.len(), "only {answers} answers");
    for bad in crowd {
        bad.last = last;
    }
    Ok(())
}

#[test]
fn crowds_of_bad_connections_are_given_up_while_honest_requests_succeed() -> Result<()> {
    rlimit::increase_nofile_limit(u64::MAX)?;
    let files = [
        ("0001-resource.md", &*documents::template()),
        ("0003-payloads.md", PAYLOADS),
    ];
    let (documents, storage) = (Documents::of(&files)?, Storage::sqlite()?);
    let budget = format!("{}MiB", BUDGET >> 20);
    let server = Server::start_with(&documents, &storage, &["--memory", &budget])?;
    let text = "x".repeat(60_000);
    let long = server
        .anonymous()
        .post("/api/v1/payloads", &format!("{{\"payload\":\"{text}\"}}"))?;
    let target = Target {
        address: server.address(),
        key: server.key()?,
        long: long.header("location").context("no location")?.to_owned(),
    };
    let before = resident(&server)?;

    let since = Instant::now();
    let idle: Result<Vec<TcpStream>> = (0..IDLE).map(|_| connect(target.address)).collect();
    let idle = idle?;
    let opened = since.elapsed();
    let with_idle = resident(&server)?;
    let files = open_files(&server)?;
    ensure!(
        with_idle < BUDGET,
        "{with_idle} bytes with idle connections"
    );

    let honest = Honest::ask(&server.client()?);
    let mut highest = with_idle;
    let mut slowest = Vec::new();
    // The crowds come one after the other, and wait for their end together. Those who make the server work come alone:
    // what they cost is not what the others' deadlines are about.
    let (working, quiet): (Vec<Kind>, Vec<Kind>) =
        KINDS.into_iter().partition(|kind| kind.hears_answers);
    for kinds in [quiet, working] {
        let mut waiting = Vec::new();
        for kind in kinds {
            let mut crowd = kind.crowd(&target)?;
            if kind.hears_answers {
                settle(&server, &mut crowd)?;
            }
            waiting.push(thread::spawn(move || (kind.name, kind.await_end(crowd))));
        }
        while waiting.iter().any(|waiting| !waiting.is_finished()) {
            highest = highest.max(resident(&server)?);
            sleep(Duration::from_millis(100));
        }
        for waiting in waiting {
            let (name, took) = waiting.join().unwrap();
            slowest.push((name, took?));
        }
    }
    let answered = honest.end()?;
    drop(idle);
    println!(
        "{IDLE} idle in {opened:?} ({files} files): {} KiB, {} KiB before; highest {} KiB; {answered} honest answers; slowest {slowest:?}",
        with_idle >> 10,
        before >> 10,
        highest >> 10
    );
    ensure!(highest < BUDGET / 2, "{highest} bytes at the most");
    ensure!(answered > 100, "only {answered} honest answers");
    Ok(())
}
