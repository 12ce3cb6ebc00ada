//! Revisions: which text of each document the database has tables for.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use specd_domain::Spec;
use specd_domain::compat::Step;
use specd_domain::name::{SpecNumber, TableName};

use super::Answer;
use super::store::StoreError;

/// A revision that is applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    /// The spec as it was compiled.
    pub spec: Arc<Spec>,
    /// Counts the applied texts of the document, from 1.
    pub number: u32,
    /// SHA-256 of the document's bytes, 64 hexadecimal digits.
    pub digest: String,
    /// When it was applied.
    pub applied_at: DateTime<Utc>,
}

/// By what an applied revision is known, without its spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevisionMark {
    /// Counts the applied texts of the document, from 1.
    pub number: u32,
    /// SHA-256 of the document's bytes, 64 hexadecimal digits.
    pub digest: String,
}

/// What became of each of several revisions, in their order.
pub type AppliedEach = Vec<Result<Revision, ApplyError>>;

/// What must be done to the tables before a revision can serve.
#[derive(Clone, Debug, PartialEq)]
pub enum SchemaChange {
    /// The document's table is not there yet.
    CreateTable,
    /// Steps from the table of the revision before; empty where the table stays as it is.
    Alter(Vec<Step>),
}

/// A revision to apply.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRevision {
    /// The spec, compiled.
    pub spec: Arc<Spec>,
    /// SHA-256 of the document's bytes, 64 hexadecimal digits.
    pub digest: String,
    /// The revision that it follows; `None` for the first.
    pub follows: Option<u32>,
    /// What must be done to the tables.
    pub change: SchemaChange,
    /// The time of applying.
    pub applied_at: DateTime<Utc>,
}

/// A revision that was not applied; the database is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// A table of this name is there, and specd did not create it for this document.
    #[error("there already is a table `{0}` that is not this document's")]
    TableThere(TableName),
    /// Another server has applied another revision in the meantime.
    #[error("another revision was applied in the meantime")]
    Overtaken,
    /// The database refused a step, such as a unique index over rows that are not.
    #[error("the database refused the change: {reason}")]
    Refused {
        /// What it said, in words for the author.
        reason: String,
    },
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keeps the revisions, and the tables in step with them.
pub trait RevisionRepository: Send + Sync {
    /// The marks of the applied revisions of all documents, in one look-up.
    fn marks(&self) -> Answer<'_, Result<HashMap<SpecNumber, RevisionMark>, StoreError>>;

    /// The applied revision of a document; `Ok(None)` where there is none.
    fn current(&self, spec: SpecNumber) -> Answer<'_, Result<Option<Revision>, StoreError>>;

    /// Changes the tables and keeps the revision, in one transaction.
    fn apply(&self, revision: NewRevision) -> Answer<'_, Result<Revision, ApplyError>>;

    /// Applies several revisions in one transaction, each after those before it. One that is refused leaves nothing behind
    /// and the others as they are. Tables that are changed stay locked until all are done, so that this is for changes
    /// that are quick.
    ///
    /// `Err`, and none of those in the list is [`ApplyError::Store`], where none is applied.
    fn apply_each(
        &self,
        revisions: Vec<NewRevision>,
    ) -> Answer<'_, Result<AppliedEach, StoreError>>;
}
