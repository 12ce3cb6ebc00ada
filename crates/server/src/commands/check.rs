//! `specd check`: every mistake of documents, written for people or tools.

mod against;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Result, bail};
use specd_adapter_markdown::files::SpecDirectory;
use specd_adapter_markdown::render::flow::{self, ComparedRequest};
use specd_adapter_markdown::render::{FileFindings, Style, github, json, sarif, text};
use specd_app::ports::clock::Clock as _;
use specd_app::ports::documents::{SpecReader as _, SpecSource as _};
use specd_domain::check::{Checked, check, check_together};
use specd_domain::diagnostic::has_errors;

use crate::cli::{CheckArguments, Format};
use crate::out;
use crate::serve;
use crate::system::SystemClock;

/// The documents have errors.
pub(crate) const ERRORS: u8 = 1;

/// Checks and writes what was found to standard output. A file that cannot be read hides nothing of the others.
pub(crate) fn run(arguments: &CheckArguments) -> Result<ExitCode> {
    let trace = arguments.against_trace.as_deref();
    let recorded = trace.map(against::read).transpose()?;
    let (mut asked, unreadable) = check_readable(&arguments.paths)?;
    let against = recorded.map(|recorded| against::compare(&mut asked, &recorded));
    let findings: Vec<FileFindings<'_>> = asked.iter().map(CheckedFile::findings).collect();
    let shown = against.as_ref().map(|against| against.shown(&asked));
    write(&findings, shown.as_deref(), arguments.format)?;
    if let Some(against) = &against {
        against.ensure_compared(trace)?;
    }
    if !unreadable.is_empty() {
        bail!("{}", unreadable.join("\nerror: "));
    }
    let is_wrong = asked
        .iter()
        .any(|file| has_errors(&file.checked.diagnostics));
    Ok(if is_wrong {
        ExitCode::from(ERRORS)
    } else {
        ExitCode::SUCCESS
    })
}

/// A document and what was found in it.
pub(crate) struct CheckedFile {
    pub(crate) path: String,
    pub(crate) bytes: Arc<[u8]>,
    pub(crate) checked: Checked,
}

impl CheckedFile {
    /// What the renderers take.
    pub(crate) fn findings(&self) -> FileFindings<'_> {
        FileFindings {
            path: &self.path,
            text: &self.bytes,
            diagnostics: &self.checked.diagnostics,
        }
    }
}

/// Checks the documents of these paths. The documents beside a single file are read too, since it may refer to their
/// tables; nothing is said of them.
///
/// # Errors
/// A path or a file of it cannot be read, or there is no document: mistakes would go unseen.
pub(crate) fn check_paths(paths: &[PathBuf]) -> Result<Vec<CheckedFile>> {
    let (checked, unreadable) = check_readable(paths)?;
    match unreadable.into_iter().next() {
        Some(first) => bail!(first),
        None => Ok(checked),
    }
}

/// The same; the files that cannot be read are told beside the others, each in a line.
fn check_readable(paths: &[PathBuf]) -> Result<(Vec<CheckedFile>, Vec<String>)> {
    let default = [PathBuf::from(serve::DEFAULT_DIRECTORY)];
    let asked = if paths.is_empty() {
        &default[..]
    } else {
        paths
    };
    let mut files: BTreeMap<String, (Arc<[u8]>, bool)> = BTreeMap::new();
    let mut unreadable = Vec::new();
    for path in asked {
        for file in SpecDirectory::new(path).documents()? {
            match file.bytes {
                Ok(bytes) => {
                    files.insert(file.path, (bytes, true));
                }
                Err(reason) => {
                    unreadable.push(format!("could not read `{}`: {reason}", file.path));
                }
            }
        }
    }
    if files.is_empty() && unreadable.is_empty() {
        bail!(
            "there is no document named like `0001-orders.md` here; `specd new TITLE` begins one"
        );
    }
    add_those_beside(asked, &mut files);
    Ok((check_all(files), unreadable))
}

fn add_those_beside(asked: &[PathBuf], files: &mut BTreeMap<String, (Arc<[u8]>, bool)>) {
    let directories: BTreeSet<&Path> = asked
        .iter()
        .filter(|path| path.is_file())
        .filter_map(|path| path.parent())
        .collect();
    if directories.is_empty() {
        return;
    }
    let asked: HashSet<PathBuf> = files
        .keys()
        .filter_map(|path| Path::new(path).canonicalize().ok())
        .collect();
    let beside = directories.into_iter().flat_map(|directory| {
        let directory = if directory.as_os_str().is_empty() {
            Path::new(".")
        } else {
            directory
        };
        SpecDirectory::new(directory)
            .documents()
            .unwrap_or_default()
    });
    for file in beside {
        let is_asked = Path::new(&file.path)
            .canonicalize()
            .is_ok_and(|place| asked.contains(&place));
        if let (false, Ok(bytes)) = (is_asked, file.bytes) {
            files.entry(file.path).or_insert((bytes, false));
        }
    }
}

fn check_all(files: BTreeMap<String, (Arc<[u8]>, bool)>) -> Vec<CheckedFile> {
    let reader = serve::reader();
    let today = SystemClock.now().date_naive();
    let (documents, mut checked): (Vec<_>, Vec<_>) = files
        .iter()
        .map(|(path, (bytes, _))| {
            let read = reader.read(path, bytes);
            let checked = check(&read.document, read.findings, today);
            (read.document, checked)
        })
        .unzip();
    check_together(&documents, &mut checked);
    files
        .into_iter()
        .zip(checked)
        .filter(|((_, (_, is_asked)), _)| *is_asked)
        .map(|((path, (bytes, _)), checked)| CheckedFile {
            path,
            bytes,
            checked,
        })
        .collect()
}

fn write(
    findings: &[FileFindings<'_>],
    compared: Option<&[ComparedRequest<'_>]>,
    format: Format,
) -> Result<()> {
    let style = Style {
        colour: io::stdout().is_terminal(),
    };
    out::write(&match format {
        Format::Text => {
            let requests = compared.map(flow::text).unwrap_or_default();
            requests + &text::render(findings, style)
        }
        Format::Json => json::render_with(findings, compared),
        Format::Sarif => sarif::render(findings),
        Format::Github => github::render(findings),
    })
}
