//! The renderings as people and tools see them.

use proptest::prelude::*;
use specd_domain::Span;
use specd_domain::diagnostic::{Code, Diagnostic};

use super::*;

fn span(text: &str, part: &str) -> Span {
    let start = text.find(part).unwrap();
    Span::new(start, start + part.len())
}

const DOCUMENT: &str = "# SPEC 0001: Orders\n\n```sql\nCREATE TABLE orders (\n\tid UUID PRIMARY KEY,\n\tum DATETIME,\n\tum TEXT\n);\n```\n";

fn findings() -> Vec<Diagnostic> {
    let second = span(DOCUMENT, "um TEXT");
    let second = Span::new(second.start, second.start + 2);
    vec![
        Diagnostic::error(
            Code::SqlType,
            span(DOCUMENT, "DATETIME"),
            "`datetime` is no type of a column",
        )
        .expecting("expected a type")
        .noting("the types are UUID, TEXT")
        .replacing(
            "did you mean `TIMESTAMPTZ`?",
            span(DOCUMENT, "DATETIME"),
            "TIMESTAMPTZ",
        ),
        Diagnostic::warning(
            Code::SqlDuplicateColumn,
            second,
            "the column `um` stands twice",
        )
        .expecting("the second of this name")
        .pointing_at(span(DOCUMENT, "um"), "the first")
        .helping("leave one of them out"),
        Diagnostic::note(
            Code::SqlNoTable,
            Span::new(DOCUMENT.len(), DOCUMENT.len()),
            "nothing, at the end",
        ),
    ]
}

fn rendered(format: Format) -> String {
    let findings = findings();
    let file = FileFindings {
        path: "docs/specs/0001-orders, 5%.md",
        text: DOCUMENT.as_bytes(),
        diagnostics: &findings,
    };
    let clean = FileFindings {
        path: "0002-clean.md",
        text: b"",
        diagnostics: &[],
    };
    render(format, &[file, clean], Style::default())
}

#[test]
fn people_see_the_lines_underlined() {
    insta::assert_snapshot!(rendered(Format::Text));
}

#[test]
fn json_has_every_place() {
    insta::assert_snapshot!(rendered(Format::Json));
}

#[test]
fn sarif_has_rules_results_and_fixes() {
    insta::assert_snapshot!(rendered(Format::Sarif));
}

#[test]
fn github_has_a_command_a_line() {
    insta::assert_snapshot!(rendered(Format::Github));
}

#[test]
fn a_clean_run_says_so() {
    assert_eq!(
        render(Format::Text, &[], Style::default()),
        "no findings in 0 files\n"
    );
}

fn text_of(bytes: &[u8], span: Span) -> String {
    let findings =
        [Diagnostic::error(Code::SqlSyntax, span, "wrong `\u{1b}[31m`").expecting("here\u{7}")];
    let file = FileFindings {
        path: "a\u{1b}.md",
        text: bytes,
        diagnostics: &findings,
    };
    render(Format::Text, &[file], Style::default())
}

#[test]
fn places_are_right_with_crlf_marks_wide_characters_and_broken_text() {
    insta::assert_snapshot!("crlf", text_of(b"a\r\nb wrong\r\nc", Span::new(5, 10)));
    insta::assert_snapshot!("mark", text_of("\u{feff}wrong".as_bytes(), Span::new(3, 8)));
    insta::assert_snapshot!("wide", text_of("漢字 wrong".as_bytes(), Span::new(7, 12)));
    insta::assert_snapshot!("broken", text_of(b"\xff\xfe wrong", Span::new(3, 8)));
}

#[test]
fn control_characters_of_a_document_are_never_written() {
    for format in Format::ALL {
        let findings =
            [
                Diagnostic::error(Code::SqlSyntax, Span::new(0, 3), "wrong `\u{1b}[31m`\r\n")
                    .expecting("\u{9b}1m")
                    .replacing("take\u{7}", Span::new(0, 1), "\u{1b}[2J"),
            ];
        let file = FileFindings {
            path: "a\u{1b}\n.md",
            text: "\u{1b}[2J \u{7}\u{9b}\u{202e}".as_bytes(),
            diagnostics: &findings,
        };
        let out = render(format, &[file], Style::default());
        let control = out
            .chars()
            .find(|c| c.is_control() && *c != '\n' || *c == '\u{202e}');
        assert_eq!(control, None, "{format:?}: {out:?}");
    }
}

#[test]
fn colours_are_written_only_where_they_are_asked_for() {
    let findings = findings();
    let file = FileFindings {
        path: "a.md",
        text: DOCUMENT.as_bytes(),
        diagnostics: &findings,
    };
    let coloured = render(Format::Text, &[file], Style { colour: true });
    assert!(coloured.contains("\u{1b}["));
}

proptest! {
    #[test]
    fn rendering_never_panics(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'\n'), Just(b'\r'), Just(b'\t'), Just(0xe9)], 0..80),
        start in 0_usize..100,
        length in 0_usize..40,
        other in 0_usize..100,
        replacement in ".{0,10}",
    ) {
        let span = Span::new(start, start + length);
        let findings = [Diagnostic::error(Code::SqlSyntax, span, "wrong")
            .expecting("here")
            .pointing_at(Span::new(other, other + 3), "there")
            .replacing("take", span, replacement)];
        let file = FileFindings { path: "a.md", text: &bytes, diagnostics: &findings };
        for format in Format::ALL {
            render(format, &[file], Style { colour: true });
        }
    }
}

#[test]
fn a_megabyte_on_one_line_is_rendered_soon() {
    let text = "wrong é, ".repeat((1 << 20) / 10);
    let findings: Vec<Diagnostic> = (0..100)
        .map(|index| {
            let span = Span::new(index * 10_000, index * 10_000 + 5);
            Diagnostic::error(Code::SqlSyntax, span, "wrong").replacing("take", span, "right")
        })
        .collect();
    let file = FileFindings {
        path: "a.md",
        text: text.as_bytes(),
        diagnostics: &findings,
    };
    for format in Format::ALL {
        let begin = std::time::Instant::now();
        let out = render(format, &[file], Style::default());
        assert!(
            begin.elapsed().as_secs() < 10,
            "{format:?} took {:?}",
            begin.elapsed()
        );
        assert!(out.len() < 1 << 20, "{format:?} wrote {} bytes", out.len());
    }
}
