//! A place for the files of a run, deleted with it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;

use super::guard::Guard;

/// A directory of our own under the temporary directory.
#[derive(Debug)]
pub(super) struct Place {
    path: PathBuf,
}

impl Place {
    /// A fresh one.
    ///
    /// # Errors
    /// It cannot be made.
    pub(super) fn new(guard: &Arc<Guard>) -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("specd-bench-{}", std::process::id()));
        std::fs::create_dir_all(&path)
            .with_context(|| format!("could not make `{}`", path.display()))?;
        guard.clear(&path);
        Ok(Self { path })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// A file in it, with these lines.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn lines(&self, name: &str, lines: &[String]) -> anyhow::Result<PathBuf> {
        anyhow::ensure!(
            !lines.is_empty(),
            "there is nothing to ask for: `{name}` is empty"
        );
        let file = self.path.join(name);
        let mut text = lines.join("\n");
        text.push('\n');
        std::fs::write(&file, text)?;
        Ok(file)
    }

    /// A folder in it that is empty.
    ///
    /// # Errors
    /// It cannot be made.
    pub(super) fn empty(&self, name: &str) -> anyhow::Result<PathBuf> {
        let folder = self.path.join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // What is left goes with the guard.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
