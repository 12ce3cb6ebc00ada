//! Revising: takes the database from the applied revision of a document to its new text, or says why not.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use specd_domain::compat::{self, Refusal, Step};
use specd_domain::{Code, Diagnostic, Spec};

use crate::ports::revisions::{
    ApplyError, NewRevision, Revision, RevisionRepository, SchemaChange,
};
use crate::ports::store::StoreError;

/// What became of a new text.
pub(super) enum Revised {
    /// It is the applied revision now, or was already.
    Applied(Revision),
    /// It cannot be applied.
    Refused {
        /// Why, at the lines of the document.
        findings: Vec<Diagnostic>,
        /// The revision that is applied.
        current: Option<Revision>,
    },
}

/// What has to be done about a new text.
pub(super) enum Plan {
    /// Nothing: it is decided.
    Decided(Revised),
    /// It has to be applied.
    Apply(NewRevision),
}

/// How often a revision is tried again when another server was quicker.
const MAX_ATTEMPTS: u32 = 5;

/// Applies `spec` unless the revision of this digest already is.
pub(super) async fn revise(
    revisions: &dyn RevisionRepository,
    spec: Arc<Spec>,
    digest: &str,
    now: DateTime<Utc>,
) -> Result<Revised, StoreError> {
    for _ in 0..MAX_ATTEMPTS {
        let current = revisions.current(spec.number).await?;
        let next = match plan(current.as_ref(), &spec, digest, now) {
            Plan::Decided(revised) => return Ok(revised),
            Plan::Apply(next) => next,
        };
        if let Some(revised) = decided(revisions.apply(next).await, &spec, current)? {
            return Ok(revised);
        }
    }
    Err(StoreError::Unavailable(
        "other servers keep applying revisions of this document".into(),
    ))
}

/// What takes the database from the applied revision to `spec`.
pub(super) fn plan(
    current: Option<&Revision>,
    spec: &Arc<Spec>,
    digest: &str,
    now: DateTime<Utc>,
) -> Plan {
    if let Some(applied) = current.filter(|applied| applied.digest == digest) {
        return Plan::Decided(Revised::Applied(applied.clone()));
    }
    let change = match current.map(|old| steps(old, spec)) {
        None => SchemaChange::CreateTable,
        Some(Ok(steps)) => SchemaChange::Alter(steps),
        Some(Err(findings)) => {
            let current = current.cloned();
            return Plan::Decided(Revised::Refused { findings, current });
        }
    };
    Plan::Apply(NewRevision {
        spec: Arc::clone(spec),
        digest: digest.to_owned(),
        follows: current.map(|old| old.number),
        change,
        applied_at: now,
    })
}

/// What an answer of the database makes of a text; `None` where another server was quicker.
///
/// # Errors
/// The store could not say.
pub(super) fn decided(
    answer: Result<Revision, ApplyError>,
    spec: &Spec,
    current: Option<Revision>,
) -> Result<Option<Revised>, StoreError> {
    match answer {
        Ok(applied) => Ok(Some(Revised::Applied(applied))),
        Err(ApplyError::Overtaken) => Ok(None),
        Err(ApplyError::Store(error)) => Err(error),
        Err(error @ (ApplyError::TableThere(_) | ApplyError::Refused { .. })) => {
            let findings = vec![refused_by_database(spec, &error, current.as_ref())];
            Ok(Some(Revised::Refused { findings, current }))
        }
    }
}

fn steps(old: &Revision, spec: &Spec) -> Result<Vec<Step>, Vec<Diagnostic>> {
    compat::plan(&old.spec.table, &spec.table).map_err(|refusals| {
        refusals
            .into_iter()
            .map(|refusal| not_additive(refusal, old))
            .collect()
    })
}

fn not_additive(refusal: Refusal, old: &Revision) -> Diagnostic {
    Diagnostic::error(Code::ChangeNotAdditive, refusal.span, refusal.change)
        .expecting("not applied by itself")
        .noting(keeps_serving(old))
        .helping(refusal.needed)
}

fn refused_by_database(spec: &Spec, error: &ApplyError, current: Option<&Revision>) -> Diagnostic {
    let name = &spec.table.name;
    let finding = match error {
        ApplyError::TableThere(table) => Diagnostic::error(
            Code::TableNotOurs,
            name.span,
            format!("the database already has a table `{table}` that is not this document's"),
        )
        .helping("give the table another name, or use another database"),
        other => Diagnostic::error(Code::ChangeRefusedByDatabase, name.span, other.to_string())
            .helping("mend what stands in the way in the database, or take the change back"),
    };
    match current {
        Some(old) => finding.noting(keeps_serving(old)),
        None => finding,
    }
}

fn keeps_serving(old: &Revision) -> String {
    format!("revision {} keeps serving", old.number)
}
