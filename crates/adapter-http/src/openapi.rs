//! The description of what is served, in OpenAPI 3.1: made of the same compiled model that routes, so that it cannot say
//! anything else.
//!
//! A schema says what the server demands, no more and no less, as far as JSON Schema can say it; the rest stands beside it
//! in words. `docs/http-api.md` is about what all documents have in common.

mod answer;
mod body;
pub(crate) mod examples;
mod facets;
mod headers;
pub(crate) mod json;
pub(crate) mod names;
pub(crate) mod operation;
pub(crate) mod parameters;
mod pattern;
mod problems;
mod rules;
mod scalar;
pub(crate) mod security;
pub(crate) mod statuses;
mod text;

use std::collections::HashSet;

use specd_app::catalog::Catalog;
use specd_domain::Spec;

pub(crate) use body::constraints;
use examples::Examples;
use json::Json;
use names::Names;
use operation::Described;
use text::ObjectText;

/// Every status that a problem or a condition has.
const STATUSES: [u16; 20] = [
    304, 400, 401, 403, 404, 405, 406, 409, 410, 412, 413, 414, 415, 422, 428, 429, 431, 500, 503,
    507,
];

/// The description, as JSON that is easy to read. No more than one document at a time is in memory as anything but text.
pub fn describe(catalog: &Catalog) -> String {
    let mut parts = Parts::of(catalog);
    let mut text = ObjectText::new(1);
    text.add("openapi", &"3.1.1".into());
    text.add("info", &info(catalog));
    text.add("externalDocs", &docs());
    let server = Json::object([("url", "/".into())]);
    text.add("servers", &Json::Array(vec![server]));
    text.add("tags", &Json::Array(std::mem::take(&mut parts.tags)));
    text.add_object("paths", parts.paths);
    let components = components(catalog, parts.schemas, &mut parts.references);
    text.add_object("components", components);
    let mut text = text.end();
    text.push('\n');
    text
}

/// What all documents make of the description.
struct Parts {
    tags: Vec<Json>,
    paths: ObjectText,
    schemas: ObjectText,
    /// What the paths refer to.
    references: HashSet<String>,
}

impl Parts {
    fn of(catalog: &Catalog) -> Self {
        let specs = catalog.specs();
        let names = Names::of(specs.iter().map(|served| &*served.spec));
        let mut parts = Self {
            tags: Vec::new(),
            paths: ObjectText::new(2),
            schemas: ObjectText::new(3),
            references: HashSet::new(),
        };
        for (name, schema) in problems::schemas() {
            parts.schemas.add(&name, &schema);
        }
        for (served, names) in specs.iter().zip(&names) {
            let described = Described {
                served,
                names,
                examples: Examples::new(&served.spec),
            };
            parts.tags.push(tag(&served.spec, names));
            parts.add(&described);
        }
        parts
    }

    /// Adds the paths of a document, and the schemas that they name.
    fn add(&mut self, described: &Described<'_>) {
        let mut schemas = Vec::new();
        for (path, item) in paths(described, &mut schemas) {
            item.references(&mut self.references);
            self.paths.add(&path, &item);
        }
        for (name, schema) in &schemas {
            self.schemas.add(name, schema);
        }
    }
}

fn docs() -> Json {
    Json::object([
        ("description", "The reference, to read and to try.".into()),
        ("url", "/docs".into()),
    ])
}

fn info(catalog: &Catalog) -> Json {
    let specs = catalog.specs();
    let title = match specs {
        [only] => only.spec.title.clone(),
        _ => "specd".to_owned(),
    };
    let latest = specs.iter().map(|served| served.spec.last_updated).max();
    Json::object([
        ("title", title.into()),
        (
            "summary",
            "The spec is the service: what its SPEC documents say, served.".into(),
        ),
        (
            "description",
            "Made of the documents that are served. A schema says what the server demands as far as JSON Schema can; the \
             rest stands beside it in words. Lengths of texts count Unicode code points, numbers are exact, every date-time \
             is answered in UTC. Every error is a problem (RFC 9457), which names each mistake. Bodies are read strictly: \
             a member that is unknown, or stands twice, is refused."
                .into(),
        ),
        (
            "version",
            latest.map_or_else(|| "0".to_owned(), |day| day.to_string()).into(),
        ),
    ])
}

fn tag(spec: &Spec, names: &Names) -> Json {
    let notice = operation::notice(spec.status, spec.number);
    let summary = spec.summary.as_deref().unwrap_or_default();
    let words = format!("{notice}SPEC {}: {}. {summary}", spec.number, spec.title);
    Json::object([
        ("name", names.tag.as_str().into()),
        ("description", words.trim_end().into()),
        (
            "externalDocs",
            Json::object([
                (
                    "description",
                    format!("SPEC {} in the reference", spec.number).into(),
                ),
                (
                    "url",
                    format!("/docs/{}#{}", spec.number, anchor(spec)).into(),
                ),
            ]),
        ),
        ("x-specd-document", spec.path.as_str().into()),
        ("x-specd-status", spec.status.as_str().into()),
    ])
}

/// Where a spec stands on the reference page.
pub(crate) fn anchor(spec: &Spec) -> String {
    format!("spec-{}-v{}", spec.number, spec.version)
}

/// The paths of a document; no other document has them.
fn paths(described: &Described<'_>, schemas: &mut Vec<(String, Json)>) -> Vec<(String, Json)> {
    let spec = &described.served.spec;
    let mut paths: Vec<(String, Json)> = Vec::new();
    for endpoint in &spec.endpoints {
        let mut path = spec.collection_path();
        path.has_id = endpoint.operation.has_id();
        let path = path.to_string();
        let method = endpoint.operation.method().as_str().to_ascii_lowercase();
        let operation = described.operation(endpoint, schemas);
        match paths.iter_mut().find(|(known, _)| *known == path) {
            Some((_, item)) => item.set(&method, operation),
            None => paths.push((path, Json::Object(vec![(method, operation)]))),
        }
    }
    paths
}

/// The components that are referred to, and no others.
fn components(
    catalog: &Catalog,
    schemas: ObjectText,
    references: &mut HashSet<String>,
) -> ObjectText {
    let responses = STATUSES.iter().filter_map(|status| {
        let name = problems::name(*status);
        let response = problems::response(*status)?;
        Some((name, response))
    });
    let responses = used("responses", responses, references);
    let parameters = used("parameters", parameters::components(), references);
    let mut components = ObjectText::new(2);
    components.add_object("schemas", schemas);
    responses.references(references);
    components.add("responses", &responses);
    parameters.references(references);
    components.add("parameters", &parameters);
    if let Json::Object(headers) = headers::components() {
        components.add("headers", &used("headers", headers, references));
    }
    let callers = security::schemes(catalog.specs().iter().map(|served| &**served));
    if !callers.is_empty() {
        components.add("securitySchemes", &Json::Object(callers));
    }
    components
}

fn used(
    group: &str,
    all: impl IntoIterator<Item = (String, Json)>,
    references: &HashSet<String>,
) -> Json {
    let is_used = |name: &String| references.contains(&format!("#/components/{group}/{name}"));
    Json::Object(all.into_iter().filter(|(name, _)| is_used(name)).collect())
}
