//! The server's own pages, and its life.

use std::sync::Arc;

use specd_app::catalog::{Catalog, ServedSpec};
use specd_domain::name::{CollectionName, SpecNumber};

use crate::client::{Answer, Request};
use crate::orders::{PATH, orders_spec};
use crate::world::World;

/// A page that runs, draws and asks nothing but what is ours.
#[track_caller]
fn keeps_to_itself(answer: &Answer) {
    let policy = answer
        .header("content-security-policy")
        .unwrap_or_else(|| panic!("no policy"));
    for rule in [
        "default-src 'none'",
        "style-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(rule), "{rule} in {policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    let html = answer.text();
    for forbidden in [
        "<style",
        "style=",
        " onclick",
        "javascript:",
        "http://",
        "https://",
    ] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    for script in html.split("<script").skip(1) {
        assert!(
            script.starts_with(" src=\"/docs/"),
            "an inline script: {script:.80}"
        );
    }
}

#[test]
fn what_is_served_is_listed() {
    let world = World::new();
    let answer = world.send(Request::new("GET", "/"));
    assert_eq!(answer.status, 200);
    let spec = &answer.json()["specs"][0];
    assert_eq!(spec["spec"], "0001");
    assert_eq!(spec["revision"], 3);
    assert_eq!(spec["endpoints"][0], "POST /api/v1/orders");
    assert_eq!(spec["endpoints"][5], "DELETE /api/v1/orders/{id}");
}

#[test]
fn a_document_is_told_as_it_is_now() {
    let world = World::new();
    let answer = world.send(Request::new("GET", "/specs/0001.json"));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let told = answer.json();
    assert_eq!(told["spec"], "0001");
    assert_eq!(told["resource"], "orders");
    assert_eq!(told["revision"], 3);
    assert_eq!(told["links"]["collection"], PATH);
    assert_eq!(told["counted"], serde_json::Value::Null);
    let note = told["note"].as_str().unwrap();
    assert!(note.contains("`--metrics-listen"), "{note}");
    let program = world.send(Request::new("GET", "/specs/0001"));
    assert_eq!(program.json(), told);
    assert_eq!(program.header("vary"), Some("Accept"));
    let person = Request::new("GET", "/specs/0001").header("accept", "text/html");
    let page = world.send(Request::new("GET", "/docs/0001"));
    assert_eq!(world.send(person).text(), page.text());
    for nothing in ["0002", "0002.json", "1.json", "0001.html", "", "0001.json/"] {
        let path = format!("/specs/{nothing}");
        assert_eq!(world.send(Request::new("GET", &path)).status, 404, "{path}");
    }
    // It says of the rollout what was seen last, and is told while the database is away.
    world.store.set_away(true);
    assert_eq!(
        world.send(Request::new("GET", "/specs/0001.json")).status,
        200
    );
}

#[test]
fn readiness_follows_the_database_and_liveness_does_not() {
    let world = World::new();
    let ask = |path: &str| world.send(Request::new("GET", path));
    assert_eq!(ask("/healthz").text(), r#"{"status":"alive"}"#);
    assert_eq!(
        ask("/readyz").text(),
        r#"{"status":"ready","database":"ready","specs":1}"#
    );
    world.store.set_away(true);
    assert_eq!(ask("/healthz").status, 200);
    let away = ask("/readyz");
    assert_eq!((away.status, away.problem().as_str()), (503, "unavailable"));
    world.store.set_away(false);
    assert_eq!(ask("/readyz").status, 200);
    world.catalog.swap(Catalog::default());
    assert_eq!(ask("/readyz").status, 503);
}

#[test]
fn the_type_of_every_problem_has_a_page() {
    let world = World::new();
    let types = [
        "uri-too-long",
        "headers-too-large",
        "body-too-large",
        "malformed-request",
        "not-found",
        "method-not-allowed",
        "gone",
        "unauthenticated",
        "forbidden",
        "unsupported-media-type",
        "not-acceptable",
        "invalid-parameters",
        "malformed-body",
        "invalid-record",
        "no-such-record",
        "conflict",
        "still-referenced",
        "unavailable",
        "outcome-unknown",
        "internal",
    ];
    for name in types {
        let answer = world.send(Request::new("GET", &format!("/problems/{name}")));
        assert_eq!(answer.status, 200, "{name}");
        assert_eq!(
            answer.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        keeps_to_itself(&answer);
    }
    assert_eq!(world.send(Request::new("GET", "/problems/x")).status, 404);
    let index = world.send(Request::new("GET", "/problems/"));
    assert_eq!(index.status, 200);
    for name in types {
        let link = format!("href=\"/problems/{name}\"");
        assert!(index.text().contains(&link), "{name}");
    }
    keeps_to_itself(&index);
}

#[test]
fn pages_take_get_and_head_alone() {
    let world = World::new();
    for path in [
        "/",
        "/docs",
        "/docs/0001",
        "/specs/0001",
        "/specs/0001.json",
        "/openapi.json",
        "/healthz",
        "/readyz",
        "/problems/",
        "/problems/gone",
    ] {
        let head = world.send(Request::new("HEAD", path));
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        let post = world.send(Request::new("POST", path));
        assert_eq!(post.status, 405, "{path}");
        assert_eq!(post.header("allow"), Some("GET, HEAD, OPTIONS"));
        let options = world.send(Request::new("OPTIONS", path));
        assert_eq!(options.status, 204, "{path}");
    }
}

#[test]
fn a_browser_is_shown_what_is_served_as_a_page() {
    let world = World::new();
    let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let page = world.send(Request::new("GET", "/").header("Accept", accept));
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(page.header("vary"), Some("Accept"));
    keeps_to_itself(&page);
    assert!(page.text().contains("/api/v1/orders/{id}"));
    let json = world.send(Request::new("GET", "/").header("Accept", "*/*"));
    assert_eq!(json.header("content-type"), Some("application/json"));
}

#[test]
fn the_reference_tells_every_endpoint() {
    let world = World::new();
    let page = world.send(Request::new("GET", "/docs"));
    assert_eq!(page.status, 200);
    keeps_to_itself(&page);
    let html = page.text();
    for text in [
        "SPEC 0001",
        "id=\"spec-0001-v1-create\"",
        "id=\"spec-0001-v1-delete\"",
        "text, at most 20 characters",
        "must be greater than 0",
        "must be unique",
        "<code>orders:write</code>",
        "href=\"/problems/conflict\"",
        "Idempotency-Key",
        "data-method=\"PATCH\"",
    ] {
        assert!(html.contains(text), "{text}");
    }
}

#[test]
fn the_words_of_a_document_are_text_and_nothing_else() {
    let mut spec = orders_spec();
    let attack = "</title><script>alert(1)</script><img src=x onerror='x'>\"`";
    spec.title = attack.to_owned();
    spec.summary = Some(attack.to_owned());
    spec.path = attack.to_owned();
    let world = World::serving(vec![spec]);
    let pages = [("/docs", "*/*"), ("/docs/0001", "*/*"), ("/", "text/html")];
    for (path, accept) in pages {
        let page = world.send(Request::new("GET", path).header("Accept", accept));
        assert_eq!(page.status, 200);
        assert!(!page.text().contains("<script>"), "{path}");
        assert!(!page.text().contains("<img src=x"), "{path}");
        assert!(page.text().contains("&lt;script&gt;alert(1)"), "{path}");
    }
    let description = world.send(Request::new("GET", "/openapi.json"));
    assert_eq!(description.json()["info"]["title"], attack);
}

#[test]
fn several_documents_have_a_page_each_and_a_page_that_leads_to_them() {
    let mut second = orders_spec();
    second.number = SpecNumber(2);
    second.collection = CollectionName::new("returns").unwrap();
    second.title = "<i>Returns</i>".to_owned();
    let world = World::new();
    let served = [orders_spec(), second].map(|spec| ServedSpec::new(spec.into(), 1));
    world.catalog.swap(Catalog::new(served));
    let overview = world.send(Request::new("GET", "/docs"));
    assert_eq!(overview.status, 200);
    keeps_to_itself(&overview);
    assert!(overview.text().contains("&lt;i&gt;Returns&lt;/i&gt;"));
    let index = world.send(Request::new("GET", "/").header("Accept", "text/html"));
    for number in ["0001", "0002"] {
        let anchor = format!("spec-{number}-v1");
        let page = world.send(Request::new("GET", &format!("/docs/{number}")));
        assert_eq!(page.status, 200);
        keeps_to_itself(&page);
        for place in [anchor.clone(), format!("{anchor}-create")] {
            let here = format!("id=\"{place}\"");
            let link = format!("href=\"/docs/{number}#{place}\"");
            // A link to the page of all documents leads on.
            assert!(overview.text().contains(&here), "{here}");
            assert!(overview.text().contains(&link), "{link}");
            assert!(index.text().contains(&link), "{link}");
            assert!(page.text().contains(&here), "{here}");
        }
        let other = if number == "0001" { "0002" } else { "0001" };
        assert!(!page.text().contains(&format!("spec-{other}")));
    }
    for path in ["/docs/0003", "/docs/1", "/docs/0001/", "/docs/00001"] {
        for method in ["GET", "POST", "OPTIONS"] {
            let nothing = world.send(Request::new(method, path));
            assert_eq!(nothing.status, 404, "{method} {path}");
        }
    }
}

#[test]
fn a_page_of_a_document_outlives_a_change_of_another() {
    let served = |number: u16, collection: &str, revision| {
        let mut spec = orders_spec();
        spec.number = SpecNumber(number);
        spec.collection = CollectionName::new(collection).unwrap();
        Arc::new(ServedSpec::new(spec.into(), revision))
    };
    let world = World::new();
    let orders = served(1, "orders", 3);
    let serve = |returns: u32| {
        let returns = served(2, "returns", returns);
        let catalog = Catalog::new([Arc::clone(&orders), returns]);
        world.catalog.swap(catalog);
    };
    let tag = |path: &str| {
        let page = world.send(Request::new("GET", path));
        page.header("etag").unwrap().to_owned()
    };
    serve(1);
    let before = [tag("/docs/0001"), tag("/docs/0002")];
    serve(2);
    assert_eq!(tag("/docs/0001"), before[0]);
    assert_ne!(tag("/docs/0002"), before[1]);
}

#[test]
fn the_files_of_the_pages_are_kept_for_ever() {
    let world = World::new();
    let page = world.send(Request::new("GET", "/docs"));
    let paths: Vec<&str> = page
        .text()
        .split('"')
        .filter(|text| text.starts_with("/docs/"))
        .collect();
    assert!(paths.len() >= 3, "{paths:?}");
    for path in paths {
        let file = world.send(Request::new("GET", path));
        assert_eq!(file.status, 200, "{path}");
        assert_eq!(
            file.header("cache-control"),
            Some("public, max-age=31536000, immutable")
        );
        let kind = file.header("content-type").unwrap();
        assert!(
            ["text/css", "text/javascript", "image/svg"]
                .iter()
                .any(|k| kind.starts_with(k))
        );
    }
    let unknown = world.send(Request::new("GET", "/docs/specd.0.css"));
    assert_eq!(unknown.status, 404);
}

#[test]
fn a_page_that_is_known_is_not_sent_again_until_the_catalog_changes() {
    let world = World::new();
    for path in ["/docs", "/docs/0001", "/openapi.json", "/"] {
        let first = world.send(Request::new("GET", path));
        let tag = first.header("etag").unwrap().to_owned();
        assert_eq!(first.header("cache-control"), Some("no-cache"));
        let again = world.send(Request::new("GET", path).header("If-None-Match", &tag));
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        assert_eq!(again.header("etag"), Some(tag.as_str()));
        let mut other = orders_spec();
        other.title = format!("Orders of {path}");
        world
            .catalog
            .swap(Catalog::new([ServedSpec::new(other.into(), 4)]));
        let changed = world.send(Request::new("GET", path).header("If-None-Match", &tag));
        assert_eq!(changed.status, 200, "{path}");
        assert!(changed.text().contains(&format!("Orders of {path}")));
        assert_ne!(changed.header("etag"), Some(tag.as_str()));
    }
}
