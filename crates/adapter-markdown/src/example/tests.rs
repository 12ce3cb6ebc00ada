//! Reading of whole examples.

use proptest::prelude::*;
use specd_domain::diagnostic::Diagnostic;
use specd_domain::document::{Example, ExampleBlock};

use crate::block::FencedText;

fn read(text: &str) -> (Option<ExampleBlock>, Vec<Diagnostic>) {
    let fenced = FencedText::of(text);
    let mut findings = Vec::new();
    let example = super::read(fenced.as_block(), &mut findings);
    (example, findings)
}

/// The only finding: its code, what it underlines, its headline, and the text after its replacement.
#[track_caller]
fn mistake(text: &str) -> (String, String, String, String) {
    let (_, findings) = read(text);
    assert_eq!(findings.len(), 1, "{text}: {findings:#?}");
    let finding = &findings[0];
    let mut mended = text.to_owned();
    if let Some(replacement) = finding
        .help
        .as_ref()
        .and_then(|help| help.replacement.as_ref())
    {
        mended.replace_range(
            replacement.span.start..replacement.span.end,
            &replacement.value,
        );
    }
    let underlined = text
        .get(finding.primary.start..finding.primary.end)
        .unwrap();
    (
        finding.code.to_string(),
        underlined.to_owned(),
        finding.headline.clone(),
        mended,
    )
}

#[track_caller]
fn syntax(text: &str, underlined: &str, headline: &str, mended: &str) {
    let strings = ["SD0330", underlined, headline, mended].map(str::to_owned);
    let expected: (String, String, String, String) = strings.into();
    assert_eq!(mistake(text), expected, "{text}");
}

#[test]
fn every_key_and_value_has_its_place() {
    let text = "{\n  \"a\\u0062\" : [1.50, -2e3],\n  \"c\": { \"d\": \"é\\n\" }, \"e\": null\n}";
    let example = read(text).0.unwrap();
    assert_eq!(example.text, text);
    let at = |span: specd_domain::Span| text.get(span.start..span.end).unwrap();
    let Example::Object(members) = &example.value.value else {
        panic!("an object")
    };
    let shown: Vec<(&str, &str, &str)> = members
        .iter()
        .map(|(name, value)| (name.value.as_str(), at(name.span), at(value.span)))
        .collect();
    assert_eq!(
        shown,
        [
            ("ab", "\"a\\u0062\"", "[1.50, -2e3]"),
            ("c", "\"c\"", "{ \"d\": \"é\\n\" }"),
            ("e", "\"e\"", "null"),
        ]
    );
    let Example::Array(numbers) = &members[0].1.value else {
        panic!("an array")
    };
    assert_eq!(numbers[0].value, Example::Number("1.50".to_owned()));
    assert_eq!(at(numbers[1].span), "-2e3");
}

#[test]
#[expect(clippy::too_many_lines, reason = "a line or a few for each slip")]
fn usual_slips_have_their_help() {
    syntax(
        "{\"a\": 1,}",
        ",",
        "a comma stands before the closing bracket",
        "{\"a\": 1}",
    );
    syntax(
        "{\"a\": [1, 2,\n]}",
        ",",
        "a comma stands before the closing bracket",
        "{\"a\": [1, 2\n]}",
    );
    syntax("{'a': 1}", "'a'", "a text stands in `'`", "{\"a\": 1}");
    syntax(
        "{\"a\": 'b'}",
        "'b'",
        "a text stands in `'`",
        "{\"a\": \"b\"}",
    );
    syntax(
        "{\"a\": “b”}",
        "“b”",
        "a text stands in `“`",
        "{\"a\": \"b\"}",
    );
    syntax(
        "{a: 1}",
        "a",
        "expected a key in double quotes, found `a`",
        "{\"a\": 1}",
    );
    syntax(
        "{\"a\": 1, b: 2}",
        "b",
        "expected a key in double quotes, found `b`",
        "{\"a\": 1, \"b\": 2}",
    );
    syntax(
        "{\"a\": 1 // one\n}",
        "// one",
        "JSON has no comments",
        "{\"a\": 1 \n}",
    );
    syntax(
        "{ /* one */ \"a\": 1}",
        "/* one */",
        "JSON has no comments",
        "{  \"a\": 1}",
    );
    syntax(
        "{\"a\": 1\n \"b\": 2}",
        "\"b\"",
        "a `,` is missing",
        "{\"a\": 1,\n \"b\": 2}",
    );
    syntax("[1 2]", "2", "a `,` is missing", "[1, 2]");
    syntax(
        "{\"a\": True}",
        "True",
        "expected a value, found `True`",
        "{\"a\": true}",
    );
    syntax(
        "{\"a\": tru}",
        "tru",
        "expected a value, found `tru`",
        "{\"a\": \"tru\"}",
    );
    syntax(
        "{\"a\": value}",
        "value",
        "expected a value, found `value`",
        "{\"a\": \"value\"}",
    );
    syntax("{\"a\" 1}", "1", "expected `:`, found `1`", "{\"a\": 1}");
    syntax("{\"a\" = 1}", "=", "expected `:`, found `=`", "{\"a\" : 1}");
    syntax("{\"a\": 01}", "01", "`01` is no number", "{\"a\": 1}");
    syntax(
        "{\"a\": {\"b\": 1}",
        "{",
        "a `{` is never closed",
        "{\"a\": {\"b\": 1}}",
    );
    syntax(
        "{\"a\": [1}",
        "}",
        "expected `,` or `]`, found `}`",
        "{\"a\": [1]",
    );
    syntax(
        "{\"a\": \"b}",
        "\"b}",
        "a text is never closed",
        "{\"a\": \"b}",
    );
    syntax(
        "{\"a\": \"b\n\"}",
        "\"b",
        "a text goes past the end of its line",
        "{\"a\": \"b\n\"}",
    );
    syntax(
        "{\"a\": \"\\d\"}",
        "\\d",
        "an escape in a text cannot be read",
        "{\"a\": \"\\d\"}",
    );
    syntax(
        "{\"a\": ...}",
        "...",
        "expected a value, found `...`",
        "{\"a\": ...}",
    );
    syntax(
        "{} {}",
        "{}",
        "text follows the JSON of the example",
        "{} {}",
    );
    syntax("{\"a\": }", "}", "expected a value, found `}`", "{\"a\": }");
}

