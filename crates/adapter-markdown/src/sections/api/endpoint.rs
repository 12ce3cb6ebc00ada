//! An endpoint's line: `` `POST /api/v1/orders` ``, with the placeholders of its query.

mod path;
mod piece;
mod query;

use specd_domain::diagnostic::Code;
use specd_domain::document::EndpointLine;
use specd_domain::endpoint::Method;
use specd_domain::{Diagnostic, Located, Span};

pub(in crate::sections) use self::path::collection_path;
use self::path::parse_path;
use self::piece::Piece;
use self::query::{Query, pairs};
use crate::reading::{Found, Reading};
use crate::suggest::closest;
use crate::value::Token;

const EXAMPLE: &str = "**Endpoint**: `POST /api/v1/orders`";
const PLACEHOLDER: &str = "{resource}";

/// Reads the line; `None` where it is unfilled or unreadable, which is then noted.
pub(super) fn read(reading: &mut Reading<'_>, label: &Found) -> Option<Located<EndpointLine>> {
    let value = &label.value;
    let holds_placeholder = value
        .tokens()
        .find(|token| token.text.contains(PLACEHOLDER));
    if let Some(token) = holds_placeholder {
        let offset = token.text.find(PLACEHOLDER).unwrap_or_default();
        let start = token.span.start + offset;
        let span = if token.is_exact() {
            Span::new(start, start + PLACEHOLDER.len())
        } else {
            token.span
        };
        reading.leave_required_unfilled(span, label.name, EXAMPLE);
        return None;
    }
    if value.is_empty() {
        reading.leave_required_unfilled(value.label, label.name, EXAMPLE);
        return None;
    }
    let own = value.rows.first().map(|row| row.tokens.as_slice());
    let mut codes = own
        .unwrap_or_default()
        .iter()
        .filter(|token| token.is_code());
    let Some(code) = codes.next() else {
        reading.report(no_backticks(value.span(), &value.plain()));
        return None;
    };
    if let Some(second) = codes.find(|token| looks_like_endpoint(token)) {
        reading.report(second_endpoint(second));
    }
    let (line, findings) = line(code);
    reading.findings.extend(findings);
    Some(Located::new(line?, code.span))
}

fn looks_like_endpoint(token: &Token) -> bool {
    let mut words = token.text.split_whitespace();
    let method = words.next().and_then(Method::parse);
    method.is_some() && words.next().is_some_and(|path| path.starts_with('/'))
}

fn no_backticks(span: Span, text: &str) -> Diagnostic {
    let finding = unreadable(span, "an endpoint stands in backticks".to_owned());
    let is_endpoint = text.split_whitespace().next().and_then(Method::parse);
    match is_endpoint {
        Some(_) => finding.replacing("put it in backticks", span, format!("`{text}`")),
        None => finding.helping(format!("write for example: {EXAMPLE}")),
    }
}

fn second_endpoint(token: &Token) -> Diagnostic {
    unreadable(token.span, "a label holds one endpoint".to_owned())
        .expecting("a second endpoint")
        .helping(format!(
            "give it a label of its own: **Endpoint**: `{}`",
            token.text
        ))
}

fn unreadable(span: Span, headline: String) -> Diagnostic {
    Diagnostic::error(Code::EndpointUnreadable, span, headline)
        .expecting("expected a method and a path, such as `POST /api/v1/orders`")
}

/// The line and what is wrong with it. A method with a slip in it and a query with a wrong placeholder leave enough to read the rest by.
fn line(code: &Token) -> (Option<EndpointLine>, Vec<Diagnostic>) {
    let whole = Piece::of(code).trim();
    let (method, target) = whole.cut(' ');
    let target = target.map(Piece::trim);
    let Some(target) = target else {
        let headline = format!("`{}` is no method and path", whole.text);
        let finding = unreadable(whole.span(), headline);
        let finding = finding.helping(format!("write for example: {EXAMPLE}"));
        return (None, vec![finding]);
    };
    let (path, query) = target.cut('?');
    let mut findings = Vec::new();
    let method = method_of(method).unwrap_or_else(|(finding, meant)| {
        findings.push(*finding);
        meant
    });
    let path = match parse_path(path, true) {
        Ok((path, wrong)) => {
            findings.extend(wrong.map(|finding| *finding));
            Some(path)
        }
        Err(finding) => {
            findings.push(*finding);
            None
        }
    };
    let mut line_query = Query::default();
    for pair in query.into_iter().flat_map(pairs) {
        if let Err(finding) = line_query.add(pair) {
            findings.push(*finding);
        }
    }
    let line = method.zip(path).map(|(method, path)| EndpointLine {
        method,
        path,
        filters: line_query.filters,
        sorts: line_query.sorts,
    });
    (line, findings)
}

/// The method, or what is wrong with it and the method that was probably meant.
fn method_of(piece: Piece<'_>) -> Result<Option<Method>, (Box<Diagnostic>, Option<Method>)> {
    if let Some(method) = Method::parse(piece.text) {
        return Ok(Some(method));
    }
    let near = closest(piece.text, &Method::ALL.map(Method::as_str));
    let finding = Diagnostic::error(
        Code::MethodUnknown,
        piece.span(),
        format!("`{}` is no method that a document declares", piece.text),
    )
    .expecting("expected `POST`, `GET`, `PUT`, `PATCH` or `DELETE`");
    let finding = match (piece.text, near) {
        ("HEAD" | "OPTIONS", _) => {
            finding.helping("leave it out: `HEAD` and `OPTIONS` are answered for every path")
        }
        (_, Some(method)) => {
            finding.replacing(format!("did you mean `{method}`?"), piece.span(), method)
        }
        _ => finding.helping(format!("write for example: {EXAMPLE}")),
    };
    Err((Box::new(finding), near.and_then(Method::parse)))
}
