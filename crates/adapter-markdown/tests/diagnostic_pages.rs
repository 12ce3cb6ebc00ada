//! Every page under `docs/diagnostics/` is a test: its wrong example gives its code, its right one does not.
//!
//! A page has a heading `# SD0000: title`, words, and the headings *Wrong* and *Right* with fenced blocks of four backticks
//! tagged `markdown`. A block is an excerpt that is put into SPEC 0001 (see `pages/splice.rs`); one tagged
//! `markdown file=0002-x.md` is a whole document, and those below one heading are checked together.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "the pages and the base document are files of this project"
)]

#[path = "pages/splice.rs"]
mod splice;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use specd_adapter_markdown::MarkdownReader;
use specd_app::ports::documents::SpecReader as _;
use specd_domain::check::{Checked, check, check_together};
use specd_domain::{Code, Severity};

/// Codes whose examples no page can hold; the test that shows each of them stands beside it.
const SHOWN_ELSEWHERE: &[(&str, &str)] = &[
    ("SD0695", "specd-e2e: changes"),
    ("SD0696", "specd-e2e: changes"),
    ("SD0697", "specd-e2e: changes"),
];

struct Page {
    code: String,
    title: String,
    wrong: Vec<Block>,
    right: Vec<Block>,
}

struct Block {
    file: Option<String>,
    text: String,
}

#[test]
fn every_code_has_its_page_and_every_page_its_code() {
    let pages: BTreeSet<String> = pages().into_iter().map(|page| page.code).collect();
    let codes: BTreeSet<String> = Code::ALL.iter().map(|code| code.as_str().to_owned()).collect();
    assert_eq!(pages, codes);
}

#[test]
fn a_page_has_the_title_of_its_code() {
    for page in pages() {
        let code = Code::parse(&page.code).unwrap();
        assert_eq!(page.title, code.title(), "{code}");
    }
}

#[test]
fn a_wrong_example_gives_its_code_and_a_right_one_none() {
    let mut faults = String::new();
    for page in pages() {
        if SHOWN_ELSEWHERE.iter().any(|(code, _)| *code == page.code) {
            continue;
        }
        if page.wrong.is_empty() || page.right.is_empty() {
            writeln!(faults, "{}: a wrong and a right example", page.code).unwrap();
        }
        for documents in runs(&page.wrong) {
            match findings(&documents) {
                Ok(found) if found.iter().any(|(code, _)| *code == page.code) => {}
                Ok(found) => writeln!(faults, "{}: wrong gives {found:?}", page.code).unwrap(),
                Err(fault) => writeln!(faults, "{}: wrong: {fault}", page.code).unwrap(),
            }
        }
        for documents in runs(&page.right) {
            match findings(&documents) {
                Ok(found) => {
                    let is_wrong = |(code, severity): &&(String, Severity)| {
                        *code == page.code || *severity == Severity::Error
                    };
                    if let Some(fault) = found.iter().find(is_wrong) {
                        writeln!(faults, "{}: right gives {fault:?}", page.code).unwrap();
                    }
                }
                Err(fault) => writeln!(faults, "{}: right: {fault}", page.code).unwrap(),
            }
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

/// Whole documents are checked together, excerpts one by one.
fn runs(blocks: &[Block]) -> Vec<Vec<&Block>> {
    let (whole, excerpts): (Vec<&Block>, Vec<&Block>) =
        blocks.iter().partition(|block| block.file.is_some());
    let mut runs: Vec<Vec<&Block>> = excerpts.into_iter().map(|block| vec![block]).collect();
    if !whole.is_empty() {
        runs.push(whole);
    }
    runs
}

fn findings(blocks: &[&Block]) -> Result<Vec<(String, Severity)>, String> {
    let reader = MarkdownReader::new(Box::new(|_, target| !target.contains("missing")));
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let mut documents = Vec::new();
    let mut checked: Vec<Checked> = Vec::new();
    for block in blocks {
        let (path, text) = match &block.file {
            Some(file) => (file.clone(), block.text.clone()),
            None => ("0001-resource.md".to_owned(), splice::splice(&base(), &block.text)?),
        };
        let read = reader.read(&path, text.as_bytes());
        checked.push(check(&read.document, read.findings, today));
        documents.push(read.document);
    }
    check_together(&documents, &mut checked);
    Ok(checked
        .iter()
        .flat_map(|checked| &checked.diagnostics)
        .map(|finding| (finding.code.as_str().to_owned(), finding.severity))
        .collect())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn base() -> String {
    fs::read_to_string(root().join("docs/architecture/specs/0001-resource.md")).unwrap()
}

fn pages() -> Vec<Page> {
    let mut pages: Vec<Page> = fs::read_dir(root().join("docs/diagnostics"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("SD"))
        .map(|path| page(&path))
        .collect();
    pages.sort_by(|a, b| a.code.cmp(&b.code));
    pages
}

fn page(path: &Path) -> Page {
    let text = fs::read_to_string(path).unwrap();
    let code = path.file_stem().unwrap().to_string_lossy().into_owned();
    let heading = text.lines().next().unwrap_or_default();
    let title = heading
        .strip_prefix(&format!("# {code}: "))
        .unwrap_or_else(|| panic!("{code} does not begin with `# {code}: title`"));
    Page {
        title: title.to_owned(),
        wrong: blocks(&text, "## Wrong"),
        right: blocks(&text, "## Right"),
        code,
    }
}

/// The fenced blocks of four backticks below a heading.
fn blocks(text: &str, heading: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut is_below = false;
    let mut open: Option<Block> = None;
    for line in text.split_inclusive('\n') {
        if let Some(block) = &mut open {
            if line.trim_end() == "````" {
                blocks.extend(open.take());
            } else {
                block.text.push_str(line);
            }
        } else if line.starts_with("## ") {
            is_below = line.trim_end() == heading;
        } else if let Some(tag) = line.strip_prefix("````").filter(|_| is_below) {
            open = Some(Block {
                file: tag.trim().strip_prefix("markdown file=").map(str::to_owned),
                text: String::new(),
            });
        }
    }
    blocks
}
