//! Records: rows of a document's table on their way in and out.

use serde::{Deserialize, Serialize};

use crate::name::FieldName;
use crate::value::Value;

/// One value for each column of the table, in the table's order.
pub type Row = Vec<Value>;

/// A stored row with the version that its `ETag` is made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The values, in the order of the table's columns.
    pub row: Row,
    /// Counts the writes, from 1.
    pub version: i64,
}

/// A request's body after reading: what it carried, by column, and nothing it did not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Submission {
    /// For each column of the table the value that was sent; `None` where the body did not carry it.
    pub columns: Vec<Option<Value>>,
    /// The fields that have no column: validated by the rules, then dropped.
    pub dropped: Vec<(FieldName, Value)>,
    /// The fields that reading refused, missing ones too: no rule is judged over them.
    pub refused: Vec<FieldName>,
}
