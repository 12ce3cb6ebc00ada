//! Scalars and arrays of scalars: read straight into typed values.

use jiter::Peek;

use super::MAX_DEPTH;
use super::path::Path;
use super::reader::{Reader, Step, is_number};
use crate::column_type::ScalarType;
use crate::value::{
    DecimalText, Value, ValueError, from_boolean, from_number, from_text, wrong_type,
};
use crate::violation::ViolationCode;

impl Reader<'_> {
    /// The value of a scalar type that begins here; `None` where it was refused.
    pub(super) fn scalar(
        &mut self,
        scalar: ScalarType,
        peek: Peek,
        path: &Path<'_>,
    ) -> Step<Option<Value>> {
        let value = match peek {
            Peek::String if !(scalar.is_number() || scalar == ScalarType::Boolean) => {
                from_text(scalar, self.json.known_str()?)
            }
            Peek::True | Peek::False => from_boolean(scalar, self.boolean(peek)?),
            Peek::Null => {
                self.null()?;
                Err(not_null())
            }
            _ if is_number(peek) => {
                let text = self.number(peek)?;
                self.number_of(scalar, text)
            }
            _ => {
                self.skip(peek)?;
                Err(wrong_type(scalar))
            }
        };
        Ok(value.map_err(|error| self.refuse(path, error)).ok())
    }

    /// The elements of an array; `None` where one of them was refused.
    pub(super) fn array(
        &mut self,
        element: ScalarType,
        peek: Peek,
        path: &Path<'_>,
        depth: usize,
    ) -> Step<Option<Value>> {
        if peek != Peek::Array {
            self.skip(peek)?;
            self.refuse_as(path, ViolationCode::WrongType, "must be an array");
            return Ok(None);
        }
        if depth >= MAX_DEPTH {
            return self.refuse_depth(peek, path).map(|()| None);
        }
        let refusals = self.refusals;
        let mut elements = Vec::new();
        let mut next = self.json.known_array()?;
        let mut index = 0;
        while let Some(peek) = next {
            if let Some(value) = self.scalar(element, peek, &path.element(index))? {
                elements.push(value);
            }
            index += 1;
            next = self.json.array_step()?;
        }
        Ok((refusals == self.refusals).then_some(Value::Array(elements)))
    }

    pub(super) fn refuse_depth(&mut self, peek: Peek, path: &Path<'_>) -> Step<()> {
        self.skip(peek)?;
        let detail = format!("must be nested at most {MAX_DEPTH} levels deep");
        self.refuse(path, ValueError::new(ViolationCode::TooDeep, detail));
        Ok(())
    }

    fn number_of(&mut self, scalar: ScalarType, text: &str) -> Result<Value, ValueError> {
        let number = DecimalText::parse(text).ok_or_else(|| wrong_type(scalar))?;
        if let ScalarType::Numeric(shape) = scalar {
            number.check(shape)?;
            self.grow(number, shape)?;
        }
        from_number(scalar, text, number)
    }
}

pub(super) fn not_null() -> ValueError {
    ValueError::new(ViolationCode::NotNullable, "must not be null")
}
