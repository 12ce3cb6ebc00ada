//! Additive steps: what a new revision may do to a table that holds rows.

use std::sync::Arc;

use specd_app::ports::records::{Terms, WriteError};
use specd_app::ports::revisions::{ApplyError, SchemaChange};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::compat::Step;
use specd_domain::query::FilterOperator;
use specd_domain::rule::Comparison;
use specd_domain::table::{Check, Column, DefaultValue, Table};
use specd_domain::value::Value;

use super::Store;
use super::world::{
    all, applied, assert_values, column_of, created, filter, found, not_applied, not_stored,
    revision, row, stored, there,
};
use crate::sample::everything::SCALARS;
use crate::sample::values::edges;
use crate::sample::{
    at, check, column, column_name, compare, constraint_name, defaulted, index, nullable, spec,
    table, text, uuid,
};

fn rank() -> Column {
    nullable(column("rank", ColumnType::Scalar(ScalarType::Integer)))
}

fn note() -> Column {
    nullable(column("note", ColumnType::Scalar(ScalarType::Text)))
}

/// `rank > 10`, by the name that derives from its column.
fn ranks() -> Table {
    let above = compare("rank", Comparison::Greater, Value::Integer(10));
    check(table("ranks", vec![rank()]), "rank", above)
}

/// A table with three rows.
async fn filled(store: &dyn Store) -> Arc<Table> {
    let table = created(store, 1, ranks()).await;
    for (id, rank) in [(1, 11), (2, 12), (3, 13)] {
        stored(store, &table, id, &[("rank", Value::Integer(rank))]).await;
    }
    table
}

/// Applies the steps to the new table, as the second revision.
async fn altered(store: &dyn Store, table: Table, steps: Vec<Step>) -> Arc<Table> {
    let new = revision(spec(1, table), Some(1), SchemaChange::Alter(steps));
    let revision = applied(store, new).await;
    assert_eq!(revision.number, 2);
    Arc::clone(&revision.spec.table)
}

fn with(mut table: Table, column: Column) -> Table {
    table.columns.push(column);
    table
}

fn add(name: &str) -> Step {
    Step::AddColumn(column_name(name))
}

/// Old rows keep their version and their values.
pub async fn a_new_column_is_null_in_old_rows(store: &dyn Store) {
    filled(store).await;
    let table = altered(store, with(ranks(), note()), vec![add("note")]).await;
    let rows = all(store, &table, &["rank"], &[]).await;
    assert_values(
        &column_of(&table, "rank", &rows),
        &[11, 12, 13].map(Value::Integer),
        "rank",
    );
    assert_values(
        &column_of(&table, "note", &rows),
        &[const { Value::Null }; 3],
        "note",
    );
    assert_eq!(there(store, &table, 1).await.version, 1);
    let record = stored(
        store,
        &table,
        4,
        &[("rank", Value::Integer(14)), ("note", text("new"))],
    )
    .await;
    assert_eq!(there(store, &table, 4).await, record);
    let next = row(&table, 1, &[("note", text("now"))]);
    assert!(
        store
            .records()
            .replace(&table, uuid(1), 1, next, Terms::default())
            .await
            .is_ok()
    );
}

/// `NOT NULL DEFAULT …`.
pub async fn a_new_column_takes_its_default_in_old_rows(store: &dyn Store) {
    filled(store).await;
    let state = column("state", ColumnType::Scalar(ScalarType::Varchar(Some(20))));
    let state = defaulted(state, DefaultValue::Literal(text("it's \"new\"")));
    let table = altered(store, with(ranks(), state), vec![add("state")]).await;
    let rows = all(store, &table, &["rank"], &[]).await;
    let expected = [const { "it's \"new\"" }; 3].map(text);
    assert_values(&column_of(&table, "state", &rows), &expected, "state");
    let error = not_stored(store, &table, 4, &[]).await;
    assert!(matches!(error, WriteError::OutOfRange { .. }), "{error:?}");
}

/// A default is of its column's type and exact, whatever the type.
pub async fn a_new_column_of_each_type_keeps_its_default(store: &dyn Store) {
    filled(store).await;
    let scalars = SCALARS.map(|(name, scalar)| (name.to_owned(), ColumnType::Scalar(scalar)));
    let arrays = SCALARS.map(|(name, scalar)| (format!("list_{name}"), ColumnType::Array(scalar)));
    let json = [
        ("of_json", ColumnType::Json),
        ("of_jsonb", ColumnType::Jsonb),
    ];
    let json = json.map(|(name, column_type)| (name.to_owned(), column_type));
    let mut next = ranks();
    let mut expected = Vec::new();
    for (name, column_type) in scalars.into_iter().chain(arrays).chain(json) {
        // The last edge that is not as long as a book.
        let value = edges(column_type)
            .into_iter()
            .rfind(|value| format!("{value:?}").len() < 2_000);
        let Some(value) = value else { continue };
        let default = DefaultValue::Literal(value.clone());
        next.columns
            .push(defaulted(column(&name, column_type), default));
        expected.push((name, value));
    }
    let steps = expected.iter().map(|(name, _)| add(name)).collect();
    let table = altered(store, next, steps).await;
    let rows = all(store, &table, &["rank"], &[]).await;
    for (name, value) in expected {
        let three = [value.clone(), value.clone(), value];
        assert_values(&column_of(&table, &name, &rows), &three, &name);
    }
}

