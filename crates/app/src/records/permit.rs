//! Permits: the proof that a caller may do what it asks, made before anything is looked up.

use std::sync::Arc;

use specd_domain::Spec;
use specd_domain::access::caller::{Caller, Denial, decide};
use specd_domain::endpoint::{Endpoint, Operation};
use specd_domain::record::Projection;

use super::error::RecordError;
use super::options::WriteOptions;
use crate::catalog::ServedSpec;
use crate::catalog::compiled::{CompiledEndpoint, CompiledSpec};
use crate::ports::records::{Reach, Terms};

/// What one caller may do on one endpoint. There is no other way to a use case on records.
#[derive(Clone, Copy, Debug)]
pub struct Permit<'a> {
    served: &'a ServedSpec,
    endpoint: &'a Endpoint,
    compiled: &'a CompiledEndpoint,
    caller: &'a Caller,
}

/// Lets a caller do an operation, or says why not.
///
/// # Errors
/// The caller may not, or the document does not declare the operation.
pub fn permit<'a>(
    served: &'a ServedSpec,
    caller: &'a Caller,
    operation: Operation,
) -> Result<Permit<'a>, RecordError> {
    decide(&served.spec.access, caller, operation.method()).map_err(|denial| match denial {
        Denial::Unauthenticated => RecordError::Unauthenticated,
        Denial::Forbidden { scopes } => RecordError::Forbidden { scopes },
    })?;
    let endpoint = served.spec.endpoint(operation);
    let compiled = served.compiled.endpoint(operation);
    let (Some(endpoint), Some(compiled)) = (endpoint, compiled) else {
        return Err(RecordError::Forbidden { scopes: Vec::new() });
    };
    Ok(Permit {
        served,
        endpoint,
        compiled,
        caller,
    })
}

impl<'a> Permit<'a> {
    /// The spec.
    pub fn spec(&self) -> &'a Spec {
        &self.served.spec
    }

    /// The spec, as it is served.
    pub fn served(&self) -> &'a ServedSpec {
        self.served
    }

    /// The number of the spec's revision.
    pub fn revision(&self) -> u32 {
        self.served.revision
    }

    /// What was made ready of the spec.
    pub fn compiled_spec(&self) -> &'a CompiledSpec {
        &self.served.compiled
    }

    /// The endpoint that was asked for.
    pub fn endpoint(&self) -> &'a Endpoint {
        self.endpoint
    }

    /// What was made ready of the endpoint.
    pub fn compiled(&self) -> &'a CompiledEndpoint {
        self.compiled
    }

    /// What answers show of a record; nothing, where they have no body.
    pub fn projection(&self) -> Arc<Projection> {
        self.compiled.answer.clone().unwrap_or_default()
    }

    /// Which records the caller may reach: its own, where the document says `owners only`.
    pub fn reach(&self) -> Reach {
        if self.served.spec.access.owners_only.is_none() {
            return Reach::Everything;
        }
        match self.caller.identity() {
            Some(identity) => Reach::OwnedBy(identity.into()),
            None => Reach::Everything,
        }
    }

    /// The terms of a write: what it may reach, who will own what it creates, and what its caller wants of it. A rehearsal
    /// claims no key.
    pub fn terms(&self, options: &WriteOptions) -> Terms {
        Terms {
            reach: self.reach(),
            owner: self.owner(),
            claim: options.claim.clone().filter(|_| !options.is_rehearsal),
            is_key_new: false,
            is_rehearsal: options.is_rehearsal,
        }
    }

    /// Who will own what the caller creates.
    pub fn owner(&self) -> Option<Arc<str>> {
        self.caller.identity().map(Arc::from)
    }

    /// Who asks.
    pub fn caller(&self) -> &'a Caller {
        self.caller
    }

    /// Refuses a permit that was given for another operation.
    ///
    /// # Errors
    /// It was.
    pub(super) fn expect(&self, operation: Operation) -> Result<(), RecordError> {
        if self.endpoint.operation == operation {
            Ok(())
        } else {
            Err(RecordError::Forbidden { scopes: Vec::new() })
        }
    }
}
