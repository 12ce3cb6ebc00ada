//! The rules of a spec, ready to judge records.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::is_sent;
use crate::column_type::ColumnType;
use crate::endpoint::Endpoint;
use crate::field::Shape;
use crate::name::FieldName;
use crate::record::{Row, Submission};
use crate::rule::describe::{describe, describe_failure};
use crate::rule::evaluate::{Fields, evaluate};
use crate::rule::{Compiled, Rule, RuleError, RuleOrigin, Truth};
use crate::spec::Spec;
use crate::table::Table;
use crate::value::Value;
use crate::violation::{Pointer, Violation, ViolationCode};

/// The rules of one spec, their patterns compiled. Servers make one for each revision and keep it.
#[derive(Clone, Debug)]
pub struct Validator {
    table: Arc<Table>,
    rules: Vec<Ready>,
}

#[derive(Clone, Debug)]
struct Ready {
    rule: Rule,
    compiled: Compiled,
    sources: Vec<Source>,
}

/// Where the value of a rule's field comes from.
#[derive(Clone, Debug)]
enum Source {
    Column(usize),
    Dropped(FieldName),
}

impl Validator {
    /// Makes the rules of a spec ready.
    ///
    /// # Errors
    /// A rule that cannot be judged. A spec that came from checking a document has none.
    pub fn new(spec: &Spec) -> Result<Self, RuleError> {
        let types = |name: &str| match spec.table.column(name) {
            Some((_, column)) => Some(column.column_type.value),
            None => dropped_type(&spec.endpoints, name),
        };
        Self::of(Arc::clone(&spec.table), &spec.rules, &types)
    }

    pub(super) fn of(
        table: Arc<Table>,
        rules: &[Rule],
        types: &dyn Fn(&str) -> Option<ColumnType>,
    ) -> Result<Self, RuleError> {
        let ready = |rule: &Rule| ready(rule, &table, types);
        let rules = rules.iter().map(ready).collect::<Result<_, _>>()?;
        Ok(Self { table, rules })
    }

    /// Every rule that is false of the row, in the order of the rules.
    ///
    /// - A violation points at the first of its rule's fields that the body carries (ruling H36), or at the root, and is
    ///   worded from there.
    /// - A rule over a field that was itself refused is not judged.
    /// - A `CHECK` is judged of every row, as the database judges it; a clause of Input Validation is judged of input:
    ///   only where the body carries one of its fields.
    /// - A computation that the database would refuse (a division by zero, an overflow) is a violation.
    pub fn violations(
        &self,
        row: &Row,
        submission: &Submission,
        now: DateTime<Utc>,
    ) -> Vec<Violation> {
        let judge = |ready: &Ready| self.judge(ready, row, submission, now);
        self.rules.iter().filter_map(judge).collect()
    }

    fn judge(
        &self,
        ready: &Ready,
        row: &Row,
        submission: &Submission,
        now: DateTime<Utc>,
    ) -> Option<Violation> {
        let rule = &ready.rule;
        let is_refused = |field| submission.refused.contains(field);
        if rule.fields.iter().any(is_refused) {
            return None;
        }
        let subject = rule
            .fields
            .iter()
            .find(|field| is_sent(&self.table, submission, field.as_str()));
        if subject.is_none() && rule.origin == RuleOrigin::Clause {
            return None;
        }
        let scope = Scope {
            sources: &ready.sources,
            row,
            submission,
        };
        let detail = match evaluate(&ready.compiled, &scope, now) {
            Ok(Truth::True | Truth::Unknown) => return None,
            Ok(Truth::False) => describe(rule, subject),
            Err(error) => describe_failure(rule, error),
        };
        let root = Pointer::root();
        Some(Violation {
            pointer: subject.map_or(root, |field| Pointer::root().member(field.as_str())),
            code: ViolationCode::RuleBroken,
            detail,
            place: Some(rule.place.clone()),
        })
    }
}

fn ready(
    rule: &Rule,
    table: &Table,
    types: &dyn Fn(&str) -> Option<ColumnType>,
) -> Result<Ready, RuleError> {
    let compiled = Compiled::new(rule, types)?;
    let source = |field: &FieldName| match table.column(field.as_str()) {
        Some((position, _)) => Source::Column(position),
        None => Source::Dropped(field.clone()),
    };
    Ok(Ready {
        rule: rule.clone(),
        sources: compiled.fields().iter().map(source).collect(),
        compiled,
    })
}

/// The type of a request's field that has no column.
fn dropped_type(endpoints: &[Endpoint], name: &str) -> Option<ColumnType> {
    let fields = endpoints.iter().flat_map(|endpoint| &endpoint.request);
    let field = fields
        .into_iter()
        .find(|field| field.column.is_none() && field.name.as_str() == name)?;
    Some(match &field.shape {
        Shape::Scalar(scalar) => ColumnType::Scalar(*scalar),
        Shape::Array(element) => match **element {
            Shape::Scalar(scalar) => ColumnType::Array(scalar),
            _ => ColumnType::Jsonb,
        },
        _ => ColumnType::Jsonb,
    })
}

struct Scope<'a> {
    sources: &'a [Source],
    row: &'a Row,
    submission: &'a Submission,
}

impl Fields for Scope<'_> {
    fn value(&self, position: usize) -> Option<&Value> {
        match self.sources.get(position)? {
            Source::Column(column) => self.row.get(*column),
            Source::Dropped(name) => {
                let mut dropped = self.submission.dropped.iter();
                dropped
                    .find(|(dropped, _)| dropped == name)
                    .map(|(_, value)| value)
            }
        }
    }
}
