//! What stands behind the columns of a document's index: the order of the list that is asked for none, so that the rows
//! of one value stand side by side in it, and a filter by that value is a range of the index (ADR 0021).

use specd_app::catalog::compiled::default_order;
use specd_domain::Spec;
use specd_domain::endpoint::Operation;
use specd_domain::name::ColumnName;
use specd_domain::query::SortKey;
use specd_domain::source::Located;
use specd_domain::table::{Index, IndexColumn, Table};

use crate::dialect::quoted;
use crate::records::OWNER;

/// What a document's list may be asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lists<'a> {
    filters: &'a [Located<ColumnName>],
    is_of_owners: bool,
    is_there: bool,
}

impl<'a> Lists<'a> {
    /// Those of a document.
    pub fn of(spec: &'a Spec) -> Self {
        let list = spec.endpoint(Operation::List);
        Self {
            filters: list.map(|list| &*list.filters).unwrap_or_default(),
            is_of_owners: spec.access.owners_only.is_some(),
            is_there: list.is_some(),
        }
    }

    /// Whether callers reach only the records that they created.
    pub(crate) const fn is_of_owners(&self) -> bool {
        self.is_of_owners
    }

    /// What stands behind the columns of an index; nothing where its rows are in no order that a list asks for.
    pub(crate) fn behind(&self, table: &Table, index: &Index) -> Behind {
        let is_filter = |column: &ColumnName| {
            let mut filters = self.filters.iter();
            filters.any(|filter| filter.value == *column)
        };
        let behind = ordered(table, index, self.is_of_owners, is_filter);
        behind.filter(|_| self.is_there).unwrap_or_default()
    }
}

/// What stands behind the columns of an index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Behind {
    /// How many of the index's columns are filters and no part of the order.
    pub(crate) fixed: usize,
    /// The owner comes next.
    pub(crate) has_owner: bool,
    /// The rest of the order.
    pub(crate) order: Vec<SortKey>,
}

impl Behind {
    /// Whether the index is as the document says it.
    pub(crate) const fn is_nothing(&self) -> bool {
        self.order.is_empty()
    }

    /// The names and directions, as an index has them.
    pub(crate) fn parts(&self) -> Vec<(&str, bool)> {
        let owner = self.has_owner.then_some((OWNER, false));
        let order = self.order.iter();
        let order = order.map(|key| (key.column.as_str(), key.descending));
        owner.into_iter().chain(order).collect()
    }
}

/// What stands behind the columns of an index whose leading columns are all filters and whose others begin the default
/// order; `None` for any other index, and for one that says more than an order.
pub(crate) fn ordered(
    table: &Table,
    index: &Index,
    is_of_owners: bool,
    is_filter: impl Fn(&ColumnName) -> bool,
) -> Option<Behind> {
    let order = default_order(table);
    if index.unique || index.predicate.is_some() || order.is_empty() {
        return None;
    }
    let (fixed, begun) = cut(&index.columns, &order);
    let is_turned = if begun.is_empty() {
        grows_at_its_end(&order)
    } else {
        is_turned(begun, &order)
    };
    let is_served = fixed.iter().all(|part| is_filter(&part.column.value));
    // The owner stands before the order or nowhere.
    if !is_served || (is_of_owners && !begun.is_empty()) {
        return None;
    }
    let is_new = |key: &&SortKey| fixed.iter().all(|part| part.column.value != key.column);
    let rest = order.iter().skip(begun.len()).filter(is_new);
    Some(Behind {
        fixed: fixed.len(),
        has_owner: is_of_owners,
        order: rest
            .map(|key| SortKey {
                column: key.column.clone(),
                descending: key.descending != is_turned,
            })
            .collect(),
    })
}

/// Whether the order is to be read backwards, so that a new row comes last: there a B-tree splits least.
fn grows_at_its_end(order: &[SortKey]) -> bool {
    order.first().is_some_and(|key| key.descending)
}

/// The columns before the order, and those that begin it, forwards or backwards.
fn cut<'a>(
    columns: &'a [IndexColumn],
    order: &[SortKey],
) -> (&'a [IndexColumn], &'a [IndexColumn]) {
    let longest = columns.len().min(order.len());
    let cuts = (1..=longest).rev();
    let mut cuts = cuts.filter_map(|begun| columns.split_at_checked(columns.len() - begun));
    let found = cuts.find(|(_, begun)| {
        let is_turned = is_turned(begun, order);
        let mut pairs = begun.iter().zip(order);
        pairs.all(|(part, key)| {
            part.column.value == key.column && (part.descending != key.descending) == is_turned
        })
    });
    found.unwrap_or((columns, &[]))
}

fn is_turned(begun: &[IndexColumn], order: &[SortKey]) -> bool {
    let mut pairs = begun.iter().zip(order);
    pairs
        .next()
        .is_some_and(|(part, key)| part.descending != key.descending)
}

/// The columns of an index as its text has them, with what stands behind.
pub(crate) fn columns(index: &Index, behind: &Behind) -> Vec<String> {
    let own = index.columns.iter();
    let own = own.map(|part| (part.column.value.as_str(), part.descending));
    own.chain(behind.parts())
        .map(|(column, descending)| {
            let direction = if descending { " DESC" } else { "" };
            format!("{}{direction}", quoted(column))
        })
        .collect()
}
