//! Pages.

use std::sync::Arc;

use diesel::deserialize;
use diesel::result::QueryResult;
use specd_app::ports::Answer;
use specd_app::ports::records::{Reach, ShownPage};
use specd_app::ports::store::StoreError;
use specd_domain::query::ListQuery;
use specd_domain::record::Projection;
use specd_domain::table::Table;
use specd_domain::value::Value;
use specd_sql_support::joint::{Asked, CommonLimit, joint};
use specd_sql_support::list;
use specd_sql_support::list::shared;
use specd_sql_support::queue::{Unanswered, Work};
use specd_sql_support::reply::{Reply, reply};
use specd_sql_support::selection::Selection;
use specd_sql_support::session::Session as _;
use specd_sql_support::spans::Origin;

use super::Reads;
use super::ask::Ask;
use super::json::{answer_of, push_object, value_at};
use crate::session::{PostgresSession, RawRow};

/// What is reserved at the most for a page whose first record is long.
const MOST_RESERVED: usize = 256 * 1024;

/// One page that is wanted.
pub(super) struct ReadPage {
    table: Arc<Table>,
    query: ListQuery,
    reach: Reach,
    projection: Arc<Projection>,
    origin: Origin,
    reply: Reply<Result<ShownPage, StoreError>>,
}

/// What an answer shows of a page that may share its statement.
pub(crate) fn read_page<'a>(
    reads: &Reads,
    table: &Arc<Table>,
    query: ListQuery,
    reach: Reach,
    projection: &Arc<Projection>,
) -> Answer<'a, Result<ShownPage, StoreError>> {
    let (reply, awaited) = reply();
    reads.pages.push(ReadPage {
        table: Arc::clone(table),
        query,
        reach,
        projection: Arc::clone(projection),
        origin: Origin::queued(),
        reply,
    });
    Box::pin(async move { awaited.await.unwrap_or_else(|error| Err(error.of_read())) })
}

/// What an answer shows of any page, in a statement of its own.
pub(crate) fn read_page_alone(
    session: &mut PostgresSession<'_>,
    table: &Table,
    query: &ListQuery,
    reach: &Reach,
    projection: &Projection,
) -> QueryResult<ShownPage> {
    let selection = Selection::of_page(table, projection, &query.sort);
    let more = query.and_one_more();
    let statement = list::selecting(session.dialect(), table, &more, reach, &selection)?;
    let mut page = Building::of(query);
    session.each_row(statement, |row| page.take(row, 0, &selection, projection))?;
    Ok(page.finished())
}

impl Work for ReadPage {
    fn refuse(self) {
        self.tell(Err(Unanswered::Overloaded.of_read()));
    }

    fn is_abandoned(&self) -> bool {
        self.reply.is_abandoned()
    }

    /// Its rows.
    fn bytes(&self) -> usize {
        self.query.length()
    }
}

impl ReadPage {
    /// One row more than the page holds tells whether there is a next page.
    fn limit(&self) -> u32 {
        self.query.limit.saturating_add(1)
    }

    fn is_same(&self, other: &Self) -> bool {
        self.query == other.query && self.reach == other.reach
    }
}

impl Ask for ReadPage {
    type Answer = ShownPage;

    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn table(&self) -> &Table {
        &self.table
    }

    fn is_like(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.table, &other.table)
            && Arc::ptr_eq(&self.projection, &other.projection)
            && std::mem::discriminant(&self.reach) == std::mem::discriminant(&other.reach)
            && CommonLimit::of(self.limit()) == CommonLimit::of(other.limit())
            && shared::is_alike(&self.query, &other.query)
    }

    fn ask(session: &mut PostgresSession<'_>, group: &[Self]) -> QueryResult<Vec<ShownPage>> {
        let (distinct, places) = distinct(group);
        let Some(first) = distinct.first() else {
            return Ok(Vec::new());
        };
        let (table, projection) = (&*first.table, &*first.projection);
        let selection = Selection::of_page(table, projection, &first.query.sort);
        let (query, reach) = (&first.query, &first.reach);
        let each = shared::range(session.dialect(), table, query, reach, &selection)?;
        let asked = distinct.iter().map(|page| {
            Ok(Asked {
                values: shared::values(table, &page.query, &page.reach)?,
                limit: Some(page.limit()),
            })
        });
        let common = CommonLimit::of(first.limit());
        let statement = joint(&each, asked.collect::<QueryResult<_>>()?, Some(common))?;
        let mut pages: Vec<_> = distinct
            .iter()
            .map(|page| Building::of(&page.query))
            .collect();
        session.each_row(statement, |row| {
            answer_of(row, &mut pages)?.take(row, 1, &selection, projection)
        })?;
        let pages: Vec<_> = pages.into_iter().map(Building::finished).collect();
        let page_at = |place: usize| pages.get(place).cloned().unwrap_or_default();
        Ok(places.into_iter().map(page_at).collect())
    }

    fn tell(self, answer: Result<ShownPage, StoreError>) {
        self.reply.send(answer);
    }
}

/// What is wanted, each once, and for each of the group the place of what it wants.
fn distinct(group: &[ReadPage]) -> (Vec<&ReadPage>, Vec<usize>) {
    let mut distinct: Vec<&ReadPage> = Vec::with_capacity(group.len());
    let places = group.iter().map(|page| {
        let known = distinct.iter().position(|other| other.is_same(page));
        known.unwrap_or_else(|| {
            distinct.push(page);
            distinct.len() - 1
        })
    });
    let places = places.collect();
    (distinct, places)
}

/// A page whose rows are coming in.
struct Building {
    page: ShownPage,
    length: usize,
    count: usize,
    last: Option<Vec<Value>>,
}

impl Building {
    fn of(query: &ListQuery) -> Self {
        Self {
            page: ShownPage::default(),
            length: query.length(),
            count: 0,
            last: None,
        }
    }

    /// Takes the next row, whose columns begin at `from`.
    fn take(
        &mut self,
        row: &RawRow<'_>,
        from: usize,
        selection: &Selection,
        projection: &Projection,
    ) -> deserialize::Result<()> {
        if self.count == self.length {
            self.page.end = self.last.take();
            return Ok(());
        }
        if self.count > 0 {
            self.page.items.expose_mut().push(',');
        }
        push_object(
            self.page.items.expose_mut(),
            row,
            from,
            selection,
            projection,
        )?;
        self.count += 1;
        if self.count == 1 {
            // The others will be about as long.
            let length = self.page.items.expose().len() + 1;
            let others = length.saturating_mul(self.length.saturating_sub(1));
            self.page
                .items
                .expose_mut()
                .reserve(others.min(MOST_RESERVED));
        }
        if self.count == self.length {
            let keys = selection.behind().iter();
            let types = selection.types();
            let values = keys.map(|at| {
                let column_type = types
                    .get(*at)
                    .copied()
                    .ok_or("a sort key is not selected")?;
                value_at(row, from + at, column_type)
            });
            self.last = Some(values.collect::<deserialize::Result<_>>()?);
        }
        Ok(())
    }

    fn finished(self) -> ShownPage {
        self.page
    }
}
