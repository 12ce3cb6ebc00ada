//! Reading never fails, whatever the bytes: every place lies in the text and on the borders of characters.

use proptest::prelude::*;
use specd_adapter_markdown::TEMPLATE;
use specd_app::ports::documents::ReadDocument;
use specd_domain::Span;

use crate::written::read_bytes;

const LIBRARY: &str = include_str!("library.md");

/// Every place that a reader of the findings would cut out of the text.
fn places(read: &ReadDocument) -> Vec<Span> {
    let document = &read.document;
    let mut places = Vec::new();
    for finding in &read.findings {
        places.push(finding.primary);
        places.extend(finding.labels.iter().map(|label| label.span));
        let help = finding.help.as_ref();
        places.extend(
            help.and_then(|help| help.replacement.as_ref())
                .map(|text| text.span),
        );
    }
    places.extend(document.unfilled.iter().map(|place| place.span));
    places.extend(document.headings.iter().map(|heading| heading.span));
    places.extend(document.endpoints.iter().map(|entry| entry.line.span));
    places.extend(document.clauses.iter().map(|clause| clause.span));
    places.extend(document.decision.links.iter().map(|link| link.target.span));
    places
}

#[track_caller]
fn check(bytes: &[u8]) {
    let read = read_bytes(bytes);
    let text = std::str::from_utf8(bytes);
    for span in places(&read) {
        assert!(
            span.start <= span.end && span.end <= bytes.len(),
            "{span:?}"
        );
        if let Ok(text) = text {
            assert!(
                text.get(span.start..span.end).is_some(),
                "{span:?} cuts a character"
            );
        }
    }
    let lines = &read.document.line_starts;
    assert!(lines.is_sorted() && lines.first() == Some(&0));
}

/// Pieces that mean something to the reader, and pieces that mean trouble.
fn piece() -> impl Strategy<Value = String> {
    let pieces = [
        "# SPEC 0001: ",
        "## ",
        "### API Design\n",
        "### Data Schema\n",
        "### Security\n",
        "### Flow Diagram\n",
        "## Alternatives\n",
        "**Endpoint**: ",
        "**Request**:\n",
        "**Status Codes**:\n",
        "- ",
        "  - ",
        "- [x] ",
        "- [ ] ",
        "> ",
        "`",
        "``",
        "```json\n",
        "```sql\n",
        "```mermaid\n",
        "```\n",
        "~~~\n",
        "**",
        "__",
        "*",
        ":",
        ";",
        ",",
        "|",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "\t",
        " ",
        "\u{feff}",
        "\0",
        "[x](",
        ")",
        "{",
        "}",
        "<!--",
        "-->",
        "<div>",
        "POST /api/v1/a",
        "?a={a}",
        "Alert if ",
        "p95 < 1ms",
        "5% → 6%",
        "\\*",
        "&amp;",
        "🦀",
        "é",
        "SELECT",
        "sequenceDiagram\n",
        "A->>B: c\n",
        "YYYY-MM-DD",
        "XX",
        "2025-01-01",
        "**GDPR**: PII: `",
        "- **Rate Limiting**: ",
        "```js\\*é\n",
        "&mdash;— Status: é",
        "    ",
        "---\n",
        "===\n",
        "1. ",
        "+ ",
        "[^1]: ",
        "\u{2028}",
        "Change 1: ",
        "**Approval**:\n",
    ];
    prop_oneof![
        8 => proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned),
        1 => ".{0,12}",
    ]
}

