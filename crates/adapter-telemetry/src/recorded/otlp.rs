//! OTLP as JSON ("JSON Protobuf Encoding" of its specification): ids in hexadecimal, 64-bit numbers as texts.

use serde_json::Value;
use specd_app::flows::Time;

use super::{Facts, Read, list, span_id, trace_id, whole};

/// The spans of a message; `None` where it is none.
pub(super) fn spans(message: &Value) -> Option<Vec<Read>> {
    message.get("resourceSpans")?.as_array()?;
    let resources = list(message, "resourceSpans").iter();
    let scopes = resources.flat_map(|resource| list(resource, "scopeSpans"));
    let spans = scopes.flat_map(|scope| list(scope, "spans"));
    Some(spans.filter_map(read).collect())
}

fn read(span: &Value) -> Option<Read> {
    let mut facts = Facts::default();
    for attribute in list(span, "attributes") {
        let value = attribute.get("value");
        // The one member of it says of which type it is.
        let value = value.and_then(|value| value.as_object()?.values().next());
        if let Some((name, value)) = attribute.get("key").and_then(Value::as_str).zip(value) {
            facts.take(name, value);
        }
    }
    Some(Read {
        trace: trace_id(span.get("traceId")?)?,
        id: span_id(span.get("spanId")?)?,
        parent: span.get("parentSpanId").and_then(span_id),
        name: span.get("name")?.as_str()?.to_owned(),
        time: Time {
            start_ns: whole(span.get("startTimeUnixNano")?)?,
            end_ns: whole(span.get("endTimeUnixNano")?)?,
        },
        facts,
    })
}
