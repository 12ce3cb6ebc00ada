//! A spec with something in every part, built by hand.

use std::sync::Arc;

use chrono::NaiveDate;
use specd_domain::Spec;
use specd_domain::access::{Access, Authentication, Grant};
use specd_domain::column_type::{ColumnType, NumericShape, ScalarType};
use specd_domain::compatibility::{AnnouncedChange, Compatibility};
use specd_domain::compliance::Compliance;
use specd_domain::document::Status;
use specd_domain::endpoint::{Endpoint, EndpointPath, Method, Operation};
use specd_domain::field::{Field, Shape};
use specd_domain::flow::{Flow, Message};
use specd_domain::limit::RateLimit;
use specd_domain::name::{
    CollectionName, ColumnName, ConstraintName, FieldName, FlagName, ScopeName, SpecNumber,
    TableName,
};
use specd_domain::objective::{Alert, Measure, Objective, Percentile};
use specd_domain::rollout::{PhaseTicks, RollbackCriterion, Rollout};
use specd_domain::rule::{Comparison, Expr, Format, Rule, RuleOrigin};
use specd_domain::source::{Located, Place, Span};
use specd_domain::table::{
    Check, Column, DefaultValue, Enforcement, Index, IndexColumn, OnDelete, Reference, Table,
    Unique,
};
use specd_domain::value::Value;

const PRICE: ScalarType = ScalarType::Numeric(Some(NumericShape {
    precision: 10,
    scale: 2,
}));

pub(crate) fn spec() -> Spec {
    Spec {
        number: SpecNumber(1),
        title: "Orders".to_owned(),
        status: Status::Approved,
        author: "Ada Lovelace".to_owned(),
        created: day(1),
        last_updated: day(2),
        reviewers: vec!["grace".to_owned()],
        path: "docs/architecture/specs/0001-order.md".to_owned(),
        summary: Some("What customers buy.".to_owned()),
        version: 1,
        collection: CollectionName::new("orders").unwrap(),
        endpoints: vec![
            endpoint(Operation::Create, 201),
            endpoint(Operation::List, 200),
            endpoint(Operation::Delete, 204),
        ],
        table: Arc::new(table()),
        rules: rules(),
        access: access(),
        if_match_required: Vec::new(),
        limits: vec![RateLimit {
            requests: 100,
            window_seconds: 60,
            burst: Some(20),
            method: Some(Method::Post),
            span: Span::default(),
        }],
        rollout: rollout(),
        objectives: vec![Objective {
            measure: Measure::Latency,
            percentile: Some(Percentile(950)),
            target: "50".parse().unwrap(),
            span: Span::default(),
        }],
        alerts: vec![Alert {
            measure: Measure::Availability,
            percentile: None,
            threshold: "99.5".parse().unwrap(),
            span: Span::default(),
        }],
        compliance: Compliance {
            pii: vec![at(column_name("contact"))],
            subject: Some(at(column_name("contact"))),
            retention_days: Some(at(365)),
            erased_on_request: Some(Span::new(1, 2)),
            ..Compliance::default()
        },
        compatibility: compatibility(),
        flow: Some(Flow {
            participants: vec![at("Client".to_owned()), at("API".to_owned())],
            messages: vec![Message {
                from: "Client".to_owned(),
                to: "API".to_owned(),
                text: "POST".to_owned(),
                is_reply: false,
                is_async: false,
                branch: None,
                span: Span::default(),
            }],
            branches: Vec::new(),
            span: Span::default(),
        }),
        runbook: Some("../../operations/runbook-orders.md".to_owned()),
    }
}

fn at<T>(value: T) -> Located<T> {
    Located::new(value, Span::default())
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 1, day).unwrap()
}

fn column_name(name: &str) -> ColumnName {
    ColumnName::new(name).unwrap()
}

fn column(name: &str, column_type: ColumnType) -> Column {
    Column {
        name: at(column_name(name)),
        column_type: at(column_type),
        nullable: false,
        default: None,
        comment: None,
        span: Span::default(),
    }
}

