//! Changes of documents, noticed within a second.
//!
//! The system's notices come first. Twice a second the place is also looked at: that notices what no notice tells, such as a
//! directory that went away and came back, a file system without notices, or a link that was turned.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, SystemTime};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use specd_app::ports::documents::SourceError;

use super::{documents_of, is_document, shown};

/// How long it must be quiet before a change is told: an editor writes in several steps.
const QUIET: Duration = Duration::from_millis(100);
/// How many quiet times a change may wait at most.
const PATIENCE: usize = 4;
/// How often the place is looked at without a notice.
const GLANCE: Duration = Duration::from_millis(500);

/// A watch; dropping it ends it.
#[derive(Debug)]
pub struct Watch {
    signals: Sender<Signal>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        // Where the thread is gone already, there is nothing to end.
        let _ = self.signals.send(Signal::Stop);
    }
}

#[derive(Debug)]
enum Signal {
    /// A document may have changed: look.
    Look,
    /// A document has changed.
    Changed,
    Stop,
}

/// Calls `on_change` after every change of the documents at `path`, a directory or a file, on a thread of its own.
///
/// # Errors
/// The place is not there, or no thread can be started.
pub fn watch(path: &Path, on_change: Box<dyn Fn() + Send>) -> Result<Watch, SourceError> {
    documents_of(path)?;
    let (signals, received) = channel();
    let mut watcher = Watcher {
        path: path.to_owned(),
        seen: Seen::of(path),
        notices: None,
        signals: signals.clone(),
    };
    watcher.listen();
    thread::Builder::new()
        .name("spec-watch".to_owned())
        .spawn(move || watcher.run(&received, &on_change))
        .map_err(|error| SourceError {
            place: shown(path),
            reason: format!("could not watch it: {error}"),
        })?;
    Ok(Watch { signals })
}

struct Watcher {
    path: PathBuf,
    seen: Seen,
    /// The system's notices, where there are any, and the directory they are about.
    notices: Option<(RecommendedWatcher, Identity)>,
    signals: Sender<Signal>,
}

impl Watcher {
    fn run(mut self, received: &Receiver<Signal>, on_change: &dyn Fn()) {
        loop {
            let mut changed = match received.recv_timeout(GLANCE) {
                Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Ok(signal) => {
                    let Some(changed) = settle(received) else {
                        return;
                    };
                    changed || matches!(signal, Signal::Changed)
                }
                Err(RecvTimeoutError::Timeout) => false,
            };
            self.listen();
            let now = Seen::of(&self.path);
            changed |= now != self.seen;
            self.seen = now;
            if changed {
                on_change();
            }
        }
    }

    /// Asks for notices about the directory that is there now, unless they are on already.
    fn listen(&mut self) {
        let directory = if self.path.is_dir() {
            self.path.clone()
        } else {
            // A file is often replaced, not written: its directory tells.
            match self.path.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
                _ => PathBuf::from("."),
            }
        };
        let Some(identity) = fs::metadata(&directory)
            .ok()
            .map(|found| Identity::of(&found))
        else {
            self.notices = None;
            return;
        };
        let is_on = matches!(&self.notices, Some((_, about)) if *about == identity);
        if !is_on {
            self.notices = self
                .notices_about(&directory)
                .map(|watcher| (watcher, identity));
        }
    }

    /// `None` where the system has no notices for it; then looking has to do.
    fn notices_about(&self, directory: &Path) -> Option<RecommendedWatcher> {
        let signals = self.signals.clone();
        let file = (!self.path.is_dir()).then(|| self.path.clone());
        let mut watcher =
            notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
                let signal = match event {
                    Ok(event) if matches!(event.kind, EventKind::Access(_)) => return,
                    Ok(event) if is_about_document(&event, file.as_deref()) => Signal::Changed,
                    _ => Signal::Look,
                };
                // A watch that is gone needs no notice.
                let _ = signals.send(signal);
            })
            .ok()?;
        watcher.watch(directory, RecursiveMode::NonRecursive).ok()?;
        Some(watcher)
    }
}

fn is_about_document(event: &notify::Event, file: Option<&Path>) -> bool {
    event.paths.iter().any(|path| match file {
        Some(file) => path.file_name() == file.file_name(),
        None => is_document(path),
    })
}

/// Waits until it is quiet. Whether a document was said to have changed meanwhile; `None` where the watch ends.
fn settle(received: &Receiver<Signal>) -> Option<bool> {
    let mut changed = false;
    let mut waited = 0;
    while waited < PATIENCE {
        match received.recv_timeout(QUIET) {
            Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return None,
            Ok(Signal::Changed) => changed = true,
            Ok(Signal::Look) => {}
            Err(RecvTimeoutError::Timeout) => return Some(changed),
        }
        waited += 1;
        // Notices come in bursts; a burst counts once.
        while let Ok(signal) = received.try_recv() {
            match signal {
                Signal::Stop => return None,
                Signal::Changed => changed = true,
                Signal::Look => {}
            }
        }
    }
    Some(changed)
}

/// What tells one state of the documents from another without reading them; `None` where the place is not there.
#[derive(PartialEq, Eq)]
struct Seen {
    documents: Option<BTreeMap<PathBuf, Option<Identity>>>,
}

impl Seen {
    fn of(path: &Path) -> Self {
        let documents = documents_of(path).ok().map(|paths| {
            paths
                .into_iter()
                .map(|path| {
                    let identity = fs::metadata(&path).ok().map(|found| Identity::of(&found));
                    (path, identity)
                })
                .collect()
        });
        Self { documents }
    }
}

/// What changes when a file is replaced or written.
#[derive(PartialEq, Eq)]
struct Identity {
    inode: u64,
    length: u64,
    modified: Option<SystemTime>,
}

impl Identity {
    fn of(metadata: &Metadata) -> Self {
        // A directory's own time and length change with its files; it stays the same directory.
        let is_file = metadata.is_file();
        Self {
            inode: inode(metadata),
            length: if is_file { metadata.len() } else { 0 },
            modified: metadata.modified().ok().filter(|_| is_file),
        }
    }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}
