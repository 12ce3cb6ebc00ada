//! The rows behind one, cut into ranges: each begins at a place of an index and ends at another, and together, one after
//! the other, they are the rows in their order.
//!
//! Nulls stand above everything: behind a value that rises they are a range of their own, and before one that falls they
//! are no part of any.

use specd_domain::table::Column;
use specd_domain::value::Value;

use crate::dialect::{Dialect, quoted};
use crate::records::bind;
use crate::statement::Statement;

/// One key of an order.
#[derive(Clone, Copy)]
pub(super) struct Key<'a> {
    pub(super) column: &'a Column,
    pub(super) descending: bool,
}

impl Key<'_> {
    /// The column, in quotes.
    pub(super) fn name(&self) -> String {
        quoted(self.column.name.value.as_str())
    }

    /// Appends the key to an order. `PostgreSQL` takes null for the greatest by itself, `SQLite` is told where there may
    /// be one.
    pub(super) fn push(&self, dialect: Dialect, statement: &mut Statement, may_be_null: bool) {
        statement.push(&self.name());
        if self.descending {
            statement.push(" DESC");
        }
        if dialect.is_sqlite() && may_be_null && self.column.nullable {
            statement.push(if self.descending {
                " NULLS FIRST"
            } else {
                " NULLS LAST"
            });
        }
    }
}

/// A key and the value that the row before has there.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) key: Key<'a>,
    pub(super) value: &'a Value,
}

/// Rows that have these values in the first keys, and differ in the next.
pub(super) struct Range<'a> {
    equal: &'a [Place<'a>],
    differs: Differs<'a>,
}

enum Differs<'a> {
    /// These keys, compared as one, are behind.
    Behind(&'a [Place<'a>]),
    /// The key is null, and that of the row before is not.
    Null(&'a Place<'a>),
    /// The key is not null, and that of the row before is.
    NotNull(&'a Place<'a>),
}

/// The ranges, in their order; none where the row was the last that there can be.
pub(super) fn ranges<'a>(places: &'a [Place<'a>]) -> Vec<Range<'a>> {
    let mut ranges = Vec::new();
    let mut done = 0;
    // From the last range to the first: whatever differs early stands behind all that differs later.
    while let Some((equal, rest)) = places.split_at_checked(done)
        && let Some(first) = rest.first()
    {
        let compared = compared_as_one(rest);
        done += compared.len();
        let mut add = |differs| ranges.push(Range { equal, differs });
        match (first.value.is_null(), first.key.descending) {
            (true, true) => add(Differs::NotNull(first)),
            (true, false) => {}
            (false, descending) => {
                if !descending && first.key.column.nullable {
                    add(Differs::Null(first));
                }
                add(Differs::Behind(compared));
            }
        }
    }
    ranges.reverse();
    ranges
}

/// How many of the keys, at least the first, databases can compare as one. A comparison with null is never true: falling,
/// nulls come first and are not behind; rising, they are, so that only the first key may be null, which is a range of its
/// own.
fn compared_as_one<'a>(places: &'a [Place<'a>]) -> &'a [Place<'a>] {
    let Some((first, rest)) = places.split_first() else {
        return places;
    };
    let goes_with_it = |place: &&Place<'_>| {
        let Key { column, descending } = place.key;
        descending == first.key.descending
            && !place.value.is_null()
            && (descending || !column.nullable)
    };
    let more = if first.value.is_null() {
        0
    } else {
        rest.iter().take_while(goes_with_it).count()
    };
    places.get(..=more).unwrap_or(places)
}

impl Range<'_> {
    /// Appends the condition that its rows keep.
    pub(super) fn push_condition(&self, dialect: Dialect, statement: &mut Statement) {
        for place in self.equal {
            statement.push(&place.key.name());
            if place.value.is_null() {
                statement.push(" IS NULL");
            } else {
                statement.push(" = ");
                bind(dialect, statement, place.key.column, place.value.clone());
            }
            statement.push(" AND ");
        }
        match &self.differs {
            Differs::Behind(places) => push_behind(dialect, statement, places),
            Differs::Null(place) => {
                statement.push(&format!("{} IS NULL", place.key.name()));
            }
            Differs::NotNull(place) => {
                statement.push(&format!("{} IS NOT NULL", place.key.name()));
            }
        }
    }

    /// Appends the order within it: without the keys that all its rows have in common, so that every index that begins
    /// with those keys serves it.
    pub(super) fn push_order(&self, dialect: Dialect, statement: &mut Statement, keys: &[Key<'_>]) {
        let is_first_common = matches!(self.differs, Differs::Null(_));
        let common = self.equal.len() + usize::from(is_first_common);
        for (position, key) in keys.iter().skip(common).enumerate() {
            statement.push(if position == 0 { " ORDER BY " } else { ", " });
            key.push(dialect, statement, position > 0 || is_first_common);
        }
    }
}

fn push_behind(dialect: Dialect, statement: &mut Statement, places: &[Place<'_>]) {
    let names: Vec<_> = places.iter().map(|place| place.key.name()).collect();
    let falls = places.iter().any(|place| place.key.descending);
    let (open, close) = if places.len() > 1 {
        ("(", ")")
    } else {
        ("", "")
    };
    statement.push(open).push(&names.join(", ")).push(close);
    statement.push(if falls { " < " } else { " > " }).push(open);
    for (position, place) in places.iter().enumerate() {
        if position > 0 {
            statement.push(", ");
        }
        bind(dialect, statement, place.key.column, place.value.clone());
    }
    statement.push(close);
}
