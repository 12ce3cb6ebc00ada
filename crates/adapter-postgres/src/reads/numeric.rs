//! Decimals of the wire: groups of four digits, written one after the other.

use diesel::deserialize;

const NEGATIVE: u16 = 0x4000;
const POSITIVE: u16 = 0;
/// The digits of a group.
const WIDTH: u32 = 4;

/// Appends every digit in plain notation, with as many behind the point as the scale says.
///
/// # Errors
/// The bytes are no number: `NaN` and the infinities are none.
pub(super) fn push_numeric(out: &mut String, bytes: &[u8]) -> deserialize::Result<()> {
    let number = Numeric::read(bytes).ok_or("a numeric value cannot be read")?;
    if number.is_negative {
        out.push('-');
    }
    let mut has_begun = false;
    for place in (0..=number.weight).rev() {
        let group = number.group(place);
        if has_begun {
            push_digits(out, group, WIDTH);
        } else if group > 0 {
            push_digits(out, group, group.ilog10() + 1);
            has_begun = true;
        }
    }
    if !has_begun {
        out.push('0');
    }
    push_fraction(out, &number);
    Ok(())
}

fn push_fraction(out: &mut String, number: &Numeric<'_>) {
    if number.scale > 0 {
        out.push('.');
    }
    let mut left = number.scale;
    let mut place = -1;
    while left > 0 {
        let group = number.group(place);
        let width = left.min(WIDTH);
        push_digits(out, group / 10_u32.pow(WIDTH - width), width);
        left -= width;
        place -= 1;
    }
}

struct Numeric<'a> {
    groups: &'a [[u8; 2]],
    /// The place of the first group: 0 stands right before the point.
    weight: i32,
    is_negative: bool,
    scale: u32,
}

impl<'a> Numeric<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (head, rest) = bytes.split_first_chunk::<8>()?;
        let [c1, c2, w1, w2, s1, s2, d1, d2] = *head;
        let sign = u16::from_be_bytes([s1, s2]);
        let (groups, odd) = rest.as_chunks::<2>();
        let is_whole = odd.is_empty() && groups.len() == usize::from(u16::from_be_bytes([c1, c2]));
        let is_number = sign == POSITIVE || sign == NEGATIVE;
        (is_whole && is_number).then(|| Self {
            groups,
            weight: i16::from_be_bytes([w1, w2]).into(),
            is_negative: sign == NEGATIVE,
            scale: u16::from_be_bytes([d1, d2]).into(),
        })
    }

    /// Four digits; the server leaves out those that are zero at both ends.
    fn group(&self, place: i32) -> u32 {
        let at = usize::try_from(self.weight - place).ok();
        let group = at.and_then(|at| self.groups.get(at));
        group.map_or(0, |bytes| u16::from_be_bytes(*bytes).into())
    }
}

fn push_digits(out: &mut String, number: u32, width: u32) {
    for place in (0..width).rev() {
        let digit = number / 10_u32.pow(place) % 10;
        out.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
}

#[cfg(test)]
mod tests {
    use bigdecimal::BigDecimal;
    use proptest::prelude::*;
    use specd_domain::value::Value;

    use super::*;

    /// What the server sends for a number of this text: groups of four digits on both sides of the point, without those
    /// that are zero at the ends.
    fn sent(text: &str) -> Vec<u8> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (NEGATIVE, digits),
            None => (POSITIVE, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let before = format!("{}{whole}", "0".repeat((4 - whole.len() % 4) % 4));
        let behind = format!("{fraction}{}", "0".repeat((4 - fraction.len() % 4) % 4));
        let all: Vec<u16> = (before.clone() + &behind)
            .as_bytes()
            .chunks(4)
            .map(|group| std::str::from_utf8(group).unwrap().parse().unwrap())
            .collect();
        let skipped = all.iter().take_while(|group| **group == 0).count();
        let mut groups = all[skipped..].to_vec();
        while groups.last() == Some(&0) {
            groups.pop();
        }
        let place = |count: usize| i16::try_from(count).unwrap();
        let weight = if groups.is_empty() {
            0
        } else {
            place(before.len() / 4) - 1 - place(skipped)
        };
        let mut bytes = Vec::new();
        bytes.extend(u16::try_from(groups.len()).unwrap().to_be_bytes());
        bytes.extend(weight.to_be_bytes());
        bytes.extend(sign.to_be_bytes());
        bytes.extend(u16::try_from(fraction.len()).unwrap().to_be_bytes());
        bytes.extend(groups.iter().flat_map(|group| group.to_be_bytes()));
        bytes
    }

    fn shown(bytes: &[u8]) -> Option<String> {
        let mut out = String::new();
        push_numeric(&mut out, bytes).ok().map(|()| out)
    }

    proptest! {
        #[test]
        fn a_number_is_written_as_its_value_is(text in "-?(0|[1-9][0-9]{0,20})(\\.0{0,9}[0-9]{1,20})?") {
            let number: BigDecimal = text.parse().unwrap();
            // Zero has no sign.
            let text = if number.sign() == bigdecimal::num_bigint::Sign::NoSign { text.trim_start_matches('-') } else { &text };
            let mut expected = String::new();
            Value::Decimal(number).write_json(&mut expected);
            prop_assert_eq!(shown(&sent(text)), Some(expected));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in any::<Vec<u8>>()) {
            let _ = shown(&bytes);
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for sign in [0xc000_u16, 0xd000, 0xf000] {
            let mut bytes = sent("0");
            bytes[4..6].copy_from_slice(&sign.to_be_bytes());
            assert_eq!(shown(&bytes), None);
        }
        for length in 0..10 {
            assert_eq!(shown(&sent("12.50")[..length]), None);
        }
    }
}
