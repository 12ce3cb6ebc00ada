//! Following the documents: a change on disk becomes a new catalog, or a word on why not.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use specd_adapter_markdown::MarkdownReader;
use specd_adapter_markdown::files::{Watch, watch};
use specd_app::catalog::{Catalog, CurrentCatalog};
use specd_app::ports::documents::SpecSource;
use specd_app::ports::store::StoreError;
use specd_app::specs::{FileReport, LoadError, LoadMemory, LoadPorts, Loaded, Outcome, load};
use tokio::sync::{Mutex, Notify};

use super::progress::Progress;
use super::told::Told;
use super::{announce, documents, findings, wait};
use crate::stores::Stores;
use crate::system::SystemClock;

/// Loads the documents of this process, again and again.
pub(crate) struct Loader {
    source: Box<dyn SpecSource>,
    reader: MarkdownReader,
    stores: Stores,
    preview: bool,
    progress: Progress,
    memory: Mutex<LoadMemory>,
}

impl Loader {
    pub(crate) fn new(source: Box<dyn SpecSource>, stores: &Stores, preview: bool) -> Self {
        Self {
            source,
            reader: documents::reader(),
            stores: stores.clone(),
            preview,
            progress: Progress::default(),
            memory: Mutex::default(),
        }
    }

    async fn load(&self) -> Result<Loaded, LoadError> {
        let ports = LoadPorts {
            source: &*self.source,
            reader: &self.reader,
            revisions: &*self.stores.revisions,
            progress: &self.progress,
            clock: &SystemClock,
        };
        load(ports, self.preview, &mut *self.memory.lock().await).await
    }

    /// Loads, again while the database is away.
    ///
    /// # Errors
    /// The source cannot be read, or the database refuses us.
    pub(crate) async fn load_when_possible(&self) -> Result<Loaded, LoadError> {
        wait::while_away("load the documents", store_error, async || {
            self.load().await
        })
        .await
    }
}

fn store_error(error: &LoadError) -> Option<&StoreError> {
    match error {
        LoadError::Store(error) => Some(error),
        LoadError::Source(_) => None,
    }
}

/// Changes on disk, as they come.
pub(crate) struct Changes {
    changed: Arc<Notify>,
    /// Watches as long as it lives; none for a document that is built in.
    _watch: Option<Watch>,
}

/// Begins to watch, so that no change after this moment is missed.
///
/// # Errors
/// The directory cannot be watched.
pub(crate) fn changes(directory: Option<&Path>) -> Result<Changes> {
    let changed = Arc::new(Notify::new());
    let notified = Arc::clone(&changed);
    let watch = directory
        .map(|directory| watch(directory, Box::new(move || notified.notify_one())))
        .transpose()?;
    Ok(Changes {
        changed,
        _watch: watch,
    })
}

/// Follows the changes for ever. What cannot be loaded leaves everything as it is.
pub(crate) async fn follow(
    loader: &Loader,
    mut before: Loaded,
    catalog: &CurrentCatalog,
    changes: Changes,
    told: &Told,
) -> Result<()> {
    loop {
        changes.changed.notified().await;
        match loader.load_when_possible().await {
            Ok(after) => {
                if after != before {
                    catalog.swap(Catalog::new(after.served(&catalog.load())));
                    tell(&before, &after, told);
                    before = after;
                }
            }
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "could not load the documents again; serving goes on as it was"
                );
            }
        }
    }
}

fn by_path(loaded: &Loaded) -> HashMap<&str, &FileReport> {
    let files = loaded.files.iter();
    files.map(|file| (&*file.path, file)).collect()
}

/// Says what became of each document that changed.
fn tell(before: &Loaded, after: &Loaded, told: &Told) {
    let known = by_path(before);
    let changed: Vec<&FileReport> = after
        .files
        .iter()
        .filter(|file| known.get(&*file.path) != Some(file))
        .collect();
    findings::show_news(changed.iter().copied(), &known);
    for file in changed {
        told.line(format!(
            "{}: {}",
            file.path,
            announce::became(&file.outcome)
        ));
    }
    let there = by_path(after);
    for gone in &before.files {
        if !there.contains_key(&*gone.path) {
            told.line(match &gone.outcome {
                Outcome::Served { spec, .. } | Outcome::Kept { spec, .. } => format!(
                    "{}: it is gone; SPEC {} is no longer served",
                    gone.path, spec.number
                ),
                Outcome::NotServed(_) => format!("{}: it is gone", gone.path),
            });
        }
    }
}