fn scalar(name: &str, scalar: ScalarType) -> Column {
    column(name, ColumnType::Scalar(scalar))
}

fn nullable(column: Column) -> Column {
    Column {
        nullable: true,
        ..column
    }
}

fn defaulted(column: Column, default: DefaultValue) -> Column {
    Column {
        default: Some(at(default)),
        ..column
    }
}

fn table() -> Table {
    let nothing = Value::parse(PRICE, "0").unwrap();
    Table {
        name: at(TableName::new("orders").unwrap()),
        columns: vec![
            defaulted(scalar("id", ScalarType::Uuid), DefaultValue::TimeUuid),
            scalar("reference", ScalarType::Varchar(Some(12))),
            scalar("quantity", ScalarType::Integer),
            scalar("unit_price", PRICE),
            defaulted(scalar("discount", PRICE), DefaultValue::Literal(nothing)),
            nullable(scalar("contact", ScalarType::Text)),
            nullable(scalar("due", ScalarType::Date)),
            nullable(column("tags", ColumnType::Array(ScalarType::Text))),
            nullable(column("address", ColumnType::Jsonb)),
            defaulted(
                scalar("created_at", ScalarType::TimestampTz),
                DefaultValue::Now,
            ),
        ],
        primary_key: vec![at(column_name("id"))],
        uniques: vec![Unique {
            name: constraint("orders_reference_key"),
            columns: vec![at(column_name("reference"))],
            span: Span::default(),
        }],
        checks: vec![
            Check {
                name: constraint("orders_quantity_check"),
                expr: at(quantity_is_positive()),
                enforcement: Enforcement::Everywhere,
            },
            Check {
                name: constraint("orders_check"),
                expr: at(discount_is_at_most_the_price()),
                enforcement: Enforcement::Everywhere,
            },
        ],
        references: vec![Reference {
            name: constraint("orders_reference_fkey"),
            columns: vec![at(column_name("reference"))],
            table: at(TableName::new("offers").unwrap()),
            target: Vec::new(),
            on_delete: OnDelete::SetNull,
            span: Span::default(),
        }],
        indexes: vec![Index {
            name: constraint("orders_due_idx"),
            columns: vec![IndexColumn {
                column: at(column_name("due")),
                descending: true,
            }],
            unique: false,
            predicate: Some(at(Expr::Not(Box::new(Expr::IsNull(Box::new(field_of(
                "due",
            ))))))),
            span: Span::default(),
        }],
        comment: Some("What customers buy".to_owned()),
        span: Span::default(),
    }
}

fn constraint(name: &str) -> ConstraintName {
    ConstraintName::new(name).unwrap()
}

fn field_of(name: &str) -> Expr {
    Expr::Field(FieldName::new(name).unwrap())
}

fn quantity_is_positive() -> Expr {
    let zero = Expr::Literal(Value::Integer(0));
    Expr::Compare(
        Box::new(field_of("quantity")),
        Comparison::Greater,
        Box::new(zero),
    )
}

fn discount_is_at_most_the_price() -> Expr {
    Expr::Compare(
        Box::new(field_of("discount")),
        Comparison::LessOrEqual,
        Box::new(field_of("unit_price")),
    )
}

fn rules() -> Vec<Rule> {
    let rule = |expr, fields: &[&str], origin| Rule {
        expr,
        fields: fields
            .iter()
            .map(|name| FieldName::new(*name).unwrap())
            .collect(),
        origin,
        place: Place {
            heading: "Data Schema".to_owned(),
            span: Span::default(),
            line: 40,
        },
    };
    vec![
        rule(
            quantity_is_positive(),
            &["quantity"],
            RuleOrigin::Check(constraint("orders_quantity_check")),
        ),
        rule(
            discount_is_at_most_the_price(),
            &["discount", "unit_price"],
            RuleOrigin::Check(constraint("orders_check")),
        ),
        rule(
            Expr::Is(Box::new(field_of("contact")), Format::Email),
            &["contact"],
            RuleOrigin::Clause,
        ),
    ]
}

