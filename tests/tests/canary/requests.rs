//! Every endpoint and every way to be refused, each with a canary wherever a client may put one.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use anyhow::ensure;
use specd_e2e::client::{encoded, with_cursor};
use specd_e2e::{Answer, Client, raw};

use crate::values::{self, BASE64, DATE, DECIMAL, ID, KEY, NUMBER, TEXT, record, seen_in};

pub(crate) const PATH: &str = "/api/v1/patients";
const JSON: (&str, &str) = ("content-type", "application/json");
const PATCH: (&str, &str) = ("content-type", "application/merge-patch+json");

/// Whoever asks, and how often each status came.
pub(crate) struct Asking {
    client: Client,
    address: SocketAddr,
    seen: BTreeMap<u16, u32>,
}

impl Asking {
    pub(crate) fn new(client: Client, address: SocketAddr) -> Self {
        Self {
            client,
            address,
            seen: BTreeMap::new(),
        }
    }

    /// The statuses that came.
    pub(crate) fn statuses(&self) -> Vec<u16> {
        self.seen.keys().copied().collect()
    }

    /// Asks, with a canary in headers that mean nothing, or should not; an error shows none.
    pub(crate) fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> anyhow::Result<Answer> {
        let beside = [
            ("user-agent", TEXT),
            ("x-custom", KEY),
            ("cookie", "session=canarybird"),
            ("referer", "https://example.org/canarybird"),
            ("x-request-id", TEXT),
            ("x-forwarded-for", TEXT),
            ("tracestate", "canarybird=1"),
            ("baggage", "who=canarybird"),
        ];
        let headers = [headers, &beside].concat();
        let answer = self
            .client
            .send(method, path, &headers, body.map(str::as_bytes))?;
        self.judge(&format!("{method} {path}"), &answer)?;
        Ok(answer)
    }

    fn judge(&mut self, what: &str, answer: &Answer) -> anyhow::Result<()> {
        *self.seen.entry(answer.status).or_default() += 1;
        if answer.status >= 400 {
            let shown = format!("{:?}", answer.headers);
            let seen = seen_in(&answer.body).or_else(|| seen_in(shown.as_bytes()));
            ensure!(
                seen.is_none(),
                "{what} is answered {}: {seen:?}",
                answer.status
            );
        }
        Ok(())
    }

    /// Sends bytes that no client would.
    fn send(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        let answer = raw::exchange(self.address, bytes)?;
        let status = raw::status(&answer).unwrap_or_default();
        *self.seen.entry(status).or_default() += 1;
        ensure!(status >= 400, "{}", String::from_utf8_lossy(bytes));
        let seen = seen_in(&answer);
        ensure!(seen.is_none(), "a problem of bytes: {seen:?}");
        Ok(())
    }

    /// What is stored comes back: the canaries have been where they are to be kept.
    pub(crate) fn stores_and_shows(&mut self) -> anyhow::Result<()> {
        let key = format!("{PATH}/{}", encoded(KEY));
        let body = record(KEY, 1, TEXT);
        let idempotent = [JSON, ("idempotency-key", TEXT)];
        for _ in 0..2 {
            let created = self.ask("POST", PATH, &idempotent, Some(&body))?;
            ensure!(created.status == 201, "{}", created.text());
            let missing = values::missing_in(&created.body);
            ensure!(missing.is_empty(), "{missing:?}: {}", created.text());
        }
        let read = self.ask("GET", &key, &[], None)?;
        let missing = values::missing_in(&read.body);
        ensure!(
            read.status == 200 && missing.is_empty(),
            "{missing:?}: {}",
            read.text()
        );
        let tag = read.header("etag").unwrap_or_default().to_owned();
        self.ask("GET", &key, &[("if-none-match", &tag)], None)?;
        self.ask("HEAD", &key, &[], None)?;
        for (number, other) in (2..).zip(["a", "b", "c"]) {
            let body = record(
                &format!("{TEXT}.{other}@example.org"),
                number,
                &format!("{TEXT}{other}"),
            );
            let created = self.ask("POST", PATH, &[JSON], Some(&body))?;
            ensure!(created.status == 201, "{}", created.text());
        }
        let replaced = self.ask("PUT", &key, &[JSON, ("if-match", &tag)], Some(&body))?;
        ensure!(replaced.status == 200, "{}", replaced.text());
        let patched = self.ask(
            "PATCH",
            &key,
            &[PATCH],
            Some("{\"notes\":\"canarybird sings\"}"),
        )?;
        ensure!(patched.status == 200, "{}", patched.text());
        let rehearsed = self.ask(
            "PATCH",
            &format!("{key}?dry_run=true"),
            &[PATCH],
            Some("{\"notes\":\"canarybird\"}"),
        )?;
        ensure!(rehearsed.status == 200, "{}", rehearsed.text());
        self.lists()?;
        let gone = format!("{PATH}/{}", encoded("canarybird.c@example.org"));
        let deleted = self.ask("DELETE", &gone, &[], None)?;
        ensure!(deleted.status == 204, "{}", deleted.text());
        self.ask("DELETE", &gone, &[], None)?;
        Ok(())
    }

