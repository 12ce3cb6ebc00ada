//! Every request is counted once, where it belongs.

use std::thread;
use std::time::{Duration, Instant};

use specd_e2e::{Scrape, Server, Storage};

use crate::{BODY, PATH, SPEC, measured, measured_with, resource};

const COUNT: &str = "http_server_request_duration_seconds_count";
const BUCKET: &str = "http_server_request_duration_seconds_bucket";
const ONE: &str = "/api/v1/resource/{id}";

/// How many requests were counted at an endpoint with a status.
fn count(scrape: &Scrape, method: &str, route: &str, status: &str) -> Option<f64> {
    let labels = [
        ("http_request_method", method),
        ("http_route", route),
        ("http_response_status_code", status),
    ];
    scrape.sum(COUNT, &labels)
}

/// Scrapes until this holds.
fn until(server: &Server, holds: impl Fn(&Scrape) -> bool) -> anyhow::Result<Scrape> {
    let since = Instant::now();
    loop {
        let scrape = server.scrape()?;
        if holds(&scrape) {
            return Ok(scrape);
        }
        anyhow::ensure!(since.elapsed() < Duration::from_secs(20), "{scrape:?}");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn declared_routes_begin_at_0_and_each_request_is_counted_by_its_status() -> anyhow::Result<()> {
    let (documents, storage) = (resource()?, Storage::sqlite()?);
    let server = measured(&documents, &storage)?;
    let client = server.client()?;
    let first = server.scrape()?;
    for (method, route, success) in [
        ("POST", PATH, "200"),
        ("GET", PATH, "200"),
        ("GET", ONE, "200"),
        ("PUT", ONE, "200"),
        ("PATCH", ONE, "200"),
        ("DELETE", ONE, "204"),
    ] {
        for status in [success, "500", "503"] {
            let counted = count(&first, method, route, status);
            assert_eq!(counted, Some(0.0), "{method} {route} {status}");
        }
    }
    let id = client.post(PATH, BODY)?.member("id");
    let path = format!("{PATH}/{}", id.as_str().unwrap_or_default());
    for _ in 0..2 {
        assert_eq!(client.post(PATH, BODY)?.status, 200);
    }
    for _ in 0..4 {
        assert_eq!(client.post(PATH, "{}")?.status, 400);
    }
    for _ in 0..5 {
        assert_eq!(client.get(&path)?.status, 200);
    }
    assert_eq!(client.send("HEAD", &path, &[], None)?.status, 200);
    assert_eq!(client.get(&format!("{PATH}/nothing"))?.status, 404);
    assert_eq!(server.anonymous().get(PATH)?.status, 401);
    assert_eq!(client.delete(&path)?.status, 204);
    assert_eq!(client.put(PATH, BODY)?.status, 405);
    assert_eq!(client.get("/no/such/path")?.status, 404);
    let scrape = server.scrape()?;
    for (method, route, status, expected) in [
        ("POST", PATH, "200", 3.0),
        ("POST", PATH, "400", 4.0),
        ("GET", ONE, "200", 6.0),
        ("GET", ONE, "404", 1.0),
        ("GET", PATH, "401", 1.0),
        ("GET", PATH, "200", 0.0),
        ("DELETE", ONE, "204", 1.0),
        ("other", "other", "405", 1.0),
        ("other", "other", "404", 1.0),
    ] {
        let counted = count(&scrape, method, route, status);
        assert_eq!(counted, Some(expected), "{method} {route} {status}");
    }
    assert_eq!(count(&scrape, "PUT", PATH, "405"), None);
    let all = scrape.sum(COUNT, &[("spec", "0001")]);
    assert_eq!(all, Some(16.0), "what is of no endpoint is of no document");
    assert_eq!(scrape.sum("http_server_active_requests", &[]), Some(0.0));
    assert_eq!(
        scrape.sum("specd_undeclared_status_total", &[("spec", "0001")]),
        Some(0.0)
    );
    Ok(())
}

#[test]
fn each_threshold_of_spec_0001_is_the_edge_of_a_bucket() -> anyhow::Result<()> {
    let (documents, storage) = (resource()?, Storage::sqlite()?);
    let server = measured(&documents, &storage)?;
    let client = server.client()?;
    for _ in 0..7 {
        assert_eq!(client.post(PATH, BODY)?.status, 200);
    }
    let scrape = server.scrape()?;
    let created = [
        ("spec", "0001"),
        ("http_request_method", "POST"),
        ("http_response_status_code", "200"),
    ];
    let buckets: Vec<_> = scrape.all(BUCKET, &created).collect();
    let edges: Vec<_> = buckets.iter().map(|one| &*one.labels["le"]).collect();
    let expected = "0.0005 0.001 0.0025 0.005 0.01 0.025 0.05 0.1 0.2 0.25 0.5 1 2.5 5 10 +Inf";
    assert_eq!(edges.join(" "), expected);
    assert!(buckets.is_sorted_by_key(|bucket| bucket.value));
    assert_eq!(buckets.last().map(|last| last.value), Some(7.0));
    assert_eq!(scrape.sum(COUNT, &created), Some(7.0));
    let sum = scrape.sum("http_server_request_duration_seconds_sum", &created);
    assert!(sum.is_some_and(|sum| sum > 0.0), "{sum:?}");
    Ok(())
}

#[test]
fn who_is_turned_away_is_counted_with_the_reason() -> anyhow::Result<()> {
    let limited = SPEC.replace("100 req/s per client", "3 req/hour per client");
    let documents = specd_e2e::Documents::of(&[("0001-resource.md", &limited)])?;
    let storage = Storage::sqlite()?;
    let server = measured_with(&documents, &storage, &["--peer-limit", "6/hour"])?;
    let client = server.client()?;
    let statuses: Vec<u16> = (0..8)
        .map(|_| Ok(client.get(PATH)?.status))
        .collect::<anyhow::Result<_>>()?;
    assert_eq!(statuses, [200, 200, 200, 429, 429, 429, 429, 429]);
    let scrape = server.scrape()?;
    for (reason, expected) in [
        ("rate_limit", 3.0),
        ("peer_limit", 2.0),
        ("overloaded", 0.0),
        ("memory", 0.0),
    ] {
        let labels = [("spec", "0001"), ("reason", reason)];
        let counted = scrape.sum("specd_rejected_total", &labels);
        assert_eq!(counted, Some(expected), "{reason}");
    }
    let meters = scrape.sum("specd_limiter_meters", &[("limits", "callers")]);
    assert_eq!(meters, Some(1.0));
    Ok(())
}

#[test]
fn another_revision_goes_on_counting_where_its_edges_are_the_same() -> anyhow::Result<()> {
    let (documents, storage) = (resource()?, Storage::sqlite()?);
    let server = measured(&documents, &storage)?;
    let client = server.client()?;
    assert_eq!(client.post(PATH, BODY)?.status, 200);
    let revised = |revision: &'static str| {
        move |scrape: &Scrape| {
            let labels = [("spec", "0001"), ("revision", revision)];
            scrape.sum("specd_spec_info", &labels) == Some(1.0)
        }
    };
    until(&server, revised("1"))?;
    let other = SPEC.replace("A newcomer who runs specd", "Somebody who runs specd");
    let other = other.replace(
        "- **Throughput**: 500 req/sec",
        "- **Throughput**: 400 req/sec",
    );
    documents.write("0001-resource.md", &other)?;
    let scrape = until(&server, revised("2"))?;
    assert_eq!(count(&scrape, "POST", PATH, "200"), Some(1.0));
    assert_eq!(client.post(PATH, BODY)?.status, 200);
    assert_eq!(count(&server.scrape()?, "POST", PATH, "200"), Some(2.0));
    documents.write(
        "0001-resource.md",
        &other.replace("p95 < 50ms", "p95 < 33ms"),
    )?;
    let scrape = until(&server, revised("3"))?;
    assert!(scrape.all(BUCKET, &[("le", "0.033")]).next().is_some());
    assert_eq!(count(&scrape, "POST", PATH, "200"), Some(0.0));
    Ok(())
}

#[test]
fn the_queues_and_the_process_are_told_of_on_both_stores() -> anyhow::Result<()> {
    for storage in Storage::each()? {
        let documents = resource()?;
        let server = measured(&documents, &storage)?;
        let client = server.client()?;
        for _ in 0..3 {
            assert_eq!(client.post(PATH, BODY)?.status, 200);
        }
        let scrape = server.scrape()?;
        let write = [("queue", "write")];
        for name in ["specd_queue_wait_seconds_count", "specd_batch_size_sum"] {
            let counted = scrape.sum(name, &write);
            assert!(counted >= Some(3.0), "{} {name} {counted:?}", storage.url());
        }
        assert_eq!(scrape.sum("specd_queue_refused_total", &write), Some(0.0));
        let is_postgres = storage.url().starts_with("postgres");
        let links = scrape.sum("specd_database_connections", &[]);
        assert_eq!(links.is_some_and(|links| links > 0.0), is_postgres);
        for name in [
            "specd_build_info",
            "process_resident_memory_bytes",
            "process_open_fds",
            "process_start_time_seconds",
        ] {
            assert!(scrape.sum(name, &[]) > Some(0.0), "{name}");
        }
        let percent = scrape.sum("specd_rollout_percent", &[("spec", "0001")]);
        assert_eq!(percent, Some(100.0));
        let dropped = scrape.sum("specd_telemetry_dropped_total", &[("signal", "logs")]);
        assert_eq!(dropped, Some(0.0));
    }
    Ok(())
}

#[test]
fn what_is_told_is_what_the_contract_names() -> anyhow::Result<()> {
    let contract = include_str!("../../../docs/operations/metrics.md");
    let (documents, storage) = (resource()?, Storage::postgres()?);
    // Where traces are sent, the steps of diagrams are told of, too.
    let nobody = ["--otlp-endpoint", "http://127.0.0.1:9"];
    let server = measured_with(&documents, &storage, &nobody)?;
    let scrape = server.scrape()?;
    assert!(scrape.names().contains(&"specd_flow_steps_total"));
    let names = scrape.names().into_iter().map(|name| {
        let parts = ["_bucket", "_sum", "_count"];
        let part = parts.iter().find_map(|part| name.strip_suffix(part));
        part.unwrap_or(name)
    });
    for name in names {
        let is_known = name.starts_with("process_") || contract.contains(&format!("| `{name}` |"));
        assert!(is_known, "{name} is not in the table");
    }
    Ok(())
}
