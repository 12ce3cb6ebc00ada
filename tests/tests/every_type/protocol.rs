//! Paths and methods: what is there, what it takes, and what is not.

use crate::{AT, observatory, path, reading};

#[test]
fn strange_paths_are_not_found_and_never_a_failure() -> anyhow::Result<()> {
    let mut pair = observatory()?;
    pair.expect(("POST", AT, &reading(1, "")), 201, "")?;
    let own = crate::id(1);
    let paths = [
        "/api/v1/readings/".to_owned(),
        "/api/v1/readings//".to_owned(),
        "//api/v1/readings".to_owned(),
        "/api//v1/readings".to_owned(),
        "/api/v1//readings".to_owned(),
        "/API/v1/readings".to_owned(),
        "/api/V1/readings".to_owned(),
        "/api/v1/Readings".to_owned(),
        "/api/v01/readings".to_owned(),
        "/api/v2/readings".to_owned(),
        "/api/v/readings".to_owned(),
        "/api/v99999999999999999999/readings".to_owned(),
        "/api/v-1/readings".to_owned(),
        "/api/v1/readings/../readings".to_owned(),
        "/api/v1/./readings".to_owned(),
        "/api/v1/readings%2F".to_owned(),
        "/api/v1%2Freadings".to_owned(),
        "/api/v1/readings%00".to_owned(),
        "/api/v1/readings%".to_owned(),
        "/api/v1/%ff".to_owned(),
        "/api/v1/readings;a=b".to_owned(),
        format!("/api/v1/readings/{own}/"),
        format!("/api/v1/readings/{own}/x"),
        format!("/api/v1/readings/{own}%00"),
        format!("/api/v1/readings/{own}%20"),
        format!("/api/v1/readings/%20{own}"),
        format!("/api/v1/readings/{own}%2F"),
        format!("/api/v1/readings/..%2Freadings%2F{own}"),
        format!("/api/v1/readings/{{{own}}}"),
        format!("/api/v1/readings/urn:uuid:{own}"),
        format!("/api/v1/readings/{}", own.replace('-', "")),
        "/api/v1/readings/%00".to_owned(),
        "/api/v1/readings/%".to_owned(),
        "/api/v1/readings/%ff".to_owned(),
        "/api/v1/readings/null".to_owned(),
        "/api/v1/readings/1".to_owned(),
        "/api/v1/readings/%27%20OR%201%3D1".to_owned(),
        format!("/api/v1/readings/{}", "a".repeat(4000)),
        "/api/v1/readings/😀"
            .to_owned()
            .replace('😀', "%F0%9F%98%80"),
        "/api/v1/specd_keys".to_owned(),
        "/api/v1/specd_revisions".to_owned(),
        "/nowhere".to_owned(),
        "/problems/nowhere".to_owned(),
        "/.well-known/x".to_owned(),
    ];
    for path in &paths {
        for (method, body) in [("GET", ""), ("PATCH", r#"{"whole":1}"#), ("DELETE", "")] {
            let answer = pair.ask(method, path, body)?;
            let is_fine = matches!(answer.status, 404 | 405);
            if !is_fine || answer.header("content-type") != Some("application/problem+json") {
                pair.note(format!(
                    "{method} {path}\n  {} {}",
                    answer.status,
                    answer.text()
                ));
            }
        }
    }
    pair.expect(
        (
            "GET",
            &format!("/api/v1/readings/{}", own.to_uppercase()),
            "",
        ),
        200,
        "",
    )?;
    pair.expect(("GET", &format!("/api/v1/%72eadings/{own}"), ""), 200, "")?;
    pair.expect(("GET", &path(1), ""), 200, "")?;
    pair.finish()
}

#[test]
fn methods_are_told_and_others_refused() -> anyhow::Result<()> {
    let mut pair = observatory()?;
    pair.expect(("POST", AT, &reading(1, "")), 201, "")?;
    let one = path(1);
    for (path, allow, refused) in [
        (
            AT,
            "POST, GET, HEAD, OPTIONS",
            ["PUT", "PATCH", "DELETE", "TRACE", "PURGE", "get"],
        ),
        (
            &one,
            "GET, HEAD, PUT, PATCH, DELETE, OPTIONS",
            ["POST", "TRACE", "LINK", "PROPFIND", "post", "Get"],
        ),
        (
            "/healthz",
            "GET, HEAD, OPTIONS",
            ["POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY"],
        ),
    ] {
        let options = pair.ask("OPTIONS", path, "")?;
        assert_eq!(
            (options.status, options.header("allow")),
            (204, Some(allow)),
            "{path}"
        );
        assert!(options.body.is_empty());
        for method in refused {
            let answer = pair.send(method, path, &[], None)?;
            if answer.status != 405 || answer.header("allow") != Some(allow) {
                pair.note(format!(
                    "{method} {path}\n  {} {:?}",
                    answer.status,
                    answer.header("allow")
                ));
            }
        }
    }
    for path in [AT, &one, "/healthz", "/readyz", "/", "/problems/not-found"] {
        let whole = pair.ask("GET", path, "")?;
        let head = pair.ask("HEAD", path, "")?;
        assert_eq!(head.status, 200, "{path}");
        assert!(head.body.is_empty(), "{path}");
        for name in ["content-type", "content-length", "etag", "spec", "link"] {
            if head.header(name) != whole.header(name) {
                pair.note(format!(
                    "HEAD {path} {name}: {:?} {:?}",
                    head.header(name),
                    whole.header(name)
                ));
            }
        }
    }
    let missing = pair.ask("HEAD", &path(2), "")?;
    assert_eq!(missing.status, 404);
    assert!(missing.body.is_empty());
    pair.finish()
}
