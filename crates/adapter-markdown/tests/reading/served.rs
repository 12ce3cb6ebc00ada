//! Reading and checking together: what the template becomes when it is filled in.

use chrono::NaiveDate;
use specd_adapter_markdown::{TEMPLATE, fill_template};
use specd_domain::check::{Checked, check};
use specd_domain::name::SpecNumber;
use specd_domain::{Code, Severity};

use crate::written::{finding, read};

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 2, 1).unwrap();

fn checked(text: &str) -> Checked {
    let read = read(text);
    check(&read.document, read.findings, TODAY)
}

/// The findings of reading and checking that are at least this grave.
fn grave(text: &str, least: Severity) -> Vec<String> {
    let document = read(text).document;
    let all = checked(text).diagnostics;
    let grave = all.iter().filter(|found| found.severity >= least);
    grave.map(|found| finding(&document, text, found)).collect()
}

/// The template with each of these texts in the place of another; each must be there.
fn filled(changes: &[(&str, &str)]) -> String {
    changes
        .iter()
        .fold(TEMPLATE.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        })
}

const HEADER: [(&str, &str); 6] = [
    ("[Feature Title]", "Resources"),
    ("draft | review | approved | deprecated", "approved"),
    ("[Your Name]", "Ada Lovelace"),
    ("Due: YYYY-MM-DD", "Due: 2025-12-31"),
    ("YYYY-MM-DD", "2025-01-31"),
    ("{resource}", "resource"),
];

const TICKS: [(&str, &str); 6] = [
    ("- [ ] **No breaking", "- [x] **No breaking"),
    ("- [ ] **Approved", "- [x] **Approved"),
    ("- [ ] Architect", "- [x] Architect"),
    ("- [ ] Tech Lead", "- [x] Tech Lead"),
    ("- [ ] Security:", "- [x] Security:"),
    ("- [ ] Product Owner", "- [x] Product Owner"),
];

const REST: [(&str, &str); 38] = [
    (
        "[Brief description of what this spec proposes]",
        "Resources, kept and served.",
    ),
    ("What problem does this solve?", "Resources are lost."),
    ("What user needs does it address?", "To find them again."),
    (
        "What business value does it provide?",
        "What is found is not bought twice.",
    ),
    ("{feature}", "resources"),
    ("How will existing clients be migrated?", "There are none."),
    ("What is the deprecation timeline?", "There is none."),
    (
        "Are there versioned endpoints?",
        "The path has the version.",
    ),
    ("feature_{name}_enabled", "feature_resources_enabled"),
    (
        "How to rollback if issues occur?",
        "The rollout goes back by itself.",
    ),
    (
        "What are the rollback criteria?",
        "error rate > 5% over 5m, p99 > 500ms over 10m",
    ),
    ("p95 < XXms", "p95 < 50ms"),
    ("p99 < XXms", "p99 < 100ms"),
    ("XX req/sec", "500 req/sec"),
    ("Rate**: < X%", "Rate**: < 1%"),
    ("XX% uptime", "99.9% uptime"),
    ("latency > XXms", "latency > 200ms"),
    ("error rate > X%", "error rate > 2%"),
    ("availability < XX%", "availability < 99.5%"),
    ("[Dashboard URL]", "https://grafana.example/d/resources"),
    ("How is the API authenticated?", "API key"),
    ("Who can access this API?", "`resource:write` may POST"),
    (
        "How is input validated?",
        "`field1` is not blank; `field2` is at least 0",
    ),
    ("Is data encrypted in transit/at rest?", "TLS everywhere"),
    ("What are the rate limits?", "100 req/s per client"),
    (
        "Does this handle PII? How is data deleted?",
        "No personal data",
    ),
    ("(if applicable) Does this handle PHI?", "No"),
    ("Are access controls in place?", "audited"),
    ("Alternative 1: [Name]", "Alternative 1: Paper"),
    ("Alternative 2: [Name]", "Alternative 2: A spreadsheet"),
    ("What is it?", "As before."),
    ("{system}", "resources"),
    ("{service}", "resources"),
    ("- [ ] **Task 1", "- [x] **Task 1"),
    ("- [ ] **Task 2", "- [x] **Task 2"),
    ("- [ ] Implement feature", "- [x] Implement feature"),
    ("- [ ] Write unit tests", "- [x] Write unit tests"),
    ("- [ ] Deploy to staging", "- [x] Deploy to staging"),
];

