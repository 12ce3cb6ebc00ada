//! Rate limits on the command line: how many, and where they are counted.

use std::fmt;
use std::str::FromStr;

use specd_adapter_redis::{RedisAddress, RedisAddressError};
use specd_app::ports::limits::Quota;

/// `1000/s`, `60/min`, `5000/hour`, or `none`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit(pub(crate) Option<Quota>);

/// A text that is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LimitError {
    /// It looks like none.
    #[error(
        "write a number of requests and a window, such as `1000/s`, `60/min` or `5000/hour`, or `none`"
    )]
    Unreadable,
    /// Nobody would ever be served.
    #[error("a limit must be at least 1; write `none` for no limit")]
    Zero,
    /// Too large.
    #[error("a limit must be at most {}; write `none` for no limit", u32::MAX)]
    TooLarge,
}

impl FromStr for Limit {
    type Err = LimitError;

    fn from_str(text: &str) -> Result<Self, LimitError> {
        if text == "none" {
            return Ok(Self(None));
        }
        let (digits, window) = text.split_once('/').ok_or(LimitError::Unreadable)?;
        let window_seconds = match window {
            "s" => 1,
            "min" => 60,
            "hour" => 3600,
            _ => return Err(LimitError::Unreadable),
        };
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(LimitError::Unreadable);
        }
        let requests = digits.parse().map_err(|_| LimitError::TooLarge)?;
        if requests == 0 {
            return Err(LimitError::Zero);
        }
        Ok(Self(Some(Quota {
            requests,
            window_seconds,
            burst: None,
        })))
    }
}

/// Where the requests of callers are counted.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum CountedIn {
    /// In this process, by each server for itself.
    Memory,
    /// In a Redis, by all servers together.
    Redis(Box<RedisAddress>),
}

/// A text that names no place to count in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CountedInError {
    /// Neither of the two.
    #[error("write `memory`, or `redis://HOST[:PORT][/DB]`")]
    Unknown,
    /// A Redis, and not one that can be used.
    #[error(transparent)]
    Redis(RedisAddressError),
}

impl FromStr for CountedIn {
    type Err = CountedInError;

    fn from_str(text: &str) -> Result<Self, CountedInError> {
        if text == "memory" {
            return Ok(Self::Memory);
        }
        if !text.contains("://") {
            return Err(CountedInError::Unknown);
        }
        let address = text.parse().map_err(CountedInError::Redis)?;
        Ok(Self::Redis(Box::new(address)))
    }
}

/// Names the place without a password.
impl fmt::Debug for CountedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("memory"),
            Self::Redis(address) => fmt::Display::fmt(address, f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read() {
        let check = |text: &str, expected: Option<(u32, u32)>| {
            let Limit(quota) = text.parse().unwrap();
            let read = quota.map(|quota| (quota.requests, quota.window_seconds));
            assert_eq!(read, expected, "{text}");
        };
        check("1000/s", Some((1000, 1)));
        check("60/min", Some((60, 60)));
        check("1/hour", Some((1, 3600)));
        check("none", None);
    }

    #[test]
    fn what_is_no_limit_is_told() {
        let check = |text: &str, expected| {
            assert_eq!(text.parse::<Limit>(), Err(expected), "{text}");
        };
        for text in [
            "", "10", "10/", "/s", "10/day", "+10/s", "-1/s", "1.5/s", "10 /s", "None",
        ] {
            check(text, LimitError::Unreadable);
        }
        check("0/min", LimitError::Zero);
        check("4294967296/s", LimitError::TooLarge);
    }

    #[test]
    fn places_to_count_in_are_read_and_shown_without_secrets() {
        let shown = |text: &str| match text.parse::<CountedIn>() {
            Ok(place) => format!("{place:?}"),
            Err(error) => error.to_string(),
        };
        assert_eq!(shown("memory"), "memory");
        assert_eq!(shown("redis://u:s3cret@h/2"), "redis://h:6379/2");
        assert!(shown("h:6379").contains("write `memory`"));
        assert!(shown("rediss://h").contains("TLS"));
    }
}
