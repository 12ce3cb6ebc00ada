//! Documents on disk and in the binary. The one place of this crate that reads files.
//!
//! In a directory the documents are the files `NNNN….md`: four digits, anything, `.md`. Other files and directories below it are
//! left alone; a directory of such a name is refused like any other document that cannot be read. A file that is named itself is a document whatever its name.

mod known;
mod read;
mod watch;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use specd_app::ports::documents::{SourceError, SourceFile, SpecSource};

use self::known::Known;

pub use self::read::LARGEST_DOCUMENT;
pub use self::watch::{Watch, watch};

/// The documents in directories and files.
#[derive(Debug)]
pub struct SpecDirectory {
    places: Vec<PathBuf>,
    /// What was read of files that may not have changed.
    known: Mutex<Known>,
}

impl SpecDirectory {
    /// The documents of one directory, or one file.
    pub fn new(place: impl Into<PathBuf>) -> Self {
        Self::of([place])
    }

    /// The documents of several directories and files; one that is reached twice is read once.
    pub fn of(places: impl IntoIterator<Item = impl Into<PathBuf>>) -> Self {
        Self {
            places: places.into_iter().map(Into::into).collect(),
            known: Mutex::default(),
        }
    }
}

impl SpecSource for SpecDirectory {
    fn documents(&self) -> Result<Vec<SourceFile>, SourceError> {
        let now = now();
        let mut seen = BTreeSet::new();
        let mut files = Vec::new();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kept = Known::default();
        for place in &self.places {
            for path in documents_of(place)? {
                if !seen.insert(path.clone()) {
                    continue;
                }
                let root = if path == *place {
                    None
                } else {
                    Some(place.as_path())
                };
                // A file that went away since the directory was listed is no document any more.
                if let Some(bytes) = known.document(&path, root, now, &mut kept) {
                    files.push(SourceFile {
                        path: shown(&path),
                        bytes,
                    });
                }
            }
        }
        *known = kept;
        files.sort_by(|left, right| left.path.cmp(&right.path));
        Ok(files)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "files have the time of the system, whatever the port `Clock` says"
)]
fn now() -> SystemTime {
    SystemTime::now()
}

/// The paths of the documents at a place, sorted.
fn documents_of(place: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let failed = |error: &std::io::Error| SourceError {
        place: shown(place),
        reason: read::in_words(error),
    };
    let metadata = fs::metadata(place).map_err(|error| failed(&error))?;
    if !metadata.is_dir() {
        return Ok(vec![place.to_owned()]);
    }
    let mut paths = Vec::new();
    for entry in fs::read_dir(place).map_err(|error| failed(&error))? {
        let entry = entry.map_err(|error| failed(&error))?;
        let path = entry.path();
        if is_document(&path) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Whether a file of this name in a directory is a document.
fn is_document(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return false;
    };
    let has_number = name.len() > 4 && name.bytes().take(4).all(|byte| byte.is_ascii_digit());
    let is_markdown = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("md"));
    has_number && is_markdown
}

/// A path as the user would write it.
fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Documents that are compiled into the binary, each with its path.
#[derive(Clone, Copy, Debug)]
pub struct BuiltIn {
    documents: &'static [(&'static str, &'static str)],
}

impl BuiltIn {
    /// The documents, each as its path and its text.
    pub const fn new(documents: &'static [(&'static str, &'static str)]) -> Self {
        Self { documents }
    }
}

impl SpecSource for BuiltIn {
    fn documents(&self) -> Result<Vec<SourceFile>, SourceError> {
        let mut files: Vec<SourceFile> = self
            .documents
            .iter()
            .map(|(path, text)| SourceFile {
                path: (*path).to_owned(),
                bytes: Ok(text.as_bytes().into()),
            })
            .collect();
        files.sort_by(|left, right| left.path.cmp(&right.path));
        Ok(files)
    }
}
