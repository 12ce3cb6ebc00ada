use super::*;
use crate::column_type::{ColumnType, ScalarType};
use crate::name::{FieldName, TableName};
use crate::rule::{Comparison, Expr};
use crate::table::{
    Check, Column, DefaultValue, Enforcement, Index, IndexColumn, OnDelete, Reference, Unique,
};
use crate::value::Value;

fn at<T>(value: T) -> Located<T> {
    Located::new(value, Span::default())
}

fn name(text: &str) -> Located<ColumnName> {
    at(ColumnName::new(text).unwrap())
}

fn constraint(text: &str) -> ConstraintName {
    ConstraintName::new(text).unwrap()
}

fn column(text: &str, scalar: ScalarType) -> Column {
    Column {
        name: name(text),
        column_type: at(ColumnType::Scalar(scalar)),
        nullable: true,
        default: None,
        comment: None,
        span: Span::default(),
    }
}

fn required(column: Column) -> Column {
    Column {
        nullable: false,
        ..column
    }
}

fn defaulted(column: Column, value: DefaultValue) -> Column {
    Column {
        default: Some(at(value)),
        ..column
    }
}

fn number(value: i64) -> Expr {
    Expr::Literal(Value::Integer(value))
}

fn compare(field: &str, comparison: Comparison, value: i64) -> Expr {
    let field = Expr::Field(FieldName::new(field).unwrap());
    Expr::Compare(Box::new(field), comparison, Box::new(number(value)))
}

fn list(field: &str, values: &[i64]) -> Expr {
    let field = Expr::Field(FieldName::new(field).unwrap());
    Expr::In(
        Box::new(field),
        values.iter().map(|&value| number(value)).collect(),
    )
}

fn check(text: &str, expr: Expr) -> Check {
    Check {
        name: constraint(text),
        expr: at(expr),
        enforcement: Enforcement::Everywhere,
    }
}

fn index(text: &str, unique: bool) -> Index {
    Index {
        name: constraint(text),
        columns: vec![IndexColumn {
            column: name("price"),
            descending: false,
        }],
        unique,
        predicate: None,
        span: Span::default(),
    }
}

fn reference(column: &str) -> Reference {
    Reference {
        name: constraint(&format!("t_{column}_fkey")),
        columns: vec![name(column)],
        table: at(TableName::new("other").unwrap()),
        target: vec![],
        on_delete: OnDelete::Refuse,
        span: Span::default(),
    }
}

fn unique(column: &str) -> Unique {
    Unique {
        name: constraint(&format!("t_{column}_key")),
        columns: vec![name(column)],
        span: Span::default(),
    }
}

fn table() -> Table {
    Table {
        name: at(TableName::new("t").unwrap()),
        columns: vec![
            required(column("id", ScalarType::BigInt)),
            required(column("price", ScalarType::Integer)),
            defaulted(
                required(column("count", ScalarType::Integer)),
                DefaultValue::Literal(Value::Integer(1)),
            ),
            column("note", ScalarType::Text),
            column("parent", ScalarType::BigInt),
        ],
        primary_key: vec![name("id")],
        uniques: vec![unique("note")],
        checks: vec![check(
            "t_price_check",
            compare("price", Comparison::Greater, 0),
        )],
        references: vec![reference("parent")],
        indexes: vec![index("t_price_idx", false)],
        comment: None,
        span: Span::default(),
    }
}

#[track_caller]
fn applied(change: impl FnOnce(&mut Table), steps: &[Step]) {
    let mut new = table();
    change(&mut new);
    assert_eq!(plan(&table(), &new), Ok(steps.to_vec()));
}

#[track_caller]
fn refused(change: impl FnOnce(&mut Table), wording: &str) {
    let mut new = table();
    change(&mut new);
    let refusals = plan(&table(), &new).unwrap_err();
    let changes: Vec<_> = refusals
        .iter()
        .map(|refusal| refusal.change.as_str())
        .collect();
    assert_eq!(changes, [wording]);
    assert!(refusals.iter().all(|refusal| !refusal.needed.is_empty()));
}

