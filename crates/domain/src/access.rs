//! Who may do what: authentication and authorization of a document (spec-language, section 10).

pub mod caller;
pub mod issuer;

use serde::{Deserialize, Serialize};

use crate::endpoint::Method;
use crate::name::ScopeName;
use crate::source::{Located, Span};

/// One way to say who calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authentication {
    /// `API key`.
    ApiKey,
    /// `` JWT from `issuer` for `audience` ``.
    Jwt {
        /// The `iss` that is accepted.
        issuer: String,
        /// The `aud` that is accepted.
        audience: String,
    },
    /// `none`: anybody.
    None,
}

/// `` `scope` may METHOD, METHOD ``.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The scope.
    pub scope: Located<ScopeName>,
    /// What it may do.
    pub methods: Vec<Method>,
}

/// The access of a document, complete: what it left unfilled has its default (`<collection>:write`, `<collection>:read`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// The ways to authenticate, any one of which is enough; never empty. Unfilled means an API key.
    pub authentication: Vec<Located<Authentication>>,
    /// The scopes; empty where authentication is `none` (ruling H32).
    pub grants: Vec<Grant>,
    /// `owners only`, where the document says it.
    pub owners_only: Option<Span>,
}

impl Access {
    /// The scopes of which a caller needs one for `method` (ruling H33).
    pub fn scopes_for(&self, method: Method) -> impl Iterator<Item = &ScopeName> {
        let of_method = self.grants.iter();
        of_method
            .filter(move |grant| grant.methods.contains(&method))
            .map(|grant| &grant.scope.value)
    }

    /// Whether callers need not say who they are.
    pub fn is_open(&self) -> bool {
        self.authentication
            .iter()
            .any(|way| way.value == Authentication::None)
    }
}
