//! The schemas of request bodies: exactly what the server takes, as far as JSON Schema can say it.

use specd_domain::Spec;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::endpoint::{Endpoint, Operation};
use specd_domain::field::{Field, Shape};
use specd_domain::name::FieldName;
use specd_domain::table::{Column, DefaultValue};

use super::facets::Facets;
use super::json::Json;
use super::rules::{self, Subject};
use super::{pattern, scalar};

/// Whether a body is whole or is merged into a stored record (RFC 7396).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Merge {
    Whole,
    Patch,
}

impl Merge {
    pub(super) const fn of(operation: Operation) -> Self {
        match operation {
            Operation::Patch => Self::Patch,
            _ => Self::Whole,
        }
    }
}

/// The schema of an endpoint's body.
pub(super) fn schema(spec: &Spec, endpoint: &Endpoint) -> Json {
    let merge = Merge::of(endpoint.operation);
    let members = endpoint.request.iter().map(|field| {
        let member = member(spec, field, merge);
        (field.name.as_str().to_owned(), member)
    });
    let schema = closed(members.collect(), required(&endpoint.request, merge));
    match merge {
        Merge::Whole => schema,
        Merge::Patch => schema.with(
            "description",
            "A JSON merge patch (RFC 7396): what is left out keeps its value, below JSON columns too. The record that \
             comes of it must keep the document's rules, and a JSON column its shape.",
        ),
    }
}

/// An object with these members alone.
fn closed(members: Vec<(String, Json)>, required: Vec<Json>) -> Json {
    let mut schema = Json::object([
        ("type", "object".into()),
        ("properties", Json::Object(members)),
        ("additionalProperties", false.into()),
    ]);
    if !required.is_empty() {
        schema.set("required", required);
    }
    schema
}

fn required(fields: &[Field], merge: Merge) -> Vec<Json> {
    let is_required = |field: &&Field| merge == Merge::Whole && field.required;
    let fields = fields.iter().filter(is_required);
    fields.map(|field| field.name.as_str().into()).collect()
}

/// The schema of one field of the body.
fn member(spec: &Spec, field: &Field, merge: Merge) -> Json {
    let column = field
        .column
        .and_then(|position| spec.table.columns.get(position));
    let form = form(field, column);
    let is_nullable = is_nullable(field, column.is_some(), merge);
    let mut facets = match form {
        ColumnType::Scalar(scalar) => scalar::taken(scalar),
        _ => Facets::default(),
    };
    let subject = Subject {
        name: &field.name,
        column_type: form,
        is_nullable,
    };
    rules::add(&spec.rules, &subject, &mut facets);
    let mut schema = match form {
        ColumnType::Scalar(scalar) => typed(scalar::json_type(scalar), is_nullable),
        ColumnType::Array(element) => typed("array", is_nullable).with("items", bare(element)),
        ColumnType::Json | ColumnType::Jsonb => of_shape(&field.shape, is_nullable, merge),
    };
    facets.write(&mut schema, is_nullable);
    if let Some(default) = column.and_then(default).filter(|_| merge == Merge::Whole) {
        schema.set("default", default);
    }
    let words = words(spec, &field.name, column, merge, facets.words);
    if !words.is_empty() {
        schema.set("description", words);
    }
    schema
}

/// What the field's value is read as.
fn form(field: &Field, column: Option<&Column>) -> ColumnType {
    match (column, &field.shape) {
        (Some(column), _) => column.column_type.value,
        (None, Shape::Scalar(scalar)) => ColumnType::Scalar(*scalar),
        (None, Shape::Array(element)) => match **element {
            Shape::Scalar(scalar) => ColumnType::Array(scalar),
            _ => ColumnType::Jsonb,
        },
        _ => ColumnType::Jsonb,
    }
}

/// A merge patch takes a field away with null: one without a column where nothing needs it.
fn is_nullable(field: &Field, has_column: bool, merge: Merge) -> bool {
    let is_removable = merge == Merge::Patch && !has_column && !field.required;
    field.nullable || is_removable || (!has_column && field.shape == Shape::Any)
}

fn typed(json_type: &str, is_nullable: bool) -> Json {
    let json_type = if is_nullable {
        Json::texts([json_type, "null"])
    } else {
        json_type.into()
    };
    Json::object([("type", json_type)])
}

