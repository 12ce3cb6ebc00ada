//! Input Validation: `` `field` RULE``, a clause a rule, and `` `If-Match` required``.

mod meant;

use specd_domain::diagnostic::Code;
use specd_domain::document::IfMatchClause;
use specd_domain::name::FieldName;
use specd_domain::rule::{Comparison, Expr, Format, Function, Rule, RuleOrigin};
use specd_domain::value::Value as Constant;
use specd_domain::{Diagnostic, Located, Span};

use super::preconditions;
use crate::reading::Reading;
use crate::suggest::Suggestions;
use crate::value::{Cursor, Token, TokenKind, Value, number_and_unit, span_of_tokens};

pub(super) const EXAMPLE: &str =
    "- **Input Validation**: `email` is an email; `quantity` is 1 to 100";

/// The rules as they are written, for an author who missed one.
const RULES: [&str; 14] = [
    "is an email",
    "is a URL",
    "is one of",
    "matches",
    "has 1 to 10 characters",
    "has 1 to 10 items",
    "is 1 to 10",
    "is at least",
    "is at most",
    "is in the past",
    "is in the future",
    "is not blank",
    "has",
    "is",
];

/// Reads the clauses. A clause that does not begin with a field, and does not read like a rule either, is free text.
pub(super) fn read(
    reading: &mut Reading<'_>,
    value: &Value,
) -> (Vec<Located<Rule>>, Vec<IfMatchClause>) {
    let (mut rules, mut if_match) = (Vec::new(), Vec::new());
    for clause in value.clauses() {
        if preconditions::is_meant(&clause) {
            match preconditions::read(&clause) {
                Ok(required) => if_match.push(required),
                Err(finding) => reading.report(*finding),
            }
            continue;
        }
        let Some((first, behind)) = clause.split_first() else {
            continue;
        };
        if !first.is_code() {
            if let Some(finding) = no_backticks(first, behind) {
                reading.report(finding);
            }
            continue;
        }
        match rule(first, behind, &reading.suggestions) {
            Ok((field, expr)) => {
                let span = span_of_tokens(&clause);
                let rule = Rule {
                    expr,
                    fields: vec![field],
                    origin: RuleOrigin::Clause,
                    place: reading.place("Security", span),
                };
                rules.push(Located::new(rule, span));
            }
            Err(finding) => reading.report(*finding),
        }
    }
    (rules, if_match)
}

type Unreadable = Box<Diagnostic>;

fn rule(
    field: &Token,
    behind: &[Token],
    suggestions: &Suggestions,
) -> Result<(FieldName, Expr), Unreadable> {
    let name = FieldName::new(field.text.as_str())
        .map_err(|_| unreadable(field.whole(), "expected the name of a field"))?;
    let mut cursor = Cursor::new(behind);
    let subject = Expr::Field(name.clone());
    let read = expr(subject, &mut cursor);
    let is_other = read.is_err() && meant::rule(&words_of(behind)).is_some();
    let Some(expr) = (if is_other { None } else { read? }) else {
        return Err(no_rule(field, behind, suggestions));
    };
    if !cursor.is_done() {
        return Err(unreadable(
            cursor.place(),
            "expected `;` or the end of the line",
        ));
    }
    Ok((name, expr))
}

/// The rule; `None` where no rule begins so.
fn expr(subject: Expr, cursor: &mut Cursor<'_>) -> Result<Option<Expr>, Unreadable> {
    if cursor.words(&["matches"]) {
        return pattern(subject, cursor).map(Some);
    }
    if cursor.words(&["has"]) {
        return size(subject, cursor).map(Some);
    }
    if !cursor.words(&["is"]) {
        return Ok(None);
    }
    let word = cursor.clone();
    if cursor.words(&["an", "email"]) || cursor.words(&["a", "email"]) {
        cursor.words(&["address"]);
        return Ok(Some(Expr::Is(Box::new(subject), Format::Email)));
    }
    if cursor.words(&["a", "url"]) || cursor.words(&["an", "url"]) {
        return Ok(Some(Expr::Is(Box::new(subject), Format::Url)));
    }
    if cursor.words(&["not", "blank"]) {
        return Ok(Some(Expr::Is(Box::new(subject), Format::NotBlank)));
    }
    if cursor.words(&["in", "the", "past"]) {
        return Ok(Some(compare(
            subject,
            Comparison::Less,
            Expr::Call(Function::Now, Vec::new()),
        )));
    }
    if cursor.words(&["in", "the", "future"]) {
        return Ok(Some(compare(
            subject,
            Comparison::Greater,
            Expr::Call(Function::Now, Vec::new()),
        )));
    }
    if cursor.words(&["one", "of"]) {
        return choice(subject, cursor).map(Some);
    }
    if cursor.words(&["at", "least"]) {
        return Ok(Some(compare(
            subject,
            Comparison::GreaterOrEqual,
            bound(cursor)?,
        )));
    }
    if cursor.words(&["at", "most"]) {
        return Ok(Some(compare(
            subject,
            Comparison::LessOrEqual,
            bound(cursor)?,
        )));
    }
    if word
        .peek()
        .is_some_and(|token| token.is_code() || token.has_digit())
    {
        return range(subject, cursor).map(Some);
    }
    Ok(None)
}

