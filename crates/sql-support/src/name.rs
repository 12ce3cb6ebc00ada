//! Names that are derived: within 63 bytes, and never two that differ in case alone.

use sha2::{Digest as _, Sha256};
use specd_domain::name::{ConstraintName, IDENTIFIER_MAX_BYTES};
use specd_domain::table::Table;

/// The name of the primary key's constraint: `orders_pkey`, as `PostgreSQL` has it while it is short and free.
pub fn primary_key(table: &Table) -> ConstraintName {
    let stem = table.name.value.as_str();
    let plain = format!("{stem}_pkey");
    let is_taken = constraint_names(table).any(|name| name.eq_ignore_ascii_case(&plain));
    let name = if is_taken || plain.len() > IDENTIFIER_MAX_BYTES {
        hashed(&[stem, "pkey"])
    } else {
        plain
    };
    // The table's name is a name, and what is appended are letters of names.
    ConstraintName::new(name).unwrap_or_else(|_| fallback())
}

/// The name of a trigger that specd keeps on a table in `SQLite`.
pub fn trigger(table: &Table, event: &str) -> String {
    // Always with the hash: the names of two tables may differ in case alone.
    hashed(&["specd", event, table.name.value.as_str()])
}

/// The name of the index that serves lists of the newest records.
pub fn newest_index(table: &Table) -> String {
    hashed(&["specd", "newest", table.name.value.as_str()])
}

/// The name of the index that serves lists of the newest records of an owner.
pub fn owned_index(table: &Table) -> String {
    hashed(&["specd", "owned", table.name.value.as_str()])
}

/// The name of the index that serves the lists of one of the document's where that one lacks the order; whether the owner
/// stands in it.
pub fn ordered_index(table: &Table, index: &ConstraintName, has_owner: bool) -> String {
    let purpose = if has_owner { "owned_by" } else { "ordered" };
    let (table, index) = (table.name.value.as_str(), index.as_str());
    hashed(&["specd", purpose, table, index])
}

/// Two names among those of the table's indexes and constraints that are one where case does not count.
pub fn collision(table: &Table) -> Option<(String, String)> {
    let key = primary_key(table);
    let mut seen: Vec<(String, String)> =
        vec![(key.as_str().to_ascii_lowercase(), key.as_str().to_owned())];
    for name in constraint_names(table) {
        let folded = name.to_ascii_lowercase();
        if let Some((_, first)) = seen.iter().find(|(other, _)| *other == folded) {
            return Some((first.clone(), name.to_owned()));
        }
        seen.push((folded, name.to_owned()));
    }
    None
}

/// The names that share one space with those of tables.
fn constraint_names(table: &Table) -> impl Iterator<Item = &str> {
    let uniques = table.uniques.iter().map(|unique| unique.name.as_str());
    let indexes = table.indexes.iter().map(|index| index.name.as_str());
    uniques.chain(indexes)
}

fn hashed(parts: &[&str]) -> String {
    use std::fmt::Write as _;
    let digest = Sha256::digest(parts.join("\u{0}").as_bytes());
    let mut tail = String::from("_");
    for byte in digest.iter().take(6) {
        // Writing to a String cannot fail.
        let _ = write!(tail, "{byte:02x}");
    }
    let room = IDENTIFIER_MAX_BYTES.saturating_sub(tail.len());
    let stem: String = parts.join("_").chars().take(room).collect();
    format!("{stem}{tail}")
}

#[expect(
    clippy::unreachable,
    reason = "`pkey` is a name: letters alone, four bytes"
)]
fn fallback() -> ConstraintName {
    ConstraintName::new("pkey").unwrap_or_else(|_| unreachable!())
}
