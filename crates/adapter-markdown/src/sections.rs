//! The third pass: which part of the template each heading is, and one file for the reading of each part.

pub(crate) mod alerting;
pub(crate) mod api;
pub(crate) mod compatibility;
pub(crate) mod compliance;
pub(crate) mod decision;
pub(crate) mod flow;
pub(crate) mod header;
pub(crate) mod links;
pub(crate) mod measure;
pub(crate) mod objectives;
pub(crate) mod rollout;
pub(crate) mod schema;
pub(crate) mod security;
pub(crate) mod summary;
pub(crate) mod unmarked;

use std::collections::{BTreeMap, HashMap};

use specd_domain::Diagnostic;
use specd_domain::diagnostic::Code;

use crate::outline::{Heading, Outline, key_of};
use crate::suggest::{Suggestions, longer_or_shorter};

/// A part of the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// What stands above the first section.
    Header,
    /// Summary.
    Summary,
    /// Motivation.
    Motivation,
    /// Proposal: holds the next three.
    Proposal,
    /// API Design.
    Api,
    /// Data Schema.
    Schema,
    /// Flow Diagram.
    Flow,
    /// Backwards Compatibility.
    Compatibility,
    /// Rollout Plan: holds the phases and Rollback Plan.
    RolloutPlan,
    /// Phase 1, 2 or 3.
    Phase(u8),
    /// Rollback Plan.
    Rollback,
    /// Observability & SLO Impact: holds the next four.
    Observability,
    /// Metrics.
    Metrics,
    /// Logging.
    Logging,
    /// Alerting.
    Alerting,
    /// Dashboards.
    Dashboards,
    /// Security / Compliance Considerations: holds the next three.
    Considerations,
    /// Security.
    Security,
    /// Compliance.
    Compliance,
    /// Threat Model.
    Threats,
    /// Alternatives.
    Alternatives,
    /// Decision & Next Steps: holds the next three.
    DecisionAndNextSteps,
    /// Decision.
    Decision,
    /// Next Steps.
    NextSteps,
    /// Action Items.
    ActionItems,
    /// Related Documentation.
    Related,
    /// Approval as a heading of its own.
    Approval,
}

/// The template's headings; the containers also by their first words.
const HEADINGS: [(&str, Section); 32] = [
    ("Summary", Section::Summary),
    ("Motivation", Section::Motivation),
    ("Proposal (API / Schema / Flow)", Section::Proposal),
    ("Proposal", Section::Proposal),
    ("API Design", Section::Api),
    ("Data Schema", Section::Schema),
    ("Flow Diagram", Section::Flow),
    ("Backwards Compatibility", Section::Compatibility),
    ("Rollout Plan", Section::RolloutPlan),
    ("Phase 1: Development", Section::Phase(1)),
    ("Phase 2: Testing", Section::Phase(2)),
    ("Phase 3: Production Rollout", Section::Phase(3)),
    ("Rollback Plan", Section::Rollback),
    ("Observability & SLO Impact", Section::Observability),
    ("Observability", Section::Observability),
    ("Metrics", Section::Metrics),
    ("Logging", Section::Logging),
    ("Alerting", Section::Alerting),
    ("Dashboards", Section::Dashboards),
    (
        "Security / Compliance Considerations",
        Section::Considerations,
    ),
    ("Security / Compliance", Section::Considerations),
    ("Security", Section::Security),
    ("Compliance", Section::Compliance),
    ("Threat Model", Section::Threats),
    ("Alternatives", Section::Alternatives),
    ("Decision & Next Steps", Section::DecisionAndNextSteps),
    ("Decision", Section::Decision),
    ("Next Steps", Section::NextSteps),
    ("Action Items", Section::ActionItems),
    ("Related Documentation", Section::Related),
    ("Approval", Section::Approval),
    ("Approvals", Section::Approval),
];

/// What each heading is.
#[derive(Debug)]
pub(crate) struct Sections {
    /// The first heading of level 1.
    pub(crate) title: Option<usize>,
    /// The section that each heading opens or goes on with.
    of_heading: Vec<Option<Section>>,
    /// The headings that open a section themselves.
    opened: Vec<(Section, usize)>,
}

impl Sections {
    /// Finds the sections of an outline.
    pub(crate) fn of(outline: &Outline<'_>, findings: &mut Vec<Diagnostic>) -> Self {
        let title = outline
            .headings
            .iter()
            .position(|heading| heading.level == 1);
        let mut sections = Self {
            title,
            of_heading: Vec::with_capacity(outline.headings.len()),
            opened: Vec::new(),
        };
        let known = Known::new();
        let mut misplaced = Vec::new();
        let mut above: Vec<(u8, Option<Section>, usize)> = Vec::new();
        for (index, heading) in outline.headings.iter().enumerate() {
            while above
                .last()
                .is_some_and(|(level, _, _)| *level >= heading.level)
            {
                above.pop();
            }
            let section = if Some(index) == title {
                Some(Section::Header)
            } else {
                let parent = above
                    .last()
                    .map_or(Some(Section::Header), |(_, section, _)| *section);
                let own = known.section_of(&heading.text);
                let free = above.iter().find(|(_, section, _)| section.is_none());
                if let (Some(own), Some((_, _, free))) = (own, free) {
                    misplaced.push(Misplaced {
                        section: own,
                        index,
                        free: *free,
                    });
                }
                sections.place(parent, own, index)
            };
            sections.of_heading.push(section);
            above.push((heading.level, section, index));
        }
        sections.report(outline, &known, &misplaced, findings);
        sections
    }

