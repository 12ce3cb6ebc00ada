//! Feeds the readers with random changes of good documents for as long as is asked, and tells of panics and of the slowest input.
//!
//! ```sh
//! cargo run --release -p specd-adapter-markdown --example soak -- reader 600
//! ```
//!
//! `again FILE` reads one document once more and tells how long each step took. Else the first argument is `reader` (whole documents, read, judged and written out), `ddl` (documents whose `sql` block changes) or `body`
//! (records of the documents); the second how many seconds it takes; the third, where it is given, a seed. The input that is being read
//! is in the file that is named at the start: after an abort it is the one to look at. It ends with 1 where there was a panic, or an
//! input took longer than a second.
#![expect(
    clippy::disallowed_methods,
    reason = "a tool that writes the inputs that it tried"
)]

mod mutate;
mod words;

use std::fs;
use std::hint::black_box;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, Utc};
use specd_adapter_markdown::render::{FileFindings, Format, Style, render};
use specd_adapter_markdown::{MarkdownReader, TEMPLATE};
use specd_app::ports::documents::SpecReader;
use specd_domain::Spec;
use specd_domain::body::{self, Completeness};
use specd_domain::check::{Checked, check, check_together};
use specd_domain::endpoint::Operation;
use specd_domain::spec::records::RecordValidator;
use specd_domain::validate::Stamp;

use mutate::{Random, mutated};
use words::{JSON, MARKDOWN, SQL};

const DOCUMENTS: [&str; 9] = [
    TEMPLATE,
    include_str!("../../../../docs/architecture/specs/0001-resource.md"),
    include_str!("../../tests/reading/library.md"),
    include_str!("../../tests/planted/good/0101-library-loans.md"),
    include_str!("../../tests/planted/good/0102-clinic-appointments.md"),
    include_str!("../../tests/planted/good/0103-warehouse-shipments.md"),
    include_str!("../../tests/planted/good/0104-meter-readings.md"),
    include_str!("../../tests/planted/good/0105-courses.md"),
    include_str!("../../tests/planted/good/0106-enrolments.md"),
];

const LARGEST: usize = 1_048_576;

fn main() -> io::Result<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    let mode = arguments.next().unwrap_or_else(|| "reader".to_owned());
    if mode == "again" {
        return again(arguments.next().unwrap_or_default().as_ref());
    }
    let mut number = || arguments.next().and_then(|text| text.parse::<u64>().ok());
    let (seconds, seed) = (number().unwrap_or(60), number().unwrap_or(0x5eed));
    let directory = std::env::temp_dir().join(format!("specd-soak-{mode}-{}", std::process::id()));
    fs::create_dir_all(&directory)?;
    let soak = Soak {
        random: Random::new(seed),
        limit: Duration::from_secs(seconds),
        directory,
        told: Told::default(),
    };
    println!(
        "{mode}: {seconds} seconds, seed {seed}, in {}",
        soak.directory.display()
    );
    let specs: Vec<Spec> = DOCUMENTS.iter().filter_map(|text| spec_of(text)).collect();
    let told = match mode.as_str() {
        "reader" => soak.run(whole, &|bytes| judge(bytes))?,
        "ddl" => soak.run(schema, &|bytes| judge(bytes))?,
        "body" => {
            let bodies = bodies();
            let ready = |spec| Some((spec, RecordValidator::new(spec).ok()?));
            let validators: Vec<_> = specs.iter().filter_map(ready).collect();
            let new = |random: &mut Random| record(random, &bodies);
            soak.run(new, &|bytes| validate(&validators, bytes))?
        }
        _ => {
            eprintln!("expected `reader`, `ddl` or `body`");
            return Ok(ExitCode::from(2));
        }
    };
    println!("{told}");
    Ok(if told.is_fine() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Reads one document, step by step.
fn again(path: &Path) -> io::Result<ExitCode> {
    let bytes = fs::read(path)?;
    let begun = Instant::now();
    let read = reader().read("0101-soak.md", &bytes);
    println!("read after {:?}", begun.elapsed());
    let today = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap_or_default();
    let checked = check(&read.document, read.findings, today);
    println!("checked after {:?}", begun.elapsed());
    let mut all = [checked];
    check_together(&[read.document], &mut all);
    println!("checked together after {:?}", begun.elapsed());
    let [checked] = &all;
    let files = [FileFindings {
        path: "0101-soak.md",
        text: &bytes,
        diagnostics: &checked.diagnostics,
    }];
    for format in Format::ALL {
        let written = render(format, &files, Style::default());
        println!(
            "{} findings as {} bytes of {} after {:?}",
            checked.diagnostics.len(),
            written.len(),
            format.as_str(),
            begun.elapsed()
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// What was seen.
#[derive(Default)]
struct Told {
    inputs: u64,
    bytes: u64,
    panics: u64,
    accepted: u64,
    slowest: Duration,
    slowest_size: usize,
}

impl Told {
    fn is_fine(&self) -> bool {
        self.panics == 0 && self.slowest < Duration::from_secs(1)
    }
}

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} inputs, {} MiB, {} accepted, {} panics; the slowest took {:?} ({} bytes)",
            self.inputs,
            self.bytes / 1_048_576,
            self.accepted,
            self.panics,
            self.slowest,
            self.slowest_size
        )
    }
}

struct Soak {
    random: Random,
    limit: Duration,
    directory: PathBuf,
    told: Told,
}

