//! Pages: how long they may be, and that their links lead somewhere.

use super::{Finding, SourceFile};

/// Lines that an ADR may have.
const LONGEST_ADR: usize = 60;
/// Lines that the design may have.
const LONGEST_DESIGN: usize = 200;

/// Pages that are too long, ADRs with the same number, links to files that are not there.
pub fn findings(files: &[SourceFile]) -> Vec<Finding> {
    let pages = files.iter().filter(|file| file.is_of("md"));
    pages
        .flat_map(|page| {
            let mut found = dead_links(page, files);
            found.extend(too_long(page));
            found.extend(numbered_twice(page, files));
            found
        })
        .collect()
}

fn too_long(page: &SourceFile) -> Option<Finding> {
    let limit = if page.path.starts_with("docs/architecture/adr/") {
        LONGEST_ADR
    } else if page.path.starts_with("docs/architecture/hld-") {
        LONGEST_DESIGN
    } else {
        return None;
    };
    let lines = page.text.lines().count();
    (lines > limit).then(|| {
        Finding::of(
            &page.path,
            format!("{lines} lines, of at most {limit}; say it shorter"),
        )
    })
}

fn numbered_twice(page: &SourceFile, files: &[SourceFile]) -> Option<Finding> {
    let number = number(&page.path)?;
    let first = files
        .iter()
        .find(|file| self::number(&file.path) == Some(number))?;
    (first.path != page.path).then(|| {
        Finding::of(
            &page.path,
            format!("`{}` has the same number; take the next one", first.path),
        )
    })
}

/// The folder and the four digits of an ADR or a SPEC.
fn number(path: &str) -> Option<(&str, &str)> {
    let (folder, name) = path.rsplit_once('/')?;
    let is_numbered = folder == "docs/architecture/adr" || folder == "docs/architecture/specs";
    let digits = name.get(..4)?;
    (is_numbered && digits.bytes().all(|b| b.is_ascii_digit())).then_some((folder, digits))
}

/// Relative links outside fenced blocks, on the pages that people read. A page of a diagnostic shows wrong links on
/// purpose, and so do the documents that tests are made of.
fn dead_links(page: &SourceFile, files: &[SourceFile]) -> Vec<Finding> {
    let is_read = page.path.starts_with("docs/") || !page.path.contains('/');
    if !is_read || page.path.starts_with("docs/diagnostics/SD") {
        return Vec::new();
    }
    let mut is_fenced = false;
    let mut found = Vec::new();
    for (line, text) in (1..).zip(page.text.lines()) {
        if text.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
        }
        if is_fenced {
            continue;
        }
        for target in links(text) {
            if !leads_somewhere(&page.path, target, files) {
                found.push(Finding::at(
                    &page.path,
                    line,
                    format!("`{target}` is not there; write the page or mend the link"),
                ));
            }
        }
    }
    found
}

/// The targets of `[words](target)` that are no address and no place on the same page. Code is no link.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let prose = text.split('`').step_by(2);
    prose
        .flat_map(|part| part.split("](").skip(1))
        .filter_map(|rest| rest.split(')').next())
        .filter_map(|target| target.split('#').next())
        .filter(|target| {
            !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:")
        })
}

fn leads_somewhere(page: &str, target: &str, files: &[SourceFile]) -> bool {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return false;
                }
            }
            name => parts.push(name),
        }
    }
    let path = parts.join("/");
    let folder = format!("{path}/");
    files
        .iter()
        .any(|file| file.path == path || file.path.starts_with(&folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_a_file_or_a_folder() {
        let file = |path: &str, text: &str| SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let page = "[a](../b.md) [b](c/) [c](https://x.y) [d](#e)\n```\n[f](gone.md)\n```\n`[g](gone.md)` [h](gone.md#i)\n";
        let files = [
            file("docs/a.md", page),
            file("b.md", ""),
            file("docs/c/d.md", ""),
        ];
        let found: Vec<_> = findings(&files).iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            ["docs/a.md:5: `gone.md` is not there; write the page or mend the link"]
        );
    }
}
