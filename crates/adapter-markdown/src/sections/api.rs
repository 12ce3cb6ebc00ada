//! API Design: the endpoints and the labels below each of them (spec-language, section 3).

mod endpoint;
mod status_codes;

use std::ops::Range;

use specd_domain::diagnostic::Code;
use specd_domain::document::{EndpointEntry, Entry, ExampleBlock};
use specd_domain::{Diagnostic, Located, Span};

use super::Section;
use crate::example;
use crate::outline::Fence;
use crate::reading::{Found, Reading, label_twice};
use crate::value::{Token, tokens_of};

pub(in crate::sections) use endpoint::collection_path;

const ENDPOINT: &str = "Endpoint";
const REQUEST: &str = "Request";
const RESPONSE: &str = "Response";
const STATUS_CODES: &str = "Status Codes";
const EXAMPLE: &str = "```json\n{\"customer\": \"Ada\"}\n```";

/// Answers without a body may say so in words.
const NO_BODY: [&str; 6] = [
    "none",
    "no body",
    "no content",
    "empty",
    "n/a",
    "204 no content",
];

/// The endpoints, and the places of all Endpoint labels.
#[derive(Debug, Default)]
pub(crate) struct Api {
    /// Those that could be read.
    pub(crate) endpoints: Vec<EndpointEntry>,
    /// Every label.
    pub(crate) labels: Vec<Span>,
}

/// Reads the section.
pub(crate) fn read(reading: &mut Reading<'_>) -> Api {
    let names = [ENDPOINT, REQUEST, RESPONSE, STATUS_CODES];
    let found = reading.labels(&[Section::Api], &names);
    report_headings(reading);
    let mut api = Api::default();
    let mut groups: Vec<&[Found]> = Vec::new();
    let mut rest = found.as_slice();
    while !rest.is_empty() {
        let behind = rest.iter().skip(1);
        let length = behind.take_while(|label| label.name != ENDPOINT).count() + 1;
        let (group, next) = rest.split_at(length.min(rest.len()));
        groups.push(group);
        rest = next;
    }
    for (index, group) in groups.iter().enumerate() {
        let next = groups.get(index + 1).and_then(|group| group.first());
        let end = next.map_or(usize::MAX, |label| label.part);
        match group.split_first() {
            Some((endpoint, below)) if endpoint.name == ENDPOINT => {
                api.labels.push(endpoint.value.label);
                let entry = entry(reading, endpoint, below, end);
                api.endpoints.extend(entry);
            }
            _ => report_orphans(reading, group),
        }
    }
    api
}

/// An endpoint with its labels. They are read for their findings even where the endpoint itself cannot be.
fn entry(
    reading: &mut Reading<'_>,
    endpoint: &Found,
    below: &[Found],
    end: usize,
) -> Option<EndpointEntry> {
    let line = endpoint::read(reading, endpoint);
    let (mut request, mut response) = (Entry::Missing, Entry::Missing);
    let mut statuses = Vec::new();
    let mut seen: Vec<(&str, Span)> = Vec::new();
    for (index, label) in below.iter().enumerate() {
        let first = seen.iter().find(|(name, _)| *name == label.name);
        if let Some((_, first)) = first {
            reading.report(label_twice(label.name, label.value.label, *first));
            continue;
        }
        seen.push((label.name, label.value.label));
        let next = below.get(index + 1).map_or(end, |next| next.part);
        match label.name {
            REQUEST => request = block(reading, label, label.part..next),
            RESPONSE => response = block(reading, label, label.part..next),
            _ => statuses = status_codes::read(reading, label),
        }
    }
    Some(EndpointEntry {
        line: line?,
        request,
        response,
        statuses,
    })
}

fn block(reading: &mut Reading<'_>, label: &Found, parts: Range<usize>) -> Entry<ExampleBlock> {
    let blocks = reading.fences(&[Section::Api], parts);
    if blocks.is_empty() {
        return no_block(reading, label);
    }
    let Some(fence) = reading.the_block(blocks, label.name, "json") else {
        return Entry::Unreadable(label.value.label);
    };
    read_example(reading, label, fence)
}

fn read_example(reading: &mut Reading<'_>, label: &Found, fence: &Fence) -> Entry<ExampleBlock> {
    let block = fence.text.as_block();
    if block.text().trim().is_empty() {
        reading.leave_required_unfilled(fence.span, label.name, EXAMPLE);
        return Entry::Unfilled(fence.span);
    }
    match example::read(block, &mut reading.findings) {
        Some(example) => Entry::Filled(Located::new(example, fence.span)),
        None => Entry::Unreadable(fence.span),
    }
}

fn no_block(reading: &mut Reading<'_>, label: &Found) -> Entry<ExampleBlock> {
    if label.value.is_empty() {
        reading.leave_required_unfilled(label.value.label, label.name, EXAMPLE);
        return Entry::Unfilled(label.value.label);
    }
    let words = label.value.plain().to_lowercase();
    if NO_BODY.contains(&words.trim_end_matches('.')) {
        return Entry::Missing;
    }
    reading.report_no_block(label.name, "json", label.value.span());
    Entry::Unreadable(label.value.span())
}

/// Warns of a heading that says what a label should: `#### Endpoint: ...`.
fn report_headings(reading: &mut Reading<'_>) {
    let outline = reading.outline;
    for (index, heading) in outline.headings.iter().enumerate() {
        let is_in_section = reading.sections.at(Some(index)) == Some(Section::Api);
        let tokens = tokens_of(&heading.inlines);
        let [first, rest @ ..] = tokens.as_slice() else {
            continue;
        };
        if !is_in_section || !first.is_word(ENDPOINT) || !rest.iter().any(Token::is_code) {
            continue;
        }
        let finding = Diagnostic::warning(
            Code::LabelUnknown,
            heading.span,
            "an endpoint in a heading is not read",
        );
        reading.report(
            finding
                .expecting("read as free text")
                .helping("give it a line of its own: **Endpoint**: `GET /api/v1/orders`"),
        );
    }
}

fn report_orphans(reading: &mut Reading<'_>, labels: &[Found]) {
    for label in labels {
        let finding = Diagnostic::warning(
            Code::LabelBeforeEndpoint,
            label.value.label,
            format!("`{}` stands before any endpoint", label.name),
        );
        reading.report(
            finding
                .expecting("read as free text")
                .helping("put a line such as **Endpoint**: `POST /api/v1/orders` above it"),
        );
    }
}
