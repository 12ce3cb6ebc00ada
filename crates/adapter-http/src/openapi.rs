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

use specd_app::catalog::Catalog;
use specd_domain::Spec;

pub(crate) use body::constraints;
use examples::Examples;
use json::Json;
use names::Names;
use operation::Described;

/// Every status that a problem or a condition has.
const STATUSES: [u16; 20] = [
    304, 400, 401, 403, 404, 405, 406, 409, 410, 412, 413, 414, 415, 422, 428, 429, 431, 500, 503,
    507,
];

/// The description, as JSON that is easy to read.
pub fn describe(catalog: &Catalog) -> String {
    let mut text = description(catalog).pretty();
    text.push('\n');
    text
}

fn description(catalog: &Catalog) -> Json {
    let specs = catalog.specs();
    let names = Names::of(specs.iter().map(|served| &*served.spec));
    let mut schemas = problems::schemas();
    let mut paths: Vec<(String, Json)> = Vec::new();
    let mut tags = Vec::new();
    for (served, names) in specs.iter().zip(&names) {
        let described = Described {
            served,
            names,
            examples: Examples::new(&served.spec),
        };
        tags.push(tag(&served.spec, names));
        add_paths(&described, &mut paths, &mut schemas);
    }
    let document = Json::object([
        ("openapi", "3.1.1".into()),
        ("info", info(catalog)),
        (
            "externalDocs",
            Json::object([
                ("description", "The reference, to read and to try.".into()),
                ("url", "/docs".into()),
            ]),
        ),
        ("servers", vec![Json::object([("url", "/".into())])].into()),
        ("tags", tags.into()),
        ("paths", Json::Object(paths)),
    ]);
    let components = components(catalog, schemas, &document);
    document.with("components", components)
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
                ("url", format!("/docs#{}", anchor(spec)).into()),
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

fn add_paths(
    described: &Described<'_>,
    paths: &mut Vec<(String, Json)>,
    schemas: &mut Vec<(String, Json)>,
) {
    let spec = &described.served.spec;
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
}

/// The components that the paths refer to, and no others.
fn components(catalog: &Catalog, schemas: Vec<(String, Json)>, document: &Json) -> Json {
    let text = document.compact();
    let is_used =
        |group: &str, name: &str| text.contains(&format!("\"#/components/{group}/{name}\""));
    let responses = STATUSES.iter().filter_map(|status| {
        let name = problems::name(*status);
        let response = problems::response(*status).filter(|_| is_used("responses", &name))?;
        Some((name, response))
    });
    let parameters = parameters::components()
        .into_iter()
        .filter(|(name, _)| is_used("parameters", name));
    let mut components = Json::object([
        ("schemas", Json::Object(schemas)),
        ("responses", Json::Object(responses.collect())),
        ("parameters", Json::Object(parameters.collect())),
    ]);
    let used = format!("{text}{}", components.compact());
    let headers = match headers::components() {
        Json::Object(headers) => headers
            .into_iter()
            .filter(|(name, _)| used.contains(&format!("\"#/components/headers/{name}\""))),
        _ => return components,
    };
    components.set("headers", Json::Object(headers.collect()));
    let callers = security::schemes(catalog.specs().iter().map(|served| &**served));
    if !callers.is_empty() {
        components.set("securitySchemes", Json::Object(callers));
    }
    components
}
