//! Values of JSON columns: judged by their shape and kept as one compact text.

use std::borrow::Cow;
use std::collections::HashSet;

use jiter::Peek;

use super::MAX_DEPTH;
use super::members::Members;
use super::object::FIRST_DEPTH;
use super::path::Path;
use super::reader::{Reader, Step, is_number};
use super::scalar::not_null;
use crate::column_type::ScalarType;
use crate::field::{Field, Shape};
use crate::value::{
    DecimalText, ValueError, check_characters, from_boolean, from_number, from_text, nul,
    write_json_text, wrong_type,
};
use crate::violation::ViolationCode;

/// Whether a value is whole or is merged into a stored one (RFC 7396).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Merge {
    /// Every required member is there.
    Whole,
    /// Objects are patches: any member may be left out, and null removes one. Arrays and scalars replace, and are whole.
    Patch,
}

/// Up to this many keys an open object compares each with each.
const FEW_KEYS: usize = 16;

impl Reader<'_> {
    /// Reads the whole text: the value of one field.
    pub(super) fn read_whole(
        &mut self,
        field: &Field,
        path: &Path<'_>,
        out: &mut String,
    ) -> Step<()> {
        let peek = self.peek()?;
        if peek == Peek::Null && (field.nullable || field.shape == Shape::Any) {
            self.null()?;
        } else {
            self.json_value(&field.shape, Merge::Whole, peek, path, FIRST_DEPTH, out)?;
        }
        self.finish()
    }

    /// Judges the value that begins here and appends its text. Null is refused unless the shape takes any value.
    pub(super) fn json_value(
        &mut self,
        shape: &Shape,
        merge: Merge,
        peek: Peek,
        path: &Path<'_>,
        depth: usize,
        out: &mut String,
    ) -> Step<()> {
        let is_container = matches!(peek, Peek::Object | Peek::Array);
        if is_container && depth >= MAX_DEPTH {
            return self.refuse_depth(peek, path);
        }
        match (shape, peek) {
            (Shape::Any, Peek::Null) => {
                self.null()?;
                out.push_str("null");
                Ok(())
            }
            (_, Peek::Null) => {
                self.null()?;
                self.refuse(path, not_null());
                Ok(())
            }
            (Shape::Object(fields), Peek::Object) => {
                self.closed_object(fields, merge, path, depth + 1, out)
            }
            (Shape::AnyObject | Shape::Any, Peek::Object) => self.open_object(path, depth + 1, out),
            (Shape::Array(element), Peek::Array) => self.json_array(element, path, depth + 1, out),
            (Shape::AnyArray | Shape::Any, Peek::Array) => {
                self.json_array(&Shape::Any, path, depth + 1, out)
            }
            (Shape::Scalar(scalar), _) => self.json_scalar(*scalar, peek, path, out),
            (Shape::Any, _) => self.any_scalar(peek, path, out),
            (Shape::Object(_) | Shape::AnyObject, _) => {
                self.refuse_json_type(peek, path, "must be an object")
            }
            (Shape::Array(_) | Shape::AnyArray, _) => {
                self.refuse_json_type(peek, path, "must be an array")
            }
        }
    }

    fn refuse_json_type(&mut self, peek: Peek, path: &Path<'_>, detail: &str) -> Step<()> {
        self.skip(peek)?;
        self.refuse_as(path, ViolationCode::WrongType, detail);
        Ok(())
    }

    fn closed_object(
        &mut self,
        fields: &[Field],
        merge: Merge,
        path: &Path<'_>,
        depth: usize,
        out: &mut String,
    ) -> Step<()> {
        let mut members = Members::new(fields);
        let mut separator = '{';
        let mut key = self.first_key()?;
        while let Some(name) = key {
            let here = path.member(&name);
            let peek = self.peek()?;
            match members.find(&name) {
                None => {
                    self.skip(peek)?;
                    self.refuse_unknown(&here, &name, fields);
                }
                Some((position, _)) if members.mark(position) => {
                    self.refuse_duplicate(peek, &here)?;
                }
                Some((_, field)) => {
                    write_key(out, &mut separator, &name);
                    self.closed_member(field, merge, peek, &here, depth, out)?;
                }
            }
            key = self.next_key()?;
        }
        close(out, separator, "{}", '}');
        if merge == Merge::Whole {
            for field in members.missing() {
                self.refuse_missing(path, field);
            }
        }
        Ok(())
    }

    fn closed_member(
        &mut self,
        field: &Field,
        merge: Merge,
        peek: Peek,
        path: &Path<'_>,
        depth: usize,
        out: &mut String,
    ) -> Step<()> {
        if peek != Peek::Null {
            return self.json_value(&field.shape, merge, peek, path, depth, out);
        }
        self.null()?;
        out.push_str("null");
        let error = match merge {
            Merge::Whole if field.nullable || field.shape == Shape::Any => return Ok(()),
            Merge::Patch if !field.required => return Ok(()),
            Merge::Whole => not_null(),
            Merge::Patch => {
                let detail = "must not be null, which would remove a member that must be present";
                ValueError::new(ViolationCode::NotNullable, detail)
            }
        };
        self.refuse(path, error);
        Ok(())
    }

    fn open_object(&mut self, path: &Path<'_>, depth: usize, out: &mut String) -> Step<()> {
        let mut keys = Keys::default();
        let mut separator = '{';
        let mut key = self.first_key()?;
        while let Some(name) = key {
            let here = path.member(&name);
            let peek = self.peek()?;
            if keys.contains(&name) {
                self.refuse_duplicate(peek, &here)?;
            } else {
                if name.contains('\0') {
                    self.refuse(&here, nul());
                }
                write_key(out, &mut separator, &name);
                self.json_value(&Shape::Any, Merge::Whole, peek, &here, depth, out)?;
                keys.insert(name);
            }
            key = self.next_key()?;
        }
        close(out, separator, "{}", '}');
        Ok(())
    }

    fn json_array(
        &mut self,
        element: &Shape,
        path: &Path<'_>,
        depth: usize,
        out: &mut String,
    ) -> Step<()> {
        let mut separator = '[';
        let mut index = 0;
        let mut next = self.json.known_array()?;
        while let Some(peek) = next {
            out.push(separator);
            separator = ',';
            let here = path.element(index);
            self.json_value(element, Merge::Whole, peek, &here, depth, out)?;
            index += 1;
            next = self.json.array_step()?;
        }
        close(out, separator, "[]", ']');
        Ok(())
    }

    fn json_scalar(
        &mut self,
        scalar: ScalarType,
        peek: Peek,
        path: &Path<'_>,
        out: &mut String,
    ) -> Step<()> {
        let judged = match peek {
            Peek::String if !(scalar.is_number() || scalar == ScalarType::Boolean) => {
                let text = self.json.known_str()?;
                write_json_text(out, text);
                if scalar.is_text() {
                    check_characters(scalar, text)
                } else {
                    from_text(scalar, text).map(|_| ())
                }
            }
            Peek::True | Peek::False => {
                let value = self.boolean(peek)?;
                out.push_str(if value { "true" } else { "false" });
                from_boolean(scalar, value).map(|_| ())
            }
            _ if is_number(peek) => {
                let text = self.number(peek)?;
                out.push_str(text);
                self.judge_number(Some(scalar), text)
            }
            _ => {
                self.skip(peek)?;
                Err(wrong_type(scalar))
            }
        };
        judged.unwrap_or_else(|error| self.refuse(path, error));
        Ok(())
    }

    fn any_scalar(&mut self, peek: Peek, path: &Path<'_>, out: &mut String) -> Step<()> {
        let judged = match peek {
            Peek::String => {
                let text = self.json.known_str()?;
                write_json_text(out, text);
                check_characters(ScalarType::Text, text)
            }
            Peek::True | Peek::False => {
                let value = self.boolean(peek)?;
                out.push_str(if value { "true" } else { "false" });
                Ok(())
            }
            _ if is_number(peek) => {
                let text = self.number(peek)?;
                out.push_str(text);
                self.judge_number(None, text)
            }
            _ => return Err(self.unexpected()),
        };
        judged.unwrap_or_else(|error| self.refuse(path, error));
        Ok(())
    }

    /// Whether `JSONB` holds the number, and the scalar type takes it.
    fn judge_number(&mut self, scalar: Option<ScalarType>, text: &str) -> Result<(), ValueError> {
        let any = ScalarType::Numeric(None);
        let number = DecimalText::parse(text).ok_or_else(|| wrong_type(any))?;
        match scalar {
            None | Some(ScalarType::Numeric(None)) => {}
            Some(scalar) => {
                from_number(scalar, text, number)?;
            }
        }
        number.check(None)?;
        self.grow(number, None)
    }
}

fn write_key(out: &mut String, separator: &mut char, name: &str) {
    out.push(*separator);
    *separator = ',';
    write_json_text(out, name);
    out.push(':');
}

/// Ends a container: where no separator was written it is empty.
fn close(out: &mut String, separator: char, empty: &str, end: char) {
    if separator == ',' {
        out.push(end);
    } else {
        out.push_str(empty);
    }
}

/// The keys of an open object.
#[derive(Default)]
struct Keys<'j> {
    few: Vec<Cow<'j, str>>,
    many: HashSet<Cow<'j, str>>,
}

impl<'j> Keys<'j> {
    fn contains(&self, key: &str) -> bool {
        self.few.iter().any(|few| few == key) || self.many.contains(key)
    }

    fn insert(&mut self, key: Cow<'j, str>) {
        if self.few.len() < FEW_KEYS {
            self.few.push(key);
        } else {
            self.many.insert(key);
        }
    }
}
