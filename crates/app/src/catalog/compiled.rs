//! What a request needs of a served spec, worked out once per revision: positions instead of names, and the texts that
//! every answer repeats.

use std::sync::{Arc, OnceLock};

use specd_domain::Spec;
use specd_domain::column_type::ScalarType;
use specd_domain::endpoint::{Endpoint, Method, Operation};
use specd_domain::name::ColumnName;
use specd_domain::query::SortKey;
use specd_domain::record::Projection;
use specd_domain::table::{Column, Table};
use specd_domain::validate::Validator;

use super::turns::Turns;
use crate::limits::Policies;
use crate::ports::telemetry::SpecMeter;

/// The column that `{id}` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name.
    pub name: ColumnName,
    /// Its position in the table.
    pub position: usize,
    /// Its type, by which `{id}` is read.
    pub scalar: ScalarType,
}

/// A column that a client may name in a list's query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryColumn {
    /// Its name.
    pub name: ColumnName,
    /// Its position in the table.
    pub position: usize,
    /// Its type, by which values are read.
    pub scalar: ScalarType,
}

/// One endpoint, made ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompiledEndpoint {
    /// What it does.
    pub operation: Operation,
    /// The members of an answer; `None` where the answer has no body.
    pub answer: Option<Arc<Projection>>,
    /// The columns by which a list may be filtered.
    pub filters: Vec<QueryColumn>,
    /// The columns by which a list may be sorted.
    pub sorts: Vec<QueryColumn>,
    /// The document's rate limits for it.
    pub limits: Policies,
}

/// One of the two paths of a spec: its collection, or one record of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompiledPath {
    /// As the document writes it: `/api/v1/orders/{id}`.
    pub route: String,
    /// The methods that it takes, as `Allow` names them; empty where the document declares none.
    pub allow: String,
}

/// What a request needs of a spec.
#[derive(Debug)]
pub struct CompiledSpec {
    /// The key; a served table has one (ruling H41).
    pub key: Option<Key>,
    /// The number, as it is written: `0001`.
    pub number: String,
    /// The path of the collection.
    pub collection: CompiledPath,
    /// The path of one record.
    pub record: CompiledPath,
    /// The endpoints, in the document's order.
    pub endpoints: Vec<CompiledEndpoint>,
    /// The order of a list that was not asked for another: newest first (ruling H47).
    pub default_order: Vec<SortKey>,
    /// The rules, ready to judge. `None` where one of them cannot be judged, which checking the document rules out; then
    /// no record is accepted.
    pub validator: Option<Validator>,
    /// The order in which records are changed.
    pub turns: Turns,
    /// Where its requests are counted; put here by the first who counts one.
    pub meter: OnceLock<Arc<dyn SpecMeter>>,
}

impl CompiledSpec {
    /// Makes a spec ready.
    pub fn new(spec: &Spec) -> Self {
        let table = &spec.table;
        let key = key(table);
        Self {
            number: spec.number.to_string(),
            collection: path(spec, false),
            record: path(spec, true),
            default_order: default_order(table),
            endpoints: spec
                .endpoints
                .iter()
                .map(|endpoint| compile(spec, endpoint))
                .collect(),
            key,
            validator: Validator::new(spec).ok(),
            turns: Turns::default(),
            meter: OnceLock::new(),
        }
    }

    /// The path of the collection, or of one record.
    pub const fn path(&self, has_id: bool) -> &CompiledPath {
        if has_id {
            &self.record
        } else {
            &self.collection
        }
    }

    /// The endpoint of an operation, where the document declares it.
    pub fn endpoint(&self, operation: Operation) -> Option<&CompiledEndpoint> {
        self.endpoints
            .iter()
            .find(|endpoint| endpoint.operation == operation)
    }
}

fn key(table: &Table) -> Option<Key> {
    let (position, column) = table.key()?;
    Some(Key {
        name: column.name.value.clone(),
        position,
        scalar: column.scalar()?,
    })
}

fn path(spec: &Spec, has_id: bool) -> CompiledPath {
    let mut path = spec.collection_path();
    path.has_id = has_id;
    CompiledPath {
        route: path.to_string(),
        allow: allowed(spec, has_id).join(", "),
    }
}

fn allowed(spec: &Spec, has_id: bool) -> Vec<&'static str> {
    let mut allow = Vec::new();
    for method in Method::ALL {
        let operation = Operation::of(method, has_id);
        if operation.is_some_and(|operation| spec.endpoint(operation).is_some()) {
            allow.push(method.as_str());
            if method == Method::Get {
                allow.push("HEAD");
            }
        }
    }
    if !allow.is_empty() {
        allow.push("OPTIONS");
    }
    allow
}

fn compile(spec: &Spec, endpoint: &Endpoint) -> CompiledEndpoint {
    let table = &spec.table;
    let has_answer = !endpoint.response.is_empty() && endpoint.success != 204;
    CompiledEndpoint {
        operation: endpoint.operation,
        answer: has_answer.then(|| Arc::new(Projection::new(table, &endpoint.response))),
        filters: query_columns(table, endpoint.filters.iter().map(|f| &f.value)),
        sorts: query_columns(table, endpoint.sorts.iter().map(|s| &s.value)),
        limits: Policies::of(spec, endpoint.operation.method()),
    }
}

/// Those of the columns that have one value, which alone can be compared.
fn query_columns<'a>(
    table: &Table,
    names: impl Iterator<Item = &'a ColumnName>,
) -> Vec<QueryColumn> {
    names
        .filter_map(|name| {
            let (position, column) = table.column(name.as_str())?;
            Some(QueryColumn {
                name: name.clone(),
                position,
                scalar: column.scalar()?,
            })
        })
        .collect()
}

/// The order of a list that was not asked for another: by `created_at` where every row has one, then by key; both falling
/// (ruling H47).
pub fn default_order(table: &Table) -> Vec<SortKey> {
    let is_time =
        |column: &Column| !column.nullable && column.scalar().is_some_and(ScalarType::is_timestamp);
    let created = table
        .column("created_at")
        .filter(|(_, column)| is_time(column))
        .map(|(_, column)| column.name.value.clone());
    created
        .into_iter()
        .chain(table.key().map(|(_, key)| key.name.value.clone()))
        .map(|column| SortKey {
            column,
            descending: true,
        })
        .collect()
}
