//! Creating and reading a record.

use specd_app::ports::records::WriteError;
use specd_app::ports::store::StoreError;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::value::Value;

use super::Store;
use super::world::{created, found, not_stored, row, stored, there};
use crate::order::same_row;
use crate::sample::template::template_table;
use crate::sample::{column, table, text, time};

fn values() -> [(&'static str, Value); 4] {
    let now = Value::Timestamp(time("2025-01-01T00:00:00.000001Z"));
    [
        ("field1", text("value")),
        ("field2", Value::Integer(123)),
        ("created_at", now.clone()),
        ("updated_at", now),
    ]
}

/// The answer of a create is the row as it was sent, and its version is 1.
pub async fn the_answer_is_the_row_at_version_one(store: &dyn Store) {
    let table = created(store, 1, template_table()).await;
    let record = stored(store, &table, 1, &values()).await;
    assert_eq!(record.version, 1);
    assert!(
        same_row(&record.row, &row(&table, 1, &values())),
        "{record:?}"
    );
}

/// What was created is read.
pub async fn a_created_record_is_read_by_its_key(store: &dyn Store) {
    let table = created(store, 1, template_table()).await;
    let record = stored(store, &table, 1, &values()).await;
    stored(store, &table, 2, &values()).await;
    assert_eq!(there(store, &table, 1).await, record);
}

/// A key that no record has is `None`, not a failure.
pub async fn a_key_that_is_not_there_is_none(store: &dyn Store) {
    let table = created(store, 1, template_table()).await;
    stored(store, &table, 1, &values()).await;
    assert_eq!(found(store, &table, 2).await, None);
}

/// Writing to a table that nobody created is a failure of the store, not of the record.
pub async fn a_table_that_is_not_there_is_a_failure(store: &dyn Store) {
    let table = std::sync::Arc::new(template_table());
    let error = not_stored(store, &table, 1, &values()).await;
    assert!(
        matches!(error, WriteError::Store(StoreError::Failed(_))),
        "{error:?}"
    );
}

/// The same key in two tables is two records.
pub async fn records_of_two_tables_do_not_mix(store: &dyn Store) {
    let note = |name| {
        table(
            name,
            vec![column("note", ColumnType::Scalar(ScalarType::Text))],
        )
    };
    let one = created(store, 1, note("one")).await;
    let other = created(store, 2, note("other")).await;
    stored(store, &one, 1, &[("note", text("of one"))]).await;
    stored(store, &other, 1, &[("note", text("of other"))]).await;
    assert_eq!(
        there(store, &one, 1).await.row.get(1),
        Some(&text("of one"))
    );
    assert_eq!(
        there(store, &other, 1).await.row.get(1),
        Some(&text("of other"))
    );
}

/// A store that can be asked says so.
pub async fn a_store_is_ready(store: &dyn Store) {
    let answer = store.health().ready().await;
    assert!(answer.is_ok(), "{answer:?}");
}
