//! How the edge of a bucket is spelled. Prometheus keeps the label `le` as it was exposed up to version 2, and writes it
//! its own way from version 3 on: `1` becomes `1.0`, `0.00005` becomes `5e-05`.

use bigdecimal::BigDecimal;

/// Every spelling of an edge in seconds, the exact decimal first.
pub(crate) fn spellings(seconds: &BigDecimal) -> Vec<String> {
    let seconds = seconds.normalized();
    let plain = seconds.to_plain_string();
    let mut spelled = vec![plain.clone()];
    let (digits, scale) = seconds.as_bigint_and_exponent();
    let digits = digits.to_string();
    let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    let exponent = length.saturating_sub(1).saturating_sub(scale);
    if (-4..6).contains(&exponent) {
        if !plain.contains('.') {
            spelled.push(format!("{plain}.0"));
        }
    } else {
        let (first, rest) = digits.split_at(1);
        let mantissa = match rest.trim_end_matches('0') {
            "" => first.to_owned(),
            rest => format!("{first}.{rest}"),
        };
        let sign = if exponent < 0 { '-' } else { '+' };
        spelled.push(format!("{mantissa}e{sign}{:02}", exponent.abs()));
    }
    spelled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_has_the_spellings_of_both_versions() {
        let spelled = |text: &str| spellings(&text.parse().unwrap()).join(" ");
        for (edge, expected) in [
            ("0.05", "0.05"),
            ("0.0001", "0.0001"),
            ("1", "1 1.0"),
            ("10", "10 10.0"),
            ("0.00005", "0.00005 5e-05"),
            ("0.0000125", "0.0000125 1.25e-05"),
            ("1000000", "1000000 1e+06"),
            ("2.50", "2.5"),
        ] {
            assert_eq!(spelled(edge), expected);
        }
    }
}
