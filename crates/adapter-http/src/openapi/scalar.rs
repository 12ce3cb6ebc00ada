//! Scalar types as schemas: what is taken, and what is answered.

use specd_domain::column_type::{NumericShape, ScalarType};

use super::facets::{Bound, Facets};
use super::json::Json;
use super::pattern;

/// The largest number of digits before the point that a schema's number can name; readers of JSON know 308.
const MAX_NAMED_DIGITS: u16 = 300;
/// Decimals past these are lost in the numbers of most programs, so that a schema cannot count them.
const MAX_COUNTED_DECIMALS: u16 = 15;
/// Half way from the largest 32-bit number to the next one: from there on nothing is taken.
const REAL_END: &str = "3.4028235677973366e38";
/// Half of the smallest 32-bit number: up to there nothing but zero is taken.
const REAL_START: &str = "7.006492321624085e-46";

/// The JSON type of a scalar's values.
pub(super) const fn json_type(scalar: ScalarType) -> &'static str {
    match scalar {
        ScalarType::Boolean => "boolean",
        ScalarType::Numeric(Some(NumericShape { scale: 0, .. })) => "integer",
        _ if scalar.is_integer() => "integer",
        _ if scalar.is_number() => "number",
        _ => "string",
    }
}

/// What a value must be to be taken, whatever the rules of the document.
pub(super) fn taken(scalar: ScalarType) -> Facets {
    let mut facets = Facets::default();
    facets.format = format(scalar);
    match scalar {
        ScalarType::Varchar(_) | ScalarType::Char(_) | ScalarType::Text => {
            facets.characters(None, scalar.max_characters().map(u64::from));
            facets.patterns.push(pattern::WITHOUT_NUL.to_owned());
        }
        ScalarType::SmallInt => range(&mut facets, "-32768", "32767"),
        ScalarType::Integer => range(&mut facets, "-2147483648", "2147483647"),
        ScalarType::BigInt => range(&mut facets, "-9223372036854775808", "9223372036854775807"),
        ScalarType::Numeric(Some(shape)) => numeric(&mut facets, shape),
        ScalarType::Real => real(&mut facets),
        ScalarType::Date => facets.words.push("from 0001-01-01 on".to_owned()),
        ScalarType::Time => facets.patterns.push(pattern::TIME.to_owned()),
        ScalarType::Timestamp | ScalarType::TimestampTz => facets.words.push(
            "with an offset; kept in UTC, in microseconds, from the year 1 on, without leap seconds"
                .to_owned(),
        ),
        ScalarType::Bytea => facets.patterns.push(pattern::BASE64.to_owned()),
        ScalarType::Uuid
        | ScalarType::Numeric(None)
        | ScalarType::Double
        | ScalarType::Boolean => {}
    }
    facets
}

/// The schema of a scalar in an answer. Rules are not repeated: records that are older than a rule are answered, too.
pub(super) fn answered(scalar: ScalarType) -> Json {
    let mut schema = Json::object([("type", json_type(scalar).into())]);
    if let Some(format) = format(scalar) {
        schema.set("format", format);
    }
    if let Some(most) = scalar.max_characters() {
        schema.set("maxLength", u64::from(most));
    }
    if scalar == ScalarType::Bytea {
        schema.set("contentEncoding", "base64");
    }
    if scalar == ScalarType::Time {
        schema.set("pattern", pattern::TIME);
    }
    schema
}

/// The format of OpenAPI's registry.
const fn format(scalar: ScalarType) -> Option<&'static str> {
    Some(match scalar {
        ScalarType::Uuid => "uuid",
        ScalarType::SmallInt => "int16",
        ScalarType::Integer => "int32",
        ScalarType::BigInt => "int64",
        ScalarType::Real => "float",
        ScalarType::Double => "double",
        ScalarType::Date => "date",
        ScalarType::Timestamp | ScalarType::TimestampTz => "date-time",
        _ => return None,
    })
}

fn range(facets: &mut Facets, least: &str, most: &str) {
    facets.at_least(Bound::new(least, false));
    facets.at_most(Bound::new(most, false));
}

/// `NUMERIC(p,s)`: less than ten to the power of `p - s`, and a multiple of ten to the power of `-s`.
fn numeric(facets: &mut Facets, shape: NumericShape) {
    let digits = shape.precision.saturating_sub(shape.scale);
    if digits <= MAX_NAMED_DIGITS {
        let end = format!("1{}", "0".repeat(usize::from(digits)));
        facets.at_least(Bound::new(&format!("-{end}"), true));
        facets.at_most(Bound::new(&end, true));
    } else {
        facets.words.push(format!(
            "with at most {digits} digits before the decimal point"
        ));
    }
    match shape.scale {
        0 => {}
        scale if scale <= MAX_COUNTED_DECIMALS => {
            let zeros = "0".repeat(usize::from(scale) - 1);
            facets.multiple_of = Some(format!("0.{zeros}1"));
        }
        scale => facets.words.push(format!("with at most {scale} decimals")),
    }
}

fn real(facets: &mut Facets) {
    facets.at_least(Bound::new(&format!("-{REAL_END}"), true));
    facets.at_most(Bound::new(REAL_END, true));
    let number = |text: &str| Json::Number(text.to_owned());
    let choices = vec![
        Json::object([("const", number("0"))]),
        Json::object([("exclusiveMinimum", number(REAL_START))]),
        Json::object([("exclusiveMaximum", number(&format!("-{REAL_START}")))]),
    ];
    facets.also.push(Json::object([("anyOf", choices.into())]));
}
