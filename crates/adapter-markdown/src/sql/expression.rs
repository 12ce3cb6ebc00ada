//! The expressions of `CHECK` and of partial indexes: PostgreSQL's operators and precedences, and nothing else than the language page allows.
//!
//! The words come from sqlparser; its expression parser is not used here. Its trees have no places for operators, types and
//! parentheses, and they grow as deep as the text asks, so that dropping one can overflow the stack. Here every part knows its
//! bytes, the depth is bounded while reading, and the time is linear.

mod function;
mod node;
mod operand;
mod operator;
mod predicate;
mod refusal;

use std::collections::BTreeSet;

use specd_domain::Located;
use specd_domain::rule::{Comparison, Expr};
use specd_domain::value::Value;
use sqlparser::tokenizer::Token;

use self::node::Node;
use self::operator::{Infix, Power};
use super::cursor::Cursor;
use super::report::Report;
use super::types;

/// The most parentheses and prefixes within each other.
const DEEPEST_TEXT: usize = 64;

/// The names that an expression may use.
pub(super) struct Scope {
    pub(super) table: String,
    pub(super) columns: BTreeSet<String>,
}

/// Reads the expression that is next and leaves the cursor behind it. What is wrong with it is reported.
pub(super) fn read(
    cursor: &mut Cursor<'_>,
    scope: &Scope,
    report: &mut Report<'_, '_>,
) -> Option<Located<Expr>> {
    let mut reader = Reader {
        cursor,
        scope,
        report,
        is_broken: false,
        depth: 0,
    };
    let node = reader.expression(Power::LOWEST).ok()?;
    if reader.is_broken {
        return None;
    }
    Some(reader.report.locate(node.expr, node.range))
}

/// Reading cannot go on; the reason was reported.
struct Stop;

struct Reader<'c, 't, 's, 'r, 'f, 'b> {
    cursor: &'c mut Cursor<'t>,
    scope: &'s Scope,
    report: &'r mut Report<'f, 'b>,
    /// Something was reported and read over.
    is_broken: bool,
    depth: usize,
}

impl Reader<'_, '_, '_, '_, '_, '_> {
    /// An operand and every operator behind it that binds at least as strongly as `least`.
    fn expression(&mut self, least: Power) -> Result<Node, Stop> {
        self.depth += 1;
        if self.depth > DEEPEST_TEXT {
            return Err(self.too_deep(self.cursor.here()));
        }
        let mut left = self.operand()?;
        let mut compared = false;
        while let Some(infix) = Infix::at(self.cursor) {
            let power = infix.power();
            if power < least {
                break;
            }
            if matches!(infix, Infix::Compare(_)) {
                if compared {
                    return Err(self.chained());
                }
                compared = true;
            } else if power < Power::COMPARE {
                compared = false;
            }
            left = self.apply(left, &infix)?;
        }
        self.depth -= 1;
        Ok(left)
    }

    fn apply(&mut self, left: Node, infix: &Infix) -> Result<Node, Stop> {
        match infix {
            Infix::Or | Infix::And => {
                self.cursor.next();
                let right = self.expression(infix.power().above())?;
                self.junction(left, right, matches!(infix, Infix::And))
            }
            Infix::Is => self.is(left),
            Infix::Compare(comparison) => self.compare(left, *comparison),
            Infix::Range => self.range_predicate(left),
            Infix::Compute(operator, power) => {
                self.cursor.next();
                let right = self.expression(power.above())?;
                self.binary(left, right, |left, right| {
                    Expr::Compute(left, *operator, right)
                })
            }
            Infix::Like {
                insensitive,
                negated,
            } => {
                self.cursor.next();
                self.like(left, *insensitive, *negated, Power::OTHER.above())
            }
            Infix::Match {
                insensitive,
                negated,
            } => {
                self.cursor.next();
                self.matches(left, *insensitive, *negated)
            }
            Infix::Cast => {
                self.cursor.next();
                let read = types::read(self.cursor, self.report).ok_or(Stop)?;
                self.cast(left, &read)
            }
            Infix::Collate => Ok(self.collate(left)),
            Infix::Refused(power) => self.refused_operator(left, *power),
        }
    }

    /// `a = b`, `a = ANY (ARRAY[…])`.
    fn compare(&mut self, left: Node, comparison: Comparison) -> Result<Node, Stop> {
        let operator = self.cursor.here();
        self.cursor.next();
        let quantified = self
            .cursor
            .peek()
            .is_some_and(|next| next.is_one_of(&["any", "some", "all"]));
        if quantified {
            return self.quantified(left, comparison, operator);
        }
        let right = self.expression(Power::COMPARE.above())?;
        self.binary(left, right, |left, right| {
            Expr::Compare(left, comparison, right)
        })
    }

    fn cast(&mut self, inner: Node, read: &types::TypeRead) -> Result<Node, Stop> {
        use specd_domain::column_type::{ColumnType, ScalarType};
        let range = inner.range.start..read.range.end;
        if read.is_serial {
            self.refuse(read.range.clone(), "a cast to a serial type");
        }
        let target = read.column_type.value;
        let is_idle = matches!(inner.expr, Expr::Literal(Value::Text(_)))
            && matches!(
                target,
                ColumnType::Scalar(ScalarType::Text | ScalarType::Varchar(None))
            );
        if is_idle {
            return Ok(Node { range, ..inner });
        }
        self.unary(inner, range, |inner| Expr::Cast(inner, target))
    }

    /// `COLLATE "C"` is what every text has; any other would sort otherwise on one of the databases.
    fn collate(&mut self, left: Node) -> Node {
        let start = self.cursor.start();
        self.cursor.next();
        let name = self.cursor.next();
        let is_binary = name.is_some_and(
            |name| matches!(&name.token, Token::Word(word) if is_binary_collation(&word.value)),
        );
        let range = left.range.start..self.cursor.end();
        if !is_binary {
            self.refuse(start..self.cursor.end(), "a collation other than \"C\"");
        }
        Node { range, ..left }
    }
}

/// Whether a collation is the order of code points.
pub(super) fn is_binary_collation(name: &str) -> bool {
    ["C", "POSIX", "ucs_basic", "pg_c_utf8"].contains(&name)
}
