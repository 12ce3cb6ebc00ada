//! Metrics as a server exposes them, by the contract of `docs/operations/metrics.md`, rising with every scrape.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};

use specd_domain::Spec;
use specd_domain::objective::edges::latency_edges;

/// Answers every scrape, for as long as the test runs.
pub(crate) fn expose(spec: &Spec) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let edges = latency_edges([spec]);
    let edges: Vec<String> = edges
        .iter()
        .map(bigdecimal::BigDecimal::to_plain_string)
        .collect();
    let spec = spec.number.to_string();
    std::thread::spawn(move || {
        for (scrape, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let body = metrics(&spec, &edges, scrape + 1);
            let head = "HTTP/1.0 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n\r\n";
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    address
}

fn metrics(spec: &str, edges: &[String], scrape: usize) -> String {
    let mut out = String::new();
    let route =
        format!("spec=\"{spec}\",http_request_method=\"POST\",http_route=\"/api/v1/resource\"");
    for status in [200, 400, 503] {
        let labels = format!("{route},http_response_status_code=\"{status}\"");
        histogram(
            &mut out,
            "http_server_request_duration_seconds",
            &labels,
            edges,
            scrape * 10,
        );
    }
    for queue in ["read", "write"] {
        let labels = format!("queue=\"{queue}\"");
        histogram(&mut out, "specd_queue_wait_seconds", &labels, edges, scrape);
    }
    let percent = if scrape < 4 { 5 } else { 25 };
    let lines = [
        "http_server_active_requests 3".to_owned(),
        format!(
            "specd_spec_info{{spec=\"{spec}\",revision=\"2\",resource=\"resource\",status=\"approved\"}} 1"
        ),
        format!("specd_rollout_percent{{spec=\"{spec}\"}} {percent}"),
        format!("specd_rejected_total{{spec=\"{spec}\",reason=\"overloaded\"}} {scrape}"),
    ];
    for line in lines {
        writeln!(out, "{line}").unwrap();
    }
    out
}

fn histogram(out: &mut String, name: &str, labels: &str, edges: &[String], count: usize) {
    for edge in edges {
        writeln!(out, "{name}_bucket{{{labels},le=\"{edge}\"}} {}", count / 2).unwrap();
    }
    writeln!(out, "{name}_bucket{{{labels},le=\"+Inf\"}} {count}").unwrap();
    writeln!(out, "{name}_sum{{{labels}}} {count}").unwrap();
    writeln!(out, "{name}_count{{{labels}}} {count}").unwrap();
}
