//! What a database says of a failure, on its way to the log.
//!
//! Its words may hold a value of a row: `invalid input syntax for type integer: "…"`, or whatever somebody's own trigger raises. So
//! only those are handed on that speak of connections, tables, rights and the like; what is more is in the database's own log.
//! The details of a message (`Failing row contains …`) are never asked for.

use std::fmt;

use diesel::result::{DatabaseErrorInformation, Error as DieselError};
use specd_app::failure::{Cause, noticed};

/// Parts of messages that hold names of the schema at the most: of `PostgreSQL`, of its client and of `SQLite`.
const KNOWN: [&str; 64] = [
    "already exists",
    "another command is already in progress",
    "attempt to write a readonly database",
    "bad parameter or other API misuse",
    "cached plan must not change result type",
    "cannot ",
    "canceling ",
    "connection",
    "contains null values",
    "constraint failed",
    "could not ",
    "current transaction is aborted",
    "database disk image is malformed",
    "database is locked",
    "database or disk is full",
    "database schema has changed",
    "database schema is locked",
    "database table is locked",
    "deadlock detected",
    "disk I/O error",
    "division by zero",
    "does not exist",
    "file is not a database",
    "has no column named",
    "interrupted",
    "is ambiguous",
    "is not a table",
    "is not supported",
    "is of type",
    "is violated by some row",
    "large file support is disabled",
    "lock timeout",
    "locking protocol",
    "memory alloc",
    "must be owner of",
    "must appear in the GROUP BY",
    "no pg_hba.conf entry",
    "no such ",
    "No space left on device",
    "not authorized",
    "out of memory",
    "out of shared memory",
    "password authentication failed",
    "permission denied",
    "prepared statement",
    "read-only",
    "remaining connection slots",
    "role ",
    "row-level security",
    "server closed",
    "SSL",
    "stack depth limit exceeded",
    "statement timeout",
    "syntax error",
    "terminating connection",
    "the database system is",
    "too many ",
    "unable to open database file",
    "unable to delete/modify",
    "unterminated",
    "violates check constraint",
    "violates foreign key constraint",
    "violates not-null constraint",
    "violates unique constraint",
];

/// What stands in the place of other words.
const UNTOLD: &str = "it said something that is not shown, since it may hold a value of a row";

/// What is handed on of a message.
#[derive(Debug)]
struct Said {
    message: String,
    /// Table, column and constraint, as far as the database names them.
    places: Vec<(&'static str, String)>,
}

/// An error of a database as a cause that can be logged, with the way to here.
pub fn cause(error: DieselError) -> Cause {
    match error {
        DieselError::DatabaseError(_, information) => noticed(Said::of(&*information)),
        other => noticed(other),
    }
}

/// The same as a text, for those who share the failure of another.
pub fn text(error: &DieselError) -> String {
    match error {
        DieselError::DatabaseError(_, information) => Said::of(&**information).to_string(),
        other => other.to_string(),
    }
}

impl Said {
    fn of(information: &(dyn DatabaseErrorInformation + Send + Sync)) -> Self {
        let message = information.message();
        if KNOWN.iter().all(|part| !message.contains(part)) {
            // Whoever raised it may have named the places, too.
            return Self {
                message: UNTOLD.to_owned(),
                places: Vec::new(),
            };
        }
        let message = message.trim();
        let places = [
            ("table", information.table_name()),
            ("column", information.column_name()),
            ("constraint", information.constraint_name()),
        ];
        let is_news = |name: &&str| !message.contains(&format!("\"{name}\""));
        let places = places.into_iter().filter_map(|(kind, name)| {
            let name = name.filter(is_news)?;
            Some((kind, name.to_owned()))
        });
        Self {
            places: places.collect(),
            message: message.to_owned(),
        }
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        for (kind, name) in &self.places {
            write!(f, ", {kind} `{name}`")?;
        }
        Ok(())
    }
}

impl std::error::Error for Said {}

#[cfg(test)]
mod tests {
    use diesel::result::DatabaseErrorKind;

    use super::*;

    #[track_caller]
    fn check(message: &str, expected: &str) {
        let error =
            || DieselError::DatabaseError(DatabaseErrorKind::Unknown, Box::new(message.to_owned()));
        assert_eq!(cause(error()).to_string(), expected);
        assert_eq!(text(&error()), expected);
        let shown = format!("{:?}", cause(error()));
        assert_eq!(
            shown.contains("canary"),
            expected.contains("canary"),
            "{shown}"
        );
    }

    #[test]
    fn what_is_about_the_database_is_told() {
        for message in [
            "relation \"people\" does not exist",
            "no such table: people",
            "attempt to write a readonly database",
            "terminating connection due to administrator command",
            "new row for relation \"people\" violates check constraint \"c\"",
            "permission denied for table people",
        ] {
            check(message, message);
        }
    }

    #[test]
    fn what_may_hold_a_value_is_not() {
        for message in [
            "invalid input syntax for type integer: \"canary\"",
            "invalid input value for enum mood: \"canary\"",
            "malformed array literal: \"canary\"",
            "date/time field value out of range: \"canary\"",
            "canary is not welcome here",
        ] {
            check(message, UNTOLD);
        }
    }
}
