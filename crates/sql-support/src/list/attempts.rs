//! Lists whose filters have an index and whose order has another (ADR 0021): few rows are found by the first and sorted,
//! many are met soon in the second, and only where neither is so does the database guess. One statement; what it tries
//! has a bound, and is begun only where what was tried before did not do.

use diesel::result::QueryResult;
use specd_app::catalog::compiled::default_order;
use specd_app::ports::records::Reach;
use specd_domain::name::ColumnName;
use specd_domain::query::{Filter, FilterOperator, ListQuery};
use specd_domain::table::Table;

use super::conditions::push_filter;
use super::ranges::{Place, Range};
use super::{Page, push_any, shared};
use crate::dialect::{Dialect, quoted};
use crate::records::OWNER;
use crate::statement::Statement;

/// So many rows are few enough to sort.
const FEW: u32 = 1000;
/// So many rows of the order are looked through.
const NEAR: u32 = 4000;
/// So many indexes are asked whether they know of few.
const MOST_DRIVERS: usize = 3;

/// What leads to rows by an index: its first columns are each equal to a value, and the next is in a range.
enum Driver<'a> {
    Filters(Vec<&'a Filter>),
    Owner,
}

/// What leads to rows by an index other than that of the order; none where one index gives the rows in their order.
fn drivers<'a>(page: &Page<'a>) -> Vec<Driver<'a>> {
    let (table, query) = (page.table, page.query);
    if shared::is_of_an_index(table, query, page.reach) || is_served_whole(page) {
        return Vec::new();
    }
    let mut found: Vec<Vec<&Filter>> = Vec::new();
    for columns in indexes(table) {
        let leading = leading(query, &columns);
        if !leading.is_empty() && !found.contains(&leading) {
            found.push(leading);
        }
    }
    let is_of_order = |leading: &Vec<&Filter>| {
        let first = leading.first();
        first.is_some_and(|filter| is_bound(query, filter))
    };
    if *page.reach == Reach::Everything && found.iter().all(is_of_order) {
        return Vec::new();
    }
    // One that is the beginning of another leads to more rows than that.
    let longest: Vec<_> = found
        .iter()
        .filter(|one| {
            let mut others = found.iter();
            !others.any(|other| other.len() > one.len() && other.starts_with(one))
        })
        .cloned()
        .collect();
    let of_filters = longest.into_iter().map(Driver::Filters);
    let by_owner = *page.reach != Reach::Everything && query.sort != default_order(table);
    let of_owner = by_owner.then_some(Driver::Owner);
    of_filters.chain(of_owner).take(MOST_DRIVERS).collect()
}

/// The columns of each index that knows every row.
fn indexes(table: &Table) -> Vec<Vec<&ColumnName>> {
    let constraints = table.uniques.iter().map(|unique| &unique.columns);
    let constraints = constraints.chain([&table.primary_key]);
    let constraints = constraints.map(|columns| columns.iter().map(|column| &column.value));
    let indexes = { table.indexes.iter() }.filter(|index| index.predicate.is_none());
    let indexes = indexes.map(|index| index.columns.iter().map(|part| &part.column.value));
    let constraints = constraints.map(Iterator::collect);
    constraints.chain(indexes.map(Iterator::collect)).collect()
}

/// The filters by which an index is entered: equal to a value as long as there are such, then one of another kind.
fn leading<'a>(query: &'a ListQuery, columns: &[&ColumnName]) -> Vec<&'a Filter> {
    let mut found = Vec::new();
    for column in columns {
        let mut filters = query
            .filters
            .iter()
            .filter(|filter| filter.column == **column);
        let is_fixed = |filter: &&Filter| filter.operator == FilterOperator::Eq;
        if let Some(fixed) = filters.clone().find(is_fixed) {
            found.push(fixed);
            continue;
        }
        found.extend(filters.find(|filter| filter.operator != FilterOperator::Ne));
        break;
    }
    found
}

/// Whether the filters find one row at the most, or are the columns of an index before the first key of the order.
fn is_served_whole(page: &Page<'_>) -> bool {
    let (table, query) = (page.table, page.query);
    let is_fixed = |column: &ColumnName| {
        let mut filters = query.filters.iter();
        filters.any(|filter| filter.operator == FilterOperator::Eq && filter.column == *column)
    };
    let uniques = table.uniques.iter().map(|unique| &unique.columns);
    let mut uniques = uniques.chain([&table.primary_key]);
    if uniques.any(|columns| columns.iter().all(|column| is_fixed(&column.value))) {
        return true;
    }
    let first = query.sort.first().map(|key| &key.column);
    *page.reach == Reach::Everything
        && indexes(table).iter().any(|columns| {
            let fixed = columns.iter().take_while(|column| is_fixed(column)).count();
            fixed > 0
                && query
                    .filters
                    .iter()
                    .all(|filter| columns.iter().take(fixed).any(|it| **it == filter.column))
                && columns.get(fixed).copied() == first
        })
}

