//! Dates and times: RFC 3339 with an offset, ISO dates, times of a day (rulings H12 and H13).

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};

use super::ValueError;
use crate::violation::ViolationCode;

const MICROSECOND_NANOS: u32 = 1_000;

pub(super) fn parse_date(text: &str) -> Result<NaiveDate, ValueError> {
    let date = match text.as_bytes() {
        bytes if bytes.len() == 10 => read_date(bytes),
        _ => None,
    };
    let date = date.ok_or_else(|| wrong_format("must be a date such as 2025-01-31"))?;
    if is_storable(date) {
        Ok(date)
    } else {
        Err(out_of_range("must be from 0001-01-01 to 9999-12-31"))
    }
}

pub(super) fn parse_time(text: &str) -> Result<NaiveTime, ValueError> {
    read_time(text.as_bytes())
        .and_then(|(time, rest)| rest.is_empty().then_some(time))
        .ok_or_else(|| wrong_format("must be a time such as 13:45:00 or 13:45:00.5"))
}

pub(super) fn parse_timestamp(text: &str) -> Result<DateTime<Utc>, ValueError> {
    const DETAIL: &str = "must be a date and time with an offset, such as 2025-01-31T13:45:00Z";
    let (local, offset) = read_timestamp(text.as_bytes()).ok_or_else(|| wrong_format(DETAIL))?;
    local
        .checked_sub_signed(offset)
        .map(|utc| utc.and_utc())
        .filter(|utc| is_storable(utc.date_naive()))
        .ok_or_else(|| {
            out_of_range("must be from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999Z")
        })
}

/// `PostgreSQL` reads no year 0, and RFC 3339 writes no year past 9999.
fn is_storable(date: NaiveDate) -> bool {
    (1..=9999).contains(&date.year())
}

fn read_timestamp(bytes: &[u8]) -> Option<(chrono::NaiveDateTime, TimeDelta)> {
    let date = read_date(bytes.get(..10)?)?;
    let [b'T' | b't', clock @ ..] = bytes.get(10..)? else {
        return None;
    };
    let (time, zone) = read_time(clock)?;
    Some((date.and_time(time), read_offset(zone)?))
}

fn read_offset(bytes: &[u8]) -> Option<TimeDelta> {
    let (sign, hours, minutes) = match bytes {
        [b'Z' | b'z'] => return Some(TimeDelta::zero()),
        [b'+', h1, h2, b':', m1, m2] => (1, two(*h1, *h2)?, two(*m1, *m2)?),
        [b'-', h1, h2, b':', m1, m2] => (-1, two(*h1, *h2)?, two(*m1, *m2)?),
        _ => return None,
    };
    let is_offset = hours < 24 && minutes < 60;
    is_offset.then(|| TimeDelta::minutes(sign * i64::from(hours * 60 + minutes)))
}

fn read_date(bytes: &[u8]) -> Option<NaiveDate> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = bytes else {
        return None;
    };
    let year = two(*y1, *y2)? * 100 + two(*y3, *y4)?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, two(*m1, *m2)?, two(*d1, *d2)?)
}

/// Reads `HH:MM:SS[.f…]`, cut to microseconds, and gives back what follows.
fn read_time(bytes: &[u8]) -> Option<(NaiveTime, &[u8])> {
    let [h1, h2, b':', m1, m2, b':', s1, s2, rest @ ..] = bytes else {
        return None;
    };
    let (micros, rest) = match rest {
        [b'.', decimals @ ..] => read_micros(decimals)?,
        _ => (0, rest),
    };
    let time =
        NaiveTime::from_hms_micro_opt(two(*h1, *h2)?, two(*m1, *m2)?, two(*s1, *s2)?, micros)?;
    Some((time, rest))
}

fn read_micros(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let count = bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let (digits, rest) = bytes.split_at_checked(count)?;
    if digits.is_empty() {
        return None;
    }
    let padded = digits.iter().copied().chain(std::iter::repeat(b'0'));
    let micros = padded
        .take(6)
        .fold(0, |micros, digit| micros * 10 + u32::from(digit - b'0'));
    Some((micros, rest))
}

fn two(tens: u8, ones: u8) -> Option<u32> {
    let digit = |byte: u8| char::from(byte).to_digit(10);
    Some(digit(tens)? * 10 + digit(ones)?)
}

fn wrong_format(detail: &str) -> ValueError {
    ValueError::new(ViolationCode::WrongFormat, detail)
}

fn out_of_range(detail: &str) -> ValueError {
    ValueError::new(ViolationCode::OutOfRange, detail)
}

pub(super) fn write_date(out: &mut String, date: NaiveDate) {
    push_digits::<4>(out, date.year().unsigned_abs());
    out.push('-');
    push_digits::<2>(out, date.month());
    out.push('-');
    push_digits::<2>(out, date.day());
}

