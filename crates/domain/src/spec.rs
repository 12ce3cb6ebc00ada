//! A spec: a document that was read and checked without errors, compiled into all that serving it needs.

pub mod records;

use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::access::Access;
use crate::compatibility::Compatibility;
use crate::compliance::Compliance;
use crate::document::Status;
use crate::endpoint::{Endpoint, EndpointPath, Method, Operation};
use crate::flow::Flow;
use crate::limit::RateLimit;
use crate::name::{CollectionName, SpecNumber};
use crate::objective::{Alert, Objective};
use crate::rollout::Rollout;
use crate::rule::Rule;
use crate::source::Located;
use crate::table::Table;

/// A document that can be served.
///
/// Reads and writes as JSON through serde, so that another service can validate the same records with this crate alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spec {
    /// The number in the title.
    pub number: SpecNumber,
    /// The title.
    pub title: String,
    /// The status.
    pub status: Status,
    /// Who wrote it.
    pub author: String,
    /// When it was begun.
    pub created: NaiveDate,
    /// When it was last changed.
    pub last_updated: NaiveDate,
    /// Who reviews it, without the `@`.
    pub reviewers: Vec<String>,
    /// The path of the document, as the user would write it.
    pub path: String,
    /// The text below Summary.
    pub summary: Option<String>,
    /// The `1` of `/api/v1`.
    pub version: u32,
    /// The collection that every endpoint is on.
    pub collection: CollectionName,
    /// The endpoints, in the document's order, each operation once.
    pub endpoints: Vec<Endpoint>,
    /// The table.
    pub table: Arc<Table>,
    /// What must not be false of a record: the table's `CHECK`s that the domain keeps, then the clauses of Input Validation.
    pub rules: Vec<Rule>,
    /// Who may do what.
    pub access: Access,
    /// The methods that must carry `If-Match` (`If-Match required` under Input Validation), each once.
    #[serde(default)]
    pub if_match_required: Vec<Located<Method>>,
    /// Rate limits; empty means the server's default.
    pub limits: Vec<RateLimit>,
    /// Rollout.
    pub rollout: Rollout,
    /// Objectives.
    pub objectives: Vec<Objective>,
    /// Alert thresholds.
    pub alerts: Vec<Alert>,
    /// Personal data, encryption, audit.
    pub compliance: Compliance,
    /// Changes, successor, sunset.
    pub compatibility: Compatibility,
    /// The flow diagram, where it could be read.
    pub flow: Option<Flow>,
    /// Where the runbook is, as Related Documentation has it: an address, or a path seen from the document.
    #[serde(default)]
    pub runbook: Option<String>,
}

impl Spec {
    /// The endpoint of an operation, where the document declares it.
    pub fn endpoint(&self, operation: Operation) -> Option<&Endpoint> {
        self.endpoints
            .iter()
            .find(|endpoint| endpoint.operation == operation)
    }

    /// `/api/v1/orders`.
    pub fn collection_path(&self) -> EndpointPath {
        EndpointPath {
            version: self.version,
            collection: self.collection.clone(),
            has_id: false,
        }
    }
}