fn compare(subject: Expr, comparison: Comparison, other: Expr) -> Expr {
    Expr::Compare(Box::new(subject), comparison, Box::new(other))
}

fn pattern(subject: Expr, cursor: &mut Cursor<'_>) -> Result<Expr, Unreadable> {
    let Some(code) = cursor.code() else {
        return Err(unreadable(
            cursor.next_place(),
            "expected a regular expression in backticks",
        ));
    };
    Ok(Expr::Matches {
        value: Box::new(subject),
        pattern: code.text.clone(),
        insensitive: false,
    })
}

/// `A to B characters`, `A to B items`.
fn size(subject: Expr, cursor: &mut Cursor<'_>) -> Result<Expr, Unreadable> {
    let start = cursor.clone();
    let low = count(cursor)?;
    if !cursor.words(&["to"]) {
        return Err(unreadable(
            cursor.next_place(),
            "expected `to` and the largest number",
        ));
    }
    let high = count(cursor)?;
    if low > high {
        return Err(upside_down(&start, cursor));
    }
    let function = if cursor.words(&["characters"]) || cursor.words(&["character"]) {
        Function::CharLength
    } else if cursor.words(&["items"]) || cursor.words(&["item"]) {
        Function::Cardinality
    } else {
        return Err(unreadable(
            cursor.next_place(),
            "expected `characters` or `items`",
        ));
    };
    let literal = |number| Box::new(Expr::Literal(Constant::Integer(number)));
    let length = Expr::Call(function, vec![subject]);
    Ok(Expr::Between(Box::new(length), literal(low), literal(high)))
}

fn count(cursor: &mut Cursor<'_>) -> Result<i64, Unreadable> {
    let place = cursor.next_place();
    let number = cursor
        .take()
        .and_then(|token| token.text.parse::<u32>().ok());
    number
        .map(i64::from)
        .ok_or_else(|| unreadable(place, "expected a whole number"))
}

/// `A to B`.
fn range(subject: Expr, cursor: &mut Cursor<'_>) -> Result<Expr, Unreadable> {
    let start = cursor.clone();
    let low = bound(cursor)?;
    if !cursor.words(&["to"]) {
        return Err(unreadable(
            cursor.next_place(),
            "expected `to` and the largest value",
        ));
    }
    let high = bound(cursor)?;
    if is_upside_down(&low, &high) {
        return Err(upside_down(&start, cursor));
    }
    Ok(Expr::Between(
        Box::new(subject),
        Box::new(low),
        Box::new(high),
    ))
}

fn is_upside_down(low: &Expr, high: &Expr) -> bool {
    match (low, high) {
        (Expr::Literal(low), Expr::Literal(high)) => match (decimal(low), decimal(high)) {
            (Some(low), Some(high)) => low > high,
            _ => false,
        },
        _ => false,
    }
}

fn decimal(constant: &Constant) -> Option<bigdecimal::BigDecimal> {
    match constant {
        Constant::Integer(number) => Some((*number).into()),
        Constant::Decimal(number) => Some(number.clone()),
        _ => None,
    }
}

fn upside_down(start: &Cursor<'_>, end: &Cursor<'_>) -> Unreadable {
    let length = start.rest().len() - end.rest().len();
    let span = span_of_tokens(start.rest().get(..length).unwrap_or_default());
    unreadable(span, "expected the smaller value first")
}

