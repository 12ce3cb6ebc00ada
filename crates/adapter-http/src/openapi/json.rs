//! JSON that keeps the order of its members and every digit of its numbers: what documents wrote is shown as they wrote it.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use specd_domain::value::{Value, write_json_text};

/// An example nested deeper is not shown; no body is taken that is (http-contract, section 9).
const MAX_DEPTH: usize = 64;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Boolean(bool),
    /// A number as it is written.
    Number(String),
    Text(String),
    Array(Vec<Json>),
    /// The members, in order, each name once.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// An object of these members.
    pub(crate) fn object<const N: usize>(members: [(&str, Self); N]) -> Self {
        let members = members.map(|(name, value)| (name.to_owned(), value));
        Self::Object(members.into())
    }

    /// An array of texts.
    pub(crate) fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::Array(
            texts
                .into_iter()
                .map(|text| Self::Text(text.into()))
                .collect(),
        )
    }

    /// A reference to a component.
    pub(crate) fn reference(group: &str, name: &str) -> Self {
        Self::object([("$ref", format!("#/components/{group}/{name}").into())])
    }

    /// A value of a record, as answers show it.
    pub(crate) fn of_value(value: &Value) -> Self {
        let mut text = String::new();
        value.write_json(&mut text);
        Self::read(&text).unwrap_or(Self::Null)
    }

    /// Reads a JSON text; `None` where it is none, or too deep.
    pub(crate) fn read(text: &str) -> Option<Self> {
        read(text.trim(), 0)
    }

    /// Adds a member to an object.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Self>) -> Self {
        self.set(name, value);
        self
    }

    /// Adds a member to an object, or puts another value in its place.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<Self>) {
        let Self::Object(members) = self else {
            return;
        };
        match members.iter_mut().find(|(member, _)| member == name) {
            Some((_, old)) => *old = value.into(),
            None => members.push((name.to_owned(), value.into())),
        }
    }

    /// The member of an object.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else {
            return None;
        };
        let mut members = members.iter();
        members
            .find(|(member, _)| member == name)
            .map(|(_, value)| value)
    }

    /// The same inside of a text that is indented by so many levels already.
    pub(super) fn write_pretty(&self, out: &mut String, depth: usize) {
        self.write(out, Some(depth));
    }

    /// What is referred to, here and below.
    pub(super) fn references(&self, found: &mut HashSet<String>) {
        match self {
            Self::Object(members) => {
                for (name, value) in members {
                    match value {
                        Self::Text(text) if name == "$ref" && !found.contains(text) => {
                            found.insert(text.clone());
                        }
                        other => other.references(found),
                    }
                }
            }
            Self::Array(elements) => elements.iter().for_each(|value| value.references(found)),
            Self::Null | Self::Boolean(_) | Self::Number(_) | Self::Text(_) => {}
        }
    }

    /// The text without blanks.
    pub(crate) fn compact(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, None);
        out
    }

    /// The text with a line for each member, indented by two blanks a level.
    pub(crate) fn pretty(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, Some(0));
        out
    }

    fn write(&self, out: &mut String, indent: Option<usize>) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Boolean(truth) => out.push_str(if *truth { "true" } else { "false" }),
            Self::Number(text) => out.push_str(text),
            Self::Text(text) => write_json_text(out, text),
            Self::Array(elements) => {
                // A list of scalars stays in its line.
                let is_flat = elements
                    .iter()
                    .all(|element| !matches!(element, Self::Array(_) | Self::Object(_)));
                let inner = indent.filter(|_| !is_flat).map(|depth| depth + 1);
                out.push('[');
                for (position, element) in elements.iter().enumerate() {
                    if position > 0 {
                        out.push_str(if is_flat && indent.is_some() {
                            ", "
                        } else {
                            ","
                        });
                    }
                    break_line(out, inner);
                    element.write(out, inner);
                }
                if !elements.is_empty() {
                    break_line(out, inner.map(|depth| depth - 1));
                }
                out.push(']');
            }
            Self::Object(members) => {
                let inner = indent.map(|depth| depth + 1);
                out.push('{');
                for (position, (name, value)) in members.iter().enumerate() {
                    if position > 0 {
                        out.push(',');
                    }
                    break_line(out, inner);
                    write_json_text(out, name);
                    out.push_str(if indent.is_some() { ": " } else { ":" });
                    value.write(out, inner);
                }
                if !members.is_empty() {
                    break_line(out, indent);
                }
                out.push('}');
            }
        }
    }
}

fn break_line(out: &mut String, depth: Option<usize>) {
    if let Some(depth) = depth {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    }
}

fn read(text: &str, depth: usize) -> Option<Json> {
    if depth > MAX_DEPTH {
        return None;
    }
    Some(match text.as_bytes().first()? {
        b'{' => {
            let Members(members) = serde_json::from_str(text).ok()?;
            let members = members.into_iter().map(|(name, raw)| {
                let value = read(raw.get(), depth + 1)?;
                Some((name, value))
            });
            Json::Object(members.collect::<Option<_>>()?)
        }
        b'[' => {
            let elements: Vec<&RawValue> = serde_json::from_str(text).ok()?;
            let elements = elements.into_iter().map(|raw| read(raw.get(), depth + 1));
            Json::Array(elements.collect::<Option<_>>()?)
        }
        b'"' => Json::Text(serde_json::from_str(text).ok()?),
        b'n' => Json::Null,
        b't' | b'f' => Json::Boolean(serde_json::from_str(text).ok()?),
        _ => {
            let raw: &RawValue = serde_json::from_str(text).ok()?;
            Json::Number(raw.get().to_owned())
        }
    })
}

/// The members of an object in their order, their values not looked at.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = access.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Json {
    fn from(truth: bool) -> Self {
        Self::Boolean(truth)
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        Self::Number(number.to_string())
    }
}

impl From<i32> for Json {
    fn from(number: i32) -> Self {
        Self::Number(number.to_string())
    }
}

impl From<Vec<Json>> for Json {
    fn from(elements: Vec<Json>) -> Self {
        Self::Array(elements)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let read = Json::read(text).map(|json| json.compact());
        assert_eq!(read.as_deref(), Some(expected));
    }

    #[test]
    fn order_and_digits_are_kept() {
        check(
            " { \"z\" : 4.50 , \"a\" : [ 1e400, true, null, \"\\u00e9\\n\" ], \"\": {} } ",
            r#"{"z":4.50,"a":[1e400,true,null,"é\n"],"":{}}"#,
        );
        check(
            "123456789012345678901234567890",
            "123456789012345678901234567890",
        );
    }

    #[test]
    fn what_is_no_json_is_nothing() {
        for text in ["", "{", "{\"a\":}", "[1,]", "nul", "1 2", "{'a':1}"] {
            assert_eq!(
                Json::read(text).filter(|json| *json != Json::Null),
                None,
                "{text}"
            );
        }
        let deep = "[".repeat(70) + &"]".repeat(70);
        assert_eq!(Json::read(&deep), None);
    }

    #[test]
    fn the_pretty_text_has_a_line_for_each_member() {
        let json = Json::read(r#"{"a":[1,2],"b":[{"c":{}}]}"#).unwrap();
        let expected = "{\n  \"a\": [1, 2],\n  \"b\": [\n    {\n      \"c\": {}\n    }\n  ]\n}";
        assert_eq!(json.pretty(), expected);
    }
}
