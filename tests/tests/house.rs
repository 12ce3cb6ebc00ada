//! The house is in order: who imports whom, which licences we link, what `cargo xtask tidy` finds besides.

use specd_xtask::tidy::{self, Finding, SourceFile};

#[track_caller]
fn nothing(findings: &[Finding]) {
    let lines: Vec<_> = findings.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
}

fn check(find: fn(&[SourceFile]) -> Vec<Finding>) -> anyhow::Result<()> {
    nothing(&find(&tidy::project_files()?));
    Ok(())
}

#[test]
fn every_crate_imports_what_the_table_lets_it() -> anyhow::Result<()> {
    nothing(&tidy::imports::findings(&tidy::metadata::read()?));
    Ok(())
}

#[test]
fn what_is_linked_has_a_licence_that_goes_with_ours_and_no_known_fault() -> anyhow::Result<()> {
    nothing(&tidy::linked::findings(&tidy::metadata::read()?));
    Ok(())
}

#[test]
fn clock_environment_files_and_randomness_are_banned_and_lints_are_on() -> anyhow::Result<()> {
    check(tidy::bans::findings)
}

#[test]
fn every_diagnostic_code_has_a_page_and_every_page_a_code() -> anyhow::Result<()> {
    check(tidy::diagnostics::findings)
}

#[test]
fn files_are_named_and_sized_as_the_house_wants_them() -> anyhow::Result<()> {
    check(tidy::files::findings)
}

#[test]
fn pages_are_short_and_their_links_lead_somewhere() -> anyhow::Result<()> {
    check(tidy::pages::findings)
}

#[test]
fn no_promise_and_no_switched_off_test_is_left_behind() -> anyhow::Result<()> {
    check(tidy::words::findings)
}
