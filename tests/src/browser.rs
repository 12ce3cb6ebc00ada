//! A real browser: Chromium without a window, driven through its `WebDriver` (<https://www.w3.org/TR/webdriver2/>).
//!
//! ```no_run
//! use specd_e2e::Browser;
//!
//! # fn main() -> anyhow::Result<()> {
//! let browser = Browser::start()?;
//! browser.open("http://127.0.0.1:8080/docs")?;
//! browser.click("button.send")?;
//! assert!(browser.complaints()?.is_empty());
//! # Ok(())
//! # }
//! ```

mod install;

use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::output::Output;

/// How long a start may take on a busy machine.
const START_LIMIT: Duration = Duration::from_mins(1);
/// How long a page may take to become what is waited for.
const PAGE_LIMIT: Duration = Duration::from_secs(20);
/// The key under which `WebDriver` names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// No window, no sandbox (containers have none), and nothing that asks anybody but the page's own server.
const FLAGS: [&str; 11] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
];

/// A browser with one page; it ends when it is dropped.
#[derive(Debug)]
pub struct Browser {
    driver: Child,
    /// `http://127.0.0.1:<port>/session/<id>`.
    session: String,
    agent: ureq::Agent,
    /// Its profile, fresh and thrown away.
    _profile: TempDir,
}

impl Browser {
    /// Starts one, and installs it through the package manager where it is missing.
    ///
    /// # Errors
    /// There is no browser and it cannot be installed, or it does not start.
    pub fn start() -> anyhow::Result<Self> {
        let programs = install::ensure()?;
        let mut driver = Command::new(&programs.driver)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("could not start `chromedriver`")?;
        let started = session(&mut driver, &programs);
        match started {
            Ok((session, agent, profile)) => Ok(Self {
                driver,
                session,
                agent,
                _profile: profile,
            }),
            Err(error) => {
                // It may have ended by itself.
                let _ = driver.kill();
                let _ = driver.wait();
                Err(error)
            }
        }
    }

    /// Shows a page, and waits until it is there.
    ///
    /// # Errors
    /// It cannot be shown.
    pub fn open(&self, url: &str) -> anyhow::Result<()> {
        self.post("/url", &json!({ "url": url })).map(|_| ())
    }

    /// Clicks the first element of a CSS selector, as a person does: it must be visible and not covered.
    ///
    /// # Errors
    /// There is none, or it cannot be clicked.
    pub fn click(&self, selector: &str) -> anyhow::Result<()> {
        let element = self.element(selector)?;
        self.execute(
            "document.querySelector(arguments[0]).scrollIntoView({block: 'center', behavior: 'instant'})",
            &json!([selector]),
        )?;
        self.post(&format!("/element/{element}/click"), &json!({}))
            .with_context(|| format!("clicking `{selector}`"))
            .map(|_| ())
    }

    /// Types into the first element of a CSS selector.
    ///
    /// # Errors
    /// There is none, or nothing can be typed into it.
    pub fn enter(&self, selector: &str, text: &str) -> anyhow::Result<()> {
        let element = self.element(selector)?;
        self.post(
            &format!("/element/{element}/value"),
            &json!({ "text": text }),
        )
        .with_context(|| format!("typing into `{selector}`"))
        .map(|_| ())
    }

