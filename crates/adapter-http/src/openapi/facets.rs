//! What JSON Schema can say of one value: ranges, lengths, patterns, choices; and what is left to words.

use specd_domain::column_type::ScalarType;
use specd_domain::value::Value;

use super::json::Json;

/// The claims about one value. Each keyword speaks of values of its own type alone, so that null passes all of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Facets {
    least: Option<Bound>,
    most: Option<Bound>,
    min_length: Option<u64>,
    max_length: Option<u64>,
    min_items: Option<u64>,
    max_items: Option<u64>,
    /// The decimals that a number may have, where a schema can count them.
    pub(super) multiple_of: Option<String>,
    /// The values that are taken; each list of its own.
    pub(super) choices: Vec<Vec<Json>>,
    pub(super) patterns: Vec<String>,
    /// Schemas of values that are not taken.
    pub(super) forbidden: Vec<Json>,
    /// Further schemas that must hold.
    pub(super) also: Vec<Json>,
    pub(super) format: Option<&'static str>,
    /// What a schema cannot say, in words.
    pub(super) words: Vec<String>,
}

/// One end of a range of numbers.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    /// As it is written.
    text: String,
    /// For comparing; always a decimal.
    value: Value,
    is_exclusive: bool,
}

impl Bound {
    /// The bound of a number in the grammar of JSON.
    pub(super) fn new(text: &str, is_exclusive: bool) -> Option<Self> {
        let value = Value::parse(ScalarType::Numeric(None), text).ok()?;
        Some(Self {
            text: text.to_owned(),
            value,
            is_exclusive,
        })
    }

    /// Whether this one leaves less room than `other`; `sign` is 1 for a lower bound.
    fn is_tighter(&self, other: &Self, is_lower: bool) -> bool {
        let (Value::Decimal(here), Value::Decimal(there)) = (&self.value, &other.value) else {
            return false;
        };
        if here == there {
            return self.is_exclusive && !other.is_exclusive;
        }
        (here > there) == is_lower
    }
}

impl Facets {
    pub(super) fn at_least(&mut self, bound: Option<Bound>) {
        if let Some(bound) = bound
            && self
                .least
                .as_ref()
                .is_none_or(|old| bound.is_tighter(old, true))
        {
            self.least = Some(bound);
        }
    }

    pub(super) fn at_most(&mut self, bound: Option<Bound>) {
        if let Some(bound) = bound
            && self
                .most
                .as_ref()
                .is_none_or(|old| bound.is_tighter(old, false))
        {
            self.most = Some(bound);
        }
    }

    pub(super) fn characters(&mut self, least: Option<u64>, most: Option<u64>) {
        self.min_length = tighter(self.min_length, least, u64::max);
        self.max_length = tighter(self.max_length, most, u64::min);
    }

    pub(super) fn items(&mut self, least: Option<u64>, most: Option<u64>) {
        self.min_items = tighter(self.min_items, least, u64::max);
        self.max_items = tighter(self.max_items, most, u64::min);
    }

    /// Writes all but the words into a schema. `is_nullable` lets null stand among the choices.
    pub(super) fn write(&self, schema: &mut Json, is_nullable: bool) {
        if let Some(format) = self.format {
            schema.set("format", format);
        }
        let ends = [
            (&self.least, "minimum", "exclusiveMinimum"),
            (&self.most, "maximum", "exclusiveMaximum"),
        ];
        for (bound, inclusive, exclusive) in ends {
            if let Some(bound) = bound {
                let keyword = if bound.is_exclusive {
                    exclusive
                } else {
                    inclusive
                };
                schema.set(keyword, Json::Number(bound.text.clone()));
            }
        }
        let counts = [
            ("minLength", self.min_length),
            ("maxLength", self.max_length),
            ("minItems", self.min_items),
            ("maxItems", self.max_items),
        ];
        for (keyword, count) in counts {
            if let Some(count) = count.filter(|count| *count > 0 || keyword.starts_with("max")) {
                schema.set(keyword, count);
            }
        }
        if let Some(multiple) = &self.multiple_of {
            schema.set("multipleOf", Json::Number(multiple.clone()));
        }
        let mut also = self.also.clone();
        if let Some(choices) = self.common_choices() {
            let null = is_nullable.then_some(Json::Null);
            schema.set("enum", choices.into_iter().chain(null).collect::<Vec<_>>());
        }
        // The document's own stands before those of the type.
        if let Some((last, rest)) = self.patterns.split_last() {
            schema.set("pattern", last.clone());
            let rest = rest
                .iter()
                .map(|pattern| Json::object([("pattern", pattern.clone().into())]));
            also.extend(rest);
        }
        let denied = |schema: &Json| Json::object([("not", schema.clone())]);
        also.extend(self.forbidden.iter().map(denied));
        match also.as_slice() {
            [] => {}
            [Json::Object(members)]
                if members.iter().all(|(name, _)| schema.get(name).is_none()) =>
            {
                for (name, value) in members {
                    schema.set(name, value.clone());
                }
            }
            _ => schema.set("allOf", also),
        }
    }

    /// The values that stand in every list of choices.
    fn common_choices(&self) -> Option<Vec<Json>> {
        let (first, rest) = self.choices.split_first()?;
        let is_common = |value: &&Json| rest.iter().all(|list| list.contains(value));
        Some(first.iter().filter(is_common).cloned().collect())
    }
}

fn tighter(old: Option<u64>, new: Option<u64>, choose: fn(u64, u64) -> u64) -> Option<u64> {
    match (old, new) {
        (Some(old), Some(new)) => Some(choose(old, new)),
        (old, new) => old.or(new),
    }
}
