//! Words that do not stay: promises of later work, switched-off tests, lints waved away, paths of one machine.

use super::{Finding, SourceFile};

/// A word in the kind of file where it must not stand, and what to do instead. Written in two halves, so that this file
/// keeps its own rule.
const WORDS: [(&str, &str, &str, &str); 10] = [
    ("", "TO", "DO", "do it, or file an issue"),
    ("", "FIX", "ME", "do it, or file an issue"),
    ("", "XX", "X:", "do it, or file an issue"),
    (
        ".rs",
        "#[al",
        "low(",
        "write `#[expect(…, reason = \"…\")]`",
    ),
    (
        ".rs",
        "#![al",
        "low(",
        "write `#![expect(…, reason = \"…\")]`",
    ),
    (".rs", "#[ig", "nore", "a test runs, or is not there"),
    (
        ".rs",
        "#[should_",
        "panic",
        "let the function answer an error, and test the error",
    ),
    (
        ".rs",
        "thread::sl",
        "eep",
        "a test waits for what is to happen",
    ),
    ("", "/ho", "me/", "no path of one machine"),
    ("", "/ro", "ot/", "no path of one machine"),
];

/// Every such word, at its line.
pub fn findings(files: &[SourceFile]) -> Vec<Finding> {
    let written = files.iter().filter(|file| {
        let is_text = [".rs", ".md", ".toml", ".yml", ".yaml", ".sh", ".sql"];
        is_text.iter().any(|ending| file.path.ends_with(ending))
    });
    written.flat_map(in_file).collect()
}

fn in_file(file: &SourceFile) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut is_test = file.is_test();
    for (line, text) in (1..).zip(file.text.lines()) {
        is_test |= text == "#[cfg(test)]";
        for (kind, one, other, advice) in WORDS {
            // Outside tests, and from outside the process, there may be something that can only be polled.
            let is_allowed = other == "eep" && (!is_test || file.path.starts_with("tests/"));
            let is_found = file.path.ends_with(kind) && text.contains(&format!("{one}{other}"));
            if is_found && !is_allowed {
                let advice = format!("`{one}{other}`: {advice}");
                found.push(Finding::at(&file.path, line, advice));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_is_found_at_its_line() {
        let file = SourceFile {
            path: "docs/a.md".to_owned(),
            text: format!("one\ntwo {}{} three\n", "TO", "DO"),
        };
        let found = findings(&[file]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].line, Some(2));
    }
}
