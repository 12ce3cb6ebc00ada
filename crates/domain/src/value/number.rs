//! Numbers as they are written: exact, whatever the length, and never expanded before their size is known.

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::BigInt;

use super::ValueError;
use crate::column_type::NumericShape;
use crate::violation::ViolationCode;

/// The most digits that a bare `NUMERIC`, or a number in a `JSONB`, has before the point (`PostgreSQL`).
const MAX_INTEGER_DIGITS: i64 = 131_072;
/// The most digits it has after the point.
const MAX_DECIMALS: i64 = 16_383;
/// An exponent past this is as good as any larger one; sums of it and a length stay far from the end of `i64`.
const EXPONENT_BOUND: i64 = 1 << 40;

/// A number in the grammar of JSON (RFC 8259, section 6), taken apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DecimalText<'a> {
    text: &'a str,
    negative: bool,
    integer: &'a str,
    fraction: &'a str,
    exponent: i64,
}

impl<'a> DecimalText<'a> {
    /// Takes a text apart; `None` where it is no JSON number.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (integer, fraction) = match mantissa.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (mantissa, ""),
        };
        let starts_well = integer == "0" || !(integer.is_empty() || integer.starts_with('0'));
        let is_number = starts_well && are_digits(integer) && are_digits(fraction);
        is_number.then_some(Self {
            text,
            negative: unsigned.len() < text.len(),
            integer,
            fraction,
            exponent,
        })
    }

    /// The value as a 64-bit integer.
    pub(crate) fn to_integer(self) -> Result<i64, NotAnInteger> {
        if self.exponent == 0 && self.fraction.is_empty() {
            return self.text.parse().map_err(|_| NotAnInteger::TooLarge);
        }
        if self.needed_decimals() > 0 {
            return Err(NotAnInteger::NotWhole);
        }
        if self.integer_digits() > 19 {
            return Err(NotAnInteger::TooLarge);
        }
        let (mut digits, zeros) = self.digits_at(0);
        digits.extend(std::iter::repeat_n(
            '0',
            usize::try_from(zeros).unwrap_or(0),
        ));
        digits.parse().map_err(|_| NotAnInteger::TooLarge)
    }

    /// The value of a `NUMERIC`, at the column's scale, or at the scale it is written with.
    pub(crate) fn to_decimal(self, shape: Option<NumericShape>) -> Result<BigDecimal, ValueError> {
        let scale = self.scale(shape)?;
        let (digits, zeros) = self.digits_at(scale);
        let unscaled = match digits.parse::<i64>() {
            Ok(small) => BigInt::from(small),
            Err(_) => digits.parse().unwrap_or_default(),
        };
        Ok(BigDecimal::new(
            unscaled * BigInt::from(10).pow(zeros),
            scale,
        ))
    }

    /// Whether a `NUMERIC` can hold it; a bare one holds what a `JSONB` does.
    pub(crate) fn check(self, shape: Option<NumericShape>) -> Result<(), ValueError> {
        self.scale(shape).map(|_| ())
    }

    /// How many characters the plain notation is longer than the text, at `scale` decimals or at those written.
    pub(crate) fn growth(self, shape: Option<NumericShape>) -> usize {
        let scale = shape.map_or_else(|| self.written_scale(), |shape| i64::from(shape.scale));
        let written = i64::try_from(self.text.len()).unwrap_or(i64::MAX);
        let plain = self.integer_digits().saturating_add(scale);
        usize::try_from(plain.saturating_sub(written)).unwrap_or(0)
    }

    fn scale(self, shape: Option<NumericShape>) -> Result<i64, ValueError> {
        match shape {
            Some(shape) => self.fitting_scale(shape),
            None => self.unbounded_scale(),
        }
    }

    fn fitting_scale(self, shape: NumericShape) -> Result<i64, ValueError> {
        let scale = i64::from(shape.scale);
        if self.needed_decimals() > scale {
            return Err(too_many_decimals(scale));
        }
        let most = i64::from(shape.precision) - scale;
        if self.integer_digits() > most {
            return Err(too_many_digits(most));
        }
        Ok(scale)
    }

    fn unbounded_scale(self) -> Result<i64, ValueError> {
        let scale = self.written_scale();
        if scale > MAX_DECIMALS {
            return Err(too_many_decimals(MAX_DECIMALS));
        }
        if self.integer_digits() > MAX_INTEGER_DIGITS {
            return Err(too_many_digits(MAX_INTEGER_DIGITS));
        }
        Ok(scale)
    }

    /// Where the point stands in `integer` and `fraction` written behind each other.
    fn point(self) -> i64 {
        length(self.integer) + self.exponent
    }

    fn leading_zeros(self) -> i64 {
        match count_while_zero(self.integer.bytes()) {
            zeros if zeros == length(self.integer) => {
                zeros + count_while_zero(self.fraction.bytes())
            }
            zeros => zeros,
        }
    }

    pub(super) fn is_zero(self) -> bool {
        self.leading_zeros() == length(self.integer) + length(self.fraction)
    }

    /// The digits before the point in plain notation; none where they are all zero.
    fn integer_digits(self) -> i64 {
        if self.is_zero() {
            return 0;
        }
        (self.point() - self.leading_zeros()).max(0)
    }

    /// The digits behind the point in plain notation, as written: `1.50` has two, `1.50e1` one, `15e0` none.
    fn written_scale(self) -> i64 {
        (length(self.fraction) - self.exponent).max(0)
    }

    /// The digits behind the point that the value cannot do without: `1.50` needs one.
    fn needed_decimals(self) -> i64 {
        if self.is_zero() {
            return 0;
        }
        let trailing = match count_while_zero(self.fraction.bytes().rev()) {
            zeros if zeros == length(self.fraction) => {
                zeros + count_while_zero(self.integer.bytes().rev())
            }
            zeros => zeros,
        };
        let digits = length(self.integer) + length(self.fraction);
        (digits - trailing - self.point()).max(0)
    }

    /// The value times ten to the power of `scale`, cut to a whole number: its digits, and how many zeros follow them.
    /// The caller has bounded both.
    fn digits_at(self, scale: i64) -> (String, u32) {
        if self.is_zero() {
            return ("0".to_owned(), 0);
        }
        let skipped = self.leading_zeros();
        let wanted = (self.point() + scale - skipped).max(0);
        let written = length(self.integer) + length(self.fraction) - skipped;
        let taken = usize::try_from(wanted.min(written)).unwrap_or(0);
        let digits = self.integer.chars().chain(self.fraction.chars());
        let mut out = String::with_capacity(taken + 1);
        out.push_str(if self.negative { "-" } else { "" });
        out.extend(
            digits
                .skip(usize::try_from(skipped).unwrap_or(0))
                .take(taken),
        );
        (
            out,
            u32::try_from(wanted - wanted.min(written)).unwrap_or(0),
        )
    }
}

