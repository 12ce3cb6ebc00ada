//! Alerting: `Alert if latency > 200ms` (spec-language, section 9).

use specd_domain::Diagnostic;
use specd_domain::diagnostic::Code;
use specd_domain::objective::Alert;

use super::Section;
use super::measure::{Wrong, condition};
use crate::placeholder::is_number_placeholder;
use crate::reading::Reading;
use crate::suggest::closest;
use crate::value::{Cursor, Row, Token, Value, span_of_tokens};

const EXAMPLE: &str = "- Alert if latency > 200ms";

/// Reads the thresholds. A line that does not begin with `Alert if` is free text.
pub(crate) fn read(reading: &mut Reading<'_>) -> Vec<Alert> {
    let wanted = [Section::Alerting];
    let parts = reading.parts(&wanted);
    let rows: Vec<Row> = parts
        .filter_map(|(_, part)| part.line())
        .map(|line| Row::of(&line.inlines))
        .collect();
    let mut alerts = Vec::new();
    for row in rows {
        let value = Value {
            label: span_of_tokens(&row.tokens),
            rows: vec![row],
        };
        for clause in value.clauses_of_words() {
            if clause.iter().any(is_number_placeholder) {
                reading.leave_unfilled(span_of_tokens(&clause), "Alert", EXAMPLE);
                continue;
            }
            match alert(&clause) {
                Some(Ok(alert)) => alerts.push(alert),
                Some(Err(wrong)) => reading.report(unreadable(&wrong)),
                None => {}
            }
        }
    }
    alerts
}

fn alert(tokens: &[Token]) -> Option<Result<Alert, Wrong>> {
    let mut cursor = Cursor::new(tokens);
    if !(cursor.words(&["alert", "if"]) || cursor.words(&["alert", "when"])) {
        let first = cursor.peek()?;
        let is_meant = closest(&first.text, &["alert"]).is_some()
            && tokens
                .iter()
                .any(|token| token.is_sign(">") || token.is_sign("<"));
        return is_meant.then_some(Err(Wrong {
            span: first.span,
            expected: "expected `Alert if`",
        }));
    }
    Some(condition(&mut cursor).and_then(|condition| {
        if !cursor.is_done() {
            return Err(Wrong {
                span: cursor.place(),
                expected: "expected the end of the alert",
            });
        }
        Ok(Alert {
            measure: condition.measure,
            percentile: condition.percentile,
            threshold: condition.threshold,
            span: span_of_tokens(tokens),
        })
    }))
}

fn unreadable(wrong: &Wrong) -> Diagnostic {
    Diagnostic::error(
        Code::AlertUnreadable,
        wrong.span,
        "the alert cannot be read",
    )
    .expecting(wrong.expected)
    .helping(format!("write for example: {EXAMPLE}"))
}