#[test]
fn a_second_key_of_one_name_is_reported_where_it_stands() {
    let text = "{\"a\": 1, \"\\u0061\": 2}";
    let (example, findings) = read(text);
    assert_eq!(findings.len(), 1);
    let at = |span: specd_domain::Span| text.get(span.start..span.end).unwrap();
    assert_eq!(findings[0].code.to_string(), "SD0331");
    assert_eq!(at(findings[0].primary), "\"\\u0061\"");
    assert_eq!(at(findings[0].labels[0].span), "\"a\"");
    let Example::Object(members) = example.unwrap().value.value else {
        panic!("an object")
    };
    assert_eq!(members.len(), 1);
}

#[test]
fn the_elements_of_an_array_are_alike() {
    let mixed = |text: &str| {
        let (code, underlined, headline, _) = mistake(text);
        assert_eq!(code, "SD0333");
        (underlined, headline)
    };
    let expect = |text, underlined: &str, headline: &str| {
        assert_eq!(mixed(text), (underlined.to_owned(), headline.to_owned()));
    };
    expect("[1, \"x\"]", "\"x\"", "an array of numbers holds a text");
    expect("[1, null]", "null", "an array of numbers holds null");
    expect(
        "[[1], [\"x\"]]",
        "\"x\"",
        "an array of numbers holds a text",
    );
    expect(
        "{\"l\": [{\"a\": 1}, {\"b\": 1, \"a\": 2}]}",
        "\"b\"",
        "the key `b` is not in the first object of the array",
    );
    expect(
        "[{\"a\": 1}, {}]",
        "{}",
        "an object of the array lacks the key `a`",
    );
    for text in [
        "[1, 2.5]",
        "[[], [1]]",
        "[{}, {\"a\": 1}]",
        "[{\"a\": null}, {\"a\": 1}]",
        "[]",
    ] {
        assert_eq!(read(text).1, [], "{text}");
    }
}

#[test]
fn what_is_empty_or_too_deep_is_an_error() {
    assert_eq!(mistake(" \n").0, "SD0330");
    assert_eq!(mistake("").0, "SD0330");
    assert_eq!(mistake("{\"\": 1}").0, "SD0335");
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(read(&nested(64)).1, []);
    assert_eq!(mistake(&nested(65)).0, "SD0332");
}

#[test]
fn a_megabyte_of_one_thing_ends_soon() {
    for part in [
        "[", "{\"a\":", "1,", "\"", "[1,", " ", "'", "//", "\\", "{},",
    ] {
        let text = part.repeat((1 << 20) / part.len());
        let begin = std::time::Instant::now();
        read(&text);
        read(&format!("[{text}0]"));
        assert!(begin.elapsed().as_secs() < 10, "{part}");
    }
}

proptest! {
    #[test]
    fn reading_never_panics(text in r#"[\[\]{}",:'a0-9 .\\/#\n\u{e9}tfn-]{0,60}"#) {
        let (_, findings) = read(&text);
        for finding in findings {
            prop_assert!(text.get(finding.primary.start..finding.primary.end).is_some(), "{:?}", finding);
        }
    }

    #[test]
    fn what_serde_json_reads_is_read(text in r#"[\[\]{}",:a0-9 .tfnulrse-]{0,30}"#) {
        let is_json = serde_json::from_str::<serde_json::Value>(&text).is_ok();
        prop_assert_eq!(read(&text).0.is_some(), is_json);
    }
}
