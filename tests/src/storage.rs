//! Databases that are thrown away: a file of `SQLite`, or a database of `PostgreSQL`.

use std::path::Path;
use std::sync::Arc;

use specd_testkit::postgres::{self, Cluster, Database, Durability};
use tempfile::TempDir;

/// A fresh database and what holds it; gone when it is dropped.
#[derive(Debug)]
pub struct Storage {
    name: &'static str,
    url: String,
    kept: Kept,
}

/// What lives as long as the storage.
#[derive(Debug)]
enum Kept {
    Directory(TempDir),
    Database(Database),
}

impl Storage {
    /// A file of `SQLite` in a directory of its own.
    ///
    /// # Errors
    /// There is no place for it.
    pub fn sqlite() -> anyhow::Result<Self> {
        let directory = tempfile::Builder::new().prefix("specd-db-").tempdir()?;
        let url = format!("sqlite:{}", directory.path().join("specd.db").display());
        Ok(Self {
            name: "SQLite",
            url,
            kept: Kept::Directory(directory),
        })
    }

    /// A database of `PostgreSQL`, on the cluster that all tests share.
    ///
    /// # Errors
    /// There is no `PostgreSQL`: the error says what to install.
    pub fn postgres() -> anyhow::Result<Self> {
        Ok(Self::in_database(postgres::database()?))
    }

    /// A database of a `PostgreSQL` that loses nothing that it acknowledged, on a cluster of its own.
    ///
    /// # Errors
    /// There is no `PostgreSQL`: the error says what to install.
    pub fn durable_postgres() -> anyhow::Result<Self> {
        let cluster = Arc::new(Cluster::start(Durability::On)?);
        Ok(Self::in_database(Database::create(&cluster)?))
    }

    /// One of each kind: what both must answer alike.
    ///
    /// # Errors
    /// As [`Self::sqlite`] and [`Self::postgres`].
    pub fn each() -> anyhow::Result<[Self; 2]> {
        Ok([Self::sqlite()?, Self::postgres()?])
    }

    fn in_database(database: Database) -> Self {
        Self {
            name: "PostgreSQL",
            url: database.url().to_owned(),
            kept: Kept::Database(database),
        }
    }

    /// `SQLite` or `PostgreSQL`.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What `--database` takes.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The directory of `SQLite`'s file, to look into it past the server.
    pub fn directory(&self) -> Option<&Path> {
        match &self.kept {
            Kept::Directory(directory) => Some(directory.path()),
            Kept::Database(_) => None,
        }
    }

    /// The database of `PostgreSQL`, to look into it past the server.
    pub const fn database(&self) -> Option<&Database> {
        match &self.kept {
            Kept::Database(database) => Some(database),
            Kept::Directory(_) => None,
        }
    }
}
