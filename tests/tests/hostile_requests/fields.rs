//! Header fields: those of every message, credentials, media types, idempotency keys and conditions.

use crate::case::{Case, ID, KEY, PATH, answers, case, get_with, person, post_with, request};

pub(crate) fn of_messages() -> Vec<Case> {
    let line = format!("GET {PATH} HTTP/1.1\r\nAuthorization: Bearer {KEY}\r\n");
    let host = |fields: &str| format!("{line}{fields}\r\n");
    let many = |count: usize| {
        (0..count)
            .map(|at| format!("X-{at}: 1\r\n"))
            .collect::<String>()
    };
    let sized = |bytes: usize| format!("X: {}\r\n", "h".repeat(bytes));
    let mut cases = vec![
        case("host: none", host(""), &[400]),
        case("host: twice", host("Host: x\r\nHost: y\r\n"), &[400]),
        case(
            "host: twice the same",
            host("Host: x\r\nHost: x\r\n"),
            &[400],
        ),
        case(
            "host: twice, in other cases",
            host("Host: x\r\nhOST: x\r\n"),
            &[400],
        ),
        case("host: empty", host("Host:\r\n"), &[200]),
        case("host: an address", host("Host: [::1]:80\r\n"), &[200]),
        case(
            "host: 90 long names",
            host(&format!("Host: {}\r\n", "x".repeat(5_000))),
            &[200, 400],
        ),
        case("field: 90 of them", get_with(&many(90)), &[200]),
        case("field: 97 of them", get_with(&many(97)), &[431]),
        case("field: 5,000 of them", get_with(&many(5_000)), &[431]),
        case(
            "field: the same 5,000 times",
            get_with(&"a: b\r\n".repeat(5_000)),
            &[431],
        ),
        case("field: 31 KiB", get_with(&sized(31 * 1024)), &[200]),
        case("field: 33 KiB", get_with(&sized(33 * 1024)), &[431]),
        case("field: 300 KiB", get_with(&sized(300 * 1024)), &[431]),
        case(
            "field: 4 MiB without an end",
            format!("{line}X: {}", "h".repeat(4 << 20)),
            &[431],
        ),
        case(
            "field: a name of 33 KiB",
            get_with(&format!("{}: x\r\n", "n".repeat(33 * 1024))),
            &[431],
        ),
        case(
            "field: 40 of a KiB",
            get_with(&sized(1024).repeat(40)),
            &[431],
        ),
        case("field: folded", get_with("X: a\r\n forged\r\n"), &[400]),
        case(
            "field: folded by a tab",
            get_with("X: a\r\n\tforged\r\n"),
            &[400],
        ),
        case(
            "field: the first folded",
            "GET / HTTP/1.1\r\n Host: x\r\n\r\n",
            &[400],
        ),
        case("field: no name", get_with(": forged\r\n"), &[400]),
        case("field: no colon", get_with("forged\r\n"), &[400]),
        case(
            "field: a blank before the colon",
            get_with("X : a\r\n"),
            &[400],
        ),
        case(
            "field: a tab before the colon",
            get_with("X\t: a\r\n"),
            &[400],
        ),
        case("field: a blank in the name", get_with("X Y: a\r\n"), &[400]),
        case(
            "field: brackets in the name",
            get_with("X[0]: a\r\n"),
            &[400],
        ),
        case(
            "field: another alphabet in the name",
            get_with("Xé: a\r\n"),
            &[400],
        ),
        case(
            "field: another alphabet in the value",
            get_with("X: é\r\n"),
            &[200],
        ),
        case(
            "field: ends of lines without a return",
            get_with("X: a\nY: b\r\n"),
            &[200, 400],
        ),
        // A line may end so (RFC 9112, 2.2), and an empty one ends the head: these are two requests, whoever looks.
        answers(
            "field: a second request behind bare ends",
            get_with("X: a\n\nGET /healthz HTTP/1.1\r\nHost: x\r\n"),
            vec![&[200], &[200]],
        ),
        case(
            "field: Expect of nonsense",
            get_with("Expect: forged\r\n"),
            &[200],
        ),
        case(
            "field: Upgrade to WebSocket",
            get_with(
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: Zm9yZ2Vk\r\n",
            ),
            &[200],
        ),
        case(
            "field: Upgrade to HTTP/2",
            get_with(
                "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
            ),
            &[200],
        ),
        case(
            "field: Upgrade to TLS",
            get_with("Connection: Upgrade\r\nUpgrade: TLS/1.2\r\n"),
            &[200],
        ),
        case(
            "field: Connection names the key",
            get_with("Connection: authorization\r\n"),
            &[200],
        ),
        case(
            "field: Connection of everything",
            get_with("Connection: close, keep-alive, forged, , ,\r\n"),
            &[200],
        ),
        case(
            "field: Keep-Alive without an end",
            get_with("Keep-Alive: timeout=999999999, max=999999999\r\n"),
            &[200],
        ),
        case("field: Range", get_with("Range: bytes=0-1\r\n"), &[200]),
        case(
            "field: Range of nonsense",
            get_with("Range: bytes=9-1,-,forged\r\n"),
            &[200],
        ),
        case(
            "field: Range of 1,000",
            get_with(&format!("Range: bytes={}0-1\r\n", "0-,".repeat(1_000))),
            &[200],
        ),
        case(
            "field: If-Range",
            get_with("Range: bytes=0-1\r\nIf-Range: \"forged\"\r\n"),
            &[200],
        ),
        case(
            "field: Accept-Encoding of nonsense",
            get_with("Accept-Encoding: forged;q=9, identity;q=0\r\n"),
            &[200],
        ),
        case(
            "field: Accept-Language of nonsense",
            get_with("Accept-Language: forged;q=forged\r\n"),
            &[200],
        ),
        case(
            "field: Cookie",
            get_with(&format!("Cookie: session=forged; key={KEY}\r\n")),
            &[200],
        ),
        case(
            "field: TE",
            get_with("TE: trailers, chunked;q=0\r\nConnection: TE\r\n"),
            &[200],
        ),
        case(
            "field: Max-Forwards",
            get_with("Max-Forwards: 0\r\n"),
            &[200],
        ),
        case(
            "field: Via and Forwarded",
            get_with("Via: forged\r\nForwarded: for=forged;by=\"_x\"\r\n"),
            &[200],
        ),
        case(
            "field: X-Forwarded-For of nonsense",
            get_with(
                "X-Forwarded-For: forged, ::1, 999.0.0.1,,\r\nX-Forwarded-Host: forged\r\nX-Forwarded-Proto: forged\r\n",
            ),
            &[200],
        ),
        case(
            "field: X-Original-URL",
            get_with("X-Original-URL: /forged\r\nX-Rewrite-URL: /forged\r\n"),
            &[200],
        ),
        case(
            "field: User-Agent as a line of the log",
            get_with("User-Agent: {\"timestamp\":\"forged\",\"level\":\"ERROR\"}\r\n"),
            &[200],
        ),
        case(
            "field: User-Agent with an escape of the terminal",
            get_with("User-Agent: \u{9b}31mforged\r\n"),
            &[200],
        ),
        case(
            "field: X-Request-Id that is none",
            get_with("X-Request-Id: forged\r\n"),
            &[200],
        ),
        case(
            "field: X-Request-Id of 20 KiB",
            get_with(&format!("X-Request-Id: {}\r\n", "f".repeat(20 * 1024))),
            &[200],
        ),
        case(
            "field: X-Request-Id twice",
            get_with("X-Request-Id: forged\r\nX-Request-Id: forged\r\n"),
            &[200],
        ),
        case(
            "field: traceparent that is none",
            get_with("traceparent: 00-forged-00f067aa0ba902b7-01\r\ntracestate: forged=1\r\n"),
            &[200],
        ),
        case(
            "field: traceparent twice",
            get_with(
                "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\ntraceparent: forged\r\n",
            ),
            &[200],
        ),
        case(
            "field: Origin and Referer",
            get_with("Origin: null\r\nReferer: javascript:forged\r\n"),
            &[200],
        ),
        case(
            "field: a preflight",
            request(
                &format!("OPTIONS {PATH}"),
                "Origin: https://forged.example\r\nAccess-Control-Request-Method: DELETE\r\n",
                b"",
            ),
            &[204],
        ),
        case(
            "field: Proxy (httpoxy)",
            get_with("Proxy: http://forged\r\n"),
            &[200],
        ),
    ];
    for name in [
        "a b",
        "forged@b",
        "x/y",
        "x?y",
        "x#y",
        "x, y",
        "[::1",
        "x:y",
        "x:80:80",
        "x:99999999",
        "x:+80",
        "x:-1",
        "x\\y",
        "<script>",
        "http://x",
        "é",
        "%zz",
        "x y:80",
    ] {
        cases.push(case(
            format!("host: {name}"),
            host(&format!("Host: {name}\r\n")),
            &[400],
        ));
    }
    for byte in [0x00_u8, 0x01, 0x08, 0x0b, 0x0c, 0x0d, 0x1b, 0x7f] {
        let bytes = [b"X: a", &[byte][..], b"b\r\n"].concat();
        let message = [line.as_bytes(), b"Host: x\r\n", &bytes, b"\r\n"].concat();
        cases.push(case(
            format!("field: byte {byte:#04x} in a value"),
            message,
            &[400],
        ));
        let bytes = [b"X", &[byte][..], b"Y: b\r\n"].concat();
        let message = [line.as_bytes(), b"Host: x\r\n", &bytes, b"\r\n"].concat();
        cases.push(case(
            format!("field: byte {byte:#04x} in a name"),
            message,
            &[400],
        ));
    }
    cases
}

