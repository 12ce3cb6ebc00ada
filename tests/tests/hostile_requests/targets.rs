//! Targets: their forms, their escapes, their length, and ids that name no record.

use crate::case::{Case, ID, KEY, PATH, case, get, request};

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = vec![
        case("target: absolute", get(&format!("http://x{PATH}")), &[200]),
        case(
            "target: absolute, another host",
            get(&format!("http://forged.example:81{PATH}")),
            &[200],
        ),
        case(
            "target: absolute, with a user",
            get(&format!("http://forged:pass@x{PATH}")),
            &[200, 400],
        ),
        case(
            "target: absolute, https",
            get(&format!("https://x{PATH}")),
            &[200],
        ),
        case("target: absolute, ftp", get("ftp://x/forged"), &[400, 404]),
        case(
            "target: absolute, without a host",
            get("http:///forged"),
            &[400, 404],
        ),
        case("target: absolute, without a path", get("http://x"), &[200]),
        case("target: javascript", get("javascript:forged"), &[400, 404]),
        case("target: a file", get("file:///etc/passwd"), &[400, 404]),
        case(
            "target: OPTIONS of all",
            request("OPTIONS *", "", b""),
            &[204],
        ),
        case(
            "target: GET of all",
            request("GET *", "", b""),
            &[400, 404, 405],
        ),
        case("target: an authority", get("x:80"), &[400, 404]),
        case("target: no slash", get("api/v1/people"), &[400, 404]),
        case("target: a query alone", get("?forged"), &[400, 404]),
        case(
            "target: a fragment",
            get(&format!("{PATH}#forged")),
            &[200, 400, 404],
        ),
        case(
            "target: 8 KiB",
            get(&format!("/{}", "p".repeat(8_191))),
            &[404],
        ),
        case(
            "target: 8 KiB and one",
            get(&format!("/{}", "p".repeat(8_192))),
            &[414],
        ),
        case(
            "target: 9 KiB",
            get(&format!("/{}", "p".repeat(9_216))),
            &[414],
        ),
        case(
            "target: 70 KiB",
            get(&format!("/{}", "p".repeat(70 * 1024))),
            &[414],
        ),
        case(
            "target: 1 MiB",
            get(&format!("/{}", "p".repeat(1024 * 1024))),
            &[414],
        ),
        case(
            "target: a query of 9 KiB",
            get(&format!("{PATH}?{}", "q".repeat(9_216))),
            &[414],
        ),
        case("target: 4,000 slashes", get(&"/".repeat(4_000)), &[404]),
        case(
            "target: 2,700 escapes",
            get(&format!("/{}", "%41".repeat(2_700))),
            &[404],
        ),
        case("target: the escaped path", get("/api/v1/%70eople"), &[200]),
        case(
            "target: bytes that are no UTF-8",
            [b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n".as_slice()].concat(),
            &[400, 404],
        ),
        case(
            "target: letters of another alphabet",
            get("/api/v1/pé"),
            &[400, 404],
        ),
    ];
    let nowhere = [
        "//",
        "//api/v1/people",
        "/api//v1/people",
        "/api/v1//people",
        "/api/v1/people/",
        "/api/v1/people//",
        "/./api/v1/people",
        "/api/v1/./people",
        "/api/v1/../v1/people",
        "/../../etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/api/v1/people;forged=1",
        "/api/v1/people%2f",
        "/api/v1%2fpeople",
        "/api/v1/%2570eople",
        "/api/v1/people%00",
        "/%00",
        "/%",
        "/%z",
        "/%zz",
        "/%f",
        "/%ff",
        "/%c0%af",
        "/%c0%ae%c0%ae/",
        "/%u0041",
        "/%ed%a0%80",
        "/api/v1/people%20",
        "/api/v1/people.json",
        "/api/v1/PEOPLE",
        "/API/V1/people",
        "/api/v01/people",
        "/api/v+1/people",
        "/api/v-1/people",
        "/api/v1.0/people",
        "/api/v2/people",
        "/api/v99999999999999999999/people",
        "/api/v/people",
        "/api",
        "/api/v1",
        "/api/v1/forged",
        "/api/v1/people/x/y",
        "/api/v1/specd_keys",
        "/api/v1/sqlite_master",
        "/api/v1/pg_catalog",
        "/healthz%00",
        "/healthz/",
        "/healthz/forged",
        "/readyz;forged",
        "/problems/forged",
        "/problems/..",
        "/problems/%2e%2e",
        "/problems/not-found/..",
        "/specs/9999",
        "/specs/0004/..",
        "/specs/%00",
        "/openapi.json%00",
        "/openapi.json/",
        "/docs/..%2f",
        "/metrics",
        "/.git/config",
        "/.env",
        "/favicon.ico%0a",
        "/index.php?x=forged",
        "/cgi-bin/forged",
        "/\\..\\..\\",
        "/$%7Bjndi:ldap:%2f%2fforged%7D",
        "/'%20OR%201=1--",
        "/%0d%0aSet-Cookie:%20forged=1",
        "/%0a%7B%22timestamp%22:%22forged%22%7D",
        "/~root",
        "/a|b",
        "/^",
        "/`forged`",
    ];
    let rest = nowhere
        .into_iter()
        .map(|target| case(format!("target: {target}"), get(target), &[400, 404]));
    cases.extend(rest);
    // What no URI may hold at all.
    for (name, target) in [
        ("<", "/<script>forged</script>"),
        ("\"", "/\"forged\""),
        ("{", "/{id}"),
        ("[", "/[id]"),
    ] {
        cases.push(case(
            format!("target: with {name}"),
            get(target),
            &[400, 404],
        ));
    }
    cases
}

