//! Walking through an expression: its parts, its depth, and what follows from what stands in it.

use super::{Expr, Function};

/// The deepest expression that is read, resolved and evaluated.
pub const MAX_DEPTH: usize = 100;

impl Expr {
    /// Its direct parts, in the order of the text.
    pub fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Field(_) | Self::Literal(_) => Vec::new(),
            Self::Not(inner)
            | Self::Negate(inner)
            | Self::IsNull(inner)
            | Self::IsBoolean(inner, _)
            | Self::Cast(inner, _)
            | Self::Is(inner, _)
            | Self::Like { value: inner, .. }
            | Self::Matches { value: inner, .. } => vec![inner],
            Self::And(all) | Self::Or(all) | Self::Call(_, all) => all.iter().collect(),
            Self::Compare(left, _, right) | Self::Compute(left, _, right) => vec![left, right],
            Self::Between(value, low, high) => vec![value, low, high],
            Self::In(value, list) => std::iter::once(&**value).chain(list).collect(),
            Self::Case(arms, otherwise) => arms
                .iter()
                .flat_map(|(condition, result)| [condition, result])
                .chain(otherwise.as_deref())
                .collect(),
        }
    }

    /// Whether it is nested at most `limit` levels deep.
    pub fn is_within(&self, limit: usize) -> bool {
        limit > 0
            && self
                .parts()
                .into_iter()
                .all(|part| part.is_within(limit - 1))
    }

    /// Whether `claim` holds of it or of any part of it.
    pub fn any(&self, claim: &dyn Fn(&Self) -> bool) -> bool {
        claim(self) || self.parts().into_iter().any(|part| part.any(claim))
    }
}

/// Whether its truth depends on the record alone. One that asks for the time (`now()`, `CURRENT_DATE`) is judged when
/// a record is written, by the domain, and is no `CHECK` of a store.
pub fn is_stable(expr: &Expr) -> bool {
    !expr.any(&|part| matches!(part, Expr::Call(Function::Now | Function::Today, _)))
}

/// Whether it can be written in SQL: a format cannot.
pub fn has_sql(expr: &Expr) -> bool {
    !expr.any(&|part| matches!(part, Expr::Is(..)))
}