#[test]
fn places_and_order_are_no_change() {
    applied(|_| {}, &[]);
    applied(
        |table| {
            table.columns.reverse();
            for column in &mut table.columns {
                column.span = Span::new(1, 2);
                column.name.span = Span::new(1, 2);
                column.column_type.span = Span::new(3, 4);
            }
            for check in &mut table.checks {
                check.expr.span = Span::new(5, 6);
            }
            table.primary_key[0].span = Span::new(7, 8);
            table.references[0].table.span = Span::new(7, 8);
            table.indexes[0].columns[0].column.span = Span::new(7, 8);
            table.span = Span::new(0, 9);
        },
        &[],
    );
}

#[test]
fn a_nullable_or_defaulted_column_is_added() {
    let added = ColumnName::new("size").unwrap();
    let size = || column("size", ScalarType::Integer);
    applied(
        |table| table.columns.push(size()),
        &[Step::AddColumn(added.clone())],
    );
    let one = DefaultValue::Literal(Value::Integer(1));
    applied(
        |table| {
            table.columns.push(defaulted(required(size()), one.clone()));
            table.checks.push(check(
                "t_size_check",
                compare("size", Comparison::Greater, 0),
            ));
        },
        &[Step::AddColumn(added.clone())],
    );
    applied(
        |table| {
            table.columns.push(size());
            table.uniques.push(unique("size"));
            table.references.push(reference("size"));
        },
        &[Step::AddColumn(added)],
    );
    refused(
        |table| table.columns.push(required(size())),
        "column `size` is new, `NOT NULL` and without `DEFAULT`",
    );
    refused(
        |table| {
            table
                .columns
                .push(defaulted(size(), DefaultValue::Sequence));
        },
        "column `size` is new and numbers its rows",
    );
    refused(
        |table| {
            table.columns.push(defaulted(size(), one.clone()));
            table.checks.push(check(
                "t_size_check",
                compare("size", Comparison::Greater, 1),
            ));
        },
        "check `t_size_check` does not hold for the rows that are stored",
    );
    refused(
        |table| {
            table.columns.push(defaulted(size(), one.clone()));
            table.uniques.push(unique("size"));
        },
        "`size` became `UNIQUE`",
    );
}

#[test]
fn a_column_that_changes_otherwise_is_refused() {
    refused(
        |table| {
            table.columns.remove(4);
            table.references.clear();
            table.references.push(reference("parent"));
        },
        "column `parent` is gone",
    );
    refused(
        |table| table.columns[3].nullable = false,
        "column `note` became `NOT NULL`",
    );
    refused(
        |table| table.columns[1].nullable = true,
        "column `price` is no longer `NOT NULL`",
    );
    refused(
        |table| table.columns[1].column_type.value = ColumnType::Scalar(ScalarType::BigInt),
        "column `price` was INTEGER and became BIGINT",
    );
    refused(
        |table| table.columns[2].default = None,
        "column `count` is `NOT NULL` and lost its `DEFAULT`",
    );
    refused(
        |table| table.name = at(TableName::new("u").unwrap()),
        "table `t` became `u`",
    );
    refused(
        |table| table.primary_key = vec![name("price")],
        "the primary key was `id` and became `price`",
    );
}

#[test]
fn another_default_touches_no_row() {
    let two = DefaultValue::Literal(Value::Integer(2));
    applied(
        |table| table.columns[2].default = Some(at(two)),
        &[Step::SetDefault(ColumnName::new("count").unwrap())],
    );
    refused(
        |table| table.columns[2].default = Some(at(DefaultValue::Sequence)),
        "column `count` began or ceased to number its rows",
    );
}

#[test]
fn constraints_and_indexes_come_and_go_as_rows_allow() {
    applied(
        |table| table.indexes.push(index("t_idx", false)),
        &[Step::CreateIndex(constraint("t_idx"))],
    );
    applied(
        |table| table.comment = Some("a table".to_owned()),
        &[Step::Describe],
    );
    applied(
        |table| table.columns[0].comment = Some("the key".to_owned()),
        &[Step::Describe],
    );
    refused(
        |table| table.indexes.push(index("t_idx", true)),
        "unique index `t_idx` is new",
    );
    refused(|table| table.indexes.clear(), "index `t_price_idx` is gone");
    refused(
        |table| table.indexes[0].columns[0].descending = true,
        "index `t_price_idx` changed",
    );
    refused(
        |table| table.uniques.push(unique("price")),
        "`price` became `UNIQUE`",
    );
    refused(
        |table| table.uniques.clear(),
        "`note` is no longer `UNIQUE`",
    );
    refused(
        |table| table.references[0].on_delete = OnDelete::Cascade,
        "the reference of `parent` changed",
    );
    refused(
        |table| table.references.push(reference("price")),
        "`price` came to refer to `other`",
    );
    refused(
        |table| table.references.clear(),
        "`parent` no longer refers to `other`",
    );
    refused(
        |table| {
            table
                .checks
                .push(check("more", compare("price", Comparison::Less, 9)));
        },
        "check `more` is new",
    );
}

