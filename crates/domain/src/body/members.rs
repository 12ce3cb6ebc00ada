//! The members of a closed object: which field a key names, and which were there.

use crate::field::Field;

/// Up to this many fields a name is looked for from the front.
const FEW: usize = 32;

/// Finds fields by name, and remembers which were found.
pub(super) struct Members<'f> {
    fields: &'f [Field],
    /// Positions in the order of their names; made when many fields are first asked for out of order.
    sorted: Vec<usize>,
    /// Where the next member is expected: bodies mostly keep the order of the fields.
    expected: usize,
    /// A bit a field, 64 a word; the first word needs no allocation.
    first_seen: u64,
    more_seen: Vec<u64>,
}

impl<'f> Members<'f> {
    pub(super) fn new(fields: &'f [Field]) -> Self {
        let words = fields.len().div_ceil(64).saturating_sub(1);
        Self {
            fields,
            sorted: Vec::new(),
            expected: 0,
            first_seen: 0,
            more_seen: vec![0; words],
        }
    }

    /// The field of this name and its position.
    pub(super) fn find(&mut self, name: &str) -> Option<(usize, &'f Field)> {
        let position = match self.fields.get(self.expected) {
            Some(field) if field.name == *name => self.expected,
            _ if self.fields.len() <= FEW => {
                self.fields.iter().position(|field| field.name == *name)?
            }
            _ => self.search(name)?,
        };
        self.expected = position + 1;
        self.fields.get(position).map(|field| (position, field))
    }

    /// Marks a field as seen; whether it was seen before.
    pub(super) fn mark(&mut self, position: usize) -> bool {
        let bit = 1_u64 << (position % 64);
        let word = match (position / 64).checked_sub(1) {
            None => &mut self.first_seen,
            Some(index) => match self.more_seen.get_mut(index) {
                Some(word) => word,
                None => return false,
            },
        };
        let was_seen = *word & bit != 0;
        *word |= bit;
        was_seen
    }

    /// The required fields that were not seen.
    pub(super) fn missing(&self) -> impl Iterator<Item = &'f Field> {
        self.fields
            .iter()
            .enumerate()
            .filter(|(position, field)| field.required && !self.is_seen(*position))
            .map(|(_, field)| field)
    }

    fn is_seen(&self, position: usize) -> bool {
        let word = match (position / 64).checked_sub(1) {
            None => Some(&self.first_seen),
            Some(index) => self.more_seen.get(index),
        };
        word.is_some_and(|word| word & (1 << (position % 64)) != 0)
    }

    fn search(&mut self, name: &str) -> Option<usize> {
        let fields = self.fields;
        let name_at = |position: &usize| fields.get(*position).map(|field| field.name.as_str());
        if self.sorted.is_empty() {
            self.sorted = (0..fields.len()).collect();
            self.sorted.sort_by(|a, b| name_at(a).cmp(&name_at(b)));
        }
        let found = self
            .sorted
            .binary_search_by(|position| name_at(position).cmp(&Some(name)))
            .ok()?;
        self.sorted.get(found).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column_type::ScalarType;
    use crate::field::Shape;
    use crate::name::FieldName;
    use crate::source::Span;

    fn fields(count: usize) -> Vec<Field> {
        (0..count)
            .map(|number| Field {
                name: FieldName::new(format!("f{number}")).unwrap(),
                shape: Shape::Scalar(ScalarType::Text),
                required: true,
                nullable: false,
                column: None,
                span: Span::default(),
            })
            .collect()
    }

    #[test]
    fn members_are_found_in_any_order_and_remembered() {
        for count in [1, 32, 33, 64, 65, 200] {
            let fields = fields(count);
            let mut members = Members::new(&fields);
            for position in (0..count).rev().step_by(3) {
                assert_eq!(members.find(&format!("f{position}")).unwrap().0, position);
                assert!(!members.mark(position));
                assert!(members.mark(position));
            }
            assert!(members.find("f").is_none());
            assert_eq!(
                members.missing().count(),
                count - count.div_ceil(3),
                "{count}"
            );
        }
    }
}