impl Soak {
    /// Makes inputs and tries them until the time is over. `attempt` says whether the input was accepted.
    fn run(
        mut self,
        new: impl Fn(&mut Random) -> Vec<u8>,
        attempt: &dyn Fn(&[u8]) -> bool,
    ) -> io::Result<Told> {
        let since = Instant::now();
        while since.elapsed() < self.limit {
            let input = new(&mut self.random);
            let last = self.directory.join("last");
            fs::write(&last, &input)?;
            let begun = Instant::now();
            let outcome = catch_unwind(AssertUnwindSafe(|| attempt(&input)));
            let took = begun.elapsed();
            self.told.inputs += 1;
            self.told.bytes += u64::try_from(input.len()).unwrap_or_default();
            if let Ok(is_accepted) = outcome {
                self.told.accepted += u64::from(is_accepted);
            } else {
                self.told.panics += 1;
                self.keep(&last, &format!("panic-{}", self.told.panics))?;
            }
            if took > self.told.slowest {
                self.told.slowest = took;
                self.told.slowest_size = input.len();
                self.keep(&last, "slowest")?;
            }
        }
        Ok(self.told)
    }

    fn keep(&self, last: &Path, name: &str) -> io::Result<()> {
        let kept = self.directory.join(name);
        fs::copy(last, &kept)?;
        if name != "slowest" {
            println!("a panic: {}", kept.display());
        }
        Ok(())
    }
}

fn any_document<'a>(random: &mut Random) -> &'a str {
    random.one_of(&DOCUMENTS).copied().unwrap_or(TEMPLATE)
}

/// A document with changes anywhere.
fn whole(random: &mut Random) -> Vec<u8> {
    let (text, other) = (any_document(random), any_document(random));
    mutated(
        random,
        text.as_bytes(),
        other.as_bytes(),
        &MARKDOWN,
        LARGEST,
    )
}

/// A document with changes in its `sql` block.
fn schema(random: &mut Random) -> Vec<u8> {
    let (text, other) = (any_document(random), any_document(random));
    let Some((before, block, behind)) = block_of(text, "sql") else {
        return text.as_bytes().to_vec();
    };
    let lent = block_of(other, "sql").map_or("", |(_, block, _)| block);
    let largest = LARGEST - before.len() - behind.len();
    let block = mutated(random, block.as_bytes(), lent.as_bytes(), &SQL, largest);
    [before.as_bytes(), &block, behind.as_bytes()].concat()
}

/// What stands before the first block of a language, the block, and what stands behind it.
fn block_of<'t>(text: &'t str, language: &str) -> Option<(&'t str, &'t str, &'t str)> {
    ["```", "~~~"].iter().find_map(|fence| {
        let opening = text.find(&format!("{fence}{language}\n"))?;
        let start = opening + fence.len() + language.len() + 1;
        let length = text.get(start..)?.find(fence)?;
        let (before, rest) = text.split_at(start);
        let (block, behind) = rest.split_at(length);
        Some((before, block, behind))
    })
}

fn bodies() -> Vec<&'static str> {
    DOCUMENTS
        .iter()
        .filter_map(|text| Some(block_of(text, "json")?.1))
        .collect()
}

/// A record with changes.
fn record(random: &mut Random, bodies: &[&str]) -> Vec<u8> {
    let text = random.one_of(bodies).copied().unwrap_or("{}");
    let other = random.one_of(bodies).copied().unwrap_or("{}");
    mutated(random, text.as_bytes(), other.as_bytes(), &JSON, LARGEST)
}

fn reader() -> MarkdownReader {
    MarkdownReader::new(Box::new(|_, _| true))
}

fn checked(bytes: &[u8]) -> (specd_domain::Document, Checked) {
    let read = reader().read("0101-soak.md", bytes);
    let today = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap_or_default();
    let checked = check(&read.document, read.findings, today);
    (read.document, checked)
}

fn spec_of(text: &str) -> Option<Spec> {
    let number = text.get(7..11)?;
    let read = reader().read(&format!("{number}-soak.md"), text.as_bytes());
    let today = NaiveDate::from_ymd_opt(2026, 6, 1)?;
    check(&read.document, read.findings, today).spec
}

/// Reads, judges and writes out in one of the formats; whether the document could be served.
fn judge(bytes: &[u8]) -> bool {
    let (document, checked) = checked(bytes);
    let mut all = [checked];
    check_together(&[document], &mut all);
    let [checked] = &all;
    let files = [FileFindings {
        path: "0101-soak.md",
        text: bytes,
        diagnostics: &checked.diagnostics,
    }];
    let format = Format::ALL.get(bytes.len() % Format::ALL.len());
    black_box(render(
        format.copied().unwrap_or_default(),
        &files,
        Style::default(),
    ));
    checked.spec.is_some()
}

/// Reads a record for every endpoint with a body of one of the specs, and judges it by the rules; whether it is taken.
fn validate(validators: &[(&Spec, RecordValidator<'_>)], bytes: &[u8]) -> bool {
    let chosen = bytes.len() % validators.len().max(1);
    let Some((spec, validator)) = validators.get(chosen) else {
        return false;
    };
    let with_body = spec.endpoints.iter();
    for endpoint in with_body.filter(|endpoint| endpoint.operation.has_body()) {
        let completeness = match endpoint.operation {
            Operation::Patch => Completeness::Partial,
            _ => Completeness::Whole,
        };
        let read = body::read(bytes, &endpoint.request, &spec.table, completeness);
        black_box(read.is_ok());
    }
    let mut random = || [7_u8; 16];
    let mut stamp = Stamp {
        now: DateTime::<Utc>::UNIX_EPOCH,
        random: &mut random,
    };
    let row = validator.validate_json(Operation::Create, bytes, &mut stamp);
    row.is_ok()
}
