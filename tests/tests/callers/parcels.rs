//! The document of these tests, its callers and their parcels.

use std::time::SystemTime;

use serde_json::{Value, json};
use specd_e2e::{Client, Documents, Server, Storage, binary};
use specd_testkit::identity::Signer;

/// The collection.
pub(crate) const PATH: &str = "/api/v1/parcels";
/// The audience of all good tokens.
pub(crate) const AUDIENCE: &str = "parcels";
/// What every caller of these tests may do.
pub(crate) const SCOPES: [&str; 2] = ["parcels:read", "parcels:write"];

/// The document, with these ways to authenticate.
pub(crate) fn documents(authentication: &str) -> anyhow::Result<Documents> {
    let text = include_str!("parcels.md").replace("{authentication}", authentication);
    Documents::of(&[("0001-parcels.md", &text)])
}

/// `` JWT from `issuer` for `parcels` ``.
pub(crate) fn jwt(issuer: &str) -> String {
    format!("JWT from `{issuer}` for `{AUDIENCE}`")
}

/// Claims of somebody who may do everything for an hour.
pub(crate) fn claims(issuer: &str, subject: &str) -> Value {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = now.unwrap_or_default().as_secs();
    json!({
        "iss": issuer, "aud": AUDIENCE, "sub": subject,
        "iat": now, "exp": now + 3_600, "scope": SCOPES.join(" "),
    })
}

/// A client with a token of somebody's.
pub(crate) fn bearer(
    server: &Server,
    signer: &Signer,
    issuer: &str,
    subject: &str,
) -> anyhow::Result<Client> {
    let token = signer.token(&claims(issuer, subject))?;
    Ok(server.anonymous().with_key(token))
}

/// A client with a fresh API key.
pub(crate) fn with_fresh_key(server: &Server, storage: &Storage) -> anyhow::Result<Client> {
    let mut command = binary::command()?;
    command.args(["keys", "create", "--name", "test", "--database"]);
    let output = command
        .arg(storage.url())
        .arg("--scope")
        .args(SCOPES)
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let key = said
        .split_whitespace()
        .find(|word| word.starts_with("specd_"));
    let Some(key) = key else {
        anyhow::bail!("no key: {said}{}", String::from_utf8_lossy(&output.stderr));
    };
    Ok(server.anonymous().with_key(key))
}

/// Creates a parcel and answers its path and its tag.
pub(crate) fn create(
    client: &Client,
    content: &str,
    weight: usize,
) -> anyhow::Result<(String, String)> {
    let body = json!({"content": content, "weight": weight}).to_string();
    let answer = client.post(PATH, &body)?;
    anyhow::ensure!(answer.status == 201, "{}: {}", answer.status, answer.text());
    let header = |name| answer.header(name).unwrap_or_default().to_owned();
    Ok((header("location"), header("etag")))
}

/// The contents of everything that a client can list, sorted.
pub(crate) fn contents(client: &Client, path: &str) -> anyhow::Result<Vec<String>> {
    let answer = client.get(path)?;
    anyhow::ensure!(answer.status == 200, "{}: {}", answer.status, answer.text());
    let items = answer.member("items");
    let items = items.as_array().into_iter().flatten();
    let mut contents: Vec<String> = items
        .filter_map(|item| item.get("content")?.as_str().map(str::to_owned))
        .collect();
    contents.sort();
    Ok(contents)
}
