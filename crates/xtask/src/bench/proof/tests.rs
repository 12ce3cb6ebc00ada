use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use specd_testkit::postgres::{Cluster, Durability};

use super::super::load;
use super::super::wrk::Target;
use super::*;

/// Connections of the load.
const CONNECTIONS: u32 = 4;
/// Answers of the load.
const ENOUGH: u64 = 60;

/// What a server does before it answers 200.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// It stores the row and has it committed.
    Honest,
    /// Nothing: it keeps the rows for later.
    Hasty,
    /// Nothing at all.
    Forgetful,
}

/// A server of a few lines, before a real database.
fn serve(stream: TcpStream, manner: Manner, url: &str, later: &Mutex<u64>) -> anyhow::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if let Some(value) = line.strip_prefix("Content-Length: ") {
                length = value.trim().parse()?;
            }
            if line == "\r\n" {
                break;
            }
        }
        stream.read_exact(&mut vec![0; length])?;
        match manner {
            Manner::Honest => drop(psql(url, "INSERT INTO resource DEFAULT VALUES")?),
            Manner::Hasty => *later.lock().map_err(|_| anyhow::anyhow!("poisoned"))? += 1,
            Manner::Forgetful => {}
        }
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}";
        stream.get_mut().write_all(answer.as_bytes())?;
    }
}

/// The faults that the proof finds in a server of this manner on a cluster of this durability.
fn faults_of(manner: Manner, durability: Durability) -> anyhow::Result<Vec<String>> {
    let cluster = Cluster::start(durability)?;
    let url = cluster.url().to_owned();
    psql(
        &url,
        "CREATE TABLE resource (id int GENERATED ALWAYS AS IDENTITY)",
    )?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    let later = Arc::new(Mutex::new(0));
    let (server_url, server_later) = (url.clone(), Arc::clone(&later));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (url, later) = (server_url.clone(), Arc::clone(&server_later));
            std::thread::spawn(move || serve(stream, manner, &url, &later));
        }
    });
    let before = snapshot(&url, "resource")?;
    let target = Target { address, key: None };
    let answers = load::creates(&target, "/", CONNECTIONS, &load::fresh_row, |count| {
        while count.load(Ordering::Relaxed) < ENOUGH {
            std::thread::yield_now();
        }
    });
    let late = *later.lock().map_err(|_| anyhow::anyhow!("poisoned"))?;
    if late > 0 {
        let rows = format!("INSERT INTO resource SELECT FROM generate_series(1, {late})");
        psql(&url, &rows)?;
    }
    let after = snapshot(&url, "resource")?;
    let claim = Claim {
        acknowledged: u64::try_from(answers.iter().filter(|it| it.status == 200).count())?,
        connections: u64::from(CONNECTIONS),
        unknown: 0,
        ends: 1,
    };
    Ok(faults(&before, &after, claim))
}

#[track_caller]
fn check(found: &[String], expected: &[&str]) {
    for words in expected {
        assert!(found.iter().any(|fault| fault.contains(words)), "{found:?}");
    }
    assert_eq!(found.is_empty(), expected.is_empty(), "{found:?}");
}

#[test]
fn a_server_that_answers_after_its_commit_is_believed() -> anyhow::Result<()> {
    check(&faults_of(Manner::Honest, Durability::On)?, &[]);
    Ok(())
}

#[test]
fn a_database_that_does_not_sync_is_found_out() -> anyhow::Result<()> {
    let found = faults_of(Manner::Honest, Durability::Off)?;
    check(&found, &["`fsync` is not on", "0 syncs of the log for"]);
    Ok(())
}

#[test]
fn a_server_that_answers_and_stores_later_is_found_out() -> anyhow::Result<()> {
    let found = faults_of(Manner::Hasty, Durability::On)?;
    check(&found, &["commits for"]);
    Ok(())
}

#[test]
fn a_server_that_answers_and_forgets_is_found_out() -> anyhow::Result<()> {
    let found = faults_of(Manner::Forgetful, Durability::On)?;
    check(&found, &["rows acknowledged, 0 stored"]);
    Ok(())
}

#[test]
fn rows_that_nobody_asked_for_are_found_out() {
    let before = Snapshot {
        off: Vec::new(),
        commits: 0,
        syncs: 0,
        log_records: 0,
        rows: 0,
    };
    let after = Snapshot {
        commits: 100,
        syncs: 100,
        rows: 200,
        ..before.clone()
    };
    let claim = Claim {
        acknowledged: 100,
        connections: 4,
        unknown: 0,
        ends: 1,
    };
    check(
        &faults(&before, &after, claim),
        &["more than were in flight"],
    );
}
