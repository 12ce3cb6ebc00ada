//! Backwards Compatibility: the two ticks, the announced changes, the migration strategy (spec-language, section 6).

use specd_domain::compatibility::{AnnouncedChange, Compatibility};
use specd_domain::diagnostic::Code;
use specd_domain::{Diagnostic, Located, Span};

use super::Section;
use super::api::collection_path;
use super::header::no_date;
use crate::outline::plain_text;
use crate::placeholder::{is_bracketed, is_date_placeholder};
use crate::reading::Reading;
use crate::suggest::closest;
use crate::value::{Cursor, Token, span_of_tokens, tokens_of};

const STRATEGY: &str = "Migration Strategy";
const EXAMPLE: &str = "successor `/api/v2/orders`; deprecated 2025-01-31; sunset 2025-07-31";

/// The words of the template's own items: no change is announced by them.
const TEMPLATE_CHANGE: &str = "Impact and migration plan";

/// Reads the section.
pub(crate) fn read(reading: &mut Reading<'_>) -> Compatibility {
    let mut compatibility = Compatibility {
        span: reading.heading_span(Section::Compatibility),
        ..Compatibility::default()
    };
    ticks_and_changes(reading, &mut compatibility);
    strategy(reading, &mut compatibility);
    compatibility
}

fn ticks_and_changes(reading: &mut Reading<'_>, compatibility: &mut Compatibility) {
    let outline = reading.outline;
    let wanted = [Section::Compatibility];
    let lines: Vec<_> = reading
        .parts(&wanted)
        .filter_map(|(index, part)| Some((index, part, part.line()?)))
        .filter(|(_, _, line)| line.opens_item)
        .collect();
    for (index, part, line) in lines {
        let tokens = tokens_of(&line.inlines);
        let item = part.item.and_then(|item| outline.items.get(item));
        let tick = item.and_then(|item| item.tick);
        let mut cursor = Cursor::new(&tokens);
        let is_none = cursor.words(&["no", "breaking", "changes"]);
        if is_none || cursor.words(&["breaking", "changes"]) {
            let Some(tick) = tick else {
                reading.report_no_box(&tokens, line);
                continue;
            };
            let slot = if is_none {
                &mut compatibility.no_breaking
            } else {
                &mut compatibility.breaking
            };
            slot.get_or_insert(Located::new(tick.ticked, tick.span));
        } else if let Some(change) = change(reading, index, &tokens) {
            compatibility.changes.push(change);
        } else if tick.is_none() {
            reading.report_broken_box(&tokens);
        }
    }
}

/// `Change 1: …`, with what it names in backticks.
fn change(reading: &Reading<'_>, index: usize, tokens: &[Token]) -> Option<AnnouncedChange> {
    let mut cursor = Cursor::new(tokens);
    if !cursor.words(&["change"]) {
        return None;
    }
    cursor.take_if(|token| !token.is_sign(":"));
    if !cursor.sign(":") || cursor.rest().is_empty() {
        return None;
    }
    let outline = reading.outline;
    let line = outline.parts.get(index)?.line()?;
    let plain = plain_text(&line.inlines);
    let text = plain.split_once(':').map_or("", |(_, text)| text.trim());
    if text == TEMPLATE_CHANGE {
        return None;
    }
    let value = reading.value_of(index);
    let names = value.tokens().filter(|token| token.is_code());
    Some(AnnouncedChange {
        names: names
            .map(|token| Located::new(token.text.clone(), token.span))
            .collect(),
        text: text.to_owned(),
        span: line.span,
    })
}

fn strategy(reading: &mut Reading<'_>, compatibility: &mut Compatibility) {
    let labels = reading.labels_once(&[Section::Compatibility], &[STRATEGY]);
    let Some(mut label) = labels.into_iter().next() else {
        return;
    };
    if label.value.is_empty() {
        reading.leave_unfilled(label.value.label, STRATEGY, EXAMPLE);
    }
    for row in &label.value.rows {
        if reading.questions.is_alone(row) || is_bracketed(&row.tokens) {
            reading.leave_unfilled(span_of_tokens(&row.tokens), STRATEGY, EXAMPLE);
        }
    }
    reading.questions.strip_value(&mut label.value);
    for clause in label.value.clauses() {
        if !is_bracketed(&clause) {
            take_clause(reading, &clause, compatibility);
        }
    }
}

