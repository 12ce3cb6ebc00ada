//! What is played to an alert: series, and at which steps it must fire.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use specd_adapter_telemetry::rules::{self, AlertRule, Trigger};
use specd_domain::Spec;
use specd_domain::objective::{Indicator, Window};

/// Requests of a step, where there are enough.
const MANY: f64 = 6000.0;
/// What lies clearly on one side of a threshold, and is near it.
const CLEARLY: f64 = 0.02;
/// Steps in the shortest window of an alert.
const STEPS: u32 = 5;
/// How long something lasts, so that the shortest window sees nothing else.
const LONG: usize = STEPS as usize + 2;

/// Series, and what is expected at which steps.
pub(crate) struct Scenario {
    title: String,
    step: Window,
    series: Vec<(String, String)>,
    moments: Vec<(usize, Expected)>,
}

/// What is expected at a step.
enum Expected {
    /// This alert fires, or not, whatever others do.
    One(Box<AlertRule>, bool),
    /// Exactly these fire of all that have their name; their annotations are those for people, so that a template that says
    /// anything else is seen.
    Together(&'static str, Vec<AlertRule>),
}

impl Scenario {
    fn of(alert: &AlertRule, what: &str, step: Window, traffic: &[Traffic]) -> Self {
        let labels = alert.all_labels();
        let labels: Vec<&str> = labels.iter().map(|(_, value)| value.as_str()).collect();
        Self {
            title: format!("{} {}: {what}", alert.name, labels.join(" ")),
            step,
            series: series(alert, traffic),
            moments: Vec::new(),
        }
    }

    fn expecting(mut self, alert: &AlertRule, moments: &[(usize, bool)]) -> Self {
        let moments = moments.iter();
        let one =
            |(step, fires): &(usize, bool)| (*step, Expected::One(Box::new(alert.clone()), *fires));
        self.moments.extend(moments.map(one));
        self
    }

    /// How many expectations it has.
    pub(crate) fn expectations(&self) -> usize {
        self.moments.len()
    }

    /// Turns each expectation round.
    pub(crate) fn expect_the_contrary(&mut self) {
        for (_, expected) in &mut self.moments {
            match expected {
                Expected::One(_, fires) => *fires = !*fires,
                Expected::Together(_, alerts) => alerts.clear(),
            }
        }
    }

    fn json(&self) -> Value {
        let series = self.series.iter();
        let series: Vec<Value> = series
            .map(|(series, values)| json!({"series": series, "values": values}))
            .collect();
        let mut alone = Vec::new();
        let mut together = Vec::new();
        for (step, expected) in &self.moments {
            let time = format!("{}s", self.step.0 as usize * step);
            match expected {
                Expected::One(alert, fires) => alone.push(one(&time, alert, *fires)),
                Expected::Together(name, alerts) => {
                    let alerts: Vec<Value> = alerts.iter().map(told).collect();
                    together
                        .push(json!({"eval_time": time, "alertname": name, "exp_alerts": alerts}));
                }
            }
        }
        json!({
            "name": self.title,
            "interval": format!("{}s", self.step.0),
            "input_series": series,
            "promql_expr_test": alone,
            "alert_rule_test": together,
        })
    }
}

/// Whether the series `ALERTS`, which Prometheus keeps of what fires, holds this alert.
fn one(time: &str, alert: &AlertRule, fires: bool) -> Value {
    let mut labels = labels_of(alert);
    labels.insert("alertname", alert.name.to_owned());
    labels.insert("alertstate", "firing".to_owned());
    let labels: Vec<String> = labels
        .iter()
        .map(|(name, value)| format!("{name}={value:?}"))
        .collect();
    let series = format!("ALERTS{{{}}}", labels.join(","));
    let firing = json!({"labels": series, "value": 1});
    json!({
        "expr": series,
        "eval_time": time,
        "exp_samples": if fires { vec![firing] } else { Vec::new() },
    })
}

fn told(alert: &AlertRule) -> Value {
    let annotations: BTreeMap<_, _> = alert.annotations().into_iter().collect();
    json!({"exp_labels": labels_of(alert), "exp_annotations": annotations})
}

/// The labels of the rule and of the series that it looks at.
fn labels_of(alert: &AlertRule) -> BTreeMap<&'static str, String> {
    let mut labels: BTreeMap<_, _> = alert.all_labels().into_iter().collect();
    if let Trigger::Share {
        indicator: Indicator::SlowerThan(seconds),
        ..
    } = &alert.trigger
    {
        labels.insert("threshold", seconds.normalized().to_plain_string());
    }
    labels
}

