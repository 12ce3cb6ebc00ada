//! The text of an API key: `specd_<key id>_<secret>_<checksum>` (http-contract, section 6).

use std::fmt;

use sha2::{Digest, Sha256};

use crate::ports::entropy::Entropy;

const PREFIX: &str = "specd_";
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 71 bits: two keys of one id do not happen.
const ID_LENGTH: usize = 12;
/// 22 digits of base 62 hold 128 bits.
const WORD_LENGTH: usize = 22;
/// The secret is two words: 256 bits.
const SECRET_LENGTH: usize = 2 * WORD_LENGTH;
/// 6 digits of base 62 hold 32 bits.
const CHECKSUM_LENGTH: usize = 6;

/// A text that is no key of ours: a part is missing, or the checksum is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no API key")]
pub struct TokenError;

/// A key's parts. Neither `Debug` nor `Display` shows the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    id: String,
    secret: String,
}

/// A key in the text of whoever presents it.
pub(super) struct Presented<'a> {
    id: &'a str,
    secret: &'a str,
}

impl Token {
    /// A fresh key.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        // The last digits are the evenly distributed ones.
        let id = word::<ID_LENGTH>(entropy);
        let mut secret = word::<WORD_LENGTH>(entropy);
        secret += &word::<WORD_LENGTH>(entropy);
        Self { id, secret }
    }

    /// Reads a key. A mistyped one is refused here, before any look-up.
    ///
    /// # Errors
    /// The text is no key of ours.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        Presented::parse(text).map(|presented| Self {
            id: presented.id.to_owned(),
            secret: presented.secret.to_owned(),
        })
    }

    /// The id, which is not secret.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// SHA-256 of the secret: what is stored. A fast hash is right for 256 random bits.
    pub fn secret_sha256(&self) -> [u8; 32] {
        sha256(&self.secret)
    }

    /// The whole key, secret included: for its owner's eyes, once.
    pub fn reveal(&self) -> String {
        let body = format!("{PREFIX}{}_{}", self.id, self.secret);
        let checksum = checksum_of(&body);
        let checksum = String::from_utf8_lossy(&checksum);
        format!("{body}_{checksum}")
    }
}

impl<'a> Presented<'a> {
    /// Reads a key, as [`Token::parse`] does.
    ///
    /// # Errors
    /// The text is no key of ours.
    pub(super) fn parse(text: &'a str) -> Result<Self, TokenError> {
        let (body, checksum) = text.rsplit_once('_').ok_or(TokenError)?;
        let parts = body.strip_prefix(PREFIX).ok_or(TokenError)?;
        let (id, secret) = parts.split_once('_').ok_or(TokenError)?;
        let is_well_formed = is_word(id, ID_LENGTH)
            && is_word(secret, SECRET_LENGTH)
            && checksum.as_bytes() == checksum_of(body);
        if is_well_formed {
            Ok(Self { id, secret })
        } else {
            Err(TokenError)
        }
    }

    /// The id, which is not secret.
    pub(super) const fn id(&self) -> &'a str {
        self.id
    }

    /// SHA-256 of the secret.
    pub(super) fn secret_sha256(&self) -> [u8; 32] {
        sha256(self.secret)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}_…", self.id)
    }
}

fn sha256(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

fn checksum_of(body: &str) -> [u8; CHECKSUM_LENGTH] {
    base62(u128::from(crc32fast::hash(body.as_bytes())))
}

fn is_word(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// `number` in so many digits of base 62, the largest first.
fn base62<const LENGTH: usize>(mut number: u128) -> [u8; LENGTH] {
    let mut digits = [b'0'; LENGTH];
    for place in digits.iter_mut().rev() {
        let digit = usize::try_from(number % 62).unwrap_or_default();
        *place = ALPHABET.get(digit).copied().unwrap_or(b'0');
        number /= 62;
    }
    digits
}

/// A random word of this length, which is ASCII.
fn word<const LENGTH: usize>(entropy: &dyn Entropy) -> String {
    let digits: [u8; LENGTH] = base62(u128::from_be_bytes(entropy.random_128()));
    String::from_utf8_lossy(&digits).into_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::*;

    struct Counting(AtomicU8);

    impl Entropy for Counting {
        fn random_128(&self) -> [u8; 16] {
            [self.0.fetch_add(1, Ordering::Relaxed); 16]
        }
    }

    fn token() -> Token {
        Token::generate(&Counting(AtomicU8::new(200)))
    }

    #[test]
    fn a_key_reads_back_as_itself() {
        assert_eq!(Token::parse(&token().reveal()), Ok(token()));
    }

    #[test]
    fn a_key_has_the_parts_of_the_contract() {
        let text = token().reveal();
        let parts: Vec<&str> = text.split('_').collect();
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        assert_eq!(parts[0], "specd");
        assert_eq!(lengths, [5, 12, 44, 6]);
    }

    #[test]
    fn any_changed_character_is_refused_by_the_checksum() {
        let text = token().reveal();
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(Token::parse(&changed), Err(TokenError), "{changed}");
        }
    }

    #[test]
    fn other_texts_are_no_keys() {
        for text in [
            "",
            "_",
            "specd",
            "specd___",
            "specd_é_é_é",
            "Bearer x",
            "____",
        ] {
            assert_eq!(Token::parse(text), Err(TokenError), "{text}");
        }
    }

    #[test]
    fn the_secret_is_not_shown_by_accident() {
        let token = token();
        assert!(!format!("{token:?}").contains(&token.secret));
    }
}
