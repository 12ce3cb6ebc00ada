//! The header: title, status, author, dates, reviewers (spec-language, section 2).

use chrono::NaiveDate;
use specd_domain::diagnostic::Code;
use specd_domain::document::{Entry, Header, Status, Title};
use specd_domain::name::SpecNumber;
use specd_domain::{Diagnostic, Located, Span};

use super::Section;
use crate::outline::Heading;
use crate::placeholder::{is_bracketed, is_date_placeholder};
use crate::reading::{Found, Reading};
use crate::suggest::closest;
use crate::value::{Cursor, Token, TokenKind, Value, span_of_tokens, tokens_of};

const STATUS: &str = "Status";
const AUTHOR: &str = "Author";
const CREATED: &str = "Created";
const LAST_UPDATED: &str = "Last Updated";
const REVIEWERS: &str = "Reviewers";
const DATE_EXAMPLE: &str = "2025-01-31";

/// Reads the header.
pub(crate) fn read(reading: &mut Reading<'_>) -> Header {
    let mut header = Header {
        title: title(reading),
        ..Header::default()
    };
    let names = [STATUS, AUTHOR, CREATED, LAST_UPDATED, REVIEWERS];
    for label in reading.labels_once(&[Section::Header], &names) {
        match label.name {
            STATUS => header.status = status(reading, &label),
            AUTHOR => header.author = author(reading, &label),
            CREATED => header.created = date(reading, &label),
            LAST_UPDATED => header.last_updated = date(reading, &label),
            _ => header.reviewers = reviewers(reading, &label.value),
        }
    }
    header
}

fn title(reading: &mut Reading<'_>) -> Entry<Title> {
    let outline = reading.outline;
    let index = reading.sections.title;
    let Some(heading) = index.and_then(|index| outline.headings.get(index)) else {
        return Entry::Missing;
    };
    let tokens = tokens_of(&heading.inlines);
    let mut cursor = Cursor::new(&tokens);
    let number = match number(&mut cursor) {
        Ok(number) => number,
        Err(finding) => {
            reading.report(*finding);
            return Entry::Unreadable(heading.span);
        }
    };
    let text = words(heading).filter(|text| !text.contains("[Feature Title]"));
    if let Some(text) = text.filter(|_| !is_bracketed(cursor.rest())) {
        return Entry::Filled(Located::new(Title { number, text }, heading.span));
    }
    let span = if cursor.rest().is_empty() {
        heading.span
    } else {
        cursor.place()
    };
    let example = format!("# SPEC {}: Orders", number.value);
    reading.leave_required_unfilled(span, "title", &example);
    Entry::Unfilled(span)
}

