//! Where a body ends: lengths, chunks, both at once, and what hides behind them (RFC 9112, 6 and 7).

use crate::case::{Case, KEY, PATH, answers, case, framed, get, person, post, request};

/// What would be answered 204, were it taken for a request.
const HIDDEN: &str = "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n";
const MEGABYTE: usize = 1024 * 1024;

pub(crate) fn lengths() -> Vec<Case> {
    let body = person();
    let length = body.len();
    let mut cases = vec![
        case(
            "length: two",
            framed(
                &format!(
                    "Content-Length: {length}\r\nContent-Length: {}\r\n",
                    length + 1
                ),
                &body,
            ),
            &[400],
        ),
        case(
            "length: two that agree",
            framed(
                &format!("Content-Length: {length}\r\nContent-Length: {length}\r\n"),
                &body,
            ),
            &[201, 400],
        ),
        case(
            "length: a list",
            framed(&format!("Content-Length: {length}, {length}\r\n"), &body),
            &[201, 400],
        ),
        case(
            "length: a list that does not agree",
            framed(&format!("Content-Length: {length}, 0\r\n"), &body),
            &[400],
        ),
        case(
            "length: blanks around",
            framed(&format!("Content-Length:  \t{length} \t\r\n"), &body),
            &[201],
        ),
        case(
            "length: zeros in front",
            framed(&format!("Content-Length: 000000{length}\r\n"), &body),
            &[201, 400],
        ),
        // What is left over is the next request, and none.
        answers(
            "length: shorter than the body",
            framed("Content-Length: 5\r\n", &body),
            vec![&[400], &[400]],
        ),
        case(
            "length: longer than the body",
            framed(&format!("Content-Length: {}\r\n", length + 1), &body),
            &[400],
        )
        .cut(),
        case(
            "length: a body that never comes",
            framed("Content-Length: 10\r\n", ""),
            &[400],
        )
        .cut(),
        case(
            "length: half a body",
            framed(&format!("Content-Length: {length}\r\n"), "{"),
            &[400],
        )
        .cut(),
        case(
            "length: a megabyte and one",
            framed(&format!("Content-Length: {}\r\n", MEGABYTE + 1), ""),
            &[413],
        ),
        case(
            "length: a terabyte",
            framed("Content-Length: 1099511627776\r\n", ""),
            &[413],
        ),
        case(
            "length: the largest",
            framed("Content-Length: 18446744073709551615\r\n", ""),
            &[400, 413],
        ),
        case(
            "length: beyond the largest",
            framed("Content-Length: 18446744073709551616\r\n", ""),
            &[400],
        ),
        case(
            "length: 400 digits",
            framed(&format!("Content-Length: {}\r\n", "9".repeat(400)), ""),
            &[400],
        ),
        case(
            "length: of a read without rights",
            format!("GET {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 33\r\n\r\n{HIDDEN}"),
            &[401],
        ),
        case(
            "length: a request inside a read",
            request(
                &format!("GET {PATH}"),
                &format!("Content-Length: {}\r\n", HIDDEN.len()),
                HIDDEN.as_bytes(),
            ),
            &[200],
        ),
        case(
            "length: a request inside a body",
            framed(&format!("Content-Length: {}\r\n", HIDDEN.len()), HIDDEN),
            &[400],
        ),
        case(
            "length: a request inside a body for nobody",
            format!(
                "POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{HIDDEN}",
                HIDDEN.len()
            ),
            &[404],
        ),
        case(
            "length: Expect of a megabyte and one",
            framed(
                &format!(
                    "Expect: 100-continue\r\nContent-Length: {}\r\n",
                    MEGABYTE + 1
                ),
                "",
            ),
            &[413],
        ),
        case(
            "length: Expect, and the body at once",
            framed(
                &format!("Expect: 100-continue\r\nContent-Length: {length}\r\n"),
                &body,
            ),
            &[201],
        ),
        case(
            "length: Expect without rights",
            format!(
                "POST {PATH} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{{}}"
            ),
            &[401],
        ),
        case(
            "length: Expect of nonsense",
            framed(
                &format!("Expect: forged\r\nContent-Length: {length}\r\n"),
                &body,
            ),
            &[201],
        ),
    ];
    for length in [
        "", "-1", "-0", "+2", "0x2", "1e1", "2.0", "2;", "2 2", "two", "٢", "NaN", "2\u{a0}", "2,",
        ",2", "_2", "'2'",
    ] {
        cases.push(case(
            format!("length: `{length}`"),
            framed(&format!("Content-Length: {length}\r\n"), "{}"),
            &[400],
        ));
    }
    cases
}

