//! The path of an endpoint: `/api/v1/orders`, `/api/v1/orders/{id}`.

use specd_domain::diagnostic::Code;
use specd_domain::endpoint::EndpointPath;
use specd_domain::name::CollectionName;
use specd_domain::{Diagnostic, Span};

use super::piece::Piece;
use crate::value::Token;

/// Reads `/api/v2/orders`.
pub(in crate::sections) fn collection_path(code: &Token) -> Result<EndpointPath, Box<Diagnostic>> {
    match parse_path(Piece::of(code), false)? {
        (path, None) => Ok(path),
        (_, Some(finding)) => Err(finding),
    }
}

/// `/api/v<N>/<collection>`, and `/{id}` where it may be. A path with a wrong end is the path that was probably meant, and what is wrong.
pub(super) fn parse_path(
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
