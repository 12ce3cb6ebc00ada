//! Trace ids: the one of a valid `traceparent` (W3C Trace Context), or a fresh one.

use std::fmt;

use specd_app::ports::traces::TraceParent;
use uuid::Uuid;

/// The flag of a caller who traces (W3C Trace Context, section 3.2.2.5.1).
const SAMPLED: u128 = 1;

/// 128 bits, not all zero; 32 lower-case hexadecimal digits on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TraceId(u128);

impl TraceId {
    /// A fresh one from random bits.
    pub(crate) fn from_random(bits: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bits).max(1))
    }

    /// Its digits, in a buffer.
    pub(crate) fn encode(self, digits: &mut [u8]) -> &str {
        Uuid::from_u128(self.0).simple().encode_lower(digits)
    }

    /// Its bits.
    pub(crate) const fn bits(self) -> u128 {
        self.0
    }

    /// The one of a `traceparent`, and the caller's part of it, where that is valid.
    pub(crate) fn from_traceparent(header: &str) -> Option<(Self, TraceParent)> {
        let mut parts = header.split('-');
        let version = lower_hex(parts.next()?, 2)?;
        let trace = lower_hex(parts.next()?, 32)?;
        let parent = lower_hex(parts.next()?, 16)?;
        let flags = lower_hex(parts.next()?, 2)?;
        let has_more = parts.next().is_some();
        // Version 00 has four parts; later ones may have more; ff is forbidden.
        let is_valid = version != 0xff && (version != 0 || !has_more) && trace != 0 && parent != 0;
        let parent = TraceParent {
            span: u64::try_from(parent).ok()?,
            is_sampled: flags & SAMPLED != 0,
        };
        is_valid.then_some((Self(trace), parent))
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

fn lower_hex(text: &str, digits: usize) -> Option<u128> {
    let is_hex = text.len() == digits
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if !is_hex {
        return None;
    }
    u128::from_str_radix(text, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, expected: Option<&str>) {
        let trace = TraceId::from_traceparent(header).map(|(trace, _)| trace.to_string());
        assert_eq!(trace.as_deref(), expected, "{header}");
    }

    #[test]
    fn a_valid_traceparent_is_continued() {
        let id = "4bf92f3577b34da6a3ce929d0e0e4736";
        check(&format!("00-{id}-00f067aa0ba902b7-01"), Some(id));
        check(&format!("cc-{id}-00f067aa0ba902b7-01-more"), Some(id));
    }

    #[test]
    fn whether_the_caller_traces_is_one_bit() {
        let parent = |flags: &str| {
            let header = format!("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-{flags}");
            TraceId::from_traceparent(&header).unwrap().1
        };
        assert_eq!(parent("01").span, 0x00f0_67aa_0ba9_02b7);
        let sampled = ["00", "01", "02", "03", "fe", "ff"].map(|flags| parent(flags).is_sampled);
        assert_eq!(sampled, [false, true, false, true, false, true]);
    }

    #[test]
    fn an_invalid_traceparent_is_not() {
        let id = "4bf92f3577b34da6a3ce929d0e0e4736";
        check("", None);
        check(&format!("ff-{id}-00f067aa0ba902b7-01"), None);
        check(&format!("00-{id}-00f067aa0ba902b7-01-more"), None);
        check(
            &format!("00-{}-00f067aa0ba902b7-01", id.to_uppercase()),
            None,
        );
        check(&format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)), None);
        check(&format!("00-{id}-0000000000000000-01"), None);
        check(&format!("00-{id}-+0f067aa0ba902b7-01"), None);
    }
}
