//! Bodies: bytes that are no JSON, JSON that is no record, and sizes around the limit.

use crate::case::{CODE, Case, ID, PATH, case, person, person_with, post, request};

const MEGABYTE: usize = 1024 * 1024;

/// A person whose free member nests so deep that its innermost array stands on this level of the body.
fn nested(levels: usize) -> String {
    let arrays = levels - 1;
    person_with(&format!(
        "\"extra\":{}{}",
        "[".repeat(arrays),
        "]".repeat(arrays)
    ))
}

/// A person, and blanks up to so many bytes. The code is as long as what it stands for.
fn filled(bytes: usize) -> String {
    let body = person();
    let blanks = " ".repeat(bytes - body.len());
    format!("{body}{blanks}")
}

pub(crate) fn cases() -> Vec<Case> {
    let utf16: Vec<u8> = person().encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf16_be: Vec<u8> = person().encode_utf16().flat_map(u16::to_be_bytes).collect();
    let utf32: Vec<u8> = person()
        .chars()
        .flat_map(|letter| u32::from(letter).to_le_bytes())
        .collect();
    let many: String = (0..20_000).map(|at| format!("\"f{at}\":{at},")).collect();
    let mut cases = vec![
        case(
            "body: UTF-16, little end first",
            post([b"\xff\xfe", utf16.as_slice()].concat()),
            &[400],
        ),
        case("body: UTF-16 without a mark", post(&utf16), &[400]),
        case(
            "body: UTF-16, big end first",
            post([b"\xfe\xff", utf16_be.as_slice()].concat()),
            &[400],
        ),
        case(
            "body: UTF-32",
            post([b"\xff\xfe\0\0", utf32.as_slice()].concat()),
            &[400],
        ),
        case(
            "body: a mark before UTF-8",
            post([b"\xef\xbb\xbf", person().as_bytes()].concat()),
            &[400],
        ),
        case(
            "body: gzip without a label",
            post(b"\x1f\x8b\x08\0\0\0\0\0\0\x03forged"),
            &[400],
        ),
        case("body: 1 MiB less one", post(filled(MEGABYTE - 1)), &[201]),
        case("body: 1 MiB", post(filled(MEGABYTE)), &[201]),
        case("body: 1 MiB and one", post(filled(MEGABYTE + 1)), &[413]),
        case("body: 3 MiB", post(filled(3 * MEGABYTE)), &[413]),
        case("body: 1 MiB of a NUL", post(vec![0; MEGABYTE]), &[400]),
        case(
            "body: 1 MiB of an opening bracket",
            post("[".repeat(MEGABYTE)),
            &[400],
        ),
        case(
            "body: 100,000 objects in one another",
            post("{\"a\":".repeat(100_000)),
            &[400],
        ),
        case(
            "body: 200,000 pairs of brackets",
            post(format!("{}{}", "[".repeat(200_000), "]".repeat(200_000))),
            &[400],
        ),
        case("body: depth 64", post(nested(64)), &[201]),
        case("body: depth 65", post(nested(65)), &[400]),
        case("body: depth 1,000", post(nested(1_000)), &[400]),
        case("body: depth 100,000", post(nested(100_000)), &[400]),
        case(
            "body: 20,000 members that nobody declared",
            post(format!("{{{many}\"code\":\"{CODE}\"}}")),
            &[400],
        ),
        case(
            "body: 20,000 members below a free one",
            post(person_with(&format!("\"extra\":{{{many}\"z\":1}}"))),
            &[201],
        ),
        case(
            "body: a name of 500 KiB",
            post(person_with(&format!("\"{}\":1", "n".repeat(500 * 1024)))),
            &[400],
        ),
        case(
            "body: a text of 900 KiB",
            post(person_with(&format!(
                "\"name\":\"{}\"",
                "n".repeat(900 * 1024)
            ))),
            &[400],
        ),
        case(
            "body: 500,000 digits",
            post(person_with(&format!("\"price\":{}", "9".repeat(500_000)))),
            &[400],
        ),
        case(
            "body: 500,000 decimals",
            post(person_with(&format!("\"price\":0.{}", "1".repeat(500_000)))),
            &[400],
        ),
        case(
            "body: 500,000 digits in a free member",
            post(person_with(&format!("\"extra\":{}", "9".repeat(500_000)))),
            &[201, 400],
        ),
        case(
            "body: the same record again",
            post(r#"{"code":"first","score":1,"extra":null}"#),
            &[409],
        ),
        case(
            "body: a mentor who is not there",
            post(person_with(
                "\"mentor_id\":\"00000000-0000-4000-8000-000000000000\"",
            )),
            &[400],
        ),
        case(
            "body: of a patch that is no object",
            request(
                &format!("PATCH {PATH}/{ID}"),
                "Content-Type: application/merge-patch+json\r\nContent-Length: 2\r\n",
                b"[]",
            ),
            &[400],
        ),
        case(
            "body: of a patch with the server's members",
            request(
                &format!("PATCH {PATH}/{ID}"),
                "Content-Type: application/merge-patch+json\r\nContent-Length: 14\r\n",
                br#"{"id":"forged""#,
            ),
            &[400],
        ),
        case(
            "body: of a delete",
            request(
                &format!("DELETE {PATH}/forged"),
                "Content-Length: 2\r\n",
                b"{}",
            ),
            &[404],
        ),
    ];
    for body in [
        "",
        " ",
        "\n\t ",
        "\0",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "\"forged",
        "nul",
        "tru",
        "{}x",
        "{} {}",
        "{}\0",
        "{,}",
        "{\"code\"}",
        "{\"code\":}",
        "{\"code\" \"forged\"}",
        "{\"code\":\"a\",}",
        "{code:\"forged\"}",
        "{'code':'forged'}",
        "{/* forged */}",
        "{}//forged",
        "{\"score\":01}",
        "{\"score\":+1}",
        "{\"score\":.5}",
        "{\"score\":1.}",
        "{\"score\":1e}",
        "{\"score\":1e+}",
        "{\"score\":0x10}",
        "{\"score\":NaN}",
        "{\"score\":Infinity}",
        "{\"score\":-Infinity}",
        "{\"score\":-}",
        "{\"score\":True}",
        "{\"score\":1_000}",
        "{\"name\":\"\\q\"}",
        "{\"name\":\"\\u12\"}",
        "{\"name\":\"\\ud800\"}",
        "{\"name\":\"\\udc00\\ud800\"}",
        "{\"name\":\"\\ud800\\u0041\"}",
        "{\"\\ud800\":1}",
        "{\"name\":\"a\nb\"}",
        "{\"name\":\"\u{1}\"}",
        "{\"name\":\"\u{1f}\"}",
        "code=forged&score=1",
        "<person/>",
        "--forged\r\n\r\n",
        ")]}',\n{}",
        "{\"code\":undefined}",
        "{\"code\":function(){}}",
        "[1,2",
        "{]",
        "\u{feff}",
        "#forged",
    ] {
        cases.push(case(
            format!("no JSON: {}", body.escape_debug()),
            post(body),
            &[400],
        ));
    }
    for (at, bytes) in [
        b"{\"name\":\"\xff\"}".as_slice(),
        b"{\"name\":\"\xc0\x80\"}",
        b"{\"name\":\"\xed\xa0\x80\"}",
        b"{\"name\":\"\xf4\x90\x80\x80\"}",
        b"{\"name\":\"\xe2\x82\"}",
        b"{\"name\":\"\x80\"}",
        b"{\"\xff\":1}",
        b"\xff",
        b"{}\xff",
    ]
    .into_iter()
    .enumerate()
    {
        cases.push(case(format!("no UTF-8: {}", at + 1), post(bytes), &[400]));
    }
    for body in [
        "null",
        "true",
        "1",
        "\"forged\"",
        "[]",
        "[{}]",
        "{}",
        "{\"\":1}",
        "{\"__proto__\":{\"a\":1}}",
        "{\"constructor\":{}}",
    ] {
        cases.push(case(format!("no record: {body}"), post(body), &[400]));
    }
    for members in [
        r#""id":"00000000-0000-4000-8000-000000000000""#,
        r#""created_at":"2025-01-01T00:00:00Z""#,
        r#""Code":"a""#,
        r#""code ":"a""#,
        r#""code\u0000":"a""#,
        r#""name":"a","name":"b""#,
        r#""name":"a","\u006eame":"b""#,
        r#""home":{"street":"a","street":"b","number":1}"#,
        r#""extra":{"a":{"b":1,"b":2}}"#,
        r#""name":"\u0000""#,
        r#""name":"forged\u0000""#,
        r#""extra":{"a":"\u0000"}"#,
        r#""extra":{"\u0000":1}"#,
        r#""extra":1e200000"#,
        r#""extra":-1e-200000"#,
        r#""name":1"#,
        r#""name":{}"#,
        r#""name":[]"#,
        r#""name":true"#,
        r#""name":"""#,
        r#""name":"   ""#,
        r#""email":"forged""#,
        r#""email":"a@b@c""#,
        r#""phone":"forged""#,
        r#""score":null"#,
        r#""score":"1""#,
        r#""score":1.5"#,
        r#""score":0"#,
        r#""score":-1"#,
        r#""score":2147483648"#,
        r#""score":9223372036854775808"#,
        r#""score":1e999999999"#,
        r#""score":1e-999999999"#,
        r#""score":-1e999999999"#,
        r#""score":true"#,
        r#""score":[1]"#,
        r#""price":"1""#,
        r#""price":1e400000"#,
        r#""price":1.005"#,
        r#""price":100000000"#,
        r#""price":1e-999999999"#,
        r#""born":"yesterday""#,
        r#""born":"2025-02-30""#,
        r#""born":"9999-12-31""#,
        r#""born":"-0001-01-01""#,
        r#""born":20250101"#,
        r#""seen":"2025-01-01""#,
        r#""seen":"2025-01-01T00:00:00""#,
        r#""seen":"2025-01-01T25:00:00Z""#,
        r#""seen":"2025-01-01T00:00:00+99:00""#,
        r#""seen":0"#,
        r#""home":[]"#,
        r#""home":{"street":"a"}"#,
        r#""home":{"street":1,"number":1}"#,
        r#""home":{"street":"a","number":"forged"}"#,
        r#""home":{"street":"a","number":1,"forgotten":1}"#,
        r#""home":"forged""#,
        r#""mentor_id":"forged""#,
        r#""mentor_id":"{00000000-0000-4000-8000-000000000000}""#,
        r#""mentor_id":1"#,
        r#""code":"""#,
        r#""code":"123456789012345678901""#,
        r#""code":null"#,
    ] {
        let statuses: &[u16] = if members == r#""code":"""# {
            &[201, 400, 409]
        } else {
            &[400]
        };
        cases.push(case(
            format!("no record: {members}"),
            post(person_with(members)),
            statuses,
        ));
    }
    for members in [
        r#""name":"'; DROP TABLE people;--""#,
        r#""name":"😀""#,
        r#""name":"<script>alert(1)</script>""#,
        r#""name":"%s%n%x""#,
        r#""name":"\u202e""#,
        r#""name":"\u0001""#,
        r#""name":"${jndi:ldap://x}""#,
        r#""name":"../../etc/passwd""#,
        r#""name":"{{7*7}}""#,
        r#""score":1e2"#,
        r#""score":1.0"#,
        r#""score":2147483647"#,
        r#""price":99999999.99"#,
        r#""price":-0.00"#,
        r#""extra":"$ne""#,
        r#""extra":{"__proto__":{"a":1}}"#,
        r#""extra":[[],{},null,true,1.10]"#,
        r#""extra":123456789012345678901234567890.123456789"#,
    ] {
        cases.push(case(
            format!("a record: {members}"),
            post(person_with(members)),
            &[201],
        ));
    }
    cases
}
