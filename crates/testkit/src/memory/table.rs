//! One table in memory: its rows in the order of their keys, its sequences, and how rows of an older or a newer
//! revision fit it.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use specd_app::ports::clock::Clock;
use specd_app::ports::records::Reach;
use specd_app::ports::store::StoreError;
use specd_domain::name::{ColumnName, SpecNumber};
use specd_domain::record::{Record, Row};
use specd_domain::table::{Column, DefaultValue, Table};
use specd_domain::value::Value;
use uuid::Builder;

use super::failed;
use crate::clock::MovedClock;
use crate::order::compare;

/// A key that a map can be ordered by.
#[derive(Clone, Debug)]
pub(super) struct Key(pub(super) Value);

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(&self.0, &other.0)
    }
}

/// A table with its rows.
#[derive(Clone, Debug)]
pub(super) struct StoredTable {
    /// The document whose table it is.
    pub(super) owner: SpecNumber,
    /// The table as it is now.
    pub(super) table: Arc<Table>,
    /// The rows, by their keys.
    pub(super) rows: BTreeMap<Key, Record>,
    /// Who created each row, where somebody did.
    pub(super) owners: BTreeMap<Key, Arc<str>>,
    /// The last number of each sequence.
    sequences: BTreeMap<ColumnName, i64>,
    /// What `now()` is in a rule or a default.
    clock: MovedClock,
}

impl StoredTable {
    pub(super) const fn new(owner: SpecNumber, table: Arc<Table>, clock: MovedClock) -> Self {
        Self {
            owner,
            table,
            rows: BTreeMap::new(),
            owners: BTreeMap::new(),
            sequences: BTreeMap::new(),
            clock,
        }
    }

    /// The same rows under another table of the same document; what is new in it takes its default.
    pub(super) fn under(&self, table: &Arc<Table>) -> Result<Self, StoreError> {
        let mut next = Self {
            table: Arc::clone(table),
            rows: BTreeMap::new(),
            ..self.clone()
        };
        for (key, record) in &self.rows {
            let row = next.widened(&self.table, record.row.clone(), None)?;
            let version = record.version;
            next.rows.insert(key.clone(), Record { row, version });
        }
        Ok(next)
    }

    /// What `now()` is in a rule that the store evaluates.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The rows within reach.
    pub(super) fn within<'a>(
        &'a self,
        reach: &'a Reach,
    ) -> impl Iterator<Item = &'a Record> + use<'a> {
        let rows = self.rows.iter();
        rows.filter(|(key, _)| self.is_within(reach, key))
            .map(|(_, record)| record)
    }

    /// The row of a key, where it is there and within reach.
    pub(super) fn find(&self, key: &Key, reach: &Reach) -> Option<&Record> {
        let record = self.rows.get(key)?;
        self.is_within(reach, key).then_some(record)
    }

    fn is_within(&self, reach: &Reach, key: &Key) -> bool {
        match reach {
            Reach::Everything => true,
            Reach::OwnedBy(caller) => self.owners.get(key).is_some_and(|owner| owner == caller),
        }
    }

    /// The key of a row.
    pub(super) fn key_of(&self, row: &Row) -> Result<Key, StoreError> {
        self.table
            .key()
            .and_then(|(position, _)| row.get(position))
            .map(|value| Key(value.clone()))
            .ok_or_else(|| failed("the table has no key of one column"))
    }

    /// A row of `table` as a row of this one. A column that `table` does not know keeps its value of `before`, or takes
    /// its default where the row is new.
    pub(super) fn widened(
        &mut self,
        table: &Table,
        mut row: Row,
        before: Option<&Row>,
    ) -> Result<Row, StoreError> {
        if row.len() != table.columns.len() {
            return Err(failed("the row has not one value for each column"));
        }
        let stored = Arc::clone(&self.table);
        let mut wide = Row::with_capacity(stored.columns.len());
        for (position, column) in stored.columns.iter().enumerate() {
            let sent = table
                .column(column.name.value.as_str())
                .and_then(|(position, _)| row.get_mut(position))
                .map(|value| std::mem::replace(value, Value::Null));
            let kept = || before.and_then(|row| row.get(position)).cloned();
            wide.push(match sent.or_else(kept) {
                Some(value) => value,
                None => self.default_of(column),
            });
        }
        Ok(wide)
    }

    /// A row of this table as a reader of `table` sees it.
    pub(super) fn narrowed(&self, table: &Table, record: &Record) -> Result<Record, StoreError> {
        let row: Option<Row> = table
            .columns
            .iter()
            .map(|column| {
                let (position, _) = self.table.column(column.name.value.as_str())?;
                record.row.get(position).cloned()
            })
            .collect();
        let row = row.ok_or_else(|| failed("the table lacks a column"))?;
        let version = record.version;
        Ok(Record { row, version })
    }

    /// Gives each column whose default is a sequence its number, where the row leaves it null.
    pub(super) fn number(&mut self, row: &mut Row) {
        let table = Arc::clone(&self.table);
        for (column, value) in table.columns.iter().zip(row) {
            let is_sequence = column
                .default
                .as_ref()
                .is_some_and(|default| default.value == DefaultValue::Sequence);
            if is_sequence && value.is_null() {
                *value = self.next_number(&column.name.value);
            }
        }
    }

    /// What an omitted value becomes, where the store must say it.
    pub(super) fn default_of(&mut self, column: &Column) -> Value {
        match column.default.as_ref().map(|default| &default.value) {
            None => Value::Null,
            Some(DefaultValue::Literal(value)) => value.clone(),
            Some(DefaultValue::Now) => now_as(column, self.now()),
            Some(DefaultValue::RandomUuid | DefaultValue::TimeUuid) => {
                let Value::Integer(count) = self.next_number(&column.name.value) else {
                    return Value::Null;
                };
                let bytes = i128::from(count).to_be_bytes();
                Value::Uuid(Builder::from_random_bytes(bytes).into_uuid())
            }
            Some(DefaultValue::Sequence) => self.next_number(&column.name.value),
        }
    }

    fn next_number(&mut self, column: &ColumnName) -> Value {
        let last = self.sequences.entry(column.clone()).or_insert(0);
        *last += 1;
        Value::Integer(*last)
    }
}

fn now_as(column: &Column, now: DateTime<Utc>) -> Value {
    use specd_domain::column_type::ScalarType;
    match column.scalar() {
        Some(ScalarType::Date) => Value::Date(now.date_naive()),
        Some(ScalarType::Time) => Value::Time(now.time()),
        _ => Value::Timestamp(now),
    }
}
