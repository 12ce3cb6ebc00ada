//! Action items: `- [ ] **Task 1**: Description - Owner: @name - Due: YYYY-MM-DD`.

use chrono::NaiveDate;
use specd_domain::decision::ActionItem;
use specd_domain::diagnostic::Code;
use specd_domain::{Diagnostic, Located};

use super::{item_lines, tick};
use crate::outline::plain_text;
use crate::placeholder::is_date_placeholder;
use crate::reading::Reading;
use crate::sections::Section;
use crate::value::{Token, date_of, tokens_of};

const EXAMPLE: &str = "- [ ] **Task 1**: Write the runbook - Owner: @ada - Due: 2025-01-31";

/// Reads the items that have a box.
pub(super) fn read(reading: &mut Reading<'_>) -> Vec<ActionItem> {
    let mut items = Vec::new();
    for (part, line) in item_lines(reading, &[Section::ActionItems]) {
        let tokens = tokens_of(&line.inlines);
        let Some(tick) = tick(reading, part, line) else {
            reading.report_broken_box(&tokens);
            continue;
        };
        let title = match &line.label {
            Some(label) => label.text.clone(),
            None => plain_text(&line.inlines)
                .split(" - ")
                .next()
                .unwrap_or_default()
                .to_owned(),
        };
        items.push(ActionItem {
            title,
            done: tick.ticked,
            owner: owner(reading, &tokens),
            due: due(reading, &tokens),
            span: tick.span,
        });
    }
    items
}

/// The token behind a word and a colon.
fn behind<'t>(tokens: &'t [Token], word: &str) -> Option<&'t Token> {
    tokens.windows(3).find_map(|window| match window {
        [name, colon, value] if name.is_word(word) && colon.is_sign(":") => Some(value),
        _ => None,
    })
}

fn owner(reading: &mut Reading<'_>, tokens: &[Token]) -> Option<Located<String>> {
    let token = behind(tokens, "owner")?;
    let name = token.text.strip_prefix('@').filter(|name| !name.is_empty());
    if name.is_none() {
        reading.report(unreadable(
            token,
            "is no handle",
            "expected a handle such as `@ada`",
        ));
    }
    name.map(|name| Located::new(name.to_owned(), token.span))
}

fn due(reading: &mut Reading<'_>, tokens: &[Token]) -> Option<Located<NaiveDate>> {
    let token = behind(tokens, "due")?;
    if is_date_placeholder(token) {
        reading.leave_unfilled(token.span, "Due", EXAMPLE);
        return None;
    }
    let date = date_of(&token.text);
    if date.is_none() {
        reading.report(unreadable(
            token,
            "is no date",
            "expected a day that exists, such as `2025-01-31`",
        ));
    }
    date.map(|date| Located::new(date, token.span))
}

/// A warning: nothing that is served depends on it.
fn unreadable(token: &Token, what: &str, expected: &str) -> Diagnostic {
    let headline = format!("`{}` {what}", token.text);
    Diagnostic::warning(Code::ActionUnreadable, token.span, headline)
        .expecting(expected)
        .helping(format!("write for example: {EXAMPLE}"))
}