    fn lists(&mut self) -> anyhow::Result<()> {
        let page = self.ask(
            "GET",
            &format!("{PATH}?limit=1&sort=name&name={TEXT}"),
            &[],
            None,
        )?;
        ensure!(
            page.status == 200 && seen_in(&page.body).is_some(),
            "{}",
            page.text()
        );
        let next = page.member("next");
        let cursor = next.as_str().unwrap_or_default();
        let path = format!("{PATH}?limit=1&sort=name&name={TEXT}");
        let next = self.ask("GET", &with_cursor(&path, cursor), &[], None)?;
        ensure!(
            next.status == 200 && seen_in(&next.body).is_some(),
            "{}",
            next.text()
        );
        for filter in [
            format!("born={DATE}"),
            format!("device={ID}"),
            format!("insurance={NUMBER}"),
            format!("code[in]={TEXT},{TEXT}2"),
            format!("insurance[gte]={NUMBER}"),
        ] {
            let listed = self.ask("GET", &format!("{PATH}?{filter}"), &[], None)?;
            ensure!(listed.status == 200, "{filter}: {}", listed.text());
            ensure!(
                seen_in(&listed.body).is_some(),
                "{filter}: {}",
                listed.text()
            );
        }
        Ok(())
    }

    /// What clients get wrong.
    pub(crate) fn is_refused(&mut self) -> anyhow::Result<()> {
        self.is_refused_for_its_body()?;
        self.is_refused_for_its_query()?;
        self.is_refused_for_its_headers()?;
        self.is_refused_for_its_bytes()
    }

    fn is_refused_for_its_body(&mut self) -> anyhow::Result<()> {
        let whole = record(KEY, 9, "canarybird9");
        let key = format!("{PATH}/{}", encoded(KEY));
        let long = format!("\"{}\"", TEXT.repeat(30));
        for (field, right) in [
            ("name", TEXT),
            ("initials", TEXT),
            ("notes", TEXT),
            ("diagnosis", TEXT),
            ("scan", BASE64),
            ("born", DATE),
            ("device", ID),
            ("code", "canarybird9"),
        ] {
            for wrong in [
                &*long,
                "\"canarybird\\u0000\"",
                "\"canarybird\\ud800\"",
                "\"canarybird !\"",
                "[\"canarybird\"]",
                "{\"canarybird\":\"canarybird\"}",
                "\"canarybird",
                "canarybird",
                "918273645546372",
            ] {
                let was = format!("\"{field}\":\"{right}\"");
                ensure!(whole.contains(&was), "{was}");
                let body = whole.replace(&was, &format!("\"{field}\":{wrong}"));
                self.ask("POST", PATH, &[JSON], Some(&body))?;
                self.ask("PUT", &key, &[JSON], Some(&body))?;
                let patch = format!("{{\"{field}\":{wrong}}}");
                self.ask("PATCH", &key, &[PATCH], Some(&patch))?;
            }
        }
        for (right, wrong) in [
            (
                "\"phones\":[\"canarybird\"]",
                "\"phones\":[[\"canarybird\"]]",
            ),
            (
                "\"home\":{\"street\":\"canarybird\"}",
                "\"home\":{\"canarybird\":{\"canarybird\":1}}",
            ),
            (
                "\"home\":{\"street\":\"canarybird\"}",
                "\"home\":\"canarybird\"",
            ),
            (NUMBER, "918273645546372000000"),
            (NUMBER, "918273645546372.5"),
            (DECIMAL, "8172635.445399"),
            ("\"number\":9", "\"number\":-918273645546372"),
            ("\"number\":9", "\"number\":1"),
            ("\"doctor\":null", "\"doctor\":\"canarybird@nowhere.org\""),
            ("\"code\":\"canarybird9\"", "\"code\":\"canarybird\""),
        ] {
            ensure!(whole.contains(right), "{right}");
            let answer = self.ask("POST", PATH, &[JSON], Some(&whole.replace(right, wrong)))?;
            ensure!(answer.status >= 400, "{wrong}: {}", answer.text());
        }
        // Somebody is somebody's doctor.
        let doctor = format!("{{\"doctor\":\"{KEY}\"}}");
        let other = format!("{PATH}/{}", encoded("canarybird.a@example.org"));
        let patched = self.ask("PATCH", &other, &[PATCH], Some(&doctor))?;
        ensure!(patched.status == 200, "{}", patched.text());
        let kept = self.ask("DELETE", &key, &[], None)?;
        ensure!(kept.status == 409, "{}", kept.text());
        let large = format!("\"{}\"", TEXT.repeat(150_000));
        self.ask("POST", PATH, &[JSON], Some(&large))?;
        Ok(())
    }

