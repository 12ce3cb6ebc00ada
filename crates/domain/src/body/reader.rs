//! The tokens of a body, and the violations found so far.

use std::borrow::Cow;
use std::cell::Cell;

use jiter::{Jiter, JiterError, JiterErrorType, JsonErrorType, Peek};

use super::path::Path;
use super::syntax::{A_VALUE_IS_EXPECTED, Fault};
use super::{MAX_NUMBER_GROWTH, MAX_VIOLATION_BYTES};
use crate::column_type::NumericShape;
use crate::field::Field;
use crate::suggestion::similar;
use crate::value::{DecimalText, ValueError};
use crate::violation::{Violation, ViolationCode};

pub(super) type Step<T> = Result<T, Fault>;

/// How many names are compared for the suggestions of one body; each comparison takes time.
const MAX_COMPARISONS: usize = 10_000;

/// What a number may grow by without counting: the zeros that the scale of a column adds.
const FREE_GROWTH: usize = 32;

/// Reads one JSON text.
pub(crate) struct Reader<'j> {
    text: &'j str,
    pub(super) json: Jiter<'j>,
    violations: Vec<Violation>,
    /// Violations in all, also those that were not recorded.
    pub(super) refusals: usize,
    weight: usize,
    /// Whether a violation came that was not recorded; none is from then on.
    is_full: bool,
    growth: usize,
    comparisons_left: Cell<usize>,
}

/// Whether a value that is skipped is an object or an array.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Container {
    Object,
    Array,
}

impl<'j> Reader<'j> {
    pub(crate) fn new(text: &'j str) -> Self {
        Self {
            text,
            json: Jiter::new(text.as_bytes()),
            violations: Vec::new(),
            refusals: 0,
            weight: 0,
            is_full: false,
            growth: 0,
            comparisons_left: Cell::new(MAX_COMPARISONS),
        }
    }

    pub(super) fn into_violations(self) -> Vec<Violation> {
        self.violations
    }

    /// Records a violation, unless more are recorded than an answer holds.
    pub(super) fn refuse(&mut self, path: &Path<'_>, error: ValueError) {
        self.refusals += 1;
        let weight = 64 + path.length() + error.detail.len();
        self.is_full |= self.weight > 0 && self.weight.saturating_add(weight) > MAX_VIOLATION_BYTES;
        if self.is_full {
            return;
        }
        self.weight = self.weight.saturating_add(weight);
        self.violations.push(Violation {
            pointer: path.to_pointer(),
            code: error.code,
            detail: error.detail,
            place: None,
        });
    }

    pub(super) fn refuse_as(&mut self, path: &Path<'_>, code: ViolationCode, detail: &str) {
        if self.is_full {
            self.refusals += 1;
        } else {
            self.refuse(path, ValueError::new(code, detail));
        }
    }

    pub(super) fn refuse_unknown(&mut self, path: &Path<'_>, name: &str, fields: &[Field]) {
        let names = fields.iter().map(|field| field.name.as_str());
        let detail = match similar(name, names, &self.comparisons_left) {
            Some(near) => {
                format!("must be left out, there is no such field; did you mean `{near}`?")
            }
            None => "must be left out, there is no such field".to_owned(),
        };
        self.refuse(path, ValueError::new(ViolationCode::UnknownField, detail));
    }

    /// Takes what a number grows by out of the allowance of the body, before anything is made of it.
    pub(super) fn grow(
        &mut self,
        number: DecimalText<'_>,
        shape: Option<NumericShape>,
    ) -> Result<(), ValueError> {
        let growth = number.growth(shape).saturating_sub(FREE_GROWTH);
        self.growth = self.growth.saturating_add(growth);
        if self.growth > MAX_NUMBER_GROWTH {
            let detail =
                "must have fewer digits: written in full, the numbers of this body are too long";
            return Err(ValueError::new(ViolationCode::OutOfRange, detail));
        }
        Ok(())
    }

    pub(super) fn peek(&mut self) -> Step<Peek> {
        Ok(self.json.peek()?)
    }

    pub(super) fn finish(&mut self) -> Step<()> {
        Ok(self.json.finish()?)
    }

    pub(super) fn null(&mut self) -> Step<()> {
        Ok(self.json.known_null()?)
    }

    pub(super) fn boolean(&mut self, peek: Peek) -> Step<bool> {
        Ok(self.json.known_bool(peek)?)
    }

