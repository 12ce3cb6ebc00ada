//! Sends each case and judges what comes back, and what is left behind.

use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde_json::Value;
use specd_e2e::client::with_cursor;
use specd_e2e::{Client, Documents, Server, Storage};

use crate::case::{CODE, Case, FORGED, ID, KEY, PATH};

const PEOPLE: &str = include_str!("../../documents/0004-people.md");
/// How long a case may take on a busy machine. The server's own deadlines are within it.
const LIMIT: Duration = Duration::from_secs(20);
/// What the server may have resident after the whole table, in KiB.
const MEMORY: u64 = 400 * 1024;

/// An answer, taken apart.
struct Answer {
    status: u16,
    fields: Vec<(String, String)>,
    body: Vec<u8>,
}

/// Sends every case; an error names all that went wrong.
pub(crate) fn all(cases: Vec<Case>, storage: &Storage) -> anyhow::Result<()> {
    let documents = Documents::of(&[("0004-people.md", PEOPLE)])?;
    let server = Server::start(&documents, storage)?;
    let key = server.key()?;
    let client = server.anonymous().with_key(key.as_str());
    let first = client.post(PATH, r#"{"code":"first","score":1,"extra":null}"#)?;
    ensure!(first.status == 201, "{}", first.text());
    let id = first.member("id").as_str().unwrap_or_default().to_owned();
    let count = cases.len();
    let mut created = 1;
    let mut wrong = Vec::new();
    for (number, case) in cases.into_iter().enumerate() {
        let code = format!("{number:06}");
        let bytes = [(KEY, key.as_str()), (ID, &id), (CODE, &code)]
            .iter()
            .fold(case.bytes.clone(), |bytes, (mark, value)| {
                replaced(&bytes, mark.as_bytes(), value.as_bytes())
            });
        let begun = Instant::now();
        match exchange(server.address(), &bytes, &case) {
            Ok(answers) => {
                created += answers.iter().filter(|answer| answer.status == 201).count();
                if let Err(reason) = judge(&case, &answers) {
                    wrong.push(format!("{}: {reason:#}", case.name));
                }
            }
            Err(reason) => wrong.push(format!("{}: {reason:#}", case.name)),
        }
        if begun.elapsed() > LIMIT {
            wrong.push(format!("{}: {:?}", case.name, begun.elapsed()));
        }
    }
    let name = storage.name();
    // Said at once: a server that is dropped has a complaint of its own.
    for line in &wrong {
        eprintln!("{line}");
    }
    ensure!(wrong.is_empty(), "{} of {count} on {name}", wrong.len());
    serves_on(&client, created)?;
    let resident = resident_kib(server.id())?;
    println!("{count} hostile requests on {name}, {resident} KiB resident afterwards");
    ensure!(resident < MEMORY, "{resident} KiB are resident");
    log_is_its_own(&server)
}

/// What was created is there, and nothing else; the next write is taken.
fn serves_on(client: &Client, created: usize) -> anyhow::Result<()> {
    let first = format!("{PATH}?limit=100");
    let mut next = first.clone();
    let mut found = 0;
    loop {
        let page = client.get(&next)?;
        ensure!(page.status == 200, "{}", page.text());
        found += page.member("items").as_array().map_or(0, Vec::len);
        match page.member("next").as_str() {
            Some(cursor) => next = with_cursor(&first, cursor),
            None => break,
        }
    }
    ensure!(
        found == created,
        "{found} records of {created} that were answered 201"
    );
    let last = client.post(PATH, r#"{"code":"last","score":1,"extra":null}"#)?;
    ensure!(last.status == 201, "{}", last.text());
    Ok(())
}

/// Every line is one of the server's; none holds what a client wrote; none is an error that somebody must act on.
fn log_is_its_own(server: &Server) -> anyhow::Result<()> {
    let text = server.output().text();
    let log = text
        .lines()
        .filter(|line| line.starts_with("{\"timestamp\""));
    let mut answered = 0;
    for line in log {
        let line: Value = serde_json::from_str(line).with_context(|| format!("no JSON: {line}"))?;
        let level = line.get("level").and_then(Value::as_str);
        ensure!(level != Some("ERROR") && level != Some("WARN"), "{line}");
        answered += usize::from(line.to_string().contains("answered"));
    }
    ensure!(answered > 100, "{answered} lines of answers");
    ensure!(
        !text.contains(FORGED),
        "a client wrote into the log:\n{text}"
    );
    ensure!(!text.contains("panicked"), "{text}");
    Ok(())
}

fn resident_kib(process: u32) -> anyhow::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    Ok(number.context("no VmRSS")?.parse()?)
}

/// Sends a case, and reads as many answers as it should have, and then whatever else comes until the connection ends.
fn exchange(address: SocketAddr, bytes: &[u8], case: &Case) -> anyhow::Result<Vec<Answer>> {
    let mut stream = TcpStream::connect(address).context("could not connect")?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    // The server may have refused it before all was sent.
    let _ = stream.write_all(bytes);
    if case.is_cut {
        let _ = stream.shutdown(Shutdown::Write);
    }
    let mut received = Vec::new();
    let mut answers = Vec::new();
    let mut has_ended = false;
    loop {
        while let Some(answer) = take(&mut received, case.is_head)? {
            answers.push(answer);
        }
        if has_ended {
            ensure!(
                received.is_empty(),
                "half an answer: {:?}",
                String::from_utf8_lossy(&received)
            );
            return Ok(answers);
        }
        if answers.len() >= case.answers.len() {
            // Whoever finds a second request in the first would answer that one, too.
            let _ = stream.shutdown(Shutdown::Write);
        }
        let mut part = [0; 16 * 1024];
        match stream.read(&mut part) {
            Ok(0) => has_ended = true,
            Ok(length) => received.extend_from_slice(&part[..length]),
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::ConnectionReset | ErrorKind::BrokenPipe
                ) =>
            {
                has_ended = true;
            }
            Err(error) => {
                return Err(error)
                    .with_context(|| format!("hangs after {} answers", answers.len()));
            }
        }
    }
}

