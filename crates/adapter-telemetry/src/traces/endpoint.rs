//! Where traces go, as the standard variables of `OpenTelemetry` say it (OTLP exporter configuration).

use std::fmt;
use std::time::Duration;

use super::resource::pairs;

/// A collector, and how it is asked.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) timeout: Duration,
}

/// The collector cannot be used as it is given.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EndpointError {
    /// It is no address.
    #[error(
        "the collector of traces is no `http://` or `https://` address; `http://localhost:4318` is one"
    )]
    Address,
    /// It is asked in another way.
    #[error(
        "`{0}` is not spoken; set `OTEL_EXPORTER_OTLP_PROTOCOL` to `http/protobuf`, which collectors take on port 4318"
    )]
    Protocol(String),
    /// Its headers cannot be read.
    #[error("the headers for the collector of traces cannot be read; `name=value,name=value` can")]
    Headers,
}

/// How long an answer may take, where nobody says.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Where a collector takes traces.
const PATH: &str = "v1/traces";

impl Endpoint {
    /// The collector at this address, for all signals: traces have their path below it.
    ///
    /// # Errors
    /// It is no address.
    pub fn base(url: &str) -> Result<Self, EndpointError> {
        Self::exact(&format!("{}/{PATH}", url.trim_end_matches('/')))
    }

    /// The collector that takes traces at exactly this address.
    ///
    /// # Errors
    /// It is no address.
    pub fn exact(url: &str) -> Result<Self, EndpointError> {
        let parsed: ureq::http::Uri = url.parse().map_err(|_| EndpointError::Address)?;
        let is_web = matches!(parsed.scheme_str(), Some("http" | "https"));
        if !is_web || parsed.host().is_none_or(str::is_empty) {
            return Err(EndpointError::Address);
        }
        Ok(Self {
            url: url.to_owned(),
            headers: Vec::new(),
            timeout: TIMEOUT,
        })
    }

    /// Speaks this protocol, as `OTEL_EXPORTER_OTLP_PROTOCOL` names it.
    ///
    /// # Errors
    /// It is another than `http/protobuf`.
    pub fn speaking(self, protocol: &str) -> Result<Self, EndpointError> {
        if protocol == "http/protobuf" {
            Ok(self)
        } else {
            Err(EndpointError::Protocol(protocol.to_owned()))
        }
    }

    /// Sends these headers too, as `OTEL_EXPORTER_OTLP_HEADERS` has them.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn with_headers(mut self, headers: &str) -> Result<Self, EndpointError> {
        use ureq::http::{HeaderName, HeaderValue};
        self.headers = pairs(headers).ok_or(EndpointError::Headers)?;
        let is_header = |(name, value): &(String, String)| {
            name.parse::<HeaderName>().is_ok() && HeaderValue::from_str(value).is_ok()
        };
        if self.headers.iter().all(is_header) {
            Ok(self)
        } else {
            Err(EndpointError::Headers)
        }
    }

    /// Waits so long for an answer.
    #[must_use]
    pub fn within(mut self, timeout: Duration) -> Self {
        // Zero would be no limit at all.
        self.timeout = timeout.max(Duration::from_millis(1));
        self
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Its address and its headers may hold a key.
        f.debug_struct("Endpoint").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_have_their_path_below_the_base() {
        for base in ["http://c:4318", "http://c:4318/"] {
            assert_eq!(Endpoint::base(base).unwrap().url, "http://c:4318/v1/traces");
        }
        let below = Endpoint::base("https://c/otlp").unwrap();
        assert_eq!(below.url, "https://c/otlp/v1/traces");
        assert_eq!(
            Endpoint::exact("http://c/mine").unwrap().url,
            "http://c/mine"
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for address in [
            "",
            "localhost:4318",
            "ftp://c",
            "http://",
            "http://a b",
            "/v1",
        ] {
            assert_eq!(
                Endpoint::base(address),
                Err(EndpointError::Address),
                "{address}"
            );
        }
    }

    #[test]
    fn only_protobuf_over_http_is_spoken() {
        let endpoint = || Endpoint::base("http://c").unwrap();
        assert!(endpoint().speaking("http/protobuf").is_ok());
        for protocol in ["grpc", "http/json", "", "HTTP/PROTOBUF"] {
            let refused = EndpointError::Protocol(protocol.to_owned());
            assert_eq!(endpoint().speaking(protocol), Err(refused));
        }
    }

    #[test]
    fn headers_are_read_as_the_standard_has_them() {
        let headers = |text| Endpoint::base("http://c").unwrap().with_headers(text);
        let read = headers("api-key=a%20b, x = 1 ,,").unwrap().headers;
        let expected = [("api-key", "a b"), ("x", "1")];
        assert_eq!(
            read,
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
        for wrong in ["a", "=1", "a b=1", "a=%0A", "a=%zz"] {
            assert_eq!(headers(wrong), Err(EndpointError::Headers), "{wrong}");
        }
    }

    #[test]
    fn what_may_be_a_key_is_not_shown() {
        let endpoint = Endpoint::base("http://user:canary@c").unwrap();
        let endpoint = endpoint.with_headers("authorization=canary").unwrap();
        assert!(!format!("{endpoint:?}").contains("canary"));
    }
}
