//! Values as JSON and as text.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bigdecimal::BigDecimal;
use uuid::Uuid;

use super::{Value, time};

/// Past this scale a number keeps its exponent: plain notation would be longer than any number that a record holds.
const MAX_PLAIN_SCALE: u64 = 200_000;

/// Most values that are asked for as text are keys.
const UUID_LENGTH: usize = 36;

pub(super) fn write_json(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Text(text) => write_json_text(out, text),
        Value::Array(elements) => write_array(out, elements),
        _ if is_bare(value) => write_plain(value, out),
        _ => {
            // None of these forms holds a character that JSON escapes.
            out.push('"');
            write_plain(value, out);
            out.push('"');
        }
    }
}

pub(super) fn to_text(value: &Value) -> Option<String> {
    let mut out = String::with_capacity(UUID_LENGTH);
    match value {
        Value::Null => return None,
        Value::Array(elements) => write_array(&mut out, elements),
        _ => write_plain(value, &mut out),
    }
    Some(out)
}

/// Appends `text` as a JSON string: only what must be escaped is.
pub fn write_json_text(out: &mut String, text: &str) {
    out.reserve(text.len() + 2);
    out.push('"');
    let mut rest = text;
    // What is escaped is ASCII, which is no part of another character.
    while let Some(at) = rest.bytes().position(needs_escape) {
        let (plain, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(plain);
        let mut characters = tail.chars();
        if let Some(character) = characters.next() {
            write_escape(out, character);
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

const fn needs_escape(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\' | 0..=0x1f)
}

fn write_escape(out: &mut String, character: char) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        other => {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{:04x}", u32::from(other));
        }
    }
}

/// Whether the JSON form stands without quotes.
const fn is_bare(value: &Value) -> bool {
    matches!(
        value,
        Value::Boolean(_)
            | Value::Integer(_)
            | Value::Decimal(_)
            | Value::Real(_)
            | Value::Double(_)
            | Value::Json(_)
    )
}

fn write_array(out: &mut String, elements: &[Value]) {
    out.push('[');
    for (index, element) in elements.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_json(element, out);
    }
    out.push(']');
}

fn write_plain(value: &Value, out: &mut String) {
    match value {
        Value::Null | Value::Array(_) => write_json(value, out),
        Value::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Integer(value) => write_display(out, value),
        Value::Decimal(value) => write_decimal(out, value),
        Value::Real(value) => write_float(out, value, value.is_finite()),
        Value::Double(value) => write_float(out, value, value.is_finite()),
        Value::Text(text) | Value::Json(text) => out.push_str(text),
        Value::Uuid(value) => {
            let mut buffer = Uuid::encode_buffer();
            out.push_str(value.hyphenated().encode_lower(&mut buffer));
        }
        Value::Date(date) => time::write_date(out, *date),
        Value::Time(time) => time::write_time(out, *time),
        Value::Timestamp(time) => time::write_timestamp(out, *time),
        Value::Bytes(bytes) => STANDARD.encode_string(bytes, out),
    }
}

pub(super) fn write_decimal(out: &mut String, value: &BigDecimal) {
    let (_, scale) = value.as_bigint_and_scale();
    if scale.unsigned_abs() > MAX_PLAIN_SCALE {
        out.push_str(&value.to_scientific_notation());
    } else {
        // Writing to a String cannot fail.
        let _ = value.write_plain_string(out);
    }
}

/// The shortest digits that read back as the same number, which is what `Debug` writes; a whole one without `.0`, as
/// `PostgreSQL` shows it. Reading makes no number that is not finite; JSON has no word for one.
fn write_float(out: &mut String, value: &impl std::fmt::Debug, is_finite: bool) {
    if !is_finite {
        out.push_str("null");
        return;
    }
    // Writing to a String cannot fail.
    let _ = write!(out, "{value:?}");
    if out.ends_with(".0") {
        out.truncate(out.len() - ".0".len());
    }
}

fn write_display(out: &mut String, value: &impl std::fmt::Display) {
    // Writing to a String cannot fail.
    let _ = write!(out, "{value}");
}