/// Takes the next whole answer; interim ones are skipped.
fn take(received: &mut Vec<u8>, is_head: bool) -> anyhow::Result<Option<Answer>> {
    loop {
        let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") else {
            return Ok(None);
        };
        let head = std::str::from_utf8(&received[..end]).context("a head that is no text")?;
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1."));
        let status: u16 = status
            .and_then(|line| line.split(' ').nth(1))
            .with_context(|| format!("no status: {head:?}"))?
            .parse()?;
        let fields: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        if status < 200 {
            received.drain(..end + 4);
            continue;
        }
        let length = fields.iter().find(|(name, _)| name == "content-length");
        let length = length.map_or(Ok(0), |(_, value)| value.parse::<usize>())?;
        let length = if is_head { 0 } else { length };
        let whole = end + 4 + length;
        if received.len() < whole {
            return Ok(None);
        }
        let body = received[end + 4..whole].to_vec();
        received.drain(..whole);
        return Ok(Some(Answer {
            status,
            fields,
            body,
        }));
    }
}

fn judge(case: &Case, answers: &[Answer]) -> anyhow::Result<()> {
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    let is_expected = answers.len() == case.answers.len()
        && case
            .answers
            .iter()
            .zip(&statuses)
            .all(|(expected, status)| expected.contains(status));
    ensure!(
        is_expected,
        "{statuses:?} instead of {:?}: {}",
        case.answers,
        answers
            .iter()
            .map(|answer| String::from_utf8_lossy(&answer.body)
                .chars()
                .take(300)
                .collect::<String>())
            .collect::<Vec<_>>()
            .join(" | ")
    );
    for answer in answers {
        judge_answer(case, answer)?;
    }
    Ok(())
}

/// Members that every problem has (http-contract, section 2).
const MEMBERS: [&str; 8] = [
    "type",
    "title",
    "status",
    "detail",
    "instance",
    "code",
    "trace_id",
    "retryable",
];

fn judge_answer(case: &Case, answer: &Answer) -> anyhow::Result<()> {
    let field = |name: &str| {
        let mut fields = answer.fields.iter().filter(|(found, _)| found == name);
        fields.next().map(|(_, value)| value.as_str())
    };
    ensure!(answer.status < 500, "a server error");
    ensure!(
        field("x-request-id").is_some(),
        "no id: {:?}",
        answer.fields
    );
    ensure!(
        field("x-content-type-options") == Some("nosniff"),
        "sniffed: {:?}",
        answer.fields
    );
    let text = String::from_utf8_lossy(&answer.body);
    ensure!(
        !text.contains(FORGED),
        "it repeats what the client wrote: {text:.500}"
    );
    let fields = format!("{:?}", answer.fields);
    ensure!(
        !fields.contains(FORGED),
        "it repeats what the client wrote: {fields}"
    );
    if answer.status < 400 || case.is_head {
        return Ok(());
    }
    let media = field("content-type");
    ensure!(
        media == Some("application/problem+json"),
        "{media:?}: {text:.500}"
    );
    ensure!(
        field("cache-control") == Some("no-store"),
        "cached: {:?}",
        answer.fields
    );
    let problem: Value = serde_json::from_str(&text).context("the problem is no JSON")?;
    for member in MEMBERS {
        ensure!(problem.get(member).is_some(), "no `{member}`: {text:.500}");
    }
    ensure!(
        problem["status"] == answer.status,
        "another status inside: {text:.500}"
    );
    let id = format!("urn:uuid:{}", field("x-request-id").unwrap_or_default());
    ensure!(
        problem["instance"] == id.as_str(),
        "another id inside: {text:.500}"
    );
    Ok(())
}

fn replaced(bytes: &[u8], mark: &[u8], value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = rest.windows(mark.len()).position(|part| part == mark) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(value);
        rest = &rest[at + mark.len()..];
    }
    out.extend_from_slice(rest);
    out
}
