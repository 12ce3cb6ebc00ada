//! What refers to what.

use std::sync::Arc;

use specd_app::ports::records::{Terms, WriteError};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::table::{Column, DefaultValue, OnDelete, Table};
use specd_domain::value::Value;

use super::Store;
use super::world::{column_of, created, found, not_stored, row, stored, there};
use crate::sample::{column, defaulted, nullable, reference, table, text, uuid};

fn refers(name: &str) -> Column {
    nullable(column(name, ColumnType::Scalar(ScalarType::Uuid)))
}

async fn authors(store: &dyn Store) -> Arc<Table> {
    let name = column("name", ColumnType::Scalar(ScalarType::Text));
    let table = created(store, 1, table("authors", vec![name])).await;
    for id in 1..=3 {
        stored(store, &table, id, &[("name", text(format!("author {id}")))]).await;
    }
    table
}

async fn books(store: &dyn Store, on_delete: OnDelete) -> (Arc<Table>, Arc<Table>) {
    let authors = authors(store).await;
    let books = table("books", vec![refers("author")]);
    let books = reference(books, "author", "authors", on_delete);
    (authors, created(store, 2, books).await)
}

#[track_caller]
fn assert_missing(error: &WriteError, name: &str, column: &str) {
    let is_named = matches!(
        error,
        WriteError::MissingReference { constraint, columns }
            if *constraint == *name && columns.iter().map(AsRef::as_ref).eq([column])
    );
    assert!(is_named, "{name} ({column}): {error:?}");
}

/// The foreign key and its column are named, and nothing is stored.
pub async fn a_missing_reference_refuses_the_row(store: &dyn Store) {
    let (_, books) = books(store, OnDelete::Refuse).await;
    let error = not_stored(store, &books, 1, &[("author", uuid(9))]).await;
    assert_missing(&error, "books_author_fkey", "author");
    assert_eq!(found(store, &books, 1).await, None);
}

/// A reference that is there.
pub async fn a_reference_that_is_there_is_kept(store: &dyn Store) {
    let (_, books) = books(store, OnDelete::Refuse).await;
    stored(store, &books, 1, &[("author", uuid(2))]).await;
    assert_eq!(there(store, &books, 1).await.row.get(1), Some(&uuid(2)));
}

/// Null needs nothing to be there.
pub async fn a_null_reference_refers_to_nothing(store: &dyn Store) {
    let (_, books) = books(store, OnDelete::Refuse).await;
    stored(store, &books, 1, &[]).await;
}

/// To another row, and to itself.
pub async fn a_record_may_refer_to_its_own_table(store: &dyn Store) {
    let staff = table("staff", vec![refers("chief")]);
    let table = created(
        store,
        1,
        reference(staff, "chief", "staff", OnDelete::Refuse),
    )
    .await;
    stored(store, &table, 1, &[("chief", uuid(1))]).await;
    stored(store, &table, 2, &[("chief", uuid(1))]).await;
    let error = not_stored(store, &table, 3, &[("chief", uuid(4))]).await;
    assert_missing(&error, "staff_chief_fkey", "chief");
    let answer = store
        .records()
        .delete(&table, uuid(1), None, Terms::default())
        .await;
    assert!(
        matches!(answer, Err(WriteError::StillReferenced { .. })),
        "{answer:?}"
    );
    assert!(
        store
            .records()
            .delete(&table, uuid(2), None, Terms::default())
            .await
            .is_ok()
    );
    assert!(
        store
            .records()
            .delete(&table, uuid(1), None, Terms::default())
            .await
            .is_ok()
    );
}

/// Until nothing refers to it.
pub async fn a_referenced_record_is_not_deleted(store: &dyn Store) {
    let (authors, books) = books(store, OnDelete::Refuse).await;
    stored(store, &books, 1, &[("author", uuid(2))]).await;
    let answer = store
        .records()
        .delete(&authors, uuid(2), None, Terms::default())
        .await;
    let is_refused = matches!(
        &answer,
        Err(WriteError::StillReferenced { constraint })
            if constraint.as_ref().is_none_or(|name| *name == "books_author_fkey")
    );
    assert!(is_refused, "{answer:?}");
    assert!(found(store, &authors, 2).await.is_some());
    assert!(
        store
            .records()
            .delete(&authors, uuid(1), None, Terms::default())
            .await
            .is_ok()
    );
    assert!(
        store
            .records()
            .delete(&books, uuid(1), None, Terms::default())
            .await
            .is_ok()
    );
    assert!(
        store
            .records()
            .delete(&authors, uuid(2), None, Terms::default())
            .await
            .is_ok()
    );
}

