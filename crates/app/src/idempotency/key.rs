//! The key itself, as it stands in the header `Idempotency-Key`.

use std::fmt;

/// Characters that a key may have.
const MAX_CHARACTERS: usize = 255;
/// Characters that a key must have where nobody knows who calls: then the key is all that keeps callers apart.
const MIN_UNGUESSABLE_CHARACTERS: usize = 20;

/// A key that is well-formed. Quoted or bare, it is the same key. `Debug` does not show it: whoever has it and no name gets the
/// answer.
#[derive(Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdempotencyKey(…)")
    }
}

/// The text is no idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the idempotency key is malformed")]
pub struct MalformedKey;

impl IdempotencyKey {
    /// Reads the value of the header: a string of RFC 8941 (section 3.3.3), or the bare characters without quotes and
    /// spaces (ruling C14).
    ///
    /// # Errors
    /// It is neither, or has not 1 to 255 characters.
    pub fn parse(text: &str) -> Result<Self, MalformedKey> {
        let text = text.trim_matches([' ', '\t']);
        let key = match text.strip_prefix('"') {
            Some(quoted) => unquoted(quoted)?,
            None => bare(text)?,
        };
        // Every character is ASCII, one byte.
        if (1..=MAX_CHARACTERS).contains(&key.len()) {
            Ok(Self(key))
        } else {
            Err(MalformedKey)
        }
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the key is long enough that nobody hits upon it by chance, such as a UUID.
    pub fn is_hard_to_guess(&self) -> bool {
        self.0.len() >= MIN_UNGUESSABLE_CHARACTERS
    }
}

fn bare(text: &str) -> Result<String, MalformedKey> {
    let is_bare = text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'"');
    is_bare.then(|| text.to_owned()).ok_or(MalformedKey)
}

/// What stands between the quotes; `quoted` is behind the first of them.
fn unquoted(quoted: &str) -> Result<String, MalformedKey> {
    let mut key = String::with_capacity(quoted.len());
    let mut rest = quoted.chars();
    loop {
        match rest.next().ok_or(MalformedKey)? {
            '"' => break,
            '\\' => match rest.next() {
                Some(escaped @ ('"' | '\\')) => key.push(escaped),
                _ => return Err(MalformedKey),
            },
            plain @ ' '..='~' => key.push(plain),
            _ => return Err(MalformedKey),
        }
    }
    if rest.next().is_some() {
        return Err(MalformedKey);
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let key = IdempotencyKey::parse(text).ok();
        assert_eq!(key.as_ref().map(IdempotencyKey::as_str), expected, "{text}");
    }

    #[test]
    fn a_key_is_quoted_or_bare() {
        check("abc", Some("abc"));
        check(" abc\t", Some("abc"));
        check("\"abc\"", Some("abc"));
        check("\"a b\"", Some("a b"));
        check(r#""a\"b\\c""#, Some(r#"a"b\c"#));
        check(r"a\b", Some(r"a\b"));
        check(
            "8e03978e-40d5-43e8-bc93-6894a57f9324",
            Some("8e03978e-40d5-43e8-bc93-6894a57f9324"),
        );
    }

    #[test]
    fn other_texts_are_no_keys() {
        for text in [
            "",
            " ",
            "\"",
            "\"\"",
            "\"abc",
            "abc\"",
            "a\"b",
            "\"a\"b\"",
            "\"a\";p=1",
            "\"a\" \"b\"",
            r#""a\b""#,
            r#""a\"#,
            "a b",
            "é",
            "\"é\"",
            "a\u{7f}",
            "\"a\tb\"",
            "a\u{0}",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn a_key_has_1_to_255_characters() {
        let longest = "x".repeat(255);
        check(&longest, Some(&longest));
        check(&format!("\"{longest}\""), Some(&longest));
        check(&format!("{longest}x"), None);
        check(&format!("\"{longest}x\""), None);
        let escaped = "\\\\".repeat(255);
        check(&format!("\"{escaped}\""), Some(&"\\".repeat(255)));
    }
}
