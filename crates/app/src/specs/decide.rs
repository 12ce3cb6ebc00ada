//! Deciding: what becomes of each document that was read, and its tables with it.
//!
//! Most documents are as they were applied, which one look-up tells of all. Changes that are quick share transactions;
//! those that may take long have one of their own, so that they lock no table but theirs.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use specd_domain::Spec;
use specd_domain::diagnostic::sort;
use specd_domain::endpoint::Operation;
use specd_domain::name::SpecNumber;

use super::load::Pending;
use super::memory::LoadMemory;
use super::report::{NotServed, Outcome};
use super::revise::{Plan, Revised, decided, plan, revise};
use crate::ports::documents::LoadProgress;
use crate::ports::revisions::{
    NewRevision, Revision, RevisionMark, RevisionRepository, SchemaChange,
};
use crate::ports::store::StoreError;

/// How many quick changes share a transaction.
const MOST_TOGETHER: usize = 32;

/// Decides on documents.
pub(super) struct Decider<'a> {
    pub(super) revisions: &'a dyn RevisionRepository,
    pub(super) progress: &'a dyn LoadProgress,
    pub(super) memory: &'a mut LoadMemory,
    pub(super) preview: bool,
    pub(super) now: DateTime<Utc>,
}

/// Changes that wait for each other.
#[derive(Default)]
struct Group {
    /// The documents.
    at: Vec<usize>,
    /// What is applied of each.
    current: Vec<Option<Revision>>,
    changes: Vec<NewRevision>,
}

/// How far the changes are.
struct Count {
    done: usize,
    total: usize,
}

