//! A token taken apart (RFC 7515, 7.1): what it says of its signature, what it claims, and the bytes that were signed.
//!
//! Nothing of it is believed here. What the header says about where keys are (`jku`, `x5u`, `jwk`, `x5c`) is never looked at.

use jsonwebtoken::Algorithm;

use crate::claims::Claims;
use crate::members::Members;

/// The longest token, in bytes.
pub(crate) const MAX_BYTES: usize = 8 * 1024;
/// What `typ` may be, in any case: RFC 7519, 5.1; RFC 9068, 4.
const TYPES: [&str; 3] = ["jwt", "at+jwt", "application/at+jwt"];
/// Headers with which the token would mean something else than it seems: extensions that must be understood, an
/// unencoded, an encrypted and a compressed content.
const FOREIGN: [&str; 4] = ["crit", "b64", "enc", "zip"];

/// A token's parts.
#[derive(Debug)]
pub(crate) struct Token<'t> {
    /// What was signed.
    pub(crate) message: &'t str,
    /// The signature, in base64url.
    pub(crate) signature: &'t str,
    /// How it says it was signed.
    pub(crate) algorithm: Algorithm,
    /// Which key it says it was signed with.
    pub(crate) key_id: Option<String>,
    /// What it claims.
    pub(crate) claims: Claims,
}

impl<'t> Token<'t> {
    /// Takes a text apart.
    ///
    /// # Errors
    /// Why it is no token that could be accepted.
    pub(crate) fn parse(text: &'t str) -> Result<Self, &'static str> {
        if text.len() > MAX_BYTES {
            return Err("it is too long");
        }
        let (message, signature) = text.rsplit_once('.').ok_or("it has too few parts")?;
        let (header, claims) = message.split_once('.').ok_or("it has too few parts")?;
        if claims.contains('.') {
            return Err("it has too many parts");
        }
        if signature.is_empty() {
            return Err("it is not signed");
        }
        let header = Members::of_part(header).ok_or("its header cannot be read")?;
        let algorithm = algorithm(&header)?;
        check_kind(&header)?;
        let claims = Members::of_part(claims).ok_or("its claims cannot be read")?;
        Ok(Self {
            message,
            signature,
            algorithm,
            key_id: key_id(&header)?,
            claims: Claims::read(&claims)?,
        })
    }
}

/// The algorithms that are known at all; which of them is taken, the key decides. `none` is not among them.
fn algorithm(header: &Members) -> Result<Algorithm, &'static str> {
    match header.text("alg") {
        Some("RS256") => Ok(Algorithm::RS256),
        Some("ES256") => Ok(Algorithm::ES256),
        Some("EdDSA") => Ok(Algorithm::EdDSA),
        Some("HS256") => Ok(Algorithm::HS256),
        Some(_) => Err("its algorithm is not taken"),
        None => Err("it names no algorithm"),
    }
}

fn check_kind(header: &Members) -> Result<(), &'static str> {
    if FOREIGN.iter().any(|name| header.has(name)) {
        return Err("its header asks for more than a signature");
    }
    let is_token = |kind: &str| TYPES.iter().any(|known| kind.eq_ignore_ascii_case(known));
    if header.has("typ") && !header.text("typ").is_some_and(is_token) {
        return Err("its type is another");
    }
    if header.has("cty") {
        return Err("it holds something else than claims");
    }
    Ok(())
}

fn key_id(header: &Members) -> Result<Option<String>, &'static str> {
    match (header.has("kid"), header.text("kid")) {
        (false, _) => Ok(None),
        (true, Some(id)) if !id.is_empty() => Ok(Some(id.to_owned())),
        (true, _) => Err("its `kid` is no text"),
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;

    use super::*;

    const HEADER: &str = r#"{"alg":"ES256","kid":"k","typ":"JWT"}"#;
    const CLAIMS: &str = r#"{"iss":"i","sub":"s","aud":["a"],"exp":1e9,"scope":"x"}"#;

    fn token(header: &[u8], claims: &[u8]) -> String {
        let (header, claims) = (
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(claims),
        );
        format!("{header}.{claims}.AAAA")
    }

    /// The text with some of its bytes exchanged.
    fn exchanged(text: &'static str) -> impl Strategy<Value = Vec<u8>> {
        let changes = prop::collection::vec((0..text.len(), any::<u8>()), 0..4);
        changes.prop_map(|changes| {
            let mut bytes = text.as_bytes().to_vec();
            for (at, byte) in changes {
                bytes[at] = byte;
            }
            bytes
        })
    }

    #[test]
    fn the_token_of_these_tests_is_one() {
        let text = token(HEADER.as_bytes(), CLAIMS.as_bytes());
        assert!(Token::parse(&text).is_ok());
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*|[A-Za-z0-9_.-]{0,200}") {
            let _ = Token::parse(&text);
        }

        #[test]
        fn no_bytes_break_it(header in exchanged(HEADER), claims in exchanged(CLAIMS)) {
            let text = token(&header, &claims);
            if let Ok(token) = Token::parse(&text) {
                let _ = token.claims.check("i", "a", chrono::DateTime::UNIX_EPOCH);
            }
        }
    }
}
