//! Which database: reads the URL of `--database`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where the records go.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum DatabaseUrl {
    /// A file of SQLite's.
    Sqlite(PathBuf),
    /// A PostgreSQL server; the URL as libpq reads it.
    Postgres(String),
}

impl DatabaseUrl {
    /// The embedded default.
    pub(crate) const DEFAULT: &'static str = "sqlite:specd.db";
}

/// The URL names no database that specd can use.
#[derive(Debug, thiserror::Error)]
#[error(
    "this is no database specd knows; use `sqlite:FILE` or `postgres://USER:PASSWORD@HOST/NAME`"
)]
pub(crate) struct DatabaseUrlError;

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, DatabaseUrlError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        let file = text
            .strip_prefix("sqlite://")
            .or_else(|| text.strip_prefix("sqlite:"))
            .ok_or(DatabaseUrlError)?;
        if file.is_empty() || file == ":memory:" {
            return Err(DatabaseUrlError);
        }
        Ok(Self::Sqlite(PathBuf::from(file)))
    }
}

/// Names the database without the password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => f.write_str(&without_credentials(url)),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The URL up to its query, with neither user nor password.
fn without_credentials(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
    let without_query = rest.split(['?', '#']).next().unwrap_or_default();
    let place = without_query
        .rsplit_once('@')
        .map_or(without_query, |(_, place)| place);
    format!("{scheme}://{place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let shown = text.parse::<DatabaseUrl>().ok().map(|url| url.to_string());
        assert_eq!(shown.as_deref(), expected);
    }

    #[test]
    fn a_url_is_shown_without_its_secrets() {
        check("sqlite:specd.db", Some("sqlite:specd.db"));
        check(
            "sqlite:///var/lib/specd.db",
            Some("sqlite:/var/lib/specd.db"),
        );
        check(
            "postgres://u:s3cret@h:5/db?password=x",
            Some("postgres://h:5/db"),
        );
        check("postgresql://h/db", Some("postgresql://h/db"));
    }

    #[test]
    fn other_databases_are_refused() {
        check("mysql://h/db", None);
        check("sqlite:", None);
        check("sqlite::memory:", None);
        check("", None);
    }
}
