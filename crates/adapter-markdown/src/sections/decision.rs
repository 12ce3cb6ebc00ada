//! Decision, approvals, action items, threats, alternatives (spec-language, section 12).

mod actions;
mod considerations;

use specd_domain::decision::{Decision, Tick};

use super::Section;
use crate::outline::{Line, Part};
use crate::reading::Reading;
use crate::suggest::closest;
use crate::value::{Cursor, Token, tokens_of};

const APPROVAL: &str = "Approval";
const APPROVAL_SECTIONS: [Section; 6] = [
    Section::Related,
    Section::DecisionAndNextSteps,
    Section::Decision,
    Section::NextSteps,
    Section::ActionItems,
    Section::Approval,
];

/// Reads all of it but the links.
pub(crate) fn read(reading: &mut Reading<'_>) -> Decision {
    let mut decision = Decision::default();
    outcomes(reading, &mut decision);
    approvals(reading, &mut decision);
    decision.action_items = actions::read(reading);
    decision.threats = considerations::threats(reading);
    decision.alternatives = considerations::alternatives(reading);
    decision
}

fn outcomes(reading: &mut Reading<'_>, decision: &mut Decision) {
    let wanted = if reading.sections.heading(Section::Decision).is_some() {
        Section::Decision
    } else {
        Section::DecisionAndNextSteps
    };
    decision.decision_span = reading.heading_span(wanted);
    let words = ["Approved", "Rejected", "Deferred"];
    for (part, line) in item_lines(reading, &[wanted]) {
        let tokens = tokens_of(&line.inlines);
        let tick = tick(reading, part, line);
        let Some(first) = tokens.first() else {
            continue;
        };
        let word = closest(&first.text, &words);
        let (Some(mut tick), Some(word)) = (tick, word) else {
            if word.is_some_and(|word| first.is_word(word)) {
                reading.report_no_box(&tokens, line);
            } else {
                reading.report_broken_box(&tokens);
            }
            continue;
        };
        word.clone_into(&mut tick.label);
        let slot = match word {
            "Approved" => &mut decision.approved,
            "Rejected" => &mut decision.rejected,
            _ => &mut decision.deferred,
        };
        if first.is_word(word) {
            slot.get_or_insert(tick);
        } else {
            let span = first.span;
            reading.report_slip(&first.text, span, word);
        }
    }
}

/// The boxes below **Approval**, or below a heading of that name.
fn approvals(reading: &mut Reading<'_>, decision: &mut Decision) {
    let labels = reading.labels_once(&APPROVAL_SECTIONS, &[APPROVAL]);
    let label = labels.first();
    decision.approval_span = label.map_or_else(
        || reading.heading_span(Section::Approval),
        |label| label.value.label,
    );
    let from = label.map_or(0, |label| label.part);
    let sections: &[Section] = if label.is_some() {
        &APPROVAL_SECTIONS
    } else {
        &[Section::Approval]
    };
    let heading = reading
        .outline
        .parts
        .get(from)
        .and_then(|part| part.heading);
    let mut lines = item_lines_from(reading, sections, from);
    if label.is_some() {
        lines.retain(|(part, _)| part.heading == heading);
    }
    for (part, line) in lines {
        let tokens = tokens_of(&line.inlines);
        match tick(reading, part, line) {
            Some(mut tick) => {
                let role = tick
                    .label
                    .split(':')
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .to_owned();
                tick.label = role;
                decision.approvals.push(tick);
            }
            None if is_nested(reading, part) => {}
            None => reading.report_no_box(&tokens, line),
        }
    }
}

fn is_nested(reading: &Reading<'_>, part: &Part<'_>) -> bool {
    let item = part.item.and_then(|item| reading.outline.items.get(item));
    item.is_some_and(|item| item.parent.is_some())
}

type ItemLine<'a> = (&'a Part<'a>, &'a Line<'a>);

/// The first lines of the list items of these sections.
fn item_lines<'a>(reading: &Reading<'a>, sections: &[Section]) -> Vec<ItemLine<'a>> {
    item_lines_from(reading, sections, 0)
}

fn item_lines_from<'a>(
    reading: &Reading<'a>,
    sections: &[Section],
    from: usize,
) -> Vec<ItemLine<'a>> {
    let parts = reading.parts(sections).filter(|(index, _)| *index >= from);
    parts
        .filter_map(|(_, part)| Some((part, part.line()?)))
        .filter(|(_, line)| line.opens_item)
        .collect()
}

/// The box of a line's item, with the line's words.
fn tick(reading: &Reading<'_>, part: &Part<'_>, line: &Line<'_>) -> Option<Tick> {
    let item = reading.outline.items.get(part.item?)?;
    let tick = item.tick?;
    Some(Tick {
        label: crate::outline::plain_text(&line.inlines),
        ticked: tick.ticked,
        span: tick.span.to(line.span),
    })
}

/// Whether the line has words behind a word and an optional colon.
fn says_more_than(tokens: &[Token], word: &str) -> Option<bool> {
    let mut cursor = Cursor::new(tokens);
    if !cursor.words(&[word]) {
        return None;
    }
    cursor.sign(":");
    Some(!cursor.rest().is_empty())
}