    fn is_refused_for_its_query(&mut self) -> anyhow::Result<()> {
        for query in [
            "cursor=canarybird",
            "cursor=Y2FuYXJ5YmlyZA",
            "sort=canarybird",
            "limit=canarybird",
            "born=canarybird",
            "device=canarybird",
            "insurance=canarybird",
            "insurance[in]=1,canarybird",
            "name[canarybird]=1",
            "name=canarybird&name=canarybird",
            "name=%63anarybird%ff",
            "notes=canarybird",
        ] {
            let answer = self.client.get(&format!("{PATH}?{query}"))?;
            *self.seen.entry(answer.status).or_default() += 1;
            ensure!(answer.status == 400, "{query}: {}", answer.text());
            // The name of a parameter is told as it was sent, its value is not.
            let is_name = query.contains("[canarybird]");
            let seen = seen_in(&answer.body).filter(|_| !is_name);
            ensure!(seen.is_none(), "{query}: {seen:?}");
        }
        let unknown = [
            format!("/api/v1/{TEXT}"),
            format!("/{TEXT}"),
            format!("{PATH}/{TEXT}/{TEXT}"),
            format!("{PATH}/{TEXT}"),
            format!("{PATH}/%63anarybird%ff"),
            format!("/problems/{TEXT}"),
            format!("/specs/{TEXT}.json"),
        ];
        for path in &unknown {
            let answer = self.ask("GET", path, &[], None)?;
            ensure!(answer.status == 404, "{path}: {}", answer.text());
        }
        for method in ["DELETE", "CANARYBIRD"] {
            let answer = self.ask(method, PATH, &[], None)?;
            ensure!(answer.status == 405, "{method}: {}", answer.text());
        }
        self.ask("OPTIONS", PATH, &[], None)?;
        for page in [
            "/",
            "/healthz",
            "/readyz",
            "/openapi.json",
            "/specs/0006",
            "/problems/conflict",
        ] {
            self.ask("GET", &format!("{page}?{TEXT}={TEXT}"), &[], None)?;
        }
        Ok(())
    }

    fn is_refused_for_its_headers(&mut self) -> anyhow::Result<()> {
        let body = record("canarybird.h@example.org", 20, "canarybirdh");
        let key = format!("{PATH}/{}", encoded(KEY));
        let changed = body.replace("\"notes\":\"canarybird\"", "\"notes\":null");
        for (status, headers, body) in [
            (406, &[JSON, ("accept", "canarybird/canarybird")][..], &body),
            (415, &[("content-type", "canarybird/canarybird")], &body),
            (415, &[JSON, ("content-encoding", TEXT)], &body),
            (400, &[JSON, ("idempotency-key", "\"canarybird")], &body),
            (422, &[JSON, ("idempotency-key", TEXT)], &changed),
        ] {
            let answer = self.ask("POST", PATH, headers, Some(body))?;
            ensure!(answer.status == status, "{headers:?}: {}", answer.text());
        }
        let stale = [PATCH, ("if-match", "\"canarybird\"")];
        let answer = self.ask("PATCH", &key, &stale, Some("{\"notes\":\"canarybird\"}"))?;
        ensure!(answer.status == 412, "{}", answer.text());
        let known = self.client.clone();
        self.client = known.clone().without_key();
        for credential in [
            "Bearer canarybird",
            "Basic canarybird",
            "Bearer specd_canarybird01_canarybird_canary",
            "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnliaXJkIn0.canarybird",
            "canarybird",
        ] {
            let answer = self.ask("GET", &key, &[("authorization", credential)], None)?;
            ensure!(answer.status == 401, "{}", answer.text());
        }
        self.client = known;
        Ok(())
    }

    fn is_refused_for_its_bytes(&mut self) -> anyhow::Result<()> {
        let long = TEXT.repeat(4_000);
        for bytes in [
            format!("{TEXT}\r\n\r\n"),
            format!("GET /{TEXT} HTTP/7.{TEXT}\r\n\r\n"),
            format!("GET /{TEXT} HTTP/1.1\r\nHost: {TEXT}\r\n{TEXT}\r\n\r\n"),
            format!("GET /{TEXT} HTTP/1.1\r\nHost: {TEXT}\r\nHost: {TEXT}\r\n\r\n"),
            format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n"),
            format!("GET / HTTP/1.1\r\nHost: x\r\nX-Long: {long}\r\n\r\n"),
            format!("POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: {TEXT}\r\n\r\n"),
            format!("POST {PATH} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: {TEXT}\r\n\r\n"),
            format!("PRI * HTTP/2.0\r\n\r\n{TEXT}\r\n\r\n"),
        ] {
            self.send(bytes.as_bytes())?;
        }
        Ok(())
    }
}
