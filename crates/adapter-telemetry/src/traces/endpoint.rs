//! Where traces go, as the standard variables of `OpenTelemetry` say it (OTLP exporter configuration).

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::resource::pairs;

/// A collector, and how it is asked.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    pub(super) url: String,
    pub(super) protocol: Protocol,
    pub(super) headers: Vec<(String, String)>,
    pub(super) timeout: Duration,
}

/// What a collector is spoken to in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Protocol {
    /// OTLP over HTTP, as protobuf.
    #[default]
    HttpProtobuf,
    /// OTLP over gRPC.
    Grpc,
}

/// The collector cannot be used as it is given.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// It is no address.
    #[error(
        "the collector of traces is no `http://` or `https://` address; `http://localhost:4318` is one"
    )]
    Address,
    /// It is asked in another way.
    #[error(
        "`{0}` is not spoken; `http/protobuf`, which collectors take on port 4318, and `grpc`, on port 4317, are"
    )]
    Protocol(String),
    /// Its headers cannot be read.
    #[error("the headers for the collector of traces cannot be read; `name=value,name=value` can")]
    Headers,
    /// What drives the client of gRPC cannot be started.
    #[error("the client for the collector of traces cannot be started")]
    Runtime(#[source] std::io::Error),
}

impl FromStr for Protocol {
    type Err = EndpointError;

    /// As `OTEL_EXPORTER_OTLP_PROTOCOL` names it.
    fn from_str(name: &str) -> Result<Self, EndpointError> {
        match name {
            "http/protobuf" => Ok(Self::HttpProtobuf),
            "grpc" => Ok(Self::Grpc),
            other => Err(EndpointError::Protocol(other.to_owned())),
        }
    }
}

/// How long an answer may take, where nobody says.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Where a collector takes traces.
const PATH: &str = "v1/traces";

impl Endpoint {
    /// The collector at this address, for all signals: over HTTP, traces have their path below it.
    ///
    /// # Errors
    /// It is no address.
    pub fn base(url: &str, protocol: Protocol) -> Result<Self, EndpointError> {
        match protocol {
            Protocol::HttpProtobuf => {
                let below = format!("{}/{PATH}", url.trim_end_matches('/'));
                Self::exact(&below, protocol)
            }
            Protocol::Grpc => Self::exact(url, protocol),
        }
    }

    /// The collector that takes traces at exactly this address.
    ///
    /// # Errors
    /// It is no address.
    pub fn exact(url: &str, protocol: Protocol) -> Result<Self, EndpointError> {
        let parsed: ureq::http::Uri = url.parse().map_err(|_| EndpointError::Address)?;
        let is_web = matches!(parsed.scheme_str(), Some("http" | "https"));
        if !is_web || parsed.host().is_none_or(str::is_empty) {
            return Err(EndpointError::Address);
        }
        Ok(Self {
            url: url.to_owned(),
            protocol,
            headers: Vec::new(),
            timeout: TIMEOUT,
        })
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

    fn base(url: &str) -> Result<Endpoint, EndpointError> {
        Endpoint::base(url, Protocol::HttpProtobuf)
    }

    #[test]
    fn traces_have_their_path_below_the_base() {
        for url in ["http://c:4318", "http://c:4318/"] {
            assert_eq!(base(url).unwrap().url, "http://c:4318/v1/traces");
        }
        let below = base("https://c/otlp").unwrap();
        assert_eq!(below.url, "https://c/otlp/v1/traces");
        let exact = Endpoint::exact("http://c/mine", Protocol::HttpProtobuf);
        assert_eq!(exact.unwrap().url, "http://c/mine");
        let grpc = Endpoint::base("http://c:4317", Protocol::Grpc);
        assert_eq!(grpc.unwrap().url, "http://c:4317");
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
            for protocol in [Protocol::HttpProtobuf, Protocol::Grpc] {
                let refused = Endpoint::base(address, protocol);
                assert!(matches!(refused, Err(EndpointError::Address)), "{address}");
            }
        }
    }

    #[test]
    fn the_protocols_have_the_names_of_the_standard() {
        assert_eq!(
            "http/protobuf".parse::<Protocol>().unwrap(),
            Protocol::HttpProtobuf
        );
        assert_eq!("grpc".parse::<Protocol>().unwrap(), Protocol::Grpc);
        for name in ["http/json", "", "HTTP/PROTOBUF", "gRPC"] {
            let refused = name.parse::<Protocol>().unwrap_err();
            assert!(matches!(refused, EndpointError::Protocol(told) if told == name));
        }
    }

    #[test]
    fn headers_are_read_as_the_standard_has_them() {
        let headers = |text| base("http://c").unwrap().with_headers(text);
        let read = headers("api-key=a%20b, x = 1 ,,").unwrap().headers;
        let expected = [("api-key", "a b"), ("x", "1")];
        assert_eq!(
            read,
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
        for wrong in ["a", "=1", "a b=1", "a=%0A", "a=%zz"] {
            let refused = headers(wrong);
            assert!(matches!(refused, Err(EndpointError::Headers)), "{wrong}");
        }
    }

    #[test]
    fn what_may_be_a_key_is_not_shown() {
        let endpoint = base("http://user:canary@c").unwrap();
        let endpoint = endpoint.with_headers("authorization=canary").unwrap();
        assert!(!format!("{endpoint:?}").contains("canary"));
    }
}
