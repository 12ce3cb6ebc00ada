//! Events for people on a terminal: one line, and below it, where something went wrong, a line for each cause and the way to it.

use std::error::Error;
use std::fmt::{self, Debug, Write as _};
use std::sync::Arc;

use specd_app::failure;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::causes;
use super::escaped::Escaped;
use super::queue::Queue;
use super::time::Stamp;

const DIM: &str = "2";
const ITALIC: &str = "3";

/// Makes lines of events.
pub(super) struct TextLines {
    queue: Arc<Queue>,
    has_colours: bool,
}

/// One event.
struct Line {
    text: String,
    /// What stands below it.
    below: String,
    has_colours: bool,
}

impl TextLines {
    pub(super) const fn new(queue: Arc<Queue>, has_colours: bool) -> Self {
        Self { queue, has_colours }
    }
}

impl<S: Subscriber> Layer<S> for TextLines {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let mut line = Line {
            text: String::new(),
            below: String::new(),
            has_colours: self.has_colours,
        };
        let metadata = event.metadata();
        line.painted(DIM, Stamp::default().now());
        let (colour, level) = shown(*metadata.level());
        line.text.push(' ');
        line.painted(colour, level);
        line.text.push(' ');
        line.painted(DIM, metadata.target());
        line.painted(DIM, ":");
        event.record(&mut line);
        line.text.push('\n');
        line.text.push_str(&line.below);
        self.queue.push(line.text.as_bytes());
    }
}

/// The colour of a level, and its name.
const fn shown(level: Level) -> (&'static str, &'static str) {
    match level {
        Level::ERROR => ("31", "ERROR"),
        Level::WARN => ("33", " WARN"),
        Level::INFO => ("32", " INFO"),
        Level::DEBUG => ("34", "DEBUG"),
        Level::TRACE => ("35", "TRACE"),
    }
}

impl Line {
    /// Text that holds nothing to escape.
    fn painted(&mut self, style: &str, text: &str) {
        // Writing to a String cannot fail.
        let _ = if self.has_colours {
            write!(self.text, "\x1b[{style}m{text}\x1b[0m")
        } else {
            self.text.write_str(text)
        };
    }

    fn name(&mut self, name: &str) {
        self.text.push(' ');
        let mut escaped = String::new();
        Escaped(&mut escaped).push(name.strip_prefix("r#").unwrap_or(name));
        self.painted(ITALIC, &escaped);
        self.painted(DIM, "=");
    }

    fn escaped(&mut self, value: fmt::Arguments<'_>) {
        // A value that cannot be shown is shown as far as it could.
        let _ = Escaped(&mut self.text).write_fmt(value);
    }

    fn quoted(&mut self, value: fmt::Arguments<'_>) {
        self.text.push('"');
        self.escaped(value);
        self.text.push('"');
    }

    /// A line of its own.
    fn line_below(&mut self, indent: &str, text: &str) {
        self.below.push_str(indent);
        Escaped(&mut self.below).push(text);
        self.below.push('\n');
    }
}

impl Visit for Line {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.name(field.name());
        self.escaped(format_args!("{value}"));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.name(field.name());
        self.escaped(format_args!("{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.name(field.name());
        self.escaped(format_args!("{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.name(field.name());
        self.escaped(format_args!("{value}"));
    }

    fn record_error(&mut self, _field: &Field, value: &(dyn Error + 'static)) {
        for (count, cause) in causes(value).enumerate() {
            let indent = if count == 0 {
                "    error: "
            } else {
                "    because: "
            };
            self.line_below(indent, &cause);
        }
        if let Some(backtrace) = failure::backtrace(value) {
            for line in backtrace.to_string().lines() {
                self.line_below("    ", line);
            }
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.text.push(' ');
            self.escaped(format_args!("{value:?}"));
        } else {
            self.name(field.name());
            self.quoted(format_args!("{value:?}"));
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use tracing::{error, info};
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    fn logged(has_colours: bool, log: impl FnOnce()) -> String {
        let queue = Arc::new(Queue::default());
        let lines = TextLines::new(Arc::clone(&queue), has_colours);
        tracing::subscriber::with_default(tracing_subscriber::registry().with(lines), log);
        let waiting = queue.waiting();
        let (_time, rest) = waiting.split_once(' ').unwrap();
        rest.to_owned()
    }

    #[test]
    fn a_line_is_the_message_and_the_fields() {
        let line = logged(
            false,
            || info!(target: "here", route = "/a", status = 200_u16, id = %"x", "done"),
        );
        assert_eq!(line, " INFO here: done route=\"/a\" status=200 id=\"x\"\n");
        let coloured = logged(true, || info!(target: "here", "done"));
        assert_eq!(
            coloured,
            "\x1b[32m INFO\x1b[0m \x1b[2mhere\x1b[0m\x1b[2m:\x1b[0m done\n"
        );
    }

    #[test]
    fn causes_stand_below_each_on_a_line_of_its_own() {
        let error = io::Error::other(io::Error::other("no\nroom"));
        let line = logged(
            false,
            || error!(target: "t", error = &error as &dyn Error, spec = "0001", "failed"),
        );
        assert_eq!(
            line,
            "ERROR t: failed spec=\"0001\"\n    error: no\\nroom\n"
        );
    }

    #[test]
    fn nobody_can_begin_a_line_or_a_field_or_steer_the_terminal() {
        let forged = "a\" status=200\r\n2026 INFO\x1b[2J\u{9b}31m\u{2028}\u{202e}";
        let line = logged(
            false,
            || info!(target: "t", sent = forged, shown = %forged, "{forged}"),
        );
        assert_eq!(line.lines().count(), 1, "{line}");
        let harmless = |character: char| !character.is_control() || character == '\n';
        assert!(line.chars().all(harmless), "{line:?}");
        assert_eq!(line.matches("a\\\" status=200").count(), 3, "{line}");
        assert!(!line.contains(['\u{2028}', '\u{202e}']), "{line:?}");
    }
}
