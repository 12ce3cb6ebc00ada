//! Failures on their way to the log: an error with the place where it was noticed, and panics that were caught. Whoever
//! answers for the work tells of them, once, with the whole chain of causes.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::error::Error;
use std::fmt;
use std::iter;
use std::sync::Arc;

mod panicked;

pub use panicked::{Panicked, keep, unless_it_panics};

/// An error of whatever kind, as one layer hands it to the next.
pub type Cause = Box<dyn Error + Send + Sync>;

/// An error, and the way to the place where it was noticed. It reads as the error itself.
struct Noticed {
    error: Cause,
    backtrace: Backtrace,
}

/// The error with a backtrace, where the process is run with `RUST_BACKTRACE`.
pub fn noticed(error: impl Into<Cause>) -> Cause {
    Box::new(Noticed {
        error: error.into(),
        backtrace: Backtrace::capture(),
    })
}

/// An error and its causes, from the outside to the inside.
pub fn chain<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    iter::successors(Some(error), |error| (**error).source())
}

/// The way to the place where an error was noticed, or one of its causes; `None` where it was not looked for.
pub fn backtrace<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Backtrace> {
    let found = chain(error).find_map(own_backtrace);
    found.filter(|backtrace| backtrace.status() == BacktraceStatus::Captured)
}

fn own_backtrace<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Backtrace> {
    if let Some(noticed) = error.downcast_ref::<Noticed>() {
        return Some(&noticed.backtrace);
    }
    if let Some(panicked) = error.downcast_ref::<Panicked>() {
        return Some(panicked.backtrace());
    }
    // What is answered to several at once is shared.
    let shared = error.downcast_ref::<Arc<dyn Error + Send + Sync>>()?;
    own_backtrace(&**shared)
}

impl fmt::Debug for Noticed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.error, f)
    }
}

impl fmt::Display for Noticed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.error, f)
    }
}

impl Error for Noticed {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("it could not be done")]
    struct Outer(#[source] Cause);

    #[test]
    fn an_error_reads_as_itself_and_is_in_the_chain_once() {
        let error = Outer(noticed(Outer("the disk is full".into())));
        let texts: Vec<_> = chain(&error).map(ToString::to_string).collect();
        assert_eq!(
            texts,
            [
                "it could not be done",
                "it could not be done",
                "the disk is full"
            ]
        );
        assert!(error.0.downcast_ref::<Noticed>().is_some());
    }

    #[test]
    fn a_backtrace_is_found_wherever_it_is_in_the_chain() {
        let noticed = |error: &str| Noticed {
            error: error.into(),
            backtrace: Backtrace::force_capture(),
        };
        let inner = Outer(Box::new(noticed("x")));
        assert!(backtrace(&inner).is_some());
        let shared: Arc<dyn Error + Send + Sync> = Arc::new(noticed("y"));
        assert!(backtrace(&Outer(Box::new(shared))).is_some());
        assert!(backtrace(&Outer("z".into())).is_none());
    }
}
