//! One file, read with care: no more than a document may have, nothing but a regular file, no way out of its directory.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

/// The most bytes of a document.
pub const LARGEST_DOCUMENT: usize = 1 << 20;

/// The bytes of a document, or why they cannot be read; `None` where the file is not there any more. Of a file that is too large
/// one byte more than a document may have is read, so that the reader can say so.
pub(super) fn document(path: &Path) -> Option<Result<Vec<u8>, String>> {
    match bytes(path) {
        Ok(bytes) => Some(Ok(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !is_link(path) => None,
        Err(error) => Some(Err(in_words(&error))),
    }
}

/// Why a document of the directory `root` is not read, whatever it holds.
pub(super) fn refused(path: &Path, root: Option<&Path>) -> Option<String> {
    let is_outside = root.is_some_and(|root| leaves(path, root));
    is_outside.then(|| "it is a symbolic link that leads out of its directory".to_owned())
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is where the port `SpecSource` reads"
)]
fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    // Asked first: opening a pipe would wait for its other end.
    if !fs::metadata(path)?.is_file() {
        let kind = if fs::metadata(path)?.is_dir() {
            "it is a directory"
        } else {
            "it is no regular file"
        };
        return Err(io::Error::other(kind));
    }
    let limit = u64::try_from(LARGEST_DOCUMENT).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink())
}

/// Whether a symbolic link leads out of its directory. One that stays inside is how some systems mount files.
fn leaves(path: &Path, root: &Path) -> bool {
    if !is_link(path) {
        return false;
    }
    match (fs::canonicalize(path), fs::canonicalize(root)) {
        (Ok(path), Ok(root)) => !path.starts_with(root),
        // A link to nothing is reported when it is read.
        _ => false,
    }
}

/// An error of the system as a person says it.
pub(super) fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}
