//! The bans of `clippy.toml` and the lints of the workspace are there: nobody takes them out by accident.

use super::{Finding, SourceFile};

/// Methods for which there is a port.
const BANNED: [&str; 11] = [
    "std::time::SystemTime::now",
    "chrono::Utc::now",
    "chrono::Local::now",
    "std::env::var",
    "std::env::var_os",
    "std::fs::read",
    "std::fs::read_to_string",
    "std::fs::File::open",
    "std::fs::write",
    "uuid::Uuid::new_v4",
    "getrandom::fill",
];

/// Lints that keep panics and unsafe code out.
const LINTS: [&str; 9] = [
    "unsafe_code = \"forbid\"",
    "unwrap_used = \"deny\"",
    "expect_used = \"deny\"",
    "panic = \"deny\"",
    "indexing_slicing = \"deny\"",
    "string_slice = \"deny\"",
    "cast_possible_truncation = \"deny\"",
    "await_holding_lock = \"deny\"",
    "allow_attributes = \"deny\"",
];

/// What is missing.
pub fn findings(files: &[SourceFile]) -> Vec<Finding> {
    let text = |path: &str| {
        files
            .iter()
            .find(|file| file.path == path)
            .map_or("", |file| &*file.text)
    };
    let bans = BANNED
        .iter()
        .filter(|method| !text("clippy.toml").contains(&format!("\"{method}\"")));
    let lints = LINTS
        .iter()
        .filter(|lint| !text("Cargo.toml").contains(**lint));
    let bans = bans.map(|method| {
        let advice =
            format!("`{method}` is no longer banned; put it back, with the port to use instead");
        Finding::of("clippy.toml", advice)
    });
    let lints = lints.map(|lint| {
        Finding::of(
            "Cargo.toml",
            format!("the lint `{lint}` is gone; put it back"),
        )
    });
    bans.chain(lints)
        .chain(files.iter().filter_map(opted_out))
        .collect()
}

/// A crate without the workspace's lints has none.
fn opted_out(file: &SourceFile) -> Option<Finding> {
    let is_crate = file.path.ends_with("/Cargo.toml");
    let has_lints = file.text.contains("[lints]\nworkspace = true");
    (is_crate && !has_lints).then(|| {
        Finding::of(
            &file.path,
            "the crate has not the workspace's lints; write `[lints]` and `workspace = true`",
        )
    })
}
