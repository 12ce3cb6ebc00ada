//! An endpoint's line: `` `POST /api/v1/orders` ``, with the placeholders of its query.

use specd_domain::diagnostic::Code;
use specd_domain::document::EndpointLine;
use specd_domain::endpoint::{EndpointPath, Method};
use specd_domain::name::{CollectionName, FieldName};
use specd_domain::{Diagnostic, Located, Span};

use crate::reading::{Found, Reading};
use crate::suggest::closest;
use crate::value::Token;

const EXAMPLE: &str = "**Endpoint**: `POST /api/v1/orders`";
const PLACEHOLDER: &str = "{resource}";

/// The query parameters that are the server's own.
const RESERVED: [&str; 2] = ["limit", "cursor"];

/// A piece of the line and where it stands.
#[derive(Clone, Copy)]
struct Piece<'a> {
    text: &'a str,
    start: usize,
    /// The place of all of the code span, where its text has another length: it goes over a line.
    inexact: Option<Span>,
}

impl<'a> Piece<'a> {
    /// The text of a code span.
    fn of(code: &'a Token) -> Self {
        Self {
            text: &code.text,
            start: code.span.start,
            inexact: (!code.is_exact()).then_some(code.span),
        }
    }

    fn span(self) -> Span {
        let exact = Span::new(self.start, self.start + self.text.len());
        self.inexact.unwrap_or(exact)
    }

    /// Without the blanks at its ends.
    fn trim(self) -> Self {
        let text = self.text.trim_start();
        Self {
            text: text.trim_end(),
            start: self.start + self.text.len() - text.len(),
            ..self
        }
    }

    /// What stands before the separator, and what behind it.
    fn cut(self, separator: char) -> (Self, Option<Self>) {
        match self.text.split_once(separator) {
            Some((before, behind)) => {
                let start = self.start + before.len() + separator.len_utf8();
                let before = Self {
                    text: before,
                    ..self
                };
                (
                    before,
                    Some(Self {
                        text: behind,
                        start,
                        ..self
                    }),
                )
            }
            None => (self, None),
        }
    }

    fn strip(self, prefix: &str) -> Option<Self> {
        let text = self.text.strip_prefix(prefix)?;
        Some(Self {
            text,
            start: self.start + prefix.len(),
            ..self
        })
    }
}

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

/// Reads `/api/v2/orders`.
pub(in crate::sections) fn collection_path(code: &Token) -> Result<EndpointPath, Box<Diagnostic>> {
    match parse_path(Piece::of(code), false)? {
        (path, None) => Ok(path),
        (_, Some(finding)) => Err(finding),
    }
}

/// `/api/v<N>/<collection>`, and `/{id}` where it may be. A path with a wrong end is the path that was probably meant, and what is wrong.
fn parse_path(
    path: Piece<'_>,
    may_have_id: bool,
) -> Result<(EndpointPath, Option<Box<Diagnostic>>), Box<Diagnostic>> {
    let (Some(version), collection, rest) = segments(path) else {
        return Err(bad_path(
            path.span(),
            format!("`{}` does not begin with `/api/v` and a number", path.text),
        ));
    };
    let digits = version.text.strip_prefix('v').unwrap_or_default();
    let is_number = !digits.is_empty()
        && !digits.starts_with('0')
        && digits.bytes().all(|b| b.is_ascii_digit());
    let number: Option<u32> = digits.parse().ok().filter(|_| is_number);
    let Some(number) = number else {
        return Err(bad_path(
            version.span(),
            format!("`{}` is no version", version.text),
        ));
    };
    let Some(collection) = collection.filter(|collection| !collection.text.is_empty()) else {
        return Err(bad_path(
            path.span(),
            "the path names no collection".to_owned(),
        ));
    };
    let name = CollectionName::new(collection.text).map_err(|_| bad_collection(collection))?;
    let (has_id, wrong) = match rest {
        None => (false, None),
        Some(rest) if may_have_id && rest.text == "{id}" => (true, None),
        Some(rest) if rest.text.is_empty() || is_parameter(rest) => {
            (!rest.text.is_empty(), Some(bad_tail(rest, may_have_id)))
        }
        Some(rest) => return Err(bad_tail(rest, may_have_id)),
    };
    let path = EndpointPath {
        version: number,
        collection: name,
        has_id,
    };
    Ok((path, wrong))
}

/// `{loan}`, `:id`, `<id>`.
fn is_parameter(piece: Piece<'_>) -> bool {
    piece.text.starts_with(['{', ':', '<']) && !piece.text.contains('/')
}

fn segments(path: Piece<'_>) -> (Option<Piece<'_>>, Option<Piece<'_>>, Option<Piece<'_>>) {
    let Some(behind) = path.strip("/api/") else {
        return (None, None, None);
    };
    let (version, rest) = behind.cut('/');
    let (collection, rest) = match rest.map(|rest| rest.cut('/')) {
        Some((collection, rest)) => (Some(collection), rest),
        None => (None, None),
    };
    (Some(version), collection, rest)
}

