//! Records: rows of the documents' tables.

use std::fmt;
use std::sync::Arc;

use specd_domain::name::{ColumnName, ConstraintName};
use specd_domain::query::ListQuery;
use specd_domain::record::{Projection, Record, Row};
use specd_domain::sensitive::Sensitive;
use specd_domain::table::Table;
use specd_domain::value::Value;

use super::Answer;
use super::answers::Claim;
use super::store::StoreError;

/// Which records a request may reach.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Reach {
    /// All of them.
    #[default]
    Everything,
    /// Those that this caller created (`owners only`); to others it is as if they were not there.
    OwnedBy(Arc<str>),
}

impl fmt::Debug for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Everything => "Everything",
            Self::OwnedBy(_) => "OwnedBy(…)",
        })
    }
}

/// How a write is to be done, beside what is written.
#[derive(Clone, Default)]
pub struct Terms {
    /// The records that it may change.
    pub reach: Reach,
    /// Who creates a record; kept with it for good.
    pub owner: Option<Arc<str>>,
    /// The idempotency key that is claimed in the same transaction. Where somebody has claimed it, nothing is written.
    pub claim: Option<Claim>,
    /// Whether the key of a record that is created was drawn for it, so that nobody else can have stored it.
    pub is_key_new: bool,
    /// Do everything, constraints included, and keep nothing (`dry_run`).
    pub is_rehearsal: bool,
}

/// Whose record it is, is not shown.
impl fmt::Debug for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Terms")
            .field("reach", &self.reach)
            .field("claim", &self.claim)
            .field("is_rehearsal", &self.is_rehearsal)
            .finish_non_exhaustive()
    }
}

/// A record as an answer shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The members of the projection, as one JSON object.
    pub json: Sensitive<String>,
    /// Counts the writes, from 1.
    pub version: i64,
}

impl Shown {
    /// What is shown of a record.
    pub fn of(record: &Record, projection: &Projection) -> Self {
        let mut json = String::new();
        projection.write_json(&mut json, &record.row);
        Self {
            json: json.into(),
            version: record.version,
        }
    }
}

/// A page as an answer shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShownPage {
    /// The JSON objects of its records, in order, with commas between them.
    pub items: Sensitive<String>,
    /// The values of the sort keys of its last record; `None` where nothing is behind it.
    pub end: Option<Vec<Value>>,
}

impl ShownPage {
    /// The page of these records, which were asked for with one more than the page holds.
    pub fn of(
        table: &Table,
        query: &ListQuery,
        mut records: Vec<Record>,
        projection: &Projection,
    ) -> Self {
        let has_more = records.len() > query.length();
        records.truncate(query.length());
        let mut items = String::new();
        for (count, record) in records.iter().enumerate() {
            if count > 0 {
                items.push(',');
            }
            projection.write_json(&mut items, &record.row);
        }
        let last = records.last().filter(|_| has_more);
        Self {
            items: items.into(),
            end: last.map(|record| query.place_of(table, &record.row)),
        }
    }
}

/// A write that was not stored.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Another record has these values.
    #[error("another record has the same value")]
    AlreadyThere {
        /// The `UNIQUE` constraint, the unique index or the primary key.
        constraint: ConstraintName,
        /// Its columns.
        columns: Vec<ColumnName>,
    },
    /// The record that these columns refer to is not there.
    #[error("the record that is referred to is not there")]
    MissingReference {
        /// The foreign key.
        constraint: ConstraintName,
        /// Its columns.
        columns: Vec<ColumnName>,
    },
    /// Other records refer to this one.
    #[error("other records refer to this one")]
    StillReferenced {
        /// The foreign key, where the store can tell.
        constraint: Option<ConstraintName>,
    },
    /// A `CHECK` is false.
    #[error("a check of the table does not hold")]
    CheckBroken {
        /// The `CHECK`.
        constraint: ConstraintName,
    },
    /// A value is outside what the database can hold; the domain should have refused it.
    #[error("a value is outside what the database can hold")]
    OutOfRange {
        /// The column, where the store can tell.
        column: Option<ColumnName>,
    },
    /// The record has another version than the one expected.
    #[error("the record was changed in the meantime")]
    Stale {
        /// Its version now.
        current: i64,
    },
    /// There is no such record within reach.
    #[error("there is no such record")]
    NotThere,
    /// The idempotency key was claimed by another request; nothing was written.
    #[error("the idempotency key is taken")]
    Claimed,
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Stores and finds records. Every call is one transaction; an answer of `Ok` is durable.
pub trait RecordRepository: Send + Sync {
    /// Stores a row, one value for each column of the table. Columns whose default is a sequence and whose value is
    /// null get their number here. The version of the answer is 1.
    fn create(
        &self,
        table: &Arc<Table>,
        row: Row,
        terms: Terms,
    ) -> Answer<'_, Result<Record, WriteError>>;

    /// The record of a key; `Ok(None)` where there is none within reach.
    fn read(
        &self,
        table: &Arc<Table>,
        key: Value,
        reach: Reach,
    ) -> Answer<'_, Result<Option<Record>, StoreError>>;

    /// A page of the records within reach, in the order of the query. Text is ordered by code point, decimals and times exactly.
    fn list(
        &self,
        table: &Arc<Table>,
        query: ListQuery,
        reach: Reach,
    ) -> Answer<'_, Result<Vec<Record>, StoreError>>;

    /// What an answer shows of the record of a key; `Ok(None)` where there is none within reach. The same as
    /// [`read`](Self::read) and [`Shown::of`], for stores that know no shorter way.
    fn show(
        &self,
        table: &Arc<Table>,
        key: Value,
        reach: Reach,
        projection: &Arc<Projection>,
    ) -> Answer<'_, Result<Option<Shown>, StoreError>> {
        let projection = Arc::clone(projection);
        let found = self.read(table, key, reach);
        Box::pin(async move {
            let found = found.await?;
            Ok(found.map(|record| Shown::of(&record, &projection)))
        })
    }

    /// What an answer shows of a page. The same as [`list`](Self::list), asked for one record more than the page holds,
    /// and [`ShownPage::of`], for stores that know no shorter way.
    fn show_page(
        &self,
        table: &Arc<Table>,
        query: ListQuery,
        reach: Reach,
        projection: &Arc<Projection>,
    ) -> Answer<'_, Result<ShownPage, StoreError>> {
        let (of, projection) = (Arc::clone(table), Arc::clone(projection));
        let found = self.list(table, query.and_one_more(), reach);
        Box::pin(async move { Ok(ShownPage::of(&of, &query, found.await?, &projection)) })
    }

    /// Puts a whole row in the place of the one with this key and this version; the version rises by 1.
    /// [`WriteError::NotThere`] and [`WriteError::Stale`] where it cannot.
    fn replace(
        &self,
        table: &Arc<Table>,
        key: Value,
        version: i64,
        row: Row,
        terms: Terms,
    ) -> Answer<'_, Result<Record, WriteError>>;

    /// Deletes a record, only at this version where one is given.
    /// [`WriteError::NotThere`], [`WriteError::Stale`] and [`WriteError::StillReferenced`] where it cannot.
    fn delete(
        &self,
        table: &Arc<Table>,
        key: Value,
        version: Option<i64>,
        terms: Terms,
    ) -> Answer<'_, Result<(), WriteError>>;
}
