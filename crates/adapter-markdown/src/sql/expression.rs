//! The expressions of `CHECK` and of partial indexes: PostgreSQL's operators and precedences, and nothing else than the language page allows.
//!
//! The words come from sqlparser; its expression parser is not used here. Its trees have no places for operators, types and
//! parentheses, and they grow as deep as the text asks, so that dropping one can overflow the stack. Here every part knows its
//! bytes, the depth is bounded while reading, and the time is linear.

mod function;
mod operand;
mod predicate;

use std::collections::BTreeSet;
use std::ops::Range;

use specd_domain::Located;
use specd_domain::diagnostic::{Code, Diagnostic};
use specd_domain::rule::{Arithmetic, Comparison, Expr};
use specd_domain::value::Value;
use sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::lexeme::Lexeme;
use super::report::Report;
use super::slip;
use super::types;

/// The deepest tree. Deeper ones are refused, so that whoever walks a tree needs no limit of their own.
const DEEPEST_TREE: usize = 32;
/// The most parentheses and prefixes within each other.
const DEEPEST_TEXT: usize = 64;

const HELP: &str = "an expression may hold columns, constants, comparisons, BETWEEN, IN, LIKE, ILIKE, ~, ~*, IS NULL, IS TRUE, \
    IS DISTINCT FROM, AND, OR, NOT, + - * / % ||, CASE, casts, and calls of a few functions";

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

/// How strongly an operator binds, as in `PostgreSQL`'s table of precedences.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Power(u8);

impl Power {
    const LOWEST: Self = Self(0);
    const OR: Self = Self(1);
    const AND: Self = Self(2);
    const NOT: Self = Self(3);
    const IS: Self = Self(4);
    const COMPARE: Self = Self(5);
    const RANGE: Self = Self(6);
    const OTHER: Self = Self(7);
    const SUM: Self = Self(8);
    const PRODUCT: Self = Self(9);
    const POWER: Self = Self(10);
    const ZONE: Self = Self(11);
    const COLLATE: Self = Self(12);
    const SIGN: Self = Self(13);
    const SUBSCRIPT: Self = Self(14);
    const CAST: Self = Self(15);

    const fn above(self) -> Self {
        Self(self.0 + 1)
    }
}

/// What may follow an operand.
enum Infix {
    Or,
    And,
    Is,
    Compare(Comparison),
    Range,
    Compute(Arithmetic, Power),
    Like { insensitive: bool, negated: bool },
    Match { insensitive: bool, negated: bool },
    Cast,
    Collate,
    Refused(Power),
}

impl Infix {
    const fn power(&self) -> Power {
        match self {
            Self::Or => Power::OR,
            Self::And => Power::AND,
            Self::Is => Power::IS,
            Self::Compare(_) => Power::COMPARE,
            Self::Range => Power::RANGE,
            Self::Like { .. } | Self::Match { .. } => Power::OTHER,
            Self::Compute(_, power) | Self::Refused(power) => *power,
            Self::Cast => Power::CAST,
            Self::Collate => Power::COLLATE,
        }
    }
}

/// Reading cannot go on; the reason was reported.
struct Stop;

/// A part that was read.
struct Node {
    expr: Expr,
    range: Range<usize>,
    height: usize,
}

impl Node {
    const fn leaf(expr: Expr, range: Range<usize>) -> Self {
        Self {
            expr,
            range,
            height: 1,
        }
    }

    fn boxed(self) -> Box<Expr> {
        Box::new(self.expr)
    }
}

struct Reader<'c, 't, 's, 'r, 'f, 'b> {
    cursor: &'c mut Cursor<'t>,
    scope: &'s Scope,
    report: &'r mut Report<'f, 'b>,
    /// Something was reported and read over.
    is_broken: bool,
    depth: usize,
}

