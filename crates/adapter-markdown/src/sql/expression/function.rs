//! Calls: the functions that a document may use, and nothing else.

use specd_domain::diagnostic::Code;
use specd_domain::rule::{Expr, Function};
use specd_domain::value::Value;
use sqlparser::tokenizer::Token;

use super::{Node, Power, Reader, Stop};
use crate::sql::lexeme::Lexeme;
use crate::suggest::nearest;

/// Every function under each of its names, with the fewest and the most arguments.
const FUNCTIONS: &[(&str, Function, usize, usize)] = &[
    ("char_length", Function::CharLength, 1, 1),
    ("character_length", Function::CharLength, 1, 1),
    ("length", Function::CharLength, 1, 1),
    ("octet_length", Function::OctetLength, 1, 1),
    ("lower", Function::Lower, 1, 1),
    ("upper", Function::Upper, 1, 1),
    ("btrim", Function::Trim, 1, 1),
    ("trim", Function::Trim, 1, 1),
    ("abs", Function::Abs, 1, 1),
    ("coalesce", Function::Coalesce, 1, 100),
    ("cardinality", Function::Cardinality, 1, 1),
    ("now", Function::Now, 0, 0),
];

/// Functions that are written without parentheses.
const BARE: &[(&str, Option<Function>)] = &[
    ("current_timestamp", Some(Function::Now)),
    ("localtimestamp", Some(Function::Now)),
    ("current_date", Some(Function::Today)),
    ("current_time", None),
    ("localtime", None),
    ("current_user", None),
    ("current_role", None),
    ("current_catalog", None),
    ("current_schema", None),
    ("session_user", None),
    ("system_user", None),
    ("user", None),
];

impl<'t> Reader<'_, 't, '_, '_, '_, '_> {
    /// The call that is next; `None` where a column is.
    pub(super) fn call(&mut self, next: &'t Lexeme, folded: &str) -> Result<Option<Node>, Stop> {
        if let Some((_, function)) = BARE.iter().find(|(name, _)| *name == folded) {
            return Ok(Some(self.bare(next, *function)));
        }
        let after_schema = self.is_builtin_schema(folded);
        let name = if after_schema {
            match self.cursor.peek_at(2) {
                Some(name) => name,
                None => return Ok(None),
            }
        } else {
            next
        };
        let open = if after_schema { 3 } else { 1 };
        let is_call = self
            .cursor
            .peek_at(open)
            .is_some_and(|next| next.token == Token::LParen);
        if !is_call {
            return Ok(None);
        }
        self.cursor.skip(open);
        let folded = name.word().unwrap_or_default().to_ascii_lowercase();
        let known = FUNCTIONS.iter().find(|(known, ..)| *known == folded);
        let Some((_, function, fewest, most)) = known else {
            self.refuse_function(name, &folded);
            self.cursor.parentheses();
            self.window(next.start);
            let range = next.start..self.cursor.end();
            return Ok(Some(Node::leaf(Expr::Literal(Value::Null), range)));
        };
        let call = self.arguments(next, name, *function, *fewest..=*most)?;
        self.window(next.start);
        Ok(Some(call))
    }

    fn is_builtin_schema(&self, folded: &str) -> bool {
        folded == "pg_catalog"
            && self
                .cursor
                .peek_at(1)
                .is_some_and(|dot| dot.token == Token::Period)
    }

    fn bare(&mut self, next: &'t Lexeme, function: Option<Function>) -> Node {
        self.cursor.next();
        if self.cursor.at(&Token::LParen) {
            self.cursor.parentheses();
        }
        let range = next.start..self.cursor.end();
        if let Some(function) = function {
            return Node::leaf(Expr::Call(function, Vec::new()), range);
        }
        let folded = next.word().unwrap_or_default().to_ascii_lowercase();
        self.refuse_function(next, &folded);
        Node::leaf(Expr::Literal(Value::Null), range)
    }

    fn arguments(
        &mut self,
        first: &Lexeme,
        name: &Lexeme,
        function: Function,
        count: std::ops::RangeInclusive<usize>,
    ) -> Result<Node, Stop> {
        self.expect(&Token::LParen, "`(`")?;
        if function == Function::Trim && self.cursor.eat_words(&["both", "from"]).is_none() {
            let sides = &["leading", "trailing", "both"];
            if self.cursor.peek().is_some_and(|next| next.is_one_of(sides)) {
                self.refuse(
                    self.cursor.here(),
                    "a `trim` of one side or of other characters",
                );
                return Err(Stop);
            }
        }
        let mut arguments = Vec::new();
        let mut height = 0;
        if self.cursor.at(&Token::RParen) {
            self.cursor.next();
        } else {
            loop {
                let argument = self.expression(Power::LOWEST)?;
                height = height.max(argument.height);
                arguments.push(argument.expr);
                if self.cursor.eat(&Token::Comma).is_none() {
                    break;
                }
            }
            self.expect(&Token::RParen, "`,` or `)`")?;
        }
        let range = first.start..self.cursor.end();
        if !count.contains(&arguments.len()) {
            let shown = self.report.quote(name.range());
            let expected = match (count.start(), count.end()) {
                (0, 0) => "no argument".to_owned(),
                (1, 1) => "one argument".to_owned(),
                (fewest, most) => format!("{fewest} to {most} arguments"),
            };
            let finding = self
                .report
                .error(
                    Code::SqlFunction,
                    range.clone(),
                    format!("{shown} takes {expected}, not {}", arguments.len()),
                )
                .expecting(format!("expected {expected}"));
            self.complain(finding);
        }
        self.node(Expr::Call(function, arguments), range, height + 1)
    }

    fn refuse_function(&mut self, name: &Lexeme, folded: &str) {
        let mut names: Vec<&str> = FUNCTIONS.iter().map(|(name, ..)| *name).collect();
        names.extend(["current_timestamp", "current_date"]);
        let shown = self.report.quote(name.range());
        let finding = self
            .report
            .error(
                Code::SqlFunction,
                name.range(),
                format!("the function {shown} may not be called by a document"),
            )
            .expecting("not one of the functions of documents")
            .noting(format!("the functions are {}", names.join(", ")));
        let finding = match nearest(folded, names.iter().copied()) {
            Some(nearest) => finding.replacing(
                format!("did you mean `{nearest}`?"),
                self.report.span(name.range()),
                nearest,
            ),
            None => finding
                .helping("use one of the functions listed, or leave the rule to Input Validation"),
        };
        self.complain(finding);
    }

    /// `OVER (…)`, `FILTER (…)`.
    fn window(&mut self, start: usize) {
        while self
            .cursor
            .peek()
            .is_some_and(|next| next.is_one_of(&["over", "filter", "within"]))
        {
            self.cursor.next();
            self.cursor.eat_word("group");
            if self.cursor.at(&Token::LParen) {
                self.cursor.parentheses();
            } else {
                self.cursor.next();
            }
            self.refuse(start..self.cursor.end(), "a window or an aggregate");
        }
    }
}
