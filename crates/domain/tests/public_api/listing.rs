//! Public items found in the text of a file.
//!
//! It relies on the layout that rustfmt gives: an item ends with a `}` at its own indentation, or with a `;` or `,`. Items
//! that are `pub` and cannot be reached are refused by the lint `unreachable_pub`, so the text alone is enough.

use std::collections::{HashSet, VecDeque};

/// One line for each public item, field, variant and implementation, outside tests.
pub(crate) fn public_items(text: &str) -> Vec<String> {
    let mut lines = Lines {
        rest: text.lines().collect(),
    };
    let mut items = Vec::new();
    let mut holder = String::new();
    let mut derived = None;
    while let Some(line) = lines.next_line() {
        let indent = indent_of(line);
        let code = line.trim();
        if indent == 0 && code == "}" {
            holder.clear();
            derived = None;
        } else if code == "#[cfg(test)]" {
            lines.skip_item(indent);
        } else if code.starts_with("#[derive(") && indent == 0 {
            derived = Some(lines.join(code, &["]"]));
        } else if indent == 0 && code.starts_with("impl") {
            let header = lines.join(code, &["{", "}"]);
            if header.contains(" for ") {
                items.push(header.trim_end_matches(['{', '}', ' ']).to_owned());
                lines.skip_body(&header, indent);
            } else {
                holder = format!("{} :: ", header.trim_end_matches(['{', ' ']));
            }
        } else if is_macro(code) && indent == 0 {
            items.push(code.to_owned());
            items.extend(lines.body(indent));
        } else if code.starts_with("pub ") {
            let item = lines.join(code, ends_of(code));
            items.extend(derived.take());
            items.push(format!(
                "{holder}{}",
                item.trim_end_matches(['{', ' ', ','])
            ));
            if code.starts_with("pub enum") || code.starts_with("pub trait") {
                items.extend(
                    lines
                        .body(indent)
                        .into_iter()
                        .map(|line| format!("  {line}")),
                );
            } else if item.contains("fn ") {
                lines.skip_body(&item, indent);
            }
        }
    }
    items
}

/// The names of the public types among the items.
pub(crate) fn public_types<'a>(items: impl Iterator<Item = &'a String>) -> HashSet<String> {
    let kinds = ["pub struct ", "pub enum ", "pub trait "];
    items
        .filter_map(|item| {
            let named = kinds.iter().find_map(|kind| item.strip_prefix(kind));
            named.or_else(|| item.split_once(" via ").map(|(name, _)| name))
        })
        .map(|named| identifier(named).to_owned())
        .collect()
}

/// Whether an item is no implementation of a trait for a type that cannot be reached.
pub(crate) fn is_reachable(item: &str, types: &HashSet<String>) -> bool {
    let holder = match item.split_once(" for ") {
        Some((_, holder)) if item.starts_with("impl") => holder,
        _ => return true,
    };
    let holder = holder.trim_start_matches('&');
    types.contains(identifier(holder.rsplit("::").next().unwrap_or(holder)))
}

fn identifier(text: &str) -> &str {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.split(|c| !is_part(c)).next().unwrap_or(text)
}

fn is_macro(code: &str) -> bool {
    code.ends_with("! {") && !code.starts_with("macro_rules")
}

/// How an item may end: a function's signature only with its body.
fn ends_of(code: &str) -> &'static [&'static str] {
    if code.contains("fn ") {
        &["{", ";", "}"]
    } else {
        &["{", ";", ",", "}"]
    }
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

struct Lines<'a> {
    rest: VecDeque<&'a str>,
}

impl<'a> Lines<'a> {
    fn next_line(&mut self) -> Option<&'a str> {
        self.rest.pop_front()
    }

    /// `code` and the lines behind it up to one with such an end, as one line.
    fn join(&mut self, code: &str, ends: &[&str]) -> String {
        let mut item = code.to_owned();
        while !ends.iter().any(|end| item.ends_with(end)) {
            let Some(next) = self.next_line() else { break };
            item.push(' ');
            item.push_str(next.trim());
        }
        if item == code {
            return item;
        }
        item.replace("( ", "(")
            .replace(", )", ")")
            .replace("< ", "<")
            .replace(", >", ">")
    }

    /// The lines of a body without comments and attributes, up to its `}`.
    fn body(&mut self, indent: usize) -> Vec<String> {
        let mut lines = Vec::new();
        while let Some(line) = self.next_line() {
            let code = line.trim();
            if indent_of(line) == indent && code.starts_with('}') {
                break;
            }
            if !(code.is_empty() || code.starts_with("//") || code.starts_with('#')) {
                lines.push(code.to_owned());
            }
        }
        lines
    }

    fn skip_body(&mut self, header: &str, indent: usize) {
        if header.ends_with('{') {
            self.body(indent);
        }
    }

    /// The item behind an attribute.
    fn skip_item(&mut self, indent: usize) {
        while let Some(line) = self.next_line() {
            let code = line.trim();
            if code.ends_with('{') {
                self.body(indent);
                return;
            }
            if code.ends_with(';') || code.ends_with('}') {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_api_listing_sees_what_is_public() {
        let text = "
#[derive(Clone)]
pub struct A<T> {
    /// Doc.
    pub field: Vec<T>,
    hidden: u8,
}

impl<T> A<T> {
    pub fn long(
        &self,
        other: u8,
    ) -> bool {
        true
    }
    pub(crate) fn hidden(&self) {}
}

impl fmt::Display for A<u8> {
    fn fmt(&self) {}
}

pub enum B {
    /// One.
    One,
    Two(u8),
}

names! {
    /// A name.
    Name via check;
}

#[cfg(test)]
mod tests {
    pub fn not_this() {}
}

pub use self::x::Y;
";
        assert_eq!(
            public_items(text),
            [
                "#[derive(Clone)]",
                "pub struct A<T>",
                "pub field: Vec<T>",
                "impl<T> A<T> :: pub fn long(&self, other: u8) -> bool",
                "impl fmt::Display for A<u8>",
                "pub enum B",
                "  One,",
                "  Two(u8),",
                "names! {",
                "Name via check;",
                "pub use self::x::Y;",
            ]
        );
    }
}
