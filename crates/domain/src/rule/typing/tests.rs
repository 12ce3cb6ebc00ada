use super::*;
use crate::column_type::NumericShape;
use crate::name::FieldName;
use crate::rule::{Arithmetic, Function};

fn types(name: &str) -> Option<ColumnType> {
    let shape = NumericShape {
        precision: 10,
        scale: 2,
    };
    let scalar = match name {
        "i" => ScalarType::Integer,
        "n" => ScalarType::Numeric(Some(shape)),
        "r" => ScalarType::Real,
        "t" => ScalarType::Text,
        "c" => ScalarType::Char(5),
        "f" => ScalarType::Boolean,
        "u" => ScalarType::Uuid,
        "day" => ScalarType::Date,
        "ts" => ScalarType::Timestamp,
        "a" => return Some(ColumnType::Array(ScalarType::Text)),
        "j" => return Some(ColumnType::Jsonb),
        _ => return None,
    };
    Some(ColumnType::Scalar(scalar))
}

fn field(name: &str) -> Expr {
    Expr::Field(FieldName::new(name).unwrap())
}

fn text(text: &str) -> Expr {
    Expr::Literal(Value::Text(text.to_owned()))
}

fn integer(number: i64) -> Expr {
    Expr::Literal(Value::Integer(number))
}

fn equal(left: Expr, right: Expr) -> Expr {
    Expr::Compare(Box::new(left), Comparison::Equal, Box::new(right))
}

/// The constant that stands beside a field.
#[track_caller]
fn literal_beside(name: &str, constant: Expr) -> Value {
    match resolve(equal(field(name), constant), &types) {
        Ok(Expr::Compare(_, _, right)) => match *right {
            Expr::Literal(value) => value,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn refused(expr: Expr, wording: &str, offender: Option<&str>) -> TypeError {
    let error = resolve(expr, &types).unwrap_err();
    assert_eq!(error.to_string(), wording);
    assert_eq!(error.offender(), offender);
    error
}

#[test]
fn a_constant_takes_the_type_of_its_surroundings() {
    assert_eq!(
        literal_beside("day", text("2025-01-31")),
        Value::Date("2025-01-31".parse().unwrap())
    );
    assert_eq!(
        literal_beside("ts", text("2025-01-31")),
        Value::Timestamp("2025-01-31T00:00:00Z".parse().unwrap())
    );
    assert_eq!(
        literal_beside("n", integer(3)),
        Value::Decimal("3".parse().unwrap())
    );
    assert_eq!(literal_beside("r", integer(3)), Value::Double(3.0));
    assert_eq!(literal_beside("r", text("3")), Value::Real(3.0));
    assert_eq!(literal_beside("i", text("3")), Value::Integer(3));
    assert_eq!(
        literal_beside("c", text("a  ")),
        Value::Text("a".to_owned())
    );
    assert_eq!(literal_beside("f", text("no")), Value::Boolean(false));
    assert!(matches!(
        literal_beside("u", text("00000000000000000000000000000001")),
        Value::Uuid(_)
    ));
    assert_eq!(
        literal_beside("day", Expr::Literal(Value::Null)),
        Value::Null
    );
}

#[test]
fn what_makes_no_sense_is_said_with_its_place() {
    refused(
        equal(field("nobody"), integer(1)),
        "there is no column `nobody`",
        Some("nobody"),
    );
    refused(
        equal(field("day"), text("2025-13-01")),
        "`2025-13-01` is not a value of type DATE",
        Some("2025-13-01"),
    );
    refused(
        equal(field("t"), integer(1)),
        "`=` does not apply to TEXT and INTEGER",
        Some("t"),
    );
    refused(
        equal(field("i"), text("x")),
        "`x` is not a value of type INTEGER",
        Some("x"),
    );
    refused(
        field("i"),
        "a condition must be true or false, not of type INTEGER",
        Some("i"),
    );
    refused(
        Expr::And(vec![field("f"), field("n")]),
        "a condition must be true or false, not of type NUMERIC(10,2)",
        Some("n"),
    );
    refused(
        equal(
            Expr::Call(Function::CharLength, vec![field("i")]),
            integer(1),
        ),
        "`char_length` does not apply to INTEGER",
        Some("i"),
    );
    refused(
        equal(Expr::Call(Function::Abs, vec![]), integer(1)),
        "`abs` does not take 0 arguments",
        Some("abs"),
    );
    refused(
        Expr::Like {
            value: Box::new(field("day")),
            pattern: "2025%".to_owned(),
            escape: None,
            insensitive: false,
        },
        "`LIKE` does not apply to DATE",
        Some("day"),
    );
    refused(
        equal(
            Expr::Call(Function::Cardinality, vec![field("j")]),
            integer(1),
        ),
        "`cardinality` does not apply to JSONB",
        Some("j"),
    );
    let product = Expr::Compute(
        Box::new(field("t")),
        Arithmetic::Multiply,
        Box::new(integer(2)),
    );
    refused(
        equal(product, integer(1)),
        "`*` does not apply to TEXT and INTEGER",
        Some("t"),
    );
}

#[test]
fn what_the_database_alone_can_judge_is_no_mistake() {
    let between_moments = Expr::Compute(
        Box::new(field("ts")),
        Arithmetic::Subtract,
        Box::new(field("ts")),
    );
    for expr in [
        equal(field("j"), field("j")),
        equal(between_moments, field("ts")),
        equal(field("a"), text("{a,b}")),
    ] {
        let error = resolve(expr, &types).unwrap_err();
        assert!(error.is_outside(), "{error}");
    }
}

#[test]
fn a_clause_counts_json_arrays() {
    let clause = equal(
        Expr::Call(Function::Cardinality, vec![field("j")]),
        integer(1),
    );
    assert_eq!(resolve_clause(clause.clone(), &types), Ok(clause));
}

#[test]
fn a_deep_expression_is_refused() {
    let mut expr = field("f");
    for _ in 0..2000 {
        expr = Expr::Not(Box::new(expr));
    }
    assert_eq!(resolve(expr, &types), Err(TypeError::TooDeep));
}
