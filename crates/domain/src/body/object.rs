//! The body's own object: each member goes to its column.

use jiter::Peek;

use super::Completeness;
use super::json::Merge;
use super::members::Members;
use super::path::Path;
use super::reader::{Reader, Step};
use super::scalar::not_null;
use crate::column_type::ColumnType;
use crate::field::{Field, Shape};
use crate::record::Submission;
use crate::table::Table;
use crate::value::Value;
use crate::violation::ViolationCode;

/// The level of the values of the body's own object.
pub(super) const FIRST_DEPTH: usize = 1;

impl Reader<'_> {
    /// Reads the whole text: one object of these fields.
    pub(super) fn read_body(
        &mut self,
        fields: &[Field],
        table: &Table,
        completeness: Completeness,
        submission: &mut Submission,
    ) -> Step<()> {
        let peek = self.peek()?;
        if peek == Peek::Object {
            self.read_fields(fields, table, completeness, submission)?;
        } else {
            self.skip(peek)?;
            self.refuse_as(&Path::Root, ViolationCode::WrongType, "must be an object");
        }
        self.finish()
    }

    fn read_fields(
        &mut self,
        fields: &[Field],
        table: &Table,
        completeness: Completeness,
        submission: &mut Submission,
    ) -> Step<()> {
        let mut members = Members::new(fields);
        let mut key = self.first_key()?;
        while let Some(name) = key {
            let path = Path::Root.member(&name);
            let peek = self.peek()?;
            match members.find(&name) {
                None => {
                    self.skip(peek)?;
                    self.refuse_unknown(&path, &name, fields);
                }
                Some((position, field)) if members.mark(position) => {
                    self.refuse_duplicate(peek, &path)?;
                    submission.refuse(field);
                }
                Some((_, field)) => {
                    let target = Target::of(field, table);
                    match self.read_field(field, target, completeness, peek, &path)? {
                        Some(value) => submission.keep(field, value),
                        None => submission.refuse(field),
                    }
                }
            }
            key = self.next_key()?;
        }
        if completeness == Completeness::Whole {
            for field in members.missing() {
                self.refuse_missing(&Path::Root, field);
                submission.refuse(field);
            }
        }
        Ok(())
    }

    fn read_field(
        &mut self,
        field: &Field,
        target: Target,
        completeness: Completeness,
        peek: Peek,
        path: &Path<'_>,
    ) -> Step<Option<Value>> {
        if peek == Peek::Null {
            self.null()?;
            // A merge patch removes with null: a field without a column goes if nothing needs it.
            let is_removed =
                completeness == Completeness::Partial && target.is_dropped && !field.required;
            let is_taken =
                field.nullable || is_removed || (target.is_dropped && field.shape == Shape::Any);
            if !is_taken {
                self.refuse(path, not_null());
            }
            return Ok(is_taken.then_some(Value::Null));
        }
        match target.form {
            ColumnType::Scalar(scalar) => self.scalar(scalar, peek, path),
            ColumnType::Array(element) => self.array(element, peek, path, FIRST_DEPTH),
            ColumnType::Json | ColumnType::Jsonb => {
                let merge = match completeness {
                    Completeness::Whole => Merge::Whole,
                    Completeness::Partial => Merge::Patch,
                };
                self.json_column(field, merge, peek, path)
            }
        }
    }

    /// A JSON value, kept as its text; `None` where it was refused.
    fn json_column(
        &mut self,
        field: &Field,
        merge: Merge,
        peek: Peek,
        path: &Path<'_>,
    ) -> Step<Option<Value>> {
        let refusals = self.refusals;
        let mut text = String::new();
        self.json_value(&field.shape, merge, peek, path, FIRST_DEPTH, &mut text)?;
        Ok((refusals == self.refusals).then_some(Value::Json(text)))
    }

    pub(super) fn refuse_duplicate(&mut self, peek: Peek, path: &Path<'_>) -> Step<()> {
        self.skip(peek)?;
        self.refuse_as(path, ViolationCode::DuplicateField, "must stand only once");
        Ok(())
    }

    pub(super) fn refuse_missing(&mut self, path: &Path<'_>, field: &Field) {
        let path = path.member(field.name.as_str());
        self.refuse_as(&path, ViolationCode::Required, "must be present");
    }
}

/// What a field's value is read as.
#[derive(Clone, Copy)]
struct Target {
    form: ColumnType,
    is_dropped: bool,
}

impl Target {
    /// As its column says, or where it has none as its shape does.
    fn of(field: &Field, table: &Table) -> Self {
        let column = field
            .column
            .and_then(|position| table.columns.get(position));
        let form = match (column, &field.shape) {
            (Some(column), _) => column.column_type.value,
            (None, Shape::Scalar(scalar)) => ColumnType::Scalar(*scalar),
            (None, Shape::Array(element)) => match **element {
                Shape::Scalar(scalar) => ColumnType::Array(scalar),
                _ => ColumnType::Jsonb,
            },
            _ => ColumnType::Jsonb,
        };
        Self {
            form,
            is_dropped: column.is_none(),
        }
    }
}

impl Submission {
    fn keep(&mut self, field: &Field, value: Value) {
        let slot = field
            .column
            .and_then(|position| self.columns.get_mut(position));
        match slot {
            Some(slot) => *slot = Some(value),
            None => self.dropped.push((field.name.clone(), value)),
        }
    }

    /// Takes back what was kept of a field, and remembers that it was refused.
    fn refuse(&mut self, field: &Field) {
        if self.refused.contains(&field.name) {
            return;
        }
        if let Some(slot) = field
            .column
            .and_then(|position| self.columns.get_mut(position))
        {
            *slot = None;
        }
        self.dropped.retain(|(name, _)| *name != field.name);
        self.refused.push(field.name.clone());
    }
}
