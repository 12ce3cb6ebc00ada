//! Issuers of tokens: which addresses may vouch for callers. It does not say whose tokens are good: an adapter does.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Whether what is fetched from `address` is what its owner sent: `https`, or `http` on this machine alone.
///
/// ```
/// use specd_domain::access::issuer::is_secure;
///
/// assert!(is_secure("https://login.example.org/tenant"));
/// assert!(is_secure("http://127.0.0.1:8080"));
/// assert!(!is_secure("http://login.example.org"));
/// assert!(!is_secure("https://user:password@login.example.org"));
/// ```
pub fn is_secure(address: &str) -> bool {
    let is_visible = address.bytes().all(|byte| byte.is_ascii_graphic());
    let (host, is_https) = match (
        address.strip_prefix("https://").map(host),
        address.strip_prefix("http://").map(host),
    ) {
        (Some(host), _) => (host, true),
        (None, Some(host)) => (host, false),
        (None, None) => (None, false),
    };
    is_visible && host.is_some_and(|host| is_https || is_loopback(host))
}

/// Whether `issuer` can name an issuer: a secure address without a query or a fragment (RFC 8414, 2).
///
/// ```
/// use specd_domain::access::issuer::is_issuer;
///
/// assert!(is_issuer("https://login.example.org/tenant"));
/// assert!(!is_issuer("https://login.example.org/?tenant=1"));
/// ```
pub fn is_issuer(issuer: &str) -> bool {
    is_secure(issuer) && !issuer.contains(['?', '#'])
}

/// The host of what stands behind `://`; `None` where there is none, or a user stands before it.
fn host(rest: &str) -> Option<&str> {
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    if authority.contains('@') {
        return None;
    }
    let (host, port) = match authority.strip_prefix('[') {
        Some(address) => address.split_once(']')?,
        None => match authority.split_once(':') {
            Some((host, port)) => (host, port),
            None => (authority, ""),
        },
    };
    let port = port.strip_prefix(':').unwrap_or(port);
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
    (is_port && !host.is_empty()).then_some(host)
}

/// `localhost`, `127.0.0.0/8`, `[::1]`.
fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse().is_ok_and(|ip: Ipv4Addr| ip.is_loopback())
        || host.parse().is_ok_and(|ip: Ipv6Addr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_is_secure_and_http_on_this_machine_alone() {
        for address in [
            "https://a.example",
            "https://a.example:8443/tenant/",
            "https://[2001:db8::1]/x",
            "http://localhost:9000",
            "http://LocalHost/x",
            "http://127.0.0.1",
            "http://127.9.9.9:1",
            "http://[::1]:8080/realms/a",
        ] {
            assert!(is_issuer(address), "{address}");
        }
        for address in [
            "",
            "https://",
            "https:///x",
            "http://",
            "http://a.example",
            "http://10.0.0.1",
            "http://127.0.0.1.example",
            "http://localhost.example",
            "http://localhost@a.example",
            "http://localhost:80@a.example",
            "http://a.example#@localhost",
            "http://a.example/\\localhost",
            "http://localhost:x",
            "http://2130706433",
            "https://user@a.example",
            "https://a.example/ b",
            "https://a.example/\n",
            "https://é.example",
            "HTTPS://a.example",
            "ftp://localhost",
            "file:///etc/passwd",
            "a.example",
        ] {
            assert!(!is_issuer(address), "{address}");
        }
    }

    #[test]
    fn an_issuer_has_neither_query_nor_fragment() {
        for address in ["https://a.example/?t=1", "https://a.example#x"] {
            assert!(is_secure(address) && !is_issuer(address), "{address}");
        }
    }
}
