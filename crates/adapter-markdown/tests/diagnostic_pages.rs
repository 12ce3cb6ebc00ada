//! Every page under `docs/diagnostics/` is a test: its wrong example gives its code, its right one does not.
//!
//! A page has a heading `# SD0000: title`, words, and the headings *Wrong* and *Right* with fenced blocks of four backticks.
//! The language tag of a block says what it is:
//!
//! | tag | the block is |
//! |---|---|
//! | `markdown` | an excerpt that is put into SPEC 0001 (see `pages/splice.rs`) |
//! | `markdown as=loans.md` | the same, under another file name |
//! | `markdown latin1` | the same, saved in ISO 8859-1 |
//! | `markdown file=0002-x.md` | a whole document; those below one heading are checked together |
//!
//! `docs/diagnostics/README.md` has a table of all codes: `SPECD_REFRESH=1 cargo test -p specd-adapter-markdown --test
//! diagnostic_pages` writes it.
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

/// Codes whose examples no page can hold; the file and the test that show each of them.
const SHOWN_ELSEWHERE: &[(Code, &str, &str)] = &[
    (
        Code::DocumentTooLarge,
        "crates/adapter-markdown/src/source.rs",
        "a_document_of_more_than_a_mebibyte_is_refused",
    ),
    (
        Code::FlowStepMissing,
        "tests/tests/traces/flow.rs",
        "a_step_that_never_happens_is_told_at_its_line",
    ),
    (
        Code::FlowStepOutOfOrder,
        "tests/tests/traces/flow.rs",
        "a_step_out_of_order_is_told_with_the_other",
    ),
    (
        Code::FlowStepUnreached,
        "tests/tests/traces/flow.rs",
        "a_refused_request_tells_what_was_not_reached",
    ),
    (
        Code::ChangeNotAdditive,
        "tests/tests/changes.rs",
        "a_change_that_is_not_applied_by_itself_is_refused",
    ),
    (
        Code::TableNotOurs,
        "tests/tests/changes.rs",
        "a_table_that_is_not_the_documents_is_left_alone",
    ),
    (
        Code::ChangeRefusedByDatabase,
        "tests/tests/changes.rs",
        "a_change_that_the_database_refuses_is_told_at_the_table",
    ),
];

/// The document that excerpts are put into.
const BASE: &str = "0001-resource.md";

/// Where the table of all codes stands in the README.
const TABLE: (&str, &str) = ("<!-- codes -->\n", "<!-- /codes -->");

struct Page {
    code: String,
    title: String,
    wrong: Vec<Block>,
    right: Vec<Block>,
}

struct Block {
    form: Form,
    text: String,
}

/// What a block is.
#[derive(Clone, Debug, PartialEq)]
enum Form {
    /// An excerpt, under the name of the base document or another.
    Excerpt(Option<String>),
    /// An excerpt in ISO 8859-1.
    Latin1,
    /// A whole document of this name.
    Whole(String),
}

impl Form {
    fn of(tag: &str) -> Option<Self> {
        match tag.split_once(' ') {
            None => (tag == "markdown").then_some(Self::Excerpt(None)),
            Some(("markdown", "latin1")) => Some(Self::Latin1),
            Some(("markdown", option)) => match option.split_once('=')? {
                ("as", name) => Some(Self::Excerpt(Some(name.to_owned()))),
                ("file", name) => Some(Self::Whole(name.to_owned())),
                _ => None,
            },
            Some(_) => None,
        }
    }

    const fn is_whole(&self) -> bool {
        matches!(self, Self::Whole(_))
    }
}

#[test]
fn every_code_has_its_page_and_every_page_its_code() {
    let pages: BTreeSet<String> = pages().into_iter().map(|page| page.code).collect();
    let codes: BTreeSet<String> = Code::ALL
        .iter()
        .map(|code| code.as_str().to_owned())
        .collect();
    assert_eq!(pages, codes);
}

#[test]
fn what_no_page_can_show_is_shown_by_a_test() {
    for (code, file, test) in SHOWN_ELSEWHERE {
        let text = fs::read_to_string(root().join(file)).unwrap();
        let (_, body) = text
            .split_once(&format!("fn {test}("))
            .unwrap_or_else(|| panic!("{file} has no test `{test}`"));
        let body = body.split("\n#[test]").next().unwrap();
        let names = [code.as_str().to_owned(), format!("Code::{code:?}")];
        assert!(
            names.iter().any(|name| body.contains(name)),
            "{file}: {test} does not speak of {code}"
        );
    }
}

#[test]
fn the_table_of_all_codes_is_complete() {
    let path = root().join("docs/diagnostics/README.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(TABLE.0).unwrap();
    let (_, after) = rest.split_once(TABLE.1).unwrap();
    let whole = format!("{before}{}{}{}{after}", TABLE.0, table(), TABLE.1);
    if std::env::var_os("SPECD_REFRESH").is_some() {
        fs::write(&path, &whole).unwrap();
    }
    assert!(
        whole == text || std::env::var_os("SPECD_REFRESH").is_some(),
        "the codes have changed: SPECD_REFRESH=1 cargo test -p specd-adapter-markdown --test diagnostic_pages"
    );
}

fn table() -> String {
    let mut table = String::from("| code | title |\n|---|---|\n");
    for code in Code::ALL {
        writeln!(table, "| [{code}]({code}.md) | {} |", code.title()).unwrap();
    }
    table
}

fn is_shown_elsewhere(page: &str) -> bool {
    SHOWN_ELSEWHERE
        .iter()
        .any(|(code, _, _)| code.as_str() == page)
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
        if is_shown_elsewhere(&page.code) {
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
        blocks.iter().partition(|block| block.form.is_whole());
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
        let (path, bytes) = saved(block)?;
        let read = reader.read(&path, &bytes);
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

/// The name and the bytes of the file that a block makes.
fn saved(block: &Block) -> Result<(String, Vec<u8>), String> {
    let base = || splice::splice(&base(), &block.text);
    Ok(match &block.form {
        Form::Whole(name) => (name.clone(), block.text.clone().into_bytes()),
        Form::Excerpt(Some(name)) => (name.clone(), base()?.into_bytes()),
        Form::Excerpt(None) => (BASE.to_owned(), base()?.into_bytes()),
        Form::Latin1 => (BASE.to_owned(), latin1(&base()?)?),
    })
}

fn latin1(text: &str) -> Result<Vec<u8>, String> {
    text.chars()
        .map(|c| u8::try_from(c).map_err(|_| format!("`{c}` is not in ISO 8859-1")))
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn base() -> String {
    fs::read_to_string(root().join("docs/architecture/specs").join(BASE)).unwrap()
}

fn pages() -> Vec<Page> {
    let mut pages: Vec<Page> = fs::read_dir(root().join("docs/diagnostics"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with("SD")
        })
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
                form: Form::of(tag.trim())
                    .unwrap_or_else(|| panic!("{heading}: `{tag}` is no tag")),
                text: String::new(),
            });
        }
    }
    blocks
}
