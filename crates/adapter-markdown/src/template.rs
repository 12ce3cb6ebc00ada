//! The template, and a document begun from it.

use chrono::NaiveDate;
use specd_domain::name::{SpecNumber, TableName};

/// The template's text.
pub const TEMPLATE: &str = include_str!("template.md");

/// The template with its number, its title and its dates filled in, as a draft. The table is named after the title, so
/// that two documents that were begun like this do not ask for one table.
pub fn fill_template(number: SpecNumber, title: &str, date: NaiveDate) -> String {
    let table = table_name(title);
    let title: Vec<&str> = title.split_whitespace().collect();
    let lines = TEMPLATE.lines().map(|line| match line {
        "# SPEC 0001: [Feature Title]" => format!("# SPEC {number}: {}", title.join(" ")),
        "**Status**: draft | review | approved | deprecated" => "**Status**: draft".to_owned(),
        "**Created**: YYYY-MM-DD" => format!("**Created**: {date}"),
        "**Last Updated**: YYYY-MM-DD" => format!("**Last Updated**: {date}"),
        "CREATE TABLE resource (" => format!("CREATE TABLE {table} ("),
        line => line.to_owned(),
    });
    let mut text: String = lines.collect::<Vec<_>>().join("\n");
    text.push('\n');
    text
}

/// The title's words joined by `_`; the template's own name where that is no name of a table.
fn table_name(title: &str) -> String {
    let lowered = title.to_lowercase();
    let words = lowered
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("_");
    match TableName::new(words) {
        Ok(name) => name.to_string(),
        Err(_) => "resource".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(title: &str, expected: &str) {
        let text = fill_template(SpecNumber(7), title, NaiveDate::default());
        let line = format!("\nCREATE TABLE {expected} (\n");
        assert!(text.contains(&line), "{title}");
    }

    #[test]
    fn the_table_is_named_after_the_title() {
        check("Library Loans (v2)", "library_loans_v2");
        check("3D Prints", "resource");
        check("—", "resource");
    }
}
