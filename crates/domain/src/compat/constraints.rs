//! Keys, uniques, references and indexes that came, went or changed.

use super::{Plan, Refusal, Step, is_added, listed, values};
use crate::table::{Index, Reference, Table, Unique};

pub(super) fn key(old: &Table, new: &Table, plan: &mut Plan) {
    if values(&old.primary_key) == values(&new.primary_key) {
        return;
    }
    let span = new.primary_key.first().map_or(new.span, |key| key.span);
    plan.refuse(Refusal::new(
        span,
        format!(
            "the primary key was {} and became {}",
            keyed(old),
            keyed(new)
        ),
        format!(
            "keep the key {}, or begin a table of its own for the new one",
            keyed(old)
        ),
    ));
}

fn keyed(table: &Table) -> String {
    if table.primary_key.is_empty() {
        "none".to_owned()
    } else {
        listed(&table.primary_key)
    }
}

/// Uniques are told apart by their columns: the names that are derived from them follow.
pub(super) fn uniques(old: &Table, new: &Table, plan: &mut Plan) {
    let is_same = |a: &Unique, b: &Unique| values(&a.columns) == values(&b.columns);
    for unique in &new.uniques {
        if old.uniques.iter().any(|before| is_same(before, unique)) {
            continue;
        }
        // No row has a value in a new column without a default, and nulls do not collide.
        let is_free = unique.columns.iter().any(|name| {
            let column = new.column(name.value.as_str());
            let is_empty =
                column.is_some_and(|(_, column)| column.nullable && column.default.is_none());
            is_empty && is_added(old, name.value.as_str())
        });
        if !is_free {
            plan.refuse(Refusal::new(
                unique.span,
                format!("{} became `UNIQUE`", listed(&unique.columns)),
                "leave out `UNIQUE`, or begin a table of its own: stored rows may hold a value twice",
            ));
        }
    }
    for before in &old.uniques {
        if !new.uniques.iter().any(|unique| is_same(before, unique)) {
            let columns = listed(&before.columns);
            plan.refuse(Refusal::new(
                new.span,
                format!("{columns} is no longer `UNIQUE`"),
                format!(
                    "put `UNIQUE ({})` back: nothing is ever dropped",
                    bare(before)
                ),
            ));
        }
    }
}

fn bare(unique: &Unique) -> String {
    let names: Vec<_> = unique
        .columns
        .iter()
        .map(|column| column.value.as_str())
        .collect();
    names.join(", ")
}

pub(super) fn references(old: &Table, new: &Table, plan: &mut Plan) {
    for reference in &new.references {
        match old
            .references
            .iter()
            .find(|before| values(&before.columns) == values(&reference.columns))
        {
            Some(before) if refers_alike(before, reference) => {}
            Some(_) => plan.refuse(Refusal::new(
                reference.span,
                format!("the reference of {} changed", listed(&reference.columns)),
                "keep the reference as it was, or add a column of another name",
            )),
            None => added_reference(old, new, reference, plan),
        }
    }
    for before in &old.references {
        let is_there = new
            .references
            .iter()
            .any(|reference| values(&reference.columns) == values(&before.columns));
        if !is_there {
            plan.refuse(Refusal::new(
                new.span,
                format!(
                    "{} no longer refers to `{}`",
                    listed(&before.columns),
                    before.table.value
                ),
                format!(
                    "put `REFERENCES {}` back: nothing is ever dropped",
                    before.table.value
                ),
            ));
        }
    }
}

fn added_reference(old: &Table, new: &Table, reference: &Reference, plan: &mut Plan) {
    let is_empty = reference.columns.iter().any(|name| {
        let column = new.column(name.value.as_str());
        let is_without_values =
            column.is_some_and(|(_, column)| column.nullable && column.default.is_none());
        is_without_values && is_added(old, name.value.as_str())
    });
    if !is_empty {
        plan.refuse(Refusal::new(
            reference.span,
            format!(
                "{} came to refer to `{}`",
                listed(&reference.columns),
                reference.table.value
            ),
            "add the reference on a new column that takes null: stored rows may refer to nothing",
        ));
    }
}

fn refers_alike(a: &Reference, b: &Reference) -> bool {
    a.table.value == b.table.value
        && values(&a.target) == values(&b.target)
        && a.on_delete == b.on_delete
}

pub(super) fn indexes(old: &Table, new: &Table, plan: &mut Plan) {
    for index in &new.indexes {
        match old.indexes.iter().find(|before| before.name == index.name) {
            Some(before) if covers_alike(before, index) => {}
            Some(_) => plan.refuse(Refusal::new(
                index.span,
                format!("index `{}` changed", index.name),
                "keep it as it was, and add the other under a name of its own",
            )),
            None if index.unique => plan.refuse(Refusal::new(
                index.span,
                format!("unique index `{}` is new", index.name),
                "leave out `UNIQUE`: stored rows may hold a value twice",
            )),
            None => plan.steps.push(Step::CreateIndex(index.name.clone())),
        }
    }
    for before in &old.indexes {
        if !new.indexes.iter().any(|index| index.name == before.name) {
            plan.refuse(Refusal::new(
                new.span,
                format!("index `{}` is gone", before.name),
                "put its `CREATE INDEX` back: nothing is ever dropped",
            ));
        }
    }
}

fn covers_alike(a: &Index, b: &Index) -> bool {
    let columns = |index: &Index| -> Vec<_> {
        index
            .columns
            .iter()
            .map(|part| (part.column.value.clone(), part.descending))
            .collect()
    };
    let predicate = |index: &Index| {
        index
            .predicate
            .as_ref()
            .map(|predicate| predicate.value.clone())
    };
    a.unique == b.unique && columns(a) == columns(b) && predicate(a) == predicate(b)
}
