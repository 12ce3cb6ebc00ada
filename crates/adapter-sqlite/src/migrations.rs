//! specd's own tables.

use diesel::migration::{Migration, MigrationSource as _};
use diesel::result::{Error as DieselError, QueryResult};
use diesel::sqlite::{Sqlite, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::value::Value;
use specd_sql_support::prepare::PrepareError;
use specd_sql_support::session::Session as _;
use specd_sql_support::statement::Statement;

use crate::session::SqliteSession;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

/// Brings them up to date, in one transaction that keeps other processes out.
///
/// # Errors
/// A migration failed; nothing of it is left.
pub(crate) fn migrate(connection: &mut SqliteConnection) -> Result<(), PrepareError> {
    connection
        .immediate_transaction::<_, MigrationError, _>(|connection| {
            connection
                .run_pending_migrations(MIGRATIONS)
                .map(|_| ())
                .map_err(|error| MigrationError(error.to_string()))
        })
        .map_err(|MigrationError(reason)| PrepareError::Migration(reason))
}

/// Whether the last migration that this binary knows was run.
///
/// # Errors
/// The database's, or that it was not.
pub(crate) fn check(session: &mut SqliteSession<'_>) -> QueryResult<()> {
    let migrations: Vec<Box<dyn Migration<Sqlite>>> = MIGRATIONS
        .migrations()
        .map_err(DieselError::QueryBuilderError)?;
    let last = migrations
        .iter()
        .map(|migration| migration.name().version().to_string())
        .max()
        .unwrap_or_default();
    let mut statement =
        Statement::new("SELECT count(*) FROM __diesel_schema_migrations WHERE version = ");
    statement.bind_text(last);
    let rows = session.rows(statement, &[ColumnType::Scalar(ScalarType::BigInt)])?;
    match rows.into_iter().flatten().next() {
        Some(Value::Integer(1)) => Ok(()),
        _ => Err(DieselError::NotFound),
    }
}

struct MigrationError(String);

impl From<DieselError> for MigrationError {
    fn from(error: DieselError) -> Self {
        Self(error.to_string())
    }
}