/// Why a number is no 64-bit integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotAnInteger {
    NotWhole,
    TooLarge,
}

fn too_many_decimals(most: i64) -> ValueError {
    let detail = match most {
        0 => "must have no decimals".to_owned(),
        1 => "must have at most 1 decimal".to_owned(),
        _ => format!("must have at most {most} decimals"),
    };
    ValueError::new(ViolationCode::TooManyDecimals, detail)
}

fn too_many_digits(most: i64) -> ValueError {
    let detail = match most {
        0 => "must be greater than -1 and less than 1".to_owned(),
        1 => "must have at most 1 digit before the decimal point".to_owned(),
        _ => format!("must have at most {most} digits before the decimal point"),
    };
    ValueError::new(ViolationCode::OutOfRange, detail)
}

fn read_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !are_digits(digits) {
        return None;
    }
    let size = digits
        .parse::<i64>()
        .unwrap_or(EXPONENT_BOUND)
        .min(EXPONENT_BOUND);
    Some(if text.starts_with('-') { -size } else { size })
}

fn are_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn length(text: &str) -> i64 {
    i64::try_from(text.len()).unwrap_or(i64::MAX >> 2)
}

fn count_while_zero(digits: impl Iterator<Item = u8>) -> i64 {
    let zeros = digits.take_while(|&digit| digit == b'0').count();
    i64::try_from(zeros).unwrap_or(i64::MAX >> 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, shape: Option<(u16, u16)>, expected: Result<&str, &str>) {
        let shape = shape.map(|(precision, scale)| NumericShape { precision, scale });
        let number = DecimalText::parse(text).unwrap();
        let actual = number
            .to_decimal(shape)
            .map(|value| value.to_plain_string());
        let actual = actual.map_err(|error| error.detail);
        assert_eq!(actual.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn a_bare_numeric_keeps_the_scale_it_is_written_with() {
        check("12.50", None, Ok("12.50"));
        check("0.00", None, Ok("0.00"));
        check("-0.0", None, Ok("0.0"));
        check("1.50e1", None, Ok("15.0"));
        check("1e5", None, Ok("100000"));
        check("12e-3", None, Ok("0.012"));
        check("0e999999999999999999999", None, Ok("0"));
        check(
            "98765432109876543210987654321.5",
            None,
            Ok("98765432109876543210987654321.5"),
        );
    }

    #[test]
    fn a_numeric_with_a_scale_takes_its_scale_and_no_digit_more() {
        check("12.5", Some((10, 2)), Ok("12.50"));
        check("12.5000", Some((10, 2)), Ok("12.50"));
        check("-99999999.99", Some((10, 2)), Ok("-99999999.99"));
        check("1e7", Some((10, 2)), Ok("10000000.00"));
        check("12.505", Some((10, 2)), Err("must have at most 2 decimals"));
        check("1.5", Some((3, 0)), Err("must have no decimals"));
        check(
            "100000000",
            Some((10, 2)),
            Err("must have at most 8 digits before the decimal point"),
        );
        check(
            "1",
            Some((2, 2)),
            Err("must be greater than -1 and less than 1"),
        );
        check("0.99", Some((2, 2)), Ok("0.99"));
        check("0e-20000", Some((2, 2)), Ok("0.00"));
    }

    #[test]
    fn a_number_that_postgresql_cannot_hold_is_refused_before_it_is_expanded() {
        let decimals = Err("must have at most 16383 decimals");
        let digits = Err("must have at most 131072 digits before the decimal point");
        check("1e999999999", None, digits);
        check("1e99999999999999999999999", None, digits);
        check("1e-99999999999999999999999", None, decimals);
        check("1e131072", None, digits);
        check("1e-16384", None, decimals);
        let largest = DecimalText::parse("1e131071").unwrap();
        assert_eq!(largest.to_decimal(None).unwrap().digits(), 131_072);
    }

    #[test]
    fn an_integer_may_be_written_in_any_way_that_is_whole() {
        let read = |text| DecimalText::parse(text).unwrap().to_integer();
        assert_eq!(read("123.0"), Ok(123));
        assert_eq!(read("1e2"), Ok(100));
        assert_eq!(read("1.25e2"), Ok(125));
        assert_eq!(read("-0"), Ok(0));
        assert_eq!(read("0e9999999999"), Ok(0));
        assert_eq!(read("-9223372036854775808"), Ok(i64::MIN));
        assert_eq!(read("9223372036854775807.0"), Ok(i64::MAX));
        assert_eq!(read("9223372036854775808"), Err(NotAnInteger::TooLarge));
        assert_eq!(read("1e400000000000000000000"), Err(NotAnInteger::TooLarge));
        assert_eq!(read("1e-4"), Err(NotAnInteger::NotWhole));
        assert_eq!(read("1.5"), Err(NotAnInteger::NotWhole));
        assert_eq!(read("10e-1"), Ok(1));
    }

    #[test]
    fn only_the_grammar_of_json_is_a_number() {
        for text in [
            "", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x1", "NaN", "1_0", "1e1.5", " 1", "1 ",
            "--1", "१",
        ] {
            assert!(DecimalText::parse(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn growth_counts_what_plain_notation_adds() {
        let growth = |text| DecimalText::parse(text).unwrap().growth(None);
        assert_eq!(growth("1e100"), 96);
        assert_eq!(growth("12.5"), 0);
    }
}
