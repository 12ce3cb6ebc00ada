//! SPEC documents in a directory of their own.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// The template, as it is given to authors.
const TEMPLATE: &str = include_str!("../../crates/adapter-markdown/src/template.md");

/// A directory of documents; gone when it is dropped.
#[derive(Debug)]
pub struct Documents(TempDir);

impl Documents {
    /// The documents of these names.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn of(files: &[(&str, &str)]) -> anyhow::Result<Self> {
        let documents = Self(tempfile::Builder::new().prefix("specd-specs-").tempdir()?);
        for (name, text) in files {
            documents.write(name, text)?;
        }
        Ok(documents)
    }

    /// The template's own content, as SPEC 0001.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn template() -> anyhow::Result<Self> {
        Self::of(&[("0001-resource.md", &template())])
    }

    /// Where they are.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes or changes one, as an editor does: a new file is put in the place of the old one.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, name: &str, text: &str) -> anyhow::Result<PathBuf> {
        let path = self.path().join(name);
        let draft = self.path().join(format!(".{name}.draft"));
        fs::write(&draft, text)?;
        fs::rename(&draft, &path)?;
        Ok(path)
    }
}

/// The template with its placeholders filled and its boxes ticked, and nothing else changed.
pub fn template() -> String {
    let mut text = String::new();
    for line in TEMPLATE.lines() {
        text.push_str(&filled(line));
        text.push('\n');
    }
    text
}

/// The template with more operations on its collection, such as `GET` and `PATCH {id}`, each of which the key may do.
pub fn template_with(operations: &[&str]) -> String {
    let mut endpoints = String::new();
    let mut methods = vec!["POST"];
    for operation in operations {
        let (method, id) = operation
            .split_once(' ')
            .map_or((*operation, ""), |(method, _)| (method, "/{id}"));
        // Writing to a String cannot fail.
        let _ = write!(
            endpoints,
            "**Endpoint**: `{method} /api/v1/resource{id}`\n\n"
        );
        if !methods.contains(&method) {
            methods.push(method);
        }
    }
    template()
        .replace("### Data Schema", &format!("{endpoints}### Data Schema"))
        .replace(
            "`resource:write` may POST",
            &format!("`resource:write` may {}", methods.join(", ")),
        )
}

/// What stands in the template, and what an author puts in its place.
const FILLED: [(&str, &str); 32] = [
    ("[Feature Title]", "Resource"),
    ("draft | review | approved | deprecated", "approved"),
    ("[Your Name]", "Ada Lovelace"),
    ("**Created**: YYYY-MM-DD", "**Created**: 2025-01-01"),
    (
        "**Last Updated**: YYYY-MM-DD",
        "**Last Updated**: 2025-01-02",
    ),
    ("Due: YYYY-MM-DD", "Due: 2999-12-31"),
    (
        "[Brief description of what this spec proposes]",
        "Resources are stored and found again.",
    ),
    (
        "[PRD: Feature Name](../../strategy/prd-{feature}.md)",
        "none",
    ),
    (
        "[PRD: Product Requirements](../../strategy/prd-{feature}.md)",
        "PRD: none",
    ),
    ("[HLD: System Design](../hld-{system}.md)", "HLD: none"),
    ("[ADR: Architecture Decisions](../adr/)", "ADR: none"),
    (
        "[Runbook: Operations](../../operations/runbook-{service}.md)",
        "Runbook: none",
    ),
    ("/{resource}`", "/resource`"),
    ("- [ ] **Breaking changes**", "- [-] **Breaking changes**"),
    ("- [ ] **Rejected**", "- [-] **Rejected**"),
    ("- [ ] **Deferred**", "- [-] **Deferred**"),
    ("- [ ]", "- [x]"),
    ("- [-]", "- [ ]"),
    (
        "(if applicable): `feature_{name}_enabled`",
        "(if applicable): none",
    ),
    ("p95 < XXms, p99 < XXms", "p95 < 50ms, p99 < 100ms"),
    ("XX req/sec", "500 req/sec"),
    ("< X%", "< 1%"),
    ("XX% uptime", "99.9% uptime"),
    ("latency > XXms", "latency > 200ms"),
    ("error rate > X%", "error rate > 2%"),
    ("availability < XX%", "availability < 99.5%"),
    ("[Dashboard URL]", "none"),
    ("How is the API authenticated?", "API key"),
    ("Who can access this API?", "`resource:write` may POST"),
    ("How is input validated?", "`field1` is not blank"),
    ("Alternative 1: [Name]", "Alternative 1: A table by hand"),
    ("Alternative 2: [Name]", "Alternative 2: A framework"),
];

fn filled(line: &str) -> String {
    FILLED
        .iter()
        .fold(line.to_owned(), |line, (placeholder, value)| {
            line.replace(placeholder, value)
        })
}
