//! Panels: what is asked, how it is drawn, and where it stands.

use bigdecimal::BigDecimal;
use serde_json::{Number, Value, json};

use crate::promql::Selector;
use crate::wording::plain;

/// Grafana's own word for a window of at least four scrapes.
const WINDOW: &str = "$__rate_interval";
/// Columns of a dashboard.
const COLUMNS: u32 = 24;
const WIDTH: u32 = 8;
const HEIGHT: u32 = 8;

/// `rate(…[$__rate_interval])`.
pub(super) fn rate(selector: &Selector) -> String {
    format!("rate({selector}[{WINDOW}])")
}

/// `increase(…[$__rate_interval])`.
pub(super) fn increase(selector: &Selector) -> String {
    format!("increase({selector}[{WINDOW}])")
}

/// The Prometheus that is chosen above the dashboard.
pub(super) fn datasource() -> Value {
    json!({"type": "prometheus", "uid": "${datasource}"})
}

/// A panel.
#[derive(Clone, Debug)]
pub(super) struct Panel {
    kind: &'static str,
    title: &'static str,
    unit: &'static str,
    targets: Vec<Value>,
    /// The colour from each value on.
    steps: Vec<(BigDecimal, &'static str)>,
    is_bad_below: bool,
}

impl Panel {
    fn new(kind: &'static str, title: &'static str, unit: &'static str) -> Self {
        Self {
            kind,
            title,
            unit,
            targets: Vec::new(),
            steps: Vec::new(),
            is_bad_below: false,
        }
    }

    /// Lines over time.
    pub(super) fn lines(title: &'static str, unit: &'static str) -> Self {
        Self::new("timeseries", title, unit)
    }

    /// Numbers of now.
    pub(super) fn gauge(title: &'static str, unit: &'static str) -> Self {
        Self::new("stat", title, unit)
    }

    /// How many fell into each bucket.
    pub(super) fn heat_map(title: &'static str, unit: &'static str) -> Self {
        Self::new("heatmap", title, unit)
    }

    /// Asks, and names what comes back.
    pub(super) fn query(self, expression: &str, legend: &str) -> Self {
        self.target(expression, legend, "time_series")
    }

    /// Asks for buckets.
    pub(super) fn heat(self, expression: &str) -> Self {
        self.target(expression, "{{le}}", "heatmap")
    }

    fn target(mut self, expression: &str, legend: &str, format: &str) -> Self {
        // A to Z; no panel asks more.
        let name = u8::try_from(self.targets.len()).map_or('Z', |at| char::from(b'A' + at.min(25)));
        self.targets.push(json!({
            "refId": name.to_string(),
            "datasource": datasource(),
            "editorMode": "code",
            "expr": expression,
            "format": format,
            "legendFormat": legend,
        }));
        self
    }

    /// A line at a value, above which it is red.
    pub(super) fn threshold(mut self, value: &BigDecimal) -> Self {
        self.steps.push((value.clone(), "red"));
        self
    }

    /// Red where nothing is left, green from a quarter on.
    pub(super) fn of_what_is_left(mut self) -> Self {
        self.is_bad_below = true;
        self.steps = vec![
            (BigDecimal::from(0), "yellow"),
            (BigDecimal::new(25.into(), 2), "green"),
        ];
        self
    }

    fn json(&self, id: u32, x: u32, y: u32) -> Value {
        let base = if self.is_bad_below { "red" } else { "green" };
        let mut steps: Vec<_> = self.steps.iter().collect();
        steps.sort();
        let mut drawn = vec![json!({"value": null, "color": base})];
        drawn.extend(
            steps
                .into_iter()
                .map(|(at, colour)| json!({"value": number(at), "color": colour})),
        );
        let has_lines = self.kind == "timeseries" && !self.steps.is_empty();
        let style = if has_lines { "line" } else { "off" };
        let mut custom = json!({});
        if self.kind == "timeseries" {
            custom = json!({"thresholdsStyle": {"mode": style}, "fillOpacity": 10, "showPoints": "never"});
        }
        json!({
            "id": id,
            "type": self.kind,
            "title": self.title,
            "datasource": datasource(),
            "gridPos": {"x": x, "y": y, "w": WIDTH, "h": HEIGHT},
            "targets": self.targets,
            "fieldConfig": {
                "defaults": {
                    "unit": self.unit,
                    "custom": custom,
                    "thresholds": {"mode": "absolute", "steps": drawn},
                },
                "overrides": [],
            },
            "options": self.options(),
        })
    }

    fn options(&self) -> Value {
        match self.kind {
            "heatmap" => json!({
                "calculate": false,
                "yAxis": {"unit": self.unit},
                "color": {"mode": "scheme", "scheme": "Oranges", "steps": 64},
                "cellGap": 1,
            }),
            "stat" => json!({
                "colorMode": "value",
                "graphMode": "none",
                "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": false},
            }),
            _ => {
                json!({"legend": {"displayMode": "list", "placement": "bottom", "showLegend": true}})
            }
        }
    }
}

/// A decimal as JSON has it.
fn number(decimal: &BigDecimal) -> Option<Number> {
    serde_json::from_str(&plain(decimal)).ok()
}

/// Where the next panel stands: three in a line, below the row of their document.
#[derive(Debug, Default)]
pub(super) struct Place {
    id: u32,
    x: u32,
    y: u32,
}

impl Place {
    /// A row with a title.
    pub(super) fn row(&mut self, title: &str) -> Value {
        self.new_line();
        self.id += 1;
        let y = self.y;
        self.y += 1;
        json!({
            "id": self.id,
            "type": "row",
            "title": title,
            "collapsed": false,
            "gridPos": {"x": 0, "y": y, "w": COLUMNS, "h": 1},
            "panels": [],
        })
    }

    /// A panel beside the one before, or below.
    pub(super) fn put(&mut self, panel: &Panel) -> Value {
        if self.x + WIDTH > COLUMNS {
            self.new_line();
        }
        self.id += 1;
        let drawn = panel.json(self.id, self.x, self.y);
        self.x += WIDTH;
        drawn
    }

    fn new_line(&mut self) {
        if self.x > 0 {
            self.x = 0;
            self.y += HEIGHT;
        }
    }
}
