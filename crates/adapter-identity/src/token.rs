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
