use proptest::prelude::*;

use super::*;
use crate::column_type::{ColumnType, NumericShape, ScalarType};
use crate::name::FieldName;
use crate::rule::{Arithmetic, Expr, Format};

use Truth::{False, True, Unknown};

const ALL: [Truth; 3] = [True, False, Unknown];

#[test]
fn the_tables_of_three_valued_logic_hold() {
    let and = [
        [True, False, Unknown],
        [False, False, False],
        [Unknown, False, Unknown],
    ];
    let or = [
        [True, True, True],
        [True, False, Unknown],
        [True, Unknown, Unknown],
    ];
    for (row, a) in ALL.into_iter().enumerate() {
        for (column, b) in ALL.into_iter().enumerate() {
            assert_eq!(a.and(b), and[row][column], "{a:?} and {b:?}");
            assert_eq!(a.or(b), or[row][column], "{a:?} or {b:?}");
            assert_eq!(!(a.and(b)), (!a).or(!b), "De Morgan over {a:?} and {b:?}");
        }
    }
    assert_eq!(ALL.map(|truth| !truth), [False, True, Unknown]);
}

/// One column a type, named by its place here.
const COLUMNS: [ColumnType; 10] = [
    ColumnType::Scalar(ScalarType::Boolean),
    ColumnType::Scalar(ScalarType::SmallInt),
    ColumnType::Scalar(ScalarType::BigInt),
    ColumnType::Scalar(ScalarType::Numeric(Some(NumericShape {
        precision: 10,
        scale: 2,
    }))),
    ColumnType::Scalar(ScalarType::Double),
    ColumnType::Scalar(ScalarType::Text),
    ColumnType::Scalar(ScalarType::Char(4)),
    ColumnType::Scalar(ScalarType::Date),
    ColumnType::Array(ScalarType::Text),
    ColumnType::Scalar(ScalarType::Numeric(None)),
];

fn types(name: &str) -> Option<ColumnType> {
    COLUMNS
        .get(name.strip_prefix('x')?.parse::<usize>().ok()?)
        .copied()
}

fn value(kind: ColumnType) -> BoxedStrategy<Value> {
    let filled = match kind {
        ColumnType::Array(_) => prop::collection::vec("[a-c]{0,2}".prop_map(Value::Text), 0..3)
            .prop_map(Value::Array)
            .boxed(),
        ColumnType::Scalar(ScalarType::Boolean) => any::<bool>().prop_map(Value::Boolean).boxed(),
        ColumnType::Scalar(ScalarType::SmallInt) => any::<i16>()
            .prop_map(|number| Value::Integer(number.into()))
            .boxed(),
        ColumnType::Scalar(ScalarType::BigInt) => prop_oneof![any::<i64>(), -2..3i64]
            .prop_map(Value::Integer)
            .boxed(),
        ColumnType::Scalar(ScalarType::Numeric(_)) => (any::<i64>(), -3..20i64)
            .prop_map(|(digits, scale)| {
                Value::Decimal(bigdecimal::BigDecimal::new(digits.into(), scale))
            })
            .boxed(),
        ColumnType::Scalar(ScalarType::Double) => prop_oneof![any::<f64>(), Just(0.0)]
            .prop_map(Value::Double)
            .boxed(),
        ColumnType::Scalar(ScalarType::Date) => (-1_000_000..1_000_000i32)
            .prop_map(|days| {
                Value::Date(chrono::NaiveDate::from_num_days_from_ce_opt(days).unwrap_or_default())
            })
            .boxed(),
        _ => "\\PC{0,4}".prop_map(Value::Text).boxed(),
    };
    prop_oneof![1 => Just(Value::Null), 5 => filled].boxed()
}

fn row() -> impl Strategy<Value = Vec<Value>> {
    COLUMNS.map(value).to_vec()
}

