//! The README's picture of a trace: drawn from one that arrived, and held against one that arrives now.

#![expect(
    clippy::disallowed_methods,
    reason = "the picture is a file of the project"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use opentelemetry_proto::tonic::trace::v1::Span;
use specd_e2e::Storage;

use crate::Traced;
use specd_e2e::collector::{Collector, Manner, Trace};

const FILE: &str = "docs/operations/trace.svg";
const REFRESH: &str =
    "SPECD_REFRESH=1 cargo nextest run --package specd-e2e --test traces the_picture";
const WIDTH: u64 = 960;
/// Where the bars begin, and how wide the whole trace is.
const LEFT: u64 = 250;
const SPAN: u64 = 610;
const ROW: u64 = 26;
const TOP: u64 = 48;

/// The spans below one another as they began, with their depths.
fn rows<'t>(trace: &'t Trace, parent: &'t Span, depth: u64, rows: &mut Vec<(u64, &'t Span)>) {
    rows.push((depth, parent));
    let mut below: Vec<&Span> = trace
        .spans
        .iter()
        .filter(|span| span.parent_span_id == parent.span_id)
        .collect();
    below.sort_by_key(|span| span.start_time_unix_nano);
    for span in below {
        self::rows(trace, span, depth + 1, rows);
    }
}

fn draw(rows: &[(u64, &Span)]) -> String {
    let Some((_, whole)) = rows.first() else {
        return String::new();
    };
    let (from, all) = (whole.start_time_unix_nano, length(whole).max(1));
    let height = TOP + ROW * u64::try_from(rows.len()).unwrap() + 16;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"ui-sans-serif, system-ui, \
         sans-serif\" font-size=\"13\" role=\"img\" aria-label=\"A trace of a create, step by step\">\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" rx=\"8\" fill=\"#ffffff\" stroke=\"#d0d7de\"/>\n\
         <text x=\"16\" y=\"28\" font-weight=\"600\" fill=\"#1f2328\">{}: {}</text>\n",
        whole.name,
        time(all)
    );
    for (at, (depth, span)) in rows.iter().enumerate() {
        let y = TOP + ROW * u64::try_from(at).unwrap();
        let x = LEFT + span.start_time_unix_nano.saturating_sub(from) * SPAN / all;
        let width = (length(span) * SPAN / all).max(2);
        let colour = match span.name.as_str() {
            name if name.starts_with("INSERT") => "#8250df",
            "queue" | "capacity" => "#bf8700",
            _ => "#0969da",
        };
        let (name_x, text_y) = (16 + 14 * depth, y + 15);
        let _ = writeln!(
            svg,
            "<text x=\"{name_x}\" y=\"{text_y}\" fill=\"#1f2328\">{}</text>\
             <rect x=\"{x}\" y=\"{}\" width=\"{width}\" height=\"12\" rx=\"2\" fill=\"{colour}\"/>\
             <text x=\"{}\" y=\"{text_y}\" font-size=\"11\" fill=\"#59636e\">{}</text>",
            span.name,
            y + 5,
            x + width + 6,
            time(length(span))
        );
    }
    svg.push_str("</svg>\n");
    svg
}

fn length(span: &Span) -> u64 {
    span.end_time_unix_nano
        .saturating_sub(span.start_time_unix_nano)
}

fn time(nanos: u64) -> String {
    let micros = nanos.div_ceil(1_000);
    if micros < 1_000 {
        format!("{micros} µs")
    } else {
        format!("{}.{:02} ms", micros / 1_000, micros % 1_000 / 10)
    }
}

#[test]
fn the_picture_of_the_readme_has_the_steps_of_a_create() {
    let collector = Collector::start(Manner::Takes);
    let storage = Storage::postgres().unwrap();
    let traced = Traced::on(storage, &collector.base(), &["--trace-ratio", "1"]);
    // The last finds everything prepared, as most do.
    for _ in 0..20 {
        assert_eq!(traced.create(&[]).status, 200);
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(FILE);
    let trace = collector.wait_for(|spans| {
        let mut roots: Vec<&Span> = spans
            .iter()
            .filter(|span| span.name == crate::ROUTE)
            .collect();
        roots.sort_by_key(|span| span.start_time_unix_nano);
        let last = (roots.len() == 20).then(|| roots.pop()).flatten()?;
        let of_trace = spans.iter().filter(|span| span.trace_id == last.trace_id);
        Some(Trace {
            root: last.clone(),
            spans: of_trace.cloned().collect(),
        })
    });
    let mut all = Vec::new();
    rows(&trace, &trace.root, 0, &mut all);
    if std::env::var_os("SPECD_REFRESH").is_some() {
        fs::write(&file, draw(&all)).unwrap();
    }
    let picture = fs::read_to_string(&file).unwrap();
    let mut steps = all.iter().map(|(_, span)| span.name.as_str());
    // Two steps may begin in the same microsecond: their order is not compared.
    assert!(
        steps.all(|step| picture.contains(&format!(">{step}</text>"))),
        "{FILE} lacks a step; draw it again: {REFRESH}"
    );
    let drawn = picture.matches("<rect x=").count();
    assert_eq!(
        drawn,
        all.len(),
        "{FILE} has other steps; draw it again: {REFRESH}"
    );
}
