//! Names for programs: of operations, tags and schemas. No two are the same, whatever the documents are called.

use std::collections::HashSet;

use specd_domain::Spec;
use specd_domain::endpoint::Operation;

/// The names of one spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Names {
    /// `OrdersV1`.
    stem: String,
    /// `orders v1`.
    pub(super) tag: String,
}

impl Names {
    /// The names of each spec, in their order.
    pub(crate) fn of<'a>(specs: impl Iterator<Item = &'a Spec>) -> Vec<Self> {
        let mut taken = HashSet::new();
        specs
            .map(|spec| {
                let mut stem = format!("{}V{}", pascal(spec.collection.as_str()), spec.version);
                // `line-items` and `line_items` are two collections.
                while !taken.insert(stem.clone()) {
                    stem = format!("{stem}Spec{}", spec.number);
                }
                Self {
                    stem,
                    tag: format!("{} v{}", spec.collection, spec.version),
                }
            })
            .collect()
    }

    /// `createOrdersV1`.
    pub(crate) fn operation(&self, operation: Operation) -> String {
        format!("{}{}", verb(operation), self.stem)
    }

    /// The name of the schema of a body, or of an answer.
    pub(super) fn schema(&self, suffix: &str) -> String {
        format!("{}{suffix}", self.stem)
    }
}

const fn verb(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "create",
        Operation::List => "list",
        Operation::Read => "read",
        Operation::Replace => "replace",
        Operation::Patch => "patch",
        Operation::Delete => "delete",
    }
}

/// `line-items` as `LineItems`.
fn pascal(collection: &str) -> String {
    let words = collection.split(['-', '_']);
    words
        .map(|word| {
            let mut chars = word.chars();
            let first = chars.next().map(|c| c.to_ascii_uppercase());
            first.into_iter().chain(chars).collect::<String>()
        })
        .collect()
}
