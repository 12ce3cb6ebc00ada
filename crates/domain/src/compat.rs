//! What a change of a table asks of the rows that are stored, and what of it may be applied.
//!
//! Applied is what is additive: a nullable or defaulted column with its own constraints, an index that is not unique, a
//! looser or dropped `CHECK`, another default, comments. Everything else is refused, a `UNIQUE` or an index that is gone
//! too: nothing is ever dropped but the checks that stood in the way.

mod checks;
mod columns;
mod constraints;
mod looser;

use serde::{Deserialize, Serialize};

use crate::name::{ColumnName, ConstraintName};
use crate::source::{Located, Span};
use crate::table::Table;

/// One step that takes the stored table to the new one without losing or refusing anything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A new column, nullable or with a default, and every `CHECK`, `UNIQUE` and `REFERENCES` that speaks of it.
    AddColumn(ColumnName),
    /// The default of a column is another, or is gone. Rows that are stored keep their values.
    SetDefault(ColumnName),
    /// A new index that is not unique.
    CreateIndex(ConstraintName),
    /// A `CHECK` that is gone.
    DropCheck(ConstraintName),
    /// A `CHECK` that lets more pass than before, or the same under this new name: put there in the place of any of its
    /// name.
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

impl Refusal {
    fn new(span: Span, change: impl Into<String>, needed: impl Into<String>) -> Self {
        Self {
            change: change.into(),
            needed: needed.into(),
            span,
        }
    }
}

/// The steps from `old` to `new`, in the order in which they must be taken; empty where nothing is to do.
/// Places in the text, and the order of columns and constraints, are no change.
///
/// # Errors
/// Every change that is not additive (a nullable or defaulted column, an index, a looser check).
pub fn plan(old: &Table, new: &Table) -> Result<Vec<Step>, Vec<Refusal>> {
    let mut plan = Plan::default();
    if old.name.value != new.name.value {
        plan.refuse(Refusal::new(
            new.name.span,
            format!("table `{}` became `{}`", old.name.value, new.name.value),
            format!(
                "keep the name `{}`, or begin a document of its own for the new table",
                old.name.value
            ),
        ));
    }
    columns::compare(old, new, &mut plan);
    constraints::key(old, new, &mut plan);
    constraints::uniques(old, new, &mut plan);
    constraints::references(old, new, &mut plan);
    checks::compare(old, new, &mut plan);
    constraints::indexes(old, new, &mut plan);
    if is_described_otherwise(old, new) {
        plan.steps.push(Step::Describe);
    }
    if plan.refusals.is_empty() {
        Ok(plan.steps)
    } else {
        plan.refusals.sort_by_key(|refusal| refusal.span);
        Err(plan.refusals)
    }
}

#[derive(Default)]
struct Plan {
    steps: Vec<Step>,
    refusals: Vec<Refusal>,
}

impl Plan {
    fn refuse(&mut self, refusal: Refusal) {
        self.refusals.push(refusal);
    }
}

fn is_described_otherwise(old: &Table, new: &Table) -> bool {
    let is_commented = |column: &crate::table::Column| {
        let before = old.column(column.name.value.as_str());
        let before = before.and_then(|(_, before)| before.comment.as_ref());
        before != column.comment.as_ref()
    };
    old.comment != new.comment || new.columns.iter().any(is_commented)
}

/// Whether `new` has the column and `old` has not.
fn is_added(old: &Table, column: &str) -> bool {
    old.column(column).is_none()
}

fn values(columns: &[Located<ColumnName>]) -> Vec<&ColumnName> {
    columns.iter().map(|column| &column.value).collect()
}

/// `` `a`, `b` ``
fn listed(columns: &[Located<ColumnName>]) -> String {
    let names: Vec<_> = columns
        .iter()
        .map(|column| format!("`{}`", column.value))
        .collect();
    names.join(", ")
}

#[cfg(test)]
mod tests;
