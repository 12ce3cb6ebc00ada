//! `IS`, `IN`, `BETWEEN`, `LIKE`, `~`, `= ANY (…)`.

use std::ops::Range;

use specd_domain::rule::{Comparison, Expr};
use specd_domain::value::Value;
use sqlparser::tokenizer::Token;

use super::{Node, Power, Reader, Stop};
use crate::sql::literal;
use crate::sql::types;

impl Reader<'_, '_, '_, '_, '_, '_> {
    /// `IS [NOT] NULL | TRUE | FALSE | UNKNOWN | DISTINCT FROM …`, `ISNULL`, `NOTNULL`.
    pub(super) fn is(&mut self, left: Node) -> Result<Node, Stop> {
        let start = left.range.start;
        if self.cursor.eat_word("isnull").is_some() {
            let range = start..self.cursor.end();
            return self.unary(left, range, Expr::IsNull);
        }
        if self.cursor.eat_word("notnull").is_some() {
            let range = start..self.cursor.end();
            let is_null = self.unary(left, range, Expr::IsNull)?;
            return self.negated(is_null, true);
        }
        let is = self.cursor.here();
        self.cursor.next();
        let negated = self.cursor.eat_word("not").is_some();
        if self.cursor.eat_words(&["distinct", "from"]).is_some() {
            let comparison = if negated {
                Comparison::NotDistinct
            } else {
                Comparison::Distinct
            };
            let right = self.expression(Power::IS.above())?;
            return self.binary(left, right, |left, right| {
                Expr::Compare(left, comparison, right)
            });
        }
        let Some(word) = self.cursor.peek().filter(|next| next.is_name()) else {
            return Err(self.unexpected("`NULL`, `TRUE` or `FALSE`"));
        };
        let truth = if word.is_word("true") {
            Some(true)
        } else if word.is_word("false") {
            Some(false)
        } else if word.is_one_of(&["null", "unknown"]) {
            None
        } else {
            self.refuse(is.start..word.end, "this test");
            self.cursor.next();
            return Ok(left);
        };
        self.cursor.next();
        let range = start..self.cursor.end();
        let test = match truth {
            Some(truth) => self.unary(left, range, |left| Expr::IsBoolean(left, truth))?,
            None => self.unary(left, range, Expr::IsNull)?,
        };
        self.negated(test, negated)
    }

    /// `[NOT] IN | BETWEEN | LIKE | ILIKE | SIMILAR TO`.
    pub(super) fn range_predicate(&mut self, left: Node) -> Result<Node, Stop> {
        let start = self.cursor.start();
        let negated = self.cursor.eat_word("not").is_some();
        if self.cursor.eat_word("in").is_some() {
            self.list(left, negated)
        } else if self.cursor.eat_word("between").is_some() {
            self.between(left, negated)
        } else if self.cursor.eat_word("like").is_some() {
            self.like(left, false, negated, Power::RANGE.above())
        } else if self.cursor.eat_word("ilike").is_some() {
            self.like(left, true, negated, Power::RANGE.above())
        } else {
            self.cursor.next();
            self.cursor.eat_word("to");
            let finding = self
                .refusal(start..self.cursor.end(), "`SIMILAR TO`")
                .helping("write the pattern as a regular expression: `column ~ '^(a|b)$'`");
            self.complain(finding);
            self.expression(Power::RANGE.above())?;
            Ok(left)
        }
    }

    fn list(&mut self, left: Node, negated: bool) -> Result<Node, Stop> {
        let open = self.cursor.here();
        if self.cursor.eat(&Token::LParen).is_none() {
            return Err(self.unexpected("`(` and the values"));
        }
        if self.at_query() {
            return Ok(self.refuse_query(open, left));
        }
        let mut height = left.height;
        let mut values = Vec::new();
        loop {
            let value = self.expression(Power::LOWEST)?;
            height = height.max(value.height);
            values.push(value.expr);
            if self.cursor.eat(&Token::Comma).is_none() {
                break;
            }
        }
        self.expect(&Token::RParen, "`,` or `)`")?;
        let range = left.range.start..self.cursor.end();
        let list = self.node(Expr::In(left.boxed(), values), range, height + 1)?;
        self.negated(list, negated)
    }

    fn between(&mut self, left: Node, negated: bool) -> Result<Node, Stop> {
        let word = self.cursor.here();
        if self.cursor.eat_word("symmetric").is_some() {
            self.refuse(word, "`BETWEEN SYMMETRIC`");
        }
        self.cursor.eat_word("asymmetric");
        let low = self.expression(Power::OTHER)?;
        if self.cursor.eat_word("and").is_none() {
            return Err(self.unexpected("`AND` and the upper limit"));
        }
        let high = self.expression(Power::OTHER)?;
        let range = left.range.start..high.range.end;
        let height = left.height.max(low.height).max(high.height) + 1;
        let between = Expr::Between(left.boxed(), low.boxed(), high.boxed());
        let between = self.node(between, range, height)?;
        self.negated(between, negated)
    }

