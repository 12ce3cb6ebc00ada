//! Where reading stands: a chain of borrowed steps on the stack, made into a pointer only for a violation.

use crate::violation::Pointer;

/// A place in a body.
#[derive(Clone, Copy, Debug)]
pub(super) enum Path<'a> {
    Root,
    Member(&'a Path<'a>, &'a str),
    Element(&'a Path<'a>, usize),
}

impl Path<'_> {
    pub(super) const fn member<'a>(&'a self, name: &'a str) -> Path<'a> {
        Path::Member(self, name)
    }

    pub(super) const fn element(&self, index: usize) -> Path<'_> {
        Path::Element(self, index)
    }

    /// The bytes that the pointer holds, about.
    pub(super) fn length(&self) -> usize {
        match self {
            Self::Root => 0,
            Self::Member(parent, name) => parent.length() + name.len() + 1,
            Self::Element(parent, _) => parent.length() + 8,
        }
    }

    pub(super) fn to_pointer(self) -> Pointer {
        let mut tokens = Vec::new();
        self.collect(&mut tokens);
        Pointer::from_tokens(tokens)
    }

    fn collect(self, tokens: &mut Vec<String>) {
        match self {
            Self::Root => {}
            Self::Member(parent, name) => {
                parent.collect(tokens);
                tokens.push(name.to_owned());
            }
            Self::Element(parent, index) => {
                parent.collect(tokens);
                tokens.push(index.to_string());
            }
        }
    }
}
