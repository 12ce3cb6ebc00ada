//! Security: authentication, authorization, input validation, encryption, rate limits (spec-language, section 10).

mod authentication;
mod authorization;
mod encryption;
mod preconditions;
mod rate;
mod validation;

use specd_domain::Located;
use specd_domain::Span;
use specd_domain::access::{Authentication, Grant};
use specd_domain::document::{Entry, IfMatchClause};
use specd_domain::limit::RateLimit;
use specd_domain::name::ColumnName;
use specd_domain::rule::Rule;

use super::Section;
use crate::placeholder::is_bracketed;
use crate::reading::{Found, Reading};
use crate::value::Token;

pub(super) use encryption::columns;

const AUTHENTICATION: &str = "Authentication";
const AUTHORIZATION: &str = "Authorization";
const VALIDATION: &str = "Input Validation";
const ENCRYPTION: &str = "Data Encryption";
const RATE: &str = "Rate Limiting";

/// What the section says.
#[derive(Debug, Default)]
pub(crate) struct Security {
    /// Authentication.
    pub(crate) authentication: Entry<Vec<Located<Authentication>>>,
    /// Authorization.
    pub(crate) authorization: Entry<Vec<Grant>>,
    /// `owners only`.
    pub(crate) owners_only: Option<Span>,
    /// Input Validation.
    pub(crate) clauses: Vec<Located<Rule>>,
    /// Input Validation: `If-Match required`.
    pub(crate) if_match: Vec<IfMatchClause>,
    /// Data Encryption.
    pub(crate) encrypted: Vec<Located<ColumnName>>,
    /// Rate Limiting.
    pub(crate) limits: Vec<RateLimit>,
}

/// Reads the section.
pub(crate) fn read(reading: &mut Reading<'_>) -> Security {
    let names = [AUTHENTICATION, AUTHORIZATION, VALIDATION, ENCRYPTION, RATE];
    let mut security = Security::default();
    for mut label in reading.labels_once(&[Section::Security], &names) {
        let span = label.value.span();
        let example = example_of(label.name);
        if is_unfilled(reading, &mut label) {
            reading.leave_unfilled(span, label.name, example);
        }
        let is_filled = !label.value.is_empty();
        match label.name {
            AUTHENTICATION if is_filled => {
                security.authentication = authentication::read(reading, &label.value);
            }
            AUTHENTICATION => security.authentication = Entry::Unfilled(span),
            AUTHORIZATION if is_filled => {
                let (grants, owners_only) = authorization::read(reading, &label.value);
                security.authorization = grants;
                security.owners_only = owners_only;
            }
            AUTHORIZATION => security.authorization = Entry::Unfilled(span),
            VALIDATION => {
                let (clauses, if_match) = validation::read(reading, &label.value);
                security.clauses = clauses;
                security.if_match = if_match;
            }
            ENCRYPTION => security.encrypted = encryption::read(reading, &label.value),
            _ => security.limits = rate::read(reading, &label.value),
        }
    }
    security
}

fn example_of(name: &str) -> &'static str {
    match name {
        AUTHENTICATION => "- **Authentication**: API key",
        AUTHORIZATION => authorization::EXAMPLE,
        VALIDATION => validation::EXAMPLE,
        ENCRYPTION => encryption::EXAMPLE,
        _ => rate::EXAMPLE,
    }
}

/// Whether the value is empty, a placeholder, or the template's question alone; then its rows are taken away. A question before an
/// answer is taken away too (ruling H20).
pub(super) fn is_unfilled(reading: &Reading<'_>, label: &mut Found) -> bool {
    let is_question = reading.questions.strip_value(&mut label.value);
    let tokens: Vec<Token> = label.value.tokens().cloned().collect();
    let is_unfilled = is_question || tokens.is_empty() || is_bracketed(&tokens);
    if is_unfilled {
        label.value.rows.clear();
    }
    is_unfilled
}
