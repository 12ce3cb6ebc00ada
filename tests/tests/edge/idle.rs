//! Connections that are kept and say nothing: each costs little, and who asks beside them is answered.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use specd_e2e::{Documents, Server, Storage, binary};
use specd_testkit::sample::template::REQUEST;

use crate::process::{file_limits, open_files, resident};

const PATH: &str = "/api/v1/resource";
/// As many as are opened where the system allows them.
const MOST: u64 = 10_000;
/// Fewer would say little.
const AT_LEAST: u64 = 2_000;
/// Files of the test that are no connections.
const OTHER_FILES: u64 = 200;
/// What an idle connection may cost the server. ADR 0007 has 2.8 KiB of a release build; the buffers of a connection that is
/// not idle alone are 16 KiB.
const BYTES_EACH: u64 = 6 * 1024;
/// A connection lets go what its next request would need after a second, and is itself let go after fifteen.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection that has asked once, and is kept.
fn kept(address: SocketAddr) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(address).context("could not connect")?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    ask(&mut stream)?;
    Ok(stream)
}

fn ask(stream: &mut TcpStream) -> Result<()> {
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")?;
    let mut answer = Vec::new();
    let mut part = [0; 1024];
    while !answer.ends_with(b"{\"status\":\"alive\"}") {
        let read = stream.read(&mut part)?;
        ensure!(read > 0, "{}", String::from_utf8_lossy(&answer));
        answer.extend(part.iter().take(read));
    }
    Ok(())
}

/// The connections, opened by several threads.
fn crowd(address: SocketAddr, count: u64) -> Result<Vec<TcpStream>> {
    let threads: Vec<_> = (0..4)
        .map(|_| thread::spawn(move || (0..count / 4).map(|_| kept(address)).collect()))
        .collect();
    let mut crowd = Vec::new();
    for thread in threads {
        let part: Result<Vec<TcpStream>> = thread.join().unwrap();
        crowd.extend(part?);
    }
    Ok(crowd)
}

#[test]
fn an_idle_connection_costs_little_and_holds_nobody_up() -> Result<()> {
    let allowed = rlimit::increase_nofile_limit(u64::MAX)?;
    let count = MOST.min(allowed.saturating_sub(OTHER_FILES));
    ensure!(count >= AT_LEAST, "the system allows {allowed} open files");
    let (documents, storage) = (Documents::template()?, Storage::sqlite()?);
    let server = Server::start(&documents, &storage)?;
    let client = server.client()?;
    ensure!(client.post(PATH, REQUEST)?.status == 200);
    let (before, files) = (resident(&server)?, open_files(&server)?);

    let mut crowd = crowd(server.address(), count)?;
    let since = Instant::now();
    let each = loop {
        let held = open_files(&server)?.saturating_sub(files);
        ensure!(u64::try_from(held)? >= AT_LEAST, "only {held} are kept");
        let each = resident(&server)?.saturating_sub(before) / u64::try_from(held)?;
        if each <= BYTES_EACH || since.elapsed() > PATIENCE {
            println!("{held} idle connections of {each} bytes each");
            break each;
        }
        sleep(Duration::from_millis(100));
    };
    ensure!(each <= BYTES_EACH, "{each} bytes each");

    let created = client.post(PATH, REQUEST)?;
    ensure!(created.status == 200, "{created:?}");
    // The one that was opened last has been kept, too.
    ask(crowd.last_mut().context("no connection")?)
}

/// The server under limits of open files.
fn limited(documents: &Documents, storage: &Storage, limits: &str) -> Result<Server> {
    let specd = binary::command()?;
    let mut command = Command::new("sh");
    for (name, value) in specd.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
        .args(["-c", &format!("{limits} && exec \"$0\" \"$@\"")])
        .arg(specd.get_program())
        .arg("serve")
        .arg("--specs")
        .arg(documents.path())
        .args(["--database", storage.url(), "--listen", "127.0.0.1:0"]);
    Server::run(command)
}

#[test]
fn the_limit_of_open_files_is_raised_and_one_that_is_low_is_told() -> Result<()> {
    let documents = Documents::template()?;
    let low = "the limit of open files allows fewer connections than the server would hold";

    let storage = Storage::sqlite()?;
    let server = limited(&documents, &storage, "ulimit -Sn 300 && ulimit -Hn 700")?;
    assert_eq!(file_limits(&server)?, (700, 700));
    assert!(server.output().text().contains(low));
    // Each worker holds its share of them, and has the oldest give way.
    let mut crowd: Vec<TcpStream> = Vec::new();
    for _ in 0..800 {
        crowd.push(kept(server.address())?);
    }
    assert!(open_files(&server)? < 700);

    let storage = Storage::sqlite()?;
    let server = Server::start(&documents, &storage)?;
    let (soft, hard) = file_limits(&server)?;
    assert_eq!(soft, hard);
    let workers = u64::try_from(thread::available_parallelism()?.get())?;
    assert_eq!(
        server.output().text().contains(low),
        hard < 6_000 * workers + 256
    );
    Ok(())
}
