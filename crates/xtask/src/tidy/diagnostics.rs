//! Every diagnostic code has a page, and every page a code.

use super::{Finding, SourceFile};

const REGISTRY: &str = "crates/domain/src/diagnostic/code.rs";
const PAGES: &str = "docs/diagnostics/";

/// Codes without a page, pages without a code.
pub fn findings(files: &[SourceFile]) -> Vec<Finding> {
    let registry = files.iter().find(|file| file.path == REGISTRY);
    let codes = registry.map_or_else(Vec::new, |file| codes(&file.text));
    let pages: Vec<&str> = files.iter().filter_map(|file| page(&file.path)).collect();
    let missing = codes.iter().filter(|(_, code)| !pages.contains(code));
    let missing = missing.map(|(line, code)| {
        let advice = format!("`{code}` has no page; write `{PAGES}{code}.md`, with an example that is wrong and one that is right");
        Finding::at(REGISTRY, *line, advice)
    });
    let orphans = pages
        .iter()
        .filter(|page| !codes.iter().any(|(_, code)| code == *page));
    let orphans = orphans.map(|page| {
        Finding::of(
            format!("{PAGES}{page}.md"),
            "the page is of no code in the registry",
        )
    });
    let disordered = codes
        .iter()
        .zip(codes.iter().skip(1))
        .filter(|((_, one), (_, next))| one >= next);
    let disordered = disordered.map(|(_, (line, code))| {
        Finding::at(
            REGISTRY,
            *line,
            format!("`{code}` stands out of order, or twice"),
        )
    });
    missing.chain(orphans).chain(disordered).collect()
}

/// `Name = "SD0101", "title";` with its line.
fn codes(registry: &str) -> Vec<(usize, &str)> {
    let lines = (1..).zip(registry.lines());
    lines
        .filter_map(|(line, text)| {
            let code = text.split_once("= \"SD")?.1.split('"').next()?;
            let place = text.find(code)?.checked_sub(2)?;
            Some((line, text.get(place..place + 2 + code.len())?))
        })
        .collect()
}

fn page(path: &str) -> Option<&str> {
    let name = path.strip_prefix(PAGES)?.strip_suffix(".md")?;
    name.starts_with("SD").then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> SourceFile {
        SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_code_without_a_page_and_a_page_without_a_code_are_found() {
        let registry =
            "codes! {\n    One = \"SD0101\", \"one\";\n    Two = \"SD0102\", \"two\";\n}\n";
        let files = [
            file(REGISTRY, registry),
            file("docs/diagnostics/SD0101.md", ""),
            file("docs/diagnostics/SD0999.md", ""),
            file("docs/diagnostics/README.md", ""),
        ];
        let found: Vec<_> = findings(&files).iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found[0].starts_with("crates/domain/src/diagnostic/code.rs:3: `SD0102`"),
            "{found:?}"
        );
        assert!(
            found[1].starts_with("docs/diagnostics/SD0999.md: "),
            "{found:?}"
        );
    }
}
