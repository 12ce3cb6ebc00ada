//! Reading of whole blocks: what each construct becomes, and what each mistake underlines.

mod constructs;
mod hostile;
mod mistakes;

use specd_domain::diagnostic::Diagnostic;
use specd_domain::rule::Expr;
use specd_domain::table::Table;

use crate::block::FencedText;

/// Reads a block.
fn read(text: &str) -> (Option<Table>, Vec<Diagnostic>) {
    let fenced = FencedText::of(text);
    let mut findings = Vec::new();
    let table = super::read(fenced.as_block(), &mut findings);
    (table, findings)
}

/// A table from a block without mistakes.
#[track_caller]
fn table(text: &str) -> Table {
    let (table, findings) = read(text);
    assert!(findings.is_empty(), "{text}\n{findings:#?}");
    table.unwrap()
}

/// Each finding as its code and the text it underlines.
fn found(text: &str) -> Vec<(String, String)> {
    read(text)
        .1
        .iter()
        .map(|finding| {
            let underlined = text
                .get(finding.primary.start..finding.primary.end)
                .unwrap();
            (finding.code.to_string(), underlined.to_owned())
        })
        .collect()
}

/// The block has exactly this mistake.
#[track_caller]
fn mistake(text: &str, code: &str, underlined: &str) {
    assert_eq!(
        found(text),
        [(code.to_owned(), underlined.to_owned())],
        "{text}"
    );
}

/// The expression of the only `CHECK` of a table with columns of every kind.
#[track_caller]
fn check(expression: &str) -> Expr {
    let table = table(&with_check(expression));
    assert_eq!(table.checks.len(), 1);
    table.checks[0].expr.value.clone()
}

fn with_check(expression: &str) -> String {
    format!(
        "CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT, s TEXT, d DATE, ok BOOLEAN, CHECK ({expression}))"
    )
}