/// A number as it stands there, or a text: of a date or a time, with or without backticks. The column decides its type.
fn bound(cursor: &mut Cursor<'_>) -> Result<Expr, Unreadable> {
    let place = cursor.next_place();
    let token = cursor.take_if(|token| token.is_code() || token.has_digit());
    token
        .and_then(constant)
        .map(Expr::Literal)
        .ok_or_else(|| unreadable(place, "expected a number or a date"))
}

fn constant(token: &Token) -> Option<Constant> {
    if let Ok(number) = token.text.parse::<i64>() {
        return Some(Constant::Integer(number));
    }
    match number_and_unit(&token.text) {
        Some((number, "")) => Some(Constant::Decimal(number)),
        // A number with something behind it is a date, or nothing.
        Some((_, unit)) if !token.is_code() && !unit.starts_with('-') => None,
        _ => Some(Constant::Text(token.text.clone())),
    }
}

/// Values in backticks, or numbers, separated by commas or `or`.
fn choice(subject: Expr, cursor: &mut Cursor<'_>) -> Result<Expr, Unreadable> {
    let mut values = Vec::new();
    loop {
        let place = cursor.next_place();
        let token = cursor.take_if(|token| token.kind != TokenKind::Sign);
        let value = match token {
            Some(token) if token.is_code() => Some(Constant::Text(token.text.clone())),
            Some(token) if token.has_digit() => constant(token),
            Some(token) => return Err(bare_value(token)),
            None => None,
        };
        match value {
            Some(value) => values.push(Expr::Literal(value)),
            None => return Err(unreadable(place, "expected a value in backticks")),
        }
        let goes_on = cursor.sign(",") | cursor.words(&["or"]);
        if !goes_on {
            return Ok(Expr::In(Box::new(subject), values));
        }
    }
}

fn bare_value(token: &Token) -> Unreadable {
    let finding = unreadable(token.span, "expected a value in backticks");
    Box::new(finding.replacing(
        "put it in backticks",
        token.span,
        format!("`{}`", token.text),
    ))
}

/// What reads like a rule but for the backticks of its field.
fn no_backticks(first: &Token, behind: &[Token]) -> Option<Diagnostic> {
    let name = FieldName::new(first.text.as_str()).ok()?;
    if first.kind != TokenKind::Word {
        return None;
    }
    let mut cursor = Cursor::new(behind);
    let is_rule = matches!(expr(Expr::Field(name), &mut cursor), Ok(Some(_))) && cursor.is_done();
    let finding = unreadable(first.span, "expected the field in backticks");
    is_rule.then(|| {
        finding.replacing(
            "put the field in backticks",
            first.span,
            format!("`{}`", first.text),
        )
    })
}

fn no_rule(field: &Token, behind: &[Token], suggestions: &Suggestions) -> Unreadable {
    if behind.is_empty() {
        return unreadable(field.whole(), "expected a rule behind the field");
    }
    let words = words_of(behind);
    let span = span_of_tokens(behind);
    let finding = unreadable(span, "expected a rule such as `is not blank`")
        .noting(format!("the rules are: {}", rules()));
    if let Some(rule) = meant::rule(&words) {
        return Box::new(finding.replacing("write", span, rule));
    }
    if meant::is_required(&words) {
        return Box::new(finding.helping(
            "leave it out: a field whose column is `NOT NULL` and has no `DEFAULT` is required",
        ));
    }
    let longest = words.len().min(4);
    let meant = (1..=longest).rev().find_map(|length| {
        let start = words.get(..length)?.join(" ");
        let rule = suggestions.closest(&start, &RULES)?;
        Some((rule, behind.get(..length)?))
    });
    match meant {
        Some((rule, tokens)) if !matches!(rule, "is" | "has") => Box::new(finding.replacing(
            format!("did you mean `{rule}`?"),
            span_of_tokens(tokens),
            rule,
        )),
        _ => Box::new(finding),
    }
}

fn words_of(tokens: &[Token]) -> Vec<&str> {
    tokens.iter().map(|token| token.text.as_str()).collect()
}

fn rules() -> &'static str {
    "is an email, is a URL, is one of, matches, has A to B characters, has A to B items, is A to B, is at least A, is at most A, \
     is in the past, is in the future, is not blank"
}

fn unreadable(span: Span, expected: &str) -> Unreadable {
    let headline = "the clause of the input validation cannot be read";
    let finding = Diagnostic::error(Code::ValidationUnreadable, span, headline);
    Box::new(
        finding
            .expecting(expected)
            .helping(format!("write for example: {EXAMPLE}")),
    )
}