fn leaf() -> impl Strategy<Value = Expr> {
    prop_oneof![
        (0..COLUMNS.len()).prop_map(|at| Expr::Field(FieldName::new(format!("x{at}")).unwrap())),
        any::<i64>().prop_map(|number| Expr::Literal(Value::Integer(number))),
        (0..3i64).prop_map(|number| Expr::Literal(Value::Integer(number))),
        any::<bool>().prop_map(|truth| Expr::Literal(Value::Boolean(truth))),
        "[0-9a-z.-]{0,10}".prop_map(|text| Expr::Literal(Value::Text(text))),
        Just(Expr::Literal(Value::Null)),
        Just(Expr::Literal(Value::Decimal("0.5".parse().unwrap()))),
        Just(Expr::Call(Function::Today, vec![])),
        Just(Expr::Call(Function::Now, vec![])),
    ]
}

fn expr() -> impl Strategy<Value = Expr> {
    let comparison = prop::sample::select(vec![
        Comparison::Equal,
        Comparison::Less,
        Comparison::GreaterOrEqual,
        Comparison::Distinct,
    ]);
    let arithmetic = prop::sample::select(vec![
        Arithmetic::Add,
        Arithmetic::Subtract,
        Arithmetic::Multiply,
        Arithmetic::Divide,
        Arithmetic::Remainder,
        Arithmetic::Concatenate,
    ]);
    let function = prop::sample::select(vec![
        Function::CharLength,
        Function::OctetLength,
        Function::Lower,
        Function::Trim,
        Function::Abs,
        Function::Cardinality,
        Function::Coalesce,
    ]);
    leaf().prop_recursive(4, 24, 3, move |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        prop_oneof![
            boxed().prop_map(Expr::Not),
            boxed().prop_map(Expr::Negate),
            boxed().prop_map(Expr::IsNull),
            prop::collection::vec(inner.clone(), 1..3).prop_map(Expr::And),
            prop::collection::vec(inner.clone(), 1..3).prop_map(Expr::Or),
            (boxed(), comparison.clone(), boxed()).prop_map(|(l, op, r)| Expr::Compare(l, op, r)),
            (boxed(), arithmetic.clone(), boxed()).prop_map(|(l, op, r)| Expr::Compute(l, op, r)),
            (boxed(), boxed(), boxed()).prop_map(|(v, l, h)| Expr::Between(v, l, h)),
            (boxed(), prop::collection::vec(inner.clone(), 1..3)).prop_map(|(v, l)| Expr::In(v, l)),
            (function.clone(), prop::collection::vec(inner.clone(), 1..2))
                .prop_map(|(f, a)| Expr::Call(f, a)),
            (boxed(), prop::sample::select(COLUMNS.to_vec())).prop_map(|(v, t)| Expr::Cast(v, t)),
            (inner.clone(), inner.clone(), boxed())
                .prop_map(|(test, result, other)| Expr::Case(vec![(test, result)], Some(other))),
            (boxed(), "[a-z%_\\\\]{0,4}").prop_map(|(value, pattern)| Expr::Like {
                value,
                pattern,
                escape: None,
                insensitive: true,
            }),
            (boxed(), "\\PC{0,6}").prop_map(|(value, pattern)| Expr::Matches {
                value,
                pattern,
                insensitive: true,
            }),
            boxed().prop_map(|value| Expr::Is(value, Format::Email)),
        ]
    })
}

fn field(places: &[usize]) -> impl Strategy<Value = Expr> + use<> {
    prop::sample::select(places.to_vec())
        .prop_map(|at| Expr::Field(FieldName::new(format!("x{at}")).unwrap()))
}