impl Decider<'_> {
    /// Decides on each document, in this order.
    ///
    /// # Errors
    /// The store is away; what was applied until then is applied.
    pub(super) async fn decide(
        &mut self,
        pending: &mut [Pending],
        order: Vec<usize>,
    ) -> Result<(), StoreError> {
        let marks = self.revisions.marks().await?;
        let mut changed = Vec::new();
        for at in order {
            let Some(document) = pending.get_mut(at) else {
                continue;
            };
            match self.at_rest(document, &marks).await? {
                Some(outcome) => document.outcome = Some(outcome),
                None => changed.push(at),
            }
        }
        self.change(pending, &changed, &marks).await
    }

    /// What becomes of a document that needs no change of the database; `None` where it needs one.
    async fn at_rest(
        &mut self,
        document: &Pending,
        marks: &HashMap<SpecNumber, RevisionMark>,
    ) -> Result<Option<Outcome>, StoreError> {
        let Some(spec) = &document.spec else {
            return self.keep(document, marks).await.map(Some);
        };
        if !spec.status.is_final() && !self.preview {
            return Ok(Some(Outcome::NotServed(NotServed::Preview(spec.status))));
        }
        let applied = marks.get(&spec.number);
        Ok(applied
            .filter(|mark| mark.digest == document.read.digest)
            .map(|mark| Outcome::Served {
                spec: Arc::clone(spec),
                revision: mark.number,
            }))
    }

    /// What a document that cannot be served leaves serving: its last applied revision, if that one may be served.
    async fn keep(
        &mut self,
        document: &Pending,
        marks: &HashMap<SpecNumber, RevisionMark>,
    ) -> Result<Outcome, StoreError> {
        let reason = document
            .unreadable
            .clone()
            .map_or(NotServed::Errors, NotServed::Unreadable);
        let number = document.read.document.file_number;
        let Some((number, mark)) = number.and_then(|number| Some((number, marks.get(&number)?)))
        else {
            return Ok(Outcome::NotServed(reason));
        };
        let current = match self.memory.kept(number, mark) {
            Some(kept) => Some(kept),
            None => self.revisions.current(number).await?,
        };
        Ok(match current {
            Some(kept) if self.preview || kept.spec.status.is_final() => self.kept(kept),
            _ => Outcome::NotServed(reason),
        })
    }

    fn kept(&mut self, kept: Revision) -> Outcome {
        let (spec, revision) = (Arc::clone(&kept.spec), kept.number);
        self.memory.keep(kept);
        Outcome::Kept { spec, revision }
    }

    async fn change(
        &mut self,
        pending: &mut [Pending],
        changed: &[usize],
        marks: &HashMap<SpecNumber, RevisionMark>,
    ) -> Result<(), StoreError> {
        let mut count = Count {
            done: 0,
            total: changed.len(),
        };
        let mut group = Group::default();
        for &at in changed {
            let Some(document) = pending.get_mut(at) else {
                continue;
            };
            let Some(spec) = document.spec.clone() else {
                continue;
            };
            let current = match marks.get(&spec.number) {
                Some(_) => self.revisions.current(spec.number).await?,
                None => None,
            };
            match plan(current.as_ref(), &spec, &document.read.digest, self.now) {
                Plan::Decided(revised) => {
                    self.become_what(document, &spec, revised);
                    count.done += 1;
                }
                Plan::Apply(change) if is_quick(&change, current.as_ref()) => {
                    group.at.push(at);
                    group.current.push(current);
                    group.changes.push(change);
                }
                Plan::Apply(_) => {
                    // Those before it come first: it may refer to their tables.
                    self.apply(&mut group, pending, &mut count).await?;
                    self.revise(pending, at, &mut count).await?;
                }
            }
            if group.changes.len() >= MOST_TOGETHER {
                self.apply(&mut group, pending, &mut count).await?;
            }
        }
        self.apply(&mut group, pending, &mut count).await
    }

    async fn apply(
        &mut self,
        group: &mut Group,
        pending: &mut [Pending],
        count: &mut Count,
    ) -> Result<(), StoreError> {
        let Group {
            at,
            current,
            changes,
        } = std::mem::take(group);
        if changes.is_empty() {
            return Ok(());
        }
        let mut overtaken = Vec::new();
        let answers = self.revisions.apply_each(changes).await?;
        for ((at, current), answer) in at.into_iter().zip(current).zip(answers) {
            let Some(document) = pending.get_mut(at) else {
                continue;
            };
            let Some(spec) = document.spec.clone() else {
                continue;
            };
            match decided(answer, &spec, current)? {
                Some(revised) => {
                    self.become_what(document, &spec, revised);
                    count.done += 1;
                }
                None => overtaken.push(at),
            }
        }
        self.progress.applied(count.done, count.total);
        for at in overtaken {
            self.revise(pending, at, count).await?;
        }
        Ok(())
    }

    async fn revise(
        &mut self,
        pending: &mut [Pending],
        at: usize,
        count: &mut Count,
    ) -> Result<(), StoreError> {
        let Some(document) = pending.get_mut(at) else {
            return Ok(());
        };
        if let Some(spec) = document.spec.clone() {
            let digest = &document.read.digest;
            let revised = revise(self.revisions, Arc::clone(&spec), digest, self.now).await?;
            self.become_what(document, &spec, revised);
        }
        count.done += 1;
        self.progress.applied(count.done, count.total);
        Ok(())
    }

    fn become_what(&mut self, document: &mut Pending, spec: &Arc<Spec>, revised: Revised) {
        document.outcome = Some(match revised {
            Revised::Applied(revision) => Outcome::Served {
                spec: Arc::clone(spec),
                revision: revision.number,
            },
            Revised::Refused { findings, current } => {
                document.diagnostics.extend(findings);
                sort(&mut document.diagnostics);
                match current {
                    None => Outcome::NotServed(NotServed::Database),
                    Some(kept) => self.kept(kept),
                }
            }
        });
    }
}

/// Whether a change takes no lock that anybody waits for: a table that nobody uses yet, or a text that leaves its table
/// and the indexes of its list as they are.
fn is_quick(change: &NewRevision, current: Option<&Revision>) -> bool {
    let listing = |spec: &Spec| {
        let is_listed = spec.endpoint(Operation::List).is_some();
        (is_listed, spec.access.owners_only.is_some())
    };
    match (&change.change, current) {
        (SchemaChange::CreateTable, _) => true,
        (SchemaChange::Alter(steps), Some(current)) => {
            steps.is_empty() && listing(&change.spec) == listing(&current.spec)
        }
        (SchemaChange::Alter(_), None) => false,
    }
}