pub(crate) fn credentials() -> Vec<Case> {
    let line = format!("GET {PATH} HTTP/1.1\r\nHost: x\r\n");
    let with = |value: &str| format!("{line}Authorization: {value}\r\n\r\n");
    let long = format!("Bearer {}", "a".repeat(20_000));
    let dots = format!("Bearer {}", ".".repeat(9_000));
    let mut cases = vec![
        case("caller: nobody", format!("{line}\r\n"), &[401]),
        case(
            "caller: twice",
            format!("{line}Authorization: Bearer {KEY}\r\nAuthorization: Bearer {KEY}\r\n\r\n"),
            &[401],
        ),
        case(
            "caller: one good and one bad",
            format!("{line}Authorization: Bearer forged\r\nAuthorization: Bearer {KEY}\r\n\r\n"),
            &[401],
        ),
        case(
            "caller: Proxy-Authorization",
            format!("{line}Proxy-Authorization: Bearer {KEY}\r\n\r\n"),
            &[401],
        ),
        case(
            "caller: X-API-Key",
            format!("{line}X-API-Key: {KEY}\r\n\r\n"),
            &[401],
        ),
        case("caller: 20 KiB", with(&long), &[401]),
        case("caller: dots", with(&dots), &[401]),
        case(
            "caller: in small letters",
            with(&format!("bearer {KEY}")),
            &[200],
        ),
        case(
            "caller: in capitals, with blanks",
            with(&format!("BEARER   {KEY}  ")),
            &[200],
        ),
        case(
            "caller: bytes that are no text",
            [line.as_bytes(), b"Authorization: Bearer \xff\xfe\r\n\r\n"].concat(),
            &[401],
        ),
    ];
    for value in [
        "",
        "Bearer",
        "Bearer ",
        "Bearer:",
        "Bearer\t<KEY>",
        "<KEY>",
        "Basic <KEY>",
        "Basic Zm9yZ2VkOmZvcmdlZA==",
        "Basic",
        "Token <KEY>",
        "ApiKey <KEY>",
        "Digest username=\"forged\"",
        "Negotiate YII=",
        "AWS4-HMAC-SHA256 Credential=forged",
        "Bearer <KEY> <KEY>",
        "Bearer <KEY>,<KEY>",
        "Bearer \"<KEY>\"",
        "Bearer <KEY>x",
        "Bearer x<KEY>",
        "Bearer specd_",
        "Bearer specd___",
        "Bearer specd_a_b_c",
        "Bearer SPECD_a_b_c",
        "Bearer specd_a_b_c_d_e_f",
        "Bearer specd_%00_b_c",
        "Bearer null",
        "Bearer undefined",
        "Bearer true",
        "Bearer forged",
        "Bearer é",
        "Bearer ' OR 1=1--",
        "Bearer ..",
        "Bearer a.b.c",
        "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJmb3JnZWQifQ.",
        "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJmb3JnZWQifQ.AAAA",
        "Bearer eyJhbGciOiJIUzI1NiIsImtpZCI6Ii4uLy4uLy4uL2Rldi9udWxsIn0.eyJzdWIiOiJmb3JnZWQifQ.AAAA",
        "Bearer e30.e30.e30",
    ] {
        cases.push(case(format!("caller: {value}"), with(value), &[401]));
    }
    cases
}

