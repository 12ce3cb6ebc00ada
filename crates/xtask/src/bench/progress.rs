//! What runs now and how long it still takes: one line rewritten on a terminal, lines elsewhere.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

/// Tells how far the bench is, on standard error.
#[derive(Debug)]
pub(super) struct Progress {
    since: Instant,
    done: u32,
    steps: u32,
    is_terminal: bool,
}

impl Progress {
    /// Before the first of so many steps.
    pub(super) fn new(steps: u32) -> Self {
        Self {
            since: Instant::now(),
            done: 0,
            steps,
            is_terminal: std::io::stderr().is_terminal(),
        }
    }

    /// A step begins.
    pub(super) fn step(&mut self, what: &str) {
        let line = line(self.done, self.steps, what, self.since.elapsed());
        self.done += 1;
        self.show(&line);
    }

    /// More of the step that runs.
    pub(super) fn detail(&self, what: &str) {
        if self.is_terminal {
            self.show(&format!("        {what}"));
        }
    }

    /// A result, which stays.
    pub(super) fn result(&self, text: &str) {
        self.clear();
        eprintln!("        {text}");
    }

    /// The end of the last line.
    pub(super) fn end(&self) {
        self.clear();
    }

    fn show(&self, line: &str) {
        if self.is_terminal {
            let short: String = line.chars().take(110).collect();
            eprint!("\r\u{1b}[2K{short}");
            // A line that cannot be shown is missed by nobody.
            let _ = std::io::stderr().flush();
        } else {
            eprintln!("{line}");
        }
    }

    fn clear(&self) {
        if self.is_terminal {
            eprint!("\r\u{1b}[2K");
        }
    }
}

/// `[ 3/12] round 1 of 3: pgbench, 4 min left`.
fn line(done: u32, steps: u32, what: &str, elapsed: Duration) -> String {
    let number = done + 1;
    let Some(mean) = elapsed.checked_div(done) else {
        return format!("[{number:>2}/{steps}] {what}");
    };
    let left = mean * steps.saturating_sub(done);
    let left = match left.as_secs() {
        seconds @ 0..=90 => format!("{seconds} s left"),
        seconds => format!("{} min left", seconds.div_ceil(60)),
    };
    format!("[{number:>2}/{steps}] {what}, {left}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_tells_what_runs_and_what_is_left() {
        assert_eq!(line(0, 12, "pgbench", Duration::ZERO), "[ 1/12] pgbench");
        let told = line(2, 12, "specd", Duration::from_mins(1));
        assert_eq!(told, "[ 3/12] specd, 5 min left");
        let told = line(11, 12, "specd", Duration::from_secs(110));
        assert_eq!(told, "[12/12] specd, 10 s left");
    }
}
