//! The reference page in a real browser: read, tried, and looked at on screens of two widths.

#![expect(
    clippy::disallowed_methods,
    reason = "pictures are written where the environment says, for people to look at"
)]

use serde_json::json;
use specd_e2e::{Browser, Documents, Server, Storage};

const FILE: &str = "0001-resource.md";
const DOCUMENT: &str = include_str!("../../docs/architecture/specs/0001-resource.md");
/// The form of an operation.
const CREATE: &str = "#spec-0001-v1-create form.try";
const READ: &str = "#spec-0001-v1-read form.try";

/// A server with the files that it needs as long as it runs.
struct Served {
    server: Server,
    _documents: Documents,
    _storage: Storage,
}

impl Served {
    fn of(files: &[(&str, &str)]) -> anyhow::Result<Self> {
        let documents = Documents::of(files)?;
        let storage = Storage::sqlite()?;
        Ok(Self {
            server: Server::start(&documents, &storage)?,
            _documents: documents,
            _storage: storage,
        })
    }
}

impl std::ops::Deref for Served {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.server
    }
}

fn served() -> anyhow::Result<Served> {
    Served::of(&[(FILE, DOCUMENT)])
}

/// Nothing went wrong on the page, and nobody but its server was asked.
fn check_quiet(browser: &Browser, server: &Server) -> anyhow::Result<()> {
    let complaints = browser.complaints()?;
    assert!(complaints.is_empty(), "{complaints:#?}");
    for address in browser.asked()? {
        // What the browser itself is made of is no request of the page's.
        let is_ours = address.starts_with(&server.base());
        assert!(is_ours, "the page asks {address:.200}");
    }
    Ok(())
}

/// Presses "Try it" and waits for the answer, which is given with its status.
fn tried(browser: &Browser, form: &str) -> anyhow::Result<(String, String)> {
    browser.execute(
        "document.querySelector(arguments[0] + ' .outcome').hidden = true",
        &json!([form]),
    )?;
    browser.click(&format!("{form} .send"))?;
    browser.wait_until(&format!(
        "!document.querySelector('{form} .outcome').hidden && !document.querySelector('{form} .send').disabled"
    ))?;
    let status = browser.text(&format!("{form} .outcome .status-code"))?;
    let body = browser.text(&format!("{form} .outcome .answer"))?;
    Ok((status, body))
}

#[test]
fn a_record_is_created_and_read_from_the_page() -> anyhow::Result<()> {
    let server = served()?;
    let key = server.key()?;
    let browser = Browser::start()?;
    browser.look(1280, 900, false)?;
    browser.open(&format!("{}/docs", server.base()))?;

    browser.enter("#key", &key)?;
    let (status, body) = tried(&browser, CREATE)?;
    assert_eq!(status, "200", "{body}");
    let record: serde_json::Value = serde_json::from_str(&body)?;
    assert_eq!(record.get("field2"), Some(&json!(123)));
    let id = record
        .get("id")
        .and_then(|id| id.as_str())
        .unwrap_or_default();
    assert_eq!(id.len(), 36, "{body}");

    // The page has put the new record's id where it is needed.
    let filled = browser.execute(
        "return document.querySelector(arguments[0]).value",
        &json!([format!("{READ} [data-in=path]")]),
    )?;
    assert_eq!(filled, json!(id));
    let (status, body) = tried(&browser, READ)?;
    assert_eq!(status, "200", "{body}");
    assert!(body.contains(id) && body.contains("updated_at"), "{body}");
    keep(&browser.picture()?, "1280-tried")?;
    check_quiet(&browser, &server)?;

    // The key is where it was typed, and nowhere else.
    let kept = browser.execute(
        "return [localStorage.length, sessionStorage.length, document.cookie, location.href.includes(arguments[0]), \
         document.documentElement.outerHTML.includes(arguments[0])]",
        &json!([key]),
    )?;
    assert_eq!(kept, json!([0, 0, "", false, false]));
    Ok(())
}

#[test]
fn a_refusal_is_shown_as_it_is() -> anyhow::Result<()> {
    let server = served()?;
    let browser = Browser::start()?;
    browser.look(390, 844, true)?;
    browser.open(&format!("{}/docs", server.base()))?;
    let (status, body) = tried(&browser, CREATE)?;
    keep(&browser.picture()?, "390-refused")?;
    assert_eq!(status, "401");
    assert!(body.contains("\"unauthenticated\""), "{body}");
    Ok(())
}

