//! A client that says exactly what it is told to, byte for byte.

use std::fmt;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// An answer, taken apart.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = String::from_utf8_lossy(&self.body);
        write!(f, "{} {:?} {body:.2000}", self.status, self.headers)
    }
}

impl Answer {
    /// The only value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(header, _)| header == name);
        let value = values.next();
        assert!(values.next().is_none(), "`{name}` stands twice");
        value.map(|(_, value)| value.as_str())
    }

    /// Every value of a header.
    pub(crate) fn headers_named(&self, name: &str) -> Vec<&str> {
        let values = self.headers.iter().filter(|(header, _)| header == name);
        values.map(|(_, value)| value.as_str()).collect()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("UTF-8")
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The last segment of a problem's `type`.
    #[track_caller]
    pub(crate) fn problem(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{self:?}"
        );
        let kind = self.json()["type"].as_str().expect("a type").to_owned();
        kind.strip_prefix("/problems/")
            .expect("a type of ours")
            .to_owned()
    }

    /// Pointer (or parameter) and code of every error, in order.
    #[track_caller]
    pub(crate) fn errors(&self) -> Vec<(String, String)> {
        let json = self.json();
        let errors = json["errors"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        errors
            .iter()
            .map(|error| {
                let place = if error["pointer"].is_string() {
                    "pointer"
                } else {
                    "parameter"
                };
                (text(&error[place]), text(&error["code"]))
            })
            .collect()
    }
}

/// A request in the making.
pub(crate) struct Request {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Request {
    pub(crate) fn new(method: &str, target: &str) -> Self {
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: None,
        }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn key(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    /// A body without a type.
    pub(crate) fn bytes(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    pub(crate) fn json(self, body: impl Into<Vec<u8>>) -> Self {
        self.header("Content-Type", "application/json").bytes(body)
    }

    pub(crate) fn merge_patch(self, body: impl Into<Vec<u8>>) -> Self {
        self.header("Content-Type", "application/merge-patch+json")
            .bytes(body)
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        let mut head = format!(
            "{} {} HTTP/1.1\r\nHost: localhost\r\n",
            self.method, self.target
        );
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let body = self.body.unwrap_or_default();
        if !body.is_empty() {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        [head.into_bytes(), body].concat()
    }
}

/// Sends a request and reads its answer.
#[track_caller]
pub(crate) fn send(address: SocketAddr, request: Request) -> Answer {
    let is_head = request.method == "HEAD";
    let answer = send_bytes(address, &request.into_bytes(), is_head);
    answer.expect("an answer")
}

/// Sends bytes and reads what comes back; `None` where the server says nothing.
pub(crate) fn send_bytes(address: SocketAddr, bytes: &[u8], is_head: bool) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .expect("a timeout");
    // The server may have said no and gone before all is sent.
    let _ = stream.write_all(bytes);
    read_answer(&mut stream, is_head)
}

/// Reads one answer from a connection.
pub(crate) fn read_answer(stream: &mut TcpStream, is_head: bool) -> Option<Answer> {
    let mut read = Vec::new();
    let mut chunk = vec![0; 65536];
    loop {
        if let Some(answer) = parse(&read, is_head) {
            return Some(answer);
        }
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return None,
            Ok(count) => read.extend_from_slice(&chunk[..count]),
        }
    }
}

fn parse(read: &[u8], is_head: bool) -> Option<Answer> {
    let end = read.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&read[..end]).expect("a head in ASCII");
    let mut lines = head.split("\r\n");
    let status: u16 = lines.next()?.split(' ').nth(1)?.parse().expect("a status");
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    if status == 100 {
        return parse(&read[end + 4..], is_head);
    }
    let length = headers
        .iter()
        .find(|(name, _)| name == "content-length")
        .map_or(0, |(_, value)| value.parse::<usize>().expect("a length"));
    let length = if is_head { 0 } else { length };
    let body = read.get(end + 4..end + 4 + length)?.to_vec();
    Some(Answer {
        status,
        headers,
        body,
    })
}
