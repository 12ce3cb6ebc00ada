//! One key of a JWK Set (RFC 7517, 4; RFC 7518, 6; RFC 8037): which algorithm it is for, or why it is of no use here.

use std::ops::RangeInclusive;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

/// The shortest and the longest modulus of RSA, in bytes: 2048 and 8192 bits.
const MODULUS_BYTES: RangeInclusive<usize> = 256..=1024;
/// The longest public exponent of RSA, in bytes; a longer one makes each look at a token slow.
const EXPONENT_BYTES: usize = 4;
/// The length of a coordinate of P-256 and of a key of Ed25519.
const CURVE_BYTES: usize = 32;

/// A key that may have signed a token, with the one algorithm that it is for.
pub(crate) struct VerifyingKey {
    pub(crate) id: Option<String>,
    pub(crate) algorithm: Algorithm,
    pub(crate) key: DecodingKey,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
    /// The private part, which a published key does not have.
    d: Option<Value>,
}

impl VerifyingKey {
    /// The secret of HS256, which only the operator gives.
    pub(crate) fn of_secret(secret: &[u8]) -> Self {
        Self {
            id: None,
            algorithm: Algorithm::HS256,
            key: DecodingKey::from_secret(secret),
        }
    }

    /// Reads a public key.
    ///
    /// # Errors
    /// Why it is of no use here.
    pub(crate) fn read(value: &Value) -> Result<Self, &'static str> {
        let jwk = Jwk::deserialize(value).map_err(|_| "it is no key")?;
        if jwk.d.is_some() {
            return Err("its private part is published, so that anybody may have it");
        }
        let (algorithm, key) = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("RSA", _) => (Algorithm::RS256, rsa(&jwk)?),
            ("EC", Some("P-256")) => (Algorithm::ES256, p256(&jwk)?),
            ("OKP", Some("Ed25519")) => (Algorithm::EdDSA, ed25519(&jwk)?),
            _ => return Err("its type or curve is not taken"),
        };
        jwk.check_purpose(algorithm)?;
        Ok(Self {
            id: jwk.kid,
            algorithm,
            key,
        })
    }
}

impl Jwk {
    /// What the key says of itself must agree with what it would be used for.
    fn check_purpose(&self, algorithm: Algorithm) -> Result<(), &'static str> {
        let is_other = |named: &String| named.parse().ok() != Some(algorithm);
        if self.alg.as_ref().is_some_and(is_other) {
            return Err("it is for an algorithm that is not taken");
        }
        if self
            .purpose
            .as_ref()
            .is_some_and(|purpose| purpose != "sig")
        {
            return Err("it is not for signatures");
        }
        let verifies = |operations: &Vec<String>| operations.iter().any(|name| name == "verify");
        if self.key_ops.as_ref().is_some_and(|named| !verifies(named)) {
            return Err("it is not for verifying");
        }
        Ok(())
    }
}

fn rsa(jwk: &Jwk) -> Result<DecodingKey, &'static str> {
    let (modulus, exponent) = (number(jwk.n.as_ref())?, number(jwk.e.as_ref())?);
    let zeros = modulus.first().map_or(8, |byte| byte.leading_zeros());
    let is_long = modulus.len() > *MODULUS_BYTES.start() || zeros == 0;
    if !MODULUS_BYTES.contains(&modulus.len()) || !is_long {
        return Err("it has fewer than 2048 bits, or more than 8192");
    }
    let is_odd = exponent.last().is_some_and(|byte| byte % 2 == 1);
    if exponent.len() > EXPONENT_BYTES || !is_odd || exponent == [1] {
        return Err("its exponent is not taken");
    }
    Ok(DecodingKey::from_rsa_raw_components(&modulus, &exponent))
}

fn p256(jwk: &Jwk) -> Result<DecodingKey, &'static str> {
    let (x, y) = (coordinate(jwk.x.as_ref())?, coordinate(jwk.y.as_ref())?);
    // SEC 1, 2.3.3: a point that is not compressed.
    Ok(DecodingKey::from_ec_der(&[&[4][..], &x, &y].concat()))
}

fn ed25519(jwk: &Jwk) -> Result<DecodingKey, &'static str> {
    Ok(DecodingKey::from_ed_der(&coordinate(jwk.x.as_ref())?))
}

fn bytes(text: Option<&String>) -> Result<Vec<u8>, &'static str> {
    let text = text.ok_or("a part of it is missing")?;
    let bytes = URL_SAFE_NO_PAD.decode(text);
    bytes.map_err(|_| "a part of it is not base64url")
}

/// A number without the zeros before it.
fn number(text: Option<&String>) -> Result<Vec<u8>, &'static str> {
    let bytes = bytes(text)?;
    Ok(bytes.into_iter().skip_while(|byte| *byte == 0).collect())
}

fn coordinate(text: Option<&String>) -> Result<Vec<u8>, &'static str> {
    let bytes = bytes(text)?;
    let is_whole = bytes.len() == CURVE_BYTES;
    is_whole
        .then_some(bytes)
        .ok_or("a part of it has the wrong length")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The reason for which a key of RSA with this modulus and exponent is of no use.
    fn reason(modulus: &[u8], exponent: &[u8]) -> Option<&'static str> {
        let encoded = |bytes| URL_SAFE_NO_PAD.encode(bytes);
        let jwk = json!({"kty": "RSA", "n": encoded(modulus), "e": encoded(exponent)});
        VerifyingKey::read(&jwk).err()
    }

    #[test]
    fn a_key_of_rsa_has_2048_to_8192_bits() {
        let f4 = [1, 0, 1];
        let length = Some("it has fewer than 2048 bits, or more than 8192");
        for (modulus, expected) in [
            (vec![0x80; 256], None),
            (vec![0x7f; 256], length),
            (vec![0xff; 255], length),
            ([vec![0; 9], vec![0xff; 255]].concat(), length),
            ([vec![0; 9], vec![0xff; 256]].concat(), None),
            (vec![1; 257], None),
            (vec![0xff; 1024], None),
            (vec![1; 1025], length),
            (vec![0; 256], length),
            (Vec::new(), length),
        ] {
            assert_eq!(reason(&modulus, &f4), expected, "{}", modulus.len());
        }
    }

    #[test]
    fn a_public_exponent_is_odd_and_short() {
        let modulus = [0x80; 256];
        for exponent in [&[3][..], &[1, 0, 1], &[0, 0, 0, 0, 1, 0, 1]] {
            assert_eq!(reason(&modulus, exponent), None, "{exponent:?}");
        }
        for exponent in [&[][..], &[0], &[1], &[2], &[1, 0, 0, 0, 1]] {
            let expected = Some("its exponent is not taken");
            assert_eq!(reason(&modulus, exponent), expected, "{exponent:?}");
        }
    }
}
