//! A runbook for a document, in Markdown: each alert, what it means, where to look first, and how to go back.

use std::fmt::{self, Write as _};

use specd_domain::Spec;
use specd_domain::objective::Window;

use crate::contract::{QUEUE_WAIT, REJECTED, REQUEST_DURATION, ROUTE, SPEC, STATUS_CODE};
use crate::markdown::{escaped, shell_word};
use crate::promql::Selector;
use crate::rules::{self, AlertRule};
use crate::wording;

/// The window of the queries for people.
const LOOK: Window = Window::minutes(5);

/// The runbook, ending with a line feed.
pub fn render(spec: &Spec) -> String {
    let mut page = String::new();
    // Infallible on a `String`.
    let _ = write(spec, &mut page);
    page
}

fn write(spec: &Spec, page: &mut String) -> fmt::Result {
    let (number, title) = (spec.number, escaped(&spec.title));
    writeln!(page, "# Runbook: SPEC {number} {title}\n")?;
    writeln!(
        page,
        "Made of the document by `specd generate runbook`; make it again when the document changes. The queries need the rules of `specd generate prometheus`.\n"
    )?;
    facts(spec, page)?;
    writeln!(page, "\n## Alerts\n")?;
    for alert in rules::alerts(spec, None) {
        explain(&alert, page)?;
    }
    first_looks(spec, page)?;
    going_back(spec, page)
}

fn facts(spec: &Spec, page: &mut String) -> fmt::Result {
    writeln!(page, "| | |\n|---|---|")?;
    writeln!(page, "| document | {} |", escaped(&spec.path))?;
    let path = spec.collection_path().to_string();
    writeln!(page, "| served at | {} |", escaped(&path))?;
    writeln!(page, "| status | {} |", spec.status.as_str())?;
    for objective in &spec.objectives {
        let words = escaped(&wording::objective(objective));
        writeln!(page, "| objective | {words} |")?;
    }
    let flag = spec.rollout.flag.as_ref();
    let flag = flag.map(|flag| escaped(flag.value.as_str()));
    writeln!(
        page,
        "| feature flag | {} |",
        flag.as_deref().unwrap_or("none")
    )?;
    let link = spec.runbook.as_deref().map(escaped);
    writeln!(
        page,
        "| the team's own runbook | {} |",
        link.as_deref().unwrap_or("none")
    )
}

fn explain(alert: &AlertRule, page: &mut String) -> fmt::Result {
    let labels: Vec<String> = alert
        .labels
        .iter()
        .map(|(_, value)| escaped(value))
        .collect();
    let heading = labels.join(", ");
    let (before, after) = if heading.is_empty() {
        ("", "")
    } else {
        (" (", ")")
    };
    writeln!(page, "### {}{before}{heading}{after}\n", alert.name)?;
    writeln!(
        page,
        "Severity: {}. {}\n",
        alert.urgency.as_str(),
        escaped(&alert.description)
    )?;
    if let Some(pending) = alert.pending {
        writeln!(page, "It fires when this holds for {pending}.\n")?;
    }
    query(page, &alert.expression())
}

fn first_looks(spec: &Spec, page: &mut String) -> fmt::Result {
    let number = spec.number.to_string();
    let of_spec = |metric: String| Selector::of(metric).with(SPEC, &number);
    let count = of_spec(format!("{REQUEST_DURATION}_count")).rate(LOOK);
    let bucket = of_spec(format!("{REQUEST_DURATION}_bucket")).rate(LOOK);
    let wait = Selector::of(format!("{QUEUE_WAIT}_bucket")).rate(LOOK);
    let rejected = of_spec(REJECTED.to_owned()).rate(LOOK);
    writeln!(page, "## First looks\n")?;
    for (question, expression) in [
        (
            "What is answered, and where:",
            format!("sum by ({ROUTE}, {STATUS_CODE}) ({count})"),
        ),
        (
            "Which route is slow, in seconds at the 95th percentile:",
            format!("histogram_quantile(0.95, sum by (le, {ROUTE}) ({bucket}))"),
        ),
        (
            "Whether requests wait for the database, in seconds:",
            format!("histogram_quantile(0.95, sum by (le, queue) ({wait}))"),
        ),
        (
            "What is turned away, and why:",
            format!("sum by (reason) ({rejected})"),
        ),
        (
            "What is left of the error budgets of 30 days:",
            rules::budget_left(spec.number),
        ),
    ] {
        writeln!(page, "{question}\n")?;
        query(page, &expression)?;
    }
    writeln!(
        page,
        "Whether the document has errors, and how far it is rolled out:\n"
    )?;
    let path = shell_word(&spec.path);
    commands(
        page,
        &[
            format!("specd check {path}"),
            "specd rollout status --database URL".to_owned(),
        ],
    )?;
    writeln!(
        page,
        "Each answer has its request's id in `instance` of the problem; the log has the same id. `/readyz` says why a server is not ready.\n"
    )
}

fn going_back(spec: &Spec, page: &mut String) -> fmt::Result {
    writeln!(page, "## Going back\n")?;
    let criteria = &spec.rollout.criteria;
    if criteria.is_empty() {
        writeln!(
            page,
            "The document has no criterion for a rollback. An alert that pages is one.\n"
        )?;
    } else {
        writeln!(page, "The document says when:\n")?;
    }
    for criterion in criteria {
        let words = escaped(&wording::criterion(criterion));
        writeln!(page, "- {words} over {}", Window(criterion.window_seconds))?;
    }
    if !criteria.is_empty() {
        writeln!(page)?;
    }
    let number = spec.number;
    if spec.rollout.flag.is_some() {
        let stages: Vec<String> = spec
            .rollout
            .stages
            .iter()
            .map(|stage| format!("{}%", stage.value))
            .collect();
        writeln!(
            page,
            "Its stages are {}. To the stage before, or to nobody:\n",
            stages.join(", ")
        )?;
        commands(
            page,
            &[
                format!("specd rollout back {number} --database URL"),
                format!("specd rollout set {number} 0 --database URL"),
            ],
        )
    } else {
        writeln!(
            page,
            "The document has no feature flag. Put its last revision back where the servers read it; it is served within a second, and no data is dropped. Then:\n"
        )?;
        commands(page, &[format!("specd check {}", shell_word(&spec.path))])
    }
}

fn query(page: &mut String, expression: &str) -> fmt::Result {
    writeln!(page, "```promql\n{expression}\n```\n")
}

fn commands(page: &mut String, lines: &[String]) -> fmt::Result {
    writeln!(page, "```sh\n{}\n```\n", lines.join("\n"))
}