/// The files that promtool reads, by their names: one for each step.
pub(crate) fn files(scenarios: &[Scenario]) -> Vec<(String, String)> {
    let steps: BTreeSet<Window> = scenarios.iter().map(|scenario| scenario.step).collect();
    let file = |step: Window| {
        let tests = scenarios.iter().filter(|scenario| scenario.step == step);
        let tests: Vec<Value> = tests.map(Scenario::json).collect();
        let file = json!({
            "rule_files": ["rules.yml"],
            "evaluation_interval": format!("{}s", step.0),
            "tests": tests,
        });
        // To YAML it is the end of a line, even within quotes.
        let text = file.to_string().replace('\u{2028}', "\\u2028");
        (format!("tests-{step}.json"), text)
    };
    steps.into_iter().map(file).collect()
}

/// The scenarios of every alert of a document.
pub(crate) fn all(spec: &Spec, base: Option<&str>) -> Vec<Scenario> {
    let alerts = rules::alerts(spec, base);
    let mut scenarios: Vec<Scenario> = alerts.iter().flat_map(of).collect();
    scenarios.extend(outage(&alerts));
    scenarios
}

/// What comes in each of some steps.
#[derive(Clone, Copy)]
struct Traffic {
    steps: usize,
    requests: f64,
    failed: f64,
    slow: f64,
    is_served: bool,
    has_edges: bool,
}

impl Traffic {
    fn of(requests: f64) -> Self {
        Self {
            steps: LONG,
            requests,
            failed: 0.0,
            slow: 0.0,
            is_served: true,
            has_edges: true,
        }
    }

    /// A share of the requests does what the indicator calls failed.
    fn failing(mut self, indicator: &Indicator, share: f64) -> Self {
        match indicator {
            Indicator::Failed => self.failed = share,
            Indicator::SlowerThan(_) => self.slow = share,
        }
        self
    }
}

fn of(alert: &AlertRule) -> Vec<Scenario> {
    let minute = Window::minutes(1);
    let healthy = Traffic::of(MANY);
    match &alert.trigger {
        Trigger::Share {
            indicator,
            share,
            windows,
        } => {
            let shortest = windows.iter().min().copied().unwrap();
            shares(alert, indicator, &share.to_plain_string(), shortest)
        }
        Trigger::Rate { rate, .. } => {
            let exactly = 60.0 * rate.to_plain_string().parse::<f64>().unwrap();
            let over = Traffic::of(exactly * (1.0 + CLEARLY));
            let under = Traffic::of(exactly * (1.0 - CLEARLY));
            let moments = [(LONG, true), (2 * LONG, false)];
            vec![
                Scenario::of(
                    alert,
                    "more than it takes, then less",
                    minute,
                    &[over, under],
                )
                .expecting(alert, &moments),
            ]
        }
        Trigger::Absent => {
            let gone = Traffic {
                is_served: false,
                ..healthy
            };
            let moments = [
                (LONG - 1, false),
                (2 * LONG + 4, true),
                (3 * LONG + 2, false),
            ];
            vec![
                Scenario::of(
                    alert,
                    "gone and back",
                    minute,
                    &[healthy, gone, gone, healthy],
                )
                .expecting(alert, &moments),
            ]
        }
        Trigger::EdgeAbsent(_) => {
            let another = Traffic {
                has_edges: false,
                ..healthy
            };
            let moments = [(LONG - 1, false), (3 * LONG, true), (4 * LONG, false)];
            let order = [healthy, another, another, healthy];
            vec![
                Scenario::of(alert, "another revision and back", minute, &order)
                    .expecting(alert, &moments),
            ]
        }
    }
}

