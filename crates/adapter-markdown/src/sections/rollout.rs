//! Rollout Plan: phases, feature flag, stages, rollback criteria (spec-language, section 7).

mod criteria;

use specd_domain::diagnostic::Code;
use specd_domain::name::FlagName;
use specd_domain::rollout::{PhaseTicks, Rollout};
use specd_domain::{Diagnostic, Located};

use super::Section;
use crate::outline::Outline;
use crate::placeholder::is_bracketed;
use crate::reading::Reading;
use crate::value::{Cursor, Row, Token, TokenKind, Value, span_of_tokens, tokens_of};

const FLAG: &str = "Feature flag";
const STAGES: &str = "Gradual rollout";
const FLAG_EXAMPLE: &str = "- [ ] Feature flag: `feature_orders_enabled`";
const STAGES_EXAMPLE: &str = "- [ ] Gradual rollout: 5% → 25% → 50% → 100%";

/// Reads the section.
pub(crate) fn read(reading: &mut Reading<'_>) -> Rollout {
    let mut rollout = Rollout {
        span: reading.heading_span(Section::RolloutPlan),
        ..Rollout::default()
    };
    for number in 1..=3 {
        rollout.phases.push(ticks(reading, Section::Phase(number)));
    }
    let lines: Vec<Vec<Token>> = reading
        .parts(&[Section::Phase(3)])
        .filter_map(|(_, part)| part.line())
        .map(|line| tokens_of(&line.inlines))
        .collect();
    let (mut has_flag, mut has_stages) = (false, false);
    for tokens in lines {
        if let Some(value) = value_behind(&tokens, &["feature", "flag"]) {
            if again(reading, &mut has_flag, FLAG, &tokens) {
                continue;
            }
            rollout.flag = flag(reading, value, &tokens);
        } else if let Some(value) = value_behind(&tokens, &["gradual", "rollout"]) {
            if again(reading, &mut has_stages, STAGES, &tokens) {
                continue;
            }
            rollout.stages = stages(reading, value, &tokens);
        } else {
            report_lookalike(reading, &tokens);
        }
    }
    rollout.criteria = criteria::read(reading);
    rollout
}

fn ticks(reading: &Reading<'_>, phase: Section) -> PhaseTicks {
    let outline: &Outline<'_> = reading.outline;
    let wanted = [phase];
    let boxes = reading
        .parts(&wanted)
        .filter(|(_, part)| part.line().is_some_and(|line| line.opens_item))
        .filter_map(|(_, part)| outline.items.get(part.item?)?.tick);
    boxes.fold(PhaseTicks::default(), |ticks, tick| PhaseTicks {
        ticked: ticks.ticked + u32::from(tick.ticked),
        total: ticks.total + 1,
    })
}

/// What stands behind these words, `(if applicable)` and a colon (ruling H30).
fn value_behind<'t>(tokens: &'t [Token], words: &[&str]) -> Option<&'t [Token]> {
    let mut cursor = Cursor::new(tokens);
    if !cursor.words(words) {
        return None;
    }
    if cursor.sign("(") {
        cursor.words(&["if", "applicable"]);
        cursor.sign(")");
    }
    cursor.sign(":").then(|| cursor.rest())
}

/// Warns of a line that probably was meant as one of the two: with a slip in its words, or without its colon.
fn report_lookalike(reading: &mut Reading<'_>, tokens: &[Token]) {
    let says = |token: &Token| token.is_code() || token.text.ends_with('%');
    let [first, second, rest @ ..] = tokens else {
        return;
    };
    let is_one_word = second.is_sign(":");
    let (text, span) = if is_one_word {
        (first.text.clone(), first.span)
    } else {
        let text = format!("{} {}", first.text, second.text);
        (text, first.span.to(second.span))
    };
    if !rest.iter().any(says) {
        return;
    }
    let Some(name) = reading.suggestions.closest(&text, &[FLAG, STAGES]) else {
        return;
    };
    let (headline, help, line) = if text.eq_ignore_ascii_case(name) {
        let headline = format!("`{name}` has no colon, and so it is not read");
        (headline, "give it a colon".to_owned(), format!("{name}:"))
    } else {
        let headline = format!("`{text}` is nothing that is read here");
        (headline, format!("did you mean `{name}`?"), name.to_owned())
    };
    let finding = Diagnostic::warning(Code::LabelUnknown, span, headline);
    reading.report(
        finding
            .expecting("read as free text")
            .replacing(help, span, line),
    );
}

