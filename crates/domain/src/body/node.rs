//! A JSON text as far as a merge looks into it: its objects, and the text of all else.

use std::borrow::Cow;

use jiter::Peek;

use super::reader::{Reader, Step};
use super::syntax::{Fault, decode};
use super::{MAX_DEPTH, Malformed};

/// A value of a JSON text.
#[derive(Debug)]
pub(crate) enum Node<'j> {
    /// An object, its members in order.
    Object(Vec<(Cow<'j, str>, Node<'j>)>),
    /// Anything else, as it is written.
    Other(&'j str),
}

impl<'j> Node<'j> {
    pub(crate) fn read(text: &'j str) -> Result<Self, Malformed> {
        decode(text.as_bytes())?;
        let mut reader = Reader::new(text);
        reader.node().map_err(|fault| fault.locate(text))
    }
}

impl<'j> Reader<'j> {
    fn node(&mut self) -> Step<Node<'j>> {
        let peek = self.peek()?;
        let node = self.node_at(peek, 0)?;
        self.finish()?;
        Ok(node)
    }

    fn node_at(&mut self, peek: Peek, depth: usize) -> Step<Node<'j>> {
        let start = self.json.current_index();
        if peek != Peek::Object {
            self.skip(peek)?;
            return Ok(Node::Other(self.text_since(start)));
        }
        if depth >= MAX_DEPTH {
            return Err(Fault {
                index: start,
                reason: "the objects are nested too deep",
            });
        }
        let mut members = Vec::new();
        let mut key = self.first_key()?;
        while let Some(name) = key {
            let peek = self.peek()?;
            members.push((name, self.node_at(peek, depth + 1)?));
            key = self.next_key()?;
        }
        Ok(Node::Object(members))
    }
}
