//! Backwards Compatibility: one tick, announced changes, dates in order (spec-language, section 6).

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::document::Status;
use crate::source::{Located, Span};

use super::subject::Subject;

const TICKS: &str = "*No breaking changes* or *Breaking changes*";

fn ticked(tick: Option<&Located<bool>>) -> Option<Span> {
    tick.filter(|tick| tick.value).map(|tick| tick.span)
}

/// Exactly one of the two ticks is ticked in an approved document, and never both.
pub(super) fn one_tick(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let section = &subject.document.compatibility;
    let none = ticked(section.no_breaking.as_ref());
    let some = ticked(section.breaking.as_ref());
    match (none, some) {
        (Some(none), Some(some)) => findings.push(
            Diagnostic::error(
                Code::ChangeTicksContradict,
                some,
                "both *No breaking changes* and *Breaking changes* are ticked",
            )
            .expecting("expected one of the two")
            .pointing_at(none, "the other"),
        ),
        (None, None) if subject.status.is_final() => {
            let item = section.no_breaking.as_ref().map(|tick| tick.span);
            let finding = Diagnostic::error(
                Code::ChangeTickMissing,
                item.unwrap_or(section.span),
                format!(
                    "the document is {} and does not say whether it breaks clients",
                    subject.status.as_str()
                ),
            )
            .expecting(format!("expected {TICKS} to be ticked"));
            findings.push(match item {
                Some(item) => subject.tick(finding, item),
                None => {
                    finding.helping("- [x] **No breaking changes** - Fully backwards compatible")
                }
            });
        }
        _ => {}
    }
}

/// Breaking changes are listed.
pub(super) fn changes(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let section = &subject.document.compatibility;
    let Some(span) = ticked(section.breaking.as_ref()) else {
        return;
    };
    if section.changes.is_empty() {
        let severity = if subject.status.is_final() {
            Severity::Error
        } else {
            Severity::Warning
        };
        findings.push(
            Diagnostic::new(
                Code::ChangeUnlisted,
                severity,
                span,
                "breaking changes are ticked, and none is listed",
            )
            .expecting("expected a `Change` item below this")
            .replacing(
                "list each change with the names it breaks",
                subject.line_below(span.start),
                "  - Change 1: `price` is required now; clients must send it\n",
            ),
        );
    }
}

/// A sunset does not lie before the deprecation (ruling H25), and a deprecated document says since when (H46).
pub(super) fn dates(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let section = &subject.document.compatibility;
    if let (Some(deprecated), Some(sunset)) = (&section.deprecated, &section.sunset)
        && sunset.value < deprecated.value
    {
        findings.push(
            Diagnostic::error(
                Code::SunsetBeforeDeprecation,
                sunset.span,
                format!(
                    "the sunset on {} lies before the deprecation on {}",
                    sunset.value, deprecated.value
                ),
            )
            .expecting(format!("expected {} or later", deprecated.value))
            .pointing_at(deprecated.span, "deprecated here"),
        );
    }
    if subject.status == Status::Deprecated && section.deprecated.is_none() {
        let status = subject.document.header.status.span().unwrap_or_default();
        findings.push(
            Diagnostic::error(
                Code::DeprecationDateMissing,
                status,
                "the document is deprecated and does not say since when",
            )
            .expecting("expected a date under Migration Strategy")
            .pointing_at(section.span, "the section")
            .helping(format!(
                "**Migration Strategy**: deprecated {}",
                subject.today
            )),
        );
    }
}

/// The successor is a newer version, or another collection.
pub(super) fn successor(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let (Some(successor), Some(path)) = (&subject.document.compatibility.successor, subject.path())
    else {
        return;
    };
    if successor.value.collection == path.collection && successor.value.version <= path.version {
        let version = path.version.saturating_add(1);
        let newer = format!("/api/v{version}/{}", path.collection);
        findings.push(
            Diagnostic::error(
                Code::SuccessorNotNewer,
                successor.span,
                format!("the successor `{}` is not a newer version", successor.value),
            )
            .expecting(format!("expected version {version} or another collection"))
            .replacing("write", successor.span, newer),
        );
    }
}
