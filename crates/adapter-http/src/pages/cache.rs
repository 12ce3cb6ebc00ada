//! Pages that follow from what is served: each made once for all who wait for it, when it is first asked for, and kept until
//! what it was made of is no longer served.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use specd_domain::name::SpecNumber;
use tokio::sync::watch::{self, Receiver, Sender};

use super::made::Made;
use super::workshop::Workshop;

#[cfg(test)]
mod tests;

/// As many pages of single documents are kept: those that were asked for last.
const MOST_DOCUMENTS: usize = 64;

/// Which page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Name {
    Index,
    Listing,
    Description,
    Overview,
    Document(SpecNumber),
}

/// The pages of what is served at the moment.
#[derive(Debug, Default)]
pub(crate) struct PageCache {
    kept: Mutex<HashMap<Name, Kept>>,
    workshop: Workshop,
}

/// A page, and what it was made of. That is held weakly: it goes when it is no longer served, and its address is not given
/// to another as long as this remembers it.
#[derive(Debug)]
struct Kept {
    of: Weak<dyn Any + Send + Sync>,
    page: Receiver<Progress>,
    /// How many pages had been asked for when this was asked for last.
    asked: u64,
}

/// How far a page is.
#[derive(Clone, Debug)]
enum Progress {
    Waited,
    Made(Arc<Made>),
    Failed,
}

impl PageCache {
    /// A page of what is served now: made, or waited for where it is being made. `None` where it could not be.
    pub(super) async fn page<S: Any + Send + Sync>(
        &self,
        name: Name,
        of: &Arc<S>,
        write: impl FnOnce(&S) -> String + Send + 'static,
    ) -> Option<Arc<Made>> {
        let mut page = self.begun(name, of, write);
        let end = page
            .wait_for(|progress| !matches!(progress, Progress::Waited))
            .await;
        match &*end.ok()? {
            Progress::Made(made) => Some(Arc::clone(made)),
            Progress::Waited | Progress::Failed => None,
        }
    }

    fn begun<S: Any + Send + Sync>(
        &self,
        name: Name,
        of: &Arc<S>,
        write: impl FnOnce(&S) -> String + Send + 'static,
    ) -> Receiver<Progress> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = kept.values().map(|kept| kept.asked).max().unwrap_or(0) + 1;
        if let Some(known) = kept.get_mut(&name)
            && known.is_of(of)
        {
            known.asked = asked;
            return known.page.clone();
        }
        let (sender, page) = watch::channel(Progress::Waited);
        let served: Arc<dyn Any + Send + Sync> = Arc::clone(of) as _;
        let new = Kept {
            of: Arc::downgrade(&served),
            page: page.clone(),
            asked,
        };
        kept.insert(name, new);
        make_room(&mut kept);
        drop(kept);
        let of = Arc::clone(of);
        let making = Making(sender);
        self.workshop
            .take(Box::new(move || making.run(&*of, write)));
        page
    }
}

impl Kept {
    /// Whether it is made of this, or will be.
    fn is_of<S>(&self, of: &Arc<S>) -> bool {
        std::ptr::addr_eq(self.of.as_ptr(), Arc::as_ptr(of))
            && !matches!(*self.page.borrow(), Progress::Failed)
    }
}

/// A page that is being made: whatever ends it, those who wait are told.
struct Making(Sender<Progress>);

impl Making {
    fn run<S>(self, of: &S, write: impl FnOnce(&S) -> String) {
        // Replaced or displaced meanwhile, and nobody waits for it.
        if !self.0.is_closed() {
            let made = Arc::new(Made::new(write(of)));
            self.0.send_replace(Progress::Made(made));
        }
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        self.0.send_if_modified(|progress| {
            let is_unmade = matches!(progress, Progress::Waited);
            if is_unmade {
                *progress = Progress::Failed;
            }
            is_unmade
        });
    }
}

/// Lets go what is no longer served, and the page of the document that nobody has asked for the longest where there are too
/// many.
fn make_room(kept: &mut HashMap<Name, Kept>) {
    kept.retain(|_, kept| kept.of.strong_count() > 0);
    let documents = kept
        .iter()
        .filter(|(name, _)| matches!(name, Name::Document(_)));
    if documents.clone().count() > MOST_DOCUMENTS {
        let oldest = documents.min_by_key(|(_, kept)| kept.asked);
        if let Some(name) = oldest.map(|(name, _)| *name) {
            kept.remove(&name);
        }
    }
}
