//! What a change of a table asks of the rows that are stored, and what of it may be applied.

use serde::{Deserialize, Serialize};

use crate::name::{ColumnName, ConstraintName};
use crate::source::Span;
use crate::table::Table;

/// One step that takes the stored table to the new one without losing or refusing anything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A new column, nullable or with a default.
    AddColumn(ColumnName),
    /// A new index that is not unique.
    CreateIndex(ConstraintName),
    /// A `CHECK` that is gone.
    DropCheck(ConstraintName),
    /// A `CHECK` that lets more pass than before.
    LoosenCheck(ConstraintName),
    /// A comment or another thing that no row and no answer shows.
    Describe,
}

/// Why a change cannot be applied by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What changed: "column `price` became `NOT NULL`".
    pub change: String,
    /// What would be needed: "give it a `DEFAULT`, or fill the rows by hand and …".
    pub needed: String,
    /// Where in the new document; the statement where the thing is gone.
    pub span: Span,
}

/// The steps from `old` to `new`, in the order in which they must be taken; empty where nothing is to do.
///
/// # Errors
/// Every change that is not additive (a nullable or defaulted column, an index, a looser check).
pub fn plan(old: &Table, new: &Table) -> Result<Vec<Step>, Vec<Refusal>> {
    let _ = (old, new);
    Ok(Vec::new())
}
