//! What `specd serve` says it serves, what not and why, and what it does not enforce yet.

use std::fmt::Write as _;

use specd_app::specs::{Loaded, NotServed, Outcome, unenforced};
use specd_domain::Spec;
use specd_domain::document::Status;
use specd_domain::endpoint::EndpointPath;

/// The announcement of what was loaded: lines for standard output.
pub(crate) fn announce(loaded: &Loaded) -> String {
    let mut out = String::new();
    write_served(&mut out, loaded);
    write_not_served(&mut out, loaded);
    write_unenforced(&mut out, loaded);
    out
}

fn write_served(out: &mut String, loaded: &Loaded) {
    let served: Vec<(&Spec, u32, bool)> = loaded.files.iter().filter_map(served).collect();
    if loaded.files.is_empty() {
        out.push_str(
            "nothing is served: there is no document named like `0001-orders.md`; `specd new TITLE` begins one\n",
        );
        return;
    }
    if served.is_empty() {
        out.push_str("nothing is served\n");
        return;
    }
    out.push_str("serving\n");
    let width = served
        .iter()
        .flat_map(|(spec, ..)| paths(spec))
        .map(|path| path.len())
        .max()
        .unwrap_or_default();
    for (spec, revision, is_kept) in served {
        for (endpoint, path) in spec.endpoints.iter().zip(paths(spec)) {
            let kept = if is_kept { ", kept" } else { "" };
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "  {:<6} {path:<width$}  SPEC {} ({}, rev {revision}{kept})",
                endpoint.operation.method().as_str(),
                spec.number,
                spec.status.as_str(),
            );
        }
    }
}

fn served(file: &specd_app::specs::FileReport) -> Option<(&Spec, u32, bool)> {
    match &file.outcome {
        Outcome::Served { spec, revision } => Some((spec, *revision, false)),
        Outcome::Kept { spec, revision } => Some((spec, *revision, true)),
        Outcome::NotServed(_) => None,
    }
}

fn paths(spec: &Spec) -> impl Iterator<Item = String> {
    spec.endpoints.iter().map(|endpoint| {
        EndpointPath {
            has_id: endpoint.operation.has_id(),
            ..spec.collection_path()
        }
        .to_string()
    })
}

fn write_not_served(out: &mut String, loaded: &Loaded) {
    let lines: Vec<String> = loaded
        .files
        .iter()
        .filter_map(|file| match &file.outcome {
            Outcome::NotServed(reason) => Some(format!("  {}: {}\n", file.path, why(reason))),
            Outcome::Kept { .. } => Some(format!("  {}: {}\n", file.path, became(&file.outcome))),
            Outcome::Served { .. } => None,
        })
        .collect();
    if !lines.is_empty() {
        out.push_str("not served\n");
        out.extend(lines);
    }
}

/// What became of one document, as the rest of a line that begins with its path.
pub(crate) fn became(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Served { spec, revision } => {
            format!("SPEC {} is served, revision {revision}", spec.number)
        }
        Outcome::Kept { revision, .. } => {
            format!("it has errors; revision {revision} keeps serving")
        }
        Outcome::NotServed(reason) => format!("not served: {}", why(reason)),
    }
}

fn why(reason: &NotServed) -> String {
    match reason {
        NotServed::Errors => "it has errors".to_owned(),
        NotServed::Preview(status) => {
            let state = match status {
                Status::Draft => "a draft",
                _ => "in review",
            };
            format!("it is {state}; `--preview` serves it")
        }
        NotServed::Unreadable(reason) => format!("it cannot be read: {reason}"),
        NotServed::Database => "the database refused its table".to_owned(),
    }
}

fn write_unenforced(out: &mut String, loaded: &Loaded) {
    let lines: Vec<String> = loaded
        .files
        .iter()
        .filter_map(served)
        .filter_map(|(spec, ..)| {
            let missing = unenforced(spec);
            (!missing.is_empty())
                .then(|| format!("  SPEC {}: {}\n", spec.number, missing.join(", ")))
        })
        .collect();
    if !lines.is_empty() {
        out.push_str("asked for, not enforced yet\n");
        out.extend(lines);
    }
}

#[cfg(test)]
mod tests {
    use specd_app::specs::FileReport;

    use super::*;

    fn report(path: &str, outcome: Outcome) -> FileReport {
        FileReport {
            path: path.to_owned(),
            bytes: [].into(),
            diagnostics: Vec::new(),
            outcome,
        }
    }

    #[test]
    fn each_document_that_is_not_served_has_its_reason() {
        let files = vec![
            report("1.md", Outcome::NotServed(NotServed::Errors)),
            report(
                "2.md",
                Outcome::NotServed(NotServed::Preview(Status::Review)),
            ),
            report(
                "3.md",
                Outcome::NotServed(NotServed::Unreadable("it is a directory".to_owned())),
            ),
        ];
        let expected = "nothing is served\n\
                        not served\n  \
                        1.md: it has errors\n  \
                        2.md: it is in review; `--preview` serves it\n  \
                        3.md: it cannot be read: it is a directory\n";
        assert_eq!(announce(&Loaded { files }), expected);
    }

    #[test]
    fn an_empty_directory_says_how_to_begin() {
        assert!(announce(&Loaded::default()).contains("`specd new TITLE` begins one"));
    }
}
