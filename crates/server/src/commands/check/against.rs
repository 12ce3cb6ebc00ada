//! `specd check --against-trace`: the flow diagrams, compared with requests that were traced.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use specd_adapter_markdown::render::flow::ComparedRequest;
use specd_adapter_telemetry::recorded::{self, Recorded};
use specd_app::flows::{Findings, Plan, Told};
use specd_domain::{Spec, diagnostic};

use super::CheckedFile;

/// The largest file of traces, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;
/// How many requests are shown step by step; findings are of all.
const SHOWN: usize = 50;

/// How many messages are compared at most; of longer diagrams fewer requests are.
const MOST_COMPARED: usize = 10_000_000;

/// What was compared.
pub(super) struct Against {
    shown: Vec<Compared>,
    /// How many requests were, or why a document has none.
    count: usize,
    reasons: Vec<String>,
}

struct Compared {
    /// The document, by its position.
    file: usize,
    recorded: Recorded,
    told: Vec<Told>,
}

/// The requests in a file.
///
/// # Errors
/// It cannot be read, is too large, or holds no traces.
pub(super) fn read(path: &Path) -> Result<Vec<Recorded>> {
    let shown = path.display();
    let failed = || format!("could not read the traces in `{shown}`");
    #[expect(
        clippy::disallowed_methods,
        reason = "a file that the command line names, and no document"
    )]
    let file = File::open(path).with_context(failed)?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .with_context(failed)?;
    let is_small = u64::try_from(bytes.len()).is_ok_and(|length| length <= LARGEST);
    ensure!(
        is_small,
        "`{shown}` is larger than 64 MiB; export fewer traces"
    );
    recorded::requests(&bytes).with_context(failed)
}

/// Compares each document with its requests; what is found is added to its findings.
pub(super) fn compare(files: &mut [CheckedFile], recorded: &[Recorded]) -> Against {
    let mut against = Against {
        shown: Vec::new(),
        count: 0,
        reasons: Vec::new(),
    };
    let held: BTreeSet<String> = recorded.iter().map(|one| one.spec.to_string()).collect();
    for (position, file) in files.iter_mut().enumerate() {
        // What is wrong with it was said.
        let Some(spec) = &file.checked.spec else {
            continue;
        };
        let Some(plan) = Plan::new(spec) else {
            let reason = format!("SPEC {} has no flow diagram that can be read", spec.number);
            against.reasons.push(reason);
            continue;
        };
        let mut findings = Findings::new(spec);
        let messages = spec.flow.as_ref().map_or(1, |flow| flow.messages.len());
        let most = MOST_COMPARED / messages.max(1);
        let own = recorded.iter().filter(|one| one.spec == spec.number);
        for one in own.take(most) {
            let described = plan.describes(one.request.operation);
            let Some(told) = plan.compare(&one.request).filter(|_| described) else {
                continue;
            };
            findings.add(one.trace, &one.request, &told);
            if against.shown.len() < SHOWN {
                against.shown.push(Compared {
                    file: position,
                    recorded: one.clone(),
                    told,
                });
            }
        }
        if findings.requests() == 0 {
            against.reasons.push(reason(spec, &held));
        }
        against.count += findings.requests();
        let found = findings.into_diagnostics();
        file.checked.diagnostics.extend(found);
        diagnostic::sort(&mut file.checked.diagnostics);
    }
    against
}

/// Why a document was not compared.
fn reason(spec: &Spec, held: &BTreeSet<String>) -> String {
    let number = spec.number.to_string();
    if held.contains(&number) {
        return format!("the diagram of SPEC {number} says nothing of the requests that are there");
    }
    let others: Vec<&str> = held.iter().map(String::as_str).take(10).collect();
    if others.is_empty() {
        return format!("no request of SPEC {number} is there, nor of another document");
    }
    format!(
        "no request of SPEC {number} is there, but of {}",
        others.join(", ")
    )
}

impl Against {
    /// The requests that are shown step by step.
    pub(super) fn shown<'a>(&'a self, files: &'a [CheckedFile]) -> Vec<ComparedRequest<'a>> {
        let shown = self.shown.iter().filter_map(|compared| {
            let file = files.get(compared.file)?;
            Some(ComparedRequest {
                path: &file.path,
                text: &file.bytes,
                spec: file.checked.spec.as_ref()?,
                trace: compared.recorded.trace,
                request: &compared.recorded.request,
                told: &compared.told,
            })
        });
        shown.collect()
    }

    /// Whether there was anything to compare.
    ///
    /// # Errors
    /// Nothing was, and no finding of the documents says why.
    pub(super) fn ensure_compared(&self, path: Option<&Path>) -> Result<()> {
        let path = path.unwrap_or(Path::new("")).display();
        if self.count == 0 && !self.reasons.is_empty() {
            bail!(
                "nothing in `{path}` could be compared: {}",
                self.reasons.join("; ")
            );
        }
        Ok(())
    }
}