fn number(depth: usize) -> BoxedStrategy<Expr> {
    let leaf = prop_oneof![
        field(&[1, 2, 3, 4, 9]),
        (-2..3i64).prop_map(|number| Expr::Literal(Value::Integer(number))),
        Just(Expr::Literal(Value::Decimal("0.5".parse().unwrap()))),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = || number(depth - 1).prop_map(Box::new);
    let operators = vec![
        Arithmetic::Add,
        Arithmetic::Subtract,
        Arithmetic::Multiply,
        Arithmetic::Divide,
        Arithmetic::Remainder,
    ];
    prop_oneof![
        leaf,
        (inner(), prop::sample::select(operators), inner())
            .prop_map(|(l, op, r)| Expr::Compute(l, op, r)),
        inner().prop_map(Expr::Negate),
        inner().prop_map(|inner| Expr::Call(Function::Abs, vec![*inner])),
        (inner(), inner()).prop_map(|(a, b)| Expr::Call(Function::Coalesce, vec![*a, *b])),
        (inner(), prop::sample::select(COLUMNS[1..5].to_vec()))
            .prop_map(|(value, kind)| Expr::Cast(value, kind)),
        field(&[5, 6]).prop_map(|text| Expr::Call(Function::CharLength, vec![text])),
        field(&[8]).prop_map(|array| Expr::Call(Function::Cardinality, vec![array])),
    ]
    .boxed()
}

fn condition(depth: usize) -> BoxedStrategy<Expr> {
    let comparison = prop::sample::select(vec![
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::Less,
        Comparison::GreaterOrEqual,
        Comparison::Distinct,
    ]);
    let sides = || number(1).prop_map(Box::new);
    let texts = || field(&[5, 6]).prop_map(Box::new);
    let leaf = prop_oneof![
        field(&[0]),
        (sides(), comparison, sides()).prop_map(|(l, op, r)| Expr::Compare(l, op, r)),
        (sides(), sides(), sides()).prop_map(|(v, l, h)| Expr::Between(v, l, h)),
        (sides(), prop::collection::vec(number(0), 1..4)).prop_map(|(v, l)| Expr::In(v, l)),
        (texts(), "[a-z%_]{0,4}").prop_map(|(value, pattern)| Expr::Like {
            value,
            pattern,
            escape: None,
            insensitive: true,
        }),
        texts().prop_map(|text| Expr::Is(text, Format::NotBlank)),
        number(1).prop_map(|number| Expr::IsNull(Box::new(number))),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = || condition(depth - 1);
    prop_oneof![
        leaf,
        inner().prop_map(|inner| Expr::Not(Box::new(inner))),
        prop::collection::vec(inner(), 1..3).prop_map(Expr::And),
        prop::collection::vec(inner(), 1..3).prop_map(Expr::Or),
        (inner(), inner(), inner()).prop_map(|(test, result, other)| Expr::Case(
            vec![(test, result)],
            Some(Box::new(other))
        )),
    ]
    .boxed()
}

fn truth_of(expr: &Expr, row: &[Value]) -> Option<Outcome<Truth>> {
    let compiled = Compiled::of(expr, &types).ok()?;
    let values: Vec<Value> = compiled
        .fields()
        .iter()
        .map(|field| {
            row[field
                .as_str()
                .trim_start_matches('x')
                .parse::<usize>()
                .unwrap()]
            .clone()
        })
        .collect();
    Some(evaluate(&compiled, &values, DateTime::UNIX_EPOCH))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn judging_never_panics_and_never_finds_a_value_of_another_type(
        expr in prop_oneof![expr(), condition(2)],
        row in row(),
    ) {
        let found = truth_of(&expr, &row);
        prop_assert_ne!(found, Some(Err(EvaluationError::Mismatch)), "{:?}", expr);
    }

    #[test]
    fn what_is_resolved_is_resolved_to_itself(expr in prop_oneof![expr(), condition(2)]) {
        if let Ok(resolved) = crate::rule::resolve_clause(expr, &types) {
            prop_assert_eq!(crate::rule::resolve_clause(resolved.clone(), &types), Ok(resolved));
        }
    }

    #[test]
    fn de_morgan_holds_of_rules(a in condition(1), b in condition(1), row in row()) {
        let not = |expr: &Expr| Expr::Not(Box::new(expr.clone()));
        let left = truth_of(&not(&Expr::And(vec![a.clone(), b.clone()])), &row);
        let right = truth_of(&Expr::Or(vec![not(&a), not(&b)]), &row);
        prop_assert_eq!(left, right);
    }
}
