//! Conditional requests (RFC 9110, 13): which state of a record a caller means, told by its tag.

use std::fmt;

use specd_domain::record::Record;

use super::error::RecordError;
use super::permit::Permit;
use crate::catalog::ServedSpec;

/// The tag of one state of a record (RFC 9110, 8.8.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityTag {
    is_weak: bool,
    opaque: Vec<u8>,
}

/// What `If-Match` and `If-None-Match` carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagList {
    /// `*`: any state, as long as the record is there.
    Any,
    /// One of these.
    Tags(Vec<EntityTag>),
}

/// The preconditions of a request on one record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// The states that the record must be in.
    pub if_match: Option<TagList>,
    /// The states that the record must not be in.
    pub if_none_match: Option<TagList>,
}

impl EntityTag {
    /// The strong tag with this opaque part, which a caller sent.
    pub fn strong(opaque: impl Into<Vec<u8>>) -> Self {
        Self {
            is_weak: false,
            opaque: opaque.into(),
        }
    }

    /// The weak tag with this opaque part, which a caller sent.
    pub fn weak(opaque: impl Into<Vec<u8>>) -> Self {
        Self {
            is_weak: true,
            opaque: opaque.into(),
        }
    }

    /// The tag of a record, strong: the document's revision, which decides its members, and the counter of its writes.
    pub fn of_record(served: &ServedSpec, record: &Record) -> Self {
        Self::of_version(served, record.version)
    }

    /// The tag of a record that has this version.
    pub fn of_version(served: &ServedSpec, version: i64) -> Self {
        Self::strong(format!("{}-{version}", served.revision))
    }

    /// Strong comparison: both are strong and the same (RFC 9110, 8.8.3.2).
    fn is_strongly(&self, other: &Self) -> bool {
        !self.is_weak && !other.is_weak && self.opaque == other.opaque
    }

    /// Weak comparison: the opaque parts are the same.
    fn is_weakly(&self, other: &Self) -> bool {
        self.opaque == other.opaque
    }
}

/// As it stands in a header: `"3-1"`.
impl fmt::Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weakness = if self.is_weak { "W/" } else { "" };
        let opaque = String::from_utf8_lossy(&self.opaque);
        write!(f, "{weakness}\"{opaque}\"")
    }
}

impl TagList {
    fn holds(&self, is_same: impl Fn(&EntityTag) -> bool) -> bool {
        match self {
            Self::Any => true,
            Self::Tags(tags) => tags.iter().any(is_same),
        }
    }
}

impl Conditions {
    /// Whether nothing is asked of the record's state.
    pub const fn is_empty(&self) -> bool {
        self.if_match.is_none() && self.if_none_match.is_none()
    }

    /// Whether a reader has yet to see the record in this state.
    ///
    /// # Errors
    /// The record is in another state than the one that is wanted.
    pub(super) fn is_news(&self, current: &EntityTag) -> Result<bool, RecordError> {
        self.expect_match(current)?;
        Ok(!self.is_excluded(current))
    }

    /// Lets a write happen at this state of the record, or not.
    ///
    /// # Errors
    /// The document requires `If-Match`, and there is none; or the record is in a state that the caller did not mean.
    pub(super) fn allow_write(
        &self,
        permit: Permit<'_>,
        record: &Record,
    ) -> Result<(), RecordError> {
        let method = permit.endpoint().operation.method();
        let mut requiring = permit.spec().if_match_required.iter();
        if self.if_match.is_none() && requiring.any(|required| required.value == method) {
            return Err(RecordError::PreconditionRequired);
        }
        if self.is_empty() {
            return Ok(());
        }
        let current = EntityTag::of_record(permit.served(), record);
        self.expect_match(&current)?;
        if self.is_excluded(&current) {
            return Err(RecordError::PreconditionFailed { current });
        }
        Ok(())
    }

    fn expect_match(&self, current: &EntityTag) -> Result<(), RecordError> {
        let wanted = self.if_match.as_ref();
        if wanted.is_none_or(|list| list.holds(|tag| tag.is_strongly(current))) {
            return Ok(());
        }
        Err(RecordError::PreconditionFailed {
            current: current.clone(),
        })
    }

    fn is_excluded(&self, current: &EntityTag) -> bool {
        let known = self.if_none_match.as_ref();
        known.is_some_and(|list| list.holds(|tag| tag.is_weakly(current)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> EntityTag {
        EntityTag::strong("3-2")
    }

    fn if_match(list: TagList) -> Conditions {
        Conditions {
            if_match: Some(list),
            if_none_match: None,
        }
    }

    fn if_none_match(list: TagList) -> Conditions {
        Conditions {
            if_match: None,
            if_none_match: Some(list),
        }
    }

    #[test]
    fn if_match_compares_strongly() {
        let weak = TagList::Tags(vec![EntityTag::weak("3-2"), EntityTag::strong("3-1")]);
        assert!(if_match(weak).is_news(&now()).is_err());
        let strong = TagList::Tags(vec![EntityTag::strong("x"), now()]);
        assert!(if_match(strong).is_news(&now()).unwrap());
        assert!(if_match(TagList::Any).is_news(&now()).unwrap());
    }

    #[test]
    fn if_none_match_compares_weakly() {
        for tag in [EntityTag::weak("3-2"), now()] {
            let list = TagList::Tags(vec![tag]);
            assert!(!if_none_match(list).is_news(&now()).unwrap());
        }
        assert!(!if_none_match(TagList::Any).is_news(&now()).unwrap());
        let other = TagList::Tags(vec![EntityTag::strong("3-1")]);
        assert!(if_none_match(other).is_news(&now()).unwrap());
    }

    #[test]
    fn a_tag_is_shown_as_it_stands_in_a_header() {
        assert_eq!(now().to_string(), "\"3-2\"");
        assert_eq!(EntityTag::weak("a").to_string(), "W/\"a\"");
    }
}
