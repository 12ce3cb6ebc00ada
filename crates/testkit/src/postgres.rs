//! A private throw-away `PostgreSQL`: a cluster of its own from the system's binaries, on a free port of the loopback
//! address, stopped and deleted when it is dropped. It never touches a server that it did not start.
//!
//! A test process shares one cluster and takes a fresh database for each test. `cargo xtask test` starts one for the
//! whole run and names it in [`SHARED_CLUSTER`].

#![expect(
    clippy::disallowed_methods,
    reason = "a test's own infrastructure: it reads the environment and writes to a temporary directory"
)]

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

pub mod binaries;
pub mod cluster;
pub mod install;
pub mod load_tools;

pub use cluster::{Cluster, Durability};

/// The environment variable that holds the URL of a superuser of a cluster that somebody else starts and stops.
pub const SHARED_CLUSTER: &str = "SPECD_TEST_POSTGRES";

/// Why there is no `PostgreSQL` to test with. A test fails with it: it is never skipped.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// The binaries are not on this machine.
    #[error("could not find the server of PostgreSQL (`initdb` and `postgres`); install it: {0}")]
    NotInstalled(String),
    /// A command could not be run.
    #[error("could not run `{command}`: {reason}")]
    NotRun {
        /// The command.
        command: String,
        /// Why.
        reason: String,
    },
    /// A command failed.
    #[error("`{command}` failed: {output}")]
    Failed {
        /// The command.
        command: String,
        /// What it said.
        output: String,
    },
    /// There is no place for the cluster.
    #[error("could not prepare a place for the cluster: {0}")]
    NoPlace(#[source] std::io::Error),
    /// The server does not answer.
    #[error("the server of PostgreSQL did not start: {0}")]
    NotReady(String),
}

/// A fresh database; dropped when it goes out of scope.
#[derive(Debug)]
pub struct Database {
    name: String,
    url: String,
    server: Server,
}

/// Where databases come from.
#[derive(Clone, Debug)]
enum Server {
    /// Ours; stopped with its last database.
    Own(Arc<Cluster>),
    /// Somebody else's, by the URL of its superuser.
    Shared(String),
}

/// A fresh and empty database, on the cluster that [`SHARED_CLUSTER`] names or else on this process's own.
///
/// # Errors
/// There is no `PostgreSQL`, or it does not start.
pub fn database() -> Result<Database, PostgresError> {
    let server = match std::env::var(SHARED_CLUSTER) {
        Ok(url) if !url.is_empty() => Server::Shared(url),
        _ => Server::Own(own_cluster()?),
    };
    Database::on(server)
}

impl Database {
    /// A fresh and empty database on a cluster.
    ///
    /// # Errors
    /// The cluster refuses it.
    pub fn create(cluster: &Arc<Cluster>) -> Result<Self, PostgresError> {
        Self::on(Server::Own(Arc::clone(cluster)))
    }

    fn on(server: Server) -> Result<Self, PostgresError> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("specd_{}_{count}", std::process::id());
        let url = with_database(server.url(), &name);
        let database = Self { name, url, server };
        // Template 0 has no connections that could be in the way, and its text has no language.
        let create = format!(
            "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'",
            database.name
        );
        binaries::psql(database.server.url(), &create)?;
        Ok(database)
    }

    /// Its URL, for libpq.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Runs SQL in it and gives what `psql` prints: a line a row, columns apart by `|`.
    ///
    /// # Errors
    /// The statement fails.
    pub fn query(&self, sql: &str) -> Result<String, PostgresError> {
        binaries::psql(&self.url, sql)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // Nobody can be told here, and the whole cluster goes at its end.
        let _ = binaries::psql(self.server.url(), &drop);
    }
}

impl Server {
    fn url(&self) -> &str {
        match self {
            Self::Own(cluster) => cluster.url(),
            Self::Shared(url) => url,
        }
    }
}

/// One cluster for the databases that this process holds at one time.
fn own_cluster() -> Result<Arc<Cluster>, PostgresError> {
    static CLUSTER: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());
    let mut shared = CLUSTER.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(cluster) = shared.upgrade() {
        return Ok(cluster);
    }
    let cluster = Arc::new(Cluster::start(Durability::Off)?);
    *shared = Arc::downgrade(&cluster);
    Ok(cluster)
}

/// The URL with another database.
fn with_database(url: &str, database: &str) -> String {
    let (address, options) = url.split_once('?').unwrap_or((url, ""));
    let scheme = address.find("://").map_or(0, |place| place + 3);
    let (start, rest) = address.split_at(scheme);
    let host = rest.split('/').next().unwrap_or_default();
    let mut url = format!("{start}{host}/{database}");
    if !options.is_empty() {
        // Writing to a String cannot fail.
        let _ = write!(url, "?{options}");
    }
    url
}

/// A directory for a cluster or a store, short enough for a socket's path.
fn temporary_directory() -> PathBuf {
    std::env::temp_dir()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_of_a_url_is_changed_and_its_options_stay() {
        let check = |url, expected: &str| assert_eq!(with_database(url, "fresh"), expected);
        check(
            "postgres://a@127.0.0.1:5/postgres",
            "postgres://a@127.0.0.1:5/fresh",
        );
        check("postgres://a@127.0.0.1:5", "postgres://a@127.0.0.1:5/fresh");
        check(
            "postgres://a@h/x?sslmode=disable",
            "postgres://a@h/fresh?sslmode=disable",
        );
    }

    #[test]
    fn databases_are_fresh_and_apart_and_gone_when_dropped() -> Result<(), PostgresError> {
        let (one, other) = (database()?, database()?);
        one.query("CREATE TABLE t (n int); INSERT INTO t VALUES (7)")?;
        assert_eq!(one.query("SELECT n, n + 1 FROM t")?, "7|8");
        assert!(other.query("SELECT n FROM t").is_err());
        let count = format!(
            "SELECT count(*) FROM pg_database WHERE datname = '{}'",
            one.name
        );
        assert_eq!(other.query(&count)?, "1");
        drop(one);
        assert_eq!(other.query(&count)?, "0");
        Ok(())
    }

    #[test]
    fn a_cluster_is_gone_when_it_is_dropped() -> Result<(), PostgresError> {
        let cluster = Cluster::start(Durability::Off)?;
        let (place, url) = (cluster.place().to_path_buf(), cluster.url().to_owned());
        assert!(place.exists());
        assert_eq!(binaries::psql(&url, "SELECT 1")?, "1");
        drop(cluster);
        assert!(!place.exists());
        assert!(binaries::psql(&url, "SELECT 1").is_err());
        Ok(())
    }

    #[test]
    fn a_durable_cluster_says_so() -> Result<(), PostgresError> {
        let cluster = Cluster::start(Durability::On)?;
        let settings = "SELECT current_setting('fsync'), current_setting('synchronous_commit')";
        assert_eq!(binaries::psql(cluster.url(), settings)?, "on|on");
        Ok(())
    }

    #[test]
    fn a_killed_cluster_comes_back_with_what_was_committed() -> Result<(), PostgresError> {
        let mut cluster = Cluster::start(Durability::On)?;
        binaries::psql(
            cluster.url(),
            "CREATE TABLE t (n int); INSERT INTO t VALUES (7)",
        )?;
        cluster.kill()?;
        assert!(binaries::psql(cluster.url(), "SELECT 1").is_err());
        cluster.start_again()?;
        assert_eq!(binaries::psql(cluster.url(), "SELECT n FROM t")?, "7");
        Ok(())
    }
}