pub(crate) fn media_types() -> Vec<Case> {
    let mut cases = Vec::new();
    for media in [
        "",
        "text/plain",
        "json",
        "*/*",
        "application/*",
        ";",
        ",",
        "application/",
        "/json",
        "application/json, application/json",
        "application/jsonx",
        "application/ld+json",
        "application/problem+json",
        "application/merge-patch+json",
        "application/json-patch+json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=forged",
        "multipart/form-data",
        "application/json; charset=latin1",
        "application/json; charset=utf-16",
        "application/json; charset=utf-7",
        "application/json; charset",
        "application/json; charset=",
        "application/json;charset=\"utf-8\";charset=utf-16",
        "application/xml",
        "application/octet-stream",
        "forged/forged",
        "application/json\u{a0}",
        "text/json",
        "application/javascript",
    ] {
        let fields = format!("Content-Type: {media}\r\n");
        cases.push(case(
            format!("media type: {media}"),
            post_with(&fields, person()),
            &[415],
        ));
    }
    cases.extend([
        case("media type: none", post_with("", person()), &[415]),
        case(
            "media type: twice",
            post_with(
                "Content-Type: application/json\r\nContent-Type: application/json\r\n",
                person(),
            ),
            &[415],
        ),
        case(
            "media type: two kinds",
            post_with(
                "Content-Type: text/plain\r\nContent-Type: application/json\r\n",
                person(),
            ),
            &[415],
        ),
        case(
            "media type: 20 KiB",
            post_with(
                &format!(
                    "Content-Type: application/json; a={}\r\n",
                    "a".repeat(20_000)
                ),
                person(),
            ),
            &[201, 415],
        ),
        case("media type: no body and no type", post_with("", ""), &[400]),
        case(
            "media type: no body and another type",
            post_with("Content-Type: text/plain\r\n", ""),
            &[415],
        ),
        case(
            "media type: in capitals, with a charset",
            post_with(
                "Content-Type: APPLICATION/JSON ; CHARSET=\"UTF-8\"\r\n",
                person(),
            ),
            &[201],
        ),
        case(
            "media type: a patch sent as JSON",
            request(
                &format!("PATCH {PATH}/{ID}"),
                "Content-Type: application/json\r\nContent-Length: 2\r\n",
                b"{}",
            ),
            &[415],
        ),
        case(
            "media type: a patch of JSON Patch",
            request(
                &format!("PATCH {PATH}/{ID}"),
                "Content-Type: application/json-patch+json\r\nContent-Length: 2\r\n",
                b"[]",
            ),
            &[415],
        ),
    ]);
    for coding in [
        "gzip",
        "br",
        "deflate",
        "zstd",
        "identity, gzip",
        "forged",
        "",
        "gzip, identity",
        "x-gzip",
    ] {
        let fields = format!("Content-Type: application/json\r\nContent-Encoding: {coding}\r\n");
        cases.push(case(
            format!("content coding: {coding}"),
            post_with(&fields, person()),
            &[415],
        ));
    }
    for accept in [
        "text/html",
        "application/xml",
        "application/json;q=0",
        "*/*;q=0",
        "application/*;q=0",
        "forged",
        "text/*",
        "image/*, text/html;q=0.9",
        "application/json;q=forged",
        "application/problem+json",
        "application/vnd.api+json",
        "/",
        "*",
        "text/html;q=1;q=0",
    ] {
        let fields = format!("Accept: {accept}\r\n");
        cases.push(case(format!("accept: {accept}"), get_with(&fields), &[406]));
    }
    for accept in [
        "",
        "*/*",
        "application/json",
        "application/*;q=0.001",
        ",,,*/*",
        "text/html, */*;q=0.1",
        "APPLICATION/JSON",
        "application/json;q=1.0;forged=1",
    ] {
        let fields = format!("Accept: {accept}\r\n");
        cases.push(case(
            format!("accept: {accept} is fine"),
            get_with(&fields),
            &[200],
        ));
    }
    cases.push(case(
        "accept: 2,000 ranges",
        get_with(&format!(
            "Accept: {}text/html\r\n",
            "text/x;q=0.5,".repeat(2_000)
        )),
        &[406],
    ));
    cases
}

