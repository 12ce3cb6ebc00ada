//! The template, and a document begun from it.

use chrono::NaiveDate;
use specd_domain::name::SpecNumber;

/// The template's text.
pub const TEMPLATE: &str = include_str!("template.md");

/// The template with its number, its title and its dates filled in, as a draft.
pub fn fill_template(number: SpecNumber, title: &str, date: NaiveDate) -> String {
    let title: Vec<&str> = title.split_whitespace().collect();
    let lines = TEMPLATE.lines().map(|line| match line {
        "# SPEC 0001: [Feature Title]" => format!("# SPEC {number}: {}", title.join(" ")),
        "**Status**: draft | review | approved | deprecated" => "**Status**: draft".to_owned(),
        "**Created**: YYYY-MM-DD" => format!("**Created**: {date}"),
        "**Last Updated**: YYYY-MM-DD" => format!("**Last Updated**: {date}"),
        line => line.to_owned(),
    });
    let mut text: String = lines.collect::<Vec<_>>().join("\n");
    text.push('\n');
    text
}
