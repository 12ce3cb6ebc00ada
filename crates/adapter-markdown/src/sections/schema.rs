//! Data Schema: which block is the table's (spec-language, section 4). Reading its SQL is `crate::sql`.

use specd_domain::document::Entry;
use specd_domain::table::Table;
use specd_domain::{Located, Span};

use super::Section;
use crate::reading::Reading;
use crate::sql;

const LABEL: &str = "Database Schema";
const EXAMPLE: &str =
    "```sql\nCREATE TABLE orders (id UUID PRIMARY KEY DEFAULT gen_random_uuid());\n```";

/// Reads the schema.
pub(crate) fn read(reading: &mut Reading<'_>) -> Entry<Table> {
    let sections = [Section::Schema];
    let label = reading.labels_once(&sections, &[LABEL]).into_iter().next();
    let from = label.as_ref().map_or(0, |label| label.part);
    let mut blocks = reading.fences(&sections, from..usize::MAX);
    // One that stands before the label, or below a second heading of the section, is a second schema all the same.
    let before = reading.fences(&sections, 0..from);
    blocks.extend(before.into_iter().filter(|fence| fence.tag == "sql"));
    let has_block = !blocks.is_empty();
    let Some(fence) = reading.the_block(blocks, LABEL, "sql") else {
        return match label {
            Some(label) if has_block => Entry::Unreadable(label.value.label),
            Some(label) if label.value.is_empty() => unfilled(reading, label.value.label),
            Some(label) => {
                reading.report_no_block(LABEL, "sql", label.value.span());
                Entry::Unreadable(label.value.span())
            }
            None if has_block => Entry::Unreadable(reading.heading_span(Section::Schema)),
            None => Entry::Missing,
        };
    };
    let block = fence.text.as_block();
    if block.text().trim().is_empty() {
        return unfilled(reading, fence.span);
    }
    match sql::read(block, &mut reading.findings) {
        Some(table) => Entry::Filled(Located::new(table, fence.span)),
        None => Entry::Unreadable(fence.span),
    }
}

fn unfilled(reading: &mut Reading<'_>, span: Span) -> Entry<Table> {
    reading.leave_required_unfilled(span, LABEL, EXAMPLE);
    Entry::Unfilled(span)
}
