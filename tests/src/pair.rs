//! Two servers of the same documents, one on each database, asked the same and compared.

use serde_json::Value;

use crate::client::{Answer, Client, with_cursor};
use crate::{Documents, Server, Storage};

/// Members that are new in every answer.
const FRESH: [&str; 4] = ["updated_at", "instance", "trace_id", "next"];
/// Headers that both must answer alike.
const HEADERS: [&str; 11] = [
    "content-type",
    "etag",
    "location",
    "allow",
    "spec",
    "accept-post",
    "accept-patch",
    "accept",
    "retry-after",
    "cache-control",
    "x-content-type-options",
];
/// Pages after which a walk counts as endless.
const MAX_PAGES: usize = 1000;

/// The servers, and what they answered differently or otherwise than expected.
#[derive(Debug)]
pub struct Pair {
    servers: [Server; 2],
    clients: [Client; 2],
    /// Kept as long as the servers.
    storages: [Storage; 2],
    _documents: Documents,
    /// `SQLite`'s cursors, each with the one that the other gave for the same page.
    cursors: Vec<(String, String)>,
    found: Vec<String>,
}

impl Pair {
    /// Starts both.
    ///
    /// # Errors
    /// One does not start.
    pub fn start(files: &[(&str, &str)]) -> anyhow::Result<Self> {
        let documents = Documents::of(files)?;
        let storages = Storage::each()?;
        let servers = [
            Server::start(&documents, &storages[0])?,
            Server::start(&documents, &storages[1])?,
        ];
        Ok(Self {
            clients: servers.each_ref().map(Server::anonymous),
            servers,
            storages,
            _documents: documents,
            cursors: Vec::new(),
            found: Vec::new(),
        })
    }

    /// The servers: `SQLite`'s first.
    pub const fn servers(&self) -> &[Server; 2] {
        &self.servers
    }

    /// Their databases.
    pub const fn storages(&self) -> &[Storage; 2] {
        &self.storages
    }

    /// Notes something that is not as it should be.
    pub fn note(&mut self, text: impl Into<String>) {
        self.found.push(text.into());
    }

    /// A request with a JSON body, or a merge patch where the method says so.
    ///
    /// # Errors
    /// There is no answer.
    pub fn ask(&mut self, method: &str, path: &str, body: &str) -> anyhow::Result<Answer> {
        let media = match method {
            "PATCH" => "application/merge-patch+json",
            _ => "application/json",
        };
        if body.is_empty() {
            self.send(method, path, &[], None)
        } else {
            let headers = [("content-type", media)];
            self.send(method, path, &headers, Some(body.as_bytes()))
        }
    }

    /// Any request to both; gives `SQLite`'s answer. A cursor of `SQLite`'s in the path becomes the other's own, since no
    /// database takes another's.
    ///
    /// # Errors
    /// There is no answer.
    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> anyhow::Result<Answer> {
        let mut other_path = path.to_owned();
        for (one, other) in &self.cursors {
            other_path = other_path.replace(one, other);
        }
        let [first, second] = [
            self.clients[0].send_patiently(method, path, headers, body)?,
            self.clients[1].send_patiently(method, &other_path, headers, body)?,
        ];
        let next = [first.member("next"), second.member("next")];
        if let [Some(one), Some(other)] = next.each_ref().map(Value::as_str) {
            self.cursors.push((one.to_owned(), other.to_owned()));
        }
        let what = || {
            let body = String::from_utf8_lossy(body.unwrap_or_default());
            let body: String = body.chars().take(300).collect();
            format!("{method} {path} {headers:?} {body}")
        };
        if let Some(difference) = difference(&first, &second) {
            let what = what();
            self.note(format!("{what}\n{difference}"));
        }
        if first.status >= 500 {
            let what = what();
            self.note(format!("{what}\n  answers {}", first.text()));
        }
        Ok(first)
    }

    /// A request that must be answered with this status, and with violations at exactly these pointers or parameters,
    /// apart by blanks.
    ///
    /// # Errors
    /// There is no answer.
    pub fn expect(
        &mut self,
        (method, path, body): (&str, &str, &str),
        status: u16,
        wrong: &str,
    ) -> anyhow::Result<Answer> {
        let answer = self.ask(method, path, body)?;
        let mut expected: Vec<&str> = wrong.split_ascii_whitespace().collect();
        expected.sort_unstable();
        let places = places(&answer);
        if answer.status != status || places != expected {
            let body: String = body.chars().take(400).collect();
            let text: String = answer.text().chars().take(1000).collect();
            self.note(format!(
                "{method} {path} {body}\n  expected {status} {wrong}\n  answered {} {places:?} {text}",
                answer.status
            ));
        }
        Ok(answer)
    }

