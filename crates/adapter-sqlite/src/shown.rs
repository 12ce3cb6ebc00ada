//! Records as an answer shows them: from the cells of a row to JSON, without values in between.

use diesel::result::QueryResult;
use specd_app::ports::records::{Reach, Shown, ShownPage};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::query::ListQuery;
use specd_domain::record::Projection;
use specd_domain::table::Table;
use specd_domain::value::Value;
use specd_sql_support::dialect::Dialect;
use specd_sql_support::{list, records};

use crate::session::{Cells, SqliteSession, mismatched};

/// What is shown of the record of a key.
///
/// # Errors
/// The database's, or a value that is not of its column's type.
pub(crate) fn record(
    session: &mut SqliteSession<'_>,
    table: &Table,
    key: Value,
    reach: &Reach,
    projection: &Projection,
) -> QueryResult<Option<Shown>> {
    let statement = records::select_one(session, table, key, reach)?;
    let shown = Members::new(table, projection);
    let mut found = None;
    session.each(statement, |cells| {
        let mut json = String::new();
        shown.write(cells, &mut json)?;
        let version = match value(cells, table.columns.len(), BIG)? {
            Value::Integer(version) => version,
            _ => 1,
        };
        found = Some(Shown {
            json: json.into(),
            version,
        });
        Ok(())
    })?;
    Ok(found)
}

/// What is shown of a page.
///
/// # Errors
/// As those of [`record`].
pub(crate) fn page(
    session: &mut SqliteSession<'_>,
    table: &Table,
    query: &ListQuery,
    reach: &Reach,
    projection: &Projection,
) -> QueryResult<ShownPage> {
    let statement = list::statement(Dialect::Sqlite, table, &query.and_one_more(), reach)?;
    let shown = Members::new(table, projection);
    let (mut items, mut count) = (String::new(), 0);
    let (mut end, mut has_more) = (None, false);
    session.each(statement, |cells| {
        if count == query.length() {
            has_more = true;
            return Ok(());
        }
        if count > 0 {
            items.push(',');
        }
        shown.write(cells, &mut items)?;
        count += 1;
        if count == query.length() {
            end = Some(place(cells, table, query)?);
        }
        Ok(())
    })?;
    Ok(ShownPage {
        items: items.into(),
        end: end.filter(|_| has_more),
    })
}

const BIG: ColumnType = ColumnType::Scalar(ScalarType::BigInt);

/// The members of an answer, each with the position and the type of its column.
struct Members<'a> {
    projection: &'a Projection,
    columns: Vec<(usize, ColumnType)>,
}

impl<'a> Members<'a> {
    fn new(table: &Table, projection: &'a Projection) -> Self {
        let column_type = |position: usize| {
            let column = table.columns.get(position)?;
            Some((position, column.column_type.value))
        };
        Self {
            projection,
            columns: projection.positions().filter_map(column_type).collect(),
        }
    }

    fn write(&self, cells: &mut Cells<'_, '_, '_>, out: &mut String) -> QueryResult<()> {
        self.projection.write_json_with(out, |out, place| {
            let Some((position, column_type)) = self.columns.get(place) else {
                out.push_str("null");
                return Ok(());
            };
            let write =
                |cell: specd_sql_support::cell::CellRef<'_>| cell.write_json(*column_type, out);
            cells.cell(*position, write)?.map_err(mismatched)
        })
    }
}

/// The values by which the page behind a row is found.
fn place(
    cells: &mut Cells<'_, '_, '_>,
    table: &Table,
    query: &ListQuery,
) -> QueryResult<Vec<Value>> {
    let keys = query.sort.iter();
    keys.filter_map(|key| table.column(key.column.as_str()))
        .map(|(position, column)| value(cells, position, column.column_type.value))
        .collect()
}

fn value(
    cells: &mut Cells<'_, '_, '_>,
    position: usize,
    column_type: ColumnType,
) -> QueryResult<Value> {
    let value = cells.cell(position, |cell| cell.to_cell().value(column_type))?;
    value.map_err(mismatched)
}
