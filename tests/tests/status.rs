//! `specd status` and `/specs/<number>.json`: what documents promise, beside what was counted of the requests that were made.

use std::process::Output;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use specd_e2e::{Client, Documents, Server, Storage, binary};
use specd_testkit::prometheus::Prometheus;

const SPEC: &str = include_str!("../../docs/architecture/specs/0001-resource.md");
const PATH: &str = "/api/v1/resource";
const PLACE: &str = "/specs/0001.json";
/// No request is as fast as this.
const IMPOSSIBLE: &str = "p95 < 0.001ms";
/// Every request is.
const EASY: &str = "p95 < 60000ms";

fn status(documents: &Documents, arguments: &[&str]) -> anyhow::Result<Output> {
    let mut command = binary::command()?;
    command.arg("status").arg(documents.path()).args(arguments);
    Ok(command.output()?)
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn complained(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The project's own document with another promise of latency.
fn promising(latency: &str) -> anyhow::Result<Documents> {
    let text = SPEC.replace("p95 < 50ms, p99 < 100ms", latency);
    anyhow::ensure!(text != SPEC, "the document has other objectives");
    Documents::of(&[("0001-resource.md", &text)])
}

/// A server that counts, and where it tells so.
fn counting(documents: &Documents, storage: &Storage) -> anyhow::Result<(Server, String)> {
    counting_with(documents, storage, &["--metrics-listen", "127.0.0.1:0"])
}

fn counting_with(
    documents: &Documents,
    storage: &Storage,
    arguments: &[&str],
) -> anyhow::Result<(Server, String)> {
    let server = Server::start_with(documents, storage, arguments)?;
    let url = format!("http://{}", server.metrics_address()?);
    Ok((server, url))
}

/// The only document of an array, and its objectives.
fn documents_of(output: &Output) -> anyhow::Result<Value> {
    let written: Value = serde_json::from_slice(&output.stdout)?;
    let document = written.get(0).cloned();
    document.ok_or_else(|| anyhow::anyhow!("{output:?}"))
}

/// Of each objective: what it is, whether it is kept, all requests and good ones, and how fast its budget is spent.
fn figures(document: &Value) -> Value {
    let members = ["objective", "state", "total", "good", "burn_rate"];
    let objectives = document.get("objectives").and_then(Value::as_array);
    let figures = objectives.into_iter().flatten().map(|objective| {
        let figure = members.iter().map(|member| objective.get(member).cloned());
        figure.collect::<Option<Value>>()
    });
    figures.collect::<Option<Value>>().unwrap_or_default()
}

/// Asks a Prometheus until it has been told this; what it last said is the error.
fn until(
    documents: &Documents,
    url: &str,
    holds: impl Fn(&Value) -> bool,
) -> anyhow::Result<(Output, Value)> {
    let since = Instant::now();
    loop {
        let told = status(documents, &["--prometheus", url, "--format", "json"])?;
        let document = documents_of(&told).unwrap_or_default();
        if holds(&document) {
            return Ok((told, document));
        }
        anyhow::ensure!(since.elapsed() < Duration::from_secs(90), "{told:?}");
        thread::sleep(Duration::from_millis(300));
    }
}

/// Makes requests that are answered.
fn call(client: &Client, times: usize) -> anyhow::Result<()> {
    for _ in 0..times {
        assert_eq!(client.get(PATH)?.status, 200);
    }
    Ok(())
}

#[test]
fn objectives_that_are_kept_are_told_with_what_is_left() -> anyhow::Result<()> {
    let (documents, storage) = (promising(EASY)?, Storage::sqlite()?);
    let (server, url) = counting(&documents, &storage)?;
    let idle = status(&documents, &["--metrics", &url])?;
    assert_eq!(code(&idle), Some(0), "{idle:?}");
    assert!(
        said(&idle).contains("  p95 < 60000ms           idle "),
        "{}",
        said(&idle)
    );
    call(&server.client()?, 10)?;
    let told = status(&documents, &["--metrics", &url])?;
    assert_eq!(code(&told), Some(0), "{told:?}");
    let text = said(&told);
    let (head, rest) = text
        .split_once("  counted: by one server, since ")
        .unwrap_or_default();
    assert_eq!(
        head,
        "SPEC 0001 Resource: approved, revision 1\n  \
         rollout: everybody, without a flag; ticked: phase 1 3/3, phase 2 1/4, phase 3 0/2\n"
    );
    let (_, table) = rest.split_once('\n').unwrap_or_default();
    let expected = "  \
  objective               state     requests  failed  left  burn
  p95 < 60000ms           kept      10        0       100%  0
  throughput 500 req/sec  capacity  -         -       -     -
  error rate < 1%         kept      10        0       100%  0
  availability 99.9%      kept      10        0       100%  0
";
    assert_eq!(table, expected);
    Ok(())
}

#[test]
fn a_latency_that_nobody_keeps_is_told_alike_by_the_server_and_the_command() -> anyhow::Result<()> {
    let (documents, storage) = (promising(IMPOSSIBLE)?, Storage::sqlite()?);
    let (server, url) = counting(&documents, &storage)?;
    call(&server.client()?, 4)?;
    let told = status(&documents, &["--metrics", &url, "--format", "json"])?;
    assert_eq!(code(&told), Some(1), "{told:?}");
    let document = documents_of(&told)?;
    let expected = json!([
        ["p95 < 0.001ms", "broken", 4, 0, "20"],
        ["throughput 500 req/sec", "capacity", null, null, null],
        ["error rate < 1%", "kept", 4, 4, "0"],
        ["availability 99.9%", "kept", 4, 4, "0"],
    ]);
    assert_eq!(figures(&document), expected);
    assert_eq!(
        document["objectives"][0],
        json!({
            "objective": "p95 < 0.001ms", "kind": "latency", "percentile": "p95", "threshold": "0.001", "unit": "ms",
            "state": "broken", "total": 4, "good": 0, "budget": "0.05", "budget_left": "-19", "burn_rate": "20",
            "burn_rates": [],
        })
    );
    let answer = server.anonymous().get(PLACE)?;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.json()["objectives"], document["objectives"]);
    assert_eq!(answer.json()["counted"], document["counted"]);
    // The server has no bucket for a latency that it does not promise.
    let other = promising("p95 < 33ms")?;
    let told = status(&other, &["--metrics", &url, "--format", "json"])?;
    assert_eq!(code(&told), Some(0), "{told:?}");
    assert_eq!(documents_of(&told)?["objectives"][0]["state"], "unmeasured");
    Ok(())
}

#[test]
fn failures_are_told_by_the_server_the_command_and_a_prometheus() -> anyhow::Result<()> {
    let (documents, storage) = (promising(EASY)?, Storage::postgres()?);
    let (server, url) = counting(&documents, &storage)?;
    let prometheus = Prometheus::start("groups: []", server.metrics_address()?)?;
    let asked = format!("http://{}", prometheus.address());
    // What begins at 0 has been seen at 0.
    prometheus.something("http_server_request_duration_seconds_count")?;
    let client = server.client()?;
    call(&client, 5)?;
    let Some(database) = storage.database() else {
        anyhow::bail!("there is no database");
    };
    database.query("ALTER TABLE resource RENAME TO gone")?;
    for _ in 0..3 {
        let answer = client.get(PATH)?;
        assert!(answer.status >= 500, "{answer:?}");
    }
    database.query("ALTER TABLE gone RENAME TO resource")?;
    let expected = json!([
        ["p95 < 60000ms", "kept", 8, 8, "0"],
        ["throughput 500 req/sec", "capacity", null, null, null],
        ["error rate < 1%", "broken", 8, 5, "37.5"],
        ["availability 99.9%", "broken", 8, 5, "375"],
    ]);
    let told = status(&documents, &["--metrics", &url, "--format", "json"])?;
    assert_eq!(code(&told), Some(1), "{told:?}");
    assert_eq!(figures(&documents_of(&told)?), expected);
    assert_eq!(figures(&server.anonymous().get(PLACE)?.json()), expected);
    let (told, document) = until(&documents, &asked, |told| figures(told) == expected)?;
    assert_eq!(code(&told), Some(1), "{told:?}");
    assert_eq!(document["counted"], json!({"last": "30d"}));
    assert_eq!(document["revision"], 1);
    let rates = document["objectives"][3]["burn_rates"].as_array().cloned();
    let rates: Vec<_> = rates
        .into_iter()
        .flatten()
        .map(|one| one["limit"].clone())
        .collect();
    assert_eq!(rates, ["14.4", "6", "3", "1"]);
    let text = status(&documents, &["--prometheus", &asked])?;
    assert!(
        said(&text).contains("  counted: by all servers, in the last 30d\n"),
        "{text:?}"
    );
    Ok(())
}

#[test]
fn who_is_turned_away_for_want_of_memory_was_promised_an_answer() -> anyhow::Result<()> {
    let (documents, storage) = (promising(EASY)?, Storage::sqlite()?);
    let arguments = ["--metrics-listen", "127.0.0.1:0", "--memory", "32MiB"];
    let (server, url) = counting_with(&documents, &storage, &arguments)?;
    let client = server.client()?;
    for _ in 0..3 {
        let answer = client.get(PATH)?;
        assert_eq!(answer.status, 503, "{answer:?}");
    }
    let told = status(&documents, &["--metrics", &url, "--format", "json"])?;
    assert_eq!(code(&told), Some(1), "{told:?}");
    let expected = json!(["availability 99.9%", "broken", 3, 0, "1000"]);
    assert_eq!(figures(&documents_of(&told)?)[3], expected);
    Ok(())
}

#[test]
fn a_prometheus_remembers_what_a_server_counted_before_its_restart() -> anyhow::Result<()> {
    let (documents, storage) = (promising(IMPOSSIBLE)?, Storage::sqlite()?);
    let (server, url) = counting(&documents, &storage)?;
    let address = server.metrics_address()?;
    let prometheus = Prometheus::start("groups: []", address)?;
    let asked = format!("http://{}", prometheus.address());
    prometheus.something("http_server_request_duration_seconds_count")?;
    let key = server.key()?;
    call(&server.client()?, 7)?;
    let latency = |total: u64| move |told: &Value| told["objectives"][0]["total"] == total;
    until(&documents, &asked, latency(7))?;
    assert!(server.stop()?.success());
    let listen = address.to_string();
    let (again, _) = counting_with(&documents, &storage, &["--metrics-listen", &listen])?;
    call(&again.anonymous().with_key(key), 5)?;
    let own = status(&documents, &["--metrics", &url, "--format", "json"])?;
    assert_eq!(documents_of(&own)?["objectives"][0]["total"], 5);
    let (told, document) = until(&documents, &asked, latency(12))?;
    assert_eq!(code(&told), Some(1), "{told:?}");
    let latency = &document["objectives"][0];
    assert_eq!(
        (&latency["good"], &latency["state"]),
        (&json!(0), &json!("broken"))
    );
    // Twelve requests are enough to say that each of the rates is exceeded.
    let rates = latency["burn_rates"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    assert_eq!(rates.len(), 4, "{latency}");
    assert!(rates[0]["is_exceeded"] == true, "{latency}");
    assert_eq!(
        rates[0]["windows"][0],
        json!({"window": "1h", "burn_rate": "20"})
    );
    Ok(())
}

#[test]
fn a_document_says_how_far_it_is() -> anyhow::Result<()> {
    let flagged = SPEC.replace(
        "- [ ] Monitor metrics",
        "- [x] Feature flag: `feature_resource_enabled`\n- [ ] Gradual rollout: 5% → 25% → 100%\n- [ ] Monitor metrics",
    );
    let documents = Documents::of(&[("0001-resource.md", &flagged)])?;
    let storage = Storage::sqlite()?;
    let (server, url) = counting(&documents, &storage)?;
    let step = binary::command()?
        .args(["rollout", "advance", "1", "--database", storage.url()])
        .output()?;
    assert!(step.status.success(), "{step:?}");
    let since = Instant::now();
    let rollout = loop {
        let answer = server.anonymous().get(PLACE)?.json();
        if answer["rollout"]["percent"] == 25 {
            break answer["rollout"].clone();
        }
        anyhow::ensure!(since.elapsed() < Duration::from_secs(20), "{answer}");
        thread::sleep(Duration::from_millis(100));
    };
    let phase = |phase: u8, ticked: u8, total: u8| json!({"phase": phase, "ticked": ticked, "total": total});
    let expected = json!({
        "flag": "feature_resource_enabled", "percent": 25, "stages": [5, 25, 100],
        "phases": [phase(1, 3, 3), phase(2, 1, 4), phase(3, 1, 4)],
    });
    assert_eq!(rollout, expected);
    let told = status(&documents, &["--metrics", &url, "--format", "json"])?;
    assert_eq!(documents_of(&told)?["rollout"], expected);
    let told = said(&status(&documents, &["--metrics", &url])?);
    let line = "  rollout: 25% of callers, `feature_resource_enabled`; ticked: phase 1 3/3, phase 2 1/4, phase 3 1/4\n";
    assert!(told.contains(line), "{told}");
    Ok(())
}

#[test]
fn a_server_that_does_not_count_says_how_it_would() -> anyhow::Result<()> {
    let (documents, storage) = (promising(EASY)?, Storage::sqlite()?);
    let server = Server::start(&documents, &storage)?;
    call(&server.client()?, 2)?;
    let told = server.anonymous().get(PLACE)?.json();
    assert_eq!(told["counted"], Value::Null);
    let note = told["note"].as_str().unwrap_or_default();
    assert!(note.contains("`--metrics-listen 127.0.0.1:9464`"), "{told}");
    assert_eq!(told["objectives"][0]["state"], "unmeasured");
    assert_eq!(told["objectives"][0]["budget"], "0.05");
    assert_eq!(told["links"]["collection"], PATH);
    assert_eq!(told["revision"], 1);
    Ok(())
}

#[test]
fn a_revision_with_other_latencies_is_counted_anew_and_says_since_when() -> anyhow::Result<()> {
    let (documents, storage) = (promising(IMPOSSIBLE)?, Storage::sqlite()?);
    let (server, _) = counting(&documents, &storage)?;
    call(&server.client()?, 2)?;
    let told = || anyhow::Ok(server.anonymous().get(PLACE)?.json());
    let before = told()?;
    assert_eq!(before["objectives"][0]["total"], 2);
    // The time is told in seconds.
    thread::sleep(Duration::from_millis(1100));
    documents.write(
        "0001-resource.md",
        &SPEC.replace("p99 < 100ms", "p99 < 101ms"),
    )?;
    let since = Instant::now();
    let after = loop {
        let after = told()?;
        if after["revision"] == 2 {
            break after;
        }
        anyhow::ensure!(since.elapsed() < Duration::from_secs(20), "{after}");
        thread::sleep(Duration::from_millis(50));
    };
    assert_eq!(after["objectives"][0]["total"], 0);
    let moments = [before, after].map(|told| told["counted"]["since"].to_string());
    assert!(moments[0] < moments[1], "{moments:?}");
    Ok(())
}

#[test]
fn what_cannot_be_asked_ends_with_2_and_says_what_to_do() -> anyhow::Result<()> {
    let (documents, storage) = (promising(EASY)?, Storage::sqlite()?);
    let (server, url) = counting(&documents, &storage)?;
    let nobody = "http://reader:s3cret@127.0.0.1:1";
    for (arguments, advice) in [
        (["--metrics", nobody], "`--metrics-listen 127.0.0.1:9464`"),
        (
            ["--metrics", &server.base()],
            "`--metrics-listen 127.0.0.1:9464`",
        ),
        (["--metrics", "http://u:s3cret@/"], "is no address"),
        (["--prometheus", nobody], "`--prometheus URL`"),
        (["--prometheus", &url], "`--metrics URL`"),
    ] {
        let told = status(&documents, &arguments)?;
        assert_eq!(code(&told), Some(2), "{arguments:?} {told:?}");
        let complaint = complained(&told);
        assert!(complaint.contains(advice), "{arguments:?} {complaint}");
        assert!(!complaint.contains("s3cret"), "{complaint}");
        assert_eq!(said(&told), "");
    }
    let other = Documents::of(&[("0002-other.md", &SPEC.replace("SPEC 0001", "SPEC 0002"))])?;
    let told = status(&other, &["--metrics", &url])?;
    assert_eq!(code(&told), Some(2), "{told:?}");
    assert!(
        complained(&told).contains("serves none of these"),
        "{told:?}"
    );
    let wrong = Documents::of(&[(
        "0001-resource.md",
        &SPEC.replace("p95 < 50ms", "p95 < soon"),
    )])?;
    let told = status(&wrong, &["--metrics", &url])?;
    assert_eq!(code(&told), Some(2), "{told:?}");
    Ok(())
}