    /// Every record of a list, page by page; the pages must be as long as asked for but for the last.
    ///
    /// # Errors
    /// There is no answer.
    pub fn walk(&mut self, path: &str, limit: usize) -> anyhow::Result<Vec<Value>> {
        let separator = if path.contains('?') { '&' } else { '?' };
        let path = format!("{path}{separator}limit={limit}");
        let mut paths = [path.clone(), path.clone()];
        let mut all = Vec::new();
        for _ in 0..MAX_PAGES {
            let pages = [
                self.clients[0].send_patiently("GET", &paths[0], &[], None)?,
                self.clients[1].send_patiently("GET", &paths[1], &[], None)?,
            ];
            if let Some(difference) = difference(&pages[0], &pages[1]) {
                self.note(format!("{path}\n{difference}"));
            }
            if pages[0].status != 200 {
                self.note(format!("{path}\n  answers {}", pages[0].text()));
            }
            let items = pages[0].member("items");
            let items = items.as_array().map_or(&[][..], Vec::as_slice);
            all.extend(items.iter().cloned());
            let next = pages.map(|page| page.member("next"));
            match next.each_ref().map(Value::as_str) {
                [Some(one), Some(other)] => {
                    if items.len() != limit {
                        self.note(format!("{path}\n  a page of {} of {limit}", items.len()));
                    }
                    paths = [with_cursor(&path, one), with_cursor(&path, other)];
                }
                [None, None] => return Ok(all),
                _ => {
                    self.note(format!("{path}\n  only one of them goes on"));
                    return Ok(all);
                }
            }
        }
        anyhow::bail!("the pages of {path} do not end")
    }

    /// Fails where anything was noted.
    ///
    /// # Errors
    /// All that was noted.
    pub fn finish(self) -> anyhow::Result<()> {
        for server in &self.servers {
            let told = server.output().text();
            anyhow::ensure!(!told.contains("panicked"), "a server panicked:\n{told}");
        }
        let count = self.found.len();
        anyhow::ensure!(count == 0, "{count} findings:\n{}", self.found.join("\n"));
        Ok(())
    }
}

/// The pointers and parameters that an answer complains about, sorted.
fn places(answer: &Answer) -> Vec<String> {
    let errors = answer.member("errors");
    let mut places: Vec<String> = errors
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|error| {
            let place = error.get("pointer").or_else(|| error.get("parameter"));
            place?.as_str().map(str::to_owned)
        })
        .collect();
    places.sort_unstable();
    places
}

/// What differs between two answers that should be the same, but for what is new in every answer and for the spelling
/// of JSON columns.
fn difference(first: &Answer, second: &Answer) -> Option<String> {
    let is_json = first.text() != second.text() && spelling_is_free(first);
    let headers = HEADERS
        .iter()
        .filter(|name| first.header(name) != second.header(name))
        .map(|name| format!("{name}: {:?} {:?}", first.header(name), second.header(name)));
    let mut all: Vec<String> = headers.collect();
    if first.status != second.status {
        all.push(format!("{} {}", first.status, second.status));
    }
    let texts = [first, second].map(comparable);
    if texts[0] != texts[1] && !(is_json && same_json(&texts)) {
        all.push(format!(
            "SQLite:     {}\n  PostgreSQL: {}",
            texts[0], texts[1]
        ));
    }
    (!all.is_empty()).then(|| format!("  {}", all.join("\n  ")))
}

/// Whether a member of the answer is a JSON column's, whose keys have no order.
fn spelling_is_free(answer: &Answer) -> bool {
    answer.text().contains("\"details\":{")
}

fn same_json(texts: &[String; 2]) -> bool {
    let [one, other] = texts
        .each_ref()
        .map(|text| serde_json::from_str::<Value>(text).ok());
    one.is_some() && one == other
}

fn comparable(answer: &Answer) -> String {
    let mut text = answer.text();
    for name in FRESH {
        text = masked(&text, name);
    }
    text
}

/// The text without the values of the members of this name that are strings.
fn masked(text: &str, name: &str) -> String {
    let start = format!("\"{name}\":\"");
    let mut parts = text.split(&start);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.split_once('"').map_or("", |(_, rest)| rest);
        out.push_str(&start);
        out.push('"');
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_in_every_answer_is_masked() {
        let text = r#"{"next":"abc","a":"next","items":[{"updated_at":"x","next":null}]}"#;
        let expected = r#"{"next":"","a":"next","items":[{"updated_at":"","next":null}]}"#;
        let masked = FRESH
            .iter()
            .fold(text.to_owned(), |text, name| masked(&text, name));
        assert_eq!(masked, expected);
    }
}
