//! Dates and times in the constants of a document: the ISO forms that `PostgreSQL` reads, in UTC.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};

/// `2025-01-31`; a time behind it is dropped.
pub(super) fn date(text: &str) -> Option<NaiveDate> {
    let (date, time) = split(text);
    if !time.is_empty() {
        clock(time)?;
    }
    calendar(date)
}

/// `12:30`, `12:30:00`, `12:30:00.5`.
pub(super) fn time_of_day(text: &str) -> Option<NaiveTime> {
    let (time, carried, zone) = clock(text)?;
    (carried == 0 && matches!(zone, Zone::Unsaid)).then_some(time)
}

/// `2025-01-31`, `2025-01-31 12:30[:00[.5]][zone]`. A zone counts only where `zoned`, as in `TIMESTAMPTZ`.
pub(super) fn timestamp(text: &str, zoned: bool) -> Option<DateTime<Utc>> {
    let (date, time) = split(text);
    let day = calendar(date)?;
    if time.is_empty() {
        return Some(day.and_time(NaiveTime::MIN).and_utc());
    }
    let (time, carried, zone) = clock(time)?;
    let local = day
        .and_time(time)
        .and_utc()
        .checked_add_signed(Duration::days(carried))?;
    let offset = match zone {
        Zone::East(seconds) if zoned => seconds,
        _ => 0,
    };
    local.checked_sub_signed(Duration::seconds(offset))
}

fn split(text: &str) -> (&str, &str) {
    match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, time.trim_start()),
        None => (text, ""),
    }
}

fn calendar(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split('-');
    let year = parts.next().filter(|part| part.len() == 4)?;
    let year = number(year, 4)?;
    let month = number(parts.next()?, 2)?;
    let day = number(parts.next()?, 2)?;
    if parts.next().is_some() || year == 0 {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// A zone as it was written.
enum Zone {
    Unsaid,
    /// Seconds east of UTC.
    East(i64),
}

/// The time, the days carried by rounding, and the zone.
fn clock(text: &str) -> Option<(NaiveTime, i64, Zone)> {
    let zone_start = text
        .find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.'))
        .unwrap_or(text.len());
    let (digits, zone) = text.split_at_checked(zone_start)?;
    let mut parts = digits.split(':');
    let hour = number(parts.next()?, 2)?;
    let minute = number(parts.next()?, 2)?;
    let (second, micros) = match parts.next() {
        Some(seconds) => fractional(seconds)?,
        None => (0, 0),
    };
    if parts.next().is_some() {
        return None;
    }
    let time = NaiveTime::from_hms_opt(hour, minute, second)?;
    let (time, carried) = time.overflowing_add_signed(Duration::microseconds(micros));
    Some((time, carried / 86_400, offset(zone.trim())?))
}

/// Whole seconds, and the fraction rounded to microseconds.
fn fractional(text: &str) -> Option<(u32, i64)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = fraction.bytes().all(|b| b.is_ascii_digit());
    if !is_digits {
        return None;
    }
    let mut digits = fraction.bytes().map(|b| i64::from(b - b'0'));
    let micros = (0..6).fold(0, |sum, _| sum * 10 + digits.next().unwrap_or(0));
    let rounded = micros + i64::from(digits.next().unwrap_or(0) >= 5);
    Some((number(whole, 2)?, rounded))
}

/// Nothing, `Z`, `UTC`, `+02`, `-0330`, `+02:00`.
fn offset(text: &str) -> Option<Zone> {
    if text.is_empty() {
        return Some(Zone::Unsaid);
    }
    if text.eq_ignore_ascii_case("z") || text.eq_ignore_ascii_case("utc") {
        return Some(Zone::East(0));
    }
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let digits: String = text.chars().skip(1).filter(|&c| c != ':').collect();
    let (hours, minutes) = match digits.len() {
        1 | 2 => (number(&digits, 2)?, 0),
        4 => (number(digits.get(..2)?, 2)?, number(digits.get(2..)?, 2)?),
        _ => return None,
    };
    let is_offset = hours <= 15 && minutes < 60;
    is_offset.then(|| Zone::East(sign * i64::from(hours * 3600 + minutes * 60)))
}

fn number(text: &str, max_digits: usize) -> Option<u32> {
    let is_number =
        !text.is_empty() && text.len() <= max_digits && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}
