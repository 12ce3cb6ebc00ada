//! Who may call: the security schemes, and what each operation asks for.

use specd_app::catalog::ServedSpec;
use specd_domain::access::{Access, Authentication};
use specd_domain::endpoint::Method;

use super::json::Json;

const API_KEY: &str = "ApiKey";

/// The schemes of all documents, each once, by name.
pub(super) fn schemes<'a>(specs: impl Iterator<Item = &'a ServedSpec>) -> Vec<(String, Json)> {
    let mut schemes: Vec<(String, Json)> = Vec::new();
    for served in specs {
        let spec = &served.spec;
        if spec.access.is_open() {
            continue;
        }
        for way in &spec.access.authentication {
            let Some(name) = name(&way.value) else {
                continue;
            };
            if !schemes.iter().any(|(known, _)| *known == name) {
                schemes.push((name, scheme(&way.value)));
            }
        }
    }
    schemes
}

/// What an operation asks for: any one of the ways, with any one of the scopes (ruling H33). Empty where anybody may call.
pub(super) fn requirements(access: &Access, method: Method) -> Json {
    if access.is_open() {
        return Json::Array(Vec::new());
    }
    let mut alternatives = Vec::new();
    for way in &access.authentication {
        let Some(name) = name(&way.value) else {
            continue;
        };
        let asked = |scopes: Json| Json::Object(vec![(name.clone(), scopes)]);
        let scopes = access.scopes_for(method);
        alternatives.extend(scopes.map(|scope| asked(Json::texts([scope.as_str()]))));
    }
    Json::Array(alternatives)
}

/// The same in words.
pub(crate) fn words(access: &Access, method: Method) -> String {
    if access.is_open() {
        return "Anybody may call.".to_owned();
    }
    let scopes: Vec<String> = access
        .scopes_for(method)
        .map(|scope| format!("`{scope}`"))
        .collect();
    let owners = if access.owners_only.is_some() {
        " Callers reach the records that they created, and no others."
    } else {
        ""
    };
    match scopes.as_slice() {
        [] => "Nobody may call.".to_owned(),
        [only] => format!("Needs the scope {only}.{owners}"),
        several => format!("Needs one of the scopes {}.{owners}", several.join(", ")),
    }
}

/// The name of a way's scheme; `None` for anybody. Two issuers have two names: a name is told from the texts alone.
fn name(way: &Authentication) -> Option<String> {
    match way {
        Authentication::ApiKey => Some(API_KEY.to_owned()),
        Authentication::Jwt { issuer, audience } => Some(format!(
            "Jwt_{:08x}",
            digest(issuer.bytes().chain([0]).chain(audience.bytes()))
        )),
        Authentication::None => None,
    }
}

/// FNV-1a, 32 bits.
fn digest(bytes: impl Iterator<Item = u8>) -> u32 {
    bytes.fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

fn scheme(way: &Authentication) -> Json {
    match way {
        Authentication::Jwt { issuer, audience } => jwt(issuer, audience),
        _ => Json::object([
            ("type", "http".into()),
            ("scheme", "bearer".into()),
            ("bearerFormat", "specd_<key id>_<secret>_<checksum>".into()),
            (
                "description",
                "An API key, made with `specd keys create`.".into(),
            ),
        ]),
    }
}

fn jwt(issuer: &str, audience: &str) -> Json {
    let words = format!(
        "A token of `{issuer}` for the audience `{audience}`, with its scopes in `scope` or `scp`."
    );
    if issuer.starts_with("https://") {
        let place = format!(
            "{}/.well-known/openid-configuration",
            issuer.trim_end_matches('/')
        );
        return Json::object([
            ("type", "openIdConnect".into()),
            ("openIdConnectUrl", place.into()),
            ("description", words.into()),
        ]);
    }
    Json::object([
        ("type", "http".into()),
        ("scheme", "bearer".into()),
        ("bearerFormat", "JWT".into()),
        ("description", words.into()),
    ])
}
