//! Where Redis is: `redis://[USER:PASSWORD@]HOST[:PORT][/DB]`. The password is never shown.

use std::fmt;
use std::str::FromStr;

use redis::{Client, ConnectionAddr};

/// The address of a Redis.
#[derive(Clone)]
pub struct RedisAddress {
    url: String,
    client: Client,
}

/// The text is no address of a Redis that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedisAddressError {
    /// TLS is asked for.
    #[error(
        "TLS to Redis is not built in; use a private network, or a TLS proxy beside specd, and `redis://`"
    )]
    Tls,
    /// It cannot be read.
    #[error(
        "write `redis://HOST[:PORT][/DB]`, with `USER:PASSWORD@` before the host where Redis asks for it ({0})"
    )]
    Unreadable(String),
}

impl RedisAddress {
    pub(crate) const fn client(&self) -> &Client {
        &self.client
    }
}

impl FromStr for RedisAddress {
    type Err = RedisAddressError;

    fn from_str(text: &str) -> Result<Self, RedisAddressError> {
        if text.starts_with("rediss://") || text.starts_with("valkeys://") {
            return Err(RedisAddressError::Tls);
        }
        let unreadable = |reason: String| RedisAddressError::Unreadable(reason);
        let is_redis = ["redis://", "valkey://", "redis+unix://", "unix://"]
            .iter()
            .any(|scheme| text.starts_with(scheme));
        if !is_redis {
            return Err(unreadable("it begins with another scheme".to_owned()));
        }
        let client = Client::open(text).map_err(|error| {
            let detail = error.detail().map(str::to_owned);
            unreadable(detail.unwrap_or_else(|| error.to_string()).to_lowercase())
        })?;
        Ok(Self {
            url: text.to_owned(),
            client,
        })
    }
}

impl PartialEq for RedisAddress {
    fn eq(&self, other: &Self) -> bool {
        self.url == other.url
    }
}

impl Eq for RedisAddress {}

/// The place without user and password.
impl fmt::Display for RedisAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let info = self.client.get_connection_info();
        let database = info.redis_settings().db();
        match info.addr() {
            ConnectionAddr::Tcp(host, port) if host.contains(':') => {
                write!(f, "redis://[{host}]:{port}/{database}")
            }
            ConnectionAddr::Tcp(host, port) => write!(f, "redis://{host}:{port}/{database}"),
            other => write!(f, "{other}"),
        }
    }
}

impl fmt::Debug for RedisAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let shown = match text.parse::<RedisAddress>() {
            Ok(address) => format!("{address:?}"),
            Err(error) => error.to_string(),
        };
        assert!(shown.contains(expected), "{text}: {shown}");
        assert!(!shown.contains("s3cret"), "{shown}");
    }

    #[test]
    fn an_address_is_shown_without_its_secrets() {
        check("redis://h", "redis://h:6379/0");
        check("redis://u:s3cret@h:5/3", "redis://h:5/3");
        check("redis://:s3cret@[::1]:5", "redis://[::1]:5/0");
    }

    #[test]
    fn other_addresses_are_refused() {
        check("", "write `redis://");
        check("h:6379", "write `redis://");
        check("redis://", "write `redis://");
        check("redis://h/x", "database number");
        check("redis://h:port", "write `redis://");
        check("http://h", "write `redis://");
        check("rediss://u:s3cret@h", "TLS");
    }
}
