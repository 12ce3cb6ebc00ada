//! Events as JSON, one object a line: the time, the level, the fields in their order, the target.
//!
//! A line is made in a buffer of its thread, which costs no allocation; whatever an event carries is escaped, so that nobody
//! can end a line or begin a member.

use std::cell::RefCell;
use std::error::Error;
use std::fmt::{self, Debug, Write as _};
use std::sync::Arc;

use specd_app::failure;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::causes;
use super::escaped::Escaped;
use super::queue::Queue;
use super::time::Stamp;

/// What went wrong, always as an array: the chain of causes.
const ERROR: &str = "error";
/// The name of a backtrace (OpenTelemetry's semantic conventions).
const STACKTRACE: &str = "exception.stacktrace";

/// Makes lines of events.
pub(super) struct JsonLines(Arc<Queue>);

/// The line that a thread is making.
#[derive(Default)]
struct Line {
    text: String,
    stamp: Stamp,
}

/// The members of a line.
struct Members<'a>(&'a mut String);

thread_local! {
    static LINE: RefCell<Line> = RefCell::default();
}

impl JsonLines {
    pub(super) const fn new(queue: Arc<Queue>) -> Self {
        Self(queue)
    }
}

impl<S: Subscriber> Layer<S> for JsonLines {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        LINE.with(|line| match line.try_borrow_mut() {
            Ok(mut line) => line.write(event, &self.0),
            // What is logged may log itself.
            Err(_) => Line::default().write(event, &self.0),
        });
    }
}

impl Line {
    fn write(&mut self, event: &Event<'_>, queue: &Queue) {
        let text = &mut self.text;
        text.clear();
        text.push_str("{\"timestamp\":\"");
        text.push_str(self.stamp.now());
        text.push_str("\",\"level\":\"");
        text.push_str(event.metadata().level().as_str());
        text.push('"');
        event.record(&mut Members(text));
        Members(text).text("target", event.metadata().target());
        text.push_str("}\n");
        queue.push(text.as_bytes());
    }
}

impl Members<'_> {
    fn name(&mut self, name: &str) {
        self.0.push_str(",\"");
        Escaped(self.0).push(name.strip_prefix("r#").unwrap_or(name));
        self.0.push_str("\":");
    }

    fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        self.0.push('"');
        Escaped(self.0).push(value);
        self.0.push('"');
    }

    fn quoted(&mut self, value: &dyn fmt::Display) {
        self.0.push('"');
        // A value that cannot be shown is shown as far as it could.
        let _ = write!(Escaped(self.0), "{value}");
        self.0.push('"');
    }

    fn plain(&mut self, name: &str, value: impl fmt::Display) {
        self.name(name);
        // Writing to a String cannot fail.
        let _ = write!(self.0, "{value}");
    }
}

impl Visit for Members<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        if value.is_finite() {
            self.plain(field.name(), value);
        } else {
            self.plain(field.name(), "null");
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.plain(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.plain(field.name(), value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.plain(field.name(), value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field.name(), value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.name(field.name());
        self.0.push('[');
        for (count, cause) in causes(value).enumerate() {
            if count > 0 {
                self.0.push(',');
            }
            self.quoted(&cause);
        }
        self.0.push(']');
        if let Some(backtrace) = failure::backtrace(value) {
            self.name(STACKTRACE);
            self.quoted(backtrace);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.name(field.name());
        let is_error = field.name() == ERROR;
        self.0.push_str(if is_error { "[" } else { "" });
        self.quoted(&format_args!("{value:?}"));
        self.0.push_str(if is_error { "]" } else { "" });
    }
}

#[cfg(test)]
mod tests {
    use tracing::{info, warn};
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    /// What is logged, without the time of its lines.
    fn logged(log: impl FnOnce()) -> String {
        let queue = Arc::new(Queue::default());
        let lines = JsonLines::new(Arc::clone(&queue));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(lines), log);
        let waiting = queue.waiting();
        let without_time = waiting.lines().map(|line| {
            assert!(line.starts_with("{\"timestamp\":\"2"), "{line}");
            let (_time, rest) = line.split_once(',').unwrap();
            format!("{rest}\n")
        });
        without_time.collect()
    }

    #[test]
    fn a_line_is_one_object_with_the_fields_in_their_order() {
        let log = || {
            let none: Option<&str> = None;
            info!(target: "here", route = "/a", none, status = 200_u16, below = -1, share = 0.5, nan = f64::NAN, is = true, id = %"x", "done");
        };
        assert_eq!(
            logged(log),
            "\"level\":\"INFO\",\"message\":\"done\",\"route\":\"/a\",\"status\":200,\"below\":-1,\"share\":0.5,\"nan\":null,\"is\":true,\"id\":\"x\",\"target\":\"here\"}\n"
        );
    }

    #[test]
    fn nobody_can_end_a_line_or_begin_a_member() {
        let forged = "a\"},\r\n{\"level\":\"ERROR\\\t\u{1b}[2J\0é";
        let expected = r#"a\"},\r\n{\"level\":\"ERROR\\\t\u001b[2J\u0000é"#;
        let line = logged(|| warn!(target: "t", sent = forged, shown = %forged, "{forged}"));
        assert_eq!(
            line,
            format!(
                "\"level\":\"WARN\",\"message\":\"{expected}\",\"sent\":\"{expected}\",\"shown\":\"{expected}\",\"target\":\"t\"}}\n"
            )
        );
    }
}