/// The words behind the colon.
fn words(heading: &Heading<'_>) -> Option<String> {
    let (_, text) = heading.text.split_once(':')?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// `SPEC 0001:`.
fn number(cursor: &mut Cursor<'_>) -> Result<Located<SpecNumber>, Box<Diagnostic>> {
    if !cursor.words(&["spec"]) {
        let headline = "the title does not begin with `SPEC` and a number";
        return Err(bad_title(cursor.place(), headline));
    }
    let Some(token) = cursor.take_if(|token| token.kind == TokenKind::Word) else {
        return Err(bad_title(cursor.next_place(), "the title has no number"));
    };
    let Some(number) = SpecNumber::parse(&token.text) else {
        let headline = format!("`{}` is no number of four digits", token.text);
        return Err(bad_title(token.span, &headline));
    };
    if !cursor.sign(":") {
        let headline = "a colon is missing between the number and the title";
        return Err(bad_title(cursor.next_place(), headline));
    }
    Ok(Located::new(number, token.span))
}

fn bad_title(span: Span, headline: &str) -> Box<Diagnostic> {
    let finding = Diagnostic::error(Code::TitleUnreadable, span, headline)
        .expecting("expected `SPEC`, four digits, a colon and the title")
        .helping("write for example: # SPEC 0001: Orders");
    Box::new(finding)
}

fn status(reading: &mut Reading<'_>, label: &Found) -> Entry<Status> {
    let tokens: Vec<Token> = label.value.tokens().cloned().collect();
    let span = label.value.span();
    let is_choice = tokens.iter().any(|token| token.is_sign("|"));
    if tokens.is_empty() || is_choice || is_bracketed(&tokens) {
        reading.leave_required_unfilled(span, STATUS, "**Status**: draft");
        return Entry::Unfilled(span);
    }
    match one_status(&tokens) {
        Ok(status) => Entry::Filled(status),
        Err(finding) => {
            reading.report(*finding);
            Entry::Unreadable(span)
        }
    }
}

fn one_status(tokens: &[Token]) -> Result<Located<Status>, Box<Diagnostic>> {
    let mut cursor = Cursor::new(tokens);
    let found = cursor.take().and_then(|token| {
        let status = Status::ALL
            .into_iter()
            .find(|status| token.is_word(status.as_str()))?;
        Some(Located::new(status, token.span))
    });
    match found {
        Some(status) if cursor.is_done() => Ok(status),
        Some(status) => {
            let word = status.value.as_str();
            let headline = format!("more than one word stands behind `{word}`");
            let finding = Diagnostic::error(Code::StatusUnreadable, cursor.place(), headline)
                .expecting("expected the end of the line")
                .replacing("leave the status alone", span_of_tokens(tokens), word);
            Err(Box::new(finding))
        }
        None => Err(Box::new(no_status(tokens))),
    }
}

fn no_status(tokens: &[Token]) -> Diagnostic {
    let text = words_of(tokens);
    let span = span_of_tokens(tokens);
    let finding = Diagnostic::error(
        Code::StatusUnreadable,
        span,
        format!("`{text}` is no status"),
    )
    .expecting("expected `draft`, `review`, `approved` or `deprecated`");
    match closest(&text, &Status::ALL.map(Status::as_str)) {
        Some(word) => finding.replacing(format!("did you mean `{word}`?"), span, word),
        None => finding.helping("write for example: **Status**: draft"),
    }
}

/// The tokens' texts with blanks between them, for a headline.
fn words_of(tokens: &[Token]) -> String {
    let words: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
    words.join(" ")
}

fn author(reading: &mut Reading<'_>, label: &Found) -> Entry<String> {
    let span = label.value.span();
    let name = label.value.plain();
    if name.is_empty() || name.contains("[Your Name]") || is_value_bracketed(&label.value) {
        reading.leave_required_unfilled(span, AUTHOR, "**Author**: Ada Lovelace");
        return Entry::Unfilled(span);
    }
    Entry::Filled(Located::new(name, span))
}

fn is_value_bracketed(value: &Value) -> bool {
    let tokens: Vec<Token> = value.tokens().cloned().collect();
    is_bracketed(&tokens)
}

fn date(reading: &mut Reading<'_>, label: &Found) -> Entry<NaiveDate> {
    let value = &label.value;
    let span = value.span();
    let is_placeholder = value.tokens().any(is_date_placeholder);
    if value.is_empty() || is_placeholder || is_value_bracketed(value) {
        let example = format!("**{}**: {DATE_EXAMPLE}", label.name);
        reading.leave_required_unfilled(span, label.name, &example);
        return Entry::Unfilled(span);
    }
    let tokens: Vec<Token> = value.tokens().cloned().collect();
    let mut cursor = Cursor::new(&tokens);
    match cursor.date() {
        Some((date, place)) if cursor.is_done() => Entry::Filled(Located::new(date, place)),
        _ => {
            reading.report(no_date(&value.plain(), span));
            Entry::Unreadable(span)
        }
    }
}

/// The text at `span` is no date.
pub(super) fn no_date(text: &str, span: Span) -> Diagnostic {
    let finding = Diagnostic::error(Code::DateUnreadable, span, format!("`{text}` is no date"))
        .expecting(format!(
            "expected a day that exists, such as `{DATE_EXAMPLE}`"
        ));
    match date_meant(text) {
        Some(date) => finding.replacing(
            "write the year first, then the month, then the day",
            span,
            date.to_string(),
        ),
        None => finding
            .helping("write the year in four digits, the month and the day in two: YYYY-MM-DD"),
    }
}

/// The day that other ways of writing can only mean: `31.1.2025`, `2025/1/31`, `1/31/2025`, but not `1/2/2025`.
fn date_meant(text: &str) -> Option<NaiveDate> {
    let separator = text.chars().find(|c| !c.is_ascii_digit())?;
    let numbers: Vec<u32> = text
        .split(separator)
        .map(|part| part.parse().ok().filter(|_| part.len() <= 4))
        .collect::<Option<_>>()?;
    let &[first, second, third] = numbers.as_slice() else {
        return None;
    };
    let (year, month, day) = match (separator, first, second, third) {
        ('-' | '/' | '.', 1000.., _, _) => (first, second, third),
        ('.', _, _, 1000..) | ('-' | '/', 13.., _, 1000..) => (third, second, first),
        ('-' | '/', _, 13.., 1000..) => (third, first, second),
        _ => return None,
    };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// `@handle`, comma separated. Nothing that is served depends on them: what is no handle is a warning.
fn reviewers(reading: &mut Reading<'_>, value: &Value) -> Vec<Located<String>> {
    let tokens: Vec<Token> = value.tokens().cloned().collect();
    if value.is_empty() || is_bracketed(&tokens) {
        reading.leave_unfilled(value.span(), REVIEWERS, "**Reviewers**: @ada, @grace");
        return Vec::new();
    }
    let mut reviewers = Vec::new();
    for part in tokens.split(|token| token.is_sign(",") || token.is_sign(";")) {
        let mut cursor = Cursor::new(part);
        let Some(token) = cursor.take() else { continue };
        match token.text.strip_prefix('@') {
            Some(handle) if !handle.is_empty() && cursor.is_done() => {
                reviewers.push(Located::new(handle.to_owned(), token.span));
            }
            _ => reading.report(no_handle(part)),
        }
    }
    reviewers
}

fn no_handle(part: &[Token]) -> Diagnostic {
    Diagnostic::warning(
        Code::HandleUnreadable,
        span_of_tokens(part),
        format!("`{}` is no handle", words_of(part)),
    )
    .expecting("expected a handle such as `@ada`")
    .helping("write for example: **Reviewers**: @ada, @grace")
}
