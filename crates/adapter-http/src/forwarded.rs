//! The address that a request comes from: the peer's, or what a trusted proxy says of its client (ASVS 4.1.3, 15.3.4).
//!
//! Everything that counts or names a peer asks here. `X-Forwarded-For` is read from the right: each proxy appends the
//! address that it saw itself, and only what a trusted one appended is believed.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use actix_web::http::header::{HeaderMap, HeaderName};

use crate::exchange::Exchange;
use crate::settings::AddressRange;

/// The peer of a connection that has no address, such as a Unix socket.
const NOBODY: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// What is counted together: an address of IPv4, or the /64 of one of IPv6, which is the least that a host is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Network(IpAddr);

impl Network {
    /// The network that a request comes from.
    pub(crate) fn of(exchange: &Exchange<'_>) -> Self {
        Self::around(address(exchange))
    }

    fn around(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self(address),
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                Self(IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)))
            }
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The address of the client.
pub(crate) fn address(exchange: &Exchange<'_>) -> IpAddr {
    let peer = exchange.request.peer_addr();
    let peer = peer.map_or(NOBODY, |peer| peer.ip().to_canonical());
    let proxies = &exchange.state.settings.trusted_proxies;
    client_of(peer, exchange.headers(), proxies)
}

/// The rightmost address that is no trusted proxy's; the leftmost where all of them are. Where the header cannot be read
/// so far, it is not believed at all.
fn client_of(peer: IpAddr, headers: &HeaderMap, proxies: &[AddressRange]) -> IpAddr {
    let is_trusted = |address: IpAddr| proxies.iter().any(|proxy| proxy.contains(address));
    if !is_trusted(peer) {
        return peer;
    }
    let name = HeaderName::from_static("x-forwarded-for");
    let lines: Vec<_> = headers.get_all(&name).collect();
    let mut client = peer;
    for line in lines.into_iter().rev() {
        let Ok(line) = line.to_str() else {
            return peer;
        };
        for entry in line.rsplit(',') {
            let Some(address) = entry_address(entry) else {
                return peer;
            };
            client = address;
            if !is_trusted(address) {
                return client;
            }
        }
    }
    client
}

/// An address, with a port or without.
fn entry_address(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim_matches([' ', '\t']);
    let bracketed = || entry.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || Some(entry.parse::<std::net::SocketAddr>().ok()?.ip());
    let address: IpAddr = entry.parse().ok().or_else(bracketed).or_else(with_port)?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[track_caller]
    fn check(peer: &str, lines: &[&str], expected: &str) {
        let proxies = ["10.0.0.0/8", "fd00::/8", "192.0.2.7"].map(|text| text.parse().unwrap());
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(
                HeaderName::from_static("x-forwarded-for"),
                HeaderValue::from_bytes(line.as_bytes()).unwrap(),
            );
        }
        let peer: IpAddr = peer.parse().unwrap();
        let client = client_of(peer.to_canonical(), &headers, &proxies);
        assert_eq!(client.to_string(), expected, "{peer} {lines:?}");
    }

    #[test]
    fn a_stranger_is_not_believed() {
        check("203.0.113.9", &["198.51.100.1"], "203.0.113.9");
        check("203.0.113.9", &[], "203.0.113.9");
    }

    #[test]
    fn a_trusted_proxy_is_believed_and_its_client_is_not() {
        check("10.0.0.1", &["198.51.100.1"], "198.51.100.1");
        check("10.0.0.1", &["1.1.1.1, 198.51.100.1"], "198.51.100.1");
        check(
            "10.0.0.1",
            &["1.1.1.1,198.51.100.1,10.9.9.9, 192.0.2.7"],
            "198.51.100.1",
        );
        check(
            "10.0.0.1",
            &["1.1.1.1", "198.51.100.1 ", "10.9.9.9"],
            "198.51.100.1",
        );
        check("::ffff:10.0.0.1", &["::ffff:198.51.100.1"], "198.51.100.1");
        check("fd00::1", &["[2001:db8::1]:443"], "2001:db8::1");
        check("fd00::1", &["[2001:db8::1]"], "2001:db8::1");
        check("10.0.0.1", &["198.51.100.1:8080"], "198.51.100.1");
    }

    #[test]
    fn the_leftmost_of_trusted_proxies_alone_is_the_client() {
        check("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3");
        check("10.0.0.1", &[], "10.0.0.1");
    }

    #[test]
    fn what_cannot_be_read_is_not_believed() {
        for line in [
            "",
            "unknown",
            "1.2.3.4, ",
            "1.2.3",
            "1.2.3.4 5.6.7.8",
            "é",
            "[::1",
            "1.2.3.4:x",
        ] {
            check("10.0.0.1", &[line], "10.0.0.1");
        }
        check("10.0.0.1", &["198.51.100.1, unknown"], "10.0.0.1");
        check("10.0.0.1", &["unknown, 198.51.100.1"], "198.51.100.1");
    }

    #[test]
    fn a_host_of_ipv6_cannot_multiply_itself() {
        let network = |text: &str| Network::around(text.parse().unwrap()).to_string();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(network("198.51.100.1"), "198.51.100.1");
    }
}
