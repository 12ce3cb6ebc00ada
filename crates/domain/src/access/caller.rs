//! Callers, and the decision whether one may do what it asks. It does not find out who calls: an adapter does.

use std::fmt;

use thiserror::Error;

use super::Access;
use crate::endpoint::Method;
use crate::name::ScopeName;

/// Who sends a request. `Debug` does not name the caller: the subject of a token may be an address.
#[derive(Clone, PartialEq, Eq)]
pub enum Caller {
    /// Nobody has said who it is.
    Anonymous,
    /// Somebody who proved who it is.
    Known {
        /// What names the caller from one request to the next: the id of its key, or the `sub` of its token.
        subject: String,
        /// The issuer of its token; `None` for a key of ours.
        issuer: Option<String>,
        /// What it may do.
        scopes: Vec<ScopeName>,
    },
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anonymous => f.write_str("Anonymous"),
            Self::Known { issuer, scopes, .. } => f
                .debug_struct("Known")
                .field("issuer", issuer)
                .field("scopes", scopes)
                .finish_non_exhaustive(),
        }
    }
}

impl Caller {
    /// What names the caller among all callers: what its records, its counts and its idempotency keys are kept under. A
    /// key and a token, or the tokens of two issuers, never share one. `None` for a caller who has not said who it is.
    pub fn identity(&self) -> Option<String> {
        match self {
            Self::Anonymous => None,
            Self::Known {
                subject,
                issuer: None,
                ..
            } => Some(["key:", subject].concat()),
            Self::Known {
                subject,
                issuer: Some(issuer),
                ..
            } => Some(["jwt:", issuer, " ", subject].concat()),
        }
    }

    /// Whether the caller holds the scope.
    pub fn has(&self, scope: &ScopeName) -> bool {
        match self {
            Self::Anonymous => false,
            Self::Known { scopes, .. } => scopes.contains(scope),
        }
    }
}

/// Why a caller may not do what it asks.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Denial {
    /// The document wants to know who calls.
    #[error("the caller did not say who it is")]
    Unauthenticated,
    /// The caller is known and lacks a scope.
    #[error("the caller has none of the scopes that may do this")]
    Forbidden {
        /// Any one of these would do (ruling H33); empty where nobody may.
        scopes: Vec<ScopeName>,
    },
}

/// Whether `caller` may ask for `method`. What no clause allows is forbidden.
///
/// # Errors
/// Why it may not.
pub fn decide(access: &Access, caller: &Caller, method: Method) -> Result<(), Denial> {
    if access.is_open() {
        return Ok(());
    }
    if *caller == Caller::Anonymous {
        return Err(Denial::Unauthenticated);
    }
    if access.scopes_for(method).any(|scope| caller.has(scope)) {
        return Ok(());
    }
    Err(Denial::Forbidden {
        scopes: access.scopes_for(method).cloned().collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Authentication, Grant};
    use crate::source::{Located, Span};

    fn access(way: Authentication) -> Access {
        let scope = |name| Located::new(ScopeName::new(name).unwrap(), Span::default());
        Access {
            authentication: vec![Located::new(way, Span::default())],
            grants: vec![
                Grant {
                    scope: scope("orders:write"),
                    methods: vec![Method::Post],
                },
                Grant {
                    scope: scope("admin"),
                    methods: vec![Method::Post, Method::Delete],
                },
            ],
            owners_only: None,
        }
    }

    fn caller(scopes: &[&str]) -> Caller {
        Caller::Known {
            subject: "k1".to_owned(),
            issuer: None,
            scopes: scopes.iter().map(|s| ScopeName::new(*s).unwrap()).collect(),
        }
    }

    #[test]
    fn any_one_of_the_scopes_is_enough() {
        let access = access(Authentication::ApiKey);
        for scopes in [&["orders:write"][..], &["admin"], &["x", "admin"]] {
            assert_eq!(decide(&access, &caller(scopes), Method::Post), Ok(()));
        }
    }

    #[test]
    fn what_the_caller_lacks_is_named() {
        let denial = decide(
            &access(Authentication::ApiKey),
            &caller(&["orders:write"]),
            Method::Delete,
        );
        let scopes = vec![ScopeName::new("admin").unwrap()];
        assert_eq!(denial, Err(Denial::Forbidden { scopes }));
    }

    #[test]
    fn what_no_clause_allows_is_forbidden_to_everybody() {
        let denial = decide(
            &access(Authentication::ApiKey),
            &caller(&["admin", "orders:write"]),
            Method::Get,
        );
        assert_eq!(denial, Err(Denial::Forbidden { scopes: Vec::new() }));
    }

    #[test]
    fn an_unnamed_caller_passes_only_where_the_document_says_none() {
        let closed = decide(
            &access(Authentication::ApiKey),
            &Caller::Anonymous,
            Method::Post,
        );
        assert_eq!(closed, Err(Denial::Unauthenticated));
        let open = access(Authentication::None);
        assert_eq!(decide(&open, &Caller::Anonymous, Method::Get), Ok(()));
    }
}
