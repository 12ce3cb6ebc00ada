use super::describe;
use crate::name::{ConstraintName, FieldName};
use crate::rule::fields::fields;
use crate::rule::{Arithmetic, Comparison, Expr, Format, Function, Rule, RuleOrigin};
use crate::source::{Place, Span};
use crate::value::Value;

fn field(name: &str) -> Expr {
    Expr::Field(FieldName::new(name).unwrap())
}

fn integer(number: i64) -> Expr {
    Expr::Literal(Value::Integer(number))
}

fn text(text: &str) -> Expr {
    Expr::Literal(Value::Text(text.to_owned()))
}

fn compare(left: Expr, comparison: Comparison, right: Expr) -> Expr {
    Expr::Compare(Box::new(left), comparison, Box::new(right))
}

fn length(name: &str) -> Expr {
    Expr::Call(Function::CharLength, vec![field(name)])
}

#[track_caller]
fn check(expr: Expr, subject: &str, expected: &str) {
    let rule = Rule {
        fields: fields(&expr),
        expr,
        origin: RuleOrigin::Check(ConstraintName::new("t_check").unwrap()),
        place: Place {
            heading: "Data Schema".to_owned(),
            span: Span::default(),
            line: 7,
        },
    };
    let subject = FieldName::new(subject).ok();
    assert_eq!(describe(&rule, subject.as_ref()), expected);
}

#[test]
fn a_comparison_says_what_the_field_must_be() {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    check(
        compare(field("a"), Greater, integer(0)),
        "a",
        "must be greater than 0",
    );
    check(
        compare(integer(0), Less, field("a")),
        "a",
        "must be greater than 0",
    );
    check(
        compare(field("a"), NotEqual, text("")),
        "a",
        "must not be empty",
    );
    check(compare(field("a"), Equal, text("x")), "a", "must be `x`");
    check(
        compare(field("end_date"), GreaterOrEqual, field("start_date")),
        "start_date",
        "must be at most `end_date`",
    );
    check(
        compare(field("end_date"), GreaterOrEqual, field("start_date")),
        "",
        "`end_date` must be at least `start_date`",
    );
    let sum = Expr::Compute(Box::new(field("a")), Arithmetic::Add, Box::new(field("b")));
    check(
        compare(sum, LessOrEqual, field("c")),
        "c",
        "must be at least `a` + `b`",
    );
    let now = Expr::Call(Function::Now, vec![]);
    check(
        compare(field("a"), Less, now.clone()),
        "a",
        "must be in the past",
    );
    check(
        compare(field("a"), Greater, now),
        "a",
        "must be in the future",
    );
    check(
        compare(field("a"), Equal, Expr::Literal(Value::Boolean(true))),
        "a",
        "must be true",
    );
}

#[test]
fn a_length_counts_characters() {
    check(
        Expr::Between(
            Box::new(length("a")),
            Box::new(integer(3)),
            Box::new(integer(20)),
        ),
        "a",
        "must have 3 to 20 characters",
    );
    check(
        Expr::And(vec![
            compare(length("a"), Comparison::GreaterOrEqual, integer(3)),
            compare(length("a"), Comparison::LessOrEqual, integer(20)),
        ]),
        "a",
        "must have 3 to 20 characters",
    );
    check(
        compare(length("a"), Comparison::Greater, integer(0)),
        "a",
        "must have at least 1 character",
    );
    check(
        compare(length("a"), Comparison::Less, integer(5)),
        "a",
        "must have at most 4 characters",
    );
    check(
        compare(
            Expr::Call(Function::Cardinality, vec![field("a")]),
            Comparison::LessOrEqual,
            integer(3),
        ),
        "a",
        "must have at most 3 items",
    );
    check(
        compare(
            Expr::Call(Function::Trim, vec![field("a")]),
            Comparison::NotEqual,
            text(""),
        ),
        "a",
        "must not be empty or consist of spaces",
    );
}

#[test]
fn lists_patterns_and_formats_are_named() {
    let list = Expr::In(Box::new(field("a")), vec![text("a"), text("b")]);
    check(list.clone(), "a", "must be one of `a`, `b`");
    check(
        Expr::Not(Box::new(list)),
        "a",
        "must not be one of `a`, `b`",
    );
    let like = |pattern: &str| Expr::Like {
        value: Box::new(field("a")),
        pattern: pattern.to_owned(),
        escape: None,
        insensitive: false,
    };
    check(like("ab%"), "a", "must begin with `ab`");
    check(like("%ab"), "a", "must end with `ab`");
    check(like("%ab%"), "a", "must contain `ab`");
    check(
        like("a_b%"),
        "a",
        "must match the pattern `a_b%`, where `%` is any text and `_` one character",
    );
    check(
        Expr::Matches {
            value: Box::new(field("a")),
            pattern: "^[A-Z]{3}$".to_owned(),
            insensitive: false,
        },
        "a",
        "must match the pattern `^[A-Z]{3}$`",
    );
    check(
        Expr::Is(Box::new(field("a")), Format::Email),
        "a",
        "must be an email address",
    );
    check(
        Expr::Is(Box::new(field("a")), Format::Url),
        "a",
        "must be an absolute URL with a host",
    );
    check(
        Expr::Is(Box::new(field("a")), Format::NotBlank),
        "a",
        "must not be blank",
    );
}

#[test]
fn compositions_are_told_in_plain_words() {
    use Comparison::{Equal, Greater, Less, NotEqual};
    check(
        Expr::And(vec![
            compare(field("a"), Greater, integer(0)),
            compare(field("a"), Less, integer(9)),
        ]),
        "a",
        "must be greater than 0 and less than 9",
    );
    check(
        Expr::Or(vec![
            Expr::IsNull(Box::new(field("a"))),
            compare(field("a"), Greater, integer(0)),
        ]),
        "a",
        "must be null or greater than 0",
    );
    let sent = Expr::Or(vec![
        compare(field("status"), NotEqual, text("sent")),
        Expr::Not(Box::new(Expr::IsNull(Box::new(field("sent_at"))))),
    ]);
    check(
        sent.clone(),
        "status",
        "must not be `sent`, or `sent_at` must not be null",
    );
    check(
        sent.clone(),
        "sent_at",
        "must not be null, or `status` must not be `sent`",
    );
    check(
        sent,
        "",
        "`status` must not be `sent`, or `sent_at` must not be null",
    );
    check(
        Expr::Not(Box::new(Expr::And(vec![
            compare(field("a"), Equal, integer(1)),
            compare(field("b"), Equal, integer(2)),
        ]))),
        "a",
        "must not be 1, or `b` must not be 2",
    );
}

#[test]
fn what_has_no_short_wording_is_named() {
    let product = Expr::Compute(
        Box::new(field("a")),
        Arithmetic::Multiply,
        Box::new(field("b")),
    );
    check(
        compare(product, Comparison::Less, integer(5)),
        "a",
        "must satisfy the rule `t_check` of the document",
    );
    check(
        compare(field("a"), Comparison::Less, field("a")),
        "a",
        "must satisfy the rule `t_check` of the document",
    );
    let many = (0..500).map(|number| text(&number.to_string())).collect();
    check(
        Expr::In(Box::new(field("a")), many),
        "a",
        "must satisfy the rule `t_check` of the document",
    );
}