    pub(super) fn like(
        &mut self,
        left: Node,
        insensitive: bool,
        negated: bool,
        least: Power,
    ) -> Result<Node, Stop> {
        let (pattern, mut end) = self.pattern(least)?;
        let mut escape = None;
        if self.cursor.eat_word("escape").is_some() {
            escape = self.escape()?;
            end = self.cursor.end();
        }
        let range = left.range.start..end;
        let like = self.unary(left, range, |value| Expr::Like {
            value,
            pattern,
            escape,
            insensitive,
        })?;
        self.negated(like, negated)
    }

    /// The one character of `ESCAPE`; `None` for the `\` that escapes where nothing is said.
    fn escape(&mut self) -> Result<Option<char>, Stop> {
        let Some(text) = self.cursor.peek().and_then(|next| next.text()) else {
            return Err(self.unexpected("a text of one character"));
        };
        let place = self.cursor.here();
        self.cursor.next();
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(escape), None) => return Ok((escape != '\\').then_some(escape)),
            (None, _) => self.refuse(place, "an empty escape"),
            (Some(_), Some(_)) => self.refuse(place, "an escape of more than one character"),
        }
        Ok(None)
    }

    pub(super) fn matches(
        &mut self,
        left: Node,
        insensitive: bool,
        negated: bool,
    ) -> Result<Node, Stop> {
        let (pattern, end) = self.pattern(Power::OTHER.above())?;
        let range = left.range.start..end;
        let matches = self.unary(left, range, |value| Expr::Matches {
            value,
            pattern,
            insensitive,
        })?;
        self.negated(matches, negated)
    }

    /// A pattern is a constant, so that it can be judged before it is used.
    fn pattern(&mut self, least: Power) -> Result<(String, usize), Stop> {
        let node = self.expression(least)?;
        let end = node.range.end;
        if let Expr::Literal(Value::Text(pattern)) = node.expr {
            return Ok((pattern, end));
        }
        if !self.is_broken {
            let finding = self
                .refusal(node.range, "a pattern that is no constant text")
                .helping("write the pattern as a text in single quotes");
            self.complain(finding);
        }
        Ok((String::new(), end))
    }

    /// `= ANY (ARRAY[…])` is `IN`, `<> ALL (ARRAY[…])` is `NOT IN`.
    pub(super) fn quantified(
        &mut self,
        left: Node,
        comparison: Comparison,
        operator: Range<usize>,
    ) -> Result<Node, Stop> {
        let is_all = self.cursor.at_words(&["all"]);
        let word = self.cursor.here();
        self.cursor.next();
        let negated = match (comparison, is_all) {
            (Comparison::Equal, false) => false,
            (Comparison::NotEqual, true) => true,
            _ => {
                self.refuse(operator.start..word.end, "this comparison with an array");
                false
            }
        };
        let open = self.cursor.here();
        self.expect(&Token::LParen, "`(` and an array")?;
        if self.at_query() {
            return Ok(self.refuse_query(open, left));
        }
        let (values, height) = self.array()?;
        self.expect(&Token::RParen, "`)`")?;
        let range = left.range.start..self.cursor.end();
        let height = left.height.max(height) + 1;
        let list = self.node(Expr::In(left.boxed(), values), range, height)?;
        self.negated(list, negated)
    }

    /// `ARRAY[…]` or `'{…}'`, in parentheses or not, cast or not.
    fn array(&mut self) -> Result<(Vec<Expr>, usize), Stop> {
        self.depth += 1;
        if self.depth > super::DEEPEST_TEXT {
            return Err(self.too_deep(self.cursor.here()));
        }
        let place = self.cursor.here();
        let read = if self.cursor.eat(&Token::LParen).is_some() {
            let read = self.array()?;
            self.expect(&Token::RParen, "`)`")?;
            read
        } else if self.cursor.at_words(&["array"]) {
            self.cursor.next();
            self.elements()?
        } else if let Some(text) = self.cursor.peek().and_then(|next| next.text()) {
            self.cursor.next();
            let Some(elements) = literal::split_array(text) else {
                return Err(self.unexpected_array(place));
            };
            let values = elements
                .into_iter()
                .map(|element| Expr::Literal(element.map_or(Value::Null, Value::Text)))
                .collect();
            (values, 1)
        } else {
            return Err(self.unexpected_array(place));
        };
        while self.cursor.eat(&Token::DoubleColon).is_some() {
            types::read(self.cursor, self.report).ok_or(Stop)?;
        }
        self.depth -= 1;
        Ok(read)
    }

    fn unexpected_array(&mut self, place: Range<usize>) -> Stop {
        let finding = self
            .refusal(place, "an array that is no constant")
            .helping("write the values out: `column IN ('a', 'b')`");
        self.complain(finding);
        Stop
    }

    fn elements(&mut self) -> Result<(Vec<Expr>, usize), Stop> {
        self.expect(&Token::LBracket, "`[` and the values")?;
        let mut values = Vec::new();
        let mut height = 1;
        while !self.cursor.at(&Token::RBracket) {
            let value = self.expression(Power::LOWEST)?;
            height = height.max(value.height);
            values.push(value.expr);
            if self.cursor.eat(&Token::Comma).is_none() {
                break;
            }
        }
        self.expect(&Token::RBracket, "`,` or `]`")?;
        Ok((values, height))
    }
}
