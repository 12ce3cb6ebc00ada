//! Threats with their mitigations, alternatives with their reasons.

use std::collections::HashSet;

use specd_domain::Located;
use specd_domain::decision::Consideration;

use super::says_more_than;
use crate::outline::key_of;
use crate::placeholder::is_bracketed;
use crate::reading::Reading;
use crate::sections::Section;
use crate::value::{Row, span_of_tokens, tokens_of};

const WHY: &str = "Why not chosen";
const DESCRIPTION: &str = "Description";

/// The items of Threat Model, and its labels outside of lists. A mitigation answers the threat above it.
pub(super) fn threats(reading: &mut Reading<'_>) -> Vec<Consideration> {
    let outline = reading.outline;
    let wanted = [Section::Threats];
    let mut threats: Vec<Consideration> = Vec::new();
    for (index, part) in reading.parts(&wanted) {
        let Some(line) = part.line() else { continue };
        let tokens = tokens_of(&line.inlines);
        if let Some(says_more) = says_more_than(&tokens, "mitigation") {
            let is_answer =
                says_more || (line.label.is_some() && !reading.value_of(index).is_empty());
            if let Some(threat) = threats.last_mut() {
                threat.is_answered |= is_answer;
            }
            continue;
        }
        let item = part.item.and_then(|item| outline.items.get(item));
        let is_threat = match item {
            Some(item) => line.opens_item && item.parent.is_none(),
            None => line
                .label
                .as_ref()
                .is_some_and(|label| label.key.starts_with("threat")),
        };
        if is_threat {
            let title = match &line.label {
                Some(label) => Located::new(label.text.clone(), label.span),
                None => Located::new(Row::of(&line.inlines).plain, line.span),
            };
            threats.push(Consideration {
                title,
                is_answered: false,
            });
        }
    }
    threats
}

/// The headings directly below Alternatives.
pub(super) fn alternatives(reading: &mut Reading<'_>) -> Vec<Consideration> {
    let outline = reading.outline;
    let Some(section) = reading.sections.heading(Section::Alternatives) else {
        return Vec::new();
    };
    let level = outline
        .headings
        .get(section)
        .map_or(2, |heading| heading.level);
    let below = outline.headings.iter().enumerate().skip(section + 1);
    let headings = below.take_while(|(index, heading)| {
        heading.level > level && reading.sections.at(Some(*index)) == Some(Section::Alternatives)
    });
    let headings: Vec<_> = headings
        .filter(|(_, heading)| heading.level == level + 1)
        .collect();
    let labels = reading.labels(&[Section::Alternatives], &[WHY, DESCRIPTION]);
    for label in labels.iter().filter(|label| label.name == DESCRIPTION) {
        if label
            .value
            .rows
            .iter()
            .any(|row| reading.questions.is_alone(row))
        {
            reading.leave_unfilled(
                label.value.span(),
                DESCRIPTION,
                "- **Description**: Keep the orders in a spreadsheet",
            );
        }
    }
    let starts: Vec<usize> = headings.iter().map(|(index, _)| *index).collect();
    let answered: HashSet<usize> = labels
        .iter()
        .filter(|label| label.name == WHY && !label.value.is_empty())
        .filter_map(|label| outline.parts.get(label.part)?.heading)
        .filter_map(|heading| {
            starts
                .partition_point(|&start| start <= heading)
                .checked_sub(1)
        })
        .collect();
    let mut alternatives = Vec::new();
    for (at, (_, heading)) in headings.iter().enumerate() {
        let tokens = tokens_of(&heading.inlines);
        let from = tokens.iter().position(|token| token.is_sign("["));
        let name = from
            .and_then(|from| tokens.get(from..))
            .filter(|name| is_bracketed(name));
        if let Some(name) = name {
            reading.leave_unfilled(
                span_of_tokens(name),
                "Alternative",
                "### Alternative 1: A spreadsheet",
            );
        }
        let is_answered = answered.contains(&at);
        if !key_of(&heading.text).is_empty() {
            alternatives.push(Consideration {
                title: Located::new(heading.text.clone(), heading.span),
                is_answered,
            });
        }
    }
    alternatives
}
