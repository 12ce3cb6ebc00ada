//! Patterns that mean nothing: in a `CHECK`, the condition of an index or a clause (spec-language, sections 4 and 10).

use crate::diagnostic::{Code, Diagnostic};
use crate::rule::Unevaluable;
use crate::source::Span;

use super::subject::Subject;

/// The finding about a pattern that `PostgreSQL` refuses, too, inside `span`.
pub(super) fn unreadable(subject: &Subject<'_>, span: Span, refused: &Unevaluable) -> Diagnostic {
    let headline = format!("the pattern `{}` cannot be read", refused.pattern);
    Diagnostic::error(
        Code::PatternUnreadable,
        subject.word_in(span, &refused.pattern),
        headline,
    )
    .expecting(refused.reason.to_string())
}
