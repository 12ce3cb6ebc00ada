//! Names that are right by construction: a value of one of these types *is* a valid name.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest identifier in bytes (`PostgreSQL` cuts longer ones silently).
pub const IDENTIFIER_MAX_BYTES: usize = 63;

/// Why a text is not a name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NameError {
    /// It is empty.
    #[error("a name needs at least one character")]
    Empty,
    /// It starts with something other than a letter or `_`.
    #[error("a name starts with a letter or `_`, not with `{0}`")]
    Start(char),
    /// It holds a character that names do not have.
    #[error("a name holds letters, digits and `_`, not `{0}`")]
    Character(char),
    /// It is longer than its kind may be; the limit in bytes.
    #[error("a name has at most {0} bytes")]
    TooLong(usize),
    /// It begins with the prefix of specd's own names.
    #[error("names that begin with `specd_` are specd's own")]
    Reserved,
    /// A database keeps such names for itself.
    #[error("{0} are the database's own")]
    OfDatabase(&'static str),
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident via $check:path;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads a name.
            ///
            /// # Errors
            /// The first reason for which `text` is not such a name.
            pub fn new(text: impl Into<String>) -> Result<Self, NameError> {
                let text = text.into();
                $check(&text)?;
                Ok(Self(text))
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;
            fn try_from(text: String) -> Result<Self, NameError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }
    )+};
}

names! {
    /// A column of the document's table: letters, digits, `_`, no digit first, at most 63 bytes (ruling H22).
    ColumnName via column;
    /// A table: as a column's name, and never one of specd's or the database's own.
    TableName via relation;
    /// A constraint or an index: as a table's name.
    ConstraintName via relation;
    /// A member of a JSON body: any text that is not empty, at most 255 bytes.
    FieldName via field;
    /// A collection: lower-case letters, digits, `-` and `_`, as it stands in the path.
    CollectionName via collection;
    /// A scope: visible ASCII without `"` and `\` (RFC 6749, 3.3), at most 255 bytes.
    ScopeName via scope;
    /// A feature flag: lower-case letters, digits and `_`, at most 255 bytes.
    FlagName via flag;
}

impl ColumnName {
    /// The field of the same name.
    pub fn to_field(&self) -> FieldName {
        FieldName(self.0.clone())
    }
}

fn identifier(text: &str) -> Result<(), NameError> {
    let first = text.chars().next().ok_or(NameError::Empty)?;
    if !(first.is_ascii_alphabetic() || first == '_') {
        return Err(NameError::Start(first));
    }
    allowed(text, |c| c.is_ascii_alphanumeric() || c == '_')?;
    if text.len() > IDENTIFIER_MAX_BYTES {
        return Err(NameError::TooLong(IDENTIFIER_MAX_BYTES));
    }
    let is_reserved = text
        .get(..6)
        .is_some_and(|start| start.eq_ignore_ascii_case("specd_"));
    if is_reserved {
        return Err(NameError::Reserved);
    }
    Ok(())
}

fn column(text: &str) -> Result<(), NameError> {
    /// What every table of `PostgreSQL` has.
    const OF_ROWS: [&str; 6] = ["cmax", "cmin", "ctid", "tableoid", "xmax", "xmin"];
    identifier(text)?;
    if OF_ROWS.iter().any(|own| own.eq_ignore_ascii_case(text)) {
        return Err(NameError::OfDatabase(
            "`cmax`, `cmin`, `ctid`, `tableoid`, `xmax` and `xmin`",
        ));
    }
    Ok(())
}

/// A name beside those of the database's own tables. `PostgreSQL` looks for `pg_…` in its catalogue first, `SQLite` refuses `sqlite_…`,
/// and diesel counts migrations in `__diesel…`.
fn relation(text: &str) -> Result<(), NameError> {
    const OF_CATALOGUES: [(&str, &str); 3] = [
        ("pg_", "names that begin with `pg_`"),
        ("sqlite_", "names that begin with `sqlite_`"),
        ("__diesel", "names that begin with `__diesel`"),
    ];
    identifier(text)?;
    let begins = |prefix: &str| {
        let start = text.get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let own = OF_CATALOGUES.iter().find(|(prefix, _)| begins(prefix));
    own.map_or(Ok(()), |(_, words)| Err(NameError::OfDatabase(words)))
}

fn field(text: &str) -> Result<(), NameError> {
    bounded(text)
}

fn collection(text: &str) -> Result<(), NameError> {
    bounded(text)?;
    allowed(text, |c| {
        c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_'
    })
}

fn scope(text: &str) -> Result<(), NameError> {
    bounded(text)?;
    allowed(text, |c| c.is_ascii_graphic() && c != '"' && c != '\\')
}

fn flag(text: &str) -> Result<(), NameError> {
    bounded(text)?;
    allowed(text, |c| {
        c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'
    })
}

fn bounded(text: &str) -> Result<(), NameError> {
    const MAX_BYTES: usize = 255;
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    if text.len() > MAX_BYTES {
        return Err(NameError::TooLong(MAX_BYTES));
    }
    Ok(())
}

fn allowed(text: &str, is_allowed: impl Fn(char) -> bool) -> Result<(), NameError> {
    match text.chars().find(|&c| !is_allowed(c)) {
        Some(c) => Err(NameError::Character(c)),
        None => Ok(()),
    }
}

/// The number of a document: `0001` in its file name and in its title.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SpecNumber(pub u16);

impl SpecNumber {
    /// Four digits, as in `0001-orders.md` and `SPEC 0001`; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let is_four_digits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
        if !is_four_digits {
            return None;
        }
        text.parse().ok().map(Self)
    }
}

impl fmt::Display for SpecNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_ascii_words_of_at_most_63_bytes() {
        assert!(ColumnName::new("field1").is_ok());
        assert_eq!(ColumnName::new(""), Err(NameError::Empty));
        assert_eq!(ColumnName::new("1a"), Err(NameError::Start('1')));
        assert_eq!(ColumnName::new("a\"b"), Err(NameError::Character('"')));
        assert_eq!(ColumnName::new("a".repeat(64)), Err(NameError::TooLong(63)));
        assert_eq!(ColumnName::new("Specd_keys"), Err(NameError::Reserved));
    }

    #[test]
    fn names_of_the_database_are_not_those_of_documents() {
        for name in ["pg_class", "Sqlite_master", "__diesel_schema_migrations"] {
            let refused = |error: NameError| matches!(error, NameError::OfDatabase(_));
            assert!(TableName::new(name).is_err_and(refused), "{name}");
            assert!(ConstraintName::new(name).is_err_and(refused), "{name}");
            assert!(ColumnName::new(name).is_ok(), "{name}");
        }
        assert!(ColumnName::new("ctid").is_err());
        assert!(TableName::new("pgs").is_ok() && ColumnName::new("xmins").is_ok());
    }

    #[test]
    fn a_spec_number_has_exactly_four_digits() {
        assert_eq!(SpecNumber::parse("0001"), Some(SpecNumber(1)));
        assert_eq!(SpecNumber::parse("+001"), None);
        assert_eq!(SpecNumber::parse("00001"), None);
        assert_eq!(SpecNumber(7).to_string(), "0007");
    }
}