fn endpoint(operation: Operation, success: u16) -> Endpoint {
    let names = [
        "id",
        "reference",
        "quantity",
        "unit_price",
        "discount",
        "contact",
        "due",
        "tags",
        "address",
        "created_at",
    ];
    Endpoint {
        operation,
        span: Span::default(),
        success,
        statuses: vec![success, 400],
        request: if operation.has_body() {
            fields()
        } else {
            Vec::new()
        },
        response: match operation {
            Operation::Delete => Vec::new(),
            _ => names.map(column_name).to_vec(),
        },
        filters: match operation {
            Operation::List => vec![at(column_name("reference"))],
            _ => Vec::new(),
        },
        sorts: Vec::new(),
        request_example: operation
            .has_body()
            .then(|| r#"{"reference": "A-1", "quantity": 1, "unit_price": 12.50}"#.to_owned()),
        response_example: None,
    }
}

fn fields() -> Vec<Field> {
    let member = |name: &str, scalar| field(name, Shape::Scalar(scalar), None);
    let city = Shape::Object(vec![
        member("name", ScalarType::Text),
        member("code", ScalarType::BigInt),
    ]);
    let address = Shape::Object(vec![
        member("street", ScalarType::Text),
        field("city", city, None),
    ]);
    let column = |name, scalar, position| field(name, Shape::Scalar(scalar), Some(position));
    let optional = |field: Field| Field {
        required: false,
        nullable: true,
        ..field
    };
    vec![
        column("reference", ScalarType::Varchar(Some(12)), 1),
        column("quantity", ScalarType::Integer, 2),
        column("unit_price", PRICE, 3),
        Field {
            required: false,
            ..column("discount", PRICE, 4)
        },
        optional(column("contact", ScalarType::Text, 5)),
        optional(column("due", ScalarType::Date, 6)),
        optional(field(
            "tags",
            Shape::Array(Box::new(Shape::Scalar(ScalarType::Text))),
            Some(7),
        )),
        optional(field("address", address, Some(8))),
    ]
}

fn field(name: &str, shape: Shape, column: Option<usize>) -> Field {
    Field {
        name: FieldName::new(name).unwrap(),
        shape,
        required: true,
        nullable: false,
        column,
        span: Span::default(),
    }
}

fn access() -> Access {
    Access {
        authentication: vec![
            at(Authentication::ApiKey),
            at(Authentication::Jwt {
                issuer: "https://issuer.example".to_owned(),
                audience: "orders".to_owned(),
            }),
        ],
        grants: vec![Grant {
            scope: at(ScopeName::new("orders:write").unwrap()),
            methods: vec![Method::Post, Method::Delete],
        }],
        owners_only: Some(Span::new(3, 14)),
    }
}

fn rollout() -> Rollout {
    Rollout {
        flag: Some(at(FlagName::new("feature_orders_enabled").unwrap())),
        stages: vec![at(5), at(100)],
        criteria: vec![RollbackCriterion {
            measure: Measure::ErrorRate,
            percentile: None,
            threshold: "5".parse().unwrap(),
            window_seconds: 300,
            span: Span::default(),
        }],
        phases: vec![PhaseTicks {
            ticked: 1,
            total: 3,
        }],
        span: Span::default(),
    }
}

fn compatibility() -> Compatibility {
    Compatibility {
        no_breaking: Some(at(false)),
        breaking: Some(at(true)),
        changes: vec![AnnouncedChange {
            names: vec![at("discount".to_owned())],
            text: "`discount` is new".to_owned(),
            span: Span::default(),
        }],
        successor: Some(at(EndpointPath {
            version: 2,
            collection: CollectionName::new("orders").unwrap(),
            has_id: false,
        })),
        deprecated: Some(at(day(30))),
        sunset: Some(at(day(31))),
        span: Span::default(),
    }
}