/// `13:45:00`, with a fraction only where it is not zero, without trailing zeros.
pub(super) fn write_time(out: &mut String, time: NaiveTime) {
    push_digits::<2>(out, time.hour());
    out.push(':');
    push_digits::<2>(out, time.minute());
    out.push(':');
    push_digits::<2>(out, time.second());
    let micros = time.nanosecond() % 1_000_000_000 / MICROSECOND_NANOS;
    if micros == 0 {
        return;
    }
    out.push('.');
    push_digits::<6>(out, micros);
    while out.ends_with('0') {
        out.pop();
    }
}

pub(super) fn write_timestamp(out: &mut String, time: DateTime<Utc>) {
    write_date(out, time.date_naive());
    out.push('T');
    write_time(out, time.time());
    out.push('Z');
}

/// Appends the last digits of a number, as many as are wanted, with zeros before it. Dates and times stand in every
/// answer, and `write!` takes several times as long.
fn push_digits<const WIDTH: usize>(out: &mut String, mut number: u32) {
    let mut digits = [b'0'; WIDTH];
    for digit in digits.iter_mut().rev() {
        *digit += u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
    out.push_str(std::str::from_utf8(&digits).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let mut out = String::new();
        if let Ok(time) = parse_timestamp(text) {
            write_timestamp(&mut out, time);
        }
        assert_eq!(
            (!out.is_empty()).then_some(out.as_str()),
            expected,
            "{text}"
        );
    }

    #[test]
    fn a_timestamp_needs_an_offset_and_is_answered_in_utc() {
        check("2025-01-31T13:45:00Z", Some("2025-01-31T13:45:00Z"));
        check("2025-01-31t13:45:00z", Some("2025-01-31T13:45:00Z"));
        check("2025-01-31T13:45:00+02:30", Some("2025-01-31T11:15:00Z"));
        check("2025-01-01T00:00:00+00:01", Some("2024-12-31T23:59:00Z"));
        check("2025-01-31T13:45:00-00:00", Some("2025-01-31T13:45:00Z"));
        check("2025-01-31T13:45:00.120Z", Some("2025-01-31T13:45:00.12Z"));
        check(
            "2025-01-31T13:45:00.1234569Z",
            Some("2025-01-31T13:45:00.123456Z"),
        );
        check("2024-02-29T00:00:00Z", Some("2024-02-29T00:00:00Z"));
        for refused in [
            "2025-01-31T13:45:00",
            "2025-01-31",
            "2025-01-31T13:45Z",
            "2025-01-31 13:45:00Z",
            "2025-01-31T13:45:60Z",
            "2025-01-31T24:00:00Z",
            "2025-02-29T00:00:00Z",
            "2025-01-31T13:45:00.Z",
            "2025-01-31T13:45:00+2:30",
            "2025-01-31T13:45:00+24:00",
            "2025-01-31T13:45:00+0230",
            "2025-1-31T13:45:00Z",
            "+2025-01-31T13:45:00Z",
            "2025-01-31T13:45:00Z ",
            "２０25-01-31T13:45:00Z",
            "",
        ] {
            check(refused, None);
        }
    }

    #[test]
    fn years_are_those_that_both_sides_of_the_wire_can_write() {
        check("0001-01-01T00:00:00Z", Some("0001-01-01T00:00:00Z"));
        check(
            "9999-12-31T23:59:59.999999Z",
            Some("9999-12-31T23:59:59.999999Z"),
        );
        let code = |text| parse_timestamp(text).unwrap_err().code;
        assert_eq!(code("0000-12-31T00:00:00Z"), ViolationCode::OutOfRange);
        assert_eq!(code("9999-12-31T23:59:59-00:01"), ViolationCode::OutOfRange);
        assert_eq!(code("0001-01-01T00:00:00+00:01"), ViolationCode::OutOfRange);
        assert_eq!(
            parse_date("0000-01-01").unwrap_err().code,
            ViolationCode::OutOfRange
        );
        assert_eq!(
            parse_date("2025-13-01").unwrap_err().code,
            ViolationCode::WrongFormat
        );
    }

    #[test]
    fn a_time_has_seconds_and_no_zone() {
        let shown = |text| {
            let mut out = String::new();
            write_time(&mut out, parse_time(text).unwrap());
            out
        };
        assert_eq!(shown("13:45:00.500"), "13:45:00.5");
        assert_eq!(shown("00:00:00.0000009"), "00:00:00");
        assert_eq!(shown("00:00:00.000001"), "00:00:00.000001");
        for refused in [
            "13:45",
            "24:00:00",
            "13:45:60",
            "13:45:00Z",
            "1:45:00",
            "13:45:00.",
        ] {
            assert!(parse_time(refused).is_err(), "{refused}");
        }
    }
}
