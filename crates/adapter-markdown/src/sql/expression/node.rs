//! The parts of an expression as they grow together: each with its bytes, none too high.

use std::ops::Range;

use specd_domain::rule::Expr;

use super::{Reader, Stop};

/// The deepest tree. Deeper ones are refused, so that whoever walks a tree needs no limit of their own.
pub(super) const DEEPEST_TREE: usize = 32;

/// A part that was read.
pub(super) struct Node {
    pub(super) expr: Expr,
    pub(super) range: Range<usize>,
    pub(super) height: usize,
}

impl Node {
    pub(super) const fn leaf(expr: Expr, range: Range<usize>) -> Self {
        Self {
            expr,
            range,
            height: 1,
        }
    }

    pub(super) fn boxed(self) -> Box<Expr> {
        Box::new(self.expr)
    }
}

impl Reader<'_, '_, '_, '_, '_, '_> {
    /// `AND` and `OR` of as many as stand beside each other.
    pub(super) fn junction(&mut self, left: Node, right: Node, is_and: bool) -> Result<Node, Stop> {
        let range = left.range.start..right.range.end;
        let height_of = |node: &Node| match (&node.expr, is_and) {
            (Expr::And(_), true) | (Expr::Or(_), false) => node.height,
            _ => node.height + 1,
        };
        let height = height_of(&left).max(height_of(&right));
        let mut parts = match (left.expr, is_and) {
            (Expr::And(parts), true) | (Expr::Or(parts), false) => parts,
            (other, _) => vec![other],
        };
        match (right.expr, is_and) {
            (Expr::And(more), true) | (Expr::Or(more), false) => parts.extend(more),
            (other, _) => parts.push(other),
        }
        let expr = if is_and {
            Expr::And(parts)
        } else {
            Expr::Or(parts)
        };
        self.node(expr, range, height)
    }

    pub(super) fn binary(
        &mut self,
        left: Node,
        right: Node,
        build: impl FnOnce(Box<Expr>, Box<Expr>) -> Expr,
    ) -> Result<Node, Stop> {
        let range = left.range.start..right.range.end;
        let height = left.height.max(right.height) + 1;
        self.node(build(left.boxed(), right.boxed()), range, height)
    }

    pub(super) fn unary(
        &mut self,
        inner: Node,
        range: Range<usize>,
        build: impl FnOnce(Box<Expr>) -> Expr,
    ) -> Result<Node, Stop> {
        let height = inner.height + 1;
        self.node(build(inner.boxed()), range, height)
    }

    /// `NOT` around it where a predicate was negated.
    pub(super) fn negated(&mut self, node: Node, negated: bool) -> Result<Node, Stop> {
        if !negated {
            return Ok(node);
        }
        let range = node.range.clone();
        self.unary(node, range, Expr::Not)
    }

    pub(super) fn node(
        &mut self,
        expr: Expr,
        range: Range<usize>,
        height: usize,
    ) -> Result<Node, Stop> {
        if height > DEEPEST_TREE {
            return Err(self.too_deep(range));
        }
        Ok(Node {
            expr,
            range,
            height,
        })
    }
}
