//! JSON bodies: of a row, and spoiled in one place that is known.

use proptest::prelude::*;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::field::{Field, Shape};
use specd_domain::record::Row;
use specd_domain::source::Span;
use specd_domain::table::{Column, Table};
use specd_domain::value::Value;
use specd_domain::violation::ViolationCode;

use super::tables::rows;

/// A body with one mistake.
#[derive(Clone, Debug)]
pub struct SpoiledBody {
    /// The JSON text.
    pub json: String,
    /// Where the mistake is, as a URI fragment.
    pub pointer: String,
    /// Which mistake it is.
    pub code: ViolationCode,
}

/// A member of a body: its name and its JSON.
type Member = (String, String);

/// The fields of a request that carries every column, the key too, so that two servers can be given the same ids.
pub fn fields_of(table: &Table) -> Vec<Field> {
    let columns = table.columns.iter().enumerate();
    columns
        .map(|(position, column)| Field {
            name: column.name.value.to_field(),
            shape: shape(column.column_type.value),
            required: column.is_required(),
            nullable: column.nullable,
            column: Some(position),
            span: Span::default(),
        })
        .collect()
}

fn shape(column_type: ColumnType) -> Shape {
    match column_type {
        ColumnType::Scalar(scalar) => Shape::Scalar(scalar),
        ColumnType::Array(scalar) => Shape::Array(Box::new(Shape::Scalar(scalar))),
        ColumnType::Json | ColumnType::Jsonb => Shape::AnyObject,
    }
}

/// The body that creates a row.
pub fn body_of(table: &Table, row: &Row) -> String {
    written(&members(table, row))
}

/// Bodies that a create takes, each with the row that it is of.
pub fn bodies(table: &Table) -> BoxedStrategy<(Row, String)> {
    let table = table.clone();
    rows(&table)
        .prop_map(move |row| {
            let body = body_of(&table, &row);
            (row, body)
        })
        .boxed()
}

/// Bodies that a create refuses, for one reason.
pub fn spoiled_bodies(table: &Table) -> BoxedStrategy<SpoiledBody> {
    let table = table.clone();
    (rows(&table), any::<prop::sample::Index>(), 0..5_u8)
        .prop_map(move |(row, column, kind)| spoiled(&table, &row, column, kind))
        .boxed()
}

fn members(table: &Table, row: &Row) -> Vec<Member> {
    let pairs = table.columns.iter().zip(row);
    pairs
        .map(|(column, value)| (column.name.value.as_str().to_owned(), json(value)))
        .collect()
}

fn json(value: &Value) -> String {
    let mut json = String::new();
    value.write_json(&mut json);
    json
}

fn written(members: &[Member]) -> String {
    let members: Vec<_> = members
        .iter()
        .map(|(name, json)| format!("{}:{json}", serde_json::Value::from(name.as_str())))
        .collect();
    format!("{{{}}}", members.join(","))
}

/// The mistake of this kind, or an unknown field where the column cannot have it.
fn spoiled(table: &Table, row: &Row, column: prop::sample::Index, kind: u8) -> SpoiledBody {
    let mut members = members(table, row);
    let place = column.index(members.len());
    let column = table.columns.get(place);
    let name = column
        .map_or("", |column| column.name.value.as_str())
        .to_owned();
    let code = column.and_then(|column| spoil(&mut members, place, column, kind));
    let (name, code) = code.map_or_else(
        || {
            members.push(("unheard_of".to_owned(), "1".to_owned()));
            ("unheard_of".to_owned(), ViolationCode::UnknownField)
        },
        |code| (name, code),
    );
    SpoiledBody {
        json: written(&members),
        pointer: format!("#/{name}"),
        code,
    }
}

fn spoil(
    members: &mut Vec<Member>,
    place: usize,
    column: &Column,
    kind: u8,
) -> Option<ViolationCode> {
    let wrong = match (kind, column.column_type.value) {
        (0, _) if column.is_required() => {
            members.remove(place);
            return Some(ViolationCode::Required);
        }
        (1, _) if !column.nullable => ("null".to_owned(), ViolationCode::NotNullable),
        (2, ColumnType::Scalar(_) | ColumnType::Array(_)) => {
            ("{}".to_owned(), ViolationCode::WrongType)
        }
        (3, ColumnType::Scalar(scalar)) => out_of_range(scalar)?,
        (4, _) => {
            let again = members.get(place)?.clone();
            members.push(again);
            return Some(ViolationCode::DuplicateField);
        }
        _ => return None,
    };
    let (json, code) = wrong;
    members.get_mut(place)?.1 = json;
    Some(code)
}

/// The next value that the type does not take.
fn out_of_range(scalar: ScalarType) -> Option<(String, ViolationCode)> {
    let number = |text: &str| Some((text.to_owned(), ViolationCode::OutOfRange));
    let word = || Some(("\"no such thing\"".to_owned(), ViolationCode::WrongFormat));
    match scalar {
        ScalarType::SmallInt => number("32768"),
        ScalarType::Integer => number("-2147483649"),
        ScalarType::BigInt => number("9223372036854775808"),
        ScalarType::Varchar(Some(limit)) | ScalarType::Char(limit) => {
            let length = usize::try_from(limit).ok()? + 1;
            Some((
                format!("\"{}\"", "é".repeat(length)),
                ViolationCode::TooLong,
            ))
        }
        ScalarType::Uuid
        | ScalarType::Date
        | ScalarType::Time
        | ScalarType::Timestamp
        | ScalarType::TimestampTz
        | ScalarType::Bytea => word(),
        _ => None,
    }
}
