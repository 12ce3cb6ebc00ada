//! The table, its constraints, defaults and conditions.

use super::*;
use crate::column_type::{ColumnType, NumericShape, ScalarType};
use crate::rule::{Comparison, Expr, RuleOrigin};
use crate::source::Span;
use crate::table::{Check, DefaultValue, Enforcement, OnDelete};
use crate::value::Value;
use sample::{at, column, column_name, constraint, field, index_of, reference_of, unique_of};

const QUANTITY: usize = 2;
const STATUS: usize = 4;

#[test]
fn a_document_without_a_schema_is_given_one() {
    let (checked, text) = outcome(|document| {
        document.schema = Entry::Missing;
        document.endpoints.truncate(1);
        document.authorization = Entry::Missing;
    });
    let codes: Vec<_> = checked
        .diagnostics
        .iter()
        .map(|finding| finding.code)
        .collect();
    assert_eq!(codes, [Code::SchemaMissing]);
    let text = pasted(&text, &checked.diagnostics[0]);
    for line in [
        "CREATE TABLE orders (\n    id UUID PRIMARY KEY DEFAULT uuidv7(),",
        "    customer_email TEXT NOT NULL,",
        "    tags TEXT[] NOT NULL,",
        "    details JSONB NOT NULL,",
    ] {
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn the_key_is_the_one_column_id() {
    let found = finds(
        |document| table(document).primary_key.clear(),
        &[(Code::KeyUnfit, ERROR, "orders")],
    );
    assert_eq!(
        found[0].help.clone().unwrap().replacement.unwrap().value,
        " PRIMARY KEY"
    );
    finds(
        |document| table(document).primary_key[0].value = column_name("status"),
        &[(Code::KeyUnfit, ERROR, "id")],
    );
    finds(
        |document| table(document).primary_key.push(at(column_name("status"))),
        &[(Code::KeyUnfit, ERROR, " ")],
    );
}

#[test]
fn a_column_stands_once_in_whatever_case() {
    for name in ["status", "Status"] {
        let scalar = ColumnType::Scalar(ScalarType::Integer);
        let again = column(name, scalar);
        finds(
            |document| table(document).columns.push(again),
            &[(Code::SqlDuplicateColumn, ERROR, " ")],
        );
    }
}

#[test]
fn names_that_look_alike_are_warned_about() {
    for name in ["pr_ice", "PR_ICE", "detai1s", "deta1ls"] {
        let is_known = ["pr_ice", "PR_ICE", "detai1s"].contains(&name);
        let extra = column(name, ColumnType::Scalar(ScalarType::Integer));
        let expected = [(Code::NamesConfusable, WARNING, " ")];
        let expected = if is_known { &expected[..] } else { &[] };
        finds(|document| table(document).columns.push(extra), expected);
    }
}

#[test]
fn a_name_of_a_constraint_or_index_is_given_once() {
    for name in [
        "orders_status_idx",
        "ORDERS_quantity_check",
        "orders_pkey",
        "orders",
    ] {
        refused(
            |document| table(document).indexes.push(index_of(name, &["price"])),
            Code::SqlDuplicateName,
        );
    }
}

#[test]
fn constraints_and_indexes_name_columns() {
    refused(
        |document| table(document).indexes.push(index_of("i", &["sttus"])),
        Code::ColumnUnknown,
    );
    refused(
        |document| table(document).uniques.push(unique_of("u", &["nothing"])),
        Code::ColumnUnknown,
    );
    refused(
        |document| {
            table(document)
                .references
                .push(reference_of("owner", "people"));
        },
        Code::ColumnUnknown,
    );
    refused(
        |document| {
            table(document)
                .uniques
                .push(unique_of("u", &["price", "price"]));
        },
        Code::ColumnTwice,
    );
}

#[test]
fn json_and_arrays_cannot_be_unique() {
    for name in ["details", "tags"] {
        refused(
            |document| table(document).uniques.push(unique_of("u", &[name])),
            Code::ColumnUnsuited,
        );
        finds(
            |document| table(document).indexes.push(index_of("i", &[name])),
            &[],
        );
    }
}

#[test]
fn more_columns_than_a_database_takes_are_refused() {
    refused(
        |document| {
            for number in 0..1600 {
                let name = format!("extra{number}x");
                table(document)
                    .columns
                    .push(column(&name, ColumnType::Jsonb));
            }
        },
        Code::TooManyColumns,
    );
}

#[test]
fn a_delete_sets_only_what_its_columns_take() {
    let with = |name: &'static str, action| {
        move |document: &mut Document| {
            let mut reference = reference_of(name, "people");
            reference.on_delete = action;
            table(document).references.push(reference);
        }
    };
    refused(with("quantity", OnDelete::SetNull), Code::ReferenceAction);
    refused(
        with("quantity", OnDelete::SetDefault),
        Code::ReferenceAction,
    );
    finds(with("status", OnDelete::SetDefault), &[]);
    finds(with("quantity", OnDelete::Cascade), &[]);
}

fn default_of(position: usize, default: DefaultValue) -> impl FnOnce(&mut Document) {
    move |document| table(document).columns[position].default = Some(at(default))
}

#[test]
fn a_default_is_a_value_of_its_column() {
    let text = |text: &str| DefaultValue::Literal(Value::Text(text.to_owned()));
    let number = |number| DefaultValue::Literal(Value::Integer(number));
    let unfit = [
        (STATUS, number(1)),
        (STATUS, text("a text that is too long for it")),
        (STATUS, DefaultValue::RandomUuid),
        (STATUS, DefaultValue::Literal(Value::Null)),
        (QUANTITY, text("1")),
        (QUANTITY, number(3_000_000_000)),
        (QUANTITY, DefaultValue::Now),
    ];
    for (position, default) in unfit {
        let case = format!("{default:?}");
        let (checked, _) = outcome(default_of(position, default));
        let codes: Vec<_> = checked
            .diagnostics
            .iter()
            .map(|finding| finding.code)
            .collect();
        assert_eq!(codes, [Code::SqlDefaultValue], "{case}");
    }
    finds(default_of(QUANTITY, DefaultValue::Sequence), &[]);
    finds(default_of(QUANTITY, number(1)), &[]);
    finds(default_of(STATUS, text("öffentlich")), &[]);
}

#[test]
fn a_decimal_default_has_the_digits_of_its_column() {
    for (precision, digits, fits) in [
        (4, "12.5", true),
        (4, "12.500", true),
        (4, "12.345", false),
        (4, "123", false),
        (4, "0.01", true),
        (2, "0.00", true),
        (2, "1", false),
    ] {
        let shape = NumericShape {
            precision,
            scale: 2,
        };
        let (checked, _) = outcome(|document| {
            let numeric = ColumnType::Scalar(ScalarType::Numeric(Some(shape)));
            let mut extra = column("rate", numeric);
            let value = Value::Decimal(digits.parse().unwrap());
            extra.default = Some(at(DefaultValue::Literal(value)));
            table(document).columns.push(extra);
        });
        assert_eq!(checked.diagnostics.is_empty(), fits, "{digits}");
    }
}

#[test]
fn a_default_keeps_the_rules_of_its_column() {
    let zero = DefaultValue::Literal(Value::Integer(0));
    finds(
        default_of(QUANTITY, zero),
        &[(Code::DefaultBreaksCheck, ERROR, " ")],
    );
}

fn check_of(expr: Expr) -> Check {
    Check {
        name: constraint("c"),
        expr: at(expr),
        enforcement: Enforcement::Everywhere,
    }
}

fn compared(name: &str, value: Value) -> Expr {
    let field = Expr::Field(field(name));
    Expr::Compare(
        Box::new(field),
        Comparison::Greater,
        Box::new(Expr::Literal(value)),
    )
}

#[test]
fn a_check_names_columns_and_fits_them() {
    refused(
        |document| {
            let check = check_of(compared("amount", Value::Integer(0)));
            table(document).checks.push(check);
        },
        Code::ColumnUnknown,
    );
    refused(
        |document| {
            let check = check_of(compared("details", Value::Integer(0)));
            table(document).checks.push(check);
        },
        Code::CheckIllTyped,
    );
}

fn matches(pattern: &str) -> Expr {
    Expr::Matches {
        value: Box::new(Expr::Field(field("status"))),
        pattern: pattern.to_owned(),
        insensitive: false,
    }
}

#[test]
fn a_pattern_that_no_database_can_read_is_an_error() {
    let foreign = || matches(r"(.)\1");
    finds(
        |document| table(document).checks.push(check_of(foreign())),
        &[(Code::CheckNotEvaluated, WARNING, " ")],
    );
    // Also behind one that only the database can judge.
    let broken = || Expr::And(vec![foreign(), Expr::Not(Box::new(matches("[a-")))]);
    refused(
        |document| table(document).checks.push(check_of(broken())),
        Code::PatternUnreadable,
    );
    refused(
        |document| {
            let mut index = index_of("i", &["price"]);
            index.predicate = Some(at(broken()));
            table(document).indexes.push(index);
        },
        Code::PatternUnreadable,
    );
}

#[test]
fn the_condition_of_an_index_names_columns() {
    refused(
        |document| {
            let mut index = index_of("i", &["price"]);
            index.predicate = Some(at(compared("amount", Value::Integer(0))));
            table(document).indexes.push(index);
        },
        Code::ColumnUnknown,
    );
}

#[test]
fn a_check_that_the_database_alone_keeps_is_no_rule() {
    let (mut document, _) = sample::orders();
    table(&mut document).checks[0].enforcement = Enforcement::Database;
    let checked = check(&document, Vec::new(), today());
    let codes: Vec<_> = checked
        .diagnostics
        .iter()
        .map(|finding| (finding.code, finding.severity))
        .collect();
    assert_eq!(codes, [(Code::CheckNotEvaluated, WARNING)]);
    assert_eq!(checked.spec.unwrap().rules, []);
}

#[test]
fn a_check_becomes_a_rule_with_its_place() {
    let (checked, text) = outcome(|_| ());
    let spec = checked.spec.unwrap();
    let rule = &spec.rules[0];
    assert_eq!(
        rule.origin,
        RuleOrigin::Check(constraint("orders_quantity_check"))
    );
    assert_eq!(rule.fields, [field("quantity")]);
    assert_eq!(rule.place.heading, "Data Schema");
    let Span { start, end } = rule.place.span;
    assert_eq!(text.get(start..end), Some("quantity > 0"));
    let above = text.get(..start).unwrap();
    assert_eq!(rule.place.line, above.lines().count());
}

#[test]
fn unwise_constructs_are_notes_with_the_better_line() {
    let found = finds(
        |document| {
            let columns = &mut table(document).columns;
            columns[7].column_type.value = ColumnType::Scalar(ScalarType::Timestamp);
            columns.push(column("paid_at", ColumnType::Scalar(ScalarType::Timestamp)));
        },
        &[(Code::TimeWithoutZone, NOTE, "TIMESTAMPTZ")],
    );
    assert_eq!(found[0].labels.len(), 1);
    assert_eq!(
        found[0].help.clone().unwrap().replacement.unwrap().value,
        "TIMESTAMPTZ"
    );
    let found = finds(
        default_of(0, DefaultValue::RandomUuid),
        &[(Code::RandomKey, NOTE, " ")],
    );
    assert_eq!(
        found[0].help.clone().unwrap().replacement.unwrap().value,
        "uuidv7()"
    );
    finds(
        |document| {
            table(document).columns[STATUS].column_type.value =
                ColumnType::Scalar(ScalarType::Text);
        },
        &[(Code::TextWithoutLimit, NOTE, "VARCHAR(20)")],
    );
}

#[test]
fn each_missing_column_of_a_check_is_named_once() {
    let (checked, _) = outcome(|document| {
        let names = ["amount", "total", "amount"];
        let parts = names.map(|name| compared(name, Value::Integer(0)));
        table(document)
            .checks
            .push(check_of(Expr::Or(parts.into())));
    });
    let headlines: Vec<&str> = checked
        .diagnostics
        .iter()
        .map(|finding| finding.headline.as_str())
        .collect();
    assert_eq!(headlines.len(), 2, "{headlines:?}");
    assert!(headlines[0].contains("`amount`") && headlines[1].contains("`total`"));
}
