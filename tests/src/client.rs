//! A small HTTP client: every answer is an answer, whatever its status.

use std::fmt::Write as _;
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::Value;
use ureq::http::Request;

/// Talks to one server, as one caller.
#[derive(Clone, Debug)]
pub struct Client {
    base: String,
    key: Option<String>,
    agent: ureq::Agent,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Client {
    /// A client of the server at `http://ADDRESS`, without a key.
    pub fn new(base: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .allow_non_standard_methods(true)
            .timeout_global(Some(Duration::from_secs(20)))
            .build()
            .new_agent();
        Self {
            base: base.to_owned(),
            key: None,
            agent,
        }
    }

    /// The same with an API key.
    #[must_use]
    pub fn with_key(self, key: impl Into<String>) -> Self {
        Self {
            key: Some(key.into()),
            ..self
        }
    }

    /// The same without one.
    #[must_use]
    pub fn without_key(self) -> Self {
        Self { key: None, ..self }
    }

    /// `GET`.
    ///
    /// # Errors
    /// There is no answer.
    pub fn get(&self, path: &str) -> anyhow::Result<Answer> {
        self.send("GET", path, &[], None)
    }

    /// Every record of a list, page by page.
    ///
    /// # Errors
    /// There is no answer, or it is no page.
    pub fn all(&self, path: &str) -> anyhow::Result<Vec<Value>> {
        let path = format!("{path}?limit=100");
        let mut records = Vec::new();
        let mut next = path.clone();
        loop {
            let page = self.get(&next)?;
            anyhow::ensure!(page.status == 200, "{}", page.text());
            records.extend(page.member("items").as_array().cloned().unwrap_or_default());
            match page.member("next").as_str() {
                Some(cursor) => next = with_cursor(&path, cursor),
                None => return Ok(records),
            }
        }
    }

    /// `POST` of a JSON text.
    ///
    /// # Errors
    /// There is no answer.
    pub fn post(&self, path: &str, json: &str) -> anyhow::Result<Answer> {
        let headers = [("content-type", "application/json")];
        self.send("POST", path, &headers, Some(json.as_bytes()))
    }

    /// `PUT` of a JSON text.
    ///
    /// # Errors
    /// There is no answer.
    pub fn put(&self, path: &str, json: &str) -> anyhow::Result<Answer> {
        let headers = [("content-type", "application/json")];
        self.send("PUT", path, &headers, Some(json.as_bytes()))
    }

    /// `PATCH` with a merge patch.
    ///
    /// # Errors
    /// There is no answer.
    pub fn patch(&self, path: &str, json: &str) -> anyhow::Result<Answer> {
        let headers = [("content-type", "application/merge-patch+json")];
        self.send("PATCH", path, &headers, Some(json.as_bytes()))
    }

    /// `DELETE`.
    ///
    /// # Errors
    /// There is no answer.
    pub fn delete(&self, path: &str) -> anyhow::Result<Answer> {
        self.send("DELETE", path, &[], None)
    }

    /// Any request, again while the answer is that there is no capacity and nothing was stored: a machine that builds and
    /// tests has other work, too.
    ///
    /// # Errors
    /// It is no request, there is no answer, or the server is busy for ever.
    pub fn send_patiently(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> anyhow::Result<Answer> {
        for _ in 0..100 {
            let answer = self.send(method, path, headers, body)?;
            if answer.status != 503 || answer.member("code") != "unavailable" {
                return Ok(answer);
            }
            thread::sleep(Duration::from_millis(20));
        }
        anyhow::bail!("{method} {path}: the server is busy for ever")
    }

    /// Any request; the key is added where there is one.
    ///
    /// # Errors
    /// It is no request, or there is no answer.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> anyhow::Result<Answer> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(key) = &self.key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        let response = match body {
            Some(body) => self.agent.run(request.body(body)?),
            None => self.agent.run(request.body(())?),
        };
        let mut response = response.with_context(|| format!("no answer to {method} {path}"))?;
        let headers = response.headers().iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        });
        Ok(Answer {
            status: response.status().as_u16(),
            headers: headers.collect(),
            body: response.body_mut().read_to_vec()?,
        })
    }
}

impl Answer {
    /// The first header of this name, in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// A member of the body; null where there is none.
    pub fn member(&self, name: &str) -> Value {
        self.json().get(name).cloned().unwrap_or(Value::Null)
    }

    /// The pointers of the violations, sorted.
    pub fn pointers(&self) -> Vec<String> {
        let errors = self.member("errors");
        let errors = errors.as_array().into_iter().flatten();
        let mut pointers: Vec<_> = errors
            .filter_map(|error| error.get("pointer")?.as_str().map(str::to_owned))
            .collect();
        pointers.sort();
        pointers
    }
}

/// A value as it stands in a query: everything but letters, digits, `-`, `.`, `_` and `~` percent-encoded.
pub fn encoded(value: &str) -> String {
    let mut out = String::new();
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The path of a list with the cursor of its next page.
pub fn with_cursor(path: &str, cursor: &str) -> String {
    let separator = if path.contains('?') { '&' } else { '?' };
    format!("{path}{separator}cursor={}", encoded(cursor))
}
