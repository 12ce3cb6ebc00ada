//! The table of a document, as data: what `CREATE TABLE` and `CREATE INDEX` said, never their text.

use serde::{Deserialize, Serialize};

use crate::column_type::{ColumnType, ScalarType};
use crate::name::{ColumnName, ConstraintName, TableName};
use crate::rule::Expr;
use crate::source::{Located, Span};
use crate::value::Value;

/// A table with its columns, constraints and indexes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The table's name; it need not agree with the collection (ruling H42).
    pub name: Located<TableName>,
    /// The columns, in the order of the text.
    pub columns: Vec<Column>,
    /// The columns of the primary key. In a served table exactly one, called `id` (ruling H41).
    pub primary_key: Vec<Located<ColumnName>>,
    /// `UNIQUE`, of a column or of the table. Unique indexes stand in `indexes`.
    pub uniques: Vec<Unique>,
    /// `CHECK`, of a column or of the table.
    pub checks: Vec<Check>,
    /// `REFERENCES` and `FOREIGN KEY`.
    pub references: Vec<Reference>,
    /// `CREATE INDEX`.
    pub indexes: Vec<Index>,
    /// `COMMENT ON TABLE`.
    pub comment: Option<String>,
    /// The text of the statement.
    pub span: Span,
}

impl Table {
    /// The column of this name and its position in `columns`.
    pub fn column(&self, name: &str) -> Option<(usize, &Column)> {
        self.columns
            .iter()
            .enumerate()
            .find(|(_, column)| column.name.value == *name)
    }

    /// The key column and its position, where the table has a key of one column.
    pub fn key(&self) -> Option<(usize, &Column)> {
        match self.primary_key.as_slice() {
            [key] => self.column(key.value.as_str()),
            _ => None,
        }
    }
}

/// One column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its name, folded to lower case unless it was quoted.
    pub name: Located<ColumnName>,
    /// Its type.
    pub column_type: Located<ColumnType>,
    /// Whether it takes null. A key column never does.
    pub nullable: bool,
    /// What an omitted value becomes.
    pub default: Option<Located<DefaultValue>>,
    /// `COMMENT ON COLUMN`.
    pub comment: Option<String>,
    /// The text of the whole definition.
    pub span: Span,
}

impl Column {
    /// The scalar type, where the column has one.
    pub const fn scalar(&self) -> Option<ScalarType> {
        self.column_type.value.scalar()
    }

    /// Whether a create must carry the column: `NOT NULL` without `DEFAULT`.
    pub const fn is_required(&self) -> bool {
        !self.nullable && self.default.is_none()
    }
}

/// What a column takes when a create leaves it out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DefaultValue {
    /// A constant of the column's type.
    Literal(Value),
    /// `now()`, `CURRENT_TIMESTAMP` and their like: the time of the request, in the column's type.
    Now,
    /// `gen_random_uuid()`: a UUID of version 4.
    RandomUuid,
    /// `uuidv7()`: a UUID of version 7.
    TimeUuid,
    /// `SERIAL`, `GENERATED … AS IDENTITY`: the next number of a sequence, reserved by the store (ruling H01).
    Sequence,
}

/// A `UNIQUE` constraint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unique {
    /// The constraint's name, given or derived as `PostgreSQL` derives it.
    pub name: ConstraintName,
    /// Its columns.
    pub columns: Vec<Located<ColumnName>>,
    /// Its text.
    pub span: Span,
}

/// Who keeps a `CHECK`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Enforcement {
    /// The domain first, and the database again.
    Everywhere,
    /// The database alone: the expression is outside the set that the domain evaluates.
    Database,
}

/// A `CHECK` constraint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// The constraint's name, given or derived as `PostgreSQL` derives it.
    pub name: ConstraintName,
    /// What must not be false.
    pub expr: Located<Expr>,
    /// Who keeps it.
    pub enforcement: Enforcement,
}

/// What happens to a row when the row it refers to is deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnDelete {
    /// The delete is refused (`NO ACTION`, `RESTRICT`).
    #[default]
    Refuse,
    /// The row goes too.
    Cascade,
    /// The reference becomes null.
    SetNull,
    /// The reference takes its default.
    SetDefault,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// The constraint's name, given or derived as `PostgreSQL` derives it.
    pub name: ConstraintName,
    /// The columns here.
    pub columns: Vec<Located<ColumnName>>,
    /// The table referred to; it must be another document's or this one's (ruling H34).
    pub table: Located<TableName>,
    /// The columns there; empty means that table's key.
    pub target: Vec<Located<ColumnName>>,
    /// What a delete there does here.
    pub on_delete: OnDelete,
    /// Its text.
    pub span: Span,
}

/// One column of an index.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndexColumn {
    /// The column.
    pub column: Located<ColumnName>,
    /// `DESC`.
    pub descending: bool,
}

/// A `CREATE INDEX`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Index {
    /// The index's name, given or derived as `PostgreSQL` derives it.
    pub name: ConstraintName,
    /// Its columns, in order.
    pub columns: Vec<IndexColumn>,
    /// `UNIQUE`.
    pub unique: bool,
    /// `WHERE`: the index is partial and serves no filter (ruling H43).
    pub predicate: Option<Located<Expr>>,
    /// Its text.
    pub span: Span,
}
