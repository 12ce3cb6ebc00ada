//! What a connection and the handler of its request tell each other.

use std::cell::Cell;
use std::rc::Rc;

use actix_http::Request;

/// The request of the moment, seen from its connection and from its handler.
#[derive(Debug, Default)]
pub(crate) struct Link {
    taken: Cell<bool>,
    cut: Cell<bool>,
    shed: Cell<bool>,
    read: Cell<bool>,
}

impl Link {
    /// The link of a request.
    pub(crate) fn of(request: &Request) -> Option<&Self> {
        request.conn_data::<Rc<Self>>().map(|link| &**link)
    }

    /// Another request comes.
    pub(super) fn reset(&self) {
        for said in [&self.taken, &self.cut, &self.shed, &self.read] {
            said.set(false);
        }
    }

    /// Says that the body was read to its end.
    pub(crate) fn read(&self) {
        self.read.set(true);
    }

    /// Whether the body was read to its end.
    pub(super) fn is_read(&self) -> bool {
        self.read.get()
    }

    /// Says that a handler has the request: what is answered from now on is our answer, and not the library's.
    pub(crate) fn take(&self) {
        self.taken.set(true);
    }

    /// Whether a handler has the request.
    pub(crate) fn is_taken(&self) -> bool {
        self.taken.get()
    }

    /// Says that the body did not come, or will not be read, to its end: no other request can follow it.
    pub(crate) fn cut(&self) {
        self.cut.set(true);
    }

    /// Whether no other request can follow.
    pub(crate) fn is_cut(&self) -> bool {
        self.cut.get()
    }

    /// Says that the rest of the body was given up for want of memory.
    pub(super) fn shed(&self) {
        self.shed.set(true);
    }

    /// Whether the rest of the body was given up for want of memory.
    pub(crate) fn is_shed(&self) -> bool {
        self.shed.get()
    }
}
