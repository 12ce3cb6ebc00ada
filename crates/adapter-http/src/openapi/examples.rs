//! Examples: the document's own, with a value of the right type where a document shows none or a placeholder.

use std::collections::HashMap;

use specd_domain::Spec;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::endpoint::{Endpoint, Operation};
use specd_domain::field::{Field, Shape};
use specd_domain::table::Column;

use super::json::Json;

const UUID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// The examples of a document, read once.
pub(crate) struct Examples<'a> {
    spec: &'a Spec,
    requests: HashMap<Operation, Json>,
    records: HashMap<Operation, Json>,
    /// For each member the first value that any block shows, answers first.
    values: HashMap<String, Json>,
}

impl<'a> Examples<'a> {
    /// Reads the blocks of a document.
    pub(crate) fn new(spec: &'a Spec) -> Self {
        let mut examples = Self {
            spec,
            requests: HashMap::new(),
            records: HashMap::new(),
            values: HashMap::new(),
        };
        for endpoint in &spec.endpoints {
            let shown = endpoint.response_example.as_deref().and_then(Json::read);
            if let Some(record) = shown.as_ref().and_then(record_of) {
                examples.remember(record);
                examples.records.insert(endpoint.operation, record.clone());
            }
        }
        for endpoint in &spec.endpoints {
            if let Some(body) = endpoint.request_example.as_deref().and_then(Json::read) {
                examples.remember(&body);
                examples.requests.insert(endpoint.operation, body);
            }
        }
        examples
    }

    fn remember(&mut self, shown: &Json) {
        let Json::Object(members) = shown else {
            return;
        };
        for (name, value) in members {
            if !self.values.contains_key(name) {
                self.values.insert(name.clone(), value.clone());
            }
        }
    }

    /// The body that an endpoint's request shows: its own block's, else that of the block that it inherits.
    pub(crate) fn request(&self, endpoint: &Endpoint) -> Option<Json> {
        if !endpoint.operation.has_body() {
            return None;
        }
        let own = self.requests.get(&endpoint.operation);
        let shown = own.or_else(|| self.requests.get(&Operation::Create));
        let is_patch = endpoint.operation == Operation::Patch;
        let members = endpoint.request.iter().map(|field| {
            let name = field.name.as_str();
            let value = match shown.and_then(|shown| shown.get(name)) {
                Some(value) => mended(value, &field.shape),
                None => sample(&field.shape),
            };
            (
                name.to_owned(),
                if is_patch {
                    without_removals(value)
                } else {
                    value
                },
            )
        });
        Some(Json::Object(members.collect()))
    }

    /// The record that an endpoint's answer shows.
    pub(crate) fn record(&self, endpoint: &Endpoint) -> Json {
        let own = self.records.get(&endpoint.operation);
        let members = endpoint.response.iter().map(|name| {
            let shown = own.and_then(|record| record.get(name.as_str()));
            (name.as_str().to_owned(), self.value(shown, name.as_str()))
        });
        Json::Object(members.collect())
    }

    /// A page with one record.
    pub(crate) fn page(&self, endpoint: &Endpoint) -> Json {
        let items = vec![self.record(endpoint)];
        Json::object([("items", items.into()), ("next", Json::Null)])
    }

    /// The id that examples name.
    pub(crate) fn id(&self) -> Json {
        match self.spec.table.key() {
            Some((_, key)) => self.value(None, key.name.value.as_str()),
            None => UUID.into(),
        }
    }

    /// A value of a column: the one that is shown, else one that any block shows.
    fn value(&self, shown: Option<&Json>, name: &str) -> Json {
        let value = shown.or_else(|| self.values.get(name));
        let column = self.spec.table.column(name).map(|(_, column)| column);
        match (value, column) {
            (Some(value), Some(column)) => match column.scalar() {
                Some(scalar) => mended(value, &Shape::Scalar(scalar)),
                None => value.clone(),
            },
            (Some(value), None) => value.clone(),
            (None, Some(column)) => of_column(column),
            (None, None) => Json::Null,
        }
    }
}

/// The record that a block shows, which may be a page.
fn record_of(example: &Json) -> Option<&Json> {
    match example {
        Json::Array(elements) => elements.first(),
        Json::Object(_) => match example.get("items") {
            Some(Json::Array(elements)) => elements.first().or(Some(example)),
            _ => Some(example),
        },
        _ => None,
    }
}

/// `"uuid"` stands for any UUID (spec-language, section 3).
fn mended(value: &Json, shape: &Shape) -> Json {
    match (value, shape) {
        (Json::Text(text), Shape::Scalar(ScalarType::Uuid)) if text == "uuid" => UUID.into(),
        (Json::Array(elements), Shape::Array(shape)) => {
            let elements = elements.iter().map(|element| mended(element, shape));
            Json::Array(elements.collect())
        }
        (Json::Object(members), Shape::Object(fields)) => {
            let members = members.iter().map(|(name, value)| {
                let field = fields.iter().find(|field| field.name == *name.as_str());
                let value =
                    field.map_or_else(|| value.clone(), |field| mended(value, &field.shape));
                (name.clone(), value)
            });
            Json::Object(members.collect())
        }
        _ => value.clone(),
    }
}

/// A merge patch removes a member of an object with null.
fn without_removals(value: Json) -> Json {
    let Json::Object(members) = value else {
        return value;
    };
    let members = members
        .into_iter()
        .filter(|(_, value)| *value != Json::Null);
    Json::Object(
        members
            .map(|(name, value)| (name, without_removals(value)))
            .collect(),
    )
}

fn of_column(column: &Column) -> Json {
    match column.column_type.value {
        ColumnType::Scalar(scalar) => of_scalar(scalar),
        ColumnType::Array(element) => Json::Array(vec![of_scalar(element)]),
        ColumnType::Json | ColumnType::Jsonb => Json::Object(Vec::new()),
    }
}

fn sample(shape: &Shape) -> Json {
    match shape {
        Shape::Scalar(scalar) => of_scalar(*scalar),
        Shape::Array(element) => Json::Array(vec![sample(element)]),
        Shape::Object(fields) => {
            let member = |field: &Field| (field.name.as_str().to_owned(), sample(&field.shape));
            Json::Object(fields.iter().map(member).collect())
        }
        Shape::AnyObject => Json::Object(Vec::new()),
        Shape::AnyArray => Json::Array(Vec::new()),
        Shape::Any => Json::Null,
    }
}

fn of_scalar(scalar: ScalarType) -> Json {
    match scalar {
        ScalarType::Uuid => UUID.into(),
        ScalarType::Date => "2025-01-31".into(),
        ScalarType::Time => "13:45:00".into(),
        ScalarType::Timestamp | ScalarType::TimestampTz => "2025-01-31T13:45:00Z".into(),
        ScalarType::Bytea => "c3BlY2Q=".into(),
        ScalarType::Boolean => true.into(),
        ScalarType::Varchar(_) | ScalarType::Char(_) | ScalarType::Text => "a".into(),
        _ => 1.into(),
    }
}
