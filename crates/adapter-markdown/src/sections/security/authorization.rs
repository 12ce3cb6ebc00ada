//! Authorization: `` `scope` may METHOD, METHOD`` and `owners only`.

use specd_domain::access::Grant;
use specd_domain::diagnostic::Code;
use specd_domain::document::Entry;
use specd_domain::endpoint::Method;
use specd_domain::name::ScopeName;
use specd_domain::{Diagnostic, Located, Span};

use super::preconditions;
use crate::reading::Reading;
use crate::suggest::closest;
use crate::value::{Cursor, Token, TokenKind, Value, span_of_tokens};

pub(super) const EXAMPLE: &str =
    "- **Authorization**: `orders:write` may POST, PUT; `orders:read` may GET";

/// Words that a clause of prose does not hold: with one of them it is meant to be read.
const KEYWORDS: [&str; 3] = ["may", "owners", "owner"];

/// Reads the clauses. Prose beside clauses that were read is free text; prose alone is an error, so that nobody takes the default scopes
/// for what the prose says.
pub(super) fn read(reading: &mut Reading<'_>, value: &Value) -> (Entry<Vec<Grant>>, Option<Span>) {
    let (mut grants, mut owners_only) = (Vec::new(), None);
    let mut is_readable = true;
    for clause in value.clauses() {
        let mut cursor = Cursor::new(&clause);
        if cursor.words(&["owners", "only"]) && cursor.is_done() {
            owners_only = Some(span_of_tokens(&clause));
        } else if preconditions::is_meant(&clause) {
            reading.report(*preconditions::misplaced(&clause));
            is_readable = false;
        } else if is_prose(&clause) {
        } else {
            match grant(&clause) {
                Ok(grant) => grants.push(grant),
                Err(finding) => {
                    reading.report(*finding);
                    is_readable = false;
                }
            }
        }
    }
    if is_readable && grants.is_empty() && owners_only.is_none() {
        reading.report(*unreadable(
            value.span(),
            "the authorization cannot be read",
            "expected a scope in backticks and `may`, or `owners only`",
        ));
        is_readable = false;
    }
    let entry = match (is_readable, grants.is_empty()) {
        (false, _) => Entry::Unreadable(value.span()),
        // `owners only` alone says nothing of scopes: they have their defaults.
        (true, true) => Entry::Missing,
        (true, false) => Entry::Filled(Located::new(grants, value.span())),
    };
    (entry, owners_only)
}

fn is_prose(clause: &[Token]) -> bool {
    let is_meant = |token: &Token| {
        token.is_code()
            || KEYWORDS.iter().any(|word| token.is_word(word))
            || Method::parse(&token.text).is_some()
    };
    !clause.iter().any(is_meant)
}

fn grant(clause: &[Token]) -> Result<Grant, Box<Diagnostic>> {
    let mut cursor = Cursor::new(clause);
    let Some(scope) = cursor.code() else {
        return Err(no_scope(&cursor));
    };
    let name = ScopeName::new(scope.text.as_str()).map_err(|_| {
        let headline = format!("`{}` is no scope", scope.text);
        unreadable(
            scope.span,
            &headline,
            "expected visible ASCII characters without blanks, `\"` and `\\`",
        )
    })?;
    if !cursor.words(&["may"]) {
        return Err(no_may(&cursor));
    }
    let mut methods = Vec::new();
    loop {
        let method = method(&mut cursor)?;
        if !methods.contains(&method) {
            methods.push(method);
        }
        let between = cursor.next_place();
        let goes_on = cursor.sign(",") | cursor.words(&["and"]);
        if goes_on && begins_clause(&cursor) {
            return Err(no_semicolon(between));
        }
        if !goes_on {
            break;
        }
    }
    if !cursor.is_done() {
        return Err(unreadable(
            cursor.place(),
            "the clause goes on behind its end",
            "expected `,`, `;` or the end of the line",
        ));
    }
    Ok(Grant {
        scope: Located::new(name, scope.span),
        methods,
    })
}

fn no_scope(cursor: &Cursor<'_>) -> Box<Diagnostic> {
    let finding = unreadable(
        cursor.next_place(),
        "the clause cannot be read",
        "expected a scope in backticks, or `owners only`",
    );
    match bare_scope(cursor.rest()) {
        Some((scope, span)) => {
            Box::new(finding.replacing("put the scope in backticks", span, format!("`{scope}`")))
        }
        None => finding,
    }
}

/// A scope without backticks: what stands before `may`, without a blank in it.
fn bare_scope(tokens: &[Token]) -> Option<(ScopeName, Span)> {
    let may = tokens.iter().position(|token| token.is_word("may"))?;
    let words = tokens.get(..may)?;
    let is_one = words.windows(2).all(|pair| match pair {
        [left, right] => left.span.end == right.span.start,
        _ => true,
    });
    let text: String = words.iter().map(|token| token.text.as_str()).collect();
    let scope = ScopeName::new(text).ok().filter(|_| is_one)?;
    Some((scope, span_of_tokens(words)))
}

fn no_may(cursor: &Cursor<'_>) -> Box<Diagnostic> {
    let finding = unreadable(
        cursor.next_place(),
        "the clause does not say what the scope may do",
        "expected `may`",
    );
    match cursor.peek() {
        Some(can) if can.is_word("can") => Box::new(finding.replacing("write", can.span, "may")),
        _ => finding,
    }
}

/// Whether the next clause begins, behind what should have been a `;`.
fn begins_clause(cursor: &Cursor<'_>) -> bool {
    let mut ahead = cursor.clone();
    ahead.code().is_some() && ahead.words(&["may"])
}

fn no_semicolon(place: Span) -> Box<Diagnostic> {
    let finding = unreadable(
        place,
        "a `;` is missing before the next scope",
        "expected `;`",
    );
    Box::new(finding.replacing("separate the clauses", place, ";"))
}

fn method(cursor: &mut Cursor<'_>) -> Result<Method, Box<Diagnostic>> {
    let place = cursor.next_place();
    let expected = "expected `POST`, `GET`, `PUT`, `PATCH` or `DELETE`";
    let Some(token) = cursor.take_if(|token| token.kind != TokenKind::Sign) else {
        return Err(unreadable(place, "a method is missing", expected));
    };
    if let Some(method) = Method::parse(&token.text) {
        return Ok(method);
    }
    let headline = format!("`{}` is no method that a document declares", token.text);
    let finding = unreadable(token.span, &headline, expected);
    Err(
        match closest(&token.text, &Method::ALL.map(Method::as_str)) {
            Some(word) => {
                Box::new(finding.replacing(format!("did you mean `{word}`?"), token.span, word))
            }
            None => finding,
        },
    )
}

fn unreadable(span: Span, headline: &str, expected: &str) -> Box<Diagnostic> {
    let finding = Diagnostic::error(Code::AuthorizationUnreadable, span, headline);
    Box::new(
        finding
            .expecting(expected)
            .helping(format!("write for example: {EXAMPLE}")),
    )
}
