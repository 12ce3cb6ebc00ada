//! Who the participants of a diagram are, by their names: those that are parts of specd, and all others.

use std::collections::{HashMap, HashSet};

use specd_domain::Spec;
use specd_domain::flow::Flow;

use super::observed::Step;
use super::words::{has, words};

/// What a participant is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Not a part of specd: what it does is not seen.
    Outside,
    /// What takes requests.
    Api,
    /// What does the work.
    Service,
    /// The database.
    Store,
    /// What does one step.
    Doing(Step),
}

const API: [&str; 11] = [
    "api",
    "server",
    "handler",
    "controller",
    "endpoint",
    "router",
    "http",
    "rest",
    "specd",
    "edge",
    "backend",
];
const SERVICE: [&str; 7] = [
    "service", "usecase", "case", "domain", "logic", "core", "worker",
];
const STORE: [&str; 11] = [
    "database",
    "db",
    "postgre",
    "postgresql",
    "sqlite",
    "sql",
    "repository",
    "storage",
    "store",
    "datastore",
    "persistence",
];
/// Before us, whatever else its name says: an "API gateway" is none of ours.
const BEFORE: [&str; 9] = [
    "gateway", "proxy", "nginx", "balancer", "cdn", "client", "user", "browser", "external",
];
/// Words beside those above that make nobody another one.
const BESIDE: [&str; 16] = [
    "the",
    "our",
    "a",
    "layer",
    "web",
    "use",
    "request",
    "record",
    "resource",
    "data",
    "busines",
    "business",
    "primary",
    "main",
    "table",
    "application",
];

/// Each participant's role.
pub(super) struct Roles<'f>(HashMap<&'f str, Role>);

impl<'f> Roles<'f> {
    /// Those of the participants of a diagram of this document.
    pub(super) fn of(flow: &'f Flow, spec: &Spec) -> Self {
        let own = own_words(spec);
        let names = flow.participants.iter().map(|name| name.value.as_str());
        let mut roles: HashMap<_, _> = names.map(|name| (name, role(name, &own))).collect();
        let answers = |role: &Role| matches!(role, Role::Api | Role::Service);
        if !roles.values().any(answers) {
            // Whoever is asked for the document's own path is who answers.
            let path = spec.collection_path().to_string();
            let asked = flow.messages.iter().find(|one| one.text.contains(&path));
            let asked = asked.and_then(|message| roles.get_mut(message.to.as_str()));
            if let Some(role) = asked {
                *role = Role::Api;
            }
        }
        Self(roles)
    }

    /// The role of a participant.
    pub(super) fn role(&self, name: &str) -> Role {
        self.0.get(name).copied().unwrap_or(Role::Outside)
    }
}

/// What the document is about: an "order service" of orders is ours, an "email service" is not.
fn own_words(spec: &Spec) -> HashSet<String> {
    let mut own: HashSet<String> = words(&spec.title).into_iter().collect();
    own.extend(words(spec.collection.as_str()));
    own.extend(words(spec.table.name.value.as_str()));
    own
}

fn role(name: &str, own: &HashSet<String>) -> Role {
    let words = words(name);
    if words.is_empty() || has(&words, &BEFORE) {
        return Role::Outside;
    }
    let is_ours = words.iter().all(|word| {
        let known = [&API[..], &SERVICE, &STORE, &BESIDE];
        known.iter().any(|known| known.contains(&word.as_str())) || own.contains(word)
    });
    if is_ours {
        return match () {
            () if has(&words, &STORE) => Role::Store,
            () if has(&words, &API) => Role::Api,
            () if has(&words, &SERVICE) => Role::Service,
            () => Role::Outside,
        };
    }
    let doing: [(Step, &[&str]); 8] = [
        (Step::Limits, &["limiter", "throttle", "quota"]),
        (Step::Idempotency, &["idempotency"]),
        (
            Step::Authorization,
            &["authorization", "authorisation", "authz", "authorizer"],
        ),
        (
            Step::Authentication,
            &[
                "auth",
                "authentication",
                "authenticator",
                "authn",
                "identity",
                "idp",
                "issuer",
            ],
        ),
        (Step::Exposure, &["flag", "rollout", "exposure"]),
        (Step::Validation, &["validator", "validation"]),
        (Step::Queue, &["queue", "batcher"]),
        (Step::Body, &["parser"]),
    ];
    let doing = doing
        .into_iter()
        .find_map(|(step, known)| has(&words, known).then_some(step));
    doing.map_or(Role::Outside, Role::Doing)
}
