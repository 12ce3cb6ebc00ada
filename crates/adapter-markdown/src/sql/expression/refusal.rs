//! What documents may not hold: told, and read over where reading can go on.

use std::ops::Range;

use specd_domain::diagnostic::{Code, Diagnostic};
use sqlparser::tokenizer::Token;

use super::node::{DEEPEST_TREE, Node};
use super::operator::Power;
use super::{DEEPEST_TEXT, Reader, Stop};
use crate::sql::lexeme::Lexeme;
use crate::sql::slip;

const HELP: &str = "an expression may hold columns, constants, comparisons, BETWEEN, IN, LIKE, ILIKE, ~, ~*, IS NULL, IS TRUE, \
    IS DISTINCT FROM, AND, OR, NOT, + - * / % ||, CASE, casts, and calls of a few functions";

impl<'t> Reader<'_, 't, '_, '_, '_, '_> {
    /// An operator that documents do not have: reported, and read over with its right side.
    pub(super) fn refused_operator(&mut self, left: Node, power: Power) -> Result<Node, Stop> {
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
    pub(super) fn refuse(&mut self, place: Range<usize>, what: &str) {
        let finding = self.refusal(place, what);
        self.complain(finding);
    }

    pub(super) fn refusal(&self, place: Range<usize>, what: &str) -> Diagnostic {
        self.report
            .error(
                Code::SqlExpression,
                place,
                format!("{what} cannot stand in an expression of a document"),
            )
            .expecting("not one of the expressions that documents may hold")
            .helping(HELP)
    }

    pub(super) fn complain(&mut self, finding: Diagnostic) {
        self.report.push(finding);
        self.is_broken = true;
    }

    pub(super) fn unexpected(&mut self, expected: &str) -> Stop {
        slip::unexpected(self.cursor, self.report, expected);
        Stop
    }

    pub(super) fn expect(&mut self, token: &Token, expected: &str) -> Result<&'t Lexeme, Stop> {
        match self.cursor.eat(token) {
            Some(lexeme) => Ok(lexeme),
            None => Err(self.unexpected(expected)),
        }
    }

    pub(super) fn too_deep(&mut self, place: Range<usize>) -> Stop {
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

    pub(super) fn chained(&mut self) -> Stop {
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
