//! The first key: created on the first start, shown once, with a `curl` line that works when pasted.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use specd_app::catalog::Catalog;
use specd_app::keys;
use specd_domain::Spec;
use specd_domain::access::Authentication;
use specd_domain::endpoint::Operation;
use specd_domain::name::ScopeName;

use super::wait;
use crate::stores::Stores;
use crate::system::{SystemClock, SystemEntropy};

/// Creates a key with every scope of the catalog where the database has no key yet.
///
/// Returns what to show, or `None` where there are keys, or nothing needs one.
pub(crate) async fn first_key(
    stores: &Stores,
    catalog: &Catalog,
    base: &str,
) -> Result<Option<String>> {
    let scopes = every_scope(catalog);
    if scopes.is_empty() || !has_no_key(stores).await? {
        return Ok(None);
    }
    let first = keys::NewKey {
        name: "first".to_owned(),
        scopes: scopes.into_iter().collect(),
        expires_at: None,
    };
    let create =
        async || keys::create(first.clone(), &*stores.keys, &SystemClock, &SystemEntropy).await;
    let created = wait::while_away("create the first API key", |error| Some(error), create)
        .await
        .context("could not create the first API key")?;
    Ok(Some(shown(&created.token.reveal(), catalog, base)))
}

async fn has_no_key(stores: &Stores) -> Result<bool> {
    let keys = wait::while_away(
        "list the API keys",
        |error| Some(error),
        async || stores.keys.list().await,
    )
    .await;
    Ok(keys.context("could not list the API keys")?.is_empty())
}

fn every_scope(catalog: &Catalog) -> BTreeSet<ScopeName> {
    specs_with_keys(catalog)
        .flat_map(|spec| &spec.access.grants)
        .map(|grant| grant.scope.value.clone())
        .collect()
}

/// Those that take keys: where callers come with tokens alone, a key opens nothing.
fn specs_with_keys(catalog: &Catalog) -> impl Iterator<Item = &Spec> {
    let specs = catalog.specs().iter().map(|served| &*served.spec);
    specs.filter(|spec| {
        let mut ways = spec.access.authentication.iter();
        ways.any(|way| way.value == Authentication::ApiKey)
    })
}

fn shown(token: &str, catalog: &Catalog, base: &str) -> String {
    let mut out = format!("the first API key, shown only now:\n\n  {token}\n");
    let example = specs_with_keys(catalog).find_map(|spec| curl(spec, token, base));
    if let Some(line) = example {
        out.push_str("\ntry it:\n\n  ");
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// One line for a POSIX shell that creates the example of the document.
fn curl(spec: &Spec, token: &str, base: &str) -> Option<String> {
    let create = spec.endpoint(Operation::Create)?;
    let body = one_line(create.request_example.as_deref()?)?;
    Some(format!(
        "curl -X POST {base}{} -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' -d {}",
        spec.collection_path(),
        quoted(&body)
    ))
}

fn one_line(json: &str) -> Option<String> {
    let value: Box<serde_json::value::RawValue> = serde_json::from_str(json).ok()?;
    let mut out = String::with_capacity(value.get().len());
    let mut is_text = false;
    let mut is_escaped = false;
    for c in value.get().chars() {
        if !is_text && c.is_ascii_whitespace() {
            continue;
        }
        if c == '"' && !is_escaped {
            is_text = !is_text;
        }
        is_escaped = is_text && c == '\\' && !is_escaped;
        out.push(c);
    }
    Some(out)
}

/// Single quotes keep everything but the single quote itself (POSIX, Shell Command Language, 2.2.2).
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_put_on_one_line_without_touching_its_texts() {
        assert_eq!(
            one_line("{\n  \"a b\": \"x \\\" y\\\\\",\n  \"n\": 1.50 }").as_deref(),
            Some(r#"{"a b":"x \" y\\","n":1.50}"#)
        );
    }

    #[test]
    fn a_quote_in_the_example_does_not_end_the_shell_word() {
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
