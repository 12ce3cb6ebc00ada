//! What follows from SPEC 0001, as the binary writes it.

#![expect(clippy::disallowed_methods, reason = "promtool reads files")]

use std::path::Path;

use specd_e2e::{Documents, binary, documents};
use specd_testkit::prometheus::{finished, promtool};

/// Where the documents are whose links the tests follow.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn generated(place: &Path, arguments: &[&str]) -> anyhow::Result<(String, String)> {
    let output = binary::command()?
        .current_dir(place)
        .arg("generate")
        .args(arguments)
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    anyhow::ensure!(output.status.success(), "{said}");
    Ok((String::from_utf8(output.stdout)?, said))
}

#[test]
fn the_rules_of_spec_0001() -> anyhow::Result<()> {
    let base = "https://git.example.org/specd/blob/main";
    let (rules, said) = generated(Path::new(ROOT), &["prometheus", "--link-base", base])?;
    assert_eq!(said, "");
    let place = tempfile::tempdir()?;
    let file = place.path().join("rules.yml");
    std::fs::write(&file, &rules)?;
    finished(promtool()?.args(["check", "rules"]).arg(&file))?;
    insta::assert_snapshot!(rules);
    Ok(())
}

#[test]
fn the_dashboard_of_spec_0001() -> anyhow::Result<()> {
    let (dashboard, said) = generated(Path::new(ROOT), &["grafana"])?;
    assert_eq!(said, "");
    serde_json::from_str::<serde_json::Value>(&dashboard)?;
    insta::assert_snapshot!(dashboard);
    Ok(())
}

#[test]
fn the_runbook_of_spec_0001() -> anyhow::Result<()> {
    let document = "docs/architecture/specs/0001-resource.md";
    let (runbook, said) = generated(Path::new(ROOT), &["runbook", document])?;
    assert_eq!(said, "");
    insta::assert_snapshot!(runbook);
    Ok(())
}

#[test]
fn what_is_not_served_has_no_rules() -> anyhow::Result<()> {
    let draft = documents::template().replace("**Status**: approved", "**Status**: draft");
    let documents = Documents::of(&[("0001-resource.md", &draft)])?;
    let (rules, said) = generated(documents.path(), &["prometheus", "."])?;
    assert_eq!(rules, "groups: []\n");
    assert!(said.contains("its status is `draft`"), "{said}");
    Ok(())
}
