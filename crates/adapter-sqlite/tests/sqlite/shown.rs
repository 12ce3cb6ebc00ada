//! What an answer shows is written from the cells, and is what the values would have been written as, byte for byte.

use std::sync::Arc;

use proptest::prelude::*;
use specd_app::ports::records::{Reach, RecordRepository as _, Shown, ShownPage, Terms};
use specd_domain::column_type::ColumnType;
use specd_domain::query::{ListQuery, SortKey};
use specd_domain::record::Projection;
use specd_domain::value::Value;
use specd_sql_support::cell::{Cell, CellRef};
use specd_testkit::sample::column_name;
use specd_testkit::strategies::{column_types, rows, tables, values_of};
use tempfile::TempDir;

use crate::file::created;
use crate::open;

fn typed() -> impl Strategy<Value = (ColumnType, Value)> {
    column_types().prop_flat_map(|column_type| (Just(column_type), values_of(column_type)))
}

#[track_caller]
fn shows(column_type: ColumnType, cell: &CellRef<'_>) {
    let (mut shown, mut wanted) = (String::new(), String::new());
    let written = cell.write_json(column_type, &mut shown);
    let value = cell.to_cell().value(column_type);
    assert_eq!(written.is_ok(), value.is_ok(), "{cell:?}");
    if let Ok(value) = value {
        value.write_json(&mut wanted);
        assert_eq!(shown, wanted, "{cell:?}");
    }
}

proptest! {
    #[test]
    fn a_cell_is_shown_as_its_value((column_type, value) in typed()) {
        let cell = Cell::of(column_type, &value).unwrap();
        shows(column_type, &cell.as_ref());
    }

    /// Whatever was written by hand.
    #[test]
    fn any_text_is_shown_as_its_value_or_not_at_all(column_type in column_types(), text in ".*") {
        shows(column_type, &CellRef::Text(&text));
    }

    #[test]
    fn any_number_is_shown_as_its_value_or_not_at_all(column_type in column_types(), number: i64, real: f64) {
        shows(column_type, &CellRef::Integer(number));
        shows(column_type, &CellRef::Real(real));
    }
}

#[test]
fn an_id_that_was_written_by_hand_is_shown_as_every_id() {
    let uuid = ColumnType::Scalar(specd_domain::column_type::ScalarType::Uuid);
    for text in [
        "67E55044-10B1-426F-9247-BB680E5FE0C8",
        "67e5504410b1426f9247bb680e5fe0c8",
        "67e55044-10b1-426f-9247-bb680e5fe0c8",
    ] {
        shows(uuid, &CellRef::Text(text));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn records_and_pages_are_shown_as_they_are_read(
        (table, rows) in tables("shown").prop_flat_map(|table| {
            let rows = prop::collection::vec(rows(&table), 1..5);
            (Just(table), rows)
        }),
        length in 1u32..4,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let place = TempDir::new().unwrap();
            let store = open(&place);
            let table = created(&store, table).await;
            let names: Vec<_> = table.columns.iter().rev().map(|column| column.name.value.clone()).collect();
            let projection = Arc::new(Projection::new(&table, &names));
            let (position, key) = table.key().unwrap();
            for row in rows {
                // What a constraint of the table refuses teaches nothing here.
                let Ok(record) = store.create(&table, row, Terms::default()).await else {
                    continue;
                };
                let id = record.row[position].clone();
                let read = store.read(&table, id.clone(), Reach::default()).await.unwrap();
                let shown = store.show(&table, id, Reach::default(), &projection).await.unwrap();
                assert_eq!(shown, read.map(|record| Shown::of(&record, &projection)));
            }
            let query = ListQuery {
                filters: Vec::new(),
                sort: vec![SortKey { column: column_name(key.name.value.as_str()), descending: true }],
                after: Vec::new(),
                limit: length,
            };
            let read = store.list(&table, query.and_one_more(), Reach::default()).await.unwrap();
            let shown = store.show_page(&table, query.clone(), Reach::default(), &projection).await.unwrap();
            assert_eq!(shown, ShownPage::of(&table, &query, read, &projection));
        });
    }
}
