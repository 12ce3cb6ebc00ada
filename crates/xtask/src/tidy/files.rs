//! Names and sizes of files (`CONTRIBUTING.md`, shape).

use super::{Finding, SourceFile};

/// Past this, without its tests, a file is two ideas.
const LONGEST: usize = 400;
/// `lib.rs` is a map.
const LONGEST_MAP: usize = 80;
/// What has no noun of ours has no home yet.
const HOMELESS: [&str; 6] = ["utils", "util", "common", "helpers", "manager", "misc"];

/// Files that are too long, wrongly named, or do not say what they are for.
pub fn findings(files: &[SourceFile]) -> Vec<Finding> {
    let sources = files.iter().filter(|file| file.is_of("rs"));
    sources
        .flat_map(|file| [named(file), opened(file), sized(file)])
        .flatten()
        .collect()
}

fn named(file: &SourceFile) -> Option<Finding> {
    let mut parts = file.path.trim_end_matches(".rs").split('/');
    if file.path.ends_with("/mod.rs") {
        return Some(Finding::of(
            &file.path,
            "write `foo.rs` beside `foo/`, never `mod.rs`",
        ));
    }
    let homeless = parts.find(|part| HOMELESS.contains(part))?;
    Some(Finding::of(
        &file.path,
        format!("`{homeless}` is no noun of the project; name it after what it is"),
    ))
}

/// `orders/tests.rs` says by its name what it is for.
fn opened(file: &SourceFile) -> Option<Finding> {
    let is_opened = file.text.trim_start().starts_with("//!") || file.path.ends_with("/tests.rs");
    (!is_opened).then(|| {
        Finding::at(
            &file.path,
            1,
            "say in one `//!` sentence what the file is for",
        )
    })
}

fn sized(file: &SourceFile) -> Option<Finding> {
    let lines = lines_without_tests(file);
    if file.path.ends_with("src/lib.rs") && lines > LONGEST_MAP {
        let advice =
            format!("`lib.rs` is a map of at most {LONGEST_MAP} lines; this one has {lines}");
        return Some(Finding::of(&file.path, advice));
    }
    (lines > LONGEST).then(|| {
        let advice =
            format!("{lines} lines without tests, of at most {LONGEST}: it is two ideas; cut it");
        Finding::of(&file.path, advice)
    })
}

/// Tests stand at the end of a file, or in files of their own.
fn lines_without_tests(file: &SourceFile) -> usize {
    if file.is_test() {
        return 0;
    }
    let lines = file.text.lines();
    lines.take_while(|line| *line != "#[cfg(test)]").count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, text: &str, expected: Option<&str>) {
        let file = SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let found = findings(&[file]);
        assert_eq!(found.len(), usize::from(expected.is_some()), "{found:?}");
        if let Some(expected) = expected {
            assert!(found[0].advice.contains(expected), "{found:?}");
        }
    }

    #[test]
    fn files_keep_the_shape_of_the_house() {
        let long = format!("//! Long.\n{}", "let x;\n".repeat(400));
        let tested = format!("//! Tested.\n#[cfg(test)]\n{}", "let x;\n".repeat(400));
        check("crates/a/src/orders.rs", "//! Orders.\n", None);
        check("crates/a/src/orders.rs", "use x;\n", Some("`//!`"));
        check("crates/a/src/orders.rs", &long, Some("401 lines"));
        check("crates/a/src/orders.rs", &tested, None);
        check("crates/a/tests/orders.rs", &long, None);
        check("crates/a/src/lib.rs", &long, Some("map"));
        check(
            "crates/a/src/orders/mod.rs",
            "//! Orders.\n",
            Some("never `mod.rs`"),
        );
        check("crates/a/src/utils.rs", "//! Things.\n", Some("no noun"));
    }
}
