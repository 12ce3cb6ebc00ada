//! One endpoint of a document as an operation.

use specd_app::catalog::ServedSpec;
use specd_domain::document::Status;
use specd_domain::endpoint::{Endpoint, Operation};

use super::examples::Examples;
use super::json::Json;
use super::names::Names;
use super::{answer, body, headers, parameters, problems, security, statuses};

/// A spec on its way into the description.
pub(super) struct Described<'a> {
    pub(super) served: &'a ServedSpec,
    pub(super) names: &'a Names,
    pub(super) examples: Examples<'a>,
}

impl Described<'_> {
    /// The operation of an endpoint; the schemas that it names are added to `schemas`.
    pub(super) fn operation(&self, endpoint: &Endpoint, schemas: &mut Vec<(String, Json)>) -> Json {
        let spec = &*self.served.spec;
        let operation = endpoint.operation;
        let words = security::words(&spec.access, operation.method());
        let mut out = Json::object([
            ("operationId", self.names.operation(operation).into()),
            (
                "summary",
                summary(operation, spec.collection.as_str()).into(),
            ),
            (
                "description",
                format!("{}{words}", notice(spec.status, spec.number)).into(),
            ),
            ("tags", Json::texts([self.names.tag.as_str()])),
        ]);
        if spec.status == Status::Deprecated {
            out.set("deprecated", true);
        }
        out.set(
            "security",
            security::requirements(&spec.access, operation.method()),
        );
        out.set("parameters", parameters::of(spec, endpoint, &self.examples));
        if let Some(body) = self.request_body(endpoint, schemas) {
            out.set("requestBody", body);
        }
        let success = (
            endpoint.success.to_string(),
            self.success(endpoint, schemas),
        );
        let others = statuses::of(spec, endpoint).into_iter().map(|status| {
            let response = Json::reference("responses", &problems::name(status));
            (status.to_string(), response)
        });
        let responses = std::iter::once(success).chain(others);
        out.set("responses", Json::Object(responses.collect()));
        out
    }

    fn request_body(&self, endpoint: &Endpoint, schemas: &mut Vec<(String, Json)>) -> Option<Json> {
        if !endpoint.operation.has_body() {
            return None;
        }
        let (suffix, media_type) = match endpoint.operation {
            Operation::Patch => ("Patch", "application/merge-patch+json"),
            Operation::Replace => ("Replace", "application/json"),
            _ => ("Create", "application/json"),
        };
        let name = self.names.schema(suffix);
        schemas.push((name.clone(), body::schema(&self.served.spec, endpoint)));
        let mut content = Json::object([("schema", Json::reference("schemas", &name))]);
        if let Some(example) = self.examples.request(endpoint) {
            content.set("example", example);
        }
        Some(Json::object([
            ("required", true.into()),
            ("content", Json::object([(media_type, content)])),
        ]))
    }

    fn success(&self, endpoint: &Endpoint, schemas: &mut Vec<(String, Json)>) -> Json {
        let operation = endpoint.operation;
        let mut response = Json::object([
            ("description", success_words(operation).into()),
            ("headers", headers::references(&self.headers(operation))),
        ]);
        if endpoint.success != 204 && !endpoint.response.is_empty() {
            let content = Json::object([
                ("schema", self.answer(endpoint, schemas)),
                ("example", self.shown(endpoint)),
            ]);
            response.set("content", Json::object([("application/json", content)]));
        }
        if operation == Operation::Create
            && let Some(links) = self.links(endpoint)
        {
            response.set("links", links);
        }
        response
    }

    fn shown(&self, endpoint: &Endpoint) -> Json {
        match endpoint.operation {
            Operation::List => self.examples.page(endpoint),
            _ => self.examples.record(endpoint),
        }
    }

    /// The schema of an answer; those that show the same columns share one.
    fn answer(&self, endpoint: &Endpoint, schemas: &mut Vec<(String, Json)>) -> Json {
        let spec = &*self.served.spec;
        let mut endpoints = spec.endpoints.iter();
        let first = endpoints.find(|other| other.response == endpoint.response);
        let owner = first.map_or(endpoint.operation, |first| first.operation);
        // The answer that most endpoints show is the record; one of its own says whose it is.
        let common = spec
            .endpoints
            .iter()
            .rev()
            .find(|other| !other.response.is_empty());
        let name = if common.is_some_and(|common| common.response == endpoint.response) {
            self.names.schema("")
        } else {
            self.names.schema(match owner {
                Operation::Create => "Created",
                Operation::List => "Listed",
                Operation::Read => "Read",
                Operation::Replace => "Replaced",
                Operation::Patch => "Patched",
                Operation::Delete => "Deleted",
            })
        };
        if !schemas.iter().any(|(known, _)| *known == name) {
            schemas.push((name.clone(), answer::record(spec, endpoint)));
        }
        let record = Json::reference("schemas", &name);
        if endpoint.operation != Operation::List {
            return record;
        }
        let page = self.names.schema("Page");
        schemas.push((page.clone(), answer::page(record)));
        Json::reference("schemas", &page)
    }

    fn headers(&self, operation: Operation) -> Vec<&'static str> {
        let spec = &self.served.spec;
        let mut names = vec!["X-Request-Id", "Spec", "RateLimit", "RateLimit-Policy"];
        match operation {
            Operation::Create => names.extend(["ETag", "Location", "Idempotent-Replayed"]),
            Operation::Patch => names.extend(["ETag", "Idempotent-Replayed"]),
            Operation::Read | Operation::Replace => names.push("ETag"),
            Operation::List => names.push("Link"),
            Operation::Delete => {}
        }
        if !matches!(operation, Operation::List | Operation::Read) {
            names.push("Dry-Run");
        }
        match spec.status {
            Status::Draft | Status::Review => names.extend(["Spec-Status", "Warning"]),
            Status::Approved => {}
            Status::Deprecated => {
                names.extend(["Deprecation", "Sunset"]);
                if operation != Operation::List {
                    names.push("Link");
                }
            }
        }
        names
    }

    /// What can be done with a record that was just created.
    fn links(&self, create: &Endpoint) -> Option<Json> {
        let spec = &self.served.spec;
        let (_, key) = spec.table.key()?;
        let key = &key.name.value;
        if !create.response.contains(key) {
            return None;
        }
        let others = spec
            .endpoints
            .iter()
            .filter(|other| other.operation.has_id());
        let links = others.map(|other| {
            let name = self.names.operation(other.operation);
            let id = Json::object([("id", format!("$response.body#/{key}").into())]);
            let link = Json::object([("operationId", name.clone().into()), ("parameters", id)]);
            (name, link)
        });
        let links: Vec<_> = links.collect();
        (!links.is_empty()).then_some(Json::Object(links))
    }
}

/// What a document that is not approved says of itself.
pub(super) fn notice(status: Status, number: specd_domain::name::SpecNumber) -> String {
    match status {
        Status::Draft => format!("**SPEC {number} is a draft and may change.** "),
        Status::Review => format!("**SPEC {number} is in review and may change.** "),
        Status::Approved => String::new(),
        Status::Deprecated => format!("**SPEC {number} is deprecated.** "),
    }
}

/// What an operation does, in a line.
pub(crate) fn summary(operation: Operation, collection: &str) -> String {
    let words = match operation {
        Operation::Create => "Create a record of",
        Operation::List => "List",
        Operation::Read => "Read a record of",
        Operation::Replace => "Replace a record of",
        Operation::Patch => "Change a record of",
        Operation::Delete => "Delete a record of",
    };
    format!("{words} {collection}")
}

/// What a success means.
pub(crate) const fn success_words(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "The record is created.",
        Operation::List => "A page of records.",
        Operation::Read => "The record.",
        Operation::Replace => "The record is replaced.",
        Operation::Patch => "The record is changed.",
        Operation::Delete => "The record is gone.",
    }
}
