//! Where documents stand, as JSON: for `/specs/<number>.json` and for `specd status --format json`. Numbers that have
//! decimals are texts, so that every digit is there; counts are numbers.

use serde::Serialize;
use specd_domain::objective::{
    BurnRate, DocumentStanding, Measure, Objective, Period, Spending, Standing, plain,
};
use specd_domain::rollout::Rollout;

#[derive(Serialize)]
struct DocumentBody<'a> {
    spec: String,
    title: &'a str,
    resource: &'a str,
    status: &'static str,
    revision: Option<u32>,
    rollout: RolloutBody<'a>,
    counted: Option<PeriodBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
    objectives: Vec<ObjectiveBody>,
    links: LinksBody<'a>,
}

#[derive(Serialize)]
struct RolloutBody<'a> {
    flag: Option<&'a str>,
    percent: Option<u8>,
    stages: Vec<u8>,
    phases: Vec<PhaseBody>,
}

#[derive(Serialize)]
struct PhaseBody {
    phase: usize,
    ticked: u32,
    total: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum PeriodBody {
    /// RFC 3339, in UTC.
    Since(String),
    /// As in `30d`.
    Last(String),
}

#[derive(Serialize)]
struct ObjectiveBody {
    objective: String,
    kind: &'static str,
    percentile: Option<String>,
    threshold: String,
    unit: &'static str,
    state: &'static str,
    total: Option<u64>,
    good: Option<u64>,
    budget: Option<String>,
    budget_left: Option<String>,
    burn_rate: Option<String>,
    burn_rates: Vec<BurnRateBody>,
}

#[derive(Serialize)]
struct BurnRateBody {
    limit: String,
    severity: &'static str,
    is_exceeded: bool,
    windows: [WindowBody; 2],
}

#[derive(Serialize)]
struct WindowBody {
    window: String,
    burn_rate: Option<String>,
}

/// Paths are seen from the server, that of the document from where it was read.
#[derive(Serialize)]
struct LinksBody<'a> {
    document: &'a str,
    collection: String,
    reference: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    runbook: Option<&'a str>,
}

/// One document; the note says what its reader could do.
pub fn document(standing: &DocumentStanding, note: Option<&'static str>) -> String {
    // Texts and numbers alone: there is nothing that could not be written.
    serde_json::to_string(&body(standing, note)).unwrap_or_default()
}

/// An array of documents.
pub fn documents(standings: &[DocumentStanding]) -> String {
    let bodies: Vec<_> = standings.iter().map(|one| body(one, None)).collect();
    serde_json::to_string(&bodies).unwrap_or_default()
}

fn body<'a>(standing: &'a DocumentStanding, note: Option<&'static str>) -> DocumentBody<'a> {
    let spec = &*standing.spec;
    DocumentBody {
        spec: spec.number.to_string(),
        title: &spec.title,
        resource: spec.collection.as_str(),
        status: spec.status.as_str(),
        revision: standing.revision,
        rollout: rollout(&spec.rollout, standing.percent),
        counted: standing.period.map(period),
        note,
        objectives: standing.objectives.iter().map(objective).collect(),
        links: LinksBody {
            document: &spec.path,
            collection: spec.collection_path().to_string(),
            reference: format!("/docs/{}", spec.number),
            runbook: spec.runbook.as_deref(),
        },
    }
}

fn rollout(rollout: &Rollout, percent: Option<u8>) -> RolloutBody<'_> {
    let phases = rollout.phases.iter().enumerate();
    RolloutBody {
        flag: rollout.flag.as_ref().map(|flag| flag.value.as_str()),
        percent,
        stages: rollout.stages.iter().map(|stage| stage.value).collect(),
        phases: phases
            .map(|(number, ticks)| PhaseBody {
                phase: number + 1,
                ticked: ticks.ticked,
                total: ticks.total,
            })
            .collect(),
    }
}

fn period(period: Period) -> PeriodBody {
    match period {
        Period::Since(since) => PeriodBody::Since(since.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
        Period::Last(window) => PeriodBody::Last(window.to_string()),
    }
}

fn objective(standing: &Standing) -> ObjectiveBody {
    let objective = &standing.objective;
    let good = standing.requests.zip(standing.failed);
    ObjectiveBody {
        objective: objective.to_string(),
        kind: kind(objective),
        percentile: objective
            .percentile
            .map(|percentile| percentile.to_string()),
        threshold: plain(&objective.target),
        unit: unit(objective),
        state: standing.state.as_str(),
        total: standing.requests,
        good: good.map(|(requests, failed)| requests.saturating_sub(failed)),
        budget: standing.budget.as_ref().map(|budget| plain(&budget.share)),
        budget_left: standing.left.as_ref().map(plain),
        burn_rate: standing.burn.as_ref().map(plain),
        burn_rates: standing.spending.iter().map(burn_rate).collect(),
    }
}

const fn kind(objective: &Objective) -> &'static str {
    match objective.measure {
        Measure::Latency => "latency",
        Measure::Throughput => "throughput",
        Measure::ErrorRate => "error_rate",
        Measure::Availability => "availability",
    }
}

const fn unit(objective: &Objective) -> &'static str {
    match objective.measure {
        Measure::Latency => "ms",
        Measure::Throughput => "req/sec",
        Measure::ErrorRate | Measure::Availability => "%",
    }
}

fn burn_rate(spending: &Spending) -> BurnRateBody {
    let BurnRate { long, short, .. } = spending.rate;
    BurnRateBody {
        limit: plain(&spending.rate.factor()),
        severity: spending.rate.urgency.as_str(),
        is_exceeded: spending.is_exceeded,
        windows: [
            WindowBody {
                window: long.to_string(),
                burn_rate: spending.long.as_ref().map(plain),
            },
            WindowBody {
                window: short.to_string(),
                burn_rate: spending.short.as_ref().map(plain),
            },
        ],
    }
}
