//! What became of one write of a group.

use specd_sql_support::records::Outcome;

/// Its fate, once the group has committed.
#[derive(Debug)]
pub(super) enum Fate {
    /// This is the answer.
    Known(Outcome<()>),
    /// The group did not do it, and did not learn why.
    Alone,
}

impl Fate {
    pub(super) const fn is_done(&self) -> bool {
        matches!(self, Self::Known(Outcome::Done(())))
    }
}
