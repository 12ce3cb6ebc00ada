//! Revisions, and the tables that come with them.

use std::sync::Arc;

use specd_app::ports::records::WriteError;
use specd_app::ports::revisions::{ApplyError, NewRevision, Revision, SchemaChange};
use specd_app::ports::store::StoreError;
use specd_domain::name::SpecNumber;
use specd_domain::table::OnDelete;
use specd_domain::value::Value;

use super::Store;
use super::world::{
    DIGEST, applied, at_once, first_revision, not_applied, not_stored, revision, stored, there,
    wait,
};
use crate::sample::template::{template_spec, template_table};
use crate::sample::{at, reference, spec, table, table_name, text, time};

fn values() -> [(&'static str, Value); 4] {
    let now = Value::Timestamp(time("2025-01-01T00:00:00Z"));
    [
        ("field1", text("value")),
        ("field2", Value::Integer(123)),
        ("created_at", now.clone()),
        ("updated_at", now),
    ]
}

async fn current(store: &dyn Store, number: u16) -> Option<Revision> {
    match store.revisions().current(SpecNumber(number)).await {
        Ok(revision) => revision,
        Err(error) => unreachable!("the revision was not looked for: {error:?}"),
    }
}

/// Not a failure.
pub async fn a_document_without_a_revision_has_none(store: &dyn Store) {
    assert_eq!(current(store, 1).await, None);
}

/// The answer of the first is what is current, and its table takes rows.
pub async fn the_first_revision_is_number_one(store: &dyn Store) {
    let answer = applied(store, first_revision(template_spec())).await;
    assert_eq!(answer.number, 1);
    assert_eq!(answer.digest, DIGEST);
    assert_eq!(answer.applied_at, time("2025-03-01T12:00:00.123456Z"));
    assert_eq!(current(store, 1).await.as_ref(), Some(&answer));
    stored(store, &answer.spec.table, 1, &values()).await;
}

/// The spec comes back whole: endpoints, fields, rules, spans.
pub async fn a_revision_keeps_its_whole_spec(store: &dyn Store) {
    let mut spec = template_spec();
    spec.title = String::from("Orders 😀 \"of\" the 'day'");
    spec.summary = Some("one\ntwo".to_owned());
    applied(store, first_revision(spec.clone())).await;
    let kept = current(store, 1).await;
    assert_eq!(
        kept.as_ref().map(|revision| revision.spec.as_ref()),
        Some(&spec)
    );
}

/// Another text of the document with the same table: no change, the next number, the rows stay.
pub async fn an_unchanged_table_takes_the_next_revision(store: &dyn Store) {
    let first = applied(store, first_revision(template_spec())).await;
    stored(store, &first.spec.table, 1, &values()).await;
    for number in 2..=3 {
        let mut spec = template_spec();
        spec.title = format!("Text {number}");
        let new = revision(spec, Some(number - 1), SchemaChange::Alter(Vec::new()));
        let next = applied(store, new).await;
        assert_eq!(
            (next.number, next.spec.title.as_str()),
            (number, &*format!("Text {number}"))
        );
        assert_eq!(current(store, 1).await, Some(next));
    }
    there(store, &first.spec.table, 1).await;
}

/// Two servers, one document: the second is told that the first was there.
pub async fn the_same_revision_again_is_overtaken(store: &dyn Store) {
    let first = applied(store, first_revision(template_spec())).await;
    let error = not_applied(store, first_revision(template_spec())).await;
    assert!(matches!(error, ApplyError::Overtaken), "{error:?}");
    assert_eq!(current(store, 1).await, Some(first));
}

/// The revision that it follows is not there, or no longer the last.
pub async fn a_revision_that_follows_nothing_is_overtaken(store: &dyn Store) {
    let following = |number| {
        revision(
            template_spec(),
            Some(number),
            SchemaChange::Alter(Vec::new()),
        )
    };
    let error = not_applied(store, following(1)).await;
    assert!(matches!(error, ApplyError::Overtaken), "{error:?}");
    assert_eq!(current(store, 1).await, None);
    applied(store, first_revision(template_spec())).await;
    applied(store, following(1)).await;
    for number in [1, 3] {
        let error = not_applied(store, following(number)).await;
        assert!(
            matches!(error, ApplyError::Overtaken),
            "{number}: {error:?}"
        );
    }
    assert_eq!(
        current(store, 1).await.map(|revision| revision.number),
        Some(2)
    );
}

/// The table is named; the other document keeps it, rows and all.
pub async fn a_table_of_another_document_is_there(store: &dyn Store) {
    let first = applied(store, first_revision(template_spec())).await;
    stored(store, &first.spec.table, 1, &values()).await;
    let error = not_applied(store, first_revision(spec(2, template_table()))).await;
    let is_named = matches!(&error, ApplyError::TableThere(name) if *name == "resource");
    assert!(is_named, "{error:?}");
    assert_eq!(current(store, 2).await, None);
    assert_eq!(current(store, 1).await.as_ref(), Some(&first));
    there(store, &first.spec.table, 1).await;
}

/// A table that refers to one that is not there is refused whole: no table, no revision; a later attempt succeeds.
pub async fn a_refused_table_leaves_nothing_behind(store: &dyn Store) {
    let refers = || {
        let mut table = reference(template_table(), "field1", "nowhere", OnDelete::Refuse);
        table.name = at(table_name("broken"));
        table
    };
    let broken = Arc::new(refers());
    let error = not_applied(store, first_revision(spec(1, refers()))).await;
    assert!(matches!(error, ApplyError::Refused { .. }), "{error:?}");
    assert_eq!(current(store, 1).await, None);
    let error = not_stored(store, &broken, 1, &values()).await;
    assert!(
        matches!(error, WriteError::Store(StoreError::Failed(_))),
        "{error:?}"
    );
    let mut mended = refers();
    mended.references.clear();
    applied(store, first_revision(spec(1, mended))).await;
}

/// Two servers start at once on an empty database.
pub async fn of_two_first_revisions_at_once_one_is_applied(store: &dyn Store) {
    let answers = at_once(4, |_| {
        wait(store.revisions().apply(first_revision(template_spec())))
    });
    let mut applied = 0;
    for answer in answers {
        match answer {
            Ok(_) => applied += 1,
            Err(error) => assert!(matches!(error, ApplyError::Overtaken), "{error:?}"),
        }
    }
    assert_eq!(applied, 1);
    assert_eq!(
        current(store, 1).await.map(|revision| revision.number),
        Some(1)
    );
}

/// The numbers of one document are not those of another.
pub async fn documents_have_revisions_of_their_own(store: &dyn Store) {
    applied(store, first_revision(template_spec())).await;
    let other = || spec(2, table("other", Vec::new()));
    applied(store, first_revision(other())).await;
    applied(
        store,
        revision(other(), Some(1), SchemaChange::Alter(Vec::new())),
    )
    .await;
    assert_eq!(
        current(store, 1).await.map(|revision| revision.number),
        Some(1)
    );
    assert_eq!(
        current(store, 2).await.map(|revision| revision.number),
        Some(2)
    );
}

/// One for each document that has a revision, and that of the last.
pub async fn the_marks_are_those_of_the_applied_revisions(store: &dyn Store) {
    assert_eq!(marks(store).await, []);
    applied(store, first_revision(template_spec())).await;
    let other = || spec(2, table("other", Vec::new()));
    applied(store, first_revision(other())).await;
    let mut second = revision(other(), Some(1), SchemaChange::Alter(Vec::new()));
    second.digest = "a".repeat(64);
    applied(store, second).await;
    let expected = [(1, 1, DIGEST.to_owned()), (2, 2, "a".repeat(64))];
    assert_eq!(marks(store).await, expected);
}

/// By the number of the document: the number of its revision, and the digest.
async fn marks(store: &dyn Store) -> Vec<(u16, u32, String)> {
    let marks = match store.revisions().marks().await {
        Ok(marks) => marks,
        Err(error) => unreachable!("the marks were not looked for: {error:?}"),
    };
    let mut marks: Vec<_> = marks
        .into_iter()
        .map(|(spec, mark)| (spec.0, mark.number, mark.digest))
        .collect();
    marks.sort();
    marks
}

async fn applied_each(
    store: &dyn Store,
    new: Vec<NewRevision>,
) -> Vec<Result<Revision, ApplyError>> {
    match store.revisions().apply_each(new).await {
        Ok(answers) => answers,
        Err(error) => unreachable!("nothing was applied: {error:?}"),
    }
}

/// A table refers to one that was created before it in the same transaction; a text of an old document is among them.
pub async fn revisions_are_applied_together_in_their_order(store: &dyn Store) {
    let old = applied(store, first_revision(template_spec())).await;
    let mut refers = reference(template_table(), "field1", "first", OnDelete::Refuse);
    refers.name = at(table_name("second"));
    let mut first = template_table();
    first.name = at(table_name("first"));
    first.primary_key = vec![at(crate::sample::column_name("field1"))];
    let together = vec![
        first_revision(spec(2, first)),
        revision(template_spec(), Some(1), SchemaChange::Alter(Vec::new())),
        first_revision(spec(3, refers)),
    ];
    let answers = applied_each(store, together).await;
    let numbers: Vec<_> = answers
        .iter()
        .map(|answer| {
            answer
                .as_ref()
                .map(|revision| (revision.spec.number.0, revision.number))
        })
        .map(|answer| answer.map_err(ToString::to_string))
        .collect();
    assert_eq!(numbers, [Ok((2, 1)), Ok((1, 2)), Ok((3, 1))]);
    stored(store, &old.spec.table, 1, &values()).await;
    for number in [2, 3] {
        assert_eq!(
            current(store, number).await.map(|revision| revision.number),
            Some(1)
        );
    }
}

/// Taken names, missing tables and overtaken revisions are told each at its place; the good ones are applied, rows fit.
pub async fn of_several_revisions_the_refused_ones_leave_nothing_behind(store: &dyn Store) {
    applied(store, first_revision(template_spec())).await;
    let good = |number, name| {
        let mut table = template_table();
        table.name = at(table_name(name));
        spec(number, table)
    };
    let broken = || {
        let mut table = reference(template_table(), "field1", "nowhere", OnDelete::Refuse);
        table.name = at(table_name("broken"));
        spec(4, table)
    };
    let together = vec![
        first_revision(good(2, "good")),
        first_revision(spec(3, template_table())),
        first_revision(broken()),
        first_revision(template_spec()),
        first_revision(good(5, "better")),
    ];
    let answers = applied_each(store, together).await;
    assert!(
        matches!(
            answers.as_slice(),
            [
                Ok(_),
                Err(ApplyError::TableThere(_)),
                Err(ApplyError::Refused { .. }),
                Err(ApplyError::Overtaken),
                Ok(_)
            ]
        ),
        "{answers:?}"
    );
    for (number, is_applied) in [(2, true), (3, false), (4, false), (5, true)] {
        assert_eq!(
            current(store, number).await.is_some(),
            is_applied,
            "{number}"
        );
    }
    let table = Arc::new(good(5, "better").table.as_ref().clone());
    stored(store, &table, 1, &values()).await;
    let mut mended = template_table();
    mended.name = at(table_name("broken"));
    applied(store, first_revision(spec(4, mended))).await;
}
