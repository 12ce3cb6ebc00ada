//! Request lines, versions, and what is no HTTP at all (RFC 9112, 2 and 3).

use crate::case::{Case, KEY, PATH, answers, case, get, request};

/// What a server may say to what is no request.
const REFUSED: &[u16] = &[400];

pub(crate) fn cases() -> Vec<Case> {
    let get_list = String::from_utf8_lossy(&get(PATH)).into_owned();
    let method = "M".repeat(5_000);
    let longer = "M".repeat(70_000);
    let mut cases = vec![
        answers("line: empty lines alone", "\r\n\r\n\r\n", vec![]).cut(),
        case(
            "line: empty lines before a request",
            format!("{}{get_list}", "\r\n".repeat(1_000)),
            &[200],
        ),
        case("line: a method alone", "GET\r\n\r\n", REFUSED),
        case("line: HTTP/0.9", "GET /\r\n\r\n", REFUSED),
        case("line: HTTP/0.9, said", "GET / HTTP/0.9\r\n\r\n", REFUSED),
        case("line: HTTP/1.0", "GET /healthz HTTP/1.0\r\n\r\n", &[200]),
        case(
            "line: HTTP/1.2",
            "GET / HTTP/1.2\r\nHost: x\r\n\r\n",
            REFUSED,
        ),
        case(
            "line: HTTP/2 preface",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            REFUSED,
        ),
        case(
            "line: HTTP/2 in the clear",
            "GET / HTTP/2\r\nHost: x\r\n\r\n",
            REFUSED,
        ),
        case(
            "line: HTTP/3.7",
            "GET / HTTP/3.7\r\nHost: x\r\n\r\n",
            REFUSED,
        ),
        case(
            "line: HTTP/9.9",
            "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
            REFUSED,
        ),
        case(
            "line: HTTP/1.10",
            "GET / HTTP/1.10\r\nHost: x\r\n\r\n",
            REFUSED,
        ),
        case(
            "line: HTTP/01.1",
            "GET / HTTP/01.1\r\nHost: x\r\n\r\n",
            REFUSED,
        ),
        case(
            "line: HTTP/-1.1",
            "GET / HTTP/-1.1\r\nHost: x\r\n\r\n",
            REFUSED,
        ),
        case(
            "line: http/1.1",
            "GET / http/1.1\r\nHost: x\r\n\r\n",
            REFUSED,
        ),
        case("line: FTP", "GET / FTP/1.1\r\nHost: x\r\n\r\n", REFUSED),
        case(
            "line: RTSP",
            "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n",
            REFUSED,
        ),
        case(
            "line: two blanks",
            "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
            REFUSED,
        ),
        case("line: a tab", "GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n", REFUSED),
        case(
            "line: a blank in front",
            " GET / HTTP/1.1\r\nHost: x\r\n\r\n",
            REFUSED,
        ),
        case(
            "line: a blank behind",
            "GET / HTTP/1.1 \r\nHost: x\r\n\r\n",
            REFUSED,
        ),
        case(
            "line: a blank in the target",
            "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
            REFUSED,
        ),
        case(
            "line: ends of lines without a return",
            "GET /healthz HTTP/1.1\nHost: x\n\n",
            &[200, 400],
        ),
        case(
            "line: a return without an end",
            "GET / HTTP/1.1\rHost: x\r\n\r\n",
            REFUSED,
        ),
        case(
            "line: a method that is none",
            "P@ST / HTTP/1.1\r\nHost: x\r\n\r\n",
            REFUSED,
        ),
        case(
            "line: a method with a NUL",
            "GE\0T / HTTP/1.1\r\nHost: x\r\n\r\n",
            REFUSED,
        ),
        case(
            "line: a method of another alphabet",
            "GÉT / HTTP/1.1\r\nHost: x\r\n\r\n",
            REFUSED,
        ),
        case(
            "line: a method in parentheses",
            "(GET) / HTTP/1.1\r\nHost: x\r\n\r\n",
            REFUSED,
        ),
        case(
            "line: a method that is forged",
            request(&format!("forged-{} {PATH}", "LINE"), "", b""),
            &[405],
        ),
        case(
            "line: a method of 5,000 letters",
            request(&format!("{method} {PATH}"), "", b""),
            &[400, 405, 414],
        ),
        case(
            "line: a method of 70,000 letters",
            request(&format!("{longer} {PATH}"), "", b""),
            &[400, 414],
        ),
        case(
            "line: a method in small letters",
            request(&format!("get {PATH}"), "", b""),
            &[405],
        ),
        case(
            "line: BREW",
            request(&format!("BREW {PATH}"), "", b""),
            &[405],
        ),
        case(
            "line: TRACE",
            request(&format!("TRACE {PATH}"), "", b""),
            &[405],
        ),
        case(
            "line: TRACE of a page",
            "TRACE /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
            &[405],
        ),
        case(
            "line: PROPFIND",
            request(&format!("PROPFIND {PATH}"), "Depth: infinity\r\n", b""),
            &[405],
        ),
        case(
            "line: DEBUG",
            request(&format!("DEBUG {PATH}"), "", b""),
            &[405],
        ),
        case(
            "line: DELETE of all",
            request(&format!("DELETE {PATH}"), "", b""),
            &[405],
        ),
        case(
            "line: PUT of all",
            request(&format!("PUT {PATH}"), "", b""),
            &[405],
        ),
        case(
            "line: PATCH of all",
            request(&format!("PATCH {PATH}"), "", b""),
            &[405],
        ),
        case(
            "line: CONNECT",
            "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n",
            &[400, 404, 405],
        ),
        case(
            "line: CONNECT to a path",
            request(&format!("CONNECT {PATH}"), "", b""),
            &[400, 404, 405],
        ),
        case(
            "line: HEAD of nothing",
            "HEAD /nowhere HTTP/1.1\r\nHost: x\r\n\r\n",
            &[404],
        )
        .without_a_body(),
        case(
            "line: HEAD of the list",
            request(&format!("HEAD {PATH}"), "", b""),
            &[200],
        )
        .without_a_body(),
        case(
            "line: a method in a field",
            request(
                &format!("GET {PATH}"),
                "X-HTTP-Method-Override: DELETE\r\nX-Method-Override: DELETE\r\nX-HTTP-Method: DELETE\r\n",
                b"",
            ),
            &[200],
        ),
        case(
            "line: a method in the query",
            get(&format!("{PATH}?_method=DELETE")),
            &[400],
        ),
        case(
            "line: TLS",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03forged".to_vec(),
            REFUSED,
        ),
        case(
            "line: TLS 1.3 with a name",
            b"\x16\x03\x03\x00\x31\x01\x00\x00\x2d\x03\x03\r\n\r\n".to_vec(),
            REFUSED,
        ),
        case(
            "line: SSL 2",
            b"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10\r\n\r\n".to_vec(),
            REFUSED,
        ),
        case("line: SSH", "SSH-2.0-OpenSSH_9.9 forged\r\n\r\n", REFUSED),
        case("line: SMTP", "EHLO forged\r\n\r\n", REFUSED),
        case("line: Redis", "*1\r\n$4\r\nPING\r\n\r\n", REFUSED),
        case(
            "line: PostgreSQL",
            b"\0\0\0\x08\x04\xd2\x16\x2f".to_vec(),
            REFUSED,
        )
        .cut(),
        case(
            "line: the proxy protocol",
            format!("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n{get_list}"),
            REFUSED,
        ),
        case(
            "line: the binary proxy protocol",
            b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x7f\0\0\x01\x7f\0\0\x01\0\x50\0\x50".to_vec(),
            REFUSED,
        )
        .cut(),
        case("line: JSON", "{\"a\":1}\r\n\r\n", REFUSED),
        case(
            "line: noise",
            b"\xde\xad\xbe\xef\x00\xff\r\n\r\n".to_vec(),
            REFUSED,
        ),
        case("line: cut in the line", "GET /", REFUSED).cut(),
        case("line: cut in a field", "GET / HTTP/1.1\r\nHos", REFUSED).cut(),
        case(
            "line: cut before the last line",
            "GET / HTTP/1.1\r\nHost: x\r\n",
            REFUSED,
        )
        .cut(),
        case("line: one byte", "G", REFUSED).cut(),
        case(
            "line: a line of the log",
            format!(
                "GET {PATH}%0d%0a{{\"timestamp\":\"forged\"}} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n\r\n"
            ),
            &[400, 404],
        ),
    ];
    for (at, byte) in [0x00_u8, 0x01, 0x08, 0x0b, 0x0c, 0x1b, 0x7f, 0x80, 0xff]
        .into_iter()
        .enumerate()
    {
        let line = [b"GET /", &[byte][..], b" HTTP/1.1\r\nHost: x\r\n\r\n"].concat();
        cases.push(case(
            format!("line: byte {byte:#04x} in the target ({at})"),
            line,
            &[400, 404],
        ));
    }
    cases
}