impl<'t> Reader<'_, 't, '_, '_, '_, '_> {
    /// An operand and every operator behind it that binds at least as strongly as `least`.
    fn expression(&mut self, least: Power) -> Result<Node, Stop> {
        self.depth += 1;
        if self.depth > DEEPEST_TEXT {
            return Err(self.too_deep(self.cursor.here()));
        }
        let mut left = self.operand()?;
        let mut compared = false;
        while let Some(infix) = self.infix() {
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

    fn infix(&self) -> Option<Infix> {
        let next = self.cursor.peek()?;
        if let Some(word) = next.word() {
            return self.infix_word(&word.to_ascii_lowercase());
        }
        let like = |insensitive, negated| Infix::Like {
            insensitive,
            negated,
        };
        let matches = |insensitive, negated| Infix::Match {
            insensitive,
            negated,
        };
        Some(match &next.token {
            Token::Eq => Infix::Compare(Comparison::Equal),
            Token::Neq => Infix::Compare(Comparison::NotEqual),
            Token::Lt => Infix::Compare(Comparison::Less),
            Token::LtEq => Infix::Compare(Comparison::LessOrEqual),
            Token::Gt => Infix::Compare(Comparison::Greater),
            Token::GtEq => Infix::Compare(Comparison::GreaterOrEqual),
            Token::Plus => Infix::Compute(Arithmetic::Add, Power::SUM),
            Token::Minus => Infix::Compute(Arithmetic::Subtract, Power::SUM),
            Token::Mul => Infix::Compute(Arithmetic::Multiply, Power::PRODUCT),
            Token::Div => Infix::Compute(Arithmetic::Divide, Power::PRODUCT),
            Token::Mod => Infix::Compute(Arithmetic::Remainder, Power::PRODUCT),
            Token::StringConcat => Infix::Compute(Arithmetic::Concatenate, Power::OTHER),
            Token::DoubleTilde => like(false, false),
            Token::DoubleTildeAsterisk => like(true, false),
            Token::ExclamationMarkDoubleTilde => like(false, true),
            Token::ExclamationMarkDoubleTildeAsterisk => like(true, true),
            Token::Tilde => matches(false, false),
            Token::TildeAsterisk => matches(true, false),
            Token::ExclamationMarkTilde => matches(false, true),
            Token::ExclamationMarkTildeAsterisk => matches(true, true),
            Token::DoubleColon => Infix::Cast,
            Token::LBracket => Infix::Refused(Power::SUBSCRIPT),
            Token::Caret => Infix::Refused(Power::POWER),
            token if is_other_operator(token) => Infix::Refused(Power::OTHER),
            _ => return None,
        })
    }

    fn infix_word(&self, word: &str) -> Option<Infix> {
        Some(match word {
            "or" => Infix::Or,
            "and" => Infix::And,
            "is" | "isnull" | "notnull" => Infix::Is,
            "in" | "between" | "like" | "ilike" | "similar" => Infix::Range,
            "not" => {
                let follows = self.cursor.peek_at(1)?;
                if follows.is_one_of(&["in", "between", "like", "ilike", "similar"]) {
                    Infix::Range
                } else {
                    return None;
                }
            }
            "collate" => Infix::Collate,
            "at" => Infix::Refused(Power::ZONE),
            "operator" | "overlaps" => Infix::Refused(Power::OTHER),
            _ => return None,
        })
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

    /// `AND` and `OR` of as many as stand beside each other.
    fn junction(&mut self, left: Node, right: Node, is_and: bool) -> Result<Node, Stop> {
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

    fn binary(
        &mut self,
        left: Node,
        right: Node,
        build: impl FnOnce(Box<Expr>, Box<Expr>) -> Expr,
    ) -> Result<Node, Stop> {
        let range = left.range.start..right.range.end;
        let height = left.height.max(right.height) + 1;
        self.node(build(left.boxed(), right.boxed()), range, height)
    }

    fn unary(
        &mut self,
        inner: Node,
        range: Range<usize>,
        build: impl FnOnce(Box<Expr>) -> Expr,
    ) -> Result<Node, Stop> {
        let height = inner.height + 1;
        self.node(build(inner.boxed()), range, height)
    }

    /// `NOT` around it where a predicate was negated.
    fn negated(&mut self, node: Node, negated: bool) -> Result<Node, Stop> {
        if !negated {
            return Ok(node);
        }
        let range = node.range.clone();
        self.unary(node, range, Expr::Not)
    }

    fn node(&mut self, expr: Expr, range: Range<usize>, height: usize) -> Result<Node, Stop> {
        if height > DEEPEST_TREE {
            return Err(self.too_deep(range));
        }
        Ok(Node {
            expr,
            range,
            height,
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

    /// An operator that documents do not have: reported, and read over with its right side.
    fn refused_operator(&mut self, left: Node, power: Power) -> Result<Node, Stop> {
        let start = self.cursor.start();
        if power == Power::ZONE && self.cursor.at_words(&["at", "time", "zone"]) {
            self.cursor.skip(3);
            self.refuse(start..self.cursor.end(), "`AT TIME ZONE`");
        } else if power == Power::SUBSCRIPT {
            let end = self.skip_brackets();
            self.refuse(start..end, "an element of an array");
            return Ok(Node {
                range: left.range.start..end,
                ..left
            });
        } else {
            self.cursor.next();
            let place = start..self.cursor.end();
            let shown = self.report.quote(place.clone());
            self.refuse(place, &format!("the operator {shown}"));
            if self.cursor.at(&Token::LParen) {
                self.cursor.parentheses();
            }
        }
        let right = self.expression(power.above())?;
        Ok(Node {
            range: left.range.start..right.range.end,
            ..left
        })
    }

    /// Passes `[…]`; its end.
    fn skip_brackets(&mut self) -> usize {
        let mut depth = 0_usize;
        while let Some(next) = self.cursor.next() {
            match next.token {
                Token::LBracket => depth += 1,
                Token::RBracket => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        self.cursor.end()
    }

    /// Reports a part that documents do not have; reading goes on.
    fn refuse(&mut self, place: Range<usize>, what: &str) {
        let finding = self.refusal(place, what);
        self.complain(finding);
    }

    fn refusal(&self, place: Range<usize>, what: &str) -> Diagnostic {
        self.report
            .error(
                Code::SqlExpression,
                place,
                format!("{what} cannot stand in an expression of a document"),
            )
            .expecting("not one of the expressions that documents may hold")
            .helping(HELP)
    }

    fn complain(&mut self, finding: Diagnostic) {
        self.report.push(finding);
        self.is_broken = true;
    }

    fn unexpected(&mut self, expected: &str) -> Stop {
        slip::unexpected(self.cursor, self.report, expected);
        Stop
    }

    fn expect(&mut self, token: &Token, expected: &str) -> Result<&'t Lexeme, Stop> {
        match self.cursor.eat(token) {
            Some(lexeme) => Ok(lexeme),
            None => Err(self.unexpected(expected)),
        }
    }

    fn too_deep(&mut self, place: Range<usize>) -> Stop {
        let finding = self
            .report
            .error(
                Code::SqlTooDeep,
                place,
                "the expression is nested too deeply",
            )
            .expecting(format!(
                "at most {DEEPEST_TEXT} parentheses and {DEEPEST_TREE} operators within each other"
            ))
            .helping("say it in several `CHECK`s");
        self.complain(finding);
        Stop
    }

    fn chained(&mut self) -> Stop {
        let finding = self
            .report
            .error(
                Code::SqlSyntax,
                self.cursor.here(),
                "comparisons cannot be chained",
            )
            .expecting("a second comparison of one value")
            .helping("write `a < b AND b < c`");
        self.complain(finding);
        Stop
    }
}

/// Whether a collation is the order of code points.
pub(super) fn is_binary_collation(name: &str) -> bool {
    ["C", "POSIX", "ucs_basic", "pg_c_utf8"].contains(&name)
}

/// Operators of `PostgreSQL` that documents do not have.
const fn is_other_operator(token: &Token) -> bool {
    !matches!(
        token,
        Token::EOF
            | Token::Word(_)
            | Token::Number(..)
            | Token::Char(_)
            | Token::SingleQuotedString(_)
            | Token::DoubleQuotedString(_)
            | Token::DollarQuotedString(_)
            | Token::EscapedStringLiteral(_)
            | Token::UnicodeStringLiteral(_)
            | Token::NationalStringLiteral(_)
            | Token::HexStringLiteral(_)
            | Token::SingleQuotedByteStringLiteral(_)
            | Token::Comma
            | Token::SemiColon
            | Token::LParen
            | Token::RParen
            | Token::RBracket
            | Token::LBrace
            | Token::RBrace
            | Token::Period
            | Token::Colon
            | Token::Backslash
            | Token::Placeholder(_)
            | Token::DoubleEq
            | Token::Whitespace(_)
            | Token::CopyData { .. }
    )
}
