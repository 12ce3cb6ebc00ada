//! Relative links anywhere in the document (spec-language, section 12).

use specd_domain::Located;
use specd_domain::decision::RelativeLink;

use super::Section;
use crate::outline::Link;
use crate::reading::Reading;

/// Reads the links; `exists` tells whether a file is at a target.
pub(crate) fn read(reading: &mut Reading<'_>, exists: &dyn Fn(&str) -> bool) -> Vec<RelativeLink> {
    let outline = reading.outline;
    let mut links = Vec::new();
    for link in outline
        .links
        .iter()
        .filter(|link| is_relative(&link.target))
    {
        if is_unfilled(&link.target) {
            reading.leave_unfilled(
                link.span,
                &link.text,
                "[PRD: Orders](../../strategy/prd-orders.md)",
            );
        } else {
            links.push(relative(link, exists));
        }
    }
    links
}

/// The target of the link under Related Documentation whose words begin with "Runbook": a relative one, or a page on the web.
pub(crate) fn runbook(reading: &Reading<'_>) -> Option<Located<String>> {
    let headings = &reading.outline.headings;
    let stands_there = |link: &Link| {
        let above = headings.partition_point(|heading| heading.span.start < link.span.start);
        reading.sections.at(above.checked_sub(1)) == Some(Section::Related)
    };
    let mut links = reading.outline.links.iter();
    let link = links.find(|link| is_runbook(link) && stands_there(link))?;
    Some(Located::new(link.target.clone(), link.span))
}

fn is_runbook(link: &Link) -> bool {
    let first = link.text.split(|c: char| !c.is_alphanumeric()).next();
    let is_named = first.is_some_and(|word| word.eq_ignore_ascii_case("runbook"));
    let is_on_the_web = ["https://", "http://"]
        .iter()
        .any(|scheme| link.target.starts_with(scheme));
    is_named
        && (is_on_the_web || is_relative(&link.target))
        && !is_unfilled(&link.target)
        && !link.target.chars().any(char::is_control)
}

/// Neither an address of its own, nor from the root of a site, nor within the document.
fn is_relative(target: &str) -> bool {
    let scheme = target.split(['/', '?', '#']).next().unwrap_or_default();
    !target.is_empty() && !target.starts_with(['/', '#', '?']) && !scheme.contains(':')
}

/// Whether words in curly brackets are still to be filled in, as in `prd-{feature}.md`.
fn is_unfilled(target: &str) -> bool {
    let inside = target
        .split_once('{')
        .and_then(|(_, rest)| rest.split_once('}'));
    inside.is_some_and(|(word, _)| {
        !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '_')
    })
}

fn relative(link: &Link, exists: &dyn Fn(&str) -> bool) -> RelativeLink {
    let target = link.target.split(['#', '?']).next().unwrap_or_default();
    // A link to a folder is none to a file.
    let is_file =
        !target.ends_with('/') && !matches!(target, "." | "..") && !target.ends_with("/..");
    RelativeLink {
        text: link.text.clone(),
        exists: is_file.then(|| exists(&decoded(target))),
        target: Located::new(target.to_owned(), link.span),
    }
}

/// `%20` is a blank in the name of a file.
fn decoded(target: &str) -> String {
    let mut bytes = Vec::with_capacity(target.len());
    let mut rest = target.bytes();
    while let Some(byte) = rest.next() {
        let digits = rest
            .clone()
            .take(2)
            .map(|digit| char::from(digit).to_digit(16));
        let digits: Option<Vec<u32>> = (byte == b'%').then(|| digits.collect()).flatten();
        match digits.as_deref() {
            Some([high, low]) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or(byte));
                rest.nth(1);
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| target.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_places_within_the_document_are_not_relative() {
        for target in [
            "https://a.example",
            "mailto:a@b.example",
            "#x",
            "/root.md",
            "//host/x",
            "",
        ] {
            assert!(!is_relative(target), "{target}");
        }
        for target in ["a.md", "../a.md#x", "./a:b.md", "x/a:b"] {
            assert!(is_relative(target), "{target}");
        }
    }

    #[test]
    fn percent_encoded_names_are_decoded() {
        assert_eq!(decoded("a%20b%C3%A4.md"), "a bä.md");
        assert_eq!(decoded("100%.md%2"), "100%.md%2");
        assert_eq!(decoded("%ff"), "%ff");
    }

    #[test]
    fn words_in_curly_brackets_are_unfilled() {
        assert!(is_unfilled("../prd-{feature}.md"));
        assert!(!is_unfilled("a{}.md"));
        assert!(!is_unfilled("a.md"));
    }
}
