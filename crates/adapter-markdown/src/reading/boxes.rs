//! Ticks that are none: an item whose box is missing or cannot be read.

use specd_domain::diagnostic::Code;
use specd_domain::{Diagnostic, Span};

use super::Reading;
use crate::outline::Line;
use crate::value::Token;

impl Reading<'_> {
    /// An item that must have a box has none that can be read.
    pub(crate) fn report_no_box(&mut self, tokens: &[Token], line: &Line<'_>) {
        if self.report_broken_box(tokens) {
            return;
        }
        let place = Span::new(line.start(), line.start());
        let finding = Diagnostic::error(Code::BoxUnreadable, line.span, "this item needs a box");
        self.report(
            finding
                .expecting("expected `[ ]` or `[x]` before the words")
                .replacing("give it a box", place, "[ ] "),
        );
    }

    /// An item begins with square brackets that are no box, such as `[]` and `[ x]`; whether it does.
    pub(crate) fn report_broken_box(&mut self, tokens: &[Token]) -> bool {
        let (first, ticked, close) = match tokens {
            [first, close, ..] if close.is_sign("]") => (first, false, close),
            [first, x, close, ..] if close.is_sign("]") && x.text.chars().count() == 1 => {
                (first, x.is_word("x"), close)
            }
            _ => return false,
        };
        if !first.is_sign("[") {
            return false;
        }
        let span = first.span.to(close.span);
        let tick = if ticked { "[x]" } else { "[ ]" };
        // A box as it should be, and yet none: what stands behind it is written against it.
        let is_whole = span.end - span.start == tick.len();
        let finding = Diagnostic::error(Code::BoxUnreadable, span, "this box cannot be read");
        self.report(if is_whole {
            finding.expecting("expected a blank behind it").replacing(
                "put a blank",
                span.after(),
                " ",
            )
        } else {
            finding
                .expecting("expected `[ ]` or `[x]`")
                .replacing("write it so", span, tick)
        });
        true
    }
}
