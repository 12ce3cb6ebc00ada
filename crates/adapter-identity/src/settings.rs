//! What the operator says of issuers: where their keys are, and who vouches for the connections to them.

use std::path::PathBuf;
use std::time::Duration;

use specd_domain::access::issuer::{is_issuer, is_secure};

/// What the operator says of all issuers. Those that are not named are discovered when a document asks for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentitySettings {
    /// The issuers whose keys have a place of their own.
    pub issuers: Vec<IssuerSettings>,
    /// A file of certificates (PEM): the authorities that vouch for the hosts of issuers, in the place of the public ones.
    pub authorities: Option<PathBuf>,
    /// How long one look for keys may take in all, and how long a request waits for the first keys.
    pub fetch_limit: Duration,
    /// How often files are looked at, and whether keys are due to be fetched again.
    pub tick: Duration,
}

impl Default for IdentitySettings {
    fn default() -> Self {
        Self {
            issuers: Vec::new(),
            authorities: None,
            fetch_limit: Duration::from_secs(2),
            tick: Duration::from_secs(1),
        }
    }
}

/// One issuer and where its keys are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerSettings {
    /// The `iss` of its tokens.
    pub issuer: String,
    /// Where its keys are.
    pub place: KeyPlace,
}

/// Where the keys of an issuer are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// A file with a JWK Set (RFC 7517, 5).
    File(PathBuf),
    /// The address of a JWK Set.
    Url(String),
    /// A file whose bytes are the secret of HS256.
    Secret(PathBuf),
    /// Where the issuer says (`OpenID` Connect Discovery 1.0, 4).
    Discovery,
}

/// An issuer that cannot be read from the command line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// There is no `=`, or nothing on one side of it.
    #[error("`{0}` has no `=` between an issuer and the place of its keys")]
    NoPlace(String),
    /// The issuer is no secure address.
    #[error(
        "`{0}` cannot be an issuer; write an `https` address (`http` on this machine alone) without query and fragment"
    )]
    Issuer(String),
    /// The address of the keys is no secure address.
    #[error(
        "keys are not fetched from `{0}`; write an `https` address (`http` on this machine alone) or a file"
    )]
    Insecure(String),
}

impl IssuerSettings {
    /// Reads `ISSUER=FILE` or `ISSUER=https://…`.
    ///
    /// # Errors
    /// It is neither.
    pub fn jwks(text: &str) -> Result<Self, SettingsError> {
        let (issuer, place) = parts(text)?;
        let place = if place.contains("://") {
            if !is_secure(place) {
                return Err(SettingsError::Insecure(place.to_owned()));
            }
            KeyPlace::Url(place.to_owned())
        } else {
            KeyPlace::File(place.into())
        };
        Ok(Self {
            issuer: issuer.to_owned(),
            place,
        })
    }

    /// Reads `ISSUER=FILE`, the file of a secret.
    ///
    /// # Errors
    /// It is something else.
    pub fn secret(text: &str) -> Result<Self, SettingsError> {
        let (issuer, file) = parts(text)?;
        Ok(Self {
            issuer: issuer.to_owned(),
            place: KeyPlace::Secret(file.into()),
        })
    }
}

fn parts(text: &str) -> Result<(&str, &str), SettingsError> {
    let parts = text.split_once('=');
    let (issuer, place) = parts
        .filter(|(issuer, place)| !issuer.is_empty() && !place.is_empty())
        .ok_or_else(|| SettingsError::NoPlace(text.to_owned()))?;
    if is_issuer(issuer) {
        Ok((issuer, place))
    } else {
        Err(SettingsError::Issuer(issuer.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_read_with_the_place_of_its_keys() {
        let read = |text: &str| IssuerSettings::jwks(text).map(|read| (read.issuer, read.place));
        let issuer = || "https://a.example/t".to_owned();
        assert_eq!(
            read("https://a.example/t=/etc/keys.json"),
            Ok((issuer(), KeyPlace::File("/etc/keys.json".into())))
        );
        let url = "https://a.example/keys?v=1";
        assert_eq!(
            read(&format!("https://a.example/t={url}")),
            Ok((issuer(), KeyPlace::Url(url.to_owned())))
        );
        for text in [
            "",
            "=",
            "keys.json",
            "https://a.example",
            "https://a.example=",
        ] {
            assert_eq!(read(text), Err(SettingsError::NoPlace(text.to_owned())));
        }
        assert!(matches!(read("a=b"), Err(SettingsError::Issuer(_))));
        for url in ["http://keys.example/x", "ftp://localhost/x"] {
            let text = format!("https://a.example={url}");
            assert_eq!(read(&text), Err(SettingsError::Insecure(url.to_owned())));
        }
    }
}
