//! RFC 7396: one JSON text merged into another.

use std::borrow::Cow;
use std::collections::HashMap;

use super::write_json_text;
use crate::body::{Malformed, Node};

/// RFC 7396: `patch` merged into `target`, both JSON texts; numbers keep their digits, and what is not merged keeps
/// its spelling. The last of two members of one name counts.
///
/// ```
/// use specd_domain::value::merge_patch;
///
/// let merged = merge_patch(r#"{"a":1.50,"b":{"c":2}}"#, r#"{"b":{"c":null,"d":[3]}}"#);
/// assert_eq!(merged.unwrap(), r#"{"a":1.50,"b":{"d":[3]}}"#);
/// ```
///
/// # Errors
/// One of the texts is no JSON, or is nested deeper than [`MAX_DEPTH`](crate::body::MAX_DEPTH).
pub fn merge_patch(target: &str, patch: &str) -> Result<String, Malformed> {
    let mut out = String::with_capacity(target.len() + patch.len());
    let merged = merge(Node::read(target)?, Node::read(patch)?);
    write(&merged, &mut out);
    Ok(out)
}

/// The pseudocode of RFC 7396, section 2. The depth of both is bounded.
fn merge<'a>(target: Node<'a>, patch: Node<'a>) -> Node<'a> {
    let Node::Object(changes) = patch else {
        return patch;
    };
    let kept = match target {
        Node::Object(members) => members,
        Node::Other(_) => Vec::new(),
    };
    let mut members = Members::new(kept);
    for (name, change) in changes {
        if matches!(change, Node::Other("null")) {
            members.remove(&name);
        } else {
            let target = members.take(&name).unwrap_or(Node::Other("null"));
            members.put(name, merge(target, change));
        }
    }
    Node::Object(members.into_vec())
}

/// Members in order, found by name.
struct Members<'a> {
    slots: Vec<(Cow<'a, str>, Option<Node<'a>>)>,
    positions: HashMap<Cow<'a, str>, usize>,
}

impl<'a> Members<'a> {
    fn new(members: Vec<(Cow<'a, str>, Node<'a>)>) -> Self {
        let mut this = Self {
            slots: Vec::with_capacity(members.len()),
            positions: HashMap::with_capacity(members.len()),
        };
        for (name, node) in members {
            this.put(name, node);
        }
        this
    }

    fn slot(&mut self, name: &str) -> Option<&mut Option<Node<'a>>> {
        let position = *self.positions.get(name)?;
        self.slots.get_mut(position).map(|(_, slot)| slot)
    }

    fn remove(&mut self, name: &str) {
        if let Some(slot) = self.slot(name) {
            *slot = None;
        }
    }

    fn take(&mut self, name: &str) -> Option<Node<'a>> {
        self.slot(name)?.take()
    }

    fn put(&mut self, name: Cow<'a, str>, node: Node<'a>) {
        if let Some(slot) = self.slot(&name) {
            *slot = Some(node);
        } else {
            self.positions.insert(name.clone(), self.slots.len());
            self.slots.push((name, Some(node)));
        }
    }

    fn into_vec(self) -> Vec<(Cow<'a, str>, Node<'a>)> {
        self.slots
            .into_iter()
            .filter_map(|(name, slot)| slot.map(|node| (name, node)))
            .collect()
    }
}

fn write(node: &Node<'_>, out: &mut String) {
    match node {
        Node::Other(text) => out.push_str(text),
        Node::Object(members) => {
            out.push('{');
            for (index, (name, member)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_json_text(out, name);
                out.push(':');
                write(member, out);
            }
            out.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7396, appendix A, whole.
    #[test]
    fn every_example_of_the_rfc_merges_as_it_says() {
        for (target, patch, expected) in [
            (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"a":null}"#, "{}"),
            (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
            (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
            (
                r#"{"a":{"b":"c"}}"#,
                r#"{"a":{"b":"d","c":null}}"#,
                r#"{"a":{"b":"d"}}"#,
            ),
            (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
            (r#"["a","b"]"#, r#"["c","d"]"#, r#"["c","d"]"#),
            (r#"{"a":"b"}"#, r#"["c"]"#, r#"["c"]"#),
            (r#"{"a":"foo"}"#, "null", "null"),
            (r#"{"a":"foo"}"#, r#""bar""#, r#""bar""#),
            (r#"{"e":null}"#, r#"{"a":1}"#, r#"{"e":null,"a":1}"#),
            ("[1,2]", r#"{"a":"b","c":null}"#, r#"{"a":"b"}"#),
            ("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
        ] {
            assert_eq!(
                merge_patch(target, patch).as_deref(),
                Ok(expected),
                "{target} {patch}"
            );
        }
    }

    #[test]
    fn digits_spelling_and_escaped_names_survive() {
        let merged = merge_patch(
            r#"{"n":1.500000000000000000001e2,"\u0061":1,"k\"":[ 1, {"x":null} ]}"#,
            r#"{"a": 2 , "z" : {"q":{"r":null}} }"#,
        );
        let expected =
            r#"{"n":1.500000000000000000001e2,"a":2,"k\"":[ 1, {"x":null} ],"z":{"q":{}}}"#;
        assert_eq!(merged.as_deref(), Ok(expected));
    }

    #[test]
    fn what_is_no_json_is_refused() {
        assert!(merge_patch("{", "{}").is_err());
        assert!(merge_patch("{}", "{}x").is_err());
        let deep = "{\"a\":".repeat(65) + "1" + &"}".repeat(65);
        assert!(merge_patch(&deep, "{}").is_err());
    }

    #[test]
    fn a_large_patch_of_a_large_object_is_not_quadratic() {
        let members: Vec<_> = (0..60_000).map(|n| format!("\"{n}\":{n}")).collect();
        let text = format!("{{{}}}", members.join(","));
        assert_eq!(merge_patch(&text, &text).as_deref(), Ok(text.as_str()));
    }
}
