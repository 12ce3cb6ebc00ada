//! Numbers in a stored model, as texts: a JSON reader may round a number, and no text.

use std::fmt::Display;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serializer, de};

pub(super) fn serialize<N: Display, S: Serializer>(
    number: &N,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(number)
}

pub(super) fn deserialize<'de, N, D>(deserializer: D) -> Result<N, D::Error>
where
    N: FromStr<Err: Display>,
    D: Deserializer<'de>,
{
    String::deserialize(deserializer)?
        .parse()
        .map_err(de::Error::custom)
}

/// Decimals with their scale, which `0.00` would lose in the library's own form.
pub(super) mod decimal {
    use bigdecimal::BigDecimal;
    use serde::{Deserializer, Serializer};

    use crate::value::write::write_decimal;

    pub(in crate::value) fn serialize<S: Serializer>(
        number: &BigDecimal,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut text = String::new();
        write_decimal(&mut text, number);
        serializer.serialize_str(&text)
    }

    pub(in crate::value) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BigDecimal, D::Error> {
        super::deserialize(deserializer)
    }
}
