use super::*;
use crate::column_type::{ColumnType, ScalarType};
use crate::name::{ColumnName, ConstraintName, FieldName, TableName};
use crate::rule::fields::fields;
use crate::rule::{Arithmetic, Comparison, Expr, Rule, RuleOrigin};
use crate::source::{Located, Place, Span};
use crate::table::{Column, DefaultValue};

fn column(name: &str, scalar: ScalarType, default: Option<DefaultValue>) -> Column {
    Column {
        name: Located::new(ColumnName::new(name).unwrap(), Span::default()),
        column_type: Located::new(ColumnType::Scalar(scalar), Span::default()),
        nullable: true,
        default: default.map(|default| Located::new(default, Span::default())),
        comment: None,
        span: Span::default(),
    }
}

fn table(columns: Vec<Column>) -> Table {
    Table {
        name: Located::new(TableName::new("t").unwrap(), Span::default()),
        columns,
        primary_key: vec![],
        uniques: vec![],
        checks: vec![],
        references: vec![],
        indexes: vec![],
        comment: None,
        span: Span::default(),
    }
}

fn now() -> DateTime<Utc> {
    "2025-06-15T10:20:30.123456789Z".parse().unwrap()
}

fn completed_row(table: &Table, columns: Vec<Option<Value>>) -> Row {
    let submission = Submission {
        columns,
        ..Submission::default()
    };
    let mut random = || [0xab; 16];
    let mut stamp = Stamp {
        now: now(),
        random: &mut random,
    };
    completed(table, &submission, &mut stamp)
}

#[test]
fn what_was_not_sent_takes_its_default() {
    let table = table(vec![
        column(
            "a",
            ScalarType::Integer,
            Some(DefaultValue::Literal(Value::Integer(7))),
        ),
        column(
            "b",
            ScalarType::Integer,
            Some(DefaultValue::Literal(Value::Integer(7))),
        ),
        column(
            "c",
            ScalarType::Integer,
            Some(DefaultValue::Literal(Value::Integer(7))),
        ),
        column("d", ScalarType::TimestampTz, Some(DefaultValue::Now)),
        column("e", ScalarType::Date, Some(DefaultValue::Now)),
        column("f", ScalarType::Time, Some(DefaultValue::Now)),
        column("g", ScalarType::BigInt, Some(DefaultValue::Sequence)),
        column("h", ScalarType::Text, None),
    ]);
    let row = completed_row(&table, vec![Some(Value::Integer(1)), Some(Value::Null)]);
    assert_eq!(
        row,
        [
            Value::Integer(1),
            Value::Null,
            Value::Integer(7),
            Value::Timestamp("2025-06-15T10:20:30.123456Z".parse().unwrap()),
            Value::Date("2025-06-15".parse().unwrap()),
            Value::Time("10:20:30.123456".parse().unwrap()),
            Value::Null,
            Value::Null,
        ]
    );
}

#[test]
fn identifiers_have_the_version_of_their_default() {
    let table = table(vec![
        column("a", ScalarType::Uuid, Some(DefaultValue::RandomUuid)),
        column("b", ScalarType::Uuid, Some(DefaultValue::TimeUuid)),
    ]);
    let row = completed_row(&table, vec![]);
    let [Value::Uuid(random), Value::Uuid(timed)] = row.as_slice() else {
        panic!("{row:?}");
    };
    assert_eq!(random.get_version_num(), 4);
    assert_eq!(timed.get_version_num(), 7);
    let millis = u64::try_from(now().timestamp_millis()).unwrap();
    assert_eq!(timed.as_u128() >> 80, u128::from(millis));
    assert_eq!(timed.get_variant(), uuid::Variant::RFC4122);
}

fn field(name: &str) -> Expr {
    Expr::Field(FieldName::new(name).unwrap())
}

fn compare(left: Expr, comparison: Comparison, right: Expr) -> Expr {
    Expr::Compare(Box::new(left), comparison, Box::new(right))
}

