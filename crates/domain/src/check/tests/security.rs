//! Access, limits, input validation, sensitive columns.

use super::*;
use crate::access::{Access, Authentication, Grant};
use crate::column_type::{ColumnType, ScalarType};
use crate::document::IfMatchClause;
use crate::endpoint::Method;
use crate::limit::RateLimit;
use crate::name::ScopeName;
use crate::rule::{Comparison, Expr, Format, Function, Rule, RuleOrigin, fields};
use crate::source::{Place, Span};
use crate::value::Value;
use sample::{at, column_name, field, reference_of, unique_of};

fn access(change: impl FnOnce(&mut Document)) -> Access {
    outcome(change).0.spec.unwrap().access
}

fn authenticate(ways: Vec<Authentication>) -> impl FnOnce(&mut Document) {
    move |document| {
        let ways = ways.into_iter().map(at).collect();
        document.authentication = Entry::Filled(Located::new(ways, Span::new(2, 6)));
        for entry in &mut document.endpoints {
            entry.statuses.clear();
        }
    }
}

#[test]
fn what_is_unfilled_takes_the_stricter_meaning() {
    let access = access(|document| {
        document.authentication = Entry::Missing;
        document.authorization = Entry::Missing;
    });
    assert_eq!(access.authentication[0].value, Authentication::ApiKey);
    for method in Method::ALL {
        let scope = if method == Method::Get {
            "orders:read"
        } else {
            "orders:write"
        };
        let scopes: Vec<&str> = access.scopes_for(method).map(ScopeName::as_str).collect();
        assert_eq!(scopes, [scope]);
    }
}

#[test]
fn none_needs_no_scopes_and_knows_no_owners() {
    let open = || authenticate(vec![Authentication::None]);
    let access = access(|document| {
        open()(document);
        document.authorization = Entry::Missing;
    });
    assert!(access.is_open() && access.grants.is_empty());
    finds(open(), &[(Code::ScopesUnused, WARNING, "orders:write")]);
    finds(
        |document| {
            open()(document);
            document.authorization = Entry::Missing;
            document.owners_only = Some(Span::new(2, 6));
        },
        &[(Code::OwnersUnknown, ERROR, "SPEC")],
    );
}

#[test]
fn none_stands_alone() {
    refused(
        |document| {
            authenticate(vec![Authentication::ApiKey, Authentication::None])(document);
            document.authorization = Entry::Missing;
        },
        Code::OpenBesideClosed,
    );
}

#[test]
fn an_issuer_is_asked_over_https_alone() {
    let jwt = |issuer: &str| Authentication::Jwt {
        issuer: issuer.to_owned(),
        audience: "orders".to_owned(),
    };
    for issuer in ["http://login.example.org", "https://login.example.org/?a=b"] {
        let ways = vec![jwt("https://good.example"), jwt(issuer)];
        refused(authenticate(ways), Code::IssuerInsecure);
    }
    for issuer in ["https://login.example.org/tenant", "http://127.0.0.1:9000"] {
        finds(authenticate(vec![jwt(issuer)]), &[]);
    }
}

fn grants(document: &mut Document) -> &mut Vec<Grant> {
    match &mut document.authorization {
        Entry::Filled(grants) => &mut grants.value,
        _ => panic!("the sample has grants"),
    }
}

#[test]
fn each_declared_method_has_a_scope() {
    let (checked, text) = outcome(|document| {
        grants(document)[0]
            .methods
            .retain(|method| *method != Method::Delete);
    });
    let found = &checked.diagnostics;
    assert_eq!((found.len(), found[0].code), (1, Code::MethodWithoutScope));
    assert!(found[0].headline.contains("DELETE"));
    let text = pasted(&text, &found[0]);
    assert!(
        text.contains("`orders:read` may GET; ; `orders:write` may DELETE"),
        "{text}"
    );
}

#[test]
fn a_scope_for_a_method_that_is_not_declared_has_no_effect() {
    finds(
        |document| {
            document.endpoints.pop();
            document.endpoint_labels.pop();
        },
        &[(Code::MethodNotDeclared, WARNING, "orders:write")],
    );
}

#[test]
fn the_methods_of_one_scope_are_told_at_once() {
    let found = finds(
        |document| {
            document.endpoints.truncate(2);
            document.endpoint_labels.clear();
        },
        &[(Code::MethodNotDeclared, WARNING, "orders:write")],
    );
    assert!(found[0].headline.contains("PUT, PATCH, DELETE"));
}

#[test]
fn one_of_two_scopes_is_enough() {
    let access = access(|document| {
        let scope = at(ScopeName::new("admin").unwrap());
        let methods = vec![Method::Get];
        grants(document).push(Grant { scope, methods });
    });
    assert_eq!(access.scopes_for(Method::Get).count(), 2);
}

