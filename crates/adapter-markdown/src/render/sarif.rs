//! Findings as SARIF 2.1.0 (OASIS), for code scanning.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};
use specd_domain::diagnostic::{Code, Diagnostic};
use specd_domain::{Severity, Span};

use super::FileFindings;
use super::control;
use super::place::Source;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The findings of all files as one log with one run, with a line break behind it.
pub fn render(files: &[FileFindings<'_>]) -> String {
    let codes: BTreeSet<Code> = files
        .iter()
        .flat_map(|file| file.diagnostics)
        .map(|finding| finding.code)
        .collect();
    let codes: Vec<Code> = codes.into_iter().collect();
    let mut results = Vec::new();
    for file in files {
        let source = Source::new(file.text);
        let uri = uri(file.path);
        results.extend(
            file.diagnostics
                .iter()
                .map(|finding| result(finding, &source, &uri, &codes)),
        );
    }
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "specd",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": codes.iter().map(|code| rule(*code)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    control::json(&format!("{log:#}\n"))
}

/// A code as code scanning shows it. The pages of the codes are files, and a `helpUri` must be absolute: it has none.
fn rule(code: Code) -> Value {
    let title = json!({ "text": code.title() });
    json!({
        "id": code.as_str(),
        "shortDescription": title,
        "fullDescription": title,
        "help": { "text": format!("`specd explain {code}` shows an example with this mistake and one without it") },
    })
}

fn result(finding: &Diagnostic, source: &Source<'_>, uri: &str, codes: &[Code]) -> Value {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let mut result = json!({
        "ruleId": finding.code.as_str(),
        "ruleIndex": codes.binary_search(&finding.code).unwrap_or(0),
        "level": level,
        "message": { "text": message(finding) },
        "locations": [{ "physicalLocation": location(finding.primary, source, uri) }],
    });
    let related: Vec<Value> = finding
        .labels
        .iter()
        .enumerate()
        .map(|(index, label)| {
            json!({
                "id": index + 1,
                "message": { "text": label.value },
                "physicalLocation": location(label.span, source, uri),
            })
        })
        .collect();
    let replacement = finding
        .help
        .as_ref()
        .and_then(|help| Some((&help.message, help.replacement.as_ref()?)));
    let fix = replacement.map(|(message, text)| {
        json!({
            "description": { "text": message },
            "artifactChanges": [{
                "artifactLocation": { "uri": uri },
                "replacements": [{
                    "deletedRegion": region(text.span, source),
                    "insertedContent": { "text": text.value },
                }],
            }],
        })
    });
    if let Some(members) = result.as_object_mut() {
        if !related.is_empty() {
            members.insert("relatedLocations".to_owned(), Value::Array(related));
        }
        if let Some(fix) = fix {
            members.insert("fixes".to_owned(), json!([fix]));
        }
    }
    result
}

/// The headline and everything that is said with it, a line each.
fn message(finding: &Diagnostic) -> String {
    let mut text = finding.headline.clone();
    if let Some(label) = &finding.label {
        let _ = write!(text, ": {label}");
    }
    for note in &finding.notes {
        let _ = write!(text, "\nnote: {note}");
    }
    if let Some(help) = &finding.help {
        let _ = write!(text, "\nhelp: {}", help.message);
    }
    text
}

fn location(span: Span, source: &Source<'_>, uri: &str) -> Value {
    json!({ "artifactLocation": { "uri": uri }, "region": region(span, source) })
}

fn region(span: Span, source: &Source<'_>) -> Value {
    let place = source.place(span);
    json!({
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    })
}

/// A path as a URI reference (RFC 3986): every byte that may not stand in one is percent-encoded.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    // `//` would begin with a host.
    let root = if path.starts_with('/') { "/" } else { "" };
    let segments = path.split('/');
    let segments = segments.filter(|segment| !matches!(*segment, "" | "."));
    let segments: Vec<String> = segments.map(encoded).collect();
    match format!("{root}{}", segments.join("/")) {
        uri if uri.is_empty() => ".".to_owned(),
        uri => uri,
    }
}

/// A segment; a colon in the first would be read as a scheme, so it is encoded everywhere.
fn encoded(segment: &str) -> String {
    let mut out = String::with_capacity(segment.len());
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests;
