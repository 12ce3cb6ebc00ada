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

/// How often a revision is tried again when another server was quicker.
const MAX_ATTEMPTS: u32 = 5;

/// Applies `spec` unless the revision of this digest already is.
pub(super) async fn revise(
    revisions: &dyn RevisionRepository,
    spec: Arc<Spec>,
    digest: String,
    now: DateTime<Utc>,
) -> Result<Revised, StoreError> {
    for _ in 0..MAX_ATTEMPTS {
        let current = revisions.current(spec.number).await?;
        if let Some(applied) = current.as_ref().filter(|applied| applied.digest == digest) {
            return Ok(Revised::Applied(applied.clone()));
        }
        let change = match current.as_ref().map(|old| steps(old, &spec)) {
            None => SchemaChange::CreateTable,
            Some(Ok(steps)) => SchemaChange::Alter(steps),
            Some(Err(findings)) => return Ok(Revised::Refused { findings, current }),
        };
        let next = NewRevision {
            spec: Arc::clone(&spec),
            digest: digest.clone(),
            follows: current.as_ref().map(|old| old.number),
            change,
            applied_at: now,
        };
        match revisions.apply(next).await {
            Ok(applied) => return Ok(Revised::Applied(applied)),
            Err(ApplyError::Overtaken) => {}
            Err(ApplyError::Store(error)) => return Err(error),
            Err(error @ (ApplyError::TableThere(_) | ApplyError::Refused { .. })) => {
                let findings = vec![refused_by_database(&spec, &error, current.as_ref())];
                return Ok(Revised::Refused { findings, current });
            }
        }
    }
    Err(StoreError::Unavailable(
        "other servers keep applying revisions of this document".into(),
    ))
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