fn rule(expr: Expr, origin: RuleOrigin) -> Rule {
    Rule {
        fields: fields(&expr),
        expr,
        origin,
        place: Place {
            heading: "Data Schema".to_owned(),
            span: Span::new(1, 2),
            line: 3,
        },
    }
}

fn checked(expr: Expr) -> Rule {
    rule(
        expr,
        RuleOrigin::Check(ConstraintName::new("t_check").unwrap()),
    )
}

/// Judges a row of the columns `a` and `b`; `None` was not sent and takes the value beside it.
fn judged(
    rule: Rule,
    sent: [Option<i64>; 2],
    stored: [Value; 2],
    refused: &[&str],
) -> Vec<(String, String)> {
    let table = table(vec![
        column("a", ScalarType::Integer, None),
        column("b", ScalarType::Integer, None),
    ]);
    let types = |_: &str| Some(ColumnType::Scalar(ScalarType::Integer));
    let validator = Validator::of(std::sync::Arc::new(table), &[rule], &types).unwrap();
    let submission = Submission {
        columns: sent.map(|sent| sent.map(Value::Integer)).to_vec(),
        dropped: vec![],
        refused: refused
            .iter()
            .map(|name| FieldName::new(*name).unwrap())
            .collect(),
    };
    let row = sent
        .into_iter()
        .zip(stored)
        .map(|(sent, stored)| sent.map_or(stored, Value::Integer))
        .collect();
    validator
        .violations(&row, &submission, now())
        .into_iter()
        .map(|violation| (violation.pointer.to_fragment(), violation.detail))
        .collect()
}

fn found(pointer: &str, detail: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), detail.to_owned())]
}

#[test]
fn a_violation_points_at_the_first_field_that_was_sent() {
    let order = || checked(compare(field("b"), Comparison::GreaterOrEqual, field("a")));
    let null = || [Value::Null, Value::Null];
    assert_eq!(judged(order(), [Some(1), Some(1)], null(), &[]), []);
    assert_eq!(
        judged(order(), [Some(2), Some(1)], null(), &[]),
        found("#/b", "must be at least `a`")
    );
    let stored = [Value::Null, Value::Integer(1)];
    assert_eq!(
        judged(order(), [Some(2), None], stored, &[]),
        found("#/a", "must be at most `b`")
    );
    let stored = [Value::Integer(2), Value::Integer(1)];
    assert_eq!(
        judged(order(), [None, None], stored, &[]),
        found("#", "`b` must be at least `a`")
    );
    assert_eq!(
        judged(order(), [Some(2), None], null(), &[]),
        [],
        "null is unknown"
    );
}

#[test]
fn no_rule_is_judged_over_a_refused_field() {
    let order = checked(compare(field("b"), Comparison::GreaterOrEqual, field("a")));
    let stored = [Value::Integer(2), Value::Integer(1)];
    assert_eq!(judged(order, [Some(2), None], stored, &["b"]), []);
}

#[test]
fn a_clause_judges_input_alone() {
    let clause = || {
        let positive = compare(
            field("a"),
            Comparison::Greater,
            Expr::Literal(Value::Integer(0)),
        );
        rule(positive, RuleOrigin::Clause)
    };
    let stored = || [Value::Integer(-1), Value::Null];
    assert_eq!(judged(clause(), [None, Some(1)], stored(), &[]), []);
    assert_eq!(
        judged(clause(), [Some(-1), None], stored(), &[]),
        found("#/a", "must be greater than 0")
    );
}

#[test]
fn a_computation_that_fails_is_a_violation() {
    let quotient = Expr::Compute(
        Box::new(field("a")),
        Arithmetic::Divide,
        Box::new(field("b")),
    );
    let rule = checked(compare(
        quotient,
        Comparison::Greater,
        Expr::Literal(Value::Integer(0)),
    ));
    assert_eq!(
        judged(rule, [Some(1), Some(0)], [Value::Null, Value::Null], &[]),
        found(
            "#/a",
            "must satisfy the rule `t_check` of the document, but it divides by zero"
        )
    );
}