/// Whether a filter says where in the order the rows begin and end.
fn is_bound(query: &ListQuery, filter: &Filter) -> bool {
    let has_ends = !is_of_values(filter) && filter.operator != FilterOperator::Ne;
    has_ends && Some(&filter.column) == query.sort.first().map(|key| &key.column)
}

const fn is_of_values(filter: &Filter) -> bool {
    matches!(filter.operator, FilterOperator::Eq | FilterOperator::In)
}

/// Whether an index begins with the order's first key, or is that of the default order; a key of which single values are
/// asked for orders little.
fn is_ordered(page: &Page<'_>) -> bool {
    let first = page.query.sort.first().map(|key| &key.column);
    let mut filters = page.query.filters.iter();
    if filters.any(|filter| is_of_values(filter) && Some(&filter.column) == first) {
        return false;
    }
    page.query.sort == default_order(page.table)
        || indexes(page.table)
            .iter()
            .any(|columns| columns.first().copied() == first)
}

/// The statement that tries; `None` where there is nothing to try. `rest` says the page by itself, begun only where the
/// condition that it is given holds.
pub(super) fn statement(
    page: &Page<'_>,
    places: &[Place<'_>],
    ranges: &[Range<'_>],
    rest: impl FnOnce(&Page<'_>) -> QueryResult<Statement>,
) -> QueryResult<Option<Statement>> {
    let drivers = drivers(page);
    if drivers.is_empty() {
        return Ok(None);
    }
    let mut attempts = Attempts {
        page,
        places,
        ranges,
        with: Statement::new(""),
        answers: Statement::new(""),
        failed: Vec::new(),
    };
    for driver in &drivers {
        attempts.try_few(driver)?;
    }
    if is_ordered(page) && ranges.len() <= 1 {
        attempts.try_near()?;
    }
    attempts.finished(rest).map(Some)
}

/// A statement, as it is being said.
struct Attempts<'a> {
    page: &'a Page<'a>,
    places: &'a [Place<'a>],
    ranges: &'a [Range<'a>],
    /// What is tried, each as a table of its own.
    with: Statement,
    /// What is answered from each.
    answers: Statement,
    /// That an attempt did not do; each is true only once it was made.
    failed: Vec<Statement>,
}

