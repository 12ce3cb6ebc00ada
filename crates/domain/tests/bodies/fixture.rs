//! Tables and fields made of a few words.

use specd_domain::body::{self, Completeness, Reading};
use specd_domain::column_type::{ColumnType, NumericShape, ScalarType};
use specd_domain::field::{Field, Shape};
use specd_domain::name::{ColumnName, FieldName, TableName};
use specd_domain::source::{Located, Span};
use specd_domain::table::{Column, Table};
use specd_domain::value::Value;

pub(crate) fn column(name: &str, column_type: ColumnType, nullable: bool) -> Column {
    Column {
        name: Located::new(ColumnName::new(name).unwrap(), Span::default()),
        column_type: Located::new(column_type, Span::default()),
        nullable,
        default: None,
        comment: None,
        span: Span::default(),
    }
}

pub(crate) fn table(columns: Vec<Column>) -> Table {
    Table {
        name: Located::new(TableName::new("things").unwrap(), Span::default()),
        columns,
        primary_key: Vec::new(),
        uniques: Vec::new(),
        checks: Vec::new(),
        references: Vec::new(),
        indexes: Vec::new(),
        comment: None,
        span: Span::default(),
    }
}

/// A required member that does not take null.
pub(crate) fn field(name: &str, shape: Shape) -> Field {
    Field {
        name: FieldName::new(name).unwrap(),
        shape,
        required: true,
        nullable: false,
        column: None,
        span: Span::default(),
    }
}

/// A table of one column `v`, and its field.
pub(crate) fn one(column_type: ColumnType, shape: Shape) -> (Table, Vec<Field>) {
    let field = Field {
        column: Some(0),
        ..field("v", shape)
    };
    (table(vec![column("v", column_type, false)]), vec![field])
}

pub(crate) fn one_scalar(scalar: ScalarType) -> (Table, Vec<Field>) {
    one(ColumnType::Scalar(scalar), Shape::Scalar(scalar))
}

pub(crate) fn one_json(shape: Shape) -> (Table, Vec<Field>) {
    one(ColumnType::Jsonb, shape)
}

pub(crate) const fn numeric(precision: u16, scale: u16) -> ScalarType {
    ScalarType::Numeric(Some(NumericShape { precision, scale }))
}

pub(crate) fn read(model: &(Table, Vec<Field>), body: &str, completeness: Completeness) -> Reading {
    let reading = body::read(body.as_bytes(), &model.1, &model.0, completeness).unwrap();
    assert_eq!(reading.submission.columns.len(), model.0.columns.len());
    reading
}

/// Each violation as one line: `#/pointer code: detail`.
pub(crate) fn lines(reading: &Reading) -> Vec<String> {
    reading
        .violations
        .iter()
        .map(|violation| {
            let (pointer, code) = (violation.pointer.to_fragment(), violation.code.as_str());
            format!("{pointer} {code}: {}", violation.detail)
        })
        .collect()
}

pub(crate) fn json_of(value: &Value) -> String {
    let mut out = String::new();
    value.write_json(&mut out);
    out
}

/// What becomes of `{"v": …}`: the value as an answer shows it, or the violations.
pub(crate) fn outcome(model: &(Table, Vec<Field>), value: &str) -> Result<String, Vec<String>> {
    let reading = read(model, &format!("{{\"v\":{value}}}"), Completeness::Whole);
    match &reading.submission.columns[0] {
        Some(value) if reading.violations.is_empty() => Ok(json_of(value)),
        _ => Err(lines(&reading)),
    }
}
