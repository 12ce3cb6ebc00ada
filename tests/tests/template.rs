//! The template's own content, with its placeholders filled and its boxes ticked, is served as it stands.

use specd_e2e::{Documents, Server, Storage};
use specd_testkit::sample::template::REQUEST;

#[test]
fn the_template_is_served_as_it_stands() -> anyhow::Result<()> {
    for storage in Storage::each()? {
        let server = Server::start(&Documents::template()?, &storage)?;
        let answer = server.client()?.post("/api/v1/resource", REQUEST)?;
        assert_eq!(answer.status, 200, "{}: {}", storage.name(), answer.text());
        assert_eq!(answer.member("field1"), "value");
        assert_eq!(answer.member("field2"), 123);
        let body = answer.json();
        let names: Vec<_> = body
            .as_object()
            .into_iter()
            .flat_map(|body| body.keys())
            .collect();
        assert_eq!(names, ["created_at", "field1", "field2", "id"]);
        let warned = server.output().text();
        assert!(warned.contains("field3"), "{}: {warned}", storage.name());
        assert!(server.stop()?.success());
    }
    Ok(())
}

#[test]
fn a_caller_without_a_key_stores_nothing() -> anyhow::Result<()> {
    for storage in Storage::each()? {
        let server = Server::start(&Documents::template()?, &storage)?;
        let answer = server.anonymous().post("/api/v1/resource", REQUEST)?;
        assert_eq!(answer.status, 401, "{}", answer.text());
        assert!(answer.header("www-authenticate").is_some());
    }
    Ok(())
}
