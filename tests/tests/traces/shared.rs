//! Statements that several requests share, and those that fail.

use std::collections::BTreeSet;
use std::thread;

use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use specd_e2e::Storage;

use crate::{PATH, Traced};
use specd_e2e::collector::{Collector, Manner, attribute};

const TABLE: &str = "INSERT resource";
/// Enough at once for a statement that is shared.
const CLIENTS: usize = 8;
const ROUNDS: usize = 40;

fn batch_size(span: &Span) -> Option<usize> {
    let size = attribute(&span.attributes, "db.operation.batch.size")?;
    size.strip_prefix("int:")?.parse().ok()
}

fn crowd(traced: &Traced) {
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                let client = traced.server.client().unwrap();
                for _ in 0..ROUNDS {
                    assert_eq!(client.post(PATH, crate::BODY).unwrap().status, 200);
                }
            });
        }
    });
}

/// The span of a group, and those that are linked to it.
fn group(spans: &[Span], is_group: impl Fn(&Span) -> bool) -> Option<(Span, Vec<Span>)> {
    let group = spans.iter().find(|span| is_group(span))?.clone();
    let size = batch_size(&group)?;
    let is_linked = |span: &&Span| {
        let mut links = span.links.iter();
        links.any(|link| link.span_id == group.span_id && link.trace_id == group.trace_id)
    };
    let linked: Vec<Span> = spans.iter().filter(is_linked).cloned().collect();
    // All of them have arrived.
    (linked.len() == size).then_some((group, linked))
}

#[track_caller]
fn are_of_requests_of_their_own(group: &Span, linked: &[Span]) {
    assert!(linked.len() > 1);
    assert_eq!(group.parent_span_id, [0_u8; 0], "a trace of its own");
    let traces: BTreeSet<_> = linked.iter().map(|span| &span.trace_id).collect();
    assert_eq!(traces.len(), linked.len(), "each of another request");
    assert!(!traces.contains(&group.trace_id));
    for span in linked {
        assert_eq!(span.name, TABLE);
        assert_eq!(batch_size(span), None);
        assert!(!span.parent_span_id.is_empty());
    }
}

#[test]
fn each_of_those_that_share_a_statement_is_linked_to_it() {
    let collector = Collector::start(Manner::Takes);
    let storage = Storage::postgres().unwrap();
    let traced = Traced::on(storage, &collector.base(), &["--trace-ratio", "1"]);
    crowd(&traced);
    let is_group = |span: &Span| span.name == TABLE && batch_size(span).is_some();
    let (statement, linked) = collector.wait_for(|spans| group(spans, is_group));
    are_of_requests_of_their_own(&statement, &linked);
    for (name, value) in [
        ("db.system.name", "postgresql"),
        ("db.operation.name", "INSERT"),
        ("db.collection.name", "resource"),
    ] {
        let told = attribute(&statement.attributes, name);
        assert_eq!(told.as_deref(), Some(value), "{name}");
    }
}

#[test]
fn each_of_those_that_share_a_transaction_is_linked_to_it() {
    let collector = Collector::start(Manner::Takes);
    let traced = Traced::start(&collector.base(), &["--trace-ratio", "1"]);
    crowd(&traced);
    let is_group = |span: &Span| span.name == "transaction" && batch_size(span).is_some();
    let (transaction, linked) = collector.wait_for(|spans| group(spans, is_group));
    are_of_requests_of_their_own(&transaction, &linked);
}

#[test]
fn a_statement_that_is_undone_is_an_error_and_says_nothing_of_the_row() {
    for storage in Storage::each().unwrap() {
        let collector = Collector::start(Manner::Takes);
        let traced = Traced::unique(storage, &collector.base());
        assert_eq!(traced.create(&[]).status, 200);
        assert_eq!(traced.create(&[]).status, 409);
        let failed = collector.wait_for(|spans| {
            let is_failed = |span: &&Span| attribute(&span.attributes, "error.type").is_some();
            spans.iter().find(is_failed).cloned()
        });
        assert_eq!(failed.name, TABLE);
        let kind = attribute(&failed.attributes, "error.type");
        assert_eq!(kind.as_deref(), Some("unique_violation"));
        let status = failed.status.unwrap();
        assert_eq!(status.code, StatusCode::Error as i32);
        assert_eq!(status.message, "");
    }
}
