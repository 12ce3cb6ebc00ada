//! What a token claims (RFC 7519, 4.1; RFC 9068, 2.2), and whether it claims it now, here and of somebody.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;
use specd_domain::access::caller::Caller;
use specd_domain::name::ScopeName;

use crate::members::Members;

/// How far the clocks of the issuer and of this machine may be apart (http-contract, section 6).
const LEEWAY: Duration = Duration::from_secs(30);
/// How far in the future a token may have been issued: past it the issuer's clock, or the token, is wrong.
const ISSUED_AHEAD: Duration = Duration::from_mins(5);
/// The longest `sub`.
const SUBJECT_CHARACTERS: usize = 255;

/// The claims that matter here; all others are ignored.
#[derive(Debug)]
pub(crate) struct Claims {
    issuer: String,
    subject: String,
    audiences: Vec<String>,
    /// Since 1970, as all times here.
    expires_at: Duration,
    not_before: Option<Duration>,
    issued_at: Option<Duration>,
    scopes: Vec<ScopeName>,
}

impl Claims {
    /// Reads the claims.
    ///
    /// # Errors
    /// One that is required is not there, or one has another form.
    pub(crate) fn read(members: &Members) -> Result<Self, &'static str> {
        Ok(Self {
            issuer: members.text("iss").ok_or("it has no `iss`")?.to_owned(),
            subject: subject(members)?,
            audiences: audiences(members)?,
            expires_at: moment(members, "exp")?.ok_or("it has no `exp`")?,
            not_before: moment(members, "nbf")?,
            issued_at: moment(members, "iat")?,
            scopes: scopes(members),
        })
    }

    /// Whether they hold now, of this issuer and for this audience.
    ///
    /// # Errors
    /// Why not.
    pub(crate) fn check(
        &self,
        issuer: &str,
        audience: &str,
        now: DateTime<Utc>,
    ) -> Result<(), &'static str> {
        if self.issuer != issuer {
            return Err("it is of another issuer");
        }
        if !self.audiences.iter().any(|named| named == audience) {
            return Err("it is for another audience");
        }
        let now = since_1970(now);
        if now >= self.expires_at.saturating_add(LEEWAY) {
            return Err("it has expired");
        }
        let begins = self.not_before.unwrap_or_default();
        if now.saturating_add(LEEWAY) < begins {
            return Err("it is not valid yet");
        }
        let made_at = self.issued_at.unwrap_or_default();
        if now.saturating_add(ISSUED_AHEAD) < made_at {
            return Err("it is issued in the future");
        }
        Ok(())
    }

    /// When it ends, without any leeway.
    pub(crate) fn expires_at(&self) -> Duration {
        self.expires_at
    }

    /// Whom it speaks of.
    pub(crate) fn into_caller(self) -> Caller {
        Caller::Known {
            subject: self.subject,
            issuer: Some(self.issuer),
            scopes: self.scopes,
        }
    }
}

/// The time as tokens tell it; before 1970 it is 0.
pub(crate) fn since_1970(now: DateTime<Utc>) -> Duration {
    Duration::from_millis(u64::try_from(now.timestamp_millis()).unwrap_or_default())
}

fn subject(members: &Members) -> Result<String, &'static str> {
    let subject = members.text("sub").ok_or("it has no `sub`")?;
    let is_long = subject.chars().nth(SUBJECT_CHARACTERS).is_some();
    if subject.is_empty() || is_long || subject.contains(char::is_control) {
        return Err("its `sub` is empty, too long, or has control characters");
    }
    Ok(subject.to_owned())
}

/// A text, or an array of texts (RFC 7519, 4.1.3).
fn audiences(members: &Members) -> Result<Vec<String>, &'static str> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let audiences = match members.get("aud").ok_or("it has no `aud`")? {
        Value::Array(several) => several.iter().map(text).collect(),
        one => text(one).map(|one| vec![one]),
    };
    audiences.ok_or("its `aud` is neither a text nor texts")
}

/// Seconds since 1970, with or without a fraction (RFC 7519, 2). A negative or absurdly large one is no time.
fn moment(members: &Members, name: &str) -> Result<Option<Duration>, &'static str> {
    let Some(value) = members.get(name) else {
        return Ok(None);
    };
    let seconds = value.as_f64().ok_or("a time of it is no number")?;
    let moment = Duration::try_from_secs_f64(seconds).map_err(|_| "a time of it is no time")?;
    Ok(Some(moment))
}

/// `scope` (RFC 9068, 2.2.3) and `scp`, each as words in a text or as an array. What cannot be the name of a scope gives nothing.
fn scopes(members: &Members) -> Vec<ScopeName> {
    let claims = ["scope", "scp"]
        .into_iter()
        .filter_map(|name| members.get(name));
    let texts = claims.flat_map(|value| match value {
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        one => Vec::from_iter(one.as_str()),
    });
    let mut scopes: Vec<ScopeName> = texts
        .flat_map(|text| text.split(' '))
        .filter_map(|name| ScopeName::new(name).ok())
        .collect();
    scopes.sort();
    scopes.dedup();
    scopes
}