pub(crate) fn chunks() -> Vec<Case> {
    let body = person();
    let whole = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let chunked = |rest: &str| framed("Transfer-Encoding: chunked\r\n", rest);
    let pieces: String = body
        .chars()
        .map(|letter| format!("1\r\n{letter}\r\n"))
        .collect();
    let padded: String = "1\r\n \r\n".repeat(10_000);
    let sixteenth = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    let mut cases = vec![
        case("chunks: one", chunked(&whole), &[201]),
        case(
            "chunks: of one byte",
            chunked(&format!("{pieces}0\r\n\r\n")),
            &[201],
        ),
        case(
            "chunks: 10,000 of one byte",
            chunked(&format!("{padded}{whole}")),
            &[201],
        ),
        case(
            "chunks: more than a megabyte",
            chunked(&format!("{}0\r\n\r\n", sixteenth.repeat(17))),
            &[413],
        ),
        case(
            "chunks: a gigabyte announced",
            chunked("40000000\r\n{"),
            &[400, 413],
        )
        .cut(),
        case(
            "chunks: capital digits, zeros in front",
            chunked(&format!("0000000{:X}\r\n{body}\r\n000\r\n\r\n", body.len())),
            &[201, 400],
        ),
        case(
            "chunks: an extension",
            chunked(&format!(
                "{:x};a=b;c=\"d\"\r\n{body}\r\n0;e\r\n\r\n",
                body.len()
            )),
            &[201],
        ),
        case(
            "chunks: an extension of 2 MiB",
            chunked(&format!("1;{}\r\n{{", "e".repeat(2 << 20))),
            &[400, 413, 431],
        )
        .cut(),
        case(
            "chunks: an extension with a bare end",
            chunked(&format!("2;a\nb\r\n{{}}\r\n0\r\n\r\n{HIDDEN}")),
            &[400],
        ),
        case(
            "chunks: an extension with a bare return",
            chunked(&format!("2;a\rb\r\n{{}}\r\n0\r\n\r\n{HIDDEN}")),
            &[400],
        ),
        case(
            "chunks: a blank before the extension",
            chunked(&format!("{:x} ;a\r\n{body}\r\n0\r\n\r\n", body.len())),
            &[201, 400],
        ),
        case(
            "chunks: a trailer",
            chunked(&format!(
                "{:x}\r\n{body}\r\n0\r\nX: forged\r\n\r\n",
                body.len()
            )),
            &[201, 400],
        ),
        case(
            "chunks: a trailer that would be a key",
            chunked(&format!(
                "{:x}\r\n{body}\r\n0\r\nContent-Length: 500\r\nHost: forged\r\n\r\n",
                body.len()
            )),
            &[201, 400],
        ),
        case(
            "chunks: a trailer of 2 MiB",
            chunked(&format!(
                "2\r\n{{}}\r\n0\r\nX: {}\r\n\r\n",
                "t".repeat(2 << 20)
            )),
            &[400, 413, 431],
        ),
        case(
            "chunks: a trailer without an end",
            chunked("2\r\n{}\r\n0\r\nX: forged"),
            &[400],
        )
        .cut(),
        case(
            "chunks: longer than they say",
            chunked("2\r\n{}xx0\r\n\r\n"),
            &[400],
        )
        .cut(),
        case(
            "chunks: shorter than they say",
            chunked("9\r\n{}\r\n0\r\n\r\n"),
            &[400],
        )
        .cut(),
        case(
            "chunks: no end of the line behind",
            chunked("2\r\n{}0\r\n\r\n"),
            &[400],
        )
        .cut(),
        case(
            "chunks: bare ends of lines",
            chunked(&format!("2\n{{}}\n0\n\n{HIDDEN}")),
            &[400],
        )
        .cut(),
        case("chunks: cut in a chunk", chunked("5\r\n{"), &[400]).cut(),
        case("chunks: cut in a size", chunked("5"), &[400]).cut(),
        case(
            "chunks: cut before the last",
            chunked("2\r\n{}\r\n"),
            &[400],
        )
        .cut(),
        case(
            "chunks: cut in the last",
            chunked("2\r\n{}\r\n0\r\n"),
            &[400],
        )
        .cut(),
        case("chunks: nothing at all", chunked(""), &[400]).cut(),
        case("chunks: empty", chunked("0\r\n\r\n"), &[400]),
        case(
            "chunks: and a length",
            framed(
                "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
                &whole,
            ),
            &[400],
        ),
        case(
            "chunks: before a length",
            framed(
                "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
                &whole,
            ),
            &[400],
        ),
        case(
            "chunks: and a length of nothing",
            framed(
                "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
                &whole,
            ),
            &[400],
        ),
        case(
            "smuggled: behind a length",
            framed(
                "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n",
                &format!("0\r\n\r\n{HIDDEN}"),
            ),
            &[400],
        ),
        case(
            "smuggled: behind chunks",
            framed(
                "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
                &format!("21\r\n{HIDDEN}\r\n0\r\n\r\n"),
            ),
            &[400],
        ),
        case(
            "smuggled: in a read",
            request(
                &format!("GET {PATH}"),
                "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n",
                format!("0\r\n\r\n{HIDDEN}").as_bytes(),
            ),
            &[400],
        ),
        case(
            "smuggled: behind a name of no field",
            framed(
                &format!(
                    "Content-Length: {}\r\nTransfer_Encoding: chunked\r\n",
                    whole.len()
                ),
                &whole,
            ),
            &[400],
        ),
        case(
            "smuggled: a coding in HTTP/1.0",
            format!(
                "POST {PATH} HTTP/1.0\r\nAuthorization: Bearer {KEY}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{whole}"
            ),
            &[201, 400],
        ),
    ];
    for coding in [
        "gzip",
        "gzip, chunked",
        "chunked, gzip",
        "chunked, chunked",
        "chunked, identity",
        "identity",
        "identity, chunked",
        "xchunked",
        "chunkedx",
        "chunked;q=1",
        "\"chunked\"",
        "chunk",
        "",
        ",",
        "chunked,",
        "\u{b}chunked",
        "chunked\u{b}",
        "chunked\r\n , gzip",
        "chu\r\n nked",
        "forged",
        "cow",
        "chunKed chunked",
    ] {
        let name = format!("coding: {}", coding.escape_debug());
        cases.push(case(
            name,
            framed(&format!("Transfer-Encoding: {coding}\r\n"), &whole),
            &[400],
        ));
    }
    for fields in [
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Transfer-Encoding\t: chunked\r\n",
        " Transfer-Encoding: chunked\r\n",
        "X: x\nTransfer-Encoding : chunked\r\n",
        "Transfer-Encoding:\r\n chunked\r\n",
        "\u{0}Transfer-Encoding: chunked\r\n",
    ] {
        let name = format!("coding: {}", fields.escape_debug());
        cases.push(case(name, framed(fields, &whole), &[400]));
    }
    for fields in [
        "Transfer-Encoding:\tchunked\r\n",
        "Transfer-Encoding: Chunked\r\n",
        "TRANSFER-ENCODING:chunked\r\n",
    ] {
        let name = format!("coding, and fine: {}", fields.escape_debug());
        cases.push(case(name, framed(fields, &whole), &[201]));
    }
    for size in [
        "zz",
        "-1",
        "+2",
        "0x2",
        "",
        " 2",
        "2 2",
        "2,",
        "g",
        "2\0",
        "٢",
        "fffffffffffffffff",
        "ffffffffffffffff",
        "8000000000000000",
        "10000000000000002",
        "1e1",
        "--2",
        "forged",
    ] {
        let name = format!("chunk size: {}", size.escape_debug());
        cases.push(
            case(
                name,
                chunked(&format!("{size}\r\n{{}}\r\n0\r\n\r\n")),
                &[400, 413],
            )
            .cut(),
        );
    }
    cases
}

