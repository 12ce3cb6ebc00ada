//! One hostile request: its bytes, and the answers that it may have.

/// The collection of the document.
pub(crate) const PATH: &str = "/api/v1/people";
/// Stands for the API key.
pub(crate) const KEY: &str = "<KEY>";
/// Stands for the id of a record that is there.
pub(crate) const ID: &str = "<ID>";
/// Stands for a code that no other case has; as long as what it stands for.
pub(crate) const CODE: &str = "<CODE>";
/// What a client puts where it might end up in a log or in an answer.
pub(crate) const FORGED: &str = "forged";

/// A request, or what is sent instead of one.
pub(crate) struct Case {
    /// What it tries.
    pub(crate) name: String,
    /// The bytes, with [`KEY`], [`ID`] and [`CODE`] in them.
    pub(crate) bytes: Vec<u8>,
    /// The statuses that each answer may have; there are as many answers.
    pub(crate) answers: Vec<&'static [u16]>,
    /// Whether the client stops sending in the middle.
    pub(crate) is_cut: bool,
    /// Whether the answers have no body, as those to `HEAD`.
    pub(crate) is_head: bool,
}

impl Case {
    /// The same, sent no further than this.
    pub(crate) fn cut(mut self) -> Self {
        self.is_cut = true;
        self
    }

    /// The same, to which answers have no body.
    pub(crate) fn without_a_body(mut self) -> Self {
        self.is_head = true;
        self
    }
}

/// One answer, of one of these statuses.
pub(crate) fn case(
    name: impl Into<String>,
    bytes: impl Into<Vec<u8>>,
    statuses: &'static [u16],
) -> Case {
    answers(name, bytes, vec![statuses])
}

/// Several answers, one after the other.
pub(crate) fn answers(
    name: impl Into<String>,
    bytes: impl Into<Vec<u8>>,
    answers: Vec<&'static [u16]>,
) -> Case {
    Case {
        name: name.into(),
        bytes: bytes.into(),
        answers,
        is_cut: false,
        is_head: false,
    }
}

/// A request of a caller with a key. Each field ends its line.
pub(crate) fn request(line: &str, fields: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("{line} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n{fields}\r\n");
    [head.as_bytes(), body].concat()
}

/// `GET`.
pub(crate) fn get(target: &str) -> Vec<u8> {
    request(&format!("GET {target}"), "", b"")
}

/// `GET` of the list, with more fields.
pub(crate) fn get_with(fields: &str) -> Vec<u8> {
    request(&format!("GET {PATH}"), fields, b"")
}

/// `POST` of a body as JSON.
pub(crate) fn post(body: impl AsRef<[u8]>) -> Vec<u8> {
    post_with("Content-Type: application/json\r\n", body)
}

/// `POST` of a body with these fields, its length beside them.
pub(crate) fn post_with(fields: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let fields = format!("{fields}Content-Length: {}\r\n", body.len());
    request(&format!("POST {PATH}"), &fields, body)
}

/// `POST` as JSON whose body's framing is the case's own.
pub(crate) fn framed(fields: &str, body: &str) -> Vec<u8> {
    let fields = format!("Content-Type: application/json\r\n{fields}");
    request(&format!("POST {PATH}"), &fields, body.as_bytes())
}

/// A person that keeps every rule.
pub(crate) fn person() -> String {
    person_with("")
}

/// The same with these members in the place of its own, or beside them.
pub(crate) fn person_with(members: &str) -> String {
    let own = [
        ("code", format!("\"{CODE}\"")),
        ("score", "1".to_owned()),
        ("extra", "null".to_owned()),
    ];
    let own = own
        .iter()
        .filter(|(name, _)| !members.contains(&format!("\"{name}\":")))
        .map(|(name, value)| format!("\"{name}\":{value}"));
    let all: Vec<String> = own
        .chain((!members.is_empty()).then(|| members.to_owned()))
        .collect();
    format!("{{{}}}", all.join(","))
}
