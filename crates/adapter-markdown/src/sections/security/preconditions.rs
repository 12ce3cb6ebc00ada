//! Preconditions: `` `If-Match` required``, for every method that changes a record, or for those that are named.

use specd_domain::diagnostic::Code;
use specd_domain::document::IfMatchClause;
use specd_domain::endpoint::Method;
use specd_domain::{Diagnostic, Located, Span};

use crate::suggest::closest;
use crate::value::{Cursor, Token, TokenKind, span_of_tokens};

const HEADER: &str = "If-Match";
const EXAMPLE: &str = "- **Input Validation**: `If-Match` required for PUT, PATCH";

/// Words with which a clause asks for the header.
const DEMANDS: [&str; 7] = [
    "required",
    "require",
    "requires",
    "must",
    "mandatory",
    "needed",
    "needs",
];
/// Words with which a clause takes that back.
const DENIALS: [&str; 6] = ["not", "no", "never", "optional", "unless", "without"];

/// Whether a clause asks for `If-Match`, well written or not. What only mentions it is free text.
pub(super) fn is_meant(clause: &[Token]) -> bool {
    match clause.first() {
        Some(first) if first.is_code() && is_header(first) => true,
        _ => has_header(clause) && clause.iter().any(is_demand),
    }
}

/// Reads a clause that [`is_meant`].
///
/// # Errors
/// The clause says more, or says it otherwise.
pub(super) fn read(clause: &[Token]) -> Result<IfMatchClause, Box<Diagnostic>> {
    let mut cursor = Cursor::new(clause);
    if !cursor.words(&[HEADER]) {
        return Err(otherwise(clause, span_of_tokens(clause)));
    }
    if !cursor.words(&["required"]) {
        return Err(otherwise(clause, cursor.next_place()));
    }
    let mut methods = Vec::new();
    if cursor.words(&["for"]) {
        loop {
            methods.push(method(&mut cursor)?);
            let goes_on = cursor.sign(",") | cursor.words(&["and"]);
            if !goes_on {
                break;
            }
        }
    }
    if !cursor.is_done() {
        return Err(otherwise(clause, cursor.next_place()));
    }
    Ok(IfMatchClause {
        methods,
        span: span_of_tokens(clause),
    })
}

/// The clause under another label, where nobody would read it.
pub(super) fn misplaced(clause: &[Token]) -> Box<Diagnostic> {
    let finding = Diagnostic::error(
        Code::AuthorizationUnreadable,
        span_of_tokens(clause),
        "`If-Match` is no matter of the authorization",
    );
    Box::new(
        finding
            .expecting("expected a scope and `may`, or `owners only`")
            .helping(format!("move it to where it is read: {EXAMPLE}")),
    )
}

fn method(cursor: &mut Cursor<'_>) -> Result<Located<Method>, Box<Diagnostic>> {
    let place = cursor.next_place();
    let expected = "expected `PUT`, `PATCH` or `DELETE`";
    let Some(token) = cursor.take_if(|token| token.kind != TokenKind::Sign) else {
        return Err(unreadable(place, expected));
    };
    if let Some(method) = Method::parse(&token.text) {
        return Ok(Located::new(method, token.span));
    }
    let finding = unreadable(token.span, expected);
    Err(match closest(&token.text, &["PUT", "PATCH", "DELETE"]) {
        Some(word) => {
            Box::new(finding.replacing(format!("did you mean `{word}`?"), token.span, word))
        }
        None => finding,
    })
}

/// `If-Match`, `if_match` without backticks (in them it may be a field), and what is a slip of them.
fn is_header(token: &Token) -> bool {
    let text = token.text.to_lowercase();
    match token.kind {
        TokenKind::Sign => false,
        TokenKind::Code => text.contains('-') && closest(&text, &[HEADER]).is_some(),
        TokenKind::Word => {
            text == "ifmatch" || text.starts_with("if") && closest(&text, &[HEADER]).is_some()
        }
    }
}

fn has_header(clause: &[Token]) -> bool {
    let is_pair = |pair: &[Token]| match pair {
        [left, right] => left.is_word("if") && right.is_word("match"),
        _ => false,
    };
    clause.iter().any(is_header) || clause.windows(2).any(is_pair)
}

fn is_demand(token: &Token) -> bool {
    let is_said = DEMANDS.iter().any(|word| token.is_word(word));
    is_said || token.kind == TokenKind::Word && closest(&token.text, &["required"]).is_some()
}

/// The demand in other words, and how it is written where it can mean only one thing.
fn otherwise(clause: &[Token], place: Span) -> Box<Diagnostic> {
    let finding = unreadable(
        place,
        "expected `If-Match` and `required`, perhaps with `for` and methods",
    );
    let is_denied = clause
        .iter()
        .any(|token| DENIALS.iter().any(|word| token.is_word(word)));
    if is_denied || !clause.iter().any(is_demand) {
        return Box::new(finding.noting(
            "without this clause `If-Match` is looked at where it is sent, and not required",
        ));
    }
    let methods: Vec<&str> = clause
        .iter()
        .filter_map(|token| Method::parse(&token.text).map(Method::as_str))
        .collect();
    let meant = if methods.is_empty() {
        format!("`{HEADER}` required")
    } else {
        format!("`{HEADER}` required for {}", methods.join(", "))
    };
    Box::new(finding.replacing("write", span_of_tokens(clause), meant))
}

fn unreadable(span: Span, expected: &str) -> Box<Diagnostic> {
    let headline = "the clause of the input validation cannot be read";
    let finding = Diagnostic::error(Code::ValidationUnreadable, span, headline);
    Box::new(
        finding
            .expecting(expected)
            .helping(format!("write for example: {EXAMPLE}")),
    )
}
