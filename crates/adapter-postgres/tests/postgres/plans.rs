//! How many rows a page touches: no more in the middle of a long list than at its beginning, in every order that an index
//! of the document serves.

use std::sync::Arc;

use specd_app::ports::records::Reach;
use specd_app::ports::revisions::{NewRevision, RevisionRepository as _, SchemaChange};
use specd_domain::query::ListQuery;
use specd_domain::record::Projection;
use specd_domain::table::Table;
use specd_domain::value::Value;
use specd_sql_support::dialect::Dialect;
use specd_sql_support::joint::{Asked, CommonLimit, joint};
use specd_sql_support::list::{self, shared};
use specd_sql_support::selection::Selection;
use specd_sql_support::statement::{Statement, TypedValue};
use specd_testkit::long_list;
use specd_testkit::postgres::{Database, database};
use specd_testkit::sample;

use crate::connect;

/// What one step of a plan may touch: the 320 rows of a rank, of which an index that says less than the order holds all
/// side by side, twice.
const MOST_ROWS: f64 = 640.0;

async fn filled(database: &Database, is_owners_only: bool) -> Arc<Table> {
    let store = connect(database.url());
    store.prepare().await.unwrap();
    let new = NewRevision {
        spec: Arc::new(long_list::spec(is_owners_only)),
        digest: "0".repeat(64),
        follows: None,
        change: SchemaChange::CreateTable,
        applied_at: sample::time("2025-03-01T12:00:00Z"),
    };
    let revision = store.apply(new).await.unwrap();
    let (rows, ranks, owners) = (long_list::ROWS, long_list::RANKS, long_list::OWNERS);
    let fill = format!(
        "INSERT INTO many (id, rank, number, created_at, weight, specd_owner) \
         SELECT (lpad(to_hex(n), 12, '0') || '00004000800000000000')::uuid, \
         CASE WHEN n % 5 > 0 THEN n / 5 % {ranks} END, CASE WHEN n % 7 > 0 THEN n * 7919::bigint % 1000 END, \
         '2025-01-01Z'::timestamptz + n * interval '1 second', n % 1000, 'key:' || n % {owners} FROM generate_series(1, {rows}) n"
    );
    database.query(&fill).unwrap();
    database.query("VACUUM ANALYZE many").unwrap();
    Arc::clone(&revision.spec.table)
}

pub(crate) fn statement(table: &Table, query: &ListQuery, reach: &Reach) -> Statement {
    let dialect = Dialect::Postgres { has_uuid_v7: false };
    list::statement(dialect, table, query, reach).unwrap()
}

/// Two statements: the page with its values in it, and prepared, planned before the values are known.
pub(crate) fn explained(statement: &Statement, name: usize) -> String {
    let values: Vec<_> = statement.values().iter().map(literal).collect();
    let text = statement.text();
    let placed = |place: &dyn Fn(usize, &str) -> String| {
        let mut parts = text.split('?');
        let mut out = parts.next().unwrap_or_default().to_owned();
        for ((number, value), part) in (1..).zip(&values).zip(parts) {
            out += &place(number, value);
            out += part;
        }
        out
    };
    let explain = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF)";
    let once = placed(&|_, value| value.to_owned());
    let prepared = placed(&|number, value| {
        let cast = value.split_once("::").map_or("", |(_, cast)| cast);
        let mark = if cast.is_empty() { "" } else { "::" };
        format!("${number}{mark}{cast}")
    });
    let values = values.join(", ");
    format!(
        "{explain} {once}; PREPARE page_{name} AS {prepared}; {explain} EXECUTE page_{name} ({values}); "
    )
}

/// A value as a literal; an array with its type, which no place of ours says.
fn literal(typed: &TypedValue) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    match &typed.value {
        Value::Array(values) => {
            let values: Vec<_> = values.iter().filter_map(Value::to_text).collect();
            let array = quoted(&format!("{{{}}}", values.join(",")));
            format!("{array}::{}", typed.column_type)
        }
        value => value
            .to_text()
            .map_or("NULL".to_owned(), |text| quoted(&text)),
    }
}

