//! Getting the database ready: connecting for the first time, and specd's own tables.

use diesel::connection::Connection as _;
use diesel::migration::{Migration, MigrationSource as _};
use diesel::pg::{Pg, PgConnection};
use diesel::result::{Error as DieselError, QueryResult};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::value::Value;
use specd_sql_support::prepare::PrepareError;
use specd_sql_support::session::Session as _;
use specd_sql_support::statement::Statement;

use crate::address::Address;
use crate::link::{self, LinkError};
use crate::session::PostgresSession;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// What is locked while tables are changed, so that two servers that start together do it one after the other.
pub(crate) const SCHEMA_LOCK: &str = "SELECT pg_advisory_xact_lock(7310583247094539876)";

/// Connects, and tells a database that is away from one that refuses.
///
/// # Errors
/// What libpq or the server said, without the password.
pub(crate) fn connect(address: &Address) -> Result<PgConnection, PrepareError> {
    link::open(address).map_err(|error| match error {
        LinkError::Connect(message) => classified(message),
        LinkError::Ping(error) => PrepareError::Unavailable(error.to_string()),
    })
}

/// Brings specd's own tables up to date; answers the version of the server, such as `150004`.
///
/// # Errors
/// A migration failed; nothing of it is left.
pub(crate) fn migrate(connection: &mut PgConnection) -> Result<i64, PrepareError> {
    let outcome = connection.transaction::<_, MigrationError, _>(|connection| {
        let mut session = PostgresSession {
            connection,
            has_uuid_v7: false,
        };
        session.run("SET LOCAL client_min_messages = warning")?;
        session.run(SCHEMA_LOCK)?;
        session
            .connection
            .run_pending_migrations(MIGRATIONS)
            .map_err(|error| MigrationError::Migration(error.to_string()))?;
        server_version(&mut session).map_err(MigrationError::from)
    });
    outcome.map_err(|error| match error {
        MigrationError::Migration(reason) => PrepareError::Migration(reason),
        MigrationError::Database(error) => PrepareError::Unavailable(error.to_string()),
    })
}

/// Whether the last migration that this binary knows was run.
///
/// # Errors
/// The database's, or that it was not.
pub(crate) fn check_migrations(session: &mut PostgresSession<'_>) -> QueryResult<()> {
    let migrations: Vec<Box<dyn Migration<Pg>>> = MIGRATIONS
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

enum MigrationError {
    Migration(String),
    Database(DieselError),
}

impl From<DieselError> for MigrationError {
    fn from(error: DieselError) -> Self {
        Self::Database(error)
    }
}

fn server_version(session: &mut PostgresSession<'_>) -> QueryResult<i64> {
    let statement = Statement::new("SELECT current_setting('server_version_num')::bigint");
    let rows = session.rows(statement, &[ColumnType::Scalar(ScalarType::BigInt)])?;
    Ok(match rows.into_iter().flatten().next() {
        Some(Value::Integer(version)) => version,
        _ => 0,
    })
}

/// The server's own word is behind `FATAL:`; without it nobody answered, or the address is wrong.
fn classified(message: String) -> PrepareError {
    const PASSING: [&str; 5] = [
        "the database system is",
        "too many clients",
        "remaining connection slots",
        "too many connections",
        "terminating connection",
    ];
    let has_answered = message.contains("FATAL:");
    if has_answered {
        let is_passing = PASSING.iter().any(|part| message.contains(part));
        let said = message
            .rsplit_once("FATAL:")
            .map_or(message.as_str(), |(_, said)| said)
            .trim()
            .to_owned();
        return if is_passing {
            PrepareError::Unavailable(said)
        } else {
            PrepareError::Refused(said)
        };
    }
    let is_tls = message.contains("SSL support is not compiled in");
    if is_tls {
        return PrepareError::Address(
            "the address or the environment asks for TLS, which this build of specd does not have"
                .to_owned(),
        );
    }
    let nobody_answered = [
        "connection to server",
        "could not translate host name",
        "timeout expired",
    ];
    if nobody_answered.iter().any(|part| message.contains(part)) {
        return PrepareError::Unavailable(message);
    }
    // libpq repeats pieces of an address that it cannot read, and they may be pieces of a password.
    PrepareError::Address(
        "the address of the database cannot be read; in a user name or a password every character other than letters, \
         digits, `-`, `.`, `_` and `~` is written as `%` and two hexadecimal digits"
            .to_owned(),
    )
}