fn shares(
    alert: &AlertRule,
    indicator: &Indicator,
    share: &str,
    shortest: Window,
) -> Vec<Scenario> {
    let step = Window(shortest.0 / STEPS);
    let exactly: f64 = share.parse().unwrap();
    let over = if exactly == 0.0 {
        CLEARLY
    } else {
        (exactly * (1.0 + CLEARLY)).min(f64::midpoint(1.0, exactly))
    };
    let under = exactly * (1.0 - CLEARLY);
    let healthy = Traffic::of(MANY);
    let at = |share| healthy.failing(indicator, share);
    let fewest = alert.trigger.fewest_requests().unwrap();
    let fewest = f64::from(u32::try_from(fewest).unwrap());
    let few = |part: f64| {
        let requests = fewest * part / f64::from(STEPS);
        Traffic::of(requests).failing(indicator, 1.0)
    };
    let begin = |what, traffic: &[Traffic]| Scenario::of(alert, what, step, traffic);
    vec![
        begin("over the threshold, then well", &[at(over), healthy])
            .expecting(alert, &[(LONG, true), (2 * LONG, false)]),
        begin("under the threshold", &[at(under)]).expecting(alert, &[(LONG, false)]),
        begin("too few requests", &[few(0.6)]).expecting(alert, &[(LONG, false)]),
        begin("just enough requests", &[few(1.3)]).expecting(alert, &[(LONG, true)]),
    ]
}

/// Everything fails and is slow: every alert on shares fires, with the words for people.
fn outage(alerts: &[AlertRule]) -> Option<Scenario> {
    let shares = alerts
        .iter()
        .filter(|alert| matches!(alert.trigger, Trigger::Share { .. }));
    let mut by_name: BTreeMap<&'static str, Vec<AlertRule>> = BTreeMap::new();
    for alert in shares {
        by_name.entry(alert.name).or_default().push(alert.clone());
    }
    let first = alerts.first()?;
    let traffic = Traffic {
        failed: 1.0,
        slow: 1.0,
        ..Traffic::of(MANY)
    };
    let mut scenario = Scenario::of(first, "everything fails", Window::minutes(1), &[traffic]);
    let together = by_name.into_iter();
    let together = together.map(|(name, alerts)| (LONG, Expected::Together(name, alerts)));
    scenario.moments.extend(together);
    Some(scenario)
}

/// The series of the traffic, each as promtool writes them: `0+5x10 _x3`.
fn series(alert: &AlertRule, traffic: &[Traffic]) -> Vec<(String, String)> {
    let spec = alert.spec;
    let labels =
        format!("spec=\"{spec}\",http_request_method=\"GET\",http_route=\"/api/v1/resource\"");
    let named = |name: &str, more: &str| {
        format!("http_server_request_duration_seconds_{name}{{{labels},{more}}}")
    };
    let status = |code: u16| named("count", &format!("http_response_status_code=\"{code}\""));
    let mut all = vec![
        (
            status(200),
            counted(traffic, |it| Some(it.requests * (1.0 - it.failed))),
        ),
        (
            status(503),
            counted(traffic, |it| Some(it.requests * it.failed)),
        ),
        (
            format!("specd_spec_info{{spec=\"{spec}\",revision=\"1\"}}"),
            present(traffic),
        ),
    ];
    let edges = ["0.00005", "5e-05", "0.02", "0.05", "0.1", "0.2", "1.0"];
    // An edge has one spelling in one Prometheus.
    let edges = edges.into_iter().filter(|edge| *edge != "0.00005");
    all.extend(edges.map(|edge| {
        let bucket = named("bucket", &format!("le=\"{edge}\""));
        let within = |it: &Traffic| it.has_edges.then_some(it.requests * (1.0 - it.slow));
        (bucket, counted(traffic, within))
    }));
    all
}

/// A counter that rises by so much in each step.
fn counted(traffic: &[Traffic], rise: impl Fn(&Traffic) -> Option<f64>) -> String {
    let mut total = 0.0;
    let mut values = vec!["0".to_owned()];
    for part in traffic {
        match rise(part) {
            Some(rise) => {
                let first = total + rise;
                values.push(format!("{first}+{rise}x{}", part.steps - 1));
                total += rise * f64::from(u32::try_from(part.steps).unwrap());
            }
            None => values.push(format!("_x{}", part.steps)),
        }
    }
    values.join(" ")
}

fn present(traffic: &[Traffic]) -> String {
    let mut values = vec!["1".to_owned()];
    for part in traffic {
        let value = if part.is_served { "1+0x" } else { "_x" };
        let more = if part.is_served {
            part.steps - 1
        } else {
            part.steps
        };
        values.push(format!("{value}{more}"));
    }
    values.join(" ")
}
