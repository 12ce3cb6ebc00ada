//! Ten thousand generated bodies: what the domain accepts both databases accept, what it refuses names its pointer.

use std::thread;

use proptest::strategy::{Strategy, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use specd_domain::record::Row;
use specd_e2e::{Answer, Client, Documents, Server, Storage};
use specd_testkit::sample::everything::everything;
use specd_testkit::strategies::{self, SpoiledBody};

/// In all, half of them spoiled.
const BODIES: usize = 10_000;
/// Callers at once.
const CALLERS: usize = 4;

fn generated<S: Strategy>(seed: u8, count: usize, strategy: &S) -> anyhow::Result<Vec<S::Value>> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let one = |_| {
        let tree = strategy.new_tree(&mut runner);
        tree.map(|tree| tree.current())
            .map_err(|reason| anyhow::anyhow!("nothing generated: {reason}"))
    };
    (0..count).map(one).collect()
}

#[test]
fn both_databases_accept_what_the_domain_accepts() -> anyhow::Result<()> {
    let table = everything();
    let document = strategies::written(1, table.clone());
    let documents = Documents::of(&[("0001-everything.md", &document.markdown)])?;
    let storages = Storage::each()?;
    let servers = [
        Server::start(&documents, &storages[0])?,
        Server::start(&documents, &storages[1])?,
    ];
    thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|caller| {
                let (servers, table) = (&servers, &table);
                scope.spawn(move || -> anyhow::Result<()> {
                    let seed = u8::try_from(caller)?;
                    let count = BODIES / 2 / CALLERS;
                    let good = generated(seed, count, &strategies::bodies(table))?;
                    let spoiled = generated(seed, count, &strategies::spoiled_bodies(table))?;
                    let clients = servers.each_ref().map(Server::anonymous);
                    for (good, spoiled) in good.iter().zip(&spoiled) {
                        for client in &clients {
                            accepted(client, good)?;
                            refused(client, spoiled)?;
                        }
                    }
                    Ok(())
                })
            })
            .collect();
        callers
            .into_iter()
            .try_for_each(|caller| match caller.join() {
                Ok(outcome) => outcome,
                Err(_) => anyhow::bail!("a caller failed"),
            })
    })
}

/// Creates, and again while the server is busy.
fn post(client: &Client, body: &str) -> anyhow::Result<Answer> {
    let headers = [("content-type", "application/json")];
    client.send_patiently(
        "POST",
        "/api/v1/everything",
        &headers,
        Some(body.as_bytes()),
    )
}

/// Generated keys may meet again by chance, at the edges.
fn accepted(client: &Client, (row, body): &(Row, String)) -> anyhow::Result<()> {
    let answer = post(client, body)?;
    if answer.status == 409 {
        return Ok(());
    }
    assert_eq!(answer.status, 201, "{body}\n{}", answer.text());
    let answered: serde_json::Value = answer.json();
    let sent: serde_json::Value = serde_json::from_str(body)?;
    assert!(
        specd_testkit::order::same_json(&answered, &sent),
        "{row:?}\nsent     {sent}\nanswered {answered}"
    );
    Ok(())
}

fn refused(client: &Client, body: &SpoiledBody) -> anyhow::Result<()> {
    let answer = post(client, &body.json)?;
    assert_eq!(answer.status, 400, "{body:?}\n{}", answer.text());
    assert!(
        answer.pointers().contains(&body.pointer),
        "{body:?}\n{}",
        answer.text()
    );
    Ok(())
}
