//! The values that must not be seen: one in each field, in each form that it may be written in.

use std::fmt::Write as _;

/// The text; it is a word, so that it fits every rule.
pub(crate) const TEXT: &str = "canarybird";
/// The key of the record.
pub(crate) const KEY: &str = "canarybird@example.org";
pub(crate) const NUMBER: &str = "918273645546372";
pub(crate) const DECIMAL: &str = "8172635.4453";
pub(crate) const DATE: &str = "1911-11-19";
pub(crate) const ID: &str = "cafebabe-0000-4000-8000-c0ffeec0ffee";
/// The text in base64, as `BYTEA` is written in JSON.
pub(crate) const BASE64: &str = "Y2FuYXJ5YmlyZA==";
/// The text in hexadecimal digits, as databases show bytes.
const HEXADECIMAL: &str = "63616e61727962697264";

/// What is looked for.
const ALL: [&str; 7] = [TEXT, NUMBER, DECIMAL, DATE, ID, BASE64, HEXADECIMAL];

/// A record, all of which is somebody's.
pub(crate) fn record(key: &str, number: u32, code: &str) -> String {
    let mut json = String::from("{");
    let text = |out: &mut String, name: &str, value: &str| {
        // Writing to a String cannot fail.
        let _ = write!(out, "\"{name}\":\"{value}\",");
    };
    for name in ["name", "initials", "notes", "diagnosis"] {
        text(&mut json, name, TEXT);
    }
    text(&mut json, "id", key);
    text(&mut json, "code", code);
    text(&mut json, "scan", BASE64);
    text(&mut json, "born", DATE);
    text(&mut json, "device", ID);
    let _ = write!(
        json,
        "\"phones\":[\"{TEXT}\"],\"home\":{{\"street\":\"{TEXT}\"}},\"extra\":{{\"free\":\"{TEXT}\",\"{TEXT}\":1}},\
         \"insurance\":{NUMBER},\"weight\":{DECIMAL},\"doctor\":null,\"number\":{number}}}"
    );
    json
}

/// The first of the values that stands in these bytes, and what is around it.
pub(crate) fn seen_in(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    let at = ALL
        .iter()
        .find_map(|value| text.find(&value.to_lowercase()))?;
    let begin = text.floor_char_boundary(at.saturating_sub(300));
    let end = text.floor_char_boundary(text.len().min(at + 100));
    text.get(begin..end).map(str::to_owned)
}

/// Those of the values that do not stand in these bytes.
pub(crate) fn missing_in(bytes: &[u8]) -> Vec<&'static str> {
    let text = String::from_utf8_lossy(bytes);
    let written = ALL.iter().filter(|value| **value != HEXADECIMAL);
    let missing = written.filter(|value| !text.contains(**value));
    missing.copied().collect()
}
