//! Records: rows of a document's table on their way in and out.

use serde::{Deserialize, Serialize};

use crate::name::{ColumnName, FieldName};
use crate::table::Table;
use crate::value::{Value, write_json_text};

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

/// The columns of an answer, in the document's order, ready to be written: made once for an endpoint, used for each row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Projection {
    /// The position of each column in a row, with what stands before its value: `{"name":` or `,"name":`.
    members: Vec<(usize, String)>,
    /// As many bytes as most objects take.
    room: usize,
}

/// As many bytes as most values take.
const VALUE_ROOM: usize = 24;

impl Projection {
    /// The projection of these columns; a name that is no column of the table is left out.
    pub fn new(table: &Table, columns: &[ColumnName]) -> Self {
        let mut members = Vec::with_capacity(columns.len());
        for name in columns {
            if let Some((position, _)) = table.column(name.as_str()) {
                let mut before = String::from(if members.is_empty() { "{" } else { "," });
                write_json_text(&mut before, name.as_str());
                before.push(':');
                members.push((position, before));
            }
        }
        let room = members.iter().map(|(_, before)| before.len() + VALUE_ROOM);
        Self {
            room: room.sum(),
            members,
        }
    }

    /// The positions of the columns in a row, in the order of the answer.
    pub fn positions(&self) -> impl Iterator<Item = usize> + '_ {
        self.members.iter().map(|(position, _)| *position)
    }

    /// Appends the row as a JSON object. A value that the row lacks is null.
    pub fn write_json(&self, out: &mut String, row: &[Value]) {
        out.reserve(self.room);
        for (position, before) in &self.members {
            out.push_str(before);
            row.get(*position).unwrap_or(&Value::Null).write_json(out);
        }
        out.push_str(self.end());
    }

    /// Appends a JSON object whose values `write` appends, each by its place in the answer, from 0.
    ///
    /// # Errors
    /// The first of `write`; then only a piece of the object is there.
    pub fn write_json_with<E>(
        &self,
        out: &mut String,
        mut write: impl FnMut(&mut String, usize) -> Result<(), E>,
    ) -> Result<(), E> {
        out.reserve(self.room);
        for (place, (_, before)) in self.members.iter().enumerate() {
            out.push_str(before);
            write(out, place)?;
        }
        out.push_str(self.end());
        Ok(())
    }

    const fn end(&self) -> &'static str {
        if self.members.is_empty() { "{}" } else { "}" }
    }
}

/// Appends the row as a JSON object of these columns. A [`Projection`] does it for many rows.
pub fn write_json(out: &mut String, table: &Table, columns: &[ColumnName], row: &[Value]) {
    Projection::new(table, columns).write_json(out, row);
}