    /// The text of a number, as it is written.
    pub(super) fn number(&mut self, peek: Peek) -> Step<&'j str> {
        let start = self.json.current_index();
        match self.json.known_number_bytes(peek).map(|_| ()) {
            // Its decoder stops at 4,300 digits; the one of floating point takes any number of them.
            Err(error) if is_too_long(&error) => {
                self.json.known_float(peek)?;
            }
            other => other?,
        }
        Ok(self.text_since(start))
    }

    pub(super) fn text_since(&self, start: usize) -> &'j str {
        let end = self.json.current_index();
        self.text.get(start..end).unwrap_or_default()
    }

    /// The first key of the object that begins here.
    pub(super) fn first_key(&mut self) -> Step<Option<Cow<'j, str>>> {
        let start = self.json.current_index();
        let length = self.json.next_object_bytes()?.map(<[u8]>::len);
        length.map(|length| self.key(start, length)).transpose()
    }

    /// The key behind the value that was just read.
    pub(super) fn next_key(&mut self) -> Step<Option<Cow<'j, str>>> {
        let start = self.json.current_index();
        let length = self.json.next_key_bytes()?.map(<[u8]>::len);
        length.map(|length| self.key(start, length)).transpose()
    }

    /// The key of `length` bytes that was read since `start`: borrowed from the text unless it holds an escape.
    fn key(&self, start: usize, length: usize) -> Step<Cow<'j, str>> {
        let consumed = self.json.slice_to_current(start);
        // Behind the closing quotation mark stand only blanks and the colon.
        let closing = consumed.iter().rposition(|&byte| byte == b'"');
        let end = start + closing.unwrap_or_default();
        let opening = end.saturating_sub(length + 1);
        let raw = self.text.get(opening + 1..end).unwrap_or_default();
        if !raw.contains('\\') {
            return Ok(Cow::Borrowed(raw));
        }
        let quoted = self.text.get(opening..=end).unwrap_or_default();
        match Jiter::new(quoted.as_bytes()).next_str() {
            Ok(key) => Ok(Cow::Owned(key.to_owned())),
            Err(error) => {
                let fault = Fault::from(error);
                Err(Fault {
                    index: opening + fault.index,
                    ..fault
                })
            }
        }
    }

    pub(super) fn unexpected(&self) -> Fault {
        Fault {
            index: self.json.current_index(),
            reason: A_VALUE_IS_EXPECTED,
        }
    }

    /// Reads past the value that begins here, however deep it is, and looks only at its syntax.
    pub(super) fn skip(&mut self, peek: Peek) -> Step<()> {
        let mut open = Vec::new();
        let mut next = Some(peek);
        loop {
            next = match next {
                Some(peek) => self.skip_one(peek, &mut open)?,
                None => match open.last() {
                    None => return Ok(()),
                    Some(Container::Array) => self.json.array_step()?,
                    Some(Container::Object) => {
                        let has_more = self.json.next_key_bytes()?.is_some();
                        has_more.then(|| self.json.peek()).transpose()?
                    }
                }
                .or_else(|| {
                    open.pop();
                    None
                }),
            };
        }
    }

    /// Reads past a scalar, or opens a container and gives the first value in it.
    fn skip_one(&mut self, peek: Peek, open: &mut Vec<Container>) -> Step<Option<Peek>> {
        match peek {
            Peek::Null => self.null()?,
            Peek::True | Peek::False => {
                self.boolean(peek)?;
            }
            Peek::String => {
                self.json.known_bytes()?;
            }
            Peek::Array => {
                let first = self.json.known_array()?;
                if first.is_some() {
                    open.push(Container::Array);
                }
                return Ok(first);
            }
            Peek::Object => {
                let has_members = self.json.next_object_bytes()?.is_some();
                if has_members {
                    open.push(Container::Object);
                    return Ok(Some(self.json.peek()?));
                }
            }
            _ if is_number(peek) => {
                self.number(peek)?;
            }
            _ => return Err(self.unexpected()),
        }
        Ok(None)
    }
}

/// Whether a number of JSON begins here; the library's own answer takes `NaN` and `Infinity` in.
pub(super) const fn is_number(peek: Peek) -> bool {
    peek.into_inner().is_ascii_digit() || peek.into_inner() == b'-'
}

fn is_too_long(error: &JiterError) -> bool {
    error.error_type == JiterErrorType::JsonError(JsonErrorType::NumberOutOfRange)
}