/// The most rows that a step of the plans took or left out.
pub(crate) fn most_touched(plans: &str) -> f64 {
    let number_behind = |line: &str, mark: &str| -> f64 {
        let number = line.split_once(mark).map(|(_, rest)| rest);
        let digits = number.and_then(|rest| rest.split([' ', ')']).next());
        digits.and_then(|digits| digits.parse().ok()).unwrap_or(0.0)
    };
    plans
        .lines()
        .map(|line| {
            let rows = number_behind(line, "(actual rows=");
            let touched = rows * number_behind(line, "loops=").max(1.0);
            let removed = ["Filter: ", "Index Recheck: "]
                .map(|by| number_behind(line, &format!("Rows Removed by {by}")));
            removed.into_iter().fold(touched, f64::max)
        })
        .fold(0.0, f64::max)
}

/// The statement that four requests for a page share.
fn shared_statement(table: &Table, query: &ListQuery, reach: &Reach) -> Statement {
    let dialect = Dialect::Postgres { has_uuid_v7: false };
    let names: Vec<_> = table
        .columns
        .iter()
        .map(|column| column.name.value.clone())
        .collect();
    let projection = Projection::new(table, &names);
    let selection = Selection::of_page(table, &projection, &query.sort);
    let each = shared::range(dialect, table, query, reach, &selection).unwrap();
    let asked = Asked {
        values: shared::values(table, query, reach).unwrap(),
        limit: Some(query.limit + 1),
    };
    let common = CommonLimit::of(query.limit + 1);
    joint(&each, vec![asked; 4], Some(common)).unwrap()
}

#[track_caller]
fn all_touch_little(database: &Database, table: &Table, pages: &[ListQuery], reach: &Reach) {
    let alone = pages.iter().map(|page| statement(table, page, reach));
    touch_little(database, &alone.collect::<Vec<_>>());
    let shared = pages
        .iter()
        .filter(|page| shared::is_shareable(table, page, reach));
    let shared: Vec<_> = shared
        .map(|page| shared_statement(table, page, reach))
        .collect();
    assert!(!shared.is_empty(), "some of the pages share a statement");
    touch_little(database, &shared);
}

#[track_caller]
fn touch_little(database: &Database, statements: &[Statement]) {
    const MARK: &str = "plan of page";
    // As many at once as one argument of a command may hold.
    for some in statements.chunks(20) {
        let mut script = "SET plan_cache_mode = force_generic_plan; ".to_owned();
        for (name, statement) in some.iter().enumerate() {
            script.extend(["SELECT '", MARK, "'; ", &explained(statement, name)]);
        }
        let answer = database.query(&script).unwrap();
        let plans: Vec<_> = answer.split(MARK).skip(1).collect();
        assert_eq!(plans.len(), some.len());
        for (statement, plans) in some.iter().zip(plans) {
            let is_found_by_an_index = plans.contains("Index") && !plans.contains("Seq Scan");
            assert!(
                is_found_by_an_index && most_touched(plans) <= MOST_ROWS,
                "{}\n{plans}",
                statement.text()
            );
        }
    }
}

#[tokio::test]
async fn a_page_far_behind_touches_no_more_rows_than_the_first() {
    let database = database().unwrap();
    let table = filled(&database, false).await;
    for pages in [&long_list::pages()[..], &long_list::newest()] {
        all_touch_little(&database, &table, pages, &Reach::Everything);
    }
}

#[tokio::test]
async fn the_newest_of_an_owner_are_found_by_an_index() {
    let database = database().unwrap();
    let table = filled(&database, true).await;
    let owner = Reach::OwnedBy("key:3".into());
    all_touch_little(&database, &table, &long_list::newest(), &owner);
}
