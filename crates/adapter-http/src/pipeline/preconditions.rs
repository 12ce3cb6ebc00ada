//! Row 13's headers, read in row 10: `If-Match` and `If-None-Match` (RFC 9110, 13.1). The use cases judge them.
//!
//! They are about one record: on a collection, lists and `POST`, they are not looked at. A header that cannot be read is
//! refused, since whoever sends one relies on it.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use specd_app::records::{Conditions, EntityTag, TagList};
use specd_domain::endpoint::Operation;

use crate::exchange::Exchange;
use crate::problem::{Kind, Problem};

/// The preconditions of a request.
pub(crate) fn read(exchange: &Exchange<'_>, operation: Operation) -> Result<Conditions, Problem> {
    if !operation.has_id() {
        return Ok(Conditions::default());
    }
    let headers = exchange.headers();
    Ok(Conditions {
        if_match: tags(headers, &IF_MATCH, "If-Match")?,
        if_none_match: tags(headers, &IF_NONE_MATCH, "If-None-Match")?,
    })
}

/// Several lines of one header are one list (RFC 9110, 5.2).
fn tags(headers: &HeaderMap, name: &HeaderName, shown: &str) -> Result<Option<TagList>, Problem> {
    let lines: Vec<&[u8]> = headers.get_all(name).map(HeaderValue::as_bytes).collect();
    if lines.is_empty() {
        return Ok(None);
    }
    let list = parse(&lines.join(&b", "[..]));
    list.map(Some).ok_or_else(|| {
        let detail = format!("`{shown}` must be `*`, or tags such as `\"3-1\"` with their quotes, separated by commas");
        Problem::new(Kind::MalformedRequest).detail(detail)
    })
}

/// `*`, or at least one tag. Empty members of the list are skipped (RFC 9110, 5.6.1.2).
fn parse(text: &[u8]) -> Option<TagList> {
    let mut rest = text.trim_ascii();
    if rest == b"*" {
        return Some(TagList::Any);
    }
    let mut tags = Vec::new();
    loop {
        rest = rest.trim_ascii_start();
        if let Some(next) = rest.strip_prefix(b",") {
            rest = next;
            continue;
        }
        if rest.is_empty() {
            break;
        }
        let (tag, next) = tag(rest)?;
        tags.push(tag);
        rest = next.trim_ascii_start();
        if !rest.is_empty() && !rest.starts_with(b",") {
            return None;
        }
    }
    (!tags.is_empty()).then_some(TagList::Tags(tags))
}

/// The tag at the beginning of `text`, and what stands behind it.
fn tag(text: &[u8]) -> Option<(EntityTag, &[u8])> {
    let (is_weak, text) = match text.strip_prefix(b"W/") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let text = text.strip_prefix(b"\"")?;
    let end = text.iter().position(|byte| *byte == b'"')?;
    let (opaque, rest) = text.split_at_checked(end)?;
    let is_opaque = opaque
        .iter()
        .all(|byte| byte.is_ascii_graphic() || *byte >= 0x80);
    if !is_opaque {
        return None;
    }
    let tag = if is_weak {
        EntityTag::weak(opaque)
    } else {
        EntityTag::strong(opaque)
    };
    Some((tag, rest.strip_prefix(b"\"")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strong(tags: &[&str]) -> TagList {
        TagList::Tags(tags.iter().map(|tag| EntityTag::strong(*tag)).collect())
    }

    #[track_caller]
    fn check(text: &str, expected: &TagList) {
        assert_eq!(parse(text.as_bytes()).as_ref(), Some(expected), "{text}");
    }

    #[test]
    fn a_list_has_a_star_or_tags() {
        check("*", &TagList::Any);
        check(" * ", &TagList::Any);
        check("\"3-1\"", &strong(&["3-1"]));
        check("\"\"", &strong(&[""]));
        check("\"a\",\"b\" , \"c\"", &strong(&["a", "b", "c"]));
        check(", ,\"a\",,", &strong(&["a"]));
        check("\"a,b\"", &strong(&["a,b"]));
        check("\"a\\\"", &strong(&["a\\"]));
        check("\"é\"", &strong(&["é"]));
        check("\"*\"", &strong(&["*"]));
        check("W/\"a\"", &TagList::Tags(vec![EntityTag::weak("a")]));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            " ",
            ",",
            "3-1",
            "\"3-1",
            "3-1\"",
            "w/\"a\"",
            "W/ \"a\"",
            "W/a",
            "\"a\"\"b\"",
            "\"a\" \"b\"",
            "*, \"a\"",
            "\"a\", *",
            "**",
            "\"a b\"",
            "\"a\"x",
            "'a'",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn several_lines_are_one_list() {
        let mut headers = HeaderMap::new();
        for tag in ["\"a\"", "\"b\""] {
            headers.append(IF_MATCH, HeaderValue::from_static(tag));
        }
        let list = tags(&headers, &IF_MATCH, "If-Match").unwrap();
        assert_eq!(list, Some(strong(&["a", "b"])));
        headers.append(IF_MATCH, HeaderValue::from_static("*"));
        assert!(tags(&headers, &IF_MATCH, "If-Match").is_err());
        assert_eq!(
            tags(&headers, &IF_NONE_MATCH, "If-None-Match").unwrap(),
            None
        );
    }
}
