//! A Prometheus of a test's own: it scrapes one address every second, and is asked over HTTP.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{PrometheusError, install};

/// How long an answer may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);
/// How long is waited for a start, and for an answer that is not empty.
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two questions.
const PAUSE: Duration = Duration::from_millis(200);

/// A running server; ended when it is dropped.
#[derive(Debug)]
pub struct Prometheus {
    address: SocketAddr,
    server: Child,
    _place: tempfile::TempDir,
}

impl Prometheus {
    /// Starts a server with these rules that scrapes `/metrics` at `target`.
    ///
    /// # Errors
    /// It is not on this machine, or does not start.
    pub fn start(rules: &str, target: SocketAddr) -> Result<Self, PrometheusError> {
        let settings = format!(
            "global:\n  scrape_interval: 1s\n  evaluation_interval: 1s\nrule_files: ['rules.yml']\n\
             scrape_configs:\n  - job_name: specd\n    static_configs:\n      - targets: ['{target}']\n"
        );
        Self::start_as(&settings, ("rules.yml", rules))
    }

    /// Starts a server with these settings, which name the file of rules, relative to themselves.
    ///
    /// # Errors
    /// It is not on this machine, or does not start.
    pub fn start_as(settings: &str, (file, rules): (&str, &str)) -> Result<Self, PrometheusError> {
        let place = tempfile::tempdir().map_err(|error| failed(&error))?;
        let write = |name: &str, text: &str| {
            let file = place.path().join(name);
            file.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(file, text)
        };
        write(file, rules).map_err(|error| failed(&error))?;
        write("prometheus.yml", settings).map_err(|error| failed(&error))?;
        let address = free_address().map_err(|error| failed(&error))?;
        let server = Command::new(install::program("prometheus")?)
            .current_dir(place.path())
            .args(["--config.file=prometheus.yml", "--storage.tsdb.path=data"])
            .arg(format!("--web.listen-address={address}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| failed(&error))?;
        let mut prometheus = Self {
            address,
            server,
            _place: place,
        };
        prometheus.wait_until_ready()?;
        Ok(prometheus)
    }

    /// Where it answers.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What a query gives, asked until it gives a number.
    ///
    /// # Errors
    /// It cannot be read, or stays empty for a minute.
    pub fn something(&self, query: &str) -> Result<Vec<Value>, PrometheusError> {
        let since = Instant::now();
        loop {
            let found = self.query(query)?;
            let is_number = |series: &Value| {
                let value = series.pointer("/value/1").and_then(Value::as_str);
                value.is_some_and(|value| value != "NaN")
            };
            if found.iter().any(is_number) {
                return Ok(found);
            }
            if since.elapsed() > PATIENCE {
                return Err(said(format!("`{query}` stays empty")));
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// What a query gives now.
    ///
    /// # Errors
    /// It cannot be read, or is not answered.
    pub fn query(&self, query: &str) -> Result<Vec<Value>, PrometheusError> {
        let query = query.bytes().fold(String::new(), |mut escaped, byte| {
            // Infallible on a `String`.
            let _ = write!(escaped, "%{byte:02X}");
            escaped
        });
        let body = self.ask(&format!("/api/v1/query?query={query}"))?;
        let answer: Value =
            serde_json::from_str(&body).map_err(|error| said(format!("{error}: {body}")))?;
        let result = answer.pointer("/data/result").and_then(Value::as_array);
        result.cloned().ok_or_else(|| said(body))
    }

    fn wait_until_ready(&mut self) -> Result<(), PrometheusError> {
        let since = Instant::now();
        loop {
            if let Ok(Some(status)) = self.server.try_wait() {
                return Err(said(format!("it ended with {status}")));
            }
            if self
                .ask("/-/ready")
                .is_ok_and(|body| body.contains("Ready"))
            {
                return Ok(());
            }
            if since.elapsed() > PATIENCE {
                return Err(said(String::from("it is not ready")));
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// `HTTP/1.0`, so that the answer ends with its connection and is not cut into chunks.
    fn ask(&self, path: &str) -> Result<String, PrometheusError> {
        let exchange = || -> std::io::Result<String> {
            let mut stream = TcpStream::connect_timeout(&self.address, ANSWER_LIMIT)?;
            stream.set_read_timeout(Some(ANSWER_LIMIT))?;
            write!(
                stream,
                "GET {path} HTTP/1.0\r\nHost: {}\r\n\r\n",
                self.address
            )?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer)
        };
        let answer = exchange().map_err(|error| failed(&error))?;
        let body = answer
            .split_once("\r\n\r\n")
            .map(|(_, body)| body.to_owned());
        body.ok_or_else(|| said(answer))
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        // Where it has ended, there is nothing to kill.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind(("127.0.0.1", 0))?.local_addr()
}

fn failed(error: &std::io::Error) -> PrometheusError {
    said(error.to_string())
}

fn said(output: String) -> PrometheusError {
    PrometheusError::Failed {
        command: String::from("prometheus"),
        output,
    }
}
