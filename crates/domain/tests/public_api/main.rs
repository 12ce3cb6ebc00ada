//! The public items of the crate, listed: other services link it, and a change must be seen.
//!
//! When one is meant, refresh the list and commit it:
//! `SPECD_REFRESH=1 cargo nextest run -p specd-domain public_api`.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, and this one reads the sources of its crate"
)]

mod listing;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn public_api_is_as_listed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let snapshot = root.join("public-api.txt");
    let actual = list(&root.join("src"));
    if std::env::var_os("SPECD_REFRESH").is_some() {
        fs::write(snapshot, actual).unwrap();
        return;
    }
    let listed = fs::read_to_string(snapshot).unwrap_or_default();
    let changes = changes(&listed, &actual);
    assert!(
        changes.is_empty(),
        "the public items have changed:\n{changes}\nif that is meant: SPECD_REFRESH=1 cargo nextest run -p specd-domain public_api"
    );
}

/// The items of each file below `source`, in the order of the paths.
fn list(source: &Path) -> String {
    let mut files = Vec::new();
    collect(source, &mut files);
    files.sort();
    let listed: Vec<_> = files
        .iter()
        .map(|file| {
            (
                file,
                listing::public_items(&fs::read_to_string(file).unwrap()),
            )
        })
        .collect();
    let types = listing::public_types(listed.iter().flat_map(|(_, items)| items));
    let mut out = String::new();
    for (file, mut items) in listed {
        items.retain(|item| listing::is_reachable(item, &types));
        if !items.is_empty() {
            let name = file.strip_prefix(source).unwrap().display();
            writeln!(out, "# {name}\n{}\n", items.join("\n")).unwrap();
        }
    }
    out
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.file_stem().is_some_and(|stem| stem == "tests") {
            continue;
        }
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn changes(listed: &str, actual: &str) -> String {
    let mut out = String::new();
    for (sign, these, those) in [('-', listed, actual), ('+', actual, listed)] {
        let those: std::collections::HashSet<_> = those.lines().collect();
        for line in these.lines().filter(|line| !those.contains(line)) {
            writeln!(out, "{sign} {line}").unwrap();
        }
    }
    if out.is_empty() && listed != actual {
        out.push_str("the same items in another order\n");
    }
    out
}
