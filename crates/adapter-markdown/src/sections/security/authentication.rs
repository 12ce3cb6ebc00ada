//! Authentication: `API key`, `` JWT from `issuer` for `audience` ``, `none`, separated by `or`. Anything else is an error: nobody
//! should be let in by a guess.

use specd_domain::access::Authentication;
use specd_domain::diagnostic::Code;
use specd_domain::document::Entry;
use specd_domain::{Diagnostic, Located, Span};

use crate::reading::Reading;
use crate::suggest::closest;
use crate::value::{Cursor, Token, Value, span_of_tokens};

const EXPECTED: &str = "expected `API key`, `JWT from … for …` or `none`";
const JWT_EXAMPLE: &str = "JWT from `https://issuer.example` for `orders`";

/// Reads the ways.
pub(super) fn read(
    reading: &mut Reading<'_>,
    value: &Value,
) -> Entry<Vec<Located<Authentication>>> {
    let mut ways = Vec::new();
    let mut is_readable = true;
    for clause in value.clauses() {
        for part in clause.split(|token| token.is_word("or") || token.is_sign(",")) {
            if part.is_empty() {
                continue;
            }
            match way(part) {
                Ok(way) => ways.push(Located::new(way, span_of_tokens(part))),
                Err(finding) => {
                    reading.report(*finding);
                    is_readable = false;
                }
            }
        }
    }
    if is_readable && !ways.is_empty() {
        Entry::Filled(Located::new(ways, value.span()))
    } else {
        Entry::Unreadable(value.span())
    }
}

fn way(tokens: &[Token]) -> Result<Authentication, Box<Diagnostic>> {
    let mut cursor = Cursor::new(tokens);
    let way = if cursor.words(&["api", "key"])
        || cursor.words(&["api", "keys"])
        || cursor.words(&["api key"])
    {
        Authentication::ApiKey
    } else if cursor.words(&["none"]) {
        Authentication::None
    } else if cursor.words(&["jwt"]) {
        jwt(&mut cursor)?
    } else {
        return Err(Box::new(no_way(tokens)));
    };
    if cursor.is_done() {
        return Ok(way);
    }
    let finding = unreadable(
        cursor.place(),
        "the way to authenticate goes on behind its end",
    )
    .expecting("expected `or`, or the end of the line")
    .helping("write for example: - **Authentication**: API key");
    Err(Box::new(finding))
}

fn jwt(cursor: &mut Cursor<'_>) -> Result<Authentication, Box<Diagnostic>> {
    let expect = |span: Span, expected: &str| {
        let finding = unreadable(span, "the JWT's issuer and audience cannot be read");
        Box::new(
            finding
                .expecting(expected)
                .helping(format!("write for example: {JWT_EXAMPLE}")),
        )
    };
    if !cursor.words(&["from"]) {
        return Err(expect(
            cursor.next_place(),
            "expected `from` and the issuer in backticks",
        ));
    }
    let Some(issuer) = cursor.code() else {
        return Err(expect(
            cursor.next_place(),
            "expected the issuer in backticks",
        ));
    };
    if !is_absolute(&issuer.text) {
        return Err(expect(issuer.span, "expected an absolute URL"));
    }
    if !cursor.words(&["for"]) {
        return Err(expect(
            cursor.next_place(),
            "expected `for` and the audience in backticks",
        ));
    }
    let Some(audience) = cursor.code().filter(|code| !code.text.trim().is_empty()) else {
        return Err(expect(
            cursor.next_place(),
            "expected the audience in backticks",
        ));
    };
    Ok(Authentication::Jwt {
        issuer: issuer.text.clone(),
        audience: audience.text.clone(),
    })
}

fn is_absolute(url: &str) -> bool {
    let behind = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    behind.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '['))
        && !url.contains(char::is_whitespace)
}

fn no_way(tokens: &[Token]) -> Diagnostic {
    let words: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
    let text = words.join(" ");
    let span = span_of_tokens(tokens);
    let finding = unreadable(span, "the way to authenticate cannot be read").expecting(EXPECTED);
    match closest(&text, &["API key", "none"]) {
        Some(word) => finding.replacing(format!("did you mean `{word}`?"), span, word),
        None => finding.helping("write for example: - **Authentication**: API key"),
    }
}

fn unreadable(span: Span, headline: &str) -> Diagnostic {
    Diagnostic::error(Code::AuthenticationUnreadable, span, headline)
}