/// The rows that refer to it go with it, no others.
pub async fn a_delete_cascades(store: &dyn Store) {
    let (authors, books) = books(store, OnDelete::Cascade).await;
    for (id, author) in [(1, 2), (2, 2), (3, 1)] {
        stored(store, &books, id, &[("author", uuid(author))]).await;
    }
    assert!(
        store
            .records()
            .delete(&authors, uuid(2), None, Terms::default())
            .await
            .is_ok()
    );
    assert_eq!(found(store, &books, 1).await, None);
    assert_eq!(found(store, &books, 2).await, None);
    assert!(found(store, &books, 3).await.is_some());
}

/// A cascade goes on, and is refused as a whole where a row at its end is held.
pub async fn a_delete_cascades_through_several_tables(store: &dyn Store) {
    let (authors, books) = books(store, OnDelete::Cascade).await;
    let pages = reference(
        table("pages", vec![refers("book")]),
        "book",
        "books",
        OnDelete::Cascade,
    );
    let pages = created(store, 3, pages).await;
    let marks = reference(
        table("marks", vec![refers("page")]),
        "page",
        "pages",
        OnDelete::Refuse,
    );
    let marks = created(store, 4, marks).await;
    stored(store, &books, 1, &[("author", uuid(2))]).await;
    stored(store, &pages, 1, &[("book", uuid(1))]).await;
    stored(store, &marks, 1, &[("page", uuid(1))]).await;
    let answer = store
        .records()
        .delete(&authors, uuid(2), None, Terms::default())
        .await;
    assert!(
        matches!(answer, Err(WriteError::StillReferenced { .. })),
        "{answer:?}"
    );
    assert!(found(store, &books, 1).await.is_some());
    assert!(
        store
            .records()
            .delete(&marks, uuid(1), None, Terms::default())
            .await
            .is_ok()
    );
    assert!(
        store
            .records()
            .delete(&authors, uuid(2), None, Terms::default())
            .await
            .is_ok()
    );
    assert_eq!(found(store, &books, 1).await, None);
    assert_eq!(found(store, &pages, 1).await, None);
}

/// `ON DELETE SET NULL`.
pub async fn a_delete_sets_null(store: &dyn Store) {
    let (authors, books) = books(store, OnDelete::SetNull).await;
    stored(store, &books, 1, &[("author", uuid(2))]).await;
    stored(store, &books, 2, &[("author", uuid(1))]).await;
    assert!(
        store
            .records()
            .delete(&authors, uuid(2), None, Terms::default())
            .await
            .is_ok()
    );
    let authors: Vec<Value> = column_of(
        &books,
        "author",
        &[
            there(store, &books, 1).await.row,
            there(store, &books, 2).await.row,
        ],
    );
    assert_eq!(authors, [Value::Null, uuid(1)]);
}

/// `ON DELETE SET DEFAULT`.
pub async fn a_delete_sets_the_default(store: &dyn Store) {
    let authors = authors(store).await;
    let author = defaulted(refers("author"), DefaultValue::Literal(uuid(3)));
    let books = reference(
        table("books", vec![author]),
        "author",
        "authors",
        OnDelete::SetDefault,
    );
    let books = created(store, 2, books).await;
    stored(store, &books, 1, &[("author", uuid(2))]).await;
    assert!(
        store
            .records()
            .delete(&authors, uuid(2), None, Terms::default())
            .await
            .is_ok()
    );
    assert_eq!(there(store, &books, 1).await.row.get(1), Some(&uuid(3)));
}

/// A replace may refer to another record, not to none.
pub async fn a_replace_keeps_references(store: &dyn Store) {
    let (_, books) = books(store, OnDelete::Refuse).await;
    stored(store, &books, 1, &[("author", uuid(1))]).await;
    let lost = row(&books, 1, &[("author", uuid(9))]);
    let answer = store
        .records()
        .replace(&books, uuid(1), 1, lost, Terms::default())
        .await;
    assert!(answer.is_err(), "{answer:?}");
    if let Err(error) = answer {
        assert_missing(&error, "books_author_fkey", "author");
    }
    let next = row(&books, 1, &[("author", uuid(2))]);
    assert!(
        store
            .records()
            .replace(&books, uuid(1), 1, next, Terms::default())
            .await
            .is_ok()
    );
    assert_eq!(there(store, &books, 1).await.row.get(1), Some(&uuid(2)));
}
