//! Hostile bodies (http-contract, section 9): each has its 4xx, and nothing is stored.

use specd_e2e::raw;

use crate::{AT, observatory, path, reading};

/// A record whose free member nests so deep that the innermost array stands on this level of the body.
fn nested(levels: usize) -> String {
    // The body, `details` and `free` are three levels.
    let arrays = levels.saturating_sub(4);
    let free = format!(
        "{{\"a\":{}{}}}",
        "[".repeat(arrays + 1),
        "]".repeat(arrays + 1)
    );
    let details =
        format!(r#"{{"owner":{{"name":"A","age":1}},"ports":[],"free":{free},"list":[],"any":1}}"#);
    reading(1, &format!("\"details\":{details}"))
}

#[test]
fn hostile_bodies_are_refused_and_leave_nothing() -> anyhow::Result<()> {
    let mut pair = observatory()?;
    let whole = reading(1, "");
    let utf16: Vec<u8> = whole.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let long_name = format!("{{\"{}\":1}}", "n".repeat(100_000));
    let bodies: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b" ".to_vec(),
        b"{".to_vec(),
        b"}".to_vec(),
        b"nul".to_vec(),
        b"{\"whole\":1".to_vec(),
        b"{'whole':1}".to_vec(),
        b"{whole:1}".to_vec(),
        b"{\"whole\":01}".to_vec(),
        b"{\"whole\":+1}".to_vec(),
        b"{\"whole\":.5}".to_vec(),
        b"{\"whole\":1.}".to_vec(),
        b"{\"whole\":0x10}".to_vec(),
        b"{\"whole\":NaN}".to_vec(),
        b"{\"whole\":Infinity}".to_vec(),
        b"{\"whole\":1,}".to_vec(),
        b"{\"whole\":1}{}".to_vec(),
        b"{\"whole\":1} x".to_vec(),
        b"{\"whole\":1}\0".to_vec(),
        b"{\"note\":\"\x01\"}".to_vec(),
        b"{\"note\":\"\n\"}".to_vec(),
        b"{\"note\":\"\\x\"}".to_vec(),
        b"{\"note\":\"\\u12\"}".to_vec(),
        b"{\"note\":\"\\uD800\"}".to_vec(),
        b"{\"note\":\"\\uDC00\\uD800\"}".to_vec(),
        b"{\"note\":\"\\uD800\\u0041\"}".to_vec(),
        b"{\"\\uD800\":1}".to_vec(),
        b"{\"note\":\"\xff\"}".to_vec(),
        b"{\"note\":\"\xc0\x80\"}".to_vec(),
        b"{\"note\":\"\xed\xa0\x80\"}".to_vec(),
        b"{/**/\"whole\":1}".to_vec(),
        [b"\xef\xbb\xbf", whole.as_bytes()].concat(),
        utf16.clone(),
        [b"\xff\xfe", utf16.as_slice()].concat(),
        b"[".repeat(100_000),
        b"{\"a\":".repeat(100_000),
        nested(65).into_bytes(),
        nested(1000).into_bytes(),
        long_name.into_bytes(),
        reading(1, r#""details":{"owner":{"name":"A","name":"B","age":1},"ports":[],"free":{},"list":[],"any":1}"#).into_bytes(),
        reading(1, r#""details":{"owner":{"name":"A","age":1},"ports":[],"free":{"x":{"y":1,"y":2}},"list":[],"any":1}"#).into_bytes(),
        reading(1, r#""details":{"owner":{"name":"A","age":1},"ports":[],"free":{"x":"\u0000"},"list":[],"any":1}"#).into_bytes(),
        reading(1, r#""details":{"owner":{"name":"A","age":1},"ports":[],"free":{"\u0000":1},"list":[],"any":1}"#).into_bytes(),
        reading(1, r#""details":{"owner":{"name":"A","age":1},"ports":[],"free":{"x":1e200000},"list":[],"any":1}"#).into_bytes(),
        reading(1, r#""details":{"owner":{"name":"A","age":1},"ports":[],"free":{"x":1e-20000},"list":[],"any":1}"#).into_bytes(),
        reading(1, r#""details":{"owner":{"name":"A","age":1},"ports":[],"free":{"x":"\ud800"},"list":[],"any":1}"#).into_bytes(),
        reading(1, r#""raw":{"a":1,"a":2}"#).into_bytes(),
        reading(1, r#""raw":{"a":"\u0000"}"#).into_bytes(),
        reading(1, &format!(r#""exact":{}"#, "9".repeat(200_000))).into_bytes(),
        reading(1, &format!(r#""exact":0.{}"#, "1".repeat(20_000))).into_bytes(),
        reading(1, &format!(r#""note":"{}""#, "n".repeat(2001))).into_bytes(),
        reading(1, &format!(r#""marks":[{}1.5]"#, "1,".repeat(100_000))).into_bytes(),
        format!("{{{}}}", (0..20_000).map(|n| format!("\"f{n}\":{n}")).collect::<Vec<_>>().join(",")).into_bytes(),
    ];
    for body in &bodies {
        for (method, at, media) in [
            ("POST", AT.to_owned(), "application/json"),
            ("PUT", path(1), "application/json"),
            ("PATCH", path(1), "application/merge-patch+json"),
        ] {
            let answer = pair.send(method, &at, &[("content-type", media)], Some(body))?;
            // A patch may leave out what it likes, so that some are well and only their record is not there.
            let is_fine = answer.status == 400 || (method == "PATCH" && answer.status == 404);
            if !is_fine {
                let shown: String = String::from_utf8_lossy(body).chars().take(200).collect();
                pair.note(format!(
                    "{method} {shown}\n  {} {}",
                    answer.status,
                    answer.text()
                ));
            }
            if answer.body.len() > 2_000_000 {
                pair.note(format!("an answer of {} bytes", answer.body.len()));
            }
        }
    }
    let rest = pair.walk(AT, 100)?;
    if !rest.is_empty() {
        pair.note(format!("stored: {rest:?}"));
    }
    pair.finish()
}

#[test]
fn what_is_large_and_allowed_is_stored_alike() -> anyhow::Result<()> {
    let mut pair = observatory()?;
    let marks = format!(r#""marks":[{}1]"#, "1,".repeat(100_000));
    let exact = format!(r#""bigs":[{}0]"#, "9223372036854775807,".repeat(20_000));
    let details = |free: &str| {
        format!(
            r#""details":{{"owner":{{"name":"A","age":1}},"ports":[],"free":{free},"list":[],"any":1.10}}"#
        )
    };
    let many = (0..30_000)
        .map(|n| format!("\"k{n}\":{n}"))
        .collect::<Vec<_>>()
        .join(",");
    let bodies = [
        nested(64),
        reading(2, &marks),
        reading(3, &exact),
        reading(4, &details(&format!("{{{many}}}"))),
        reading(
            5,
            &details(r#"{"a":1.0,"b":1.10,"c":-5,"e":100000000000000000000.5,"":"","é":"\u00e9"}"#),
        ),
        reading(6, &format!(r#""image":"{}""#, "AAAA".repeat(200_000))),
    ];
    for (number, body) in (1..).zip(&bodies) {
        pair.expect(("POST", AT, body), 201, "")?;
        pair.expect(("GET", &path(number), ""), 200, "")?;
        pair.expect(("PATCH", &path(number), r#"{"whole":3}"#), 200, "")?;
    }
    pair.expect(("GET", AT, ""), 200, "")?;
    pair.finish()
}

#[test]
fn sizes_and_media_types_have_their_statuses() -> anyhow::Result<()> {
    let mut pair = observatory()?;
    let whole = reading(1, "");
    let json = ("content-type", "application/json");
    let large = reading(1, &format!(r#""note":"{}""#, "n".repeat(1024 * 1024)));
    let answer = pair.send("POST", AT, &[json], Some(large.as_bytes()))?;
    assert_eq!(answer.status, 413, "{}", answer.text());
    let answer = pair.ask("GET", &format!("{AT}?note={}", "n".repeat(9000)), "")?;
    assert_eq!(answer.status, 414);
    let header = "h".repeat(33 * 1024);
    let answer = pair.send("GET", AT, &[("x-long", &header)], None)?;
    assert_eq!(answer.status, 431);
    for media in [
        "",
        "text/plain",
        "application/jsonx",
        "application/ld+json",
        "application/merge-patch+json",
        "application/json; charset=latin1",
        "application/json; charset=utf-16",
        "application/json, application/json",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
        "*/*",
    ] {
        let answer = pair.send(
            "POST",
            AT,
            &[("content-type", media)],
            Some(whole.as_bytes()),
        )?;
        assert_eq!(answer.status, 415, "{media}");
        assert_eq!(answer.header("accept-post"), Some("application/json"));
    }
    let answer = pair.send("POST", AT, &[], Some(whole.as_bytes()))?;
    assert_eq!(answer.status, 415);
    for coding in ["gzip", "br", "deflate", "zstd", "identity, gzip"] {
        let headers = [json, ("content-encoding", coding)];
        let answer = pair.send("POST", AT, &headers, Some(whole.as_bytes()))?;
        assert_eq!(answer.status, 415, "{coding}");
    }
    for media in ["application/json", "application/json-patch+json", ""] {
        let answer = pair.send("PATCH", &path(1), &[("content-type", media)], Some(b"{}"))?;
        assert_eq!(answer.status, 415, "{media}");
        assert_eq!(
            answer.header("accept-patch"),
            Some("application/merge-patch+json")
        );
    }
    for (accept, expected) in [
        ("text/html", 406),
        ("application/xml, text/*;q=0.5", 406),
        ("application/json;q=0", 406),
        ("application/*;q=0", 406),
        ("*/*;q=0", 406),
        ("application/json;q=0, */*", 406),
        ("text/html, */*;q=0.1", 200),
        ("application/*", 200),
        ("APPLICATION/JSON; charset=utf-8", 200),
        ("application/json;q=0.001", 200),
        ("", 200),
        (",,", 200),
        ("*/*", 200),
    ] {
        let answer = pair.send("GET", AT, &[("accept", accept)], None)?;
        assert_eq!(answer.status, expected, "{accept}");
        assert_eq!(
            answer.header("content-type"),
            Some(if expected == 200 {
                "application/json"
            } else {
                "application/problem+json"
            }),
            "{accept}"
        );
    }
    let answer = pair.send(
        "POST",
        AT,
        &[json, ("accept", "text/html")],
        Some(whole.as_bytes()),
    )?;
    assert_eq!(answer.status, 406);
    let rest = pair.walk(AT, 100)?;
    assert!(rest.is_empty(), "{rest:?}");
    for media in [
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/json;charset=\"UTF-8\"; a=b",
    ] {
        let answer = pair.send(
            "POST",
            AT,
            &[("content-type", media)],
            Some(whole.as_bytes()),
        )?;
        assert_eq!(answer.status, 201, "{media}");
        pair.expect(("DELETE", &path(1), ""), 204, "")?;
    }
    pair.finish()
}

#[test]
fn malformed_http_is_refused_and_the_server_lives() -> anyhow::Result<()> {
    let pair = observatory()?;
    let large = format!(
        "GET {AT} HTTP/1.1\r\nHost: x\r\nx: {}\r\n\r\n",
        "h".repeat(300_000)
    );
    let many = format!(
        "GET {AT} HTTP/1.1\r\nHost: x\r\n{}\r\n",
        "a: b\r\n".repeat(5000)
    );
    let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "p".repeat(200_000));
    let chunked = "POST /api/v1/readings HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let broken = [
        format!("{chunked}zz\r\n{{}}\r\n0\r\n\r\n"),
        format!("{chunked}ffffffffffffffffff\r\n{{}}"),
        format!("{chunked}2\r\n{{}}xx0\r\n\r\n"),
        format!("{chunked}-1\r\n"),
        format!("{chunked}2\r\n{{}}\r\n0\r\n\r\n"),
        chunked.replace("chunked", "gzip, chunked"),
        chunked.replace("chunked", "identity"),
        chunked.replace("Host: x", "Host: x\r\nContent-Length: 5"),
    ];
    let requests: Vec<&[u8]> = vec![
        b"\r\n\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET / HTTP/0.9\r\n\r\n",
        b"GET / FTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA\0: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n folded: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n",
        b"P@ST / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /api/v1/readings HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/v1/readings HTTP/1.1\r\nHost: x\r\nContent-Length: +2\r\n\r\n{}",
        b"POST /api/v1/readings HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
        b"POST /api/v1/readings HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n{}",
        b"POST /api/v1/readings HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999\r\n\r\n{}",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http://x/healthz HTTP/1.1\r\nHost: x\r\n\r\n",
        b"TRACE /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        large.as_bytes(),
        many.as_bytes(),
        long.as_bytes(),
    ];
    let requests = requests
        .into_iter()
        .chain(broken.iter().map(String::as_bytes));
    let address = pair.servers()[0].address();
    let mut found = Vec::new();
    for request in requests {
        let answer = raw::exchange(address, request)?;
        let status = raw::status(&answer);
        if status.is_some_and(|status| status >= 500) {
            found.push(format!(
                "{:?} {:?}",
                String::from_utf8_lossy(request),
                status
            ));
        }
        assert_eq!(pair.servers()[0].anonymous().get("/healthz")?.status, 200);
    }
    assert!(found.is_empty(), "{found:#?}");
    pair.finish()
}
