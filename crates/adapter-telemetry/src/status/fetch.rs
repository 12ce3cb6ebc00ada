//! Asking for metrics over HTTP: once, and without following anybody elsewhere.

use std::time::Duration;

use ureq::Body;
use ureq::http::{Response, Uri};

use crate::client::patient_for;

/// The longest answer, in bytes: that of some thousand documents.
const MOST_BYTES: u64 = 256 << 20;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How much of a refusal is repeated, in characters.
const MOST_REPEATED: usize = 1000;

/// There is no answer.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Nobody can be asked there.
    #[error("what was given is no address such as `http://127.0.0.1:9090`")]
    Address,
    /// Nobody answers.
    #[error("no answer from `{url}`")]
    NoAnswer {
        /// Who was asked, without a password.
        url: String,
        /// Why.
        #[source]
        source: Box<ureq::Error>,
    },
    /// The answer is a refusal.
    #[error("`{url}` answered {status}")]
    Status {
        /// Who was asked, without a password.
        url: String,
        /// The status.
        status: u16,
        /// What it said besides, shortened.
        body: String,
    },
}

/// The body of a page.
pub(super) fn get(url: &str) -> Result<String, FetchError> {
    body(url, patient_for(PATIENCE).get(readable(url)?).call())
}

/// The body of the answer to a form.
pub(super) fn post(url: &str, form: &[(&str, &str)]) -> Result<String, FetchError> {
    body(
        url,
        patient_for(PATIENCE)
            .post(readable(url)?)
            .send_form(form.iter().copied()),
    )
}

/// An address with a host: errors of the client may repeat any other, with its password.
fn readable(url: &str) -> Result<Uri, FetchError> {
    let parsed: Option<Uri> = url.parse().ok();
    let is_web = |uri: &Uri| matches!(uri.scheme_str(), Some("http" | "https"));
    let usable = parsed.filter(|uri| is_web(uri) && uri.host().is_some());
    usable.ok_or(FetchError::Address)
}

/// An address without the name and the password that may stand in it.
pub(super) fn shown(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return "…".to_owned();
    };
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    let Some((secret, _)) = host.rsplit_once('@') else {
        return url.to_owned();
    };
    let shown = rest.strip_prefix(secret).unwrap_or_default();
    format!("{scheme}://…{shown}")
}

fn body(url: &str, answer: Result<Response<Body>, ureq::Error>) -> Result<String, FetchError> {
    let failed = |source| FetchError::NoAnswer {
        url: shown(url),
        source: Box::new(source),
    };
    let mut response = answer.map_err(failed)?;
    let status = response.status().as_u16();
    let body = response.body_mut().with_config().limit(MOST_BYTES);
    let body = body.read_to_string().map_err(failed)?;
    if status == 200 {
        return Ok(body);
    }
    Err(FetchError::Status {
        url: shown(url),
        status,
        body: body.chars().take(MOST_REPEATED).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        for (url, expected) in [
            ("http://h:1/p", "http://h:1/p"),
            ("http://u:s3cret@h:1/p", "http://…@h:1/p"),
            ("https://u:s3c@ret@h?a@b", "https://…@h?a@b"),
            ("u:s3cret@h", "…"),
        ] {
            assert_eq!(shown(url), expected);
        }
    }
}
