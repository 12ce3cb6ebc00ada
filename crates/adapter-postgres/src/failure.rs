//! What failures of `PostgreSQL` mean.
//!
//! diesel tells the SQLSTATEs of broken constraints, of lost connections, of serialization and of read-only servers apart,
//! and gives no others away. The rest is told by the primary message, which every session asks for in English; a message
//! that is not known is a failure, never a wrong answer.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};
use specd_app::ports::records::WriteError;
use specd_app::ports::store::StoreError;
use specd_domain::table::Table;
use specd_sql_support::failure::{
    Write, check_by_name, out_of_range, reference_by_name, unique_by_name,
};
use specd_sql_support::said;

/// What can be done about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// The connection is gone (08xxx, 57P01, 57P02), or the server is read-only and another one is not (25006).
    Lost,
    /// Nothing was done and doing it again may help (40001, 40P01).
    Again,
    /// The server has no capacity or no time (53xxx, 57014, 57P03, 55P03).
    Busy,
    /// A value that the server cannot hold (22xxx, 54001).
    Value,
    /// Anything else.
    Other,
}

const MESSAGES: [(&str, Class); 22] = [
    ("server closed the connection", Class::Lost),
    ("terminating connection", Class::Lost),
    ("connection to server", Class::Lost),
    ("could not receive data", Class::Lost),
    ("could not send data", Class::Lost),
    ("no connection to the server", Class::Lost),
    ("deadlock detected", Class::Again),
    ("could not serialize access", Class::Again),
    ("canceling statement due to", Class::Busy),
    ("too many clients", Class::Busy),
    ("remaining connection slots", Class::Busy),
    ("the database system is", Class::Busy),
    ("out of memory", Class::Busy),
    ("out of shared memory", Class::Busy),
    ("No space left on device", Class::Busy),
    ("out of range", Class::Value),
    ("numeric field overflow", Class::Value),
    ("value overflows numeric format", Class::Value),
    ("value too long", Class::Value),
    ("unsupported Unicode escape sequence", Class::Value),
    ("invalid byte sequence", Class::Value),
    ("invalid input syntax", Class::Value),
];

/// What can be done about it.
pub(crate) fn class(error: &DieselError) -> Class {
    match error {
        DieselError::DatabaseError(kind, information) => match kind {
            DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::UnableToSendCommand
            | DatabaseErrorKind::ReadOnlyTransaction => Class::Lost,
            DatabaseErrorKind::SerializationFailure => Class::Again,
            _ => class_of_message(information.message()),
        },
        DieselError::BrokenTransactionManager => Class::Lost,
        _ => Class::Other,
    }
}

/// Whether a lock was in the way that somebody else holds (55P03).
pub(crate) fn is_lock_timeout(error: &DieselError) -> bool {
    matches!(error, DieselError::DatabaseError(_, information)
        if information.message().contains("lock timeout"))
}

/// Whether another row has a value that is to be unique (23505).
pub(crate) const fn is_unique(error: &DieselError) -> bool {
    matches!(
        error,
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)
    )
}

fn class_of_message(message: &str) -> Class {
    if message.starts_with("stack depth limit exceeded") || message.contains("division by zero") {
        return Class::Value;
    }
    MESSAGES
        .iter()
        .find(|(part, _)| message.contains(part))
        .map_or(Class::Other, |(_, class)| *class)
}

/// A failure of a read, or of a write before it was sent.
pub(crate) fn read_error(error: DieselError) -> StoreError {
    match class(&error) {
        Class::Lost | Class::Again | Class::Busy => StoreError::Unavailable(said::cause(error)),
        Class::Value | Class::Other => StoreError::Failed(said::cause(error)),
    }
}

/// A failure of a write that was sent: where the connection was lost, nobody knows.
pub(crate) fn sent_error(error: DieselError) -> StoreError {
    let is_read_only = matches!(
        error,
        DieselError::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, _)
    );
    match class(&error) {
        Class::Lost if !is_read_only => StoreError::OutcomeUnknown(said::cause(error)),
        _ => read_error(error),
    }
}

/// A failure of a write of a record.
pub(crate) fn write_error(table: &Table, write: Write, error: DieselError) -> WriteError {
    if let DieselError::DatabaseError(kind, information) = &error
        && let Some(known) = constraint_error(table, write, *kind, &**information)
    {
        return known;
    }
    match class(&error) {
        Class::Value => out_of_range(column_of(&error)),
        _ => sent_error(error).into(),
    }
}

fn column_of(error: &DieselError) -> Option<&str> {
    match error {
        DieselError::DatabaseError(_, information) => information.column_name(),
        _ => None,
    }
}

fn constraint_error(
    table: &Table,
    write: Write,
    kind: DatabaseErrorKind,
    information: &(dyn DatabaseErrorInformation + Send + Sync),
) -> Option<WriteError> {
    let name = information.constraint_name();
    let is_own = information.table_name() == Some(table.name.value.as_str());
    match kind {
        DatabaseErrorKind::UniqueViolation => unique_by_name(table, name?),
        DatabaseErrorKind::ForeignKeyViolation | DatabaseErrorKind::RestrictViolation => {
            if write == Write::Put && is_own {
                return reference_by_name(table, name?);
            }
            Some(WriteError::StillReferenced {
                constraint: name
                    .and_then(|name| specd_domain::name::ConstraintName::new(name).ok()),
            })
        }
        DatabaseErrorKind::CheckViolation => check_by_name(table, name?),
        DatabaseErrorKind::NotNullViolation => Some(out_of_range(information.column_name())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_apart() {
        let class = |message: &str| {
            class(&DieselError::DatabaseError(
                DatabaseErrorKind::Unknown,
                Box::new(message.to_owned()),
            ))
        };
        assert_eq!(class("deadlock detected"), Class::Again);
        assert_eq!(
            class("canceling statement due to statement timeout"),
            Class::Busy
        );
        assert_eq!(class("numeric field overflow"), Class::Value);
        assert_eq!(class("relation \"orders\" does not exist"), Class::Other);
        assert_eq!(
            class("terminating connection due to administrator command"),
            Class::Lost
        );
    }
}
