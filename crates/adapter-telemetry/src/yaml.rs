//! Just enough YAML: mappings, sequences and quoted texts. Every text is quoted, so that none of them is read as anything else.

use std::fmt::Write as _;

/// A node.
#[derive(Clone, Debug)]
pub(crate) enum Yaml {
    /// A text.
    Text(String),
    /// Nodes in order.
    Sequence(Vec<Self>),
    /// Members in order; their names are ours and need no quotes.
    Mapping(Vec<(&'static str, Self)>),
}

impl Yaml {
    /// A text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The document, ending with a line feed.
    pub(crate) fn render(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0);
        out
    }

    fn write(&self, out: &mut String, indent: usize) {
        match self {
            Self::Text(text) => {
                out.push_str(&quoted(text));
                out.push('\n');
            }
            Self::Sequence(nodes) if nodes.is_empty() => out.push_str("[]\n"),
            Self::Mapping(members) if members.is_empty() => out.push_str("{}\n"),
            Self::Sequence(nodes) => {
                for (at, node) in nodes.iter().enumerate() {
                    begin(out, indent, at);
                    out.push_str("- ");
                    node.write(out, indent + 2);
                }
            }
            Self::Mapping(members) => {
                for (at, (name, node)) in members.iter().enumerate() {
                    begin(out, indent, at);
                    out.push_str(name);
                    out.push(':');
                    node.write_below(out, indent);
                }
            }
        }
    }

    fn write_below(&self, out: &mut String, indent: usize) {
        let is_block = match self {
            Self::Text(_) => false,
            Self::Sequence(nodes) => !nodes.is_empty(),
            Self::Mapping(members) => !members.is_empty(),
        };
        if is_block {
            out.push('\n');
            out.push_str(&" ".repeat(indent + 2));
        } else {
            out.push(' ');
        }
        self.write(out, indent + 2);
    }
}

/// The first member stands where its parent has already been indented to.
fn begin(out: &mut String, indent: usize, at: usize) {
    if at > 0 {
        out.push_str(&" ".repeat(indent));
    }
}

/// In single quotes where every character may stand there, and else in double quotes with escapes.
fn quoted(text: &str) -> String {
    if !text.chars().any(needs_escape) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if needs_escape(c) => {
                // Infallible on a `String`.
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Control characters, line ends and what YAML does not call printable; all of them below U+10000.
fn needs_escape(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_indented_below_their_names() {
        let rule = Yaml::Mapping(vec![
            ("record", Yaml::text("a:b")),
            ("labels", Yaml::Mapping(vec![("spec", Yaml::text("0001"))])),
        ]);
        let document = Yaml::Mapping(vec![
            ("rules", Yaml::Sequence(vec![rule.clone(), rule])),
            ("none", Yaml::Sequence(Vec::new())),
        ]);
        let rule = "- record: 'a:b'\n    labels:\n      spec: '0001'\n";
        let expected = format!("rules:\n  {rule}  {rule}none: []\n");
        assert_eq!(document.render(), expected);
    }

    #[test]
    fn no_text_leaves_its_quotes() {
        assert_eq!(quoted("it's: #1 \"x\" \\"), "'it''s: #1 \"x\" \\'");
        assert_eq!(quoted("a\n- b: \"c\"\\"), "\"a\\u000A- b: \\\"c\\\"\\\\\"");
        assert_eq!(
            quoted("\u{85}\u{2028}\u{feff}"),
            "\"\\u0085\\u2028\\uFEFF\""
        );
        assert_eq!(quoted("ä 🦀"), "'ä 🦀'");
    }
}