pub(crate) fn behind_one_another() -> Vec<Case> {
    let read = get(PATH);
    let nowhere = b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n".to_vec();
    let head = b"HEAD /healthz HTTP/1.0\r\n\r\n".to_vec();
    let malformed = b"GET / HTTP/9.9\r\nHost: x\r\n\r\n".to_vec();
    let late = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_vec();
    let larger = post(format!("{}{}", person(), "x".repeat(100)));
    vec![
        answers(
            "pipeline: two reads",
            [read.clone(), read.clone()].concat(),
            vec![&[200], &[200]],
        ),
        answers("pipeline: fifty reads", read.repeat(50), vec![&[200]; 50]),
        answers(
            "pipeline: a write, a read and nothing there",
            [post(person()), read.clone(), nowhere.clone()].concat(),
            vec![&[201], &[200], &[404]],
        ),
        answers(
            "pipeline: what is wrong, and a read",
            [post("{"), read.clone()].concat(),
            vec![&[400], &[200]],
        ),
        answers(
            "pipeline: nothing there, and a read",
            [nowhere, read.clone()].concat(),
            vec![&[404], &[200]],
        ),
        answers(
            "pipeline: a read, and no HTTP",
            [read.clone(), malformed.clone()].concat(),
            vec![&[200], &[400]],
        ),
        answers(
            "pipeline: no HTTP, and a read",
            [malformed, read.clone()].concat(),
            vec![&[400]],
        ),
        answers(
            "pipeline: a last one, and a read",
            [late, read.clone()].concat(),
            vec![&[200]],
        ),
        answers(
            "pipeline: HTTP/1.0, and a read",
            [head, read.clone()].concat(),
            vec![&[200]],
        )
        .without_a_body(),
        answers(
            "pipeline: a read, and the beginning of another",
            [read.clone(), b"GET /".to_vec()].concat(),
            vec![&[200], &[400]],
        )
        .cut(),
        answers(
            "pipeline: empty lines in between",
            [read.clone(), b"\r\n\r\n".to_vec(), read.clone()].concat(),
            vec![&[200], &[200]],
        ),
        answers(
            "pipeline: a body that is longer than its length",
            [larger, read].concat(),
            vec![&[400], &[200]],
        ),
        answers(
            "pipeline: more behind a body",
            [post(person()), b"{}\r\n\r\n".to_vec()].concat(),
            vec![&[201], &[400]],
        ),
    ]
}
