//! What the binary tells of itself at `/metrics`, counted against the requests that were made.

mod asked;
mod counted;
mod listener;

use specd_e2e::{Documents, Server, Storage};

/// The document that the project serves itself, which promises p95 < 50ms and p99 < 100ms and alerts beyond 200ms.
const SPEC: &str = include_str!("../../../docs/architecture/specs/0001-resource.md");
const PATH: &str = "/api/v1/resource";
const BODY: &str = r#"{"field1":"a","field2":1,"field3":{"nested":"b"}}"#;

/// The document as it is.
fn resource() -> anyhow::Result<Documents> {
    Documents::of(&[("0001-resource.md", SPEC)])
}

/// A server that measures.
fn measured(documents: &Documents, storage: &Storage) -> anyhow::Result<Server> {
    measured_with(documents, storage, &[])
}

/// The same with more arguments.
fn measured_with(
    documents: &Documents,
    storage: &Storage,
    arguments: &[&str],
) -> anyhow::Result<Server> {
    let arguments = [&["--metrics-listen", "127.0.0.1:0"], arguments].concat();
    Server::start_with(documents, storage, &arguments)
}
