//! Revisions in `SQLite`: the transaction that changes tables keeps every other writer out.

use std::collections::HashMap;

use diesel::result::Error as DieselError;
use specd_app::ports::Answer;
use specd_app::ports::revisions::{
    AppliedEach, ApplyError, NewRevision, Revision, RevisionMark, RevisionRepository,
};
use specd_app::ports::store::StoreError;
use specd_domain::name::SpecNumber;
use specd_sql_support::revisions::{self, ApplyFailure};
use specd_sql_support::said;

use crate::connection::is_busy;
use crate::failure::store_error;
use crate::store::SqliteStore;

impl RevisionRepository for SqliteStore {
    fn marks(&self) -> Answer<'_, Result<HashMap<SpecNumber, RevisionMark>, StoreError>> {
        self.read(|session| revisions::marks(session))
    }

    fn current(&self, spec: SpecNumber) -> Answer<'_, Result<Option<Revision>, StoreError>> {
        self.read(move |session| revisions::current(session, spec))
    }

    fn apply(&self, revision: NewRevision) -> Answer<'_, Result<Revision, ApplyError>> {
        self.write(|session| revisions::apply(session, revision).map_err(explained))
    }

    fn apply_each(
        &self,
        revisions: Vec<NewRevision>,
    ) -> Answer<'_, Result<AppliedEach, StoreError>> {
        self.write(|session| revisions::apply_each(session, revisions, explained))
    }
}

fn explained(failure: ApplyFailure) -> ApplyError {
    match failure {
        ApplyFailure::Apply(error) => error,
        ApplyFailure::Database(error) => ApplyError::Store(store_error(error)),
        ApplyFailure::Step(error) => match &error {
            DieselError::DatabaseError(..) if !is_busy(&error) => ApplyError::Refused {
                reason: said::text(&error),
            },
            _ => ApplyError::Store(store_error(error)),
        },
    }
}