fn again(reading: &mut Reading<'_>, seen: &mut bool, name: &str, tokens: &[Token]) -> bool {
    let is_again = std::mem::replace(seen, true);
    if is_again {
        let headline = format!("`{name}` stands twice");
        let finding = Diagnostic::error(Code::LabelTwice, span_of_tokens(tokens), headline);
        reading.report(finding.expecting("the second").helping("leave one of them"));
    }
    is_again
}

fn is_none(value: &[Token]) -> bool {
    let mut cursor = Cursor::new(value);
    cursor.words(&["none"]) && cursor.is_done()
}

fn flag(reading: &mut Reading<'_>, value: &[Token], line: &[Token]) -> Option<Located<FlagName>> {
    if is_none(value) {
        return None;
    }
    if value.is_empty()
        || is_bracketed(value)
        || value.iter().any(|token| token.text.contains("{name}"))
    {
        let place = if value.is_empty() { line } else { value };
        reading.leave_unfilled(span_of_tokens(place), FLAG, FLAG_EXAMPLE);
        return None;
    }
    let mut cursor = Cursor::new(value);
    match cursor.code() {
        Some(code) if cursor.is_done() => match FlagName::new(code.text.as_str()) {
            Ok(name) => return Some(Located::new(name, code.span)),
            Err(reason) => {
                let headline = format!("`{}` is no feature flag", code.text);
                let finding = Diagnostic::error(Code::FlagUnreadable, code.span, headline);
                reading.report(
                    finding
                        .expecting("expected lower-case letters, digits and `_`")
                        .noting(reason.to_string())
                        .helping(format!("write for example: {FLAG_EXAMPLE}")),
                );
            }
        },
        Some(_) => reading.report(bad_flag(cursor.rest(), "expected the end of the line")),
        None => reading.report(bad_flag(value, "expected a name in backticks, or `none`")),
    }
    None
}

fn bad_flag(tokens: &[Token], expected: &str) -> Diagnostic {
    let finding = Diagnostic::error(
        Code::FlagUnreadable,
        span_of_tokens(tokens),
        "the feature flag cannot be read",
    )
    .expecting(expected);
    match tokens {
        [word] if FlagName::new(word.text.as_str()).is_ok() => {
            finding.replacing("put it in backticks", word.span, format!("`{}`", word.text))
        }
        _ => finding.helping(format!("write for example: {FLAG_EXAMPLE}")),
    }
}

fn stages(reading: &mut Reading<'_>, value: &[Token], line: &[Token]) -> Vec<Located<u8>> {
    if is_none(value) {
        return Vec::new();
    }
    if value.is_empty() || is_bracketed(value) {
        let place = if value.is_empty() { line } else { value };
        reading.leave_unfilled(span_of_tokens(place), STAGES, STAGES_EXAMPLE);
        return Vec::new();
    }
    // A value in backticks is read without them.
    let row = Row {
        tokens: value.to_vec(),
        plain: String::new(),
    };
    let opened = Value {
        rows: vec![row],
        label: span_of_tokens(value),
    };
    let tokens: Vec<Token> = opened.clauses_of_words().into_iter().flatten().collect();
    let mut cursor = Cursor::new(&tokens);
    let mut stages = Vec::new();
    loop {
        let Some(stage) = stage(&mut cursor) else {
            reading.report(bad_stage(
                &cursor,
                "expected a whole percentage such as `25%`",
            ));
            return stages;
        };
        stages.push(stage);
        if ["→", "->", "=>"]
            .into_iter()
            .any(|arrow| cursor.sign(arrow))
        {
            continue;
        }
        if !cursor.is_done() {
            reading.report(bad_stage(&cursor, "expected `→` or `->`"));
        }
        return stages;
    }
}

fn stage(cursor: &mut Cursor<'_>) -> Option<Located<u8>> {
    let token = cursor
        .peek()
        .filter(|token| token.kind == TokenKind::Word)?;
    let percent = token.text.strip_suffix('%')?.parse().ok()?;
    cursor.take();
    Some(Located::new(percent, token.span))
}

fn bad_stage(cursor: &Cursor<'_>, expected: &str) -> Diagnostic {
    Diagnostic::error(
        Code::StageUnreadable,
        cursor.next_place(),
        "a stage of the rollout cannot be read",
    )
    .expecting(expected)
    .helping(format!("write for example: {STAGES_EXAMPLE}"))
}