/// Path segments that are no key of a record (ruling C04), and keys that no record has.
pub(crate) fn ids() -> Vec<Case> {
    let long = "x".repeat(8_000);
    let ids = [
        "1",
        "0",
        "-1",
        "x",
        "null",
        "undefined",
        "NaN",
        "*",
        "..",
        "...",
        "%00",
        "%ff",
        "%zz",
        "%",
        "%20",
        "forged",
        "{id}x",
        "me",
        "'%20OR%20'1'='1",
        "1;DROP%20TABLE%20people",
        "%27;--",
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "%7B00000000-0000-4000-8000-000000000000%7D",
        "urn:uuid:00000000-0000-4000-8000-000000000000",
        "00000000000040008000000000000000",
        "0000000-0000-4000-8000-0000000000000",
        "00000000-0000-4000-8000-00000000000g",
        "00000000-0000-4000-8000-000000000000%00",
        "00000000-0000-4000-8000-000000000000%20",
        "%D9%A1%D9%A2",
        "9223372036854775808",
        "1e999999",
        "0x10",
        "[]",
        "a:b",
        "a,b",
        "a@b",
        "a+b",
        &long,
    ];
    let mut cases = Vec::new();
    for id in ids {
        let shown: String = id.chars().take(60).collect();
        let target = format!("{PATH}/{id}");
        let refused: &[u16] = if id.contains(['{', '[']) {
            &[400, 404]
        } else {
            &[404]
        };
        cases.push(case(format!("id: {shown}"), get(&target), refused));
    }
    let nobody = format!("{PATH}/00000000-0000-4000-8000-000000000000");
    let patch = "Content-Type: application/merge-patch+json\r\nContent-Length: 2\r\n";
    let put = "Content-Type: application/json\r\nContent-Length: 34\r\n";
    cases.extend([
        case(
            "id: deleted, and not there",
            request(&format!("DELETE {nobody}"), "", b""),
            &[404],
        ),
        case(
            "id: deleted, and none",
            request(&format!("DELETE {PATH}/forged"), "", b""),
            &[404],
        ),
        case(
            "id: patched, and not there",
            request(&format!("PATCH {nobody}"), patch, b"{}"),
            &[404],
        ),
        case(
            "id: replaced, and not there",
            request(
                &format!("PUT {nobody}"),
                put,
                br#"{"code":"a","score":1,"extra":{} }"#,
            ),
            &[404],
        ),
        case(
            "id: created",
            request(
                &format!("POST {nobody}"),
                put,
                br#"{"code":"a","score":1,"extra":{} }"#,
            ),
            &[405],
        ),
        case("id: in capitals", get(&format!("{PATH}/{ID}")), &[200]),
        case(
            "id: with a query",
            get(&format!("{PATH}/{ID}?unknown")),
            &[400],
        ),
        case(
            "id: behind two slashes",
            get(&format!("{PATH}//{ID}")),
            &[404],
        ),
        case(
            "id: with more behind it",
            get(&format!("{PATH}/{ID}/forged")),
            &[404],
        ),
        case(
            "id: with a slash behind it",
            get(&format!("{PATH}/{ID}/")),
            &[404],
        ),
        case(
            "id: without a key",
            format!("GET {PATH}/{ID} HTTP/1.1\r\nHost: x\r\n\r\n"),
            &[401],
        ),
        case(
            "id: with a key in the target",
            format!("GET {PATH}/{ID}?key={KEY} HTTP/1.1\r\nHost: x\r\n\r\n"),
            &[401],
        ),
    ]);
    cases
}