fn limit(requests: u32, burst: Option<u32>, method: Option<Method>) -> RateLimit {
    RateLimit {
        requests,
        window_seconds: 60,
        burst,
        method,
        span: Span::new(1, 2),
    }
}

#[test]
fn a_limit_is_one_a_method_and_lets_somebody_pass() {
    let refusals = [
        (vec![limit(0, None, None)], Code::LimitZero),
        (vec![limit(1, Some(0), None)], Code::LimitZero),
        (
            vec![limit(1, None, None), limit(2, None, None)],
            Code::LimitTwice,
        ),
    ];
    for (limits, code) in refusals {
        refused(|document| document.limits = limits, code);
    }
    let limits = vec![limit(1, None, None), limit(2, Some(3), Some(Method::Post))];
    finds(|document| document.limits = limits, &[]);
    finds(
        |document| {
            document.endpoints.pop();
            document.endpoint_labels.pop();
            grants(document)[0].methods.pop();
            document.limits = vec![limit(1, None, Some(Method::Delete))];
        },
        &[(Code::MethodNotDeclared, WARNING, " ")],
    );
}

fn clause(expr: Expr) -> Located<Rule> {
    let span = Span::new(2, 6);
    let rule = Rule {
        fields: fields::fields(&expr),
        expr,
        origin: RuleOrigin::Clause,
        place: Place {
            heading: "Security".to_owned(),
            span,
            line: 1,
        },
    };
    Located::new(rule, span)
}

fn is_email(name: &str) -> Located<Rule> {
    clause(Expr::Is(Box::new(Expr::Field(field(name))), Format::Email))
}

#[test]
fn a_rule_is_about_a_field() {
    finds(
        |document| document.clauses.push(is_email("custmer_email")),
        &[(Code::ClauseFieldUnknown, ERROR, "SPEC")],
    );
    let (checked, _) = outcome(|document| document.clauses.push(is_email("customer_email")));
    let rules = checked.spec.unwrap().rules;
    assert_eq!(rules.len(), 2);
    assert_eq!(rules[1].origin, RuleOrigin::Clause);
}

#[test]
fn a_rule_fits_its_field() {
    finds(
        |document| document.clauses.push(is_email("quantity")),
        &[(Code::ClauseUnfit, ERROR, "SPEC")],
    );
}

fn matches(name: &str, pattern: &str) -> Expr {
    Expr::Matches {
        value: Box::new(Expr::Field(field(name))),
        pattern: pattern.to_owned(),
        insensitive: false,
    }
}

#[test]
fn a_rule_has_a_pattern_that_can_be_read() {
    let found = finds(
        |document| document.clauses.push(clause(matches("status", "new)"))),
        &[(Code::PatternUnreadable, ERROR, "SPEC")],
    );
    assert!(found[0].headline.contains("`new)`"), "{:?}", found[0]);
    finds(
        |document| {
            document
                .clauses
                .push(clause(matches("status", r"(.)ew|\1")));
        },
        &[(Code::ClauseUnfit, ERROR, "SPEC")],
    );
}

fn has_items(name: &str, low: i64, high: i64) -> Located<Rule> {
    let items = Expr::Call(Function::Cardinality, vec![Expr::Field(field(name))]);
    let literal = |number| Box::new(Expr::Literal(Value::Integer(number)));
    clause(Expr::Between(Box::new(items), literal(low), literal(high)))
}

/// The sample's `tags` are `["gift"]`; here its column is JSON.
fn json_tags(document: &mut Document) {
    let columns = &mut table(document).columns;
    let tags = columns
        .iter_mut()
        .find(|column| column.name.value.as_str() == "tags");
    tags.unwrap().column_type.value = ColumnType::Jsonb;
}

#[test]
fn the_items_of_a_json_array_are_counted() {
    finds(
        |document| {
            json_tags(document);
            document.clauses.push(has_items("tags", 1, 5));
        },
        &[],
    );
    finds(
        |document| {
            json_tags(document);
            document.clauses.push(has_items("tags", 2, 5));
        },
        &[(Code::ExampleInvalid, ERROR, "[\"gift\"]")],
    );
}

#[test]
fn the_past_and_the_future_of_a_day_are_other_days() {
    let now = |name| {
        let now = Expr::Call(Function::Now, Vec::new());
        let field = Box::new(Expr::Field(field(name)));
        clause(Expr::Compare(field, Comparison::Less, Box::new(now)))
    };
    let (checked, _) = outcome(|document| {
        let date = ColumnType::Scalar(ScalarType::Date);
        table(document)
            .columns
            .push(sample::column("ordered_on", date));
        document.clauses.push(now("ordered_on"));
        document.clauses.push(now("created_at"));
    });
    let rules = checked.spec.unwrap().rules;
    let asks = |rule: &Rule| match &rule.expr {
        Expr::Compare(_, _, right) => match **right {
            Expr::Call(function, _) => Some(function),
            _ => None,
        },
        _ => None,
    };
    let asked: Vec<_> = rules.iter().filter_map(asks).collect();
    assert_eq!(asked, [Function::Today, Function::Now]);
}

