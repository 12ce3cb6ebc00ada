//! Divides the pieces of a line into tokens.

use specd_domain::Span;

use super::{Token, TokenKind};
use crate::outline::Inline;

/// Signs of more than one character, longest first.
const LONG_SIGNS: [&str; 5] = ["->", "=>", "<=", ">=", "<>"];

/// The tokens of these pieces. A word may go on from one piece to the next.
pub(crate) fn tokens_of(inlines: &[Inline<'_>]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars: Vec<(char, Span)> = Vec::new();
    for inline in inlines {
        match inline {
            Inline::Text(text, span) => chars.extend(placed(text, *span)),
            Inline::Code(text, span) => {
                divide(&chars, &mut tokens);
                chars.clear();
                tokens.push(Token {
                    kind: TokenKind::Code,
                    text: text.to_string(),
                    span: *span,
                });
            }
            Inline::BoldStart(_) | Inline::BoldEnd => {}
        }
    }
    divide(&chars, &mut tokens);
    tokens
}

/// The characters of a text with their places. A text that is not as long as its place was escaped: each character has all of it.
fn placed(text: &str, span: Span) -> impl Iterator<Item = (char, Span)> {
    let is_exact = text.len() == span.end - span.start;
    text.char_indices().map(move |(offset, c)| {
        let start = span.start + offset;
        let place = if is_exact {
            Span::new(start, start + c.len_utf8())
        } else {
            span
        };
        (c, place)
    })
}

/// A clause that is one code span of several words, divided as if its backticks were not there.
pub(super) fn opened(clause: &[Token]) -> Vec<Vec<Token>> {
    let tokens = match clause {
        [only] if has_words(only) => without_backticks(clause),
        _ => return vec![clause.to_vec()],
    };
    let clauses = tokens.split(|token| token.is_sign(";"));
    clauses.map(<[Token]>::to_vec).collect()
}

/// The tokens with every code span of several words divided as if its backticks were not there; code in it stands in backticks of its
/// own.
pub(super) fn without_backticks(tokens: &[Token]) -> Vec<Token> {
    let mut opened = Vec::with_capacity(tokens.len());
    for token in tokens {
        if has_words(token) {
            open(token, &mut opened);
        } else {
            opened.push(token.clone());
        }
    }
    opened
}

fn has_words(token: &Token) -> bool {
    let parts = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '→');
    token.is_code() && token.text.contains(parts)
}

fn open(token: &Token, tokens: &mut Vec<Token>) {
    let chars: Vec<(char, Span)> = placed(&token.text, token.span).collect();
    for (index, part) in chars.split(|(c, _)| *c == '`').enumerate() {
        if index % 2 == 0 {
            divide(part, tokens);
        } else {
            push(TokenKind::Code, part, tokens);
        }
    }
}

fn divide(chars: &[(char, Span)], tokens: &mut Vec<Token>) {
    let mut rest = chars;
    while let Some(((first, _), behind)) = rest.split_first() {
        let length = match first {
            c if c.is_whitespace() => {
                rest = behind;
                continue;
            }
            _ => word_length(rest),
        };
        let (kind, length) = match length {
            0 => (TokenKind::Sign, sign_length(rest)),
            length => (TokenKind::Word, length),
        };
        let (token, behind) = rest.split_at(length.clamp(1, rest.len()));
        push(kind, token, tokens);
        rest = behind;
    }
}

fn push(kind: TokenKind, chars: &[(char, Span)], tokens: &mut Vec<Token>) {
    if let (Some((_, first)), Some((_, last))) = (chars.first(), chars.last()) {
        tokens.push(Token {
            kind,
            text: chars.iter().map(|(c, _)| *c).collect(),
            span: first.to(*last),
        });
    }
}

/// How many characters of a word stand here; a sign inside of a word counts when the word goes on behind it.
fn word_length(chars: &[(char, Span)]) -> usize {
    let at = |index: usize| chars.get(index).map_or(' ', |(c, _)| *c);
    let begins = is_word(at(0)) || at(0) == '@' || (at(0) == '-' && at(1).is_ascii_digit());
    if !begins {
        return 0;
    }
    let mut length = 1;
    loop {
        let (c, next) = (at(length), at(length + 1));
        let goes_on = match c {
            '.' | '-' | '/' | '+' | '@' | '\'' | '’' | '&' | '=' | '?' => {
                is_word(next) || (c == '/' && next == '/')
            }
            ':' => next == '/' && at(length + 2) == '/',
            '%' => true,
            _ => is_word(c),
        };
        if !goes_on {
            return length;
        }
        length += 1;
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn sign_length(chars: &[(char, Span)]) -> usize {
    let is_here = |sign: &&str| {
        let expected = sign.chars();
        expected.eq(chars.iter().take(sign.len()).map(|(c, _)| *c))
    };
    LONG_SIGNS
        .iter()
        .find(|sign| is_here(sign))
        .map_or(1, |sign| sign.len())
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::CowStr;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let piece = Inline::Text(CowStr::from(text), Span::new(0, text.len()));
        let tokens = tokens_of(&[piece]);
        let texts: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
        assert_eq!(texts, expected);
        for token in &tokens {
            assert_eq!(
                text.get(token.span.start..token.span.end),
                Some(token.text.as_str())
            );
        }
    }

    #[test]
    fn words_keep_the_signs_inside_of_them() {
        check(
            "p95<50ms, p99.9 < 1.5s.",
            &["p95", "<", "50ms", ",", "p99.9", "<", "1.5s", "."],
        );
        check("5%->25% → 50%", &["5%", "->", "25%", "→", "50%"]);
        check(
            "100 req/min per client",
            &["100", "req/min", "per", "client"],
        );
        check(
            "due: 2025-01-31 @jane-doe",
            &["due", ":", "2025-01-31", "@jane-doe"],
        );
        check("-5 to 5; a - b", &["-5", "to", "5", ";", "a", "-", "b"]);
        check(
            "https://issuer.example/x?",
            &["https://issuer.example/x", "?"],
        );
        check("größe ≥ 3", &["größe", "≥", "3"]);
    }

    #[test]
    fn a_clause_in_backticks_is_read_without_them() {
        let code = |text: &str| {
            vec![Token {
                kind: TokenKind::Code,
                text: text.to_owned(),
                span: Span::new(2, 2 + text.len()),
            }]
        };
        let opened = opened(&code("successor `/api/v2/x`; sunset 2030-01-01"));
        let texts: Vec<Vec<&str>> = opened
            .iter()
            .map(|clause| clause.iter().map(|token| token.text.as_str()).collect())
            .collect();
        assert_eq!(
            texts,
            [vec!["successor", "/api/v2/x"], vec!["sunset", "2030-01-01"]]
        );
        assert!(opened[0][1].is_code());
        assert_eq!(opened[0][1].span, Span::new(13, 22));
        assert_eq!(super::opened(&code("one")), [code("one")]);
    }
}
