//! The description of the API: one document whole, and what documents can say that others do not.

use serde_json::Value;
use specd_adapter_http::openapi::describe;
use specd_app::catalog::{Catalog, ServedSpec};
use specd_domain::Spec;
use specd_domain::access::Authentication;
use specd_domain::document::Status;
use specd_domain::endpoint::{Method, Operation};
use specd_domain::field::{Field, Shape};
use specd_domain::name::CollectionName;
use specd_testkit::sample::template::template_spec;
use specd_testkit::sample::{at, column_name, day, field_name};

use crate::orders::{endpoint, orders_spec};

fn described(specs: Vec<Spec>) -> Value {
    let served = specs
        .into_iter()
        .map(|spec| ServedSpec::new(spec.into(), 3));
    let text = describe(&Catalog::new(served));
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn the_template_is_described_whole() {
    let served = ServedSpec::new(template_spec().into(), 3);
    let text = describe(&Catalog::new([served]));
    // The answers of problems hold the words of their pages, which have a snapshot of their own.
    let (before, rest) = text
        .split_once("\n    \"responses\": {")
        .expect("components");
    let (_, after) = rest.split_once("\n    },").expect("more components");
    insta::assert_snapshot!("template", format!("{before}\n    …,{after}"));
}

#[test]
fn nothing_served_is_described_too() {
    let description = described(Vec::new());
    assert_eq!(description["paths"], serde_json::json!({}));
    assert_eq!(description["info"]["version"], "0");
}

#[test]
fn a_deprecated_document_of_two_kinds_of_callers() {
    let mut spec = orders_spec();
    spec.status = Status::Deprecated;
    spec.compatibility.deprecated = Some(at(day(2025, 1, 1)));
    spec.access.authentication.push(at(Authentication::Jwt {
        issuer: "https://login.example.org/".to_owned(),
        audience: "orders".to_owned(),
    }));
    spec.if_match_required = vec![at(Method::Put)];
    let description = described(vec![spec]);
    let one = &description["paths"]["/api/v1/orders/{id}"];
    assert_eq!(one["put"]["deprecated"], true);
    let named = |operation: &Value| -> Vec<String> {
        let parameters = operation["parameters"].as_array().expect("parameters");
        let references = parameters.iter().filter_map(|p| p["$ref"].as_str());
        references
            .map(|r| r.rsplit('/').next().unwrap_or_default().to_owned())
            .collect()
    };
    assert!(named(&one["put"]).contains(&"RequiredIfMatch".to_owned()));
    assert!(named(&one["patch"]).contains(&"IfMatch".to_owned()));
    assert!(one["put"]["responses"].get("428").is_some());
    assert!(one["patch"]["responses"].get("428").is_none());
    let ways = one["get"]["security"].as_array().expect("ways");
    assert_eq!(ways.len(), 2);
    assert_eq!(ways[0]["ApiKey"][0], "orders:read");
    let schemes = description["components"]["securitySchemes"]
        .as_object()
        .expect("schemes");
    let jwt = schemes
        .iter()
        .find(|(name, _)| name.starts_with("Jwt"))
        .expect("JWT");
    assert_eq!(
        jwt.1["openIdConnectUrl"],
        "https://login.example.org/.well-known/openid-configuration"
    );
    assert!(
        one["get"]["responses"]["200"]["headers"]
            .get("Deprecation")
            .is_some()
    );
}

#[test]
fn an_open_document_asks_nobody() {
    let mut spec = orders_spec();
    spec.access.authentication = vec![at(Authentication::None)];
    spec.access.grants.clear();
    for endpoint in &mut spec.endpoints {
        endpoint.statuses = vec![endpoint.success];
    }
    let description = described(vec![spec]);
    let list = &description["paths"]["/api/v1/orders"]["get"];
    assert_eq!(list["security"], serde_json::json!([]));
    assert!(list["responses"].get("401").is_none());
    assert!(description["components"].get("securitySchemes").is_none());
}

#[test]
fn collections_of_nearly_one_name_have_names_of_their_own() {
    let named = |number: u16, collection: &str| {
        let mut spec = orders_spec();
        spec.number = specd_domain::name::SpecNumber(number);
        spec.collection = CollectionName::new(collection).expect("a collection");
        spec.endpoints = vec![endpoint(Operation::Create)];
        spec
    };
    let description = described(vec![named(1, "line-items"), named(2, "line_items")]);
    let id = |path: &str| description["paths"][path]["post"]["operationId"].clone();
    assert_eq!(id("/api/v1/line-items"), "createLineItemsV1");
    assert_eq!(id("/api/v1/line_items"), "createLineItemsV1Spec0002");
    let schemas = description["components"]["schemas"]
        .as_object()
        .expect("schemas");
    assert!(schemas.contains_key("LineItemsV1Create"));
    assert!(schemas.contains_key("LineItemsV1Spec0002Create"));
}

#[test]
fn a_filter_of_a_name_that_lists_keep_has_its_operators_alone() {
    let mut spec = orders_spec();
    let list = spec
        .endpoints
        .iter_mut()
        .find(|endpoint| endpoint.operation == Operation::List)
        .expect("a list");
    let mut table = (*spec.table).clone();
    table.columns[1].name.value = column_name("limit");
    list.filters = vec![at(column_name("limit"))];
    list.sorts.clear();
    spec.table = table.into();
    let description = described(vec![spec]);
    let parameters = &description["paths"]["/api/v1/orders"]["get"]["parameters"];
    let names: Vec<&str> = parameters
        .as_array()
        .expect("parameters")
        .iter()
        .filter_map(|parameter| parameter["name"].as_str())
        .collect();
    assert_eq!(
        names,
        [
            "limit[ne]",
            "limit[gt]",
            "limit[gte]",
            "limit[lt]",
            "limit[lte]",
            "limit[in]"
        ]
    );
}

#[test]
fn any_name_of_a_field_is_text() {
    let mut spec = orders_spec();
    let create = spec.endpoints.first_mut().expect("a create");
    create.request.push(Field {
        name: field_name("\"},\"x\":{\u{1}\\é/~"),
        shape: Shape::Any,
        required: true,
        nullable: true,
        column: None,
        span: specd_domain::source::Span::default(),
    });
    let description = described(vec![spec]);
    let schema = &description["components"]["schemas"]["OrdersV1Create"];
    assert!(schema["properties"].get("\"},\"x\":{\u{1}\\é/~").is_some());
    assert_eq!(schema["additionalProperties"], false);
}
