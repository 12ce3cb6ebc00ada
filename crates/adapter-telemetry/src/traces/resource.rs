//! Who says what is traced: the attributes of the process.

use opentelemetry::KeyValue;

/// The attributes of a process, each once; the last word of it counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resource(Vec<(String, String)>);

/// `OTEL_RESOURCE_ATTRIBUTES` cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`OTEL_RESOURCE_ATTRIBUTES` cannot be read; `name=value,name=value` can")]
pub struct ResourceError;

impl Resource {
    /// The same with an attribute in the place of one of this name.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), value.into()));
        self
    }

    /// The same with attributes as `OTEL_RESOURCE_ATTRIBUTES` has them.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn with_all(self, attributes: &str) -> Result<Self, ResourceError> {
        let attributes = pairs(attributes).ok_or(ResourceError)?;
        let add = |all: Self, (name, value): (String, String)| all.with(&name, value);
        Ok(attributes.into_iter().fold(self, add))
    }

    pub(super) fn into_sdk(self) -> opentelemetry_sdk::Resource {
        let attributes = self.0.into_iter();
        let attributes = attributes.map(|(name, value)| KeyValue::new(name, value));
        opentelemetry_sdk::Resource::builder_empty()
            .with_attributes(attributes)
            .build()
    }
}

/// `name=value,name=value`, where values may have bytes as `%20`; empty ones are left out. `None` where it is anything else.
pub(super) fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let members = text.split(',').map(str::trim);
    let members = members.filter(|member| !member.is_empty());
    let pairs = members.map(|member| {
        let (name, value) = member.split_once('=')?;
        let name = name.trim();
        let value = decoded(value.trim())?;
        (!name.is_empty()).then(|| (name.to_owned(), value))
    });
    pairs.collect()
}

fn decoded(text: &str) -> Option<String> {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        bytes.push(u8::from_str_radix(digits, 16).ok().filter(|_| is_hex)?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_on_an_attribute_counts() {
        let resource = Resource::default()
            .with("service.name", "specd")
            .with_all("service.name=orders,team=a%2Cb")
            .unwrap()
            .with("service.name", "mine");
        let expected = [("team", "a,b"), ("service.name", "mine")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(resource.0, expected);
    }

    #[test]
    fn what_is_no_list_of_pairs_is_refused() {
        for wrong in ["a", "=b", "a=%", "a=%4", "a=%+1", "a=%ff"] {
            let refused = Resource::default().with_all(wrong);
            assert_eq!(refused, Err(ResourceError), "{wrong}");
        }
        assert_eq!(Resource::default().with_all(""), Ok(Resource::default()));
    }
}
