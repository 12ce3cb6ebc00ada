//! Revisions in `PostgreSQL`: tables change in one transaction, one server at a time.

use std::collections::HashMap;

use diesel::connection::{AnsiTransactionManager, TransactionManager as _};
use diesel::pg::PgConnection;
use diesel::result::Error as DieselError;
use specd_app::ports::Answer;
use specd_app::ports::revisions::{
    AppliedEach, ApplyError, NewRevision, Revision, RevisionMark, RevisionRepository,
};
use specd_app::ports::store::StoreError;
use specd_domain::name::SpecNumber;
use specd_sql_support::revisions::{self, ApplyFailure};
use specd_sql_support::said;
use specd_sql_support::session::Session as _;

use crate::failure::{Class, class, read_error, sent_error};
use crate::prepare::SCHEMA_LOCK;
use crate::session::PostgresSession;
use crate::shared::Shared;
use crate::store::PostgresStore;

impl RevisionRepository for PostgresStore {
    fn marks(&self) -> Answer<'_, Result<HashMap<SpecNumber, RevisionMark>, StoreError>> {
        self.read(|session| revisions::marks(session))
    }

    fn current(&self, spec: SpecNumber) -> Answer<'_, Result<Option<Revision>, StoreError>> {
        self.read(move |session| revisions::current(session, spec))
    }

    fn apply(&self, revision: NewRevision) -> Answer<'_, Result<Revision, ApplyError>> {
        self.administer(|shared| apply(shared, revision))
    }

    fn apply_each(
        &self,
        revisions: Vec<NewRevision>,
    ) -> Answer<'_, Result<AppliedEach, StoreError>> {
        self.administer(|shared| {
            in_transaction(shared, |session| {
                revisions::apply_each(session, revisions, explained)
            })
        })
    }
}

/// On a connection of its own: an index over many rows takes longer than any request may.
fn apply(shared: &Shared, new: NewRevision) -> Result<Revision, ApplyError> {
    in_transaction(shared, |session| {
        revisions::apply(session, new).map_err(explained)
    })
}

fn in_transaction<T, E: From<StoreError>>(
    shared: &Shared,
    work: impl FnOnce(&mut PostgresSession<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let mut connection = shared.open()?;
    begin(&mut connection).map_err(read_error)?;
    match work(&mut shared.session(&mut connection)) {
        Ok(answer) => AnsiTransactionManager::commit_transaction(&mut connection)
            .map(|()| answer)
            .map_err(|error| sent_error(error).into()),
        Err(error) => {
            // Dropping the connection undoes as much, should this fail.
            let _ = AnsiTransactionManager::rollback_transaction(&mut connection);
            Err(error)
        }
    }
}

fn begin(connection: &mut PgConnection) -> Result<(), DieselError> {
    AnsiTransactionManager::begin_transaction(connection)?;
    let mut session = PostgresSession {
        connection,
        has_uuid_v7: false,
    };
    // Waiting for a table's lock holds up every request behind it; waiting for the other server does not.
    session.run("SET LOCAL client_min_messages = warning")?;
    session.run(SCHEMA_LOCK)?;
    session.run("SET LOCAL lock_timeout = '5s'")
}

fn explained(failure: ApplyFailure) -> ApplyError {
    match failure {
        ApplyFailure::Apply(error) => error,
        ApplyFailure::Database(error) => ApplyError::Store(read_error(error)),
        ApplyFailure::Step(error) => match (class(&error), &error) {
            // Its details would show the rows that stand in the way.
            (Class::Value | Class::Other, DieselError::DatabaseError(..)) => ApplyError::Refused {
                reason: said::text(&error),
            },
            _ => ApplyError::Store(read_error(error)),
        },
    }
}
