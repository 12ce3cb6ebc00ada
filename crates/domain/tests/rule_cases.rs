//! The truth of many expressions over many rows, as `PostgreSQL` has it: `rule_cases.json` holds each as SQL, as an
//! expression with raw constants, and with what the database answered (`error` where it refused to compute).
//!
//! Text columns there have `COLLATE "C"`, and the session's time zone is UTC.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use std::collections::BTreeMap;

use chrono::DateTime;
use serde::Deserialize;
use specd_domain::column_type::{ColumnType, NumericShape, ScalarType};
use specd_domain::rule::evaluate::evaluate;
use specd_domain::rule::{Compiled, Expr, Truth, evaluable, literal, resolve};
use specd_domain::value::Value;

#[derive(Deserialize)]
struct File {
    columns: BTreeMap<String, String>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    sql: String,
    expr: Expr,
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    row: BTreeMap<String, Option<String>>,
    expected: String,
}

fn file() -> File {
    serde_json::from_str(include_str!("rule_cases.json")).unwrap()
}

fn column_type(name: &str) -> ColumnType {
    if let Some(element) = name.strip_suffix("[]") {
        return ColumnType::Array(column_type(element).scalar().unwrap());
    }
    ColumnType::Scalar(match name {
        "SMALLINT" => ScalarType::SmallInt,
        "INTEGER" => ScalarType::Integer,
        "BIGINT" => ScalarType::BigInt,
        "NUMERIC" => ScalarType::Numeric(None),
        "NUMERIC(10,2)" => ScalarType::Numeric(Some(NumericShape {
            precision: 10,
            scale: 2,
        })),
        "REAL" => ScalarType::Real,
        "DOUBLE PRECISION" => ScalarType::Double,
        "TEXT" => ScalarType::Text,
        "VARCHAR(20)" => ScalarType::Varchar(Some(20)),
        "CHAR(5)" => ScalarType::Char(5),
        "BOOLEAN" => ScalarType::Boolean,
        "UUID" => ScalarType::Uuid,
        "DATE" => ScalarType::Date,
        "TIME" => ScalarType::Time,
        "TIMESTAMP" => ScalarType::Timestamp,
        "TIMESTAMPTZ" => ScalarType::TimestampTz,
        "BYTEA" => ScalarType::Bytea,
        other => panic!("no type {other}"),
    })
}

fn value(text: &str, kind: ColumnType) -> Value {
    match kind {
        ColumnType::Array(element) => {
            let inner = text.trim_matches(['{', '}']);
            let elements = inner.split(',').filter(|text| !text.is_empty());
            let read = |text| value(text, ColumnType::Scalar(element));
            Value::Array(elements.map(read).collect())
        }
        _ => literal::read(text, kind).unwrap_or_else(|| panic!("`{text}` is no {kind}")),
    }
}

#[test]
fn every_expression_has_the_truth_that_postgresql_gives_it() {
    let file = file();
    let types = |name: &str| file.columns.get(name).map(|kind| column_type(kind));
    let mut wrong = Vec::new();
    for case in &file.cases {
        if let Err(error) = evaluable(&case.expr) {
            wrong.push(format!("{}: {error}", case.sql));
            continue;
        }
        let resolved = match resolve(case.expr.clone(), &types) {
            Ok(resolved) => resolved,
            Err(error) => {
                wrong.push(format!("{}: {error}", case.sql));
                continue;
            }
        };
        assert_eq!(
            resolve(resolved.clone(), &types).as_ref(),
            Ok(&resolved),
            "resolving twice changes nothing: {}",
            case.sql
        );
        let compiled = Compiled::of(&resolved, &types).unwrap();
        for row in &case.rows {
            let values: Vec<Value> = compiled
                .fields()
                .iter()
                .map(|field| match row.row.get(field.as_str()) {
                    Some(Some(text)) => value(text, types(field.as_str()).unwrap()),
                    _ => Value::Null,
                })
                .collect();
            let found = match evaluate(&compiled, &values, DateTime::UNIX_EPOCH) {
                Ok(Truth::True) => "true",
                Ok(Truth::False) => "false",
                Ok(Truth::Unknown) => "unknown",
                Err(_) => "error",
            };
            if found != row.expected {
                wrong.push(format!(
                    "{} over {:?} is {found}, not {}",
                    case.sql, row.row, row.expected
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