/// A scalar that is an element, or stands below a JSON column.
pub(super) fn bare(element: ScalarType) -> Json {
    let mut schema = typed(scalar::json_type(element), false);
    let facets = scalar::taken(element);
    facets.write(&mut schema, false);
    if !facets.words.is_empty() {
        schema.set("description", facets.words.join("; "));
    }
    schema
}

/// The schema of a value of a JSON column.
fn of_shape(shape: &Shape, is_nullable: bool, merge: Merge) -> Json {
    match shape {
        Shape::Scalar(scalar) => {
            let schema = bare(*scalar);
            if is_nullable {
                schema.with("type", Json::texts([scalar::json_type(*scalar), "null"]))
            } else {
                schema
            }
        }
        // Arrays replace, so that what stands in them is whole.
        Shape::Array(element) => {
            typed("array", is_nullable).with("items", of_shape(element, false, Merge::Whole))
        }
        Shape::Object(fields) => object(fields, is_nullable, merge),
        Shape::AnyObject => typed("object", is_nullable),
        Shape::AnyArray => typed("array", is_nullable),
        Shape::Any if is_nullable => Json::Object(Vec::new()),
        Shape::Any => Json::object([("not", typed("null", false))]),
    }
}

fn object(fields: &[Field], is_nullable: bool, merge: Merge) -> Json {
    let members = fields.iter().map(|field| {
        let takes_null = match merge {
            Merge::Whole => field.nullable || field.shape == Shape::Any,
            Merge::Patch => !field.required,
        };
        let schema = of_shape(&field.shape, takes_null, merge);
        (field.name.as_str().to_owned(), schema)
    });
    let schema = closed(members.collect(), required(fields, merge));
    if is_nullable {
        schema.with("type", Json::texts(["object", "null"]))
    } else {
        schema
    }
}

/// What stands in a record that was sent without the column.
fn default(column: &Column) -> Option<Json> {
    match &column.default.as_ref()?.value {
        DefaultValue::Literal(value) => Some(Json::of_value(value)),
        _ => None,
    }
}

/// What a schema cannot say of a field.
fn words(
    spec: &Spec,
    name: &FieldName,
    column: Option<&Column>,
    merge: Merge,
    claims: Vec<String>,
) -> String {
    let mut words: Vec<String> = Vec::new();
    words.extend(column.and_then(|column| column.comment.clone()));
    words.extend(claims);
    if column.is_none() {
        words.push("validated and not stored".to_owned());
    }
    words.extend(constraints(spec, name));
    let computed = column.and_then(|column| match column.default.as_ref()?.value {
        DefaultValue::Literal(_) => None,
        DefaultValue::Now => Some("by default the time of the request"),
        DefaultValue::RandomUuid => Some("by default a UUID of version 4"),
        DefaultValue::TimeUuid => Some("by default a UUID of version 7"),
        DefaultValue::Sequence => Some("by default the next number of its sequence"),
    });
    words.extend(
        computed
            .filter(|_| merge == Merge::Whole)
            .map(str::to_owned),
    );
    words.join("; ")
}

/// Uniqueness and references, which the database knows.
pub(crate) fn constraints(spec: &Spec, name: &FieldName) -> Vec<String> {
    let table = &spec.table;
    let mut words = Vec::new();
    let uniques = table.uniques.iter().map(|unique| {
        let names = unique.columns.iter().map(|column| column.value.as_str());
        names.collect::<Vec<_>>()
    });
    let indexes = table
        .indexes
        .iter()
        .filter(|index| index.unique && index.predicate.is_none())
        .map(|index| {
            index
                .columns
                .iter()
                .map(|column| column.column.value.as_str())
                .collect()
        });
    for names in uniques
        .chain(indexes)
        .filter(|names| names.contains(&name.as_str()))
    {
        words.push(match names.as_slice() {
            [_] => "must be unique".to_owned(),
            _ => format!("must be unique together: `{}`", names.join("`, `")),
        });
    }
    for reference in &table.references {
        if reference
            .columns
            .iter()
            .any(|column| column.value == *name.as_str())
        {
            words.push(format!(
                "must refer to a record of `{}`",
                reference.table.value
            ));
        }
    }
    words
}

/// The schema of a parameter of a list's query, read as its column is.
pub(super) fn parameter(scalar: ScalarType) -> Json {
    bare(scalar)
}

/// The schema of one of several values that commas divide.
pub(super) fn listed(scalar: ScalarType) -> Json {
    let schema = bare(scalar);
    if scalar.is_text() {
        schema.with("pattern", pattern::WITHOUT_NUL.replace("^[^", "^[^,"))
    } else {
        schema
    }
}