/// Lists are the same with it as without.
pub async fn a_new_index_is_created_over_rows(store: &dyn Store) {
    filled(store).await;
    let next = index(ranks(), &["-rank"]);
    let step = Step::CreateIndex(constraint_name("ranks_rank_idx"));
    let table = altered(store, next, vec![step]).await;
    let above = filter("rank", FilterOperator::Gt, &[Value::Integer(11)]);
    let rows = all(store, &table, &["-rank"], &[above]).await;
    assert_values(
        &column_of(&table, "rank", &rows),
        &[13, 12].map(Value::Integer),
        "rank",
    );
}

/// What it refused is stored; the rows that were there stay.
pub async fn a_dropped_check_refuses_no_longer(store: &dyn Store) {
    let old = filled(store).await;
    not_stored(store, &old, 4, &[("rank", Value::Integer(1))]).await;
    let step = Step::DropCheck(constraint_name("ranks_rank_check"));
    let table = altered(store, table("ranks", vec![rank()]), vec![step]).await;
    stored(store, &table, 4, &[("rank", Value::Integer(1))]).await;
    assert_eq!(all(store, &table, &["id"], &[]).await.len(), 4);
}

/// Under the same name, and it still refuses what is below the new bound.
pub async fn a_loosened_check_lets_more_pass(store: &dyn Store) {
    filled(store).await;
    let above = compare("rank", Comparison::Greater, Value::Integer(5));
    let next = check(table("ranks", vec![rank()]), "rank", above);
    let step = Step::LoosenCheck(constraint_name("ranks_rank_check"));
    let table = altered(store, next, vec![step]).await;
    stored(store, &table, 4, &[("rank", Value::Integer(6))]).await;
    let error = not_stored(store, &table, 5, &[("rank", Value::Integer(5))]).await;
    let is_named = matches!(&error, WriteError::CheckBroken { constraint } if *constraint == "ranks_rank_check");
    assert!(is_named, "{error:?}");
    assert_eq!(all(store, &table, &["id"], &[]).await.len(), 4);
}

/// A comment.
pub async fn a_description_changes_no_row(store: &dyn Store) {
    let old = filled(store).await;
    let before = all(store, &old, &["id"], &[]).await;
    let mut next = ranks();
    next.comment = Some("what it's for".to_owned());
    let table = altered(store, next, vec![Step::Describe]).await;
    assert_eq!(all(store, &table, &["id"], &[]).await, before);
}

/// Columns, a check and an index, in the order of the steps.
pub async fn several_steps_are_taken_in_one_revision(store: &dyn Store) {
    filled(store).await;
    let mut next = with(
        with(ranks(), note()),
        nullable(column("state", ColumnType::Scalar(ScalarType::Text))),
    );
    next.checks = vec![Check {
        name: constraint_name("ranks_rank_check"),
        expr: at(compare("rank", Comparison::Greater, Value::Integer(0))),
        enforcement: specd_domain::table::Enforcement::Everywhere,
    }];
    let next = index(next, &["state", "-note"]);
    let steps = vec![
        add("note"),
        add("state"),
        Step::LoosenCheck(constraint_name("ranks_rank_check")),
        Step::CreateIndex(constraint_name("ranks_state_note_idx")),
        Step::Describe,
    ];
    let table = altered(store, next, steps).await;
    let values = [
        ("rank", Value::Integer(1)),
        ("note", text("a")),
        ("state", text("b")),
    ];
    stored(store, &table, 4, &values).await;
    let open = filter("state", FilterOperator::Eq, &[text("b")]);
    assert_eq!(all(store, &table, &["note"], &[open]).await.len(), 1);
}

/// The column is not there, the revision is the one that was.
pub async fn an_overtaken_step_changes_nothing(store: &dyn Store) {
    let old = filled(store).await;
    let change = SchemaChange::Alter(vec![add("note")]);
    let late = revision(spec(1, with(ranks(), note())), Some(7), change.clone());
    let error = not_applied(store, late).await;
    assert!(matches!(error, ApplyError::Overtaken), "{error:?}");
    stored(store, &old, 4, &[("rank", Value::Integer(14))]).await;
    let number = store
        .revisions()
        .current(specd_domain::name::SpecNumber(1))
        .await;
    assert!(number.is_ok_and(|current| current.is_some_and(|current| current.number == 1)));
    // The step was not taken half: taken now, it works.
    applied(
        store,
        revision(spec(1, with(ranks(), note())), Some(1), change),
    )
    .await;
}

/// A server that still serves the old text writes and reads beside one that serves the new.
pub async fn the_old_revision_keeps_serving(store: &dyn Store) {
    let old = filled(store).await;
    let state = column("state", ColumnType::Scalar(ScalarType::Text));
    let state = defaulted(state, DefaultValue::Literal(text("new")));
    let table = altered(store, with(ranks(), state), vec![add("state")]).await;
    stored(store, &old, 4, &[("rank", Value::Integer(14))]).await;
    let closed = row(
        &table,
        1,
        &[("rank", Value::Integer(11)), ("state", text("closed"))],
    );
    assert!(
        store
            .records()
            .replace(&table, uuid(1), 1, closed, Terms::default())
            .await
            .is_ok()
    );
    let next = row(&old, 1, &[("rank", Value::Integer(20))]);
    assert!(
        store
            .records()
            .replace(&old, uuid(1), 2, next.clone(), Terms::default())
            .await
            .is_ok()
    );
    assert_eq!(there(store, &old, 1).await.row, next);
    assert_eq!(all(store, &old, &["id"], &[]).await.len(), 4);
    let rows = all(store, &table, &["id"], &[]).await;
    let states = ["closed", "new", "new", "new"].map(text);
    assert_values(&column_of(&table, "state", &rows), &states, "state");
    assert!(
        store
            .records()
            .delete(&old, uuid(4), None, Terms::default())
            .await
            .is_ok()
    );
    assert_eq!(found(store, &table, 4).await, None);
}
