//! Compliance: personal data, health data, audit (spec-language, section 11).

use specd_domain::compliance::Compliance;
use specd_domain::diagnostic::Code;
use specd_domain::name::ColumnName;
use specd_domain::{Diagnostic, Located, Span};

use super::Section;
use super::security::{columns, is_unfilled};
use crate::reading::Reading;
use crate::suggest::closest;
use crate::value::{Cursor, Token, span_of_tokens};

const GDPR: &str = "GDPR";
const HIPAA: &str = "HIPAA";
const SOC_2: &str = "SOC 2";

/// The longest retention: a hundred years.
const MAX_RETENTION_DAYS: u32 = 36_525;

/// Reads the section. A clause that begins with none of its words, holds no backticks and no slip of one of them, is free text.
pub(crate) fn read(reading: &mut Reading<'_>) -> Compliance {
    let mut compliance = Compliance::default();
    for mut label in reading.labels_once(&[Section::Compliance], &[GDPR, HIPAA, SOC_2]) {
        let span = label.value.span();
        if is_unfilled(reading, &mut label) {
            reading.leave_unfilled(span, label.name, example_of(label.name));
        }
        for clause in label.value.clauses() {
            let read = match label.name {
                GDPR => gdpr(&clause, &mut compliance),
                HIPAA => hipaa(&clause, &mut compliance),
                _ => soc2(&clause, &mut compliance),
            };
            if let Err(wrong) = read {
                reading.report(wrong.into_finding(label.name));
            }
        }
    }
    compliance
}

fn example_of(name: &str) -> &'static str {
    match name {
        GDPR => {
            "- **GDPR**: PII: `email`; subject: `customer_id`; retention: 365 days; erased on request"
        }
        HIPAA => "- **HIPAA**: PHI: `diagnosis`",
        _ => "- **SOC 2**: audited",
    }
}

struct Wrong {
    span: Span,
    expected: &'static str,
    meant: Option<&'static str>,
}

impl Wrong {
    fn new(span: Span, expected: &'static str) -> Self {
        Self {
            span,
            expected,
            meant: None,
        }
    }

    fn into_finding(self, label: &str) -> Diagnostic {
        let headline = format!("a clause of `{label}` cannot be read");
        let finding = Diagnostic::error(Code::ComplianceUnreadable, self.span, headline)
            .expecting(self.expected);
        match self.meant {
            Some(word) => finding.replacing(format!("did you mean `{word}`?"), self.span, word),
            None => finding.helping(format!("write for example: {}", example_of(label))),
        }
    }
}

fn gdpr(clause: &[Token], compliance: &mut Compliance) -> Result<(), Wrong> {
    let mut cursor = Cursor::new(clause);
    if cursor.words(&["pii"]) && is_list(&mut cursor) {
        compliance.pii.extend(names(&mut cursor)?);
    } else if cursor.words(&["subject"]) && is_list(&mut cursor) {
        let place = cursor.place();
        match names(&mut cursor)?.as_slice() {
            [subject] => compliance.subject = Some(subject.clone()),
            _ => return Err(Wrong::new(place, "expected one column in backticks")),
        }
    } else if cursor.words(&["retention"]) && is_list(&mut cursor) {
        compliance.retention_days = Some(retention(&mut cursor)?);
    } else if cursor.words(&["erased", "on", "request"]) {
        compliance.erased_on_request = Some(span_of_tokens(clause));
    } else {
        return free_text(clause, &["PII", "subject", "retention", "erased"]);
    }
    end(&mut cursor)
}

fn hipaa(clause: &[Token], compliance: &mut Compliance) -> Result<(), Wrong> {
    let mut cursor = Cursor::new(clause);
    if cursor.words(&["phi"]) && is_list(&mut cursor) {
        compliance.phi.extend(names(&mut cursor)?);
        return end(&mut cursor);
    }
    free_text(clause, &["PHI"])
}

fn soc2(clause: &[Token], compliance: &mut Compliance) -> Result<(), Wrong> {
    let mut cursor = Cursor::new(clause);
    if cursor.words(&["audited"]) {
        end(&mut cursor)?;
        compliance.audited = Some(span_of_tokens(clause));
        return Ok(());
    }
    if clause.iter().any(|token| token.is_word("audited")) {
        return Err(Wrong::new(
            span_of_tokens(clause),
            "expected `audited` alone",
        ));
    }
    free_text(clause, &["audited"])
}

/// Whether a colon follows; it may be left out before backticks and numbers.
fn is_list(cursor: &mut Cursor<'_>) -> bool {
    cursor.sign(":")
        || cursor
            .peek()
            .is_some_and(|token| token.is_code() || token.has_digit())
}

/// Columns in backticks, or `none`.
fn names(cursor: &mut Cursor<'_>) -> Result<Vec<Located<ColumnName>>, Wrong> {
    if cursor.words(&["none"]) {
        return Ok(Vec::new());
    }
    let place = cursor.place();
    let names =
        columns(cursor).map_err(|span| Wrong::new(span, "expected the name of a column"))?;
    if names.is_empty() {
        return Err(Wrong::new(place, "expected columns in backticks"));
    }
    Ok(names)
}

/// `365 days`.
fn retention(cursor: &mut Cursor<'_>) -> Result<Located<u32>, Wrong> {
    let place = cursor.place();
    let wrong = || Wrong::new(place, "expected a number of days such as `365 days`");
    let (number, unit) = cursor.quantity().ok_or_else(wrong)?;
    let days: u32 = number.to_string().parse().map_err(|_| wrong())?;
    let is_days = matches!(unit.as_str(), "day" | "days");
    if !is_days || !(0..=MAX_RETENTION_DAYS).contains(&days) {
        return Err(wrong());
    }
    Ok(Located::new(days, place))
}

fn end(cursor: &mut Cursor<'_>) -> Result<(), Wrong> {
    if cursor.is_done() {
        Ok(())
    } else {
        Err(Wrong::new(
            cursor.place(),
            "expected `;` or the end of the line",
        ))
    }
}

fn free_text(clause: &[Token], words: &[&'static str]) -> Result<(), Wrong> {
    let Some(first) = clause.first() else {
        return Ok(());
    };
    if let Some(code) = clause.iter().find(|token| token.is_code()) {
        let is_slip = !first.is_code() && closest(&first.text, words).is_some();
        if !is_slip {
            return Err(Wrong::new(
                code.whole(),
                "what it is for stands before it: `PII:`, `subject:`, `PHI:`",
            ));
        }
    }
    let followed = clause
        .get(1)
        .is_some_and(|next| next.is_sign(":") || next.is_code());
    let is_alone = clause.len() == 1;
    match closest(&first.text, words) {
        Some(word) if first.is_word(word) && followed => Err(Wrong::new(
            span_of_tokens(clause),
            "expected the clause's value",
        )),
        Some(word) if !first.is_word(word) && (followed || is_alone) => Err(Wrong {
            span: first.span,
            expected: "expected a clause's word",
            meant: Some(word),
        }),
        Some("erased") if first.is_word("erased") && clause.len() <= 4 => Err(Wrong::new(
            span_of_tokens(clause),
            "expected `erased on request`",
        )),
        _ => Ok(()),
    }
}
