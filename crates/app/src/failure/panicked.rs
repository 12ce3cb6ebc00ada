//! Panics that were caught: what they say is told by whoever caught them, and by nobody else.

use std::any::Any;
use std::backtrace::Backtrace;
use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};

/// A panic. Only a text that stands in the code is shown of it: one that was put together may hold anything.
#[derive(Debug)]
pub struct Panicked {
    said: Option<&'static str>,
    /// File, line and column.
    place: Option<String>,
    backtrace: Backtrace,
}

thread_local! {
    /// Somebody on this thread catches what panics, and tells of it.
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
    static LAST: RefCell<Option<Panicked>> = const { RefCell::new(None) };
}

/// What `work` becomes, unless it panics.
///
/// Nothing that it touched may be used again but what keeps its sense whatever panics, such as locks that forgive.
///
/// # Errors
/// The panic, which is to be told of.
pub fn unless_it_panics<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    let was_guarded = IS_GUARDED.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    IS_GUARDED.set(was_guarded);
    outcome.map_err(|payload| LAST.take().unwrap_or_else(|| Panicked::with(&*payload)))
}

/// For the panic hook: keeps what a panic says for whoever catches it. Where nobody does, it comes back, to be told at
/// once.
pub fn keep(info: &PanicHookInfo<'_>) -> Option<Panicked> {
    let panicked = Panicked {
        place: info.location().map(ToString::to_string),
        ..Panicked::with(info.payload())
    };
    if !IS_GUARDED.get() {
        return Some(panicked);
    }
    LAST.set(Some(panicked));
    None
}

impl Panicked {
    fn with(payload: &(dyn Any + Send)) -> Self {
        Self {
            said: payload.downcast_ref::<&'static str>().copied(),
            place: None,
            backtrace: Backtrace::capture(),
        }
    }

    pub(super) const fn backtrace(&self) -> &Backtrace {
        &self.backtrace
    }
}

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("panicked")?;
        if let Some(place) = &self.place {
            write!(f, " at {place}")?;
        }
        self.said.map_or(Ok(()), |said| write!(f, ": {said}"))
    }
}

impl Error for Panicked {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_caught_with_what_stands_in_the_code() {
        let caught = unless_it_panics(|| panic!("as planned")).unwrap_err();
        assert_eq!(caught.to_string(), "panicked: as planned");
        assert_eq!(unless_it_panics(|| 1).unwrap(), 1);
    }

    #[test]
    fn what_a_panic_puts_together_is_not_shown() {
        let canary = String::from("canary");
        let caught = unless_it_panics(|| panic!("no such {canary}")).unwrap_err();
        assert_eq!(caught.to_string(), "panicked");
        assert!(!format!("{caught:?}").contains("canary"));
    }

    #[test]
    fn whoever_is_not_guarded_is_told_at_once() {
        assert!(!IS_GUARDED.get());
        let inside = unless_it_panics(|| IS_GUARDED.get()).unwrap();
        assert!(inside && !IS_GUARDED.get());
    }
}