#[test]
fn the_curl_line_says_what_the_page_does_and_hides_the_key() -> anyhow::Result<()> {
    let server = served()?;
    let key = server.key()?;
    let browser = Browser::start()?;
    browser.look(1280, 900, false)?;
    browser.open(&format!("{}/docs", server.base()))?;
    browser.enter("#key", &key)?;
    let line = |browser: &Browser| -> anyhow::Result<String> {
        let script = "return document.querySelector(arguments[0] + ' .curl code').textContent";
        let text = browser.execute(script, &json!([CREATE]))?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    };
    let hidden = line(&browser)?;
    assert!(
        hidden.contains("\"Authorization: Bearer $SPECD_KEY\""),
        "{hidden}"
    );
    assert!(!hidden.contains(&key), "{hidden}");
    browser.click(&format!("{CREATE} .curl summary"))?;
    browser.click(&format!("{CREATE} .curl .reveal"))?;
    assert!(line(&browser)?.contains(&key));

    // A shell does with either line what the page does.
    for text in [hidden, line(&browser)?] {
        let output = std::process::Command::new("sh")
            .args(["-c", &format!("{text} --silent --show-error")])
            .env("SPECD_KEY", &key)
            .output()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.starts_with("HTTP/1.1 200"), "{text}\n{said}");
    }
    check_quiet(&browser, &server)
}

#[test]
fn every_page_fits_a_desk_and_a_hand() -> anyhow::Result<()> {
    let server = Served::of(&[
        (FILE, DOCUMENT),
        ("0003-readings.md", &renumbered(READINGS, "0002", "0003")),
        ("0002-stations.md", &renumbered(STATIONS, "0001", "0002")),
    ])?;
    let browser = Browser::start()?;
    for (width, height) in [(1280, 900), (390, 844)] {
        for is_dark in [false, true] {
            browser.look(width, height, is_dark)?;
            for path in [
                "/",
                "/docs",
                "/docs/0003",
                "/problems/",
                "/problems/invalid-record",
            ] {
                browser.open(&format!("{}{path}", server.base()))?;
                let wide = browser.execute(
                    "const root = document.documentElement; return [root.scrollWidth, root.clientWidth]",
                    &json!([]),
                )?;
                assert_eq!(
                    wide,
                    json!([width, width]),
                    "{path} scrolls sideways at {width}"
                );
                let picture = browser.picture()?;
                assert!(picture.starts_with(b"\x89PNG"), "{path}");
                keep(
                    &picture,
                    &format!(
                        "{width}{}{}",
                        if is_dark { "-dark" } else { "" },
                        path.replace('/', "-")
                    ),
                )?;
            }
        }
    }
    check_quiet(&browser, &server)
}

#[test]
fn a_link_to_an_endpoint_leads_to_it_among_many_documents() -> anyhow::Result<()> {
    let server = Served::of(&[
        (FILE, DOCUMENT),
        ("0003-readings.md", &renumbered(READINGS, "0002", "0003")),
        ("0002-stations.md", &renumbered(STATIONS, "0001", "0002")),
    ])?;
    let browser = Browser::start()?;
    browser.look(1280, 900, false)?;
    browser.open(&format!("{}/docs#spec-0001-v1-create", server.base()))?;
    browser.click("#spec-0001-v1-create")?;
    browser.wait_until(&format!("document.querySelector('{CREATE}') !== null"))?;
    let here = browser.execute("return location.pathname + location.hash", &json!([]))?;
    assert_eq!(here, json!("/docs/0001#spec-0001-v1-create"));
    check_quiet(&browser, &server)
}

const READINGS: &str = include_str!("../documents/0002-readings.md");
const STATIONS: &str = include_str!("../documents/0001-stations.md");

fn renumbered(document: &str, from: &str, to: &str) -> String {
    document.replacen(&format!("SPEC {from}"), &format!("SPEC {to}"), 1)
}

/// Writes a picture into the directory that `SPECD_PICTURES` names, where it names one.
fn keep(picture: &[u8], name: &str) -> anyhow::Result<()> {
    if let Some(directory) = std::env::var_os("SPECD_PICTURES") {
        let path = std::path::Path::new(&directory).join(format!("{name}.png"));
        std::fs::write(path, picture)?;
    }
    Ok(())
}

#[test]
fn every_control_has_a_name_and_can_be_reached_by_keys() -> anyhow::Result<()> {
    let server = served()?;
    let browser = Browser::start()?;
    browser.look(1280, 900, false)?;
    browser.open(&format!("{}/docs", server.base()))?;
    let nameless = browser.execute(
        "return [...document.querySelectorAll('input, select, textarea, button')]
           .filter((control) => !control.getAttribute('aria-label') && !control.textContent.trim() && !(control.labels && control.labels.length))
           .map((control) => control.outerHTML)",
        &json!([]),
    )?;
    assert_eq!(nameless, json!([]));
    let unreachable = browser.execute(
        "return [...document.querySelectorAll('[tabindex]')].filter((element) => element.tabIndex > 0).length",
        &json!([]),
    )?;
    assert_eq!(unreachable, json!(0));
    // The first key leads past the head, and what has the focus is marked.
    browser.enter("body", "\u{e004}")?;
    let first = browser.execute(
        "const active = document.activeElement; return [active.textContent, getComputedStyle(active).outlineStyle]",
        &json!([]),
    )?;
    assert_eq!(first, json!(["Skip to the content", "solid"]));
    Ok(())
}
