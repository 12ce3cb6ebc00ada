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
    Null(Key<'a>),
    /// The key is not null, and that of the row before is.
    NotNull(Key<'a>),
}

/// The ranges of the whole list, where the first key and another one may be null: `SQLite` finds such an order in an index
/// once the first of them is known to be null or not. None where it needs no help.
pub(super) fn whole<'a>(dialect: Dialect, keys: &[Key<'a>]) -> Vec<Range<'a>> {
    let Some((first, rest)) = keys.split_first() else {
        return Vec::new();
    };
    let mut rest = rest.iter();
    let needs_help =
        dialect.is_sqlite() && first.column.nullable && rest.any(|key| key.column.nullable);
    if !needs_help {
        return Vec::new();
    }
    let mut ranges = vec![Differs::NotNull(*first), Differs::Null(*first)];
    if first.descending {
        ranges.reverse();
    }
    let range = |differs| Range {
        equal: &[],
        differs,
    };
    ranges.into_iter().map(range).collect()
}

/// The ranges behind a row, in their order; none where it was the last that there can be.
pub(super) fn behind<'a>(places: &'a [Place<'a>]) -> Vec<Range<'a>> {
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
            (true, true) => add(Differs::NotNull(first.key)),
            (true, false) => {}
            (false, descending) => {
                if !descending && first.key.column.nullable {
                    add(Differs::Null(first.key));
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
            Differs::Null(key) => {
                statement.push(&format!("{} IS NULL", key.name()));
            }
            Differs::NotNull(key) => {
                statement.push(&format!("{} IS NOT NULL", key.name()));
            }
        }
    }

    /// Appends the order within it. `SQLite` is told no key that all its rows have in common, nor where nulls stand that
    /// it cannot have, and so needs no sorting behind such an index. `PostgreSQL` is told every key: it then has no use for
    /// an index that knows nothing of those the rows have in common, and would leave out most of what it finds there.
    pub(super) fn push_order(&self, dialect: Dialect, statement: &mut Statement, keys: &[Key<'_>]) {
        let is_next_common = matches!(self.differs, Differs::Null(_));
        let common = if dialect.is_sqlite() {
            self.equal.len() + usize::from(is_next_common)
        } else {
            0
        };
        for (position, key) in keys.iter().enumerate().skip(common) {
            statement.push(if position == common {
                " ORDER BY "
            } else {
                ", "
            });
            key.push(dialect, statement, position != self.equal.len());
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
