//! Many callers at once, several servers on one database, and documents that change meanwhile: no request fails.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use anyhow::Context as _;
use specd_e2e::{Answer, Client, Documents, Server, Storage};

use crate::{AT, READINGS, STATIONS, path, reading};

/// Callers of one kind.
const CALLERS: u32 = 50;

fn documents() -> anyhow::Result<Documents> {
    Documents::of(&[
        ("0001-stations.md", STATIONS),
        ("0002-readings.md", READINGS),
    ])
}

fn post(client: &Client, path: &str, body: &str) -> anyhow::Result<()> {
    expect(&client.post(path, body)?, 201)
}

fn expect(answer: &Answer, status: u16) -> anyhow::Result<()> {
    let is_it = answer.status == status;
    anyhow::ensure!(
        is_it,
        "{} and not {status}: {}",
        answer.status,
        answer.text()
    );
    Ok(())
}

/// Each number at once, in a thread and on a connection of its own.
fn at_once(
    numbers: std::ops::Range<u32>,
    work: impl Fn(u32) -> anyhow::Result<()> + Sync,
) -> anyhow::Result<()> {
    thread::scope(|scope| {
        let work = &work;
        let all: Vec<_> = numbers
            .map(|number| scope.spawn(move || work(number)))
            .collect();
        all.into_iter().try_for_each(|one| {
            one.join()
                .map_err(|_| anyhow::anyhow!("a caller panicked"))?
        })
    })
}

#[test]
fn all_who_change_one_record_at_once_succeed() -> anyhow::Result<()> {
    const TURNS: u32 = 3;
    let documents = documents()?;
    for storage in Storage::each()? {
        let servers = [
            Server::start(&documents, &storage)?,
            Server::start(&documents, &storage)?,
        ];
        let client = servers[0].anonymous();
        post(&client, "/api/v1/stations", r#"{"code":"LON-1"}"#)?;
        post(&client, AT, &reading(1, ""))?;
        at_once(0..CALLERS, |caller| {
            // Most ask the first server; the second is there so that versions are overtaken, too.
            let server = &servers[usize::from(caller % 10 == 0)];
            let client = server.anonymous();
            for turn in 0..TURNS {
                let body = format!(r#"{{"note":"{caller} {turn}"}}"#);
                let answer = client.patch(&path(1), &body)?;
                expect(&answer, 200).with_context(|| storage.name())?;
                assert_eq!(answer.member("note"), format!("{caller} {turn}"));
            }
            Ok(())
        })?;
        // Not one was lost: each has raised the version by one.
        let tag = client.get(&path(1))?;
        let expected = format!("\"1-{}\"", 1 + CALLERS * TURNS);
        assert_eq!(
            tag.header("etag"),
            Some(expected.as_str()),
            "{}",
            storage.name()
        );
    }
    Ok(())
}

#[test]
fn three_servers_start_on_one_fresh_database_and_all_their_creates_are_stored() -> anyhow::Result<()>
{
    let documents = documents()?;
    for storage in Storage::each()? {
        let servers = thread::scope(|scope| {
            let starts = [(); 3].map(|()| scope.spawn(|| Server::start(&documents, &storage)));
            starts
                .map(|start| start.join().map_err(|_| anyhow::anyhow!("no start"))?)
                .into_iter()
                .collect::<anyhow::Result<Vec<_>>>()
        })?;
        post(
            &servers[0].anonymous(),
            "/api/v1/stations",
            r#"{"code":"LON-1"}"#,
        )?;
        at_once(1..CALLERS + 1, |number| {
            let server = &servers[usize::try_from(number)? % servers.len()];
            let client = server.anonymous();
            for turn in 0..4 {
                let body = reading(number * 10 + turn, "");
                let answer = client.send_patiently(
                    "POST",
                    AT,
                    &[("content-type", "application/json")],
                    Some(body.as_bytes()),
                )?;
                expect(&answer, 201).with_context(|| storage.name())?;
            }
            Ok(())
        })?;
        let mut numbers = Vec::new();
        let mut next = format!("{AT}?limit=100&sort=number");
        loop {
            let page = servers[1].anonymous().get(&next)?;
            expect(&page, 200)?;
            let items = page.member("items");
            numbers.extend(
                items
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|record| record["number"].as_i64()),
            );
            let Some(cursor) = page.member("next").as_str().map(str::to_owned) else {
                break;
            };
            next = format!("{AT}?limit=100&sort=number&cursor={cursor}");
        }
        let expected: Vec<_> = (1..=i64::from(CALLERS) * 4).map(Some).collect();
        assert_eq!(numbers, expected, "{}", storage.name());
    }
    Ok(())
}

#[test]
fn no_request_fails_while_columns_are_added() -> anyhow::Result<()> {
    const REVISIONS: u32 = 3;
    for storage in Storage::each()? {
        let documents = documents()?;
        let server = Server::start(&documents, &storage)?;
        post(
            &server.anonymous(),
            "/api/v1/stations",
            r#"{"code":"LON-1"}"#,
        )?;
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            let callers: Vec<_> = (1..9_u32)
                .map(|caller| {
                    let (server, is_over) = (&server, &is_over);
                    scope.spawn(move || {
                        let client = server.anonymous();
                        for turn in 0.. {
                            if is_over.load(Ordering::SeqCst) {
                                break;
                            }
                            let number = caller * 100_000 + turn;
                            post(&client, AT, &reading(number, ""))?;
                            expect(&client.patch(&path(number), r#"{"whole":3}"#)?, 200)?;
                            expect(&client.get(&path(number))?, 200)?;
                            expect(&client.get(&format!("{AT}?limit=3&sort=-number"))?, 200)?;
                        }
                        anyhow::Ok(())
                    })
                })
                .collect();
            let mut text = READINGS.to_owned();
            for revision in 1..=REVISIONS {
                let column = format!(
                    "    added{revision} INTEGER NOT NULL DEFAULT 7,\n    updated_at TIMESTAMPTZ"
                );
                text = text.replacen("    updated_at TIMESTAMPTZ", &column, 1);
                let member = format!("  \"added{revision}\": 7,\n  \"updated_at\"");
                text = text.replacen("  \"updated_at\"", &member, 1);
                documents.write("0002-readings.md", &text)?;
                let expected = format!("0002; rev={}", revision + 1);
                wait_until(|| {
                    let page = server.anonymous().get(&format!("{AT}?limit=1"))?;
                    Ok(page.header("spec") == Some(&*expected))
                })?;
            }
            is_over.store(true, Ordering::SeqCst);
            callers.into_iter().try_for_each(|caller| {
                caller
                    .join()
                    .map_err(|_| anyhow::anyhow!("a caller panicked"))?
            })
        })
        .with_context(|| format!("{}\n{}", storage.name(), server.output().text()))?;
        let page = server
            .anonymous()
            .get(&format!("{AT}?limit=1&sort=number"))?;
        assert_eq!(page.member("items")[0]["added3"], 7, "{}", page.text());
        assert!(server.stop()?.success());
    }
    Ok(())
}

fn wait_until(is_so: impl Fn() -> anyhow::Result<bool>) -> anyhow::Result<()> {
    let since = std::time::Instant::now();
    while !is_so()? {
        anyhow::ensure!(since.elapsed().as_secs() < 20, "it never comes to it");
        thread::yield_now();
    }
    Ok(())
}
