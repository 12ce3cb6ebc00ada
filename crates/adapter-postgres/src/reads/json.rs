//! Values from the wire into JSON, byte for byte as [`Value::write_json`] writes what [`decode`] reads; texts, numbers and
//! JSON are not copied in between.

use diesel::deserialize;
use diesel::pg::PgValue;
use diesel::row::{Field as _, Row as _};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::record::Projection;
use specd_domain::value::{Value, write_json_text};
use specd_sql_support::selection::Selection;

use super::numeric::push_numeric;
use crate::session::RawRow;
use crate::value::{decode, json_bytes};

/// Appends the object of a row whose columns begin at `from`.
pub(super) fn push_object(
    out: &mut String,
    row: &RawRow<'_>,
    from: usize,
    selection: &Selection,
    projection: &Projection,
) -> deserialize::Result<()> {
    let types = selection.types();
    projection.write_json_with(out, |out, place| {
        let column_type = types.get(place).copied();
        let column_type = column_type.ok_or("a column is not selected")?;
        let field = row.get(from + place);
        push_json(
            out,
            column_type,
            field.as_ref().and_then(|field| field.value()),
        )
    })
}

/// Which of the answers a row is for: its first column counts them from 1.
pub(super) fn answer_of<'a, T>(
    row: &RawRow<'_>,
    answers: &'a mut [T],
) -> deserialize::Result<&'a mut T> {
    let place = usize::try_from(integer_at(row, 0)?)?.checked_sub(1);
    let answer = place.and_then(|place| answers.get_mut(place));
    answer.ok_or_else(|| "a row came for nobody".into())
}

/// The whole number at a place.
pub(super) fn integer_at(row: &RawRow<'_>, place: usize) -> deserialize::Result<i64> {
    match value_at(row, place, ColumnType::Scalar(ScalarType::BigInt))? {
        Value::Integer(number) => Ok(number),
        _ => Err("a number is missing".into()),
    }
}

/// The value at a place.
pub(super) fn value_at(
    row: &RawRow<'_>,
    place: usize,
    column_type: ColumnType,
) -> deserialize::Result<Value> {
    let field = row.get(place);
    decode(column_type, field.as_ref().and_then(|field| field.value()))
}

/// Appends the value that came in.
pub(super) fn push_json(
    out: &mut String,
    column_type: ColumnType,
    value: Option<PgValue<'_>>,
) -> deserialize::Result<()> {
    let Some(value) = value else {
        out.push_str("null");
        return Ok(());
    };
    match column_type {
        ColumnType::Json | ColumnType::Jsonb => {
            let text = json_bytes(column_type, value.as_bytes())?;
            out.push_str(std::str::from_utf8(text)?);
        }
        ColumnType::Scalar(ScalarType::Varchar(_) | ScalarType::Text) => {
            write_json_text(out, std::str::from_utf8(value.as_bytes())?);
        }
        ColumnType::Scalar(ScalarType::Char(_)) => {
            let padded = std::str::from_utf8(value.as_bytes())?;
            write_json_text(out, padded.trim_end_matches(' '));
        }
        ColumnType::Scalar(ScalarType::Numeric(_)) => push_numeric(out, value.as_bytes())?,
        // What is in these is read without a copy, or is rare.
        ColumnType::Scalar(_) | ColumnType::Array(_) => {
            decode(column_type, Some(value))?.write_json(out);
        }
    }
    Ok(())
}
