//! A plot of one ratio: a bar a round, a line for what must be and one for what should. It is readable on light and on
//! dark pages.

use std::fmt::Write as _;

use super::targets::Verdict;

const WIDTH: f64 = 640.0;
const LEFT: f64 = 84.0;
const BAR: f64 = 18.0;
const GAP: f64 = 8.0;
const TOP: f64 = 56.0;

/// The picture, as SVG.
pub(super) fn svg(verdict: &Verdict) -> String {
    let target = &verdict.target;
    let marks = [("must", target.must), ("aim", target.aim)];
    let highest = marks
        .iter()
        .map(|(_, mark)| *mark)
        .chain(verdict.rounds.iter().copied())
        .fold(0.0, f64::max);
    let scale = (WIDTH - LEFT - 90.0) / highest.max(f64::MIN_POSITIVE);
    let mut bars = String::new();
    let mut y = TOP;
    for (round, value) in (1..).zip(&verdict.rounds) {
        // Writing to a String cannot fail.
        let _ = writeln!(
            bars,
            "<text class=\"ink\" x=\"{}\" y=\"{}\" text-anchor=\"end\">round {round}</text>\n\
             <rect class=\"bar\" x=\"{LEFT}\" y=\"{y}\" width=\"{:.1}\" height=\"{BAR}\"/>\n\
             <text class=\"ink\" x=\"{:.1}\" y=\"{}\">{}</text>",
            LEFT - 8.0,
            y + 13.0,
            value * scale,
            LEFT + value * scale + 6.0,
            y + 13.0,
            verdict.shown(*value),
        );
        y += BAR + GAP;
    }
    let mut lines = String::new();
    for (name, mark) in marks {
        let x = LEFT + mark * scale;
        // The two words stand on lines of their own: the marks may be close.
        let height = if name == "must" { 46.0 } else { 34.0 };
        let _ = writeln!(
            lines,
            "<line class=\"{name}\" x1=\"{x:.1}\" y1=\"{height}\" x2=\"{x:.1}\" y2=\"{y}\"/>\n\
             <text class=\"ink\" x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{name} {}</text>",
            height - 3.0,
            escaped(&verdict.mark(mark)),
        );
    }
    let height = y + 8.0;
    let title = escaped(target.name);
    let told = format!(
        "{title}: {}",
        escaped(&verdict.shown(verdict.spread.median))
    );
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" role=\"img\" aria-label=\"{told}\">\n\
         <title>{told}</title>\n{STYLE}\n\
         <text class=\"ink name\" x=\"8\" y=\"18\">{title}</text>\n{bars}{lines}</svg>\n"
    )
}

const STYLE: &str = "<style>
text { font: 12px system-ui, sans-serif } .name { font-weight: 600; font-size: 14px }
.ink { fill: #24292f } .bar { fill: #2f6f9f }
.must { stroke: #b3261e; stroke-width: 2 } .aim { stroke: #2e7d32; stroke-width: 2; stroke-dasharray: 5 4 }
@media (prefers-color-scheme: dark) {
  .ink { fill: #e6edf3 } .bar { fill: #6cb0e0 } .must { stroke: #ff8a80 } .aim { stroke: #81c784 }
}
</style>";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('`', "")
}

#[cfg(test)]
mod tests {
    use super::super::figures::Figures;
    use super::super::targets::verdicts;
    use super::*;

    #[test]
    fn a_plot_has_a_bar_a_round_and_both_marks() {
        let mut figures = Figures::default();
        for (create, insert) in [(30.0, 10.0), (25.0, 10.0)] {
            figures.note("specd create rps", create);
            figures.note("pgbench INSERT rps", insert);
        }
        let verdicts = verdicts(&figures);
        let svg = svg(&verdicts[0]);
        assert_eq!(svg.matches("<rect class=\"bar\"").count(), 2);
        assert!(
            svg.contains("must ≥ 2<") && svg.contains("aim ≥ 3<"),
            "{svg}"
        );
        assert!(svg.contains("prefers-color-scheme: dark"));
        assert!(svg.contains(">2.50</text>"));
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(escaped("a < `b` & \"c\""), "a &lt; b &amp; &quot;c&quot;");
    }
}
