//! A reading under way: the outline, what was found so far, and the ways to the labels of a section.

mod blocks;
mod boxes;
mod labels;

use specd_domain::document::UnfilledPlace;
use specd_domain::source::Place;
use specd_domain::{Diagnostic, Span};

use crate::outline::{Outline, Part};
use crate::placeholder::Questions;
use crate::sections::{Section, Sections};
use crate::suggest::Suggestions;

pub(crate) use labels::{Found, label_twice};

/// What the readers of the sections work on.
pub(crate) struct Reading<'a> {
    /// The document in pieces.
    pub(crate) outline: &'a Outline<'a>,
    /// What each heading is.
    pub(crate) sections: &'a Sections,
    /// The template's questions.
    pub(crate) questions: Questions,
    /// What was found.
    pub(crate) findings: Vec<Diagnostic>,
    /// The places that are still the template's.
    pub(crate) unfilled: Vec<UnfilledPlace>,
    /// Counts the words that are compared with the template's.
    pub(crate) suggestions: Suggestions,
    line_starts: &'a [usize],
}

impl<'a> Reading<'a> {
    /// Begins.
    pub(crate) fn new(
        outline: &'a Outline<'a>,
        sections: &'a Sections,
        line_starts: &'a [usize],
        findings: Vec<Diagnostic>,
    ) -> Self {
        Self {
            outline,
            sections,
            questions: Questions::new(),
            findings,
            unfilled: Vec::new(),
            suggestions: Suggestions::new(),
            line_starts,
        }
    }

    /// The parts of these sections, with their numbers.
    pub(crate) fn parts<'s>(
        &self,
        wanted: &'s [Section],
    ) -> impl Iterator<Item = (usize, &'a Part<'a>)> + use<'a, 's> {
        let sections = self.sections;
        let parts = self.outline.parts.iter().enumerate();
        parts.filter(move |(_, part)| {
            sections
                .at(part.heading)
                .is_some_and(|section| wanted.contains(&section))
        })
    }

    /// The place of a section's heading; empty where it is missing.
    pub(crate) fn heading_span(&self, section: Section) -> Span {
        let index = self.sections.heading(section);
        let heading = index.and_then(|index| self.outline.headings.get(index));
        heading.map_or_else(Span::default, |heading| heading.span)
    }

    /// Notes a finding.
    pub(crate) fn report(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// Notes a place that is still the template's.
    pub(crate) fn leave_unfilled(&mut self, span: Span, label: &str, example: &str) {
        self.note_unfilled(span, label, example, false);
    }

    /// Notes such a place that an approved document cannot do without.
    pub(crate) fn leave_required_unfilled(&mut self, span: Span, label: &str, example: &str) {
        self.note_unfilled(span, label, example, true);
    }

    fn note_unfilled(&mut self, span: Span, label: &str, example: &str, required: bool) {
        self.unfilled.push(UnfilledPlace {
            span,
            label: label.to_owned(),
            example: (!example.is_empty()).then(|| example.to_owned()),
            required,
        });
    }

    /// The heading and the line of a place.
    pub(crate) fn place(&self, heading: &str, span: Span) -> Place {
        let line = self
            .line_starts
            .partition_point(|&start| start <= span.start);
        Place {
            heading: heading.to_owned(),
            span,
            line: line.max(1),
        }
    }
}
