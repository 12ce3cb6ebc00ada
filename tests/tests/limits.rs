//! Rate limits of running servers: shared through Redis, each for itself while it is away, and the flags that set them.

use std::thread;
use std::time::{Duration, Instant};

use specd_e2e::{Client, Documents, Server, Storage, binary, documents};
use specd_testkit::redis::RedisServer;

const PATH: &str = "/api/v1/resource";
const AWAY: &str = "the counts in Redis cannot be reached";
const AGAIN: &str = "the counts in Redis are reached again";

/// The template with a limit.
fn limited(limit: &str) -> anyhow::Result<Documents> {
    let text = documents::template();
    let with_limit = text.replace("What are the rate limits?", limit);
    anyhow::ensure!(text != with_limit, "the template has another placeholder");
    Documents::of(&[("0001-resource.md", &with_limit)])
}

/// How many of `asked` requests are admitted; each is wrong in row 10, which comes after the limits.
fn admitted(client: &Client, asked: u32) -> anyhow::Result<u32> {
    let mut admitted = 0;
    for _ in 0..asked {
        let answer = client.post(PATH, "{}")?;
        match answer.status {
            400 => admitted += 1,
            429 => anyhow::ensure!(answer.header("retry-after").is_some(), "{answer:?}"),
            _ => anyhow::bail!("{answer:?}"),
        }
        for name in ["ratelimit", "ratelimit-policy"] {
            anyhow::ensure!(answer.header(name).is_some(), "{answer:?}");
        }
    }
    Ok(admitted)
}

/// Waits until a server has said something.
fn wait_for(server: &Server, text: &str) -> anyhow::Result<()> {
    let since = Instant::now();
    while !server.output().text().contains(text) {
        let told = server.output().text();
        anyhow::ensure!(
            since.elapsed() < Duration::from_secs(20),
            "never: {text}\n{told}"
        );
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

#[test]
fn two_servers_share_one_limit_and_each_keeps_it_while_redis_is_away() -> anyhow::Result<()> {
    let mut redis = RedisServer::start()?;
    let storage = Storage::postgres()?;
    let documents = limited("200 req/hour per client")?;
    let url = redis.url();
    let arguments = ["--limits", url.as_str()];
    let servers = [
        Server::start_with(&documents, &storage, &arguments)?,
        Server::start_with(&documents, &storage, &arguments)?,
    ];
    let key = servers[0].key()?;
    let clients = servers
        .each_ref()
        .map(|server| server.anonymous().with_key(&key));
    let mut each = [0; 2];
    for _ in 0..30 {
        for (client, count) in clients.iter().zip(&mut each) {
            *count += admitted(client, 10)?;
        }
    }
    let both: u32 = each.iter().sum();
    // Within 2 %, and never less.
    anyhow::ensure!((200..=204).contains(&both), "{both}");

    redis.kill();
    for ((server, client), count) in servers.iter().zip(&clients).zip(&mut each) {
        *count += admitted(client, 250)?;
        anyhow::ensure!(*count == 200, "by itself: {count}");
        wait_for(server, AWAY)?;
    }
    redis.start_again()?;
    for (server, client) in servers.iter().zip(&clients) {
        wait_for(server, AGAIN)?;
        anyhow::ensure!(
            admitted(client, 5)? == 0,
            "what it admitted alone still counts"
        );
        let told = server.output().text();
        anyhow::ensure!(told.matches(AWAY).count() == 1, "{told}");
        anyhow::ensure!(told.matches(AGAIN).count() == 1, "{told}");
    }
    Ok(())
}

#[test]
fn a_redis_that_is_away_at_the_start_is_no_reason_not_to_serve() -> anyhow::Result<()> {
    let mut redis = RedisServer::with_password("s3cret")?;
    let url = redis.url();
    redis.kill();
    let documents = limited("3 req/hour per client, burst 2")?;
    let storage = Storage::sqlite()?;
    let server = Server::start_with(&documents, &storage, &["--limits", &url])?;
    assert_eq!(admitted(&server.client()?, 10)?, 2);
    let told = server.output().text();
    assert!(told.contains(AWAY) && !told.contains("s3cret"), "{told}");
    redis.start_again()?;
    wait_for(&server, AGAIN)
}

#[test]
fn a_silent_redis_holds_nobody_up() -> anyhow::Result<()> {
    let redis = RedisServer::start()?;
    let documents = limited("1000 req/hour per client")?;
    let storage = Storage::sqlite()?;
    let server = Server::start_with(&documents, &storage, &["--limits", &redis.url()])?;
    let client = server.client()?;
    assert_eq!(admitted(&client, 5)?, 5);
    redis.pause()?;
    let begun = Instant::now();
    assert_eq!(admitted(&client, 300)?, 300);
    // Three of them wait 50 ms.
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
    redis.go_on()?;
    wait_for(&server, AGAIN)
}

#[test]
fn the_limits_of_the_server_are_set_by_flags() -> anyhow::Result<()> {
    let documents = Documents::template()?;
    let storage = Storage::sqlite()?;
    let arguments = [
        "--default-limit",
        "2/hour",
        "--peer-limit",
        "6/hour",
        "--trusted-proxy",
        "127.0.0.0/8",
    ];
    let server = Server::start_with(&documents, &storage, &arguments)?;
    let client = server.client()?;
    let answer = client.post(PATH, "{}")?;
    assert_eq!(
        answer.header("ratelimit-policy"),
        Some("\"default\";q=2;w=3600")
    );
    assert_eq!(admitted(&client, 3)?, 1);
    // Four so far from here; what a trusted proxy says of its clients is counted apart.
    let from = |address: &str| client.send("GET", "/", &[("x-forwarded-for", address)], None);
    for (address, status) in [
        ("198.51.100.1", 200),
        ("", 200),
        ("", 200),
        ("", 429),
        ("198.51.100.1", 200),
    ] {
        let answer = from(address)?;
        assert_eq!(answer.status, status, "{address}: {answer:?}");
    }
    Ok(())
}

#[test]
fn wrong_flags_are_refused_and_say_what_is_right() -> anyhow::Result<()> {
    let cases = [
        ("--limits", "localhost:6379", "write `memory`, or `redis://"),
        ("--limits", "http://localhost", "write `redis://"),
        (
            "--limits",
            "rediss://localhost",
            "TLS to Redis is not built in",
        ),
        ("--limits", "redis://localhost/nine", "database number"),
        ("--default-limit", "1000", "such as `1000/s`"),
        ("--default-limit", "10/day", "such as `1000/s`"),
        ("--default-limit", "0/s", "at least 1"),
        ("--peer-limit", "99999999999/s", "at most 4294967295"),
        ("--trusted-proxy", "proxy.example", "such as `10.0.0.7`"),
        ("--trusted-proxy", "10.0.0.7/8", "begins at `10.0.0.0`"),
        ("--trusted-proxy", "10.0.0.0/40", "0 to 32"),
    ];
    for (flag, value, expected) in cases {
        let output = binary::command()?.args(["serve", flag, value]).output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{flag} {value}: {said}");
        assert!(
            said.contains(expected) && said.contains(flag),
            "{flag} {value}: {said}"
        );
    }
    Ok(())
}
