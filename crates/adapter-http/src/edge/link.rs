//! What a connection and the handler of its request tell each other.

use std::cell::Cell;
use std::rc::Rc;

use actix_web::HttpRequest;

/// One request, seen from its connection and from its handler.
#[derive(Debug, Default)]
pub(crate) struct Link {
    is_taken: Cell<bool>,
    is_cut: Cell<bool>,
    is_shed: Cell<bool>,
}

impl Link {
    /// The link of a request.
    pub(crate) fn of(request: &HttpRequest) -> Option<&Self> {
        request.conn_data::<Rc<Self>>().map(|link| &**link)
    }

    /// Says that a handler has the request: what is answered from now on is our answer, and not the library's.
    pub(crate) fn take(&self) {
        self.is_taken.set(true);
    }

    /// Whether a handler has the request.
    pub(crate) fn is_taken(&self) -> bool {
        self.is_taken.get()
    }

    /// Says that the body did not come, or will not be read, to its end: no other request can follow it.
    pub(crate) fn cut(&self) {
        self.is_cut.set(true);
    }

    /// Whether no other request can follow.
    pub(crate) fn is_cut(&self) -> bool {
        self.is_cut.get()
    }

    /// Says that the rest of the body was given up for want of memory.
    pub(super) fn shed(&self) {
        self.is_shed.set(true);
    }

    /// Whether the rest of the body was given up for want of memory.
    pub(crate) fn is_shed(&self) -> bool {
        self.is_shed.get()
    }
}
