//! Flow Diagram: a mermaid `sequenceDiagram` (spec-language, section 5). What cannot be read is a note.

mod diagram;

use specd_domain::diagnostic::Code;
use specd_domain::document::Entry;
use specd_domain::flow::Flow;
use specd_domain::{Diagnostic, Located};

use super::Section;
use crate::reading::Reading;

const LABEL: &str = "Process Flow";

/// Reads the diagram: the first block of the section that is tagged `mermaid`.
pub(crate) fn read(reading: &mut Reading<'_>) -> Entry<Flow> {
    let sections = [Section::Flow];
    reading.labels(&sections, &[LABEL]);
    let fences = reading.fences(&sections, 0..usize::MAX);
    let tagged = fences.iter().find(|fence| fence.tag == "mermaid");
    let Some(fence) = tagged.or(fences.first()).copied() else {
        return Entry::Missing;
    };
    if fence.tag != "mermaid" {
        let finding = Diagnostic::note(
            Code::FlowUnreadable,
            fence.tag_span,
            "the flow diagram is no mermaid block",
        );
        reading.report(finding.expecting("expected `mermaid`").replacing(
            "name the language",
            fence.tag_span,
            "mermaid",
        ));
        return Entry::Unreadable(fence.span);
    }
    match diagram::read(fence.text.as_block(), fence.span, &mut reading.findings) {
        Some(flow) => Entry::Filled(Located::new(flow, fence.span)),
        None => Entry::Unreadable(fence.span),
    }
}
