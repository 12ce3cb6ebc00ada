//! What is unique.

use specd_app::ports::records::{Terms, WriteError};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::rule::Comparison;
use specd_domain::table::{Column, Table};
use specd_domain::value::Value;

use super::Store;
use super::world::{created, found, not_stored, row, stored, there};
use crate::sample::{
    column, compare, nullable, partial_unique_index, table, text, unique, unique_index, uuid,
};

fn text_column(name: &str) -> Column {
    nullable(column(name, ColumnType::Scalar(ScalarType::Text)))
}

fn people() -> Table {
    let columns = vec![
        text_column("email"),
        text_column("country"),
        text_column("number"),
    ];
    let table = unique(table("people", columns), &["email"]);
    unique(table, &["country", "number"])
}

#[track_caller]
fn assert_taken(error: &WriteError, name: &str, columns: &[&str]) {
    let is_named = matches!(
        error,
        WriteError::AlreadyThere { constraint, columns: found }
            if *constraint == *name && found.iter().map(AsRef::as_ref).eq(columns.iter().copied())
    );
    assert!(is_named, "{name} {columns:?}: {error:?}");
}

/// The primary key names its column.
pub async fn a_key_that_is_there_refuses_the_row(store: &dyn Store) {
    let table = created(store, 1, people()).await;
    stored(store, &table, 1, &[("email", text("a@b.c"))]).await;
    let error = not_stored(store, &table, 1, &[("email", text("d@e.f"))]).await;
    assert_taken(&error, "people_pkey", &["id"]);
}

/// A `UNIQUE` column.
pub async fn a_unique_column_refuses_the_row(store: &dyn Store) {
    let table = created(store, 1, people()).await;
    stored(store, &table, 1, &[("email", text("a@b.c"))]).await;
    let error = not_stored(store, &table, 2, &[("email", text("a@b.c"))]).await;
    assert_taken(&error, "people_email_key", &["email"]);
    stored(store, &table, 3, &[("email", text("d@e.f"))]).await;
}

/// A `UNIQUE` of the table.
pub async fn a_unique_table_constraint_is_over_all_its_columns(store: &dyn Store) {
    let table = created(store, 1, people()).await;
    let person = |country, number| [("country", text(country)), ("number", text(number))];
    stored(store, &table, 1, &person("FR", "1")).await;
    stored(store, &table, 2, &person("FR", "2")).await;
    stored(store, &table, 3, &person("DE", "1")).await;
    let error = not_stored(store, &table, 4, &person("FR", "1")).await;
    assert_taken(&error, "people_country_number_key", &["country", "number"]);
}

/// Two nulls are not the same value.
pub async fn nulls_are_distinct(store: &dyn Store) {
    let table = created(store, 1, people()).await;
    for id in 1..=3 {
        stored(store, &table, id, &[("country", text("FR"))]).await;
    }
}

/// A unique index is as good as a constraint.
pub async fn a_unique_index_refuses_the_row(store: &dyn Store) {
    let places = table("places", vec![text_column("name")]);
    let table = created(store, 1, unique_index(places, &["name"])).await;
    stored(store, &table, 1, &[("name", text("Lyon"))]).await;
    let error = not_stored(store, &table, 2, &[("name", text("Lyon"))]).await;
    assert_taken(&error, "places_name_idx", &["name"]);
}

/// Rows that the predicate does not cover may be the same.
pub async fn a_partial_unique_index_refuses_only_what_it_covers(store: &dyn Store) {
    let columns = vec![text_column("name"), text_column("state")];
    let open = compare("state", Comparison::Equal, text("open"));
    let table = partial_unique_index(table("tickets", columns), &["name"], open);
    let table = created(store, 1, table).await;
    let ticket = |state| [("name", text("same")), ("state", state)];
    stored(store, &table, 1, &ticket(text("open"))).await;
    stored(store, &table, 2, &ticket(text("closed"))).await;
    stored(store, &table, 3, &ticket(text("closed"))).await;
    stored(store, &table, 4, &ticket(Value::Null)).await;
    let error = not_stored(store, &table, 5, &ticket(text("open"))).await;
    assert_taken(&error, "tickets_name_idx", &["name"]);
    let reopened = row(&table, 2, &ticket(text("open")));
    let answer = store
        .records()
        .replace(&table, uuid(2), 1, reopened, Terms::default())
        .await;
    assert!(
        matches!(answer, Err(WriteError::AlreadyThere { .. })),
        "{answer:?}"
    );
}

/// Nothing of a refused row is found.
pub async fn a_refused_row_is_not_stored(store: &dyn Store) {
    let table = created(store, 1, people()).await;
    stored(store, &table, 1, &[("email", text("a@b.c"))]).await;
    not_stored(store, &table, 2, &[("email", text("a@b.c"))]).await;
    assert_eq!(found(store, &table, 2).await, None);
}

/// A replace is refused as a create is, and leaves the record as it was.
pub async fn a_replace_keeps_what_is_unique(store: &dyn Store) {
    let table = created(store, 1, people()).await;
    stored(store, &table, 1, &[("email", text("a@b.c"))]).await;
    let before = stored(store, &table, 2, &[("email", text("d@e.f"))]).await;
    let next = row(&table, 2, &[("email", text("a@b.c"))]);
    let answer = store
        .records()
        .replace(&table, uuid(2), 1, next, Terms::default())
        .await;
    assert!(answer.is_err(), "{answer:?}");
    if let Err(error) = answer {
        assert_taken(&error, "people_email_key", &["email"]);
    }
    assert_eq!(there(store, &table, 2).await, before);
}

/// Case, accents, composition and blanks make another text.
pub async fn text_is_unique_by_code_point(store: &dyn Store) {
    let table = created(store, 1, people()).await;
    let emails = ["a", "A", "a ", " a", "á", "a\u{301}", "", "ａ"];
    for (id, email) in (1..).zip(emails) {
        stored(store, &table, id, &[("email", text(email))]).await;
    }
}

/// A value is free again when its record is gone.
pub async fn a_deleted_value_may_be_used_again(store: &dyn Store) {
    let table = created(store, 1, people()).await;
    stored(store, &table, 1, &[("email", text("a@b.c"))]).await;
    assert!(
        store
            .records()
            .delete(&table, uuid(1), None, Terms::default())
            .await
            .is_ok()
    );
    stored(store, &table, 2, &[("email", text("a@b.c"))]).await;
}
