//! Good documents of other domains than the template's, and mistakes planted in them: each is found at its place, with its code,
//! and nothing else is called an error.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may fail loudly"
)]

mod corpus;
mod mistake;

use std::fmt::Write as _;

use specd_domain::check::{Checked, check, check_together};
use specd_domain::diagnostic::has_errors;
use specd_domain::{Diagnostic, Document, Severity};

use corpus::{Good, good, read, today};
use mistake::{Mistake, only};

/// A finding, as a line of a report.
fn shown(document: &Document, text: &str, finding: &Diagnostic) -> String {
    let span = finding.primary;
    let underlined = text.get(span.start..span.end).unwrap_or("(cut)");
    format!(
        "{} {} line {} «{underlined}» {}",
        finding.code,
        finding.severity.as_str(),
        document.line_of(span.start),
        finding.headline
    )
}

/// The good documents, each read and judged alone.
struct Judged {
    corpus: [Good; 6],
    documents: Vec<Document>,
    checked: Vec<Checked>,
}

impl Judged {
    fn all() -> Self {
        let corpus = good();
        let (documents, checked) = corpus
            .iter()
            .map(|good| alone(good.name, &good.text))
            .unzip();
        Self {
            corpus,
            documents,
            checked,
        }
    }

    /// One of them with another text, beside the others: what is read, and what is found in it.
    fn with(&self, position: usize, text: &str) -> (Document, Checked) {
        let (mut documents, mut all) = (self.documents.clone(), self.checked.clone());
        let (document, checked) = alone(self.corpus[position].name, text);
        documents[position] = document;
        all[position] = checked;
        check_together(&documents, &mut all);
        (documents.swap_remove(position), all.swap_remove(position))
    }
}

fn alone(name: &str, text: &str) -> (Document, Checked) {
    let (document, findings) = read(name, text);
    let checked = check(&document, findings, today());
    (document, checked)
}

#[test]
fn good_documents_have_no_errors_and_are_served() {
    let all = Judged::all();
    for (position, document) in all.corpus.iter().enumerate() {
        let (read, checked) = all.with(position, &document.text);
        let found: Vec<String> = checked
            .diagnostics
            .iter()
            .filter(|finding| finding.severity > Severity::Note)
            .map(|finding| shown(&read, &document.text, finding))
            .collect();
        assert_eq!(found, document.warnings, "{}", document.name);
        assert!(checked.spec.is_some(), "{}", document.name);
    }
}

#[test]
fn each_planted_mistake_is_found_at_its_place_and_nothing_else_is_an_error() {
    let all = Judged::all();
    let mut wrong = String::new();
    let mut planted = 0;
    for (position, document) in all.corpus.iter().enumerate() {
        let (_, clean) = all.with(position, &document.text);
        for mistake in document.mistakes() {
            planted += 1;
            if let Err(report) = plant(&all, position, &clean, &mistake) {
                let _ = writeln!(wrong, "{}:{}\n{report}", document.name, mistake.line);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(planted >= 150, "{planted}");
}

fn plant(all: &Judged, position: usize, clean: &Checked, mistake: &Mistake) -> Result<(), String> {
    let good = &all.corpus[position].text;
    let start = only(good, &mistake.from)?;
    let end = start + mistake.from.len();
    let text = [&good[..start], &mistake.replacement(), &good[end..]].concat();
    let (document, checked) = all.with(position, &text);
    let place = mistake.place(&text, start)?;
    let (mut found, mut spurious) = (false, String::new());
    let mut before: Vec<&str> = clean.diagnostics.iter().map(headline).collect();
    for finding in &checked.diagnostics {
        if !found && is_expected(mistake, &place, finding) {
            found = true;
        } else if let Some(old) = before.iter().position(|old| *old == finding.headline) {
            before.swap_remove(old);
        } else if finding.severity > Severity::Note && !mistake.consequences.contains(&finding.code)
        {
            let _ = writeln!(
                spurious,
                "    too much: {}",
                shown(&document, &text, finding)
            );
        }
    }
    let is_served = checked.spec.is_some();
    let must_be_served = !has_errors(&checked.diagnostics);
    if found && spurious.is_empty() && is_served == must_be_served {
        return Ok(());
    }
    let mut report = spurious;
    if !found {
        let (start, underlined) = place;
        let line = document.line_of(start);
        let severity = mistake.severity.as_str();
        let _ = writeln!(
            report,
            "    not found: {} {severity} line {line} «{underlined}»",
            mistake.code
        );
    }
    if is_served != must_be_served {
        let _ = writeln!(report, "    served: {is_served}");
    }
    Err(report)
}

fn headline(finding: &Diagnostic) -> &str {
    &finding.headline
}

fn is_expected(mistake: &Mistake, place: &(usize, String), finding: &Diagnostic) -> bool {
    let (start, underlined) = place;
    finding.code == mistake.code
        && finding.severity == mistake.severity
        && finding.primary.start == *start
        && finding.primary.end == start + underlined.len()
}

#[test]
fn many_mistakes_in_one_document_are_all_found() {
    let all = Judged::all();
    let mut most = 0;
    for (position, document) in all.corpus.iter().enumerate() {
        let together = beside_each_other(document);
        let (text, starts) = planted(&document.text, &together);
        let (read, checked) = all.with(position, &text);
        let missed: Vec<String> = together
            .iter()
            .zip(starts)
            .filter(|((_, mistake), start)| {
                let place = mistake.place(&text, *start).expect("a place");
                let mut found = checked.diagnostics.iter();
                !found.any(|finding| is_expected(mistake, &place, finding))
            })
            .map(|((_, mistake), _)| format!("{}:{} {}", document.name, mistake.line, mistake.code))
            .collect();
        let found: Vec<String> = checked
            .diagnostics
            .iter()
            .map(|finding| shown(&read, &text, finding))
            .collect();
        assert_eq!(
            missed,
            [] as [&str; 0],
            "of {} in\n{}",
            together.len(),
            found.join("\n")
        );
        assert!(together.is_empty() || checked.spec.is_none());
        most = most.max(together.len());
    }
    assert!(most >= 90, "{most}");
}

/// The mistakes that can stand in one document at once, by their places.
fn beside_each_other(document: &Good) -> Vec<(usize, Mistake)> {
    let mut together: Vec<(usize, Mistake)> = Vec::new();
    for mistake in document.mistakes() {
        let start = only(&document.text, &mistake.from).expect("a place");
        let end = start + mistake.from.len();
        let is_free = together
            .iter()
            .all(|(other, planted)| end <= *other || other + planted.from.len() <= start);
        if is_free && !mistake.alone {
            together.push((start, mistake));
        }
    }
    together.sort_by_key(|(start, _)| *start);
    together
}

/// The text with all of them, and where each replacement begins in it.
fn planted(text: &str, together: &[(usize, Mistake)]) -> (String, Vec<usize>) {
    let (mut planted, mut starts, mut done) = (String::new(), Vec::new(), 0);
    for (start, mistake) in together {
        planted.push_str(&text[done..*start]);
        starts.push(planted.len());
        planted.push_str(&mistake.replacement());
        done = start + mistake.from.len();
    }
    planted.push_str(&text[done..]);
    (planted, starts)
}
