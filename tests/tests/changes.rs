//! Changes of documents that the database stands in the way of: each is told with its code, and nothing of it is done.

use std::fs;
use std::time::Duration;

use specd_e2e::{Documents, Server, Storage, documents};
use specd_testkit::sample::template::REQUEST;

const FILE: &str = "0001-resource.md";
const INDEX: &str = "\n\nCREATE INDEX first_idx ON resource (field1);\n```\n\n### Flow";

/// Waits until the server speaks of a code; what it has said so far is the error.
fn wait_for(server: &Server, code: &str) -> anyhow::Result<()> {
    let limit = Duration::from_secs(10);
    let output = server.output();
    let told = output.wait_for(limit, |line| line.contains(code).then_some(()));
    anyhow::ensure!(told.is_some(), "nothing of {code}:\n{}", output.text());
    Ok(())
}

/// The template's document as SPEC 0002, on a collection of its own, over the table of the first.
fn orders() -> String {
    indexed()
        .replace("SPEC 0001", "SPEC 0002")
        .replace("/api/v1/resource", "/api/v1/orders")
}

/// The template's document with an index.
fn indexed() -> String {
    documents::template().replacen("\n```\n\n### Flow", INDEX, 1)
}

/// Takes the first document away and puts another in its place.
fn replace(documents: &Documents, text: &str) -> anyhow::Result<()> {
    fs::remove_file(documents.path().join(FILE))?;
    documents.write("0002-orders.md", text)?;
    Ok(())
}

#[test]
fn a_change_that_is_not_applied_by_itself_is_refused() -> anyhow::Result<()> {
    for storage in Storage::each()? {
        let documents = Documents::template()?;
        let server = Server::start(&documents, &storage)?;
        let shorter = documents::template().replace("VARCHAR(255)", "VARCHAR(9)");
        documents.write(FILE, &shorter)?;
        wait_for(&server, "SD0695")?;
        let answer = server.client()?.post("/api/v1/resource", REQUEST)?;
        assert_eq!(answer.header("spec"), Some("0001; rev=1"));
    }
    Ok(())
}

#[test]
fn a_table_that_is_not_the_documents_is_left_alone() -> anyhow::Result<()> {
    for storage in Storage::each()? {
        let documents = Documents::template()?;
        let server = Server::start(&documents, &storage)?;
        replace(&documents, &orders())?;
        wait_for(&server, "SD0696")?;
        let answer = server.client()?.post("/api/v1/orders", REQUEST)?;
        assert_eq!(answer.status, 404, "{}", answer.text());
    }
    Ok(())
}

#[test]
fn a_change_that_the_database_refuses_is_told_at_the_table() -> anyhow::Result<()> {
    for storage in Storage::each()? {
        let documents = Documents::of(&[(FILE, &indexed())])?;
        let server = Server::start(&documents, &storage)?;
        let index_again = orders()
            .replace("CREATE TABLE resource", "CREATE TABLE orders")
            .replace("ON resource", "ON orders");
        replace(&documents, &index_again)?;
        wait_for(&server, "SD0697")?;
        let answer = server.client()?.post("/api/v1/orders", REQUEST)?;
        assert_eq!(answer.status, 404, "{}", answer.text());
    }
    Ok(())
}
