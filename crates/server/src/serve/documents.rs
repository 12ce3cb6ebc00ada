//! Which documents are served: a directory, or the SPEC 0001 that is built into the binary.

use std::path::{Path, PathBuf};

use specd_adapter_markdown::MarkdownReader;
use specd_adapter_markdown::files::{BuiltIn, SpecDirectory};
use specd_app::ports::documents::SpecSource;

/// Where documents lie when nothing is said.
pub(crate) const DEFAULT_DIRECTORY: &str = "docs/architecture/specs";

const BUILT_IN_PATH: &str = "built-in/0001-resource.md";
const BUILT_IN: &str = include_str!("../../../../docs/architecture/specs/0001-resource.md");

/// The documents of this process.
pub(crate) struct Documents {
    /// Where they come from.
    pub(crate) source: Box<dyn SpecSource>,
    /// The directory to watch; `None` for the built-in document.
    pub(crate) directory: Option<PathBuf>,
}

/// The directory that was asked for, else the default one where it is there, else the built-in document.
pub(crate) fn documents(asked: Option<&Path>) -> Documents {
    let default = Path::new(DEFAULT_DIRECTORY);
    match asked.or_else(|| default.is_dir().then_some(default)) {
        Some(directory) => Documents {
            source: Box::new(SpecDirectory::new(directory)),
            directory: Some(directory.to_owned()),
        },
        None => Documents {
            source: Box::new(BuiltIn::new(&[(BUILT_IN_PATH, BUILT_IN)])),
            directory: None,
        },
    }
}

/// The reader of documents; whether a relative link leads to a file is looked up on disk.
pub(crate) fn reader() -> MarkdownReader {
    MarkdownReader::new(Box::new(|document, target| {
        if document == BUILT_IN_PATH {
            // Its links lead to the project's own documents, which are not on this disk.
            return true;
        }
        Path::new(document)
            .parent()
            .is_some_and(|directory| directory.join(target).exists())
    }))
}
