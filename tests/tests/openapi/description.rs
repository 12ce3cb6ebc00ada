//! A description, read back: its operations, and its schemas ready to judge.

use std::collections::HashMap;

use anyhow::Context as _;
use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

pub(crate) struct Description(pub(crate) Value);

/// An operation of it.
pub(crate) struct Operation<'a> {
    pub(crate) path: &'a str,
    pub(crate) method: &'a str,
    pub(crate) says: &'a Value,
}

impl Description {
    pub(crate) fn operations(&self) -> Vec<Operation<'_>> {
        let paths = self.0["paths"].as_object().into_iter().flatten();
        paths
            .flat_map(|(path, item)| {
                let methods = item.as_object().into_iter().flatten();
                methods.map(move |(method, says)| Operation { path, method, says })
            })
            .collect()
    }

    /// A schema of the description that stands anywhere in it, with all that it may refer to.
    pub(crate) fn validator(&self, schema: &Value) -> anyhow::Result<Validator> {
        let mut whole = schema.clone();
        whole["components"] = self.0["components"].clone();
        jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .build(&whole)
            .map_err(|error| anyhow::anyhow!("no schema: {error}"))
    }

    /// The validators of all component schemas, by name.
    pub(crate) fn validators(&self) -> anyhow::Result<HashMap<String, Validator>> {
        let schemas = self.0["components"]["schemas"].as_object();
        let names = schemas.into_iter().flatten().map(|(name, _)| {
            let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
            Ok((name.clone(), self.validator(&reference)?))
        });
        names.collect()
    }

    /// What a reference leads to; anything else is itself.
    pub(crate) fn resolved<'a>(&'a self, value: &'a Value) -> anyhow::Result<&'a Value> {
        let Some(reference) = value["$ref"].as_str() else {
            return Ok(value);
        };
        let pointer = reference
            .strip_prefix('#')
            .context("a place in the description")?;
        self.0
            .pointer(pointer)
            .with_context(|| format!("{reference} leads nowhere"))
    }
}

/// Every reference of a value.
pub(crate) fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member.as_str().filter(|_| name == "$ref") {
                    Some(reference) => found.push(reference.to_owned()),
                    None => references(member, found),
                }
            }
        }
        Value::Array(elements) => elements
            .iter()
            .for_each(|element| references(element, found)),
        _ => {}
    }
}
