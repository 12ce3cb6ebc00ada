//! The description of the API, held against what it describes: the examples, the bodies that are taken and refused, the
//! answers of a running server.

#![expect(
    clippy::indexing_slicing,
    reason = "a test may fail loudly, and its cases are data"
)]

mod answers;
mod description;
mod strictness;

use description::Description;

/// The documents of these tests: their files, by name.
const OBSERVATORY: [(&str, &str); 2] = [
    (
        "0001-stations.md",
        include_str!("../../documents/0001-stations.md"),
    ),
    (
        "0002-readings.md",
        include_str!("../../documents/0002-readings.md"),
    ),
];
const RESOURCE: [(&str, &str); 1] = [(
    "0001-resource.md",
    include_str!("../../../docs/architecture/specs/0001-resource.md"),
)];

/// What `specd generate openapi` says of documents.
fn generated(documents: &specd_e2e::Documents) -> anyhow::Result<Description> {
    let output = specd_e2e::binary::command()?
        .args(["generate", "openapi"])
        .arg(documents.path())
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "{said}");
    Ok(Description(serde_json::from_slice(&output.stdout)?))
}
