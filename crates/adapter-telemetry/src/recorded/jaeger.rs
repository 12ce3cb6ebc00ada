//! What Jaeger's page downloads: the answer of its query service, with times in microseconds.

use serde_json::Value;
use specd_app::flows::Time;

use super::{Facts, Read, list, span_id, trace_id, whole};

/// The spans of a download; `None` where it is none.
pub(super) fn spans(download: &Value) -> Option<Vec<Read>> {
    let traces = download.get("data")?.as_array()?;
    let is_one = |trace: &Value| trace.get("spans").is_some_and(Value::is_array);
    if !traces.iter().any(is_one) {
        return None;
    }
    let spans = traces.iter().flat_map(|trace| list(trace, "spans"));
    Some(spans.filter_map(read).collect())
}

fn read(span: &Value) -> Option<Read> {
    let mut facts = Facts::default();
    for tag in list(span, "tags") {
        if let Some((name, value)) = tag.get("key").and_then(Value::as_str).zip(tag.get("value")) {
            facts.take(name, value);
        }
    }
    let start_ns = whole(span.get("startTime")?)?.checked_mul(1000)?;
    let took_ns = whole(span.get("duration")?)?.checked_mul(1000)?;
    Some(Read {
        trace: trace_id(span.get("traceID")?)?,
        id: span_id(span.get("spanID")?)?,
        parent: parent(span),
        name: span.get("operationName")?.as_str()?.to_owned(),
        time: Time {
            start_ns,
            end_ns: start_ns.checked_add(took_ns)?,
        },
        facts,
    })
}

/// A link leads elsewhere, and is a reference too.
fn parent(span: &Value) -> Option<u64> {
    let references = list(span, "references").iter();
    let mut parents = references
        .filter(|reference| reference.get("refType").and_then(Value::as_str) == Some("CHILD_OF"));
    span_id(parents.next()?.get("spanID")?)
}