    /// What a person reads of the first element of a CSS selector.
    ///
    /// # Errors
    /// There is none.
    pub fn text(&self, selector: &str) -> anyhow::Result<String> {
        let element = self.element(selector)?;
        let text = self.get(&format!("/element/{element}/text"))?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Runs a script in the page, and gives what it returns.
    ///
    /// # Errors
    /// The script fails.
    pub fn execute(&self, script: &str, arguments: &Value) -> anyhow::Result<Value> {
        self.post(
            "/execute/sync",
            &json!({ "script": script, "args": arguments }),
        )
    }

    /// Waits until an expression of the page is true.
    ///
    /// # Errors
    /// It never is.
    pub fn wait_until(&self, expression: &str) -> anyhow::Result<()> {
        let since = Instant::now();
        let script = format!("return Boolean({expression})");
        while self.execute(&script, &json!([]))? != Value::Bool(true) {
            let is_late = since.elapsed() > PAGE_LIMIT;
            anyhow::ensure!(!is_late, "never true on the page: {expression}");
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Lets the page be seen on a screen of this width, light or dark.
    ///
    /// # Errors
    /// The browser refuses.
    pub fn look(&self, width: u32, height: u32, is_dark: bool) -> anyhow::Result<()> {
        self.develop(
            "Emulation.setDeviceMetricsOverride",
            &json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 }),
        )?;
        let scheme = if is_dark { "dark" } else { "light" };
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.develop(
            "Emulation.setEmulatedMedia",
            &json!({ "features": [feature] }),
        )
        .map(|_| ())
    }

    /// A picture of what can be seen of the page, as PNG.
    ///
    /// # Errors
    /// There is none.
    pub fn picture(&self) -> anyhow::Result<Vec<u8>> {
        let picture = self.get("/screenshot")?;
        let text = picture.as_str().context("a picture is a text")?;
        Ok(STANDARD.decode(text)?)
    }

    /// What the console says that is worse than a hint since it was last asked: errors of scripts, answers that failed, and
    /// what the Content-Security-Policy refused.
    ///
    /// # Errors
    /// The browser does not tell.
    pub fn complaints(&self) -> anyhow::Result<Vec<String>> {
        let entries = self.log("browser")?;
        let bad = entries.into_iter().filter(|entry| {
            let level = entry.get("level").and_then(Value::as_str);
            matches!(level, Some("SEVERE" | "WARNING"))
        });
        Ok(bad.map(|entry| entry.to_string()).collect())
    }

    /// The addresses that were asked over the network since this was last called.
    ///
    /// # Errors
    /// The browser does not tell.
    pub fn asked(&self) -> anyhow::Result<Vec<String>> {
        let entries = self.log("performance")?;
        let asked = entries.iter().filter_map(|entry| {
            let message: Value = serde_json::from_str(entry.get("message")?.as_str()?).ok()?;
            let event = message.get("message")?;
            let is_request = event.get("method")? == "Network.requestWillBeSent";
            let url = event.pointer("/params/request/url")?.as_str()?.to_owned();
            // What the browser shows of itself is asked of nobody.
            let leaves = ["http:", "https:", "ws:", "wss:"];
            let leaves = leaves.iter().any(|scheme| url.starts_with(scheme));
            (is_request && leaves).then_some(url)
        });
        Ok(asked.collect())
    }

    fn log(&self, kind: &str) -> anyhow::Result<Vec<Value>> {
        let entries = self.post("/se/log", &json!({ "type": kind }))?;
        Ok(entries.as_array().cloned().unwrap_or_default())
    }

    /// A command of the browser's own protocol, for what `WebDriver` has no words for.
    fn develop(&self, command: &str, parameters: &Value) -> anyhow::Result<Value> {
        self.post(
            "/goog/cdp/execute",
            &json!({ "cmd": command, "params": parameters }),
        )
    }

    fn element(&self, selector: &str) -> anyhow::Result<String> {
        let asked = json!({ "using": "css selector", "value": selector });
        let found = self
            .post("/element", &asked)
            .with_context(|| format!("there is no `{selector}`"))?;
        let element = found.get(ELEMENT).and_then(Value::as_str);
        Ok(element.context("an element has a name")?.to_owned())
    }

    fn get(&self, path: &str) -> anyhow::Result<Value> {
        let answer = self.agent.get(format!("{}{path}", self.session)).call()?;
        value(answer)
    }

    fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        post(&self.agent, &format!("{}{path}", self.session), body)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Where the browser has ended by itself, there is nothing to end.
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Waits for the driver and lets it start a browser.
fn session(
    driver: &mut Child,
    programs: &install::Programs,
) -> anyhow::Result<(String, ureq::Agent, TempDir)> {
    let output = Output::default();
    output.collect(driver.stdout.take().context("no standard output")?);
    output.collect(driver.stderr.take().context("no standard error")?);
    let port = output.wait_for(START_LIMIT, |line| {
        let (_, port) = line.split_once("successfully on port ")?;
        port.trim_end_matches('.').trim().parse::<u16>().ok()
    });
    let port = port.with_context(|| format!("`chromedriver` did not start:\n{}", output.text()))?;
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_mins(1)))
        .build()
        .new_agent();
    let profile = tempfile::Builder::new()
        .prefix("specd-browser-")
        .tempdir()?;
    let mut flags: Vec<String> = FLAGS.map(str::to_owned).into();
    flags.push(format!("--user-data-dir={}", profile.path().display()));
    let wanted = json!({
        "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": { "binary": programs.browser, "args": flags },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        } }
    });
    let base = format!("http://127.0.0.1:{port}/session");
    let started = post(&agent, &base, &wanted).context("the browser does not start")?;
    let id = started.get("sessionId").and_then(Value::as_str);
    let id = id.context("a session has an id")?;
    Ok((format!("{base}/{id}"), agent, profile))
}

fn post(agent: &ureq::Agent, url: &str, body: &Value) -> anyhow::Result<Value> {
    let answer = agent
        .post(url)
        .header("content-type", "application/json")
        .send(body.to_string())?;
    value(answer)
}

/// What the driver answers, or what it has to complain of.
fn value(mut answer: ureq::http::Response<ureq::Body>) -> anyhow::Result<Value> {
    let is_good = answer.status().is_success();
    let text = answer.body_mut().read_to_vec()?;
    let body: Value = serde_json::from_slice(&text)?;
    let value = body.get("value").cloned().unwrap_or(Value::Null);
    anyhow::ensure!(is_good, "the browser says: {value}");
    Ok(value)
}
