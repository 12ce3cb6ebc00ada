//! What a connection and the handler of its request tell each other.

use std::cell::Cell;
use std::rc::Rc;

use actix_http::Request;

/// One request, seen from its connection and from its handler.
#[derive(Debug, Default)]
pub(crate) struct Link {
    taken: Cell<bool>,
    cut: Cell<bool>,
    shed: Cell<bool>,
}

impl Link {
    /// The link of a request.
    pub(crate) fn of(request: &Request) -> Option<&Self> {
        request.conn_data::<Rc<Self>>().map(|link| &**link)
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
