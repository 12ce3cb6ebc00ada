//! Networks such as `10.0.0.0/8`, for the proxies that are trusted.

use std::net::IpAddr;
use std::str::FromStr;

/// A network such as `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressRange {
    /// Its first address.
    pub address: IpAddr,
    /// How many leading bits its addresses share.
    pub prefix: u8,
}

/// A text that is no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressRangeError {
    /// Neither an address nor a network.
    NoAddress,
    /// More bits than an address has, or no number.
    NoPrefix {
        /// How many it has.
        bits: u8,
    },
    /// Bits behind the prefix are set, so that it is not clear what is meant.
    NotTheFirst {
        /// The network's first address.
        first: IpAddr,
    },
}

impl AddressRange {
    /// Whether the network has this address. An address of IPv4 in IPv6's clothes counts as what it is.
    pub fn contains(&self, address: IpAddr) -> bool {
        let (own, other) = (self.address.to_canonical(), address.to_canonical());
        own.is_ipv4() == other.is_ipv4() && first(other, self.prefix) == first(own, self.prefix)
    }
}

impl FromStr for AddressRange {
    type Err = AddressRangeError;

    fn from_str(text: &str) -> Result<Self, AddressRangeError> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| AddressRangeError::NoAddress)?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => bits,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits
                .parse()
                .ok()
                .filter(|prefix| *prefix <= bits)
                .ok_or(AddressRangeError::NoPrefix { bits })?,
            Some(_) => return Err(AddressRangeError::NoPrefix { bits }),
        };
        let first = first(address, prefix);
        if first != address {
            return Err(AddressRangeError::NotTheFirst { first });
        }
        Ok(Self { address, prefix })
    }
}

impl std::fmt::Display for AddressRangeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoAddress => f.write_str(
                "write an address, such as `10.0.0.7`, or a network, such as `10.0.0.0/8` or `fd00::/8`",
            ),
            Self::NoPrefix { bits } => {
                write!(f, "the number behind the `/` must be 0 to {bits}")
            }
            Self::NotTheFirst { first } => {
                write!(f, "the network of this length begins at `{first}`: write that, or a longer prefix")
            }
        }
    }
}

impl std::error::Error for AddressRangeError {}

/// The address with all bits behind the prefix zero.
fn first(address: IpAddr, prefix: u8) -> IpAddr {
    let prefix = u32::from(prefix);
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX
                .checked_shl(32_u32.saturating_sub(prefix))
                .unwrap_or(0);
            IpAddr::V4((v4.to_bits() & mask).into())
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX
                .checked_shl(128_u32.saturating_sub(prefix))
                .unwrap_or(0);
            IpAddr::V6((v6.to_bits() & mask).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_have_their_addresses_and_no_others() {
        let check = |network: &str, inside: &[&str], outside: &[&str]| {
            let network: AddressRange = network.parse().unwrap();
            let contains = |address: &&&str| network.contains(address.parse().unwrap());
            assert_eq!(inside.iter().filter(contains).count(), inside.len());
            assert_eq!(outside.iter().filter(contains).count(), 0);
        };
        check(
            "10.0.0.0/8",
            &["10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"],
            &["11.0.0.0", "a00::"],
        );
        check("10.0.0.7", &["10.0.0.7"], &["10.0.0.6"]);
        check("0.0.0.0/0", &["1.2.3.4"], &["::1"]);
        check("::/0", &["::1"], &["1.2.3.4"]);
        check("fd00::/8", &["fdff::1"], &["fe00::1"]);
        check("2001:db8::1", &["2001:db8::1"], &["2001:db8::2"]);
    }

    #[test]
    fn what_is_no_network_is_told() {
        let check = |text: &str, expected: &str| {
            let error = text.parse::<AddressRange>().unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        };
        check("", "write an address");
        check("proxy.example", "write an address");
        check("10.0.0.0/33", "0 to 32");
        check("fd00::/129", "0 to 128");
        check("10.0.0.0/", "0 to 32");
        check("10.0.0.0/+8", "0 to 32");
        check("10.0.0.7/8", "begins at `10.0.0.0`");
    }
}
