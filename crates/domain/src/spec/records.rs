//! Records judged by a spec alone: for services that keep to a document without serving it.

use crate::body::{self, Completeness, Malformed};
use crate::endpoint::Operation;
use crate::record::Row;
use crate::rule::RuleError;
use crate::spec::Spec;
use crate::validate::{Stamp, Validator, complete};
use crate::violation::Violation;

/// Why a text is no record of a spec.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The document declares no endpoint that takes a whole record for this operation.
    #[error("the document declares no endpoint that takes a whole record for this operation")]
    NotDeclared,
    /// The bytes are no JSON text.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// What is wrong with the record: everything, in the order of the text, then the rules in the order of the document.
    #[error("the record has {} violations", .0.len())]
    Violations(Vec<Violation>),
    /// The model holds a rule that cannot be judged; one that was made from a document without errors holds none.
    #[error("a rule of the model cannot be judged")]
    Rule(#[from] RuleError),
}

/// A spec with its rules made ready, for judging many records.
#[derive(Clone, Debug)]
pub struct RecordValidator<'s> {
    spec: &'s Spec,
    rules: Validator,
}

impl<'s> RecordValidator<'s> {
    /// Makes the rules of a spec ready.
    ///
    /// # Errors
    /// The first rule that cannot be judged.
    pub fn new(spec: &'s Spec) -> Result<Self, RuleError> {
        Ok(Self {
            spec,
            rules: Validator::new(spec)?,
        })
    }

    /// Reads a record as the body of a create or a replace, completes it with the defaults of its columns, and judges
    /// it by every rule. A rule over a field that was itself refused is not judged.
    ///
    /// What only a database knows is not looked at: whether a unique value is taken, whether a referenced record is
    /// there. A column that a sequence numbers stays null.
    ///
    /// # Errors
    /// Why the text is no record: every violation at once.
    pub fn validate_json(
        &self,
        operation: Operation,
        json: &[u8],
        stamp: &mut Stamp<'_>,
    ) -> Result<Row, Rejection> {
        let takes_record = matches!(operation, Operation::Create | Operation::Replace);
        let endpoint = self
            .spec
            .endpoint(operation)
            .filter(|_| takes_record)
            .ok_or(Rejection::NotDeclared)?;
        let reading = body::read(
            json,
            &endpoint.request,
            &self.spec.table,
            Completeness::Whole,
        )?;
        let row = complete(self.spec, &reading.submission, stamp);
        let mut violations = reading.violations;
        violations.extend(self.rules.violations(&row, &reading.submission, stamp.now));
        if violations.is_empty() {
            Ok(row)
        } else {
            Err(Rejection::Violations(violations))
        }
    }
}

impl Spec {
    /// Judges one record: see [`RecordValidator`], which makes the rules ready once for many.
    ///
    /// # Errors
    /// Why the text is no record: every violation at once.
    pub fn validate_json(
        &self,
        operation: Operation,
        json: &[u8],
        stamp: &mut Stamp<'_>,
    ) -> Result<Row, Rejection> {
        RecordValidator::new(self)?.validate_json(operation, json, stamp)
    }
}
