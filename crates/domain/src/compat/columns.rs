//! Columns that came, went or changed.

use super::{Plan, Refusal, Step};
use crate::table::{Column, DefaultValue, Table};

pub(super) fn compare(old: &Table, new: &Table, plan: &mut Plan) {
    for before in &old.columns {
        let name = &before.name.value;
        match new.column(name.as_str()) {
            Some((_, after)) => changed(before, after, plan),
            None => plan.refuse(Refusal::new(
                new.span,
                format!("column `{name}` is gone"),
                format!(
                    "put `{name} {}` back: its values are never dropped; a response need not show it",
                    before.column_type.value
                ),
            )),
        }
    }
    for column in &new.columns {
        if super::is_added(old, column.name.value.as_str()) {
            added(column, plan);
        }
    }
}

fn added(column: &Column, plan: &mut Plan) {
    let name = &column.name.value;
    let default = column.default.as_ref().map(|default| &default.value);
    if default == Some(&DefaultValue::Sequence) {
        plan.refuse(Refusal::new(
            column.span,
            format!("column `{name}` is new and numbers its rows"),
            "let it take null, and number the rows that are stored by hand",
        ));
    } else if column.nullable || default.is_some() {
        plan.steps.push(Step::AddColumn(name.clone()));
    } else {
        plan.refuse(Refusal::new(
            column.span,
            format!("column `{name}` is new, `NOT NULL` and without `DEFAULT`"),
            "give it a `DEFAULT`, or leave out `NOT NULL`: the rows that are stored have no value for it",
        ));
    }
}

fn changed(before: &Column, after: &Column, plan: &mut Plan) {
    let name = &after.name.value;
    let (was, is) = (&before.column_type.value, &after.column_type.value);
    if was != is {
        plan.refuse(Refusal::new(
            after.column_type.span,
            format!("column `{name}` was {was} and became {is}"),
            format!("keep {was}, or add a column of another name"),
        ));
    }
    if before.nullable && !after.nullable {
        plan.refuse(Refusal::new(
            after.span,
            format!("column `{name}` became `NOT NULL`"),
            "leave out `NOT NULL`, or add a column of another name with a `DEFAULT`: stored rows may hold null",
        ));
    }
    if !before.nullable && after.nullable {
        plan.refuse(Refusal::new(
            after.span,
            format!("column `{name}` is no longer `NOT NULL`"),
            "put `NOT NULL` back, or add a column of another name that takes null",
        ));
    }
    default(before, after, plan);
}

fn default(before: &Column, after: &Column, plan: &mut Plan) {
    let was = before.default.as_ref().map(|default| &default.value);
    let is = after.default.as_ref().map(|default| &default.value);
    if was == is {
        return;
    }
    let name = &after.name.value;
    let span = after
        .default
        .as_ref()
        .map_or(after.span, |default| default.span);
    let numbers = Some(&DefaultValue::Sequence);
    if was == numbers || is == numbers {
        plan.refuse(Refusal::new(
            span,
            format!("column `{name}` began or ceased to number its rows"),
            "keep its default as it was, or add a column of another name",
        ));
    } else if is.is_none() && !after.nullable {
        plan.refuse(Refusal::new(
            span,
            format!("column `{name}` is `NOT NULL` and lost its `DEFAULT`"),
            "put the `DEFAULT` back: requests that leave the field out rely on it",
        ));
    } else {
        plan.steps.push(Step::SetDefault(name.clone()));
    }
}
