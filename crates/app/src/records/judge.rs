//! Judging a record before the store sees it: the row that a write makes, or everything that is wrong with it.

use chrono::{DateTime, SubsecRound, Utc};
use specd_domain::body::{self, Completeness, Reading};
use specd_domain::column_type::ScalarType;
use specd_domain::endpoint::Operation;
use specd_domain::field::Field;
use specd_domain::record::{Row, Submission};
use specd_domain::table::{DefaultValue, Table};
use specd_domain::validate::{self, Stamp, complete};
use specd_domain::value::{Value, merge_patch};
use specd_domain::violation::{Pointer, Violation, ViolationCode};

use super::error::RecordError;
use super::permit::Permit;
use crate::ports::clock::Clock;
use crate::ports::entropy::Entropy;

/// Judges the body of a write without its record and without the store: what is wrong with it is told even where neither can
/// be had.
///
/// # Errors
/// Every violation of the body at once.
pub fn judge_body(
    permit: Permit<'_>,
    body: &[u8],
    clock: &dyn Clock,
    entropy: &dyn Entropy,
) -> Result<(), RecordError> {
    let operation = permit.endpoint().operation;
    if !operation.has_body() {
        return Ok(());
    }
    let completeness = match operation {
        Operation::Patch => Completeness::Partial,
        _ => Completeness::Whole,
    };
    let fields = &permit.endpoint().request;
    let reading = body::read(body, fields, &permit.spec().table, completeness)?;
    let change = Change::new(permit, &reading, clock, entropy);
    let row = match operation {
        Operation::Create => created(permit, &reading, clock, entropy),
        Operation::Patch => patched(&change, None),
        _ => replaced(&change, None),
    };
    row.map(|_| ())
}

/// The row that a create makes.
pub(super) fn created(
    permit: Permit<'_>,
    reading: &Reading,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
) -> Result<Row, RecordError> {
    let change = Change::new(permit, reading, clock, entropy);
    let row = change.completed();
    accept(row, |row| change.violations(row))
}

/// Whether the key of the record that this body creates is drawn here, and not sent.
pub(super) fn draws_key(table: &Table, reading: &Reading) -> bool {
    let Some((position, key)) = table.key() else {
        return false;
    };
    let default = key.default.as_ref().map(|default| &default.value);
    let is_drawn = matches!(
        default,
        Some(DefaultValue::RandomUuid | DefaultValue::TimeUuid)
    );
    is_drawn && matches!(reading.submission.columns.get(position), Some(None))
}

/// A body that changes a record, and the moment at which it came.
pub(super) struct Change<'a> {
    permit: Permit<'a>,
    reading: &'a Reading,
    now: DateTime<Utc>,
    entropy: &'a dyn Entropy,
}

impl<'a> Change<'a> {
    pub(super) fn new(
        permit: Permit<'a>,
        reading: &'a Reading,
        clock: &dyn Clock,
        entropy: &'a dyn Entropy,
    ) -> Self {
        Self {
            permit,
            reading,
            now: clock.now().trunc_subsecs(6),
            entropy,
        }
    }

    /// What was sent, and the defaults for what was not.
    fn completed(&self) -> Row {
        let mut random = || self.entropy.random_128();
        let mut stamp = Stamp {
            now: self.now,
            random: &mut random,
        };
        complete(self.permit.spec(), &self.reading.submission, &mut stamp)
    }

    /// Everything that is wrong with the body, and with the row that it makes.
    fn violations(&self, row: &Row) -> Vec<Violation> {
        self.violations_of(row, &self.reading.submission)
    }

    fn violations_of(&self, row: &Row, submission: &Submission) -> Vec<Violation> {
        let mut all = self.reading.violations.clone();
        all.extend(match &self.permit.compiled_spec().validator {
            Some(validator) => validator.violations(row, submission, self.now),
            None => validate::violations(self.permit.spec(), row, submission, self.now),
        });
        all
    }

    fn sent(&self, position: usize) -> Option<&Value> {
        self.reading.submission.columns.get(position)?.as_ref()
    }

    /// The fields of the Request that have a column, with its position.
    fn fields(&self) -> impl Iterator<Item = (usize, &'a Field)> {
        let fields = &self.permit.endpoint().request;
        fields
            .iter()
            .filter_map(|field| Some((field.column?, field)))
    }

    /// The key is what the path says; a body that carries another one is wrong.
    fn keep_key(&self, row: &mut Row, current: &Row, violations: &mut Vec<Violation>) {
        let Some(key) = &self.permit.compiled_spec().key else {
            return;
        };
        let Some(value) = current.get(key.position) else {
            return;
        };
        if self.sent(key.position).is_some_and(|sent| sent != value) {
            violations.push(Violation {
                pointer: Pointer::root().member(key.name.as_str()),
                code: ViolationCode::RuleBroken,
                detail: "must be the one in the path, or left out".to_owned(),
                place: None,
            });
        }
        put(row, key.position, value.clone());
    }

