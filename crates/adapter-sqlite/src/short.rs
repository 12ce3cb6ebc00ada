//! Which pages are short to read: the next rows of an index, and few of them.

use std::collections::HashSet;
use std::sync::{PoisonError, RwLock};

use diesel::result::QueryResult;
use specd_app::catalog::compiled::default_order;
use specd_app::ports::records::Reach;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::query::ListQuery;
use specd_domain::table::Table;
use specd_sql_support::schema::{newest_index, owned_index};
use specd_sql_support::session::Session as _;
use specd_sql_support::statement::Statement;

use crate::session::SqliteSession;

/// How many records are read at once at most: a page of 200, and the one that tells whether there are more.
const MAX_RECORDS: u32 = 201;

/// Tables that are known to have the index of their default order. No index is ever dropped.
#[derive(Debug, Default)]
pub(crate) struct Short {
    newest: RwLock<HashSet<String>>,
    owned: RwLock<HashSet<String>>,
}

impl Short {
    /// Whether a page is short to read.
    ///
    /// # Errors
    /// The database's.
    pub(crate) fn is_page(
        &self,
        session: &mut SqliteSession<'_>,
        table: &Table,
        query: &ListQuery,
        reach: &Reach,
    ) -> QueryResult<bool> {
        let is_plain = query.limit <= MAX_RECORDS
            && query.filters.is_empty()
            && query.sort == default_order(table);
        Ok(is_plain && self.has_index(session, table, reach)?)
    }

    /// A table from before specd created the index gets it with its document's next revision.
    fn has_index(
        &self,
        session: &mut SqliteSession<'_>,
        table: &Table,
        reach: &Reach,
    ) -> QueryResult<bool> {
        let known = match reach {
            Reach::Everything => &self.newest,
            Reach::OwnedBy(_) => &self.owned,
        };
        let name = table.name.value.as_str();
        let is_known = known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(name);
        if is_known {
            return Ok(true);
        }
        let index = match reach {
            Reach::Everything => newest_index(table),
            Reach::OwnedBy(_) => owned_index(table),
        };
        // Where specd needs none, the key's index or one of the document's serves.
        let has_index = match index {
            Some(index) => is_there(session, index.name)?,
            None => true,
        };
        if has_index {
            let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
            known.insert(name.to_owned());
        }
        Ok(has_index)
    }
}

fn is_there(session: &mut SqliteSession<'_>, index: String) -> QueryResult<bool> {
    let mut statement =
        Statement::new("SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = ");
    statement.bind_text(index);
    let rows = session.rows(statement, &[ColumnType::Scalar(ScalarType::BigInt)])?;
    Ok(!rows.is_empty())
}