#[test]
fn the_filled_template_is_served_with_one_warning_about_field3() {
    let text = filled(&[HEADER.as_slice(), &TICKS, &REST].concat());
    assert_eq!(read(&text).document.unfilled, []);
    let findings = grave(&text, Severity::Warning);
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert!(findings[0].contains("field3"), "{findings:#?}");
    let spec = checked(&text).spec.expect("served");
    assert_eq!(spec.title, "Resources");
    assert_eq!(spec.collection_path().to_string(), "/api/v1/resource");
    assert_eq!(spec.rules.len(), 2);
    assert_eq!(spec.objectives.len(), 5);
}

#[test]
fn the_template_with_only_what_is_required_is_served_with_warnings() {
    let text = filled(&[HEADER.as_slice(), &TICKS].concat());
    assert_eq!(grave(&text, Severity::Error), Vec::<String>::new());
    let others: Vec<String> = checked(&text)
        .diagnostics
        .into_iter()
        .filter(|found| found.severity == Severity::Warning && found.code != Code::Unfilled)
        .map(|found| found.headline)
        .collect();
    let about_field3 = others
        .iter()
        .filter(|headline| headline.contains("field3"))
        .count();
    assert_eq!((about_field3, others.len()), (1, 1), "{others:#?}");
    assert!(checked(&text).spec.is_some());
}

#[test]
fn without_an_author_it_is_not_served() {
    let mut changes = HEADER.to_vec();
    changes.retain(|(from, _)| *from != "[Your Name]");
    changes.extend(TICKS);
    let text = filled(&changes);
    assert_eq!(
        grave(&text, Severity::Error),
        ["error SD0001 4:13 |[Your Name]| `Author` still holds the template's placeholder"]
    );
}

#[test]
fn the_unfilled_template_has_one_note_for_each_place() {
    let checked = checked(TEMPLATE);
    let others: Vec<&str> = checked
        .diagnostics
        .iter()
        .filter(|found| found.code != Code::Unfilled || found.severity != Severity::Note)
        .map(|found| found.headline.as_str())
        .collect();
    assert_eq!(others, [] as [&str; 0]);
    assert_eq!(checked.diagnostics.len(), 42);
}

#[test]
fn a_new_document_has_its_number_its_title_and_its_dates() {
    let text = fill_template(SpecNumber(7), " Loans  of\nbooks ", TODAY);
    let read = read(&text);
    assert_eq!(read.findings, []);
    let header = read.document.header;
    let title = &header.title.filled().expect("a title").value;
    assert_eq!(
        (title.number.value, title.text.as_str()),
        (SpecNumber(7), "Loans of books")
    );
    assert_eq!(header.created.filled().map(|date| date.value), Some(TODAY));
    assert_eq!(
        header.last_updated.filled().map(|date| date.value),
        Some(TODAY)
    );
    let labels: Vec<&str> = read
        .document
        .unfilled
        .iter()
        .map(|place| place.label.as_str())
        .collect();
    assert_eq!(labels.len(), 38);
    assert_eq!(labels[0], "Author");
}

#[test]
fn a_rich_document_has_only_the_errors_that_stand_in_it() {
    let text = include_str!("library.md");
    assert_eq!(
        grave(text, Severity::Error),
        [
            "error SD0251 1:8 |0042| the title says SPEC 0042, the file name 0001",
            "error SD1251 219:3 |[ ] Product Owner: @edsger-d| the status is approved, and `Product Owner` has not approved",
        ]
    );
}
