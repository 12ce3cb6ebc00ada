//! A `json` block of a document, read into an example: every key and value with its place.

mod array;
mod slip;
mod text;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::ops::Range;

use jiter::{Jiter, JiterError, JiterErrorType, JsonErrorType, Peek};
use specd_domain::diagnostic::{Code, Diagnostic};
use specd_domain::document::{Example, ExampleBlock};
use specd_domain::name::FieldName;
use specd_domain::{Located, Span};

use crate::block::BlockText;

/// The most objects and arrays within each other.
const DEEPEST: usize = 64;

/// Reads a block. `None` where it cannot be read to its end, which was reported; a key that stands twice is reported and left out.
pub(crate) fn read(block: BlockText<'_>, findings: &mut Vec<Diagnostic>) -> Option<ExampleBlock> {
    let source = block.text();
    let mut reader = Reader {
        json: Jiter::new(source.as_bytes()),
        block,
        findings,
        open: Vec::new(),
        token: 0,
    };
    let value = reader.document()?;
    array::judge(&value, reader.findings);
    Some(ExampleBlock {
        value,
        text: source.to_owned(),
    })
}

/// A finding was reported, and reading cannot go on.
struct Stop;

struct Reader<'b, 'f> {
    json: Jiter<'b>,
    block: BlockText<'b>,
    findings: &'f mut Vec<Diagnostic>,
    /// The brackets that are open, each by its byte.
    open: Vec<usize>,
    /// Where the key or value begins that is being read.
    token: usize,
}

impl Reader<'_, '_> {
    fn document(&mut self) -> Option<Located<Example>> {
        let value = self.value().ok()?;
        let behind = self.json.current_index();
        if let Err(error) = self.json.finish() {
            self.token = text::skip_blanks(self.block.text(), behind);
            self.fail(&error);
            return None;
        }
        Some(value)
    }

    fn value(&mut self) -> Result<Located<Example>, Stop> {
        self.token = self.next_token();
        let peek = self.json.peek();
        let peek = peek.map_err(|error| self.fail(&error))?;
        self.known(peek)
    }

    fn known(&mut self, peek: Peek) -> Result<Located<Example>, Stop> {
        let start = self.json.current_index();
        self.token = start;
        let example = match peek {
            Peek::Null => self.json.known_null().map(|()| Example::Null),
            Peek::True | Peek::False => self.json.known_bool(peek).map(Example::Boolean),
            Peek::String => self
                .json
                .known_str()
                .map(|text| Example::Text(text.to_owned())),
            Peek::Array => return self.array(start),
            Peek::Object => return self.object(start),
            _ => self
                .json
                .known_number_bytes(peek)
                .map(|digits| Example::Number(String::from_utf8_lossy(digits).into_owned())),
        };
        let example = example.map_err(|error| self.fail(&error))?;
        Ok(self.located(example, start))
    }

    fn array(&mut self, start: usize) -> Result<Located<Example>, Stop> {
        self.enter(start)?;
        let mut elements = Vec::new();
        let first = self.json.known_array();
        let mut next = first.map_err(|error| self.fail(&error))?;
        while let Some(peek) = next {
            elements.push(self.known(peek)?);
            self.token = self.next_token();
            let step = self.json.array_step();
            next = step.map_err(|error| self.fail(&error))?;
        }
        self.open.pop();
        Ok(self.located(Example::Array(elements), start))
    }

    fn object(&mut self, start: usize) -> Result<Located<Example>, Stop> {
        self.enter(start)?;
        let mut members: Vec<(Located<FieldName>, Located<Example>)> = Vec::new();
        let mut seen: HashMap<String, Span> = HashMap::new();
        let mut is_first = true;
        loop {
            let from = self.json.current_index();
            self.token = text::key_start(self.block.text(), from);
            let step = if is_first {
                self.json.known_object()
            } else {
                self.json.next_key()
            };
            is_first = false;
            let key = match step {
                Ok(key) => key.map(str::to_owned),
                Err(error) => return Err(self.fail(&error)),
            };
            let Some(key) = key else { break };
            let place = text::string_at(self.block.text(), self.token);
            let span = self.block.span(place);
            let value = self.value()?;
            if let Some(first) = seen.get(&key) {
                let finding = duplicate(&key, span, *first);
                self.findings.push(finding);
                continue;
            }
            match FieldName::new(key.as_str()) {
                Ok(name) => members.push((Located::new(name, span), value)),
                Err(error) => self.findings.push(
                    Diagnostic::error(Code::JsonKey, span, "a key cannot be the name of a field")
                        .expecting(error.to_string()),
                ),
            }
            seen.insert(key, span);
        }
        self.open.pop();
        Ok(self.located(Example::Object(members), start))
    }

    fn enter(&mut self, start: usize) -> Result<(), Stop> {
        self.open.push(start);
        if self.open.len() <= DEEPEST {
            return Ok(());
        }
        let finding = Diagnostic::error(
            Code::JsonTooDeep,
            self.block.span(start..start + 1),
            "the example is nested too deeply",
        )
        .expecting(format!(
            "at most {DEEPEST} objects and arrays within each other"
        ));
        self.findings.push(finding);
        Err(Stop)
    }

    fn next_token(&self) -> usize {
        text::skip_blanks(self.block.text(), self.json.current_index())
    }

    fn located(&self, example: Example, start: usize) -> Located<Example> {
        Located::new(example, self.block.span(start..self.json.current_index()))
    }

    fn fail(&mut self, error: &JiterError) -> Stop {
        let kind = match &error.error_type {
            JiterErrorType::JsonError(kind) => kind.clone(),
            JiterErrorType::WrongType { .. } => JsonErrorType::ExpectedSomeValue,
        };
        let finding = slip::explain(&slip::Failure {
            block: self.block,
            kind,
            index: error.index,
            token: self.token,
            open: self.open.last().copied(),
        });
        self.findings.push(finding);
        Stop
    }
}

fn duplicate(key: &str, second: Span, first: Span) -> Diagnostic {
    let shown = crate::sql::quote(key);
    Diagnostic::error(
        Code::JsonDuplicateKey,
        second,
        format!("the key {shown} stands twice in one object"),
    )
    .expecting("the second of this name")
    .pointing_at(first, "the first")
    .helping("leave one of them out")
}

/// The text of a block from `range`, empty where there is none.
fn slice(source: &str, range: Range<usize>) -> &str {
    source.get(range).unwrap_or_default()
}