#[test]
fn an_example_keeps_the_clauses() {
    finds(
        |document| document.clauses.push(is_email("status")),
        &[(Code::ExampleInvalid, ERROR, "\"new\"")],
    );
}

#[test]
fn sensitive_columns_are_columns() {
    type Change = fn(&mut Document);
    let changes: [Change; 4] = [
        |document| document.compliance.pii.push(at(column_name("mail"))),
        |document| document.compliance.phi.push(at(column_name("mail"))),
        |document| document.compliance.encrypted.push(at(column_name("mail"))),
        |document| document.compliance.subject = Some(at(column_name("mail"))),
    ];
    for change in changes {
        finds(change, &[(Code::SensitiveColumnUnknown, ERROR, " ")]);
    }
    finds(
        |document| {
            document
                .compliance
                .pii
                .push(at(column_name("customer_email")));
        },
        &[],
    );
}

#[test]
fn a_retention_keeps_something() {
    finds(
        |document| document.compliance.retention_days = Some(at(0)),
        &[(Code::RetentionZero, ERROR, " ")],
    );
}

#[test]
fn an_encrypted_column_is_not_compared() {
    let encrypt = |document: &mut Document, name| {
        document.compliance.encrypted.push(at(column_name(name)));
    };
    finds(|document| encrypt(document, "customer_email"), &[]);
    finds(
        |document| encrypt(document, "status"),
        &[(Code::EncryptedColumnUnsuited, ERROR, "status")],
    );
    refused(
        |document| encrypt(document, "id"),
        Code::EncryptedColumnUnsuited,
    );
    refused(
        |document| {
            encrypt(document, "customer_email");
            table(document)
                .uniques
                .push(unique_of("u", &["customer_email"]));
        },
        Code::EncryptedColumnUnsuited,
    );
    refused(
        |document| {
            document.compliance.phi.push(at(column_name("quantity")));
            table(document)
                .references
                .push(reference_of("quantity", "people"));
        },
        Code::EncryptedColumnUnsuited,
    );
}

fn if_match(methods: &[Method]) -> impl Fn(&mut Document) {
    let methods: Vec<_> = methods.iter().copied().map(at).collect();
    move |document| {
        document.if_match.push(IfMatchClause {
            methods: methods.clone(),
            span: Span::new(2, 6),
        });
    }
}

/// The methods that must carry `If-Match`.
fn required(change: impl FnOnce(&mut Document)) -> Vec<Method> {
    let required = outcome(change).0.spec.unwrap().if_match_required;
    required.into_iter().map(|method| method.value).collect()
}

#[test]
fn if_match_is_required_of_the_declared_methods_that_change_a_record() {
    assert_eq!(required(|_| ()), []);
    let declared: Vec<Method> = [Method::Put, Method::Patch, Method::Delete]
        .into_iter()
        .filter(|method| {
            let spec = outcome(|_| ()).0.spec.unwrap();
            spec.endpoints
                .iter()
                .any(|endpoint| endpoint.operation.method() == *method)
        })
        .collect();
    assert!(!declared.is_empty());
    assert_eq!(required(if_match(&[])), declared);
    let one = declared[0];
    assert_eq!(required(if_match(&[one])), [one]);
    let twice = |document: &mut Document| {
        if_match(&[one])(document);
        if_match(&[])(document);
    };
    assert_eq!(required(twice), declared);
}

#[test]
fn if_match_is_required_of_nothing_else() {
    refused(if_match(&[Method::Post]), Code::IfMatchUnsuited);
    refused(if_match(&[Method::Get]), Code::IfMatchUnsuited);
    refused(
        |document| {
            document.endpoints.retain(|entry| {
                let method = entry.line.value.method;
                matches!(method, Method::Post | Method::Get)
            });
            document.authorization = Entry::Missing;
            document.endpoint_labels.truncate(document.endpoints.len());
            if_match(&[])(document);
        },
        Code::IfMatchUnsuited,
    );
    refused(
        |document| {
            document
                .endpoints
                .retain(|entry| entry.line.value.method != Method::Delete);
            document.authorization = Entry::Missing;
            document.endpoint_labels.truncate(document.endpoints.len());
            if_match(&[Method::Delete])(document);
        },
        Code::IfMatchUnsuited,
    );
}
