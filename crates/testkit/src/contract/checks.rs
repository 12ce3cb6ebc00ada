//! The `CHECK`s that the domain and the database keep both.

use std::sync::Arc;

use specd_app::ports::records::{Terms, WriteError};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::rule::{Comparison, Expr};
use specd_domain::table::Table;
use specd_domain::value::Value;

use super::Store;
use super::world::{created, found, not_stored, row, stored, there};
use crate::sample::{check, column, compare, field_name, nullable, table, uuid};

/// `price > 0`, and `low <= high` over two columns.
async fn prices(store: &dyn Store) -> Arc<Table> {
    let integer = |name| nullable(column(name, ColumnType::Scalar(ScalarType::Integer)));
    let columns = ["price", "low", "high"].map(integer).into();
    let field = |name| Box::new(Expr::Field(field_name(name)));
    let in_order = Expr::Compare(field("low"), Comparison::LessOrEqual, field("high"));
    let positive = compare("price", Comparison::Greater, Value::Integer(0));
    let table = check(table("prices", columns), "price", positive);
    created(store, 1, check(table, "low", in_order)).await
}

#[track_caller]
fn assert_broken(error: &WriteError, name: &str) {
    let is_named = matches!(error, WriteError::CheckBroken { constraint } if *constraint == *name);
    assert!(is_named, "{name}: {error:?}");
}

/// The constraint is named, and nothing is stored.
pub async fn a_false_check_refuses_the_row_and_names_itself(store: &dyn Store) {
    let table = prices(store).await;
    let error = not_stored(store, &table, 1, &[("price", Value::Integer(0))]).await;
    assert_broken(&error, "prices_price_check");
    let both = [("low", Value::Integer(2)), ("high", Value::Integer(1))];
    let error = not_stored(store, &table, 1, &both).await;
    assert_broken(&error, "prices_low_check");
    assert_eq!(found(store, &table, 1).await, None);
}

/// A check over null is unknown, and unknown is not false.
pub async fn an_unknown_check_does_not_refuse(store: &dyn Store) {
    let table = prices(store).await;
    stored(store, &table, 1, &[]).await;
    stored(store, &table, 2, &[("low", Value::Integer(5))]).await;
    stored(store, &table, 3, &[("price", Value::Integer(1))]).await;
}

/// A replace is checked, and leaves the record as it was.
pub async fn a_check_holds_for_a_replaced_row_too(store: &dyn Store) {
    let table = prices(store).await;
    let before = stored(store, &table, 1, &[("price", Value::Integer(1))]).await;
    let next = row(&table, 1, &[("price", Value::Integer(-1))]);
    let answer = store
        .records()
        .replace(&table, uuid(1), 1, next, Terms::default())
        .await;
    assert!(answer.is_err(), "{answer:?}");
    if let Err(error) = answer {
        assert_broken(&error, "prices_price_check");
    }
    assert_eq!(there(store, &table, 1).await, before);
}
