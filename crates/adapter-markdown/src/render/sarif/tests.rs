//! What the schema of SARIF 2.1.0 and code scanning ask of every log.

use proptest::prelude::*;
use serde_json::Value;
use specd_domain::Span;
use specd_domain::diagnostic::{Code, Diagnostic};

use super::{FileFindings, render, uri};

const WITH_SCHEME: [&str; 2] = ["https://", "http://"];

fn log(bytes: &[u8], findings: &[Diagnostic]) -> Value {
    let file = FileFindings {
        path: "docs/my specs/0001-a.md",
        text: bytes,
        diagnostics: findings,
    };
    serde_json::from_str(&render(&[file])).unwrap()
}

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    let text = value.pointer(pointer).and_then(Value::as_str);
    text.unwrap_or_else(|| panic!("{pointer} of {value:#}"))
}

/// Panics where a log is not as the schema has it.
fn keeps_the_schema(log: &Value) {
    assert!(
        WITH_SCHEME
            .iter()
            .any(|scheme| text(log, "/$schema").starts_with(scheme))
    );
    assert_eq!(text(log, "/version"), "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(text(run, "/columnKind"), "unicodeCodePoints");
    assert!(!text(run, "/tool/driver/name").is_empty());
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for rule in rules {
        for pointer in [
            "/id",
            "/shortDescription/text",
            "/fullDescription/text",
            "/help/text",
        ] {
            assert!(!text(rule, pointer).is_empty());
        }
        if let Some(help) = rule.get("helpUri") {
            let help = help.as_str().unwrap();
            assert!(
                WITH_SCHEME.iter().any(|scheme| help.starts_with(scheme)),
                "{help}"
            );
        }
    }
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&text(result, "/level")));
        assert!(!text(result, "/message/text").is_empty());
        assert_eq!(result["locations"].as_array().unwrap().len(), 1);
        let related = result["relatedLocations"].as_array().into_iter().flatten();
        for location in related.chain(result["locations"].as_array().unwrap()) {
            is_uri_reference(text(location, "/physicalLocation/artifactLocation/uri"));
            is_region(&location["physicalLocation"]["region"]);
        }
        for fix in result["fixes"].as_array().into_iter().flatten() {
            text(fix, "/description/text");
            let change = &fix["artifactChanges"][0];
            is_uri_reference(text(change, "/artifactLocation/uri"));
            is_region(&change["replacements"][0]["deletedRegion"]);
            text(change, "/replacements/0/insertedContent/text");
        }
    }
}

#[track_caller]
fn is_uri_reference(uri: &str) {
    let mut bytes = uri.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let digits = [bytes.next(), bytes.next()];
                let is_digit = |digit: Option<u8>| digit.is_some_and(|d| d.is_ascii_hexdigit());
                assert!(digits.into_iter().all(is_digit), "{uri}");
            }
            _ => assert!(
                byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte),
                "{uri}"
            ),
        }
    }
    assert!(!uri.is_empty() && !uri.starts_with("//"), "{uri}");
}

#[track_caller]
fn is_region(region: &Value) {
    let number = |name: &str| region[name].as_u64().unwrap();
    let start = (number("startLine"), number("startColumn"));
    let end = (number("endLine"), number("endColumn"));
    assert!(start.0 >= 1 && start.1 >= 1 && start <= end, "{region}");
}

#[test]
fn every_code_has_a_rule_that_code_scanning_can_show() {
    let findings: Vec<Diagnostic> = Code::ALL
        .iter()
        .map(|code| Diagnostic::error(*code, Span::new(0, 1), "wrong"))
        .collect();
    let log = log(b"a", &findings);
    keeps_the_schema(&log);
    let rules = log["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    assert_eq!(rules.len(), Code::ALL.len());
}

#[test]
fn a_path_becomes_a_reference() {
    let paths = [
        ("./docs/a b.md", "docs/a%20b.md"),
        (r"docs\é.md", "docs/%C3%A9.md"),
        ("c:/a.md", "c%3A/a.md"),
        ("/srv/a.md", "/srv/a.md"),
        ("//srv/a.md", "/srv/a.md"),
        ("../a#b?.md", "../a%23b%3F.md"),
        ("/srv//a.md", "/srv/a.md"),
        (".//a.md", "a.md"),
        ("/", "/"),
        (".", "."),
        ("./", "."),
    ];
    for (path, expected) in paths {
        assert_eq!(uri(path), expected, "{path}");
        is_uri_reference(expected);
    }
}

proptest! {
    #[test]
    fn whatever_is_found_the_log_keeps_the_schema(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'\n'), Just(b'\r'), Just(0xe9)], 0..60),
        start in 0_usize..80,
        length in 0_usize..40,
        other in 0_usize..80,
        replacement in ".{0,10}",
    ) {
        let span = Span::new(start, start + length);
        let findings = [
            Diagnostic::warning(Code::SqlSyntax, span, "wrong")
                .pointing_at(Span::new(other, other + 3), "there")
                .replacing("take", span, replacement),
            Diagnostic::note(Code::SqlNoTable, Span::new(other, other), "wrong").helping("leave it out"),
        ];
        keeps_the_schema(&log(&bytes, &findings));
    }
}