/// A text with a part cut out, doubled, or moved, and a piece put in.
fn mutated(text: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let size = text.len();
    (0..size, 0..size, 0..size, 0..4, piece()).prop_map(move |(a, b, at, how, piece)| {
        let bytes = text.as_bytes();
        let (from, to) = (a.min(b), a.max(b));
        let mut mutated = match how {
            0 => [&bytes[..from], &bytes[to..]].concat(),
            1 => [&bytes[..to], &bytes[from..]].concat(),
            2 => bytes[from..to].to_vec(),
            _ => [&bytes[from..to], &bytes[..from], &bytes[to..]].concat(),
        };
        let at = at.min(mutated.len());
        mutated.splice(at..at, piece.bytes());
        mutated
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        check(&bytes);
    }

    #[test]
    fn any_pieces_are_read(pieces in proptest::collection::vec(piece(), 0..120)) {
        check(pieces.concat().as_bytes());
    }

    #[test]
    fn a_mutated_template_is_read(bytes in mutated(TEMPLATE)) {
        check(&bytes);
    }

    #[test]
    fn a_mutated_document_is_read(bytes in mutated(LIBRARY)) {
        check(&bytes);
    }
}

#[test]
fn what_stands_between_words_is_not_taken_for_a_star() {
    check("\u{10000}\n{<div>&mdash;— Status: é".as_bytes());
    check("# SPEC 0001: T\n\n*Status*: draft".as_bytes());
}

/// A text of nearly a mebibyte, the pieces repeated.
fn large(start: &str, repeated: &str) -> String {
    let times = (1_048_576 - start.len()) / repeated.len();
    format!("{start}{}", repeated.repeat(times))
}

#[test]
fn large_documents_are_read_in_time() {
    let documents = [
        large("", "- "),
        large("", "> "),
        large("", "**"),
        large("", "*a _b "),
        large("", "["),
        large("", "[a](b"),
        large("", "`"),
        large("", "<!--"),
        large("", "|a|\n|-|\n"),
        large("# SPEC 0001: T\n", "## Rolout Plan\n"),
        large("# SPEC 0001: T\n", "**Status**: draft\n"),
        large("# SPEC 0001: T\n", "**Stetus**: draft\n"),
        large(
            "# SPEC 0001: T\n## API Design\n",
            "**Endpoint**: `POST /api/v1/a`\n\n",
        ),
        large(
            "# SPEC 0001: T\n## API Design\n**Endpoint**: `POST /api/v1/a`\n\n",
            "**Request**:\n\n",
        ),
        large(
            "# SPEC 0001: T\n## API Design\n**Endpoint**: `POST /api/v1/a`\n\n**Status Codes**:\n",
            "- `200`: a\n",
        ),
        large(
            "# SPEC 0001: T\n## API Design\n**Endpoint**: `GET /api/v1/a?",
            "b={b}&",
        ),
        large(
            "# SPEC 0001: T\n## Security\n- **Input Validation**: ",
            "`a` is an emial; ",
        ),
        large(
            "# SPEC 0001: T\n## Security\n- **Input Validation**: ",
            "`a` is not blank; ",
        ),
        large(
            "# SPEC 0001: T\n## Security\n- **Authentication**: ",
            "API key or ",
        ),
        large(
            "# SPEC 0001: T\n## Security\n- **Authorization**: `a` may ",
            "POST, ",
        ),
        large(
            "# SPEC 0001: T\n## Backwards Compatibility\n",
            "- Change 1: `a`\n",
        ),
        large("# SPEC 0001: T\n## Rollback Plan\n- ", "error "),
        large("# SPEC 0001: T\n## Rollback Plan\n- ", "p99 "),
        large(
            "# SPEC 0001: T\n## Rollback Plan\n",
            "- p99 > 5ms over 5m\n",
        ),
        large(
            "# SPEC 0001: T\n## Flow Diagram\n```mermaid\nsequenceDiagram\n",
            "A->>B: c\n",
        ),
        large(
            "# SPEC 0001: T\n## Alternatives\n",
            "### Alternative 1: [Name]\n",
        ),
        large(
            "# SPEC 0001: T\n## Alternatives\n",
            "### A\n- **Why not chosen**: b\n",
        ),
        large(
            "# SPEC 0001: T\n## Threat Model\n",
            "- **Threat**: a\n  - **Mitigation**:\n    - b\n",
        ),
        large("# SPEC 0001: T\n## Related Documentation\n", "[a](b.md) "),
        large(
            "# SPEC 0001: T\n## Related Documentation\n**Approval**:\n",
            "- [x] A: @b\n",
        ),
        large("", TEMPLATE),
    ];
    for text in documents {
        let started = std::time::Instant::now();
        check(text.as_bytes());
        let start: String = text.chars().take(90).collect();
        // Seconds even where nothing is optimized; what grows with the square takes minutes.
        assert!(
            started.elapsed().as_secs() < 20,
            "{start:?} took {:?}",
            started.elapsed()
        );
    }
}

#[test]
fn deep_nesting_is_read() {
    for piece in ["- ", "> ", "> - ", "1. ", "* + - "] {
        check(format!("{}**Status**: draft", piece.repeat(3000)).as_bytes());
    }
    let mut staircase = String::new();
    for depth in 0..500 {
        staircase.push_str(&"  ".repeat(depth));
        staircase.push_str("- **GDPR**: PII: `a`\n");
    }
    check(format!("# SPEC 0001: T\n## Compliance\n{staircase}").as_bytes());
}

#[test]
fn of_thousands_of_findings_the_errors_are_told_and_written_in_time() {
    use specd_adapter_markdown::render::{FileFindings, Format, Style, render};
    use specd_domain::check::check;
    use specd_domain::diagnostic::has_errors;
    let start = "# SPEC 0001: T\n\n**Status**: draft\n";
    let text = large(start, "**Status**: review\n**Reviewrs\n\n") + "\n\n**Creatd**: 1\n";
    let read = read_bytes(text.as_bytes());
    let checked = check(&read.document, read.findings, chrono::NaiveDate::default());
    assert_eq!(checked.diagnostics.len(), 5000);
    assert!(has_errors(&checked.diagnostics));
    let files = [FileFindings {
        path: "0001-test.md",
        text: text.as_bytes(),
        diagnostics: &checked.diagnostics,
    }];
    let started = std::time::Instant::now();
    for format in Format::ALL {
        assert!(!render(format, &files, Style::default()).is_empty());
    }
    // A second where it is optimized; what grows with the square takes minutes.
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}
