//! The rules of a document as claims about one field: what JSON Schema can say exactly, and the rest in the rule's own words.

use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::name::FieldName;
use specd_domain::rule::describe::describe;
use specd_domain::rule::fields::fields;
use specd_domain::rule::{Comparison, Expr, Format, Function, Rule};
use specd_domain::value::Value;

use super::facets::{Bound, Facets};
use super::json::Json;
use super::pattern;

/// Deeper than this a rule is told in words.
const MAX_DEPTH: usize = 8;

/// A field that rules speak of.
pub(super) struct Subject<'a> {
    pub(super) name: &'a FieldName,
    pub(super) column_type: ColumnType,
    pub(super) is_nullable: bool,
}

/// Adds what the rules claim of a field.
pub(super) fn add(rules: &[Rule], subject: &Subject<'_>, facets: &mut Facets) {
    for rule in rules
        .iter()
        .filter(|rule| rule.fields.contains(subject.name))
    {
        let is_said = subject.claim(&rule.expr, false, facets, MAX_DEPTH);
        if !is_said {
            facets.words.push(describe(rule, Some(subject.name)));
        }
    }
}

impl Subject<'_> {
    /// Takes up what an expression claims of the field; whether that is all that it claims.
    fn claim(&self, expr: &Expr, negated: bool, facets: &mut Facets, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else {
            return false;
        };
        match (expr, negated) {
            (Expr::Not(inner), _) => self.claim(inner, !negated, facets, depth),
            (Expr::And(all), false) | (Expr::Or(all), true) => {
                let mut is_said = true;
                for part in all {
                    // A part about other fields alone is said there.
                    let is_mine = fields(part).contains(self.name);
                    is_said &= !is_mine || self.claim(part, negated, facets, depth);
                }
                is_said
            }
            (Expr::Or(all), false) => self.either(all, facets, depth),
            _ if fields(expr).len() != 1 => false,
            (Expr::Compare(left, comparison, right), _) => {
                let comparison = if negated {
                    comparison.negated()
                } else {
                    *comparison
                };
                self.compared(left, comparison, right, facets)
            }
            (Expr::Between(value, low, high), false) => {
                let low = self.compared(value, Comparison::GreaterOrEqual, low, facets);
                self.compared(value, Comparison::LessOrEqual, high, facets) && low
            }
            (Expr::In(value, list), _) => self.chosen(value, list, negated, facets),
            (
                Expr::Like {
                    value,
                    pattern,
                    escape,
                    insensitive,
                },
                _,
            ) => {
                let pattern = pattern::of_like(pattern, escape.unwrap_or('\\'), *insensitive);
                self.matched(value, pattern, negated, facets)
            }
            (
                Expr::Matches {
                    value,
                    pattern,
                    insensitive,
                },
                _,
            ) => self.matched(
                value,
                pattern::of_regex(pattern, *insensitive),
                negated,
                facets,
            ),
            (Expr::Is(value, format), false) => self.formed(value, *format, facets),
            (Expr::IsNull(value), true) => self.is(value) && !self.is_nullable,
            (Expr::Field(_), _) if self.is(expr) => {
                facets.choices.push(vec![Json::Boolean(!negated)]);
                true
            }
            _ => false,
        }
    }

    /// `x IS NULL OR …`: null passes every claim of a schema; and `x = 1 OR x = 2`.
    fn either(&self, all: &[Expr], facets: &mut Facets, depth: usize) -> bool {
        let is_null = |part: &&Expr| matches!(part, Expr::IsNull(value) if self.is(value));
        let others: Vec<&Expr> = all.iter().filter(|part| !is_null(part)).collect();
        match others.as_slice() {
            [only] if others.len() < all.len() && fields(only).len() == 1 => {
                self.claim(only, false, facets, depth)
            }
            _ => {
                let equals = others.iter().map(|part| match part {
                    Expr::Compare(left, Comparison::Equal, right) if self.is(left) => {
                        self.constant(right)
                    }
                    _ => None,
                });
                match equals.collect::<Option<Vec<_>>>() {
                    Some(choices) => {
                        facets.choices.push(choices);
                        true
                    }
                    None => false,
                }
            }
        }
    }

    fn is(&self, expr: &Expr) -> bool {
        matches!(expr, Expr::Field(name) if name == self.name)
    }

    fn scalar(&self) -> Option<ScalarType> {
        self.column_type.scalar()
    }

    /// Whether the text is judged as it was sent: a `CHAR` is compared without its blanks and matched with them.
    fn is_plain_text(&self) -> bool {
        self.scalar()
            .is_some_and(|scalar| scalar.is_text() && !matches!(scalar, ScalarType::Char(_)))
    }

    /// A constant that JSON compares as the database does.
    fn constant(&self, expr: &Expr) -> Option<Json> {
        let Expr::Literal(value) = expr else {
            return None;
        };
        let is_exact = match value {
            Value::Text(_) => self.is_plain_text(),
            Value::Integer(_) | Value::Decimal(_) => self.is_exact_number(),
            Value::Boolean(_) => true,
            _ => false,
        };
        is_exact.then(|| Json::of_value(value))
    }

    fn is_exact_number(&self) -> bool {
        self.scalar().is_some_and(|scalar| {
            scalar.is_number() && !matches!(scalar, ScalarType::Real | ScalarType::Double)
        })
    }

    fn compared(
        &self,
        left: &Expr,
        comparison: Comparison,
        right: &Expr,
        facets: &mut Facets,
    ) -> bool {
        let (left, comparison, right) = match left {
            Expr::Literal(_) => (right, comparison.flipped(), left),
            _ => (left, comparison, right),
        };
        match left {
            Expr::Field(_) if self.is(left) => self.valued(comparison, right, facets),
            Expr::Call(function, arguments) => {
                let [argument] = arguments.as_slice() else {
                    return false;
                };
                self.is(argument) && self.measured(*function, comparison, right, facets)
            }
            _ => false,
        }
    }

    /// `x > 1`, `x = 'a'`.
    fn valued(&self, comparison: Comparison, right: &Expr, facets: &mut Facets) -> bool {
        if let Some(value) = self.constant(right) {
            match comparison {
                Comparison::Equal => {
                    facets.choices.push(vec![value]);
                    return true;
                }
                Comparison::NotEqual | Comparison::Distinct => {
                    facets.forbidden.push(Json::object([("const", value)]));
                    return true;
                }
                _ => {}
            }
        }
        let Expr::Literal(value) = right else {
            return false;
        };
        let is_number = self.scalar().is_some_and(ScalarType::is_number);
        let text = value.to_text().filter(|_| is_number);
        let Some(text) = text else {
            return false;
        };
        // A 32-bit number is rounded before it is compared; its sign is not.
        let is_zero =
            || Bound::new(&text, false).is_some() && text.bytes().all(|b| b"0.".contains(&b));
        if self.scalar() == Some(ScalarType::Real) && !is_zero() {
            return false;
        }
        match comparison {
            Comparison::Less => facets.at_most(Bound::new(&text, true)),
            Comparison::LessOrEqual => facets.at_most(Bound::new(&text, false)),
            Comparison::Greater => facets.at_least(Bound::new(&text, true)),
            Comparison::GreaterOrEqual => facets.at_least(Bound::new(&text, false)),
            _ => return false,
        }
        Bound::new(&text, false).is_some()
    }

    /// `char_length(x) > 1`, `cardinality(x) < 5`, `btrim(x) <> ''`.
    fn measured(
        &self,
        function: Function,
        comparison: Comparison,
        right: &Expr,
        facets: &mut Facets,
    ) -> bool {
        if function == Function::Trim {
            let is_empty = matches!(right, Expr::Literal(Value::Text(text)) if text.is_empty());
            let is_said = is_empty && comparison == Comparison::NotEqual && self.is_plain_text();
            if is_said {
                facets.patterns.push("[^ ]".to_owned());
            }
            return is_said;
        }
        let Expr::Literal(Value::Integer(number)) = right else {
            return false;
        };
        let Some((least, most)) = counts(comparison, *number) else {
            return false;
        };
        match function {
            Function::CharLength if self.is_plain_text() => facets.characters(least, most),
            Function::Cardinality => facets.items(least, most),
            _ => return false,
        }
        true
    }

    fn chosen(&self, value: &Expr, list: &[Expr], negated: bool, facets: &mut Facets) -> bool {
        if matches!(self.scalar(), Some(ScalarType::Char(_))) {
            return !negated && self.is(value) && padded(list, facets);
        }
        let choices = list.iter().map(|choice| self.constant(choice));
        match choices.collect::<Option<Vec<_>>>() {
            Some(choices) if self.is(value) => {
                if negated {
                    facets
                        .forbidden
                        .push(Json::object([("enum", choices.into())]));
                } else {
                    facets.choices.push(choices);
                }
                true
            }
            _ => false,
        }
    }

    fn matched(
        &self,
        value: &Expr,
        pattern: Option<String>,
        negated: bool,
        facets: &mut Facets,
    ) -> bool {
        let Some(pattern) = pattern.filter(|_| self.is(value) && self.is_plain_text()) else {
            return false;
        };
        if negated {
            let matching = [("type", "string".into()), ("pattern", pattern.into())];
            facets.forbidden.push(Json::object(matching));
        } else {
            facets.patterns.push(pattern);
        }
        true
    }

    /// The formats of JSON Schema differ from the document's in details, so that the words are needed, too.
    fn formed(&self, value: &Expr, format: Format, facets: &mut Facets) -> bool {
        if !(self.is(value) && self.is_plain_text()) {
            return false;
        }
        match format {
            Format::Email => facets.format = Some("email"),
            Format::Url => facets.format = Some("uri"),
            Format::NotBlank => {
                facets.patterns.push(pattern::NOT_BLANK.to_owned());
                return true;
            }
        }
        false
    }
}

/// A `CHAR` that is one of these texts.
fn padded(list: &[Expr], facets: &mut Facets) -> bool {
    let texts = list.iter().map(|choice| match choice {
        Expr::Literal(Value::Text(text)) => Some(text.as_str()),
        _ => None,
    });
    let texts = texts.collect::<Option<Vec<_>>>();
    if let Some(texts) = &texts {
        facets.patterns.push(pattern::one_of(texts.iter().copied()));
    }
    texts.is_some()
}

/// The least and the most that a comparison with a whole number allows; `None` where it is no range of counts.
fn counts(comparison: Comparison, number: i64) -> Option<(Option<u64>, Option<u64>)> {
    let count = |number: i64| u64::try_from(number).ok();
    Some(match comparison {
        Comparison::Equal => (Some(count(number)?), Some(count(number)?)),
        Comparison::Less => (None, Some(count(number.checked_sub(1)?)?)),
        Comparison::LessOrEqual => (None, Some(count(number)?)),
        Comparison::Greater => (Some(count(number.checked_add(1)?)?), None),
        Comparison::GreaterOrEqual => (Some(count(number)?), None),
        Comparison::NotEqual if number == 0 => (Some(1), None),
        _ => return None,
    })
}
