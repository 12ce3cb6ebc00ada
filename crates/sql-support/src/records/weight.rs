//! What a row weighs on its way: an estimate, in bytes, of what it adds to a statement.

use specd_domain::value::Value;

/// The bytes of a row, generously.
pub fn weight(row: &[Value]) -> usize {
    row.iter().map(weight_of).sum()
}

fn weight_of(value: &Value) -> usize {
    /// A value of fixed size, or what surrounds another.
    const FIXED: usize = 32;
    let own = match value {
        Value::Text(text) | Value::Json(text) => text.len(),
        // Within an array, each byte is two digits.
        Value::Bytes(bytes) => bytes.len().saturating_mul(2),
        Value::Decimal(number) => usize::try_from(number.digits()).unwrap_or(usize::MAX),
        Value::Array(elements) => weight(elements),
        _ => 0,
    };
    own.saturating_add(FIXED)
}
