//! Operands: constants, columns, parentheses, signs, `CASE`, `CAST`.

use std::ops::Range;

use specd_domain::diagnostic::Code;
use specd_domain::name::ColumnName;
use specd_domain::rule::Expr;
use specd_domain::value::Value;
use sqlparser::tokenizer::Token;

use super::{Node, Power, Reader, Stop};
use crate::sql::lexeme::Lexeme;
use crate::sql::{literal, name, types};

impl<'t> Reader<'_, 't, '_, '_, '_, '_> {
    pub(super) fn operand(&mut self) -> Result<Node, Stop> {
        let Some(next) = self.cursor.peek() else {
            return Err(self.unexpected("an expression"));
        };
        if let Some(text) = next.text() {
            self.cursor.next();
            return Ok(Node::leaf(
                Expr::Literal(Value::Text(text.to_owned())),
                next.range(),
            ));
        }
        match &next.token {
            Token::Number(digits, _) => {
                self.cursor.next();
                self.number(digits, next.range())
            }
            Token::LParen => self.parenthesised(next),
            Token::Minus | Token::Plus => self.signed(next),
            Token::Word(word) if word.quote_style.is_some() => self.column(next),
            Token::Word(word) => self.word(next, &word.value.to_ascii_lowercase()),
            Token::Placeholder(_) | Token::Question | Token::Colon => {
                let finding = self
                    .refusal(next.range(), "a parameter")
                    .helping("a document has no parameters; write the value itself");
                self.complain(finding);
                Err(Stop)
            }
            Token::HexStringLiteral(_) | Token::SingleQuotedByteStringLiteral(_) => {
                self.refuse(next.range(), "a constant of bits");
                self.cursor.next();
                Ok(Node::leaf(Expr::Literal(Value::Null), next.range()))
            }
            _ => Err(self.unexpected("an expression")),
        }
    }

    fn number(&mut self, digits: &str, range: Range<usize>) -> Result<Node, Stop> {
        if let Some(value) = literal::number(digits) {
            return Ok(Node::leaf(Expr::Literal(value), range));
        }
        self.refuse(range, "a number of this size");
        Err(Stop)
    }

    fn parenthesised(&mut self, open: &Lexeme) -> Result<Node, Stop> {
        self.cursor.next();
        if self.at_query() {
            let nothing = Node::leaf(Expr::Literal(Value::Null), open.range());
            return Ok(self.refuse_query(open.range(), nothing));
        }
        let inner = self.expression(Power::LOWEST)?;
        if self.cursor.at(&Token::Comma) {
            self.refuse(open.range(), "a row of several values");
            return Err(Stop);
        }
        self.expect(&Token::RParen, "`)`")?;
        Ok(Node {
            range: open.start..self.cursor.end(),
            ..inner
        })
    }

    /// `-5` is a constant, `-column` a calculation.
    fn signed(&mut self, sign: &Lexeme) -> Result<Node, Stop> {
        self.cursor.next();
        let is_minus = sign.token == Token::Minus;
        let next = self.cursor.peek().map(|next| (&next.token, next.range()));
        if let Some((Token::Number(digits, _), range)) = next {
            self.cursor.next();
            let text = if is_minus {
                format!("-{digits}")
            } else {
                digits.clone()
            };
            let constant = self.number(&text, sign.start..range.end)?;
            return self.postfix(constant);
        }
        let inner = self.expression(Power::SIGN)?;
        let range = sign.start..inner.range.end;
        if is_minus {
            self.unary(inner, range, Expr::Negate)
        } else {
            Ok(Node { range, ..inner })
        }
    }

    /// A cast binds closer than a sign, and means the same on either side of it here.
    fn postfix(&mut self, mut node: Node) -> Result<Node, Stop> {
        while self.cursor.eat(&Token::DoubleColon).is_some() {
            let read = types::read(self.cursor, self.report).ok_or(Stop)?;
            node = self.cast(node, &read)?;
        }
        Ok(node)
    }

    fn word(&mut self, next: &'t Lexeme, folded: &str) -> Result<Node, Stop> {
        let constant = match folded {
            "true" => Some(Value::Boolean(true)),
            "false" => Some(Value::Boolean(false)),
            "null" => Some(Value::Null),
            _ => None,
        };
        if let Some(value) = constant {
            self.cursor.next();
            return Ok(Node::leaf(Expr::Literal(value), next.range()));
        }
        match folded {
            "not" => {
                self.cursor.next();
                let inner = self.expression(Power::NOT)?;
                let range = next.start..inner.range.end;
                return self.unary(inner, range, Expr::Not);
            }
            "case" => return self.case(),
            "cast" => return self.cast_call(),
            "array" | "row" => {
                self.refuse(next.range(), "an array or a row");
                return Err(Stop);
            }
            "exists" => {
                let nothing = Node::leaf(Expr::Literal(Value::Null), next.range());
                self.cursor.next();
                return Ok(self.refuse_query(next.range(), nothing));
            }
            "interval"
                if self
                    .cursor
                    .peek_at(1)
                    .is_some_and(|text| text.text().is_some()) =>
            {
                self.cursor.skip(2);
                self.refuse(next.start..self.cursor.end(), "an interval");
                return Ok(Node::leaf(Expr::Literal(Value::Null), next.range()));
            }
            _ => {}
        }
        if self.is_typed_constant(folded) {
            return self.typed_constant();
        }
        if let Some(call) = self.call(next, folded)? {
            return Ok(call);
        }
        self.column(next)
    }

    /// `DATE '2025-01-01'`.
    fn is_typed_constant(&self, folded: &str) -> bool {
        let has_text = |ahead| {
            self.cursor
                .peek_at(ahead)
                .is_some_and(|next| next.text().is_some())
        };
        let zoned = self
            .cursor
            .peek_at(1)
            .is_some_and(|next| next.is_one_of(&["with", "without"]))
            && self
                .cursor
                .peek_at(2)
                .is_some_and(|next| next.is_word("time"));
        types::is_type_name(folded) && (has_text(1) || zoned && has_text(4))
    }

    fn typed_constant(&mut self) -> Result<Node, Stop> {
        let read = types::read(self.cursor, self.report).ok_or(Stop)?;
        let Some(text) = self.cursor.peek().and_then(Lexeme::text) else {
            return Err(self.unexpected("a text"));
        };
        let range = self.cursor.here();
        self.cursor.next();
        let text = Node::leaf(Expr::Literal(Value::Text(text.to_owned())), range.clone());
        let node = self.cast(text, &read)?;
        Ok(Node {
            range: read.range.start..range.end,
            ..node
        })
    }

    fn cast_call(&mut self) -> Result<Node, Stop> {
        let start = self.cursor.start();
        self.cursor.next();
        self.expect(&Token::LParen, "`(`")?;
        let inner = self.expression(Power::LOWEST)?;
        if self.cursor.eat_word("as").is_none() {
            return Err(self.unexpected("`AS` and a type"));
        }
        let read = types::read(self.cursor, self.report).ok_or(Stop)?;
        self.expect(&Token::RParen, "`)`")?;
        let node = self.cast(inner, &read)?;
        Ok(Node {
            range: start..self.cursor.end(),
            ..node
        })
    }

    /// `CASE WHEN condition THEN result … END`; `CASE value WHEN constant …` is read as comparisons with it.
    fn case(&mut self) -> Result<Node, Stop> {
        let start = self.cursor.start();
        self.cursor.next();
        let subject = if self.cursor.at_words(&["when"]) {
            None
        } else {
            Some(self.expression(Power::LOWEST)?)
        };
        let mut height = subject.as_ref().map_or(0, |subject| subject.height);
        let mut branches = Vec::new();
        while self.cursor.eat_word("when").is_some() {
            let condition = self.expression(Power::LOWEST)?;
            if self.cursor.eat_word("then").is_none() {
                return Err(self.unexpected("`THEN`"));
            }
            let result = self.expression(Power::LOWEST)?;
            height = height.max(condition.height + 1).max(result.height);
            let condition = match &subject {
                Some(subject) => Expr::Compare(
                    Box::new(subject.expr.clone()),
                    specd_domain::rule::Comparison::Equal,
                    condition.boxed(),
                ),
                None => condition.expr,
            };
            branches.push((condition, result.expr));
        }
        if branches.is_empty() {
            return Err(self.unexpected("`WHEN`"));
        }
        let mut otherwise = None;
        if self.cursor.eat_word("else").is_some() {
            let result = self.expression(Power::LOWEST)?;
            height = height.max(result.height);
            otherwise = Some(result.boxed());
        }
        if self.cursor.eat_word("end").is_none() {
            return Err(self.unexpected("`WHEN`, `ELSE` or `END`"));
        }
        // A branch is nested twice as deep as another part.
        self.node(
            Expr::Case(branches, otherwise),
            start..self.cursor.end(),
            height + 2,
        )
    }

    /// A column, bare or behind the table's own name.
    fn column(&mut self, first: &'t Lexeme) -> Result<Node, Stop> {
        let is_qualified = self
            .cursor
            .peek_at(1)
            .is_some_and(|dot| dot.token == Token::Period);
        if is_qualified {
            self.cursor.skip(2);
            let is_own = matches!(&first.token, Token::Word(word) if word.value.eq_ignore_ascii_case(&self.scope.table));
            if !is_own {
                let shown = self.report.quote(first.range());
                let table = self.scope.table.clone();
                let finding = self
                    .report
                    .error(
                        Code::SqlExpression,
                        first.range(),
                        format!("{shown} is not the table of this document"),
                    )
                    .expecting(format!("only columns of `{table}` may stand here"));
                self.complain(finding);
            }
        }
        if let Some(text) = self.text_in_double_quotes() {
            return Ok(text);
        }
        let before = self.report.count();
        let name =
            name::read::<ColumnName>(self.cursor, self.report, "an expression").ok_or(Stop)?;
        if self.report.count() > before {
            self.is_broken = true;
        }
        let range = first.start..self.cursor.end();
        Ok(Node::leaf(Expr::Field(name.value.to_field()), range))
    }

    /// `"draft"` where no column has that name: a text in the wrong quotes.
    fn text_in_double_quotes(&mut self) -> Option<Node> {
        let next = self.cursor.peek()?;
        let Token::Word(word) = &next.token else {
            return None;
        };
        if word.quote_style.is_none() || self.scope.columns.contains(&word.value) {
            return None;
        }
        let shown = self.report.quote(next.range());
        let finding = self
            .report
            .error(
                Code::SqlExpression,
                next.range(),
                format!("{shown} is no column of the table"),
            )
            .expecting("double quotes are for names")
            .replacing(
                "a text stands in single quotes",
                self.report.span(next.range()),
                literal::in_quotes(&word.value),
            );
        self.complain(finding);
        self.cursor.next();
        Some(Node::leaf(
            Expr::Literal(Value::Text(word.value.clone())),
            next.range(),
        ))
    }

    /// Whether a query begins here.
    pub(super) fn at_query(&self) -> bool {
        let opens = |ahead| {
            self.cursor
                .peek_at(ahead)
                .is_some_and(|next| next.token == Token::LParen)
        };
        self.cursor.at_words(&["select"])
            || self.cursor.at_words(&["with"])
            || self.cursor.at_words(&["values"]) && opens(1)
    }

    /// A query, whose `(` was passed: reported as a whole, and passed.
    pub(super) fn refuse_query(&mut self, open: Range<usize>, instead: Node) -> Node {
        let mut depth = usize::from(!self.cursor.at(&Token::LParen));
        while let Some(next) = self.cursor.next() {
            match next.token {
                Token::LParen => depth += 1,
                Token::RParen => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        let finding = self
            .refusal(open.start..self.cursor.end(), "a query")
            .helping("a rule speaks of one record alone; refer to another table with `REFERENCES`");
        self.complain(finding);
        Node {
            range: open.start..self.cursor.end(),
            ..instead
        }
    }
}