    /// `updated_at` is the server's (spec-language, section 3): the time of the change, unless the Request carries it.
    fn touch(&self, row: &mut Row) {
        let Some((position, column)) = self.permit.spec().table.column("updated_at") else {
            return;
        };
        let is_ours = column.scalar().is_some_and(ScalarType::is_timestamp)
            && self.fields().all(|(at, _)| at != position);
        if is_ours {
            put(row, position, Value::Timestamp(self.now));
        }
    }

    /// What can be said of a body whose record is not there: the body itself, and the rules whose fields are all
    /// `known` without the record.
    fn judged_alone(&self, row: Row, known: impl Fn(usize) -> bool) -> Result<Row, RecordError> {
        let mut submission = self.reading.submission.clone();
        let columns = self.permit.spec().table.columns.iter().enumerate();
        let unknown = columns.filter(|(position, _)| !known(*position));
        // A rule over a field that was refused is not judged; nor is one over a field that nobody knows.
        submission
            .refused
            .extend(unknown.map(|(_, column)| column.name.value.to_field()));
        accept(row, |row| self.violations_of(row, &submission))
    }
}

/// The row that a replace makes of `current`: what its Request has is replaced, other columns keep their values (ruling
/// H19).
pub(super) fn replaced(change: &Change<'_>, current: Option<&Row>) -> Result<Row, RecordError> {
    let completed = change.completed();
    let Some(current) = current else {
        let is_replaced = |position| change.fields().any(|(at, _)| at == position);
        return change.judged_alone(completed, is_replaced);
    };
    let mut row = current.clone();
    for (position, _) in change.fields() {
        let is_kept = change.sent(position).is_none() && is_sequence(change, position);
        if !is_kept {
            put(
                &mut row,
                position,
                completed.get(position).cloned().unwrap_or(Value::Null),
            );
        }
    }
    judged_change(change, row, current, Vec::new())
}

/// The row that a merge patch makes of `current`.
pub(super) fn patched(change: &Change<'_>, current: Option<&Row>) -> Result<Row, RecordError> {
    let Some(current) = current else {
        let columns = &change.reading.submission.columns;
        let sent = columns
            .iter()
            .map(|value| value.clone().unwrap_or(Value::Null));
        let is_whole = |position| {
            let sent = change.sent(position);
            sent.is_some_and(|value| !matches!(value, Value::Json(_)))
        };
        return change.judged_alone(sent.collect(), is_whole);
    };
    let mut row = current.clone();
    let mut wrong = Vec::new();
    for (position, field) in change.fields() {
        let Some(sent) = change.sent(position) else {
            continue;
        };
        let merged = match sent {
            Value::Json(patch) => {
                let (merged, mut found) = merged_json(field, current.get(position), patch)?;
                wrong.append(&mut found);
                merged
            }
            value => value.clone(),
        };
        put(&mut row, position, merged);
    }
    judged_change(change, row, current, wrong)
}

/// `patch` merged into a JSON column, and what is wrong with the result: it must have the shape of the field.
fn merged_json(
    field: &Field,
    current: Option<&Value>,
    patch: &str,
) -> Result<(Value, Vec<Violation>), RecordError> {
    let target = match current {
        Some(Value::Json(text)) => text,
        _ => "null",
    };
    let merged = merge_patch(target, patch)?;
    let wrong = body::read_value(&merged, field)?;
    Ok((Value::Json(merged), wrong))
}

fn judged_change(
    change: &Change<'_>,
    mut row: Row,
    current: &Row,
    mut wrong: Vec<Violation>,
) -> Result<Row, RecordError> {
    change.keep_key(&mut row, current, &mut wrong);
    change.touch(&mut row);
    accept(row, |row| {
        let mut all = change.violations(row);
        all.append(&mut wrong);
        all
    })
}

fn is_sequence(change: &Change<'_>, position: usize) -> bool {
    let column = change.permit.spec().table.columns.get(position);
    column
        .and_then(|column| column.default.as_ref())
        .is_some_and(|default| default.value == DefaultValue::Sequence)
}

fn put(row: &mut Row, position: usize, value: Value) {
    if let Some(place) = row.get_mut(position) {
        *place = value;
    }
}

fn accept(row: Row, judge: impl FnOnce(&Row) -> Vec<Violation>) -> Result<Row, RecordError> {
    let violations = judge(&row);
    if violations.is_empty() {
        Ok(row)
    } else {
        Err(RecordError::Violations(violations))
    }
}