#[test]
fn a_check_that_goes_or_loosens_is_applied() {
    let price = constraint("t_price_check");
    applied(
        |table| table.checks.clear(),
        &[Step::DropCheck(price.clone())],
    );
    applied(
        |table| table.checks[0].expr.value = compare("price", Comparison::GreaterOrEqual, 0),
        &[Step::LoosenCheck(price.clone())],
    );
    applied(
        |table| table.checks[0].name = constraint("other"),
        &[
            Step::DropCheck(price),
            Step::LoosenCheck(constraint("other")),
        ],
    );
    refused(
        |table| table.checks[0].expr.value = compare("price", Comparison::Greater, 1),
        "check `t_price_check` may refuse what it let pass before",
    );
}

#[test]
fn looser_is_what_can_be_proven() {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    let between = |low, high| {
        let field = Expr::Field(FieldName::new("a").unwrap());
        Expr::Between(
            Box::new(field),
            Box::new(number(low)),
            Box::new(number(high)),
        )
    };
    let is = |comparison, value| compare("a", comparison, value);
    let cases = [
        (is(Greater, 5), is(Greater, 3), true),
        (is(Greater, 5), is(Greater, 6), false),
        (is(Greater, 5), is(GreaterOrEqual, 5), true),
        (is(GreaterOrEqual, 5), is(Greater, 5), false),
        (is(GreaterOrEqual, 5), is(Greater, 4), true),
        (is(Less, 5), is(LessOrEqual, 5), true),
        (is(Less, 5), is(Greater, 0), false),
        (is(Equal, 5), is(NotEqual, 6), true),
        (is(Equal, 5), is(Less, 6), true),
        (between(1, 5), between(0, 6), true),
        (between(1, 5), between(2, 6), false),
        (between(1, 5), is(LessOrEqual, 5), true),
        (list("a", &[1, 2]), list("a", &[2, 1, 3]), true),
        (list("a", &[1, 2]), list("a", &[1]), false),
        (list("a", &[1, 2]), is(Greater, 0), true),
        (list("a", &[1, 2]), list("b", &[1, 2]), false),
        (
            Expr::And(vec![is(Greater, 0), is(Less, 9)]),
            is(Less, 9),
            true,
        ),
        (
            is(Less, 9),
            Expr::And(vec![is(Greater, 0), is(Less, 9)]),
            false,
        ),
        (
            is(Less, 9),
            Expr::Or(vec![is(Greater, 20), is(Less, 10)]),
            true,
        ),
        (
            Expr::Or(vec![is(Greater, 20), is(Less, 10)]),
            is(Less, 10),
            false,
        ),
        (
            Expr::Or(vec![is(Equal, 1), is(Equal, 2)]),
            list("a", &[1, 2]),
            true,
        ),
        (is(Greater, 5), compare("b", Greater, 5), false),
    ];
    for (old, new, expected) in cases {
        assert_eq!(
            looser::is_looser(&old, &new),
            expected,
            "{old:?} to {new:?}"
        );
    }
}

#[test]
fn a_proof_gives_up_in_time() {
    let mut old = compare("a", Comparison::Greater, 0);
    let mut new = compare("b", Comparison::Greater, 0);
    for step in 0..40 {
        let (one, other) = (
            compare("a", Comparison::Less, step),
            compare("b", Comparison::Less, step),
        );
        old = Expr::And(vec![old, Expr::Not(Box::new(one))]);
        new = Expr::Or(vec![new, Expr::Not(Box::new(other))]);
    }
    assert!(!looser::is_looser(&old, &new));
}
