//! Reads a well-formed JSON text into an [`Example`] with its places, for tests.

use crate::document::Example;
use crate::name::FieldName;
use crate::source::{Located, Span};

/// The value of a text that begins at byte `start` of its document.
pub(in super::super) fn read(text: &str, start: usize) -> Located<Example> {
    let mut reader = Reader { text, at: 0, start };
    reader.value()
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    start: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap()
    }

    fn skip(&mut self) -> u8 {
        self.at += self.rest().len() - self.rest().trim_start().len();
        self.rest().bytes().next().unwrap()
    }

    fn value(&mut self) -> Located<Example> {
        let first = self.skip();
        let from = self.at;
        let value = match first {
            b'{' => self.object(),
            b'[' => self.array(),
            b'"' => Example::Text(self.string().value),
            _ => self.word(),
        };
        Located::new(value, Span::new(self.start + from, self.start + self.at))
    }

    fn string(&mut self) -> Located<String> {
        let from = self.at;
        let length = self.rest().get(1..).unwrap().find('"').unwrap() + 2;
        let value = serde_json::from_str(self.rest().get(..length).unwrap()).unwrap();
        self.at += length;
        Located::new(value, Span::new(self.start + from, self.start + self.at))
    }

    fn word(&mut self) -> Example {
        let rest = self.rest();
        let end = rest.find([',', ']', '}', ' ', '\n']).unwrap_or(rest.len());
        let word = rest.get(..end).unwrap().to_owned();
        self.at += end;
        match word.as_str() {
            "null" => Example::Null,
            "true" => Example::Boolean(true),
            "false" => Example::Boolean(false),
            _ => Example::Number(word),
        }
    }

    fn array(&mut self) -> Example {
        let mut elements = Vec::new();
        self.at += 1;
        while self.skip() != b']' {
            if self.rest().starts_with(',') {
                self.at += 1;
            }
            elements.push(self.value());
        }
        self.at += 1;
        Example::Array(elements)
    }

    fn object(&mut self) -> Example {
        let mut members = Vec::new();
        self.at += 1;
        while self.skip() != b'}' {
            if self.rest().starts_with(',') {
                self.at += 1;
                self.skip();
            }
            let key = self.string().map(|key| FieldName::new(key).unwrap());
            self.skip();
            self.at += 1;
            members.push((key, self.value()));
        }
        self.at += 1;
        Example::Object(members)
    }
}