impl Attempts<'_> {
    /// The rows of an index's range, unless they are too many.
    fn try_few(&mut self, driver: &Driver<'_>) -> QueryResult<()> {
        let page = self.page;
        let name = self.begin();
        self.with.push(&format!(
            "SELECT * FROM {} WHERE ",
            quoted(page.table.name.value.as_str())
        ));
        let last = match driver {
            Driver::Owner => {
                let owner = quoted(OWNER);
                if let Reach::OwnedBy(of) = page.reach {
                    self.with.push(&format!("{owner} >= ")).bind_text(&**of);
                    self.with.push(&format!(" AND {owner} <= "));
                    self.with.bind_text(&**of);
                }
                owner
            }
            Driver::Filters(filters) => push_driver(page, &mut self.with, filters)?,
        };
        self.push_gate();
        self.with.push(&format!(" ORDER BY {last}"));
        self.push_bound(FEW + 1);
        self.with.push(")");
        let failed = Statement::new(&format!("(SELECT count(*) FROM {name}) > {FEW}"));
        self.answers
            .push(&format!("SELECT {} FROM {name}", page.names()));
        let joint = page.push_filters(&mut self.answers)?;
        self.answers.push(joint);
        if !self.places.is_empty() {
            push_any(page.dialect, &mut self.answers, self.places, self.ranges);
            self.answers.push(" AND ");
        }
        self.answers.push("NOT ").append(failed.clone());
        self.answers.push(" UNION ALL ");
        self.failed.push(failed);
        Ok(())
    }

    /// The first rows of the order, unless too few of them are wanted.
    fn try_near(&mut self) -> QueryResult<()> {
        let page = self.page;
        let name = self.begin();
        self.with.push(&format!(
            "SELECT {} FROM (SELECT * FROM {}",
            page.names(),
            quoted(page.table.name.value.as_str())
        ));
        let mut joint = " WHERE ";
        if let Reach::OwnedBy(owner) = page.reach
            && page.query.sort == default_order(page.table)
        {
            self.with.push(&format!("{joint}{} = ", quoted(OWNER)));
            self.with.bind_text(&**owner);
            joint = " AND ";
        }
        for filter in &page.query.filters {
            if is_bound(page.query, filter) {
                self.with.push(joint);
                push_filter(page.dialect, &mut self.with, page.table, filter.clone())?;
                joint = " AND ";
            }
        }
        if let [range] = self.ranges {
            self.with.push(joint);
            range.push_condition(page.dialect, &mut self.with);
            joint = " AND ";
        }
        if !page.dialect.is_sqlite() {
            let gate = self.gate();
            self.with.push(joint).append(gate);
        }
        match self.ranges {
            [range] => range.push_order(page.dialect, &mut self.with, page.keys),
            _ => page.push_order(&mut self.with),
        }
        self.push_bound(NEAR);
        self.with.push(&format!(") AS {}", quoted("specd_near")));
        page.push_filters(&mut self.with)?;
        page.push_order(&mut self.with);
        page.push_limit(&mut self.with);
        self.with.push(")");
        let mut failed = Statement::new(&format!("(SELECT count(*) FROM {name}) < "));
        failed.bind_number(i64::from(page.query.limit));
        self.answers
            .push(&format!("SELECT {} FROM {name} WHERE NOT ", page.names()));
        self.answers.append(failed.clone());
        self.answers.push(" UNION ALL ");
        self.failed.push(failed);
        Ok(())
    }

    fn finished(
        self,
        rest: impl FnOnce(&Page<'_>) -> QueryResult<Statement>,
    ) -> QueryResult<Statement> {
        let page = Page {
            gate: Some(self.gate()),
            ..*self.page
        };
        let mut statement = self.with;
        statement.push(" ");
        statement.append(self.answers);
        statement.push(&format!("SELECT {} FROM (", page.names()));
        statement.append(rest(&page)?);
        statement.push(&format!(") AS {}", quoted("specd_rest")));
        self.page.push_order(&mut statement);
        self.page.push_limit(&mut statement);
        Ok(statement)
    }

    /// No document has a table of this name.
    fn begin(&mut self) -> String {
        let position = self.failed.len();
        self.with.push(if position == 0 { "WITH " } else { ", " });
        let name = quoted(&format!("specd_try_{}", position + 1));
        self.with.push(&format!("{name} AS MATERIALIZED ("));
        name
    }

    /// That what was tried before did not do, where the database asks a condition without columns once.
    fn push_gate(&mut self) {
        if !self.page.dialect.is_sqlite() && !self.failed.is_empty() {
            let gate = self.gate();
            self.with.push(" AND ").append(gate);
        }
    }

    /// That nothing did that was tried so far.
    fn gate(&self) -> Statement {
        let mut gate = Statement::new("");
        for (position, failed) in self.failed.iter().enumerate() {
            gate.push(if position > 0 { " AND " } else { "" });
            gate.append(failed.clone());
        }
        gate
    }

    fn push_bound(&mut self, bound: u32) {
        let is_gated = self.page.dialect.is_sqlite() && !self.failed.is_empty();
        if is_gated {
            let gate = self.gate();
            self.with.push(" LIMIT CASE WHEN ").append(gate);
            self.with.push(&format!(" THEN {bound} ELSE 0 END"));
        } else {
            self.with.push(&format!(" LIMIT {bound}"));
        }
    }
}

/// The condition of a driver, and by what its rows are ordered: `PostgreSQL` then has no use for a plan that reads the
/// table in the hope of meeting some soon. An order by a column of one value it would leave out, and one between equal
/// bounds not.
fn push_driver(
    page: &Page<'_>,
    statement: &mut Statement,
    filters: &[&Filter],
) -> QueryResult<String> {
    let mut last = String::new();
    for (position, filter) in filters.iter().enumerate() {
        statement.push(if position > 0 { " AND " } else { "" });
        last = quoted(filter.column.as_str());
        let is_last = position + 1 == filters.len();
        let as_range = is_last
            && filter.operator == FilterOperator::Eq
            && matches!(page.dialect, Dialect::Postgres { .. });
        let operators = if as_range {
            &[FilterOperator::Gte, FilterOperator::Lte][..]
        } else {
            &[filter.operator]
        };
        for (position, operator) in operators.iter().enumerate() {
            statement.push(if position > 0 { " AND " } else { "" });
            let filter = Filter {
                operator: *operator,
                ..(*filter).clone()
            };
            push_filter(page.dialect, statement, page.table, filter)?;
        }
    }
    Ok(last)
}