    /// A heading of the template counts where those above it are the template's too; any other goes on with the section above it.
    fn place(
        &mut self,
        parent: Option<Section>,
        own: Option<Section>,
        index: usize,
    ) -> Option<Section> {
        match (parent?, own) {
            (_, Some(own)) => {
                self.opened.push((own, index));
                Some(own)
            }
            (Section::Header, None) => None,
            (parent, None) => Some(parent),
        }
    }

    /// The section of a part below this heading.
    pub(crate) fn at(&self, heading: Option<usize>) -> Option<Section> {
        match heading {
            None => Some(Section::Header),
            Some(index) => self.of_heading.get(index).copied().flatten(),
        }
    }

    /// The heading that opens a section.
    pub(crate) fn heading(&self, section: Section) -> Option<usize> {
        let opened = self.opened.iter().find(|(opened, _)| *opened == section);
        opened.map(|(_, index)| *index)
    }

    fn is_open(&self, section: Section) -> bool {
        self.heading(section).is_some()
    }

    fn report(
        &self,
        outline: &Outline<'_>,
        known: &Known,
        misplaced: &[Misplaced],
        findings: &mut Vec<Diagnostic>,
    ) {
        let slips = self.slips(outline, known);
        findings.extend(slips.values().cloned());
        for misplaced in misplaced {
            // Below a slip it has its meaning again as soon as that is mended.
            let is_told = self.is_open(misplaced.section) || slips.contains_key(&misplaced.free);
            if let (false, Some(heading)) = (is_told, outline.headings.get(misplaced.index)) {
                findings.push(no_meaning_here(heading));
            }
        }
    }

    /// The headings that were probably meant as one of the template's that is not there, by their numbers.
    fn slips(&self, outline: &Outline<'_>, known: &Known) -> BTreeMap<usize, Diagnostic> {
        let absent: Vec<&str> = HEADINGS
            .iter()
            .filter(|(_, section)| !self.is_open(*section))
            .map(|(name, _)| *name)
            .collect();
        if absent.is_empty() {
            return BTreeMap::new();
        }
        let suggestions = Suggestions::new();
        let headings = outline.headings.iter().enumerate();
        let slip = |(index, heading): (usize, &Heading<'_>)| {
            if heading.level < 2 || known.section_of(&heading.text).is_some() {
                return None;
            }
            let name = suggestions
                .closest(&heading.text, &absent)
                .or_else(|| longer_or_shorter(&heading.text, &absent))?;
            Some((index, looks_like(heading, name)))
        };
        headings.filter_map(slip).collect()
    }
}

/// A heading of the template that stands below free text.
struct Misplaced {
    section: Section,
    index: usize,
    /// The heading of the free text.
    free: usize,
}

/// The template's headings by their keys.
struct Known(HashMap<String, Section>);

impl Known {
    fn new() -> Self {
        Self(
            HEADINGS
                .map(|(name, section)| (key_of(name), section))
                .into(),
        )
    }

    /// The section of a heading, by its words; phases by their numbers.
    fn section_of(&self, text: &str) -> Option<Section> {
        let key = key_of(text);
        self.0.get(&key).copied().or_else(|| phase_of(&key))
    }
}

fn phase_of(key: &str) -> Option<Section> {
    let rest = key.strip_prefix("phase ")?;
    let number = rest
        .chars()
        .next()?
        .to_digit(10)
        .filter(|n| (1..=3).contains(n))?;
    let is_longer = rest.chars().nth(1).is_some_and(char::is_alphanumeric);
    (!is_longer).then(|| Section::Phase(u8::try_from(number).unwrap_or_default()))
}

fn no_meaning_here(heading: &Heading<'_>) -> Diagnostic {
    Diagnostic::warning(
        Code::SectionMisplaced,
        heading.span,
        format!(
            "`{}` has no meaning below a heading that is not the template's",
            heading.text
        ),
    )
    .expecting("read as free text")
    .helping("put it where the template has it")
}

fn looks_like(heading: &Heading<'_>, name: &str) -> Diagnostic {
    Diagnostic::warning(
        Code::HeadingUnknown,
        heading.span,
        format!("`{}` is no heading of the template", heading.text),
    )
    .expecting("read as free text")
    .replacing(format!("did you mean `{name}`?"), heading.span, name)
}
