//! Rules made ready to be judged: typed once, their patterns compiled once.

use regex::Regex;

use super::pattern::{self, Unevaluable};
use super::typing::{TypeError, Types, resolve_clause};
use super::{Arithmetic, Comparison, Expr, Format, Function, Rule};
use crate::column_type::ColumnType;
use crate::name::FieldName;
use crate::value::Value;

/// Why a rule cannot be judged here. Checking a document finds all of these; a spec from elsewhere may still hold them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// It makes no sense over the fields.
    #[error(transparent)]
    Type(#[from] TypeError),
    /// It is outside the set that the domain evaluates.
    #[error(transparent)]
    Unevaluable(#[from] Unevaluable),
}

/// An expression, ready to be judged. Not serialised: it is built from a [`Rule`] once and kept.
#[derive(Clone, Debug)]
pub struct Compiled {
    fields: Vec<FieldName>,
    pub(super) root: Node,
}

impl Compiled {
    /// The rule, ready. `types` tells the type of a field.
    ///
    /// # Errors
    /// It makes no sense over these fields, or is outside the set.
    pub fn new(rule: &Rule, types: Types<'_>) -> Result<Self, RuleError> {
        Self::of(&rule.expr, types)
    }

    /// The expression, ready.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn of(expr: &Expr, types: Types<'_>) -> Result<Self, RuleError> {
        let resolved = resolve_clause(expr.clone(), types)?;
        let mut lowering = Lowering {
            types,
            fields: Vec::new(),
        };
        let root = lowering.node(resolved)?;
        Ok(Self {
            fields: lowering.fields,
            root,
        })
    }

    /// The fields that it speaks of; evaluation asks for their values by their position here.
    pub fn fields(&self) -> &[FieldName] {
        &self.fields
    }
}

/// [`Expr`] with its fields by position and its patterns compiled.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Field(usize, ColumnType),
    Literal(Value),
    Not(Box<Node>),
    Negate(Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Compare(Box<Node>, Comparison, Box<Node>),
    Compute(Box<Node>, Arithmetic, Box<Node>),
    Between(Box<Node>, Box<Node>, Box<Node>),
    In(Box<Node>, Vec<Node>),
    Matches(Box<Node>, Regex),
    IsNull(Box<Node>),
    IsBoolean(Box<Node>, bool),
    Call(Function, Vec<Node>),
    Cast(Box<Node>, ColumnType),
    Case(Vec<(Node, Node)>, Option<Box<Node>>),
    Is(Box<Node>, Format),
}

struct Lowering<'a> {
    types: Types<'a>,
    fields: Vec<FieldName>,
}

impl Lowering<'_> {
    fn node(&mut self, expr: Expr) -> Result<Node, RuleError> {
        if let Some(regex) = pattern::compile(&expr)? {
            return match expr {
                Expr::Like { value, .. } | Expr::Matches { value, .. } => {
                    Ok(Node::Matches(self.boxed(*value)?, regex))
                }
                other => self.plain(other),
            };
        }
        self.plain(expr)
    }

    fn plain(&mut self, expr: Expr) -> Result<Node, RuleError> {
        Ok(match expr {
            Expr::Field(name) => self.field(name)?,
            Expr::Literal(value) => Node::Literal(value),
            Expr::Not(inner) => Node::Not(self.boxed(*inner)?),
            Expr::Negate(inner) => Node::Negate(self.boxed(*inner)?),
            Expr::And(all) => Node::And(self.all(all)?),
            Expr::Or(all) => Node::Or(self.all(all)?),
            Expr::Compare(left, comparison, right) => {
                Node::Compare(self.boxed(*left)?, comparison, self.boxed(*right)?)
            }
            Expr::Compute(left, arithmetic, right) => {
                Node::Compute(self.boxed(*left)?, arithmetic, self.boxed(*right)?)
            }
            Expr::Between(value, low, high) => {
                Node::Between(self.boxed(*value)?, self.boxed(*low)?, self.boxed(*high)?)
            }
            Expr::In(value, list) => Node::In(self.boxed(*value)?, self.all(list)?),
            Expr::Like { value, .. } | Expr::Matches { value, .. } => self.node(*value)?,
            Expr::IsNull(inner) => Node::IsNull(self.boxed(*inner)?),
            Expr::IsBoolean(inner, wanted) => Node::IsBoolean(self.boxed(*inner)?, wanted),
            Expr::Call(function, arguments) => Node::Call(function, self.all(arguments)?),
            Expr::Cast(inner, target) => Node::Cast(self.boxed(*inner)?, target),
            Expr::Case(arms, otherwise) => {
                let arms = arms
                    .into_iter()
                    .map(|(test, result)| Ok((self.node(test)?, self.node(result)?)))
                    .collect::<Result<_, RuleError>>()?;
                let otherwise = otherwise.map(|result| self.boxed(*result)).transpose()?;
                Node::Case(arms, otherwise)
            }
            Expr::Is(value, format) => Node::Is(self.boxed(*value)?, format),
        })
    }

    fn field(&mut self, name: FieldName) -> Result<Node, RuleError> {
        let kind = (self.types)(name.as_str());
        let kind = kind.ok_or_else(|| TypeError::UnknownColumn(name.clone()))?;
        let position = self.fields.iter().position(|field| *field == name);
        let position = position.unwrap_or_else(|| {
            self.fields.push(name);
            self.fields.len() - 1
        });
        Ok(Node::Field(position, kind))
    }

    fn boxed(&mut self, expr: Expr) -> Result<Box<Node>, RuleError> {
        self.node(expr).map(Box::new)
    }

    fn all(&mut self, exprs: Vec<Expr>) -> Result<Vec<Node>, RuleError> {
        exprs.into_iter().map(|expr| self.node(expr)).collect()
    }
}
