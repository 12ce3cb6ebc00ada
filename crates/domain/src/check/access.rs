//! Authentication and authorization: who may do what, complete with defaults (spec-language, section 10).

use crate::access::issuer::is_issuer;
use crate::access::{Access, Authentication, Grant};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::Entry;
use crate::endpoint::Method;
use crate::name::{CollectionName, ScopeName};
use crate::source::{Located, Span};

use super::subject::Subject;

/// `none` stands alone: beside another way it would open the endpoint to everybody.
pub(super) fn open_alone(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let Some(ways) = subject.document.authentication.filled() else {
        return;
    };
    let open = ways
        .value
        .iter()
        .find(|way| way.value == Authentication::None);
    let closed = ways
        .value
        .iter()
        .find(|way| way.value != Authentication::None);
    if let (Some(open), Some(closed)) = (open, closed) {
        findings.push(
            Diagnostic::error(
                Code::OpenBesideClosed,
                open.span,
                "`none` beside another authentication lets everybody in",
            )
            .expecting("expected `none` alone, or not at all")
            .pointing_at(closed.span, "nobody would need this")
            .helping("take one of the two out"),
        );
    }
}

/// Whoever can change what an issuer answers can be any caller: it is asked over `https` alone.
pub(super) fn issuers_secure(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let ways = subject.document.authentication.filled();
    for way in ways.iter().flat_map(|ways| &ways.value) {
        let Authentication::Jwt { issuer, .. } = &way.value else {
            continue;
        };
        if is_issuer(issuer) {
            continue;
        }
        findings.push(
            Diagnostic::error(
                Code::IssuerInsecure,
                way.span,
                format!("`{issuer}` cannot vouch for callers: it is not an `https` address"),
            )
            .expecting("expected `https://`, a host, and neither user, query nor fragment")
            .noting("whoever stands between could exchange the keys that are fetched from it; `http` is for this machine alone, to try things out")
            .helping("write for example: JWT from `https://issuer.example` for `orders`"),
        );
    }
}

/// Owners and scopes belong to callers who say who they are (ruling H32).
pub(super) fn callers_known(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    if !subject.is_open() {
        return;
    }
    let authentication = subject.document.authentication.span().unwrap_or_default();
    if let Some(span) = subject.document.owners_only {
        findings.push(
            Diagnostic::error(
                Code::OwnersUnknown,
                span,
                "`owners only`, and with authentication `none` nobody owns a record",
            )
            .expecting("expected callers who say who they are")
            .pointing_at(authentication, "authentication is `none`")
            .replacing("ask for a key", authentication, "API key"),
        );
    }
    let grants = subject.document.authorization.filled();
    if let Some(grant) = grants.and_then(|grants| grants.value.first()) {
        findings.push(
            Diagnostic::warning(
                Code::ScopesUnused,
                grant.scope.span,
                "scopes have no effect: with authentication `none` no caller has one",
            )
            .pointing_at(authentication, "authentication is `none`")
            .helping("take the scopes out, or ask for an `API key`"),
        );
    }
}

/// Each declared method may be used by some scope (ruling H33), and each method that a scope may use is declared.
pub(super) fn methods(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let Some(grants) = subject.document.authorization.filled() else {
        return;
    };
    if subject.is_open() || grants.value.is_empty() {
        return;
    }
    for method in Method::ALL {
        let is_granted = grants
            .value
            .iter()
            .any(|grant| grant.methods.contains(&method));
        if subject.declares(method) && !is_granted {
            findings.push(without_scope(grants, method));
        }
    }
    if subject.declared.is_empty() {
        return;
    }
    for grant in &grants.value {
        let unused: Vec<&str> = grant
            .methods
            .iter()
            .filter(|method| !subject.declares(**method))
            .map(|method| method.as_str())
            .collect();
        if !unused.is_empty() {
            let scope = &grant.scope;
            let methods = unused.join(", ");
            let headline = format!("`{}` may {methods}, which no endpoint does", scope.value);
            findings.push(not_declared(scope.span, headline));
        }
    }
}

fn without_scope(grants: &Located<Vec<Grant>>, method: Method) -> Diagnostic {
    let scope = grants
        .value
        .first()
        .map_or("orders:write", |grant| grant.scope.value.as_str());
    let clause = format!("`{scope}` may {method}");
    Diagnostic::error(
        Code::MethodWithoutScope,
        grants.span,
        format!("no scope may {method}"),
    )
    .expecting("expected a clause for each declared method")
    .replacing(
        format!("add {clause}"),
        grants.span.after(),
        format!("; {clause}"),
    )
}

/// A method that no endpoint has.
pub(super) fn not_declared(span: Span, headline: String) -> Diagnostic {
    Diagnostic::warning(Code::MethodNotDeclared, span, headline)
        .expecting("this has no effect")
        .helping("take it out, or declare the endpoint")
}

/// The access of the document: what is unfilled takes the stricter meaning.
pub(super) fn compile(subject: &Subject<'_>, collection: &CollectionName) -> Access {
    let document = subject.document;
    let key = || vec![Located::new(Authentication::ApiKey, Span::default())];
    let authentication = match &document.authentication {
        Entry::Filled(ways) if !ways.value.is_empty() => ways.value.clone(),
        _ => key(),
    };
    let grants = match &document.authorization {
        _ if subject.is_open() => Vec::new(),
        Entry::Filled(grants) if !grants.value.is_empty() => grants.value.clone(),
        _ => default_grants(collection),
    };
    Access {
        authentication,
        grants,
        owners_only: document.owners_only,
    }
}

fn default_grants(collection: &CollectionName) -> Vec<Grant> {
    let writes = vec![Method::Post, Method::Put, Method::Patch, Method::Delete];
    [("write", writes), ("read", vec![Method::Get])]
        .into_iter()
        .filter_map(|(verb, methods)| {
            let scope = ScopeName::new(format!("{collection}:{verb}")).ok()?;
            Some(Grant {
                scope: Located::new(scope, Span::default()),
                methods,
            })
        })
        .collect()
}
