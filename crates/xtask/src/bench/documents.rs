//! The documents of the bench: SPEC 0001 as it stands, under a limit that nobody reaches, and what is derived from it.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::command::root;

/// SPEC 0001 with a rate limit of its own that nobody reaches: it is counted, and never met.
///
/// # Errors
/// The document is not as expected.
pub(super) fn resource() -> anyhow::Result<String> {
    let file = root().join("docs/architecture/specs/0001-resource.md");
    let text = std::fs::read_to_string(&file)?;
    // Its neighbours are not there in the folder of the bench, and a warning each is not what is measured.
    let text = text
        .replace("](../../", "](https://example.com/")
        .replace("](../", "](https://example.com/");
    replaced(&text, "100 req/s per client", "60000000 req/s per client")
}

/// The same with a text that no two records share.
///
/// # Errors
/// The document is not as expected.
pub(super) fn unique() -> anyhow::Result<String> {
    let text = resource()?;
    let text = replaced(
        &text,
        "field1 VARCHAR(255) NOT NULL,",
        "field1 VARCHAR(255) NOT NULL UNIQUE,",
    )?;
    let text = replaced(
        &text,
        "CREATE INDEX resource_field1_idx ON resource (field1);\n",
        "",
    )?;
    replaced_first(
        &text,
        "- `500 Internal Server Error`: Server error",
        "- `409 Conflict`: The text is taken\n- `500 Internal Server Error`: Server error",
    )
}

/// The same under another number and name.
///
/// # Errors
/// The document is not as expected.
pub(super) fn numbered(text: &str, number: u32) -> anyhow::Result<String> {
    let name = name(number);
    let text = replaced(
        text,
        "# SPEC 0001: Resource",
        &format!("# SPEC {number:04}: {name}"),
    )?;
    let text = replaced(&text, "/api/v1/resource", &format!("/api/v1/{name}"))?;
    let text = replaced(&text, "TABLE resource ", &format!("TABLE {name} "))?;
    let text = replaced(&text, "INDEX resource_", &format!("INDEX {name}_"))?;
    let text = replaced(&text, "ON resource ", &format!("ON {name} "))?;
    let text = replaced(&text, "`resource:", &format!("`{name}:"))?;
    Ok(text)
}

/// What a numbered document is called.
pub(super) fn name(number: u32) -> String {
    format!("resource{number:04}")
}

/// A folder with one document.
///
/// # Errors
/// It cannot be written.
pub(super) fn folder(place: &Path, name: &str, text: &str) -> anyhow::Result<PathBuf> {
    let folder = place.join(name);
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("0001-resource.md"), text)?;
    Ok(folder)
}

fn replaced(text: &str, old: &str, new: &str) -> anyhow::Result<String> {
    found(text, old)?;
    Ok(text.replace(old, new))
}

fn replaced_first(text: &str, old: &str, new: &str) -> anyhow::Result<String> {
    found(text, old)?;
    Ok(text.replacen(old, new, 1))
}

fn found(text: &str, words: &str) -> anyhow::Result<()> {
    text.contains(words)
        .then_some(())
        .with_context(|| format!("SPEC 0001 no longer says `{}`", words.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_follow_from_spec_0001() -> anyhow::Result<()> {
        assert!(resource()?.contains("60000000 req/s"));
        assert!(unique()?.contains("NOT NULL UNIQUE"));
        let seventh = numbered(&resource()?, 7)?;
        assert!(seventh.contains("CREATE TABLE resource0007 ("));
        assert!(seventh.contains("CREATE INDEX resource0007_field1_idx ON resource0007 (field1)"));
        assert!(seventh.contains("`POST /api/v1/resource0007`"));
        Ok(())
    }
}
