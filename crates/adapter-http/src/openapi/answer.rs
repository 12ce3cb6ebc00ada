//! The schemas of answers: a record of the document's Response, and a page of them.

use specd_domain::Spec;
use specd_domain::column_type::ColumnType;
use specd_domain::endpoint::Endpoint;
use specd_domain::field::Shape;
use specd_domain::table::Column;

use super::json::Json;
use super::scalar;

/// A record as an endpoint answers it: every member, and more in a later revision.
pub(super) fn record(spec: &Spec, endpoint: &Endpoint) -> Json {
    let columns = || {
        let names = endpoint.response.iter();
        names.filter_map(|name| spec.table.column(name.as_str()))
    };
    let members = columns().map(|(position, column)| {
        let name = column.name.value.as_str().to_owned();
        (name, member(spec, position, column))
    });
    let required = columns().map(|(_, column)| column.name.value.as_str());
    Json::object([
        ("type", "object".into()),
        ("properties", Json::Object(members.collect())),
        ("required", Json::texts(required)),
    ])
}

/// A page of records.
pub(super) fn page(record: Json) -> Json {
    let next = Json::object([
        ("type", Json::texts(["string", "null"])),
        (
            "description",
            "The `cursor` of the next page; null on the last one.".into(),
        ),
    ]);
    let items = Json::object([
        ("type", "array".into()),
        ("items", record),
        ("maxItems", 100.into()),
    ]);
    Json::object([
        ("type", "object".into()),
        (
            "properties",
            Json::object([("items", items), ("next", next)]),
        ),
        ("required", Json::texts(["items", "next"])),
        ("additionalProperties", false.into()),
    ])
}

fn member(spec: &Spec, position: usize, column: &Column) -> Json {
    let mut schema = match column.column_type.value {
        ColumnType::Scalar(scalar) => scalar::answered(scalar),
        ColumnType::Array(element) => Json::object([
            ("type", "array".into()),
            ("items", scalar::answered(element)),
        ]),
        ColumnType::Json | ColumnType::Jsonb => match json_shape(spec, position) {
            Some(shape) => of_shape(shape),
            None => Json::Object(Vec::new()),
        },
    };
    if column.nullable
        && let Some(Json::Text(json_type)) = schema.get("type").cloned()
    {
        schema.set("type", Json::texts([json_type, "null".to_owned()]));
    }
    if let Some(comment) = &column.comment {
        schema.set("description", comment.clone());
    }
    schema
}

/// The shape in which every endpoint that writes the column takes it; `None` where they differ.
fn json_shape(spec: &Spec, position: usize) -> Option<&Shape> {
    let fields = spec.endpoints.iter().flat_map(|endpoint| &endpoint.request);
    let mut shapes = fields
        .filter(|field| field.column == Some(position))
        .map(|field| &field.shape);
    let first = shapes.next()?;
    shapes.all(|shape| is_alike(shape, first)).then_some(first)
}

/// Whether two shapes are the same, wherever they stand in the text.
fn is_alike(a: &Shape, b: &Shape) -> bool {
    match (a, b) {
        (Shape::Array(a), Shape::Array(b)) => is_alike(a, b),
        (Shape::Object(a), Shape::Object(b)) => {
            let are_alike = |(a, b): (&specd_domain::field::Field, &specd_domain::field::Field)| {
                a.name == b.name && a.required == b.required && is_alike(&a.shape, &b.shape)
            };
            a.len() == b.len() && a.iter().zip(b).all(are_alike)
        }
        _ => a == b,
    }
}

fn of_shape(shape: &Shape) -> Json {
    match shape {
        Shape::Scalar(scalar) => Json::object([("type", scalar::json_type(*scalar).into())]),
        Shape::Array(element) => {
            Json::object([("type", "array".into()), ("items", of_shape(element))])
        }
        Shape::Object(fields) => {
            let members = fields.iter().map(|field| {
                let mut schema = of_shape(&field.shape);
                if field.nullable
                    && let Some(Json::Text(json_type)) = schema.get("type").cloned()
                {
                    schema.set("type", Json::texts([json_type, "null".to_owned()]));
                }
                (field.name.as_str().to_owned(), schema)
            });
            Json::object([
                ("type", "object".into()),
                ("properties", Json::Object(members.collect())),
            ])
        }
        Shape::AnyObject => Json::object([("type", "object".into())]),
        Shape::AnyArray => Json::object([("type", "array".into())]),
        Shape::Any => Json::Object(Vec::new()),
    }
}
