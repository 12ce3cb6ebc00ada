//! Why a use case on records did not do what it was asked.

use std::error::Error;

use specd_domain::Spec;
use specd_domain::body::Malformed;
use specd_domain::name::{ColumnName, ConstraintName, ScopeName};
use specd_domain::record::Submission;
use specd_domain::rule::RuleOrigin;
use specd_domain::source::Place;
use specd_domain::violation::{Pointer, Violation, ViolationCode};

use super::conditions::EntityTag;
use crate::ports::records::WriteError;
use crate::ports::store::StoreError;

/// A record was not created, read, changed or deleted.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Nobody said who calls.
    #[error("the caller did not say who it is")]
    Unauthenticated,
    /// The caller may not do this.
    #[error("the caller has none of the scopes that may do this")]
    Forbidden {
        /// Any one of these would do; empty where nobody may.
        scopes: Vec<ScopeName>,
    },
    /// The body is no JSON text.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The record breaks the document: everything that is wrong with it.
    #[error("the record breaks {} rules of its document", .0.len())]
    Violations(Vec<Violation>),
    /// The cursor is none of ours, or was given for another query.
    #[error("the cursor belongs to another query")]
    ForeignCursor,
    /// The record behind which the page begins was changed or deleted.
    #[error("the record behind which the page begins is not there as it was")]
    LostCursor,
    /// There is no such record.
    #[error("there is no such record")]
    NotThere,
    /// The record is in another state than the caller means.
    #[error("the record is not in the state that the caller means")]
    PreconditionFailed {
        /// Its tag now.
        current: EntityTag,
    },
    /// The document requires that the caller says which state it means.
    #[error("the caller did not say which state of the record it means")]
    PreconditionRequired,
    /// Another record has the same values.
    #[error("another record has the same value")]
    Conflict {
        /// The columns that must differ.
        fields: Vec<ColumnName>,
    },
    /// Other records refer to this one.
    #[error("other records refer to this one")]
    StillReferenced,
    /// Another request with the same idempotency key was faster: its answer is this one's, too.
    #[error("another request has claimed the idempotency key")]
    Claimed,
    /// Others kept changing the record in the meantime.
    #[error("the record kept being changed by others")]
    Contended,
    /// The database is away or has no capacity.
    #[error("the record cannot be reached now")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// The write is stored, or it is not.
    #[error("whether the record was stored is not known")]
    OutcomeUnknown(#[source] Box<dyn Error + Send + Sync>),
    /// The store answered something that it should not.
    #[error("the record could not be handled")]
    Failed(#[source] Box<dyn Error + Send + Sync>),
}

impl From<StoreError> for RecordError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(source) => Self::Unavailable(source),
            StoreError::OutcomeUnknown(source) => Self::OutcomeUnknown(source),
            StoreError::Failed(source) => Self::Failed(source),
        }
    }
}

/// What a refused write means to the caller; `submission` is what its body carried.
pub(super) fn of_write(spec: &Spec, submission: &Submission, error: WriteError) -> RecordError {
    match error {
        WriteError::AlreadyThere { columns, .. } => RecordError::Conflict { fields: columns },
        WriteError::MissingReference { columns, .. } => {
            RecordError::Violations(vec![missing_reference(&columns)])
        }
        WriteError::StillReferenced { .. } => RecordError::StillReferenced,
        WriteError::CheckBroken { constraint } => {
            RecordError::Violations(vec![broken_check(spec, submission, &constraint)])
        }
        WriteError::OutOfRange { column } => {
            RecordError::Violations(vec![out_of_range(column.as_ref())])
        }
        WriteError::Stale { .. } => RecordError::Contended,
        WriteError::NotThere => RecordError::NotThere,
        WriteError::Claimed => RecordError::Claimed,
        WriteError::Store(error) => error.into(),
    }
}

fn missing_reference(columns: &[ColumnName]) -> Violation {
    Violation {
        pointer: columns.first().map_or_else(Pointer::root, member),
        code: ViolationCode::MissingReference,
        detail: "must be the key of a record that is there".to_owned(),
        place: None,
    }
}

fn out_of_range(column: Option<&ColumnName>) -> Violation {
    Violation {
        pointer: column.map_or_else(Pointer::root, member),
        code: ViolationCode::OutOfRange,
        detail: "must be within what its column can hold".to_owned(),
        place: None,
    }
}

fn broken_check(spec: &Spec, submission: &Submission, constraint: &ConstraintName) -> Violation {
    let rule = spec.rules.iter().find(
        |rule| matches!(&rule.origin, RuleOrigin::Check(name) if name.as_str().eq_ignore_ascii_case(constraint.as_str())),
    );
    let pointer = rule
        .and_then(|rule| {
            let mut sent = rule.fields.iter().filter(|field| {
                let position = spec.table.column(field.as_str()).map(|(at, _)| at);
                position.is_some_and(|at| submission.columns.get(at).is_some_and(Option::is_some))
            });
            sent.next()
        })
        .map_or_else(Pointer::root, |field| {
            Pointer::root().member(field.as_str())
        });
    Violation {
        pointer,
        code: ViolationCode::RuleBroken,
        detail: format!("must keep the check `{constraint}`"),
        place: rule
            .map(|rule| rule.place.clone())
            .or_else(|| schema_place(spec, constraint)),
    }
}

/// The place of a check that the database alone keeps. The model has its text's place, and not the heading above it.
fn schema_place(spec: &Spec, constraint: &ConstraintName) -> Option<Place> {
    let check = spec.table.checks.iter().find(|check| {
        check
            .name
            .as_str()
            .eq_ignore_ascii_case(constraint.as_str())
    })?;
    Some(Place {
        heading: "Data Schema".to_owned(),
        span: check.expr.span,
        line: 0,
    })
}

fn member(column: &ColumnName) -> Pointer {
    Pointer::root().member(column.as_str())
}