fn bad_path(span: Span, headline: String) -> Box<Diagnostic> {
    let finding = Diagnostic::error(Code::PathUnreadable, span, headline)
        .expecting("expected `/api/v1/` and a collection")
        .helping("write for example: `/api/v1/orders` or `/api/v1/orders/{id}`");
    Box::new(finding)
}

fn bad_collection(piece: Piece<'_>) -> Box<Diagnostic> {
    let finding = Diagnostic::error(
        Code::PathUnreadable,
        piece.span(),
        format!("`{}` is no name of a collection", piece.text),
    )
    .expecting("expected lower-case letters, digits, `-` and `_`");
    let lower = piece.text.to_lowercase();
    let finding = match CollectionName::new(lower.as_str()) {
        Ok(_) => finding.replacing("write it in lower case", piece.span(), lower),
        Err(_) => finding.helping("write for example: `/api/v1/orders`"),
    };
    Box::new(finding)
}

fn bad_tail(piece: Piece<'_>, may_have_id: bool) -> Box<Diagnostic> {
    if piece.text.is_empty() && piece.inexact.is_none() {
        let slash = Span::new(piece.start.saturating_sub(1), piece.start);
        let headline = "a path does not end with `/`";
        let finding = Diagnostic::error(Code::PathUnreadable, slash, headline);
        return Box::new(finding.expecting("nothing follows it").replacing(
            "leave it out",
            slash,
            "",
        ));
    }
    let finding = Diagnostic::error(
        Code::PathUnreadable,
        piece.span(),
        format!("`{}` cannot stand behind the collection", piece.text),
    );
    let finding = match (may_have_id, is_parameter(piece)) {
        (true, true) => finding.expecting("expected `{id}`").replacing(
            "the key of a record is called `id`",
            piece.span(),
            "{id}",
        ),
        (true, false) => finding
            .expecting("expected nothing, or `{id}`")
            .helping("write for example: `/api/v1/orders/{id}`"),
        (false, _) => finding
            .expecting("expected the end of the path")
            .helping("write for example: `/api/v2/orders`"),
    };
    Box::new(finding)
}

fn pairs(query: Piece<'_>) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = Some(query);
    std::iter::from_fn(move || {
        let (pair, behind) = rest?.cut('&');
        rest = behind;
        Some(pair)
    })
}

/// The placeholders of a query.
#[derive(Default)]
struct Query {
    filters: Vec<Located<FieldName>>,
    sorts: Vec<Located<FieldName>>,
}

impl Query {
    /// `field={field}` declares a filter, `sort={field}` a sort key.
    fn add(&mut self, pair: Piece<'_>) -> Result<(), Box<Diagnostic>> {
        let (name, value) = pair.cut('=');
        let Some(value) = value else {
            return Err(bad_query(
                pair,
                format!("`{}` is no placeholder of a query", pair.text),
                name.text,
            ));
        };
        let field = value.strip("{").and_then(|rest| {
            let text = rest.text.strip_suffix('}')?;
            let field = FieldName::new(text).ok()?;
            let is_plain = !text.contains(['{', '}', ' ']);
            is_plain.then(|| Located::new(field, Piece { text, ..rest }.span()))
        });
        let Some(field) = field else {
            return Err(bad_query(
                value,
                format!("`{}` is no field in curly brackets", value.text),
                name.text,
            ));
        };
        if name.text == "sort" {
            self.sorts.push(field);
            return Ok(());
        }
        if RESERVED.contains(&name.text) {
            return Err(reserved(name));
        }
        if field.value != *name.text {
            return Err(bad_query(
                value,
                format!("the filter `{}` is by another field", name.text),
                name.text,
            ));
        }
        self.filters.push(field);
        Ok(())
    }
}

fn reserved(name: Piece<'_>) -> Box<Diagnostic> {
    let finding = Diagnostic::error(
        Code::QueryUnreadable,
        name.span(),
        format!("`{}` is the server's own parameter", name.text),
    )
    .expecting("expected the name of a field")
    .helping("leave it out: every list takes it");
    Box::new(finding)
}

fn bad_query(piece: Piece<'_>, headline: String, name: &str) -> Box<Diagnostic> {
    let finding = Diagnostic::error(Code::QueryUnreadable, piece.span(), headline)
        .expecting("expected `field={field}` or `sort={field}`");
    let is_word = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let finding = if is_word && name != "sort" {
        finding.helping(format!("write for example: `{name}={{{name}}}`"))
    } else {
        finding.helping("write for example: `?status={status}&sort={created_at}`")
    };
    Box::new(finding)
}