pub(crate) fn keys_and_conditions() -> Vec<Case> {
    let keyed = |key: &str| {
        let fields = format!("Content-Type: application/json\r\nIdempotency-Key: {key}\r\n");
        post_with(&fields, person())
    };
    let mut cases = vec![
        case(
            "idempotency key: 255 characters",
            keyed(&"k".repeat(255)),
            &[201],
        ),
        case(
            "idempotency key: 256 characters",
            keyed(&"k".repeat(256)),
            &[400],
        ),
        case(
            "idempotency key: 20 KiB",
            keyed(&"k".repeat(20_000)),
            &[400],
        ),
        case(
            "idempotency key: twice",
            keyed("a\r\nIdempotency-Key: a"),
            &[400],
        ),
        case(
            "idempotency key: of a body that is none",
            post_with(
                "Content-Type: application/json\r\nIdempotency-Key: forged-body\r\n",
                "{",
            ),
            &[400],
        ),
        case(
            "idempotency key: on a read",
            get_with("Idempotency-Key: a b\r\n"),
            &[200],
        ),
        case(
            "idempotency key: bytes that are no text",
            post_bytes(b"Idempotency-Key: \xff\r\n"),
            &[400],
        ),
    ];
    for key in [
        "",
        "\"\"",
        "\"",
        "a b",
        "a\"b",
        "\"a",
        "a\"",
        "\"a\"b",
        "\"a\" \"b\"",
        "é",
        "a\tb",
        "\"a\\\"",
        "a;b=c, d e",
        "'; --",
    ] {
        cases.push(case(format!("idempotency key: {key}"), keyed(key), &[400]));
    }
    let put = |fields: &str| {
        let fields =
            format!("Content-Type: application/merge-patch+json\r\n{fields}Content-Length: 2\r\n");
        request(&format!("PATCH {PATH}/{ID}"), &fields, b"{}")
    };
    for tag in [
        "",
        "forged",
        "1-1",
        "\"",
        "\"1-1",
        "1-1\"",
        "W/1-1",
        "w/\"1-1\"",
        "\"1-1\" \"1-2\"",
        "*, \"1-1\"",
        "**",
        ",",
        "\"a b\"",
        "'1-1'",
        "\"1-1\"x",
    ] {
        cases.push(case(
            format!("if-match: {tag}"),
            put(&format!("If-Match: {tag}\r\n")),
            &[400],
        ));
        let read = request(
            &format!("GET {PATH}/{ID}"),
            &format!("If-None-Match: {tag}\r\n"),
            b"",
        );
        cases.push(case(format!("if-none-match: {tag}"), read, &[400]));
    }
    let thousand = "\"x\",".repeat(1_000);
    for tag in [
        "\"9-9\"",
        "W/\"1-1\"",
        "\"forged\"",
        "\"\"",
        "\"*\"",
        "\"1-1'--\"",
        "\"é\"",
        thousand.as_str(),
    ] {
        let shown: String = tag.chars().take(20).collect();
        cases.push(case(
            format!("if-match: {shown} is not the tag"),
            put(&format!("If-Match: {tag}\r\n")),
            &[412],
        ));
    }
    cases.extend([
        case(
            "if-match: two lines that do not go together",
            put("If-Match: *\r\nIf-Match: \"1-1\"\r\n"),
            &[400],
        ),
        case(
            "if-match: any, of nobody",
            request(
                &format!("DELETE {PATH}/00000000-0000-4000-8000-000000000000"),
                "If-Match: *\r\n",
                b"",
            ),
            &[404],
        ),
        case(
            "if-none-match: any, of a change",
            put("If-None-Match: *\r\n"),
            &[412],
        ),
        case(
            "if-modified-since: nonsense",
            request(
                &format!("GET {PATH}/{ID}"),
                "If-Modified-Since: forged\r\nIf-Unmodified-Since: forged\r\n",
                b"",
            ),
            &[200],
        ),
    ]);
    cases
}

/// `POST` of a person with a field that is no text.
fn post_bytes(field: &[u8]) -> Vec<u8> {
    let body = person();
    let line = format!(
        "POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n",
        body.len()
    );
    [line.as_bytes(), field, b"\r\n", body.as_bytes()].concat()
}