/// A clause that begins with one of the three words, or with a slip of one of them, and holds a number or backticks must be read; any
/// other is free text.
fn take_clause(reading: &mut Reading<'_>, clause: &[Token], compatibility: &mut Compatibility) {
    let mut cursor = Cursor::new(clause);
    let Some(keyword) = cursor.take() else { return };
    let has_value = cursor
        .rest()
        .iter()
        .any(|token| token.is_code() || token.has_digit() || is_date_placeholder(token));
    let Some(word) =
        closest(&keyword.text, &["successor", "deprecated", "sunset"]).filter(|_| has_value)
    else {
        return;
    };
    if cursor.rest().iter().any(is_date_placeholder) {
        reading.leave_unfilled(span_of_tokens(clause), STRATEGY, EXAMPLE);
        return;
    }
    if !keyword.is_word(word) {
        let headline = format!("`{}` is no word of the migration strategy", keyword.text);
        let finding = unreadable(keyword.span, headline);
        reading.report(finding.replacing(format!("did you mean `{word}`?"), keyword.span, word));
        return;
    }
    cursor.sign(":");
    match word {
        "successor" => successor(reading, &mut cursor, compatibility),
        "deprecated" => {
            let day = day(reading, &mut cursor);
            set_once(reading, &mut compatibility.deprecated, day);
        }
        _ => {
            let day = day(reading, &mut cursor);
            set_once(reading, &mut compatibility.sunset, day);
        }
    }
}

/// What is said twice is an error at the second.
fn set_once<T>(
    reading: &mut Reading<'_>,
    slot: &mut Option<Located<T>>,
    value: Option<Located<T>>,
) {
    let Some(value) = value else { return };
    match slot {
        Some(first) => reading.report(
            unreadable(value.span, "this is said twice".to_owned())
                .expecting("the second")
                .pointing_at(first.span, "the first, which is read")
                .helping("leave one of them"),
        ),
        None => *slot = Some(value),
    }
}

fn successor(
    reading: &mut Reading<'_>,
    cursor: &mut Cursor<'_>,
    compatibility: &mut Compatibility,
) {
    let Some(code) = cursor.code() else {
        let finding = unreadable(cursor.place(), "the successor cannot be read".to_owned());
        reading.report(
            finding
                .expecting("expected a path in backticks")
                .helping("write for example: successor `/api/v2/orders`"),
        );
        return;
    };
    match collection_path(code) {
        Ok(path) => {
            let path = Some(Located::new(path, code.span));
            set_once(reading, &mut compatibility.successor, path);
        }
        Err(finding) => reading.report(*finding),
    }
    expect_end(reading, cursor);
}

fn day(reading: &mut Reading<'_>, cursor: &mut Cursor<'_>) -> Option<Located<chrono::NaiveDate>> {
    let Some((date, span)) = cursor.date() else {
        let text = cursor
            .peek()
            .map_or("", |token| token.text.as_str())
            .to_owned();
        reading.report(no_date(&text, cursor.next_place()));
        return None;
    };
    expect_end(reading, cursor);
    Some(Located::new(date, span))
}

fn expect_end(reading: &mut Reading<'_>, cursor: &mut Cursor<'_>) {
    if !cursor.is_done() {
        let finding = unreadable(
            cursor.place(),
            "the clause goes on behind its end".to_owned(),
        );
        reading.report(
            finding
                .expecting("expected `;` or the end of the line")
                .helping(format!("write for example: {EXAMPLE}")),
        );
    }
}

fn unreadable(span: Span, headline: String) -> Diagnostic {
    Diagnostic::error(Code::MigrationUnreadable, span, headline)
}
