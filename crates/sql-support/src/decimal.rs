//! Decimals as `SQLite` keeps them: plain digits as text, compared exactly.

use std::cmp::Ordering;

use bigdecimal::BigDecimal;

/// The digits of a decimal without an exponent, such as `-12.50`; the scale is kept.
pub fn to_text(number: &BigDecimal) -> String {
    let number = if number.fractional_digit_count() < 0 {
        number.with_scale(0)
    } else {
        number.clone()
    };
    number.to_plain_string()
}

/// Compares two decimals in that form by their value. Any other text stands behind every decimal, in the order of its
/// bytes, so that the order is total whatever was written by hand.
pub fn compare(left: &str, right: &str) -> Ordering {
    match (Digits::of(left), Digits::of(right)) {
        (Some(left), Some(right)) => left.compare(&right),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => left.cmp(right),
    }
}

struct Digits<'a> {
    is_negative: bool,
    /// Without leading zeros.
    whole: &'a str,
    /// Without trailing zeros.
    fraction: &'a str,
}

impl<'a> Digits<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (is_negative, magnitude) = match text.strip_prefix('-') {
            Some(magnitude) => (true, magnitude),
            None => (false, text),
        };
        let (whole, fraction) = magnitude.split_once('.').unwrap_or((magnitude, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        let is_zero = whole.is_empty() && fraction.is_empty();
        Some(Self {
            is_negative: is_negative && !is_zero,
            whole,
            fraction,
        })
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self.is_negative, other.is_negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.magnitude().cmp(&other.magnitude()),
            (true, true) => other.magnitude().cmp(&self.magnitude()),
        }
    }

    const fn magnitude(&self) -> (usize, &'a str, &'a str) {
        (self.whole.len(), self.whole, self.fraction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn decimals_compare_by_value_and_not_by_spelling() {
        assert_eq!(compare("1.50", "1.5"), Ordering::Equal);
        assert_eq!(compare("-0.0", "0"), Ordering::Equal);
        assert_eq!(compare("9", "10"), Ordering::Less);
        assert_eq!(compare("-9", "-10"), Ordering::Greater);
        assert_eq!(compare("0.1", "0.09"), Ordering::Greater);
        assert_eq!(compare("0.30000000000000000001", "0.3"), Ordering::Greater);
        assert_eq!(compare("NaN", "1"), Ordering::Greater);
    }

    proptest! {
        #[test]
        fn the_order_is_that_of_the_numbers(a in -10_000i64..10_000, s in 0i64..6, b in -10_000i64..10_000, t in 0i64..6) {
            let left = BigDecimal::new(a.into(), s);
            let right = BigDecimal::new(b.into(), t);
            prop_assert_eq!(compare(&to_text(&left), &to_text(&right)), left.cmp(&right));
        }

        #[test]
        fn no_text_makes_it_panic(left in ".*", right in ".*") {
            prop_assert_eq!(compare(&left, &right), compare(&right, &left).reverse());
        }
    }
}
