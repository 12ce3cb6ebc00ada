//! Summary, Motivation, Dashboards: prose, of which only the placeholders matter; and the words of the summary.

use super::Section;
use crate::placeholder::is_bracketed;
use crate::reading::Reading;
use crate::value::{Row, span_of_tokens};

/// The template's words.
const BRIEF: &str = "[Brief description of what this spec proposes]";

/// The text below Summary, without lines that are bold as a whole.
pub(crate) fn read(reading: &mut Reading<'_>) -> Option<String> {
    let parts = reading.parts(&[Section::Summary]);
    let lines: Vec<(Row, bool)> = parts
        .filter_map(|(_, part)| part.line())
        .map(|line| (Row::of(&line.inlines), line.is_bold()))
        .collect();
    let mut words = Vec::new();
    for (row, is_bold) in lines {
        if is_bracketed(&row.tokens) || row.plain.contains(BRIEF) {
            let span = span_of_tokens(&row.tokens);
            reading.leave_unfilled(span, "Summary", "The orders of the shop, kept and served.");
        } else if !is_bold {
            words.push(row.plain);
        }
    }
    (!words.is_empty()).then(|| words.join(" "))
}

/// Notes the questions of Motivation that stand alone, and its unfilled brackets.
pub(crate) fn motivation(reading: &mut Reading<'_>) {
    for row in rows(reading, Section::Motivation) {
        if reading.questions.is_alone(&row) || is_bracketed(&row.tokens) {
            let span = span_of_tokens(&row.tokens);
            let example = "Orders are taken by mail, and one in twenty is lost.";
            reading.leave_unfilled(span, "Motivation", example);
        }
    }
}

/// Notes the link of Dashboards that is not filled in.
pub(crate) fn dashboards(reading: &mut Reading<'_>) {
    for row in rows(reading, Section::Dashboards) {
        let value = match row.tokens.as_slice() {
            [word, colon, rest @ ..] if word.is_word("link") && colon.is_sign(":") => rest,
            all => all,
        };
        if is_bracketed(value) {
            let example = "Link: https://grafana.example/d/orders";
            reading.leave_unfilled(span_of_tokens(value), "Link", example);
        }
    }
}

fn rows(reading: &Reading<'_>, section: Section) -> Vec<Row> {
    let wanted = [section];
    let parts = reading.parts(&wanted);
    let lines = parts.filter_map(|(_, part)| part.line());
    lines.map(|line| Row::of(&line.inlines)).collect()
}
