//! The time of a line: `2026-11-23T18:52:23.045266Z`. What changes once a second is worked out once a second.

use std::time::{SystemTime, UNIX_EPOCH};

/// `2026-11-23T18:52:23.`, and behind it six digits and `Z`.
const WHOLE_LENGTH: usize = 20;

/// The time as it was last written.
#[derive(Debug, Default)]
pub(super) struct Stamp {
    second: u64,
    text: String,
}

impl Stamp {
    /// The time now.
    pub(super) fn now(&mut self) -> &str {
        #[expect(
            clippy::disallowed_methods,
            reason = "a log line has the time of the system, whatever the core is told"
        )]
        let now = SystemTime::now();
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        self.at(since.as_secs(), since.subsec_micros())
    }

    fn at(&mut self, second: u64, micros: u32) -> &str {
        if self.text.is_empty() || self.second != second {
            self.second = second;
            self.text = whole(second);
        }
        self.text.truncate(WHOLE_LENGTH);
        push_digits(&mut self.text, u64::from(micros), 6);
        self.text.push('Z');
        &self.text
    }
}

/// The second since 1970, up to the point behind it.
fn whole(second: u64) -> String {
    let (year, month, day) = date(second / 86_400);
    let second = second % 86_400;
    let mut text = String::with_capacity(WHOLE_LENGTH + 7);
    let parts = [
        (year, 4, '-'),
        (month, 2, '-'),
        (day, 2, 'T'),
        (second / 3_600, 2, ':'),
        (second / 60 % 60, 2, ':'),
        (second % 60, 2, '.'),
    ];
    for (number, digits, end) in parts {
        push_digits(&mut text, number, digits);
        text.push(end);
    }
    text
}

/// Year, month and day of the Gregorian calendar, so many days after 1970-01-01. Years are counted from March, so that the
/// day that not every year has is the last.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, years) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    (era * 400 + year + years, month, day)
}

fn push_digits(text: &mut String, number: u64, digits: u32) {
    for digit in (0..digits).rev() {
        let digit = number / 10_u64.pow(digit) % 10;
        text.push(char::from(b'0' + u8::try_from(digit).unwrap_or_default()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(second: u64, micros: u32, expected: &str) {
        assert_eq!(Stamp::default().at(second, micros), expected);
    }

    #[test]
    fn a_time_is_written_as_rfc_3339_says() {
        check(0, 0, "1970-01-01T00:00:00.000000Z");
        check(951_782_399, 7, "2000-02-28T23:59:59.000007Z");
        check(951_782_400, 0, "2000-02-29T00:00:00.000000Z");
        check(951_868_800, 0, "2000-03-01T00:00:00.000000Z");
        check(1_795_459_943, 45_266, "2026-11-23T18:52:23.045266Z");
        check(4_107_542_399, 999_999, "2100-02-28T23:59:59.999999Z");
        check(4_107_542_400, 0, "2100-03-01T00:00:00.000000Z");
    }

    #[test]
    fn a_stamp_follows_the_clock() {
        let mut stamp = Stamp::default();
        assert_eq!(stamp.at(59, 1), "1970-01-01T00:00:59.000001Z");
        assert_eq!(stamp.at(59, 2), "1970-01-01T00:00:59.000002Z");
        assert_eq!(stamp.at(60, 0), "1970-01-01T00:01:00.000000Z");
        assert_eq!(stamp.at(59, 3), "1970-01-01T00:00:59.000003Z");
    }
}
