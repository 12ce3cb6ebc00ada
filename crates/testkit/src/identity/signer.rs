//! Keys that sign: good tokens, and every bad one that a forger could think of. It shares no code with what judges them.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RsaKeyPair,
};
use aws_lc_rs::{error::Unspecified, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// A provider that does not come up, or a key that does not sign.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The library of the keys failed.
    #[error("a key cannot be made or does not sign")]
    Key(#[from] Unspecified),
    /// There is no port, or no thread.
    #[error("the provider cannot be started")]
    Server(#[from] std::io::Error),
    /// There is no certificate.
    #[error("the certificate cannot be made")]
    Certificate(#[from] rcgen::Error),
    /// The certificate cannot be used.
    #[error("the certificate cannot be used")]
    Tls(#[from] rustls::Error),
}

/// A private key with its id.
pub struct Signer {
    id: Option<String>,
    key: Key,
}

enum Key {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Signer {
    /// A key of RSA with 2048 bits.
    ///
    /// # Errors
    /// The library failed, as in all that follows.
    pub fn rsa(id: &str) -> Result<Self, IdentityError> {
        let key = Key::Rsa(RsaKeyPair::generate(KeySize::Rsa2048)?);
        Ok(Self::of(id, key))
    }

    /// A key on P-256.
    ///
    /// # Errors
    /// The library failed.
    pub fn p256(id: &str) -> Result<Self, IdentityError> {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
        Ok(Self::of(id, Key::P256(key)))
    }

    /// A key of Ed25519.
    ///
    /// # Errors
    /// The library failed.
    pub fn ed25519(id: &str) -> Result<Self, IdentityError> {
        Ok(Self::of(id, Key::Ed25519(Ed25519KeyPair::generate()?)))
    }

    /// The same key without an id.
    #[must_use]
    pub fn without_id(self) -> Self {
        Self { id: None, ..self }
    }

    fn of(id: &str, key: Key) -> Self {
        Self {
            id: Some(id.to_owned()),
            key,
        }
    }

    /// The name of its algorithm.
    pub const fn algorithm(&self) -> &'static str {
        match self.key {
            Key::Rsa(_) => "RS256",
            Key::P256(_) => "ES256",
            Key::Ed25519(_) => "EdDSA",
        }
    }

    /// Its public part, as a JWK.
    pub fn jwk(&self) -> Value {
        let mut jwk = match &self.key {
            Key::Rsa(key) => {
                let public = key.public_key();
                let modulus = public.modulus().big_endian_without_leading_zero();
                let exponent = public.exponent().big_endian_without_leading_zero();
                json!({"kty": "RSA", "n": encoded(modulus), "e": encoded(exponent)})
            }
            Key::P256(key) => {
                let point = key.public_key().as_ref();
                let (x, y) = point.split_at_checked(33).unwrap_or_default();
                let x = x.get(1..).unwrap_or_default();
                json!({"kty": "EC", "crv": "P-256", "x": encoded(x), "y": encoded(y)})
            }
            Key::Ed25519(key) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": encoded(key.public_key())})
            }
        };
        if let (Some(id), Some(members)) = (&self.id, jwk.as_object_mut()) {
            members.insert("kid".to_owned(), Value::from(id.as_str()));
        }
        jwk
    }

    /// The header that tells the truth about its tokens.
    pub fn header(&self) -> Value {
        let mut header = json!({"alg": self.algorithm(), "typ": "JWT"});
        if let (Some(id), Some(members)) = (&self.id, header.as_object_mut()) {
            members.insert("kid".to_owned(), Value::from(id.as_str()));
        }
        header
    }

    /// A token with these claims.
    ///
    /// # Errors
    /// The library failed.
    pub fn token(&self, claims: &Value) -> Result<String, IdentityError> {
        self.signed(&self.header().to_string(), &claims.to_string())
    }

    /// A token of these texts, whatever they say.
    ///
    /// # Errors
    /// The library failed.
    pub fn signed(&self, header: &str, claims: &str) -> Result<String, IdentityError> {
        let message = format!("{}.{}", encoded(header), encoded(claims));
        let signature = encoded(self.signature(message.as_bytes())?);
        Ok(format!("{message}.{signature}"))
    }

    /// The signature of bytes.
    ///
    /// # Errors
    /// The library failed.
    pub fn signature(&self, message: &[u8]) -> Result<Vec<u8>, IdentityError> {
        let random = SystemRandom::new();
        match &self.key {
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)?;
                Ok(signature)
            }
            Key::P256(key) => Ok(key.sign(&random, message)?.as_ref().to_vec()),
            Key::Ed25519(key) => Ok(key.try_sign(message)?.as_ref().to_vec()),
        }
    }
}

/// A token of these texts, signed with HMAC-SHA-256 and a secret.
pub fn hs256(secret: &[u8], header: &str, claims: &str) -> String {
    let message = format!("{}.{}", encoded(header), encoded(claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let signature = hmac::sign(&key, message.as_bytes());
    format!("{message}.{}", encoded(signature))
}

/// Bytes as they stand in a token: base64url without padding.
pub fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
