//! What a cursor is bound to: the spec, the filters, the order, and what its caller may reach.

use sha2::{Digest, Sha256};
use specd_domain::Spec;
use specd_domain::query::{Filter, SortKey};

use super::{push_text, push_value};
use crate::ports::records::Reach;

/// The digest of a query: two queries have one only where they are the same.
pub(in crate::records) struct QueryDigest([u8; 32]);

impl QueryDigest {
    /// The digest of a query.
    pub(in crate::records) fn of(
        spec: &Spec,
        reach: &Reach,
        filters: &[Filter],
        sort: &[SortKey],
    ) -> Self {
        let mut bytes = Vec::new();
        push_text(
            &mut bytes,
            &format!("{} {}", spec.number, spec.collection_path()),
        );
        match reach {
            Reach::Everything => bytes.push(0),
            Reach::OwnedBy(owner) => {
                bytes.push(1);
                push_text(&mut bytes, owner);
            }
        }
        push_count(&mut bytes, filters.len());
        for filter in filters {
            push_text(
                &mut bytes,
                &format!("{} {:?}", filter.column, filter.operator),
            );
            push_count(&mut bytes, filter.values.len());
            for value in &filter.values {
                push_value(&mut bytes, value);
            }
        }
        for key in sort {
            push_text(&mut bytes, &format!("{} {}", key.column, key.descending));
        }
        Self(Sha256::digest(&bytes).into())
    }

    /// What a cursor of this form is sealed together with.
    pub(super) fn bound_to(&self, form: u8) -> Vec<u8> {
        let mut bytes = vec![form];
        bytes.extend_from_slice(&self.0);
        bytes
    }
}

/// So that the values of one filter are not taken for the next filter.
fn push_count(bytes: &mut Vec<u8>, count: usize) {
    bytes.extend_from_slice(&u64::try_from(count).unwrap_or(u64::MAX).to_be_bytes());
}
