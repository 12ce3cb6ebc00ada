//! `specd keys`: creates, lists and revokes API keys.

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat, Utc};
use specd_app::keys;
use specd_app::ports::clock::Clock as _;
use specd_app::ports::keys::StoredKey;
use specd_domain::name::ScopeName;

use crate::cli::{KeysArguments, KeysCommand, ListFormat};
use crate::out;
use crate::runtime;
use crate::stores::Stores;
use crate::system::{SystemClock, SystemEntropy};

/// Runs one of the key commands.
pub(crate) fn run(arguments: &KeysArguments) -> Result<ExitCode> {
    let asked = Asked::read(&arguments.command)?;
    runtime::block_on(async {
        let stores = Stores::opened(&arguments.database).await?;
        asked.run(&stores).await
    })
}

/// A key command whose arguments were read.
enum Asked {
    Create(keys::NewKey),
    List(ListFormat),
    Revoke(String),
}

impl Asked {
    fn read(command: &KeysCommand) -> Result<Self> {
        Ok(match command {
            KeysCommand::Create {
                name,
                scopes,
                expires,
            } => Self::Create(keys::NewKey {
                name: name.clone(),
                scopes: scopes
                    .iter()
                    .map(|text| scope(text))
                    .collect::<Result<_>>()?,
                expires_at: expires.map(|day| end(day, SystemClock.now())).transpose()?,
            }),
            KeysCommand::List { format } => Self::List(*format),
            KeysCommand::Revoke { id } => Self::Revoke(id.clone()),
        })
    }

    async fn run(self, stores: &Stores) -> Result<ExitCode> {
        match self {
            Self::Create(new) => create(new, stores).await,
            Self::List(format) => list(format, stores).await,
            Self::Revoke(id) => revoke(&id, stores).await,
        }
    }
}

fn scope(text: &str) -> Result<ScopeName> {
    ScopeName::new(text).with_context(|| format!("`{text}` is no scope such as `orders:write`"))
}

/// The beginning of the first day on which a key is refused.
fn end(day: NaiveDate, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
    let end = day.and_time(NaiveTime::MIN).and_utc();
    if end <= now {
        bail!(
            "a key that expires on `{day}` would be refused at once; choose a day after today (UTC)"
        );
    }
    Ok(end)
}

async fn create(new: keys::NewKey, stores: &Stores) -> Result<ExitCode> {
    let created = keys::create(new, &*stores.keys, &SystemClock, &SystemEntropy)
        .await
        .context("could not create the key")?;
    out::note(&format!(
        "created the key {}; it is shown only now:\n",
        created.stored.id
    ));
    out::say(&created.token.reveal())?;
    Ok(ExitCode::SUCCESS)
}

async fn list(format: ListFormat, stores: &Stores) -> Result<ExitCode> {
    let known = keys::list(&*stores.keys)
        .await
        .context("could not list the keys")?;
    let now = SystemClock.now();
    match format {
        ListFormat::Json => out::say(&as_json(&known, now).to_string())?,
        ListFormat::Text if known.is_empty() => out::note(
            "there are no keys; `specd keys create --name NAME --scope SCOPE` creates one\n",
        ),
        ListFormat::Text => out::write(&as_text(&known, now))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// One line a key; what may be long or hold blanks stands last.
fn as_text(known: &[StoredKey], now: DateTime<Utc>) -> String {
    let widest = known
        .iter()
        .map(|key| key.id.len())
        .max()
        .unwrap_or_default();
    let mut out = format!(
        "{:widest$}  {:10}  {:17}  {:8}  SCOPES  NAME\n",
        "ID", "CREATED", "LAST USED", "STATE"
    );
    for key in known {
        let used = key.last_used_at.map_or_else(
            || "never".to_owned(),
            |at| at.format("%Y-%m-%dT%H:%MZ").to_string(),
        );
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "{:widest$}  {}  {used:17}  {:8}  {}  {}",
            key.id,
            key.created_at.format("%Y-%m-%d"),
            state(key, now),
            scopes(key),
            printable(&key.name),
        );
    }
    out
}

/// An array with an object a key; times are RFC 3339, in UTC, and null where there is none.
fn as_json(known: &[StoredKey], now: DateTime<Utc>) -> serde_json::Value {
    let time = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    known
        .iter()
        .map(|key| {
            serde_json::json!({
                "id": key.id,
                "name": key.name,
                "scopes": key.scopes.iter().map(ScopeName::as_str).collect::<Vec<_>>(),
                "state": state(key, now),
                "created_at": time(key.created_at),
                "expires_at": key.expires_at.map(time),
                "revoked_at": key.revoked_at.map(time),
                "last_used_at": key.last_used_at.map(time),
            })
        })
        .collect()
}

fn state(key: &StoredKey, now: DateTime<Utc>) -> &'static str {
    if key.revoked_at.is_some() {
        "revoked"
    } else if key.expires_at.is_some_and(|end| end <= now) {
        "expired"
    } else {
        "active"
    }
}

fn scopes(key: &StoredKey) -> String {
    let names: Vec<&str> = key.scopes.iter().map(ScopeName::as_str).collect();
    names.join(",")
}

/// A name is whatever somebody typed; a terminal must not obey it.
fn printable(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

async fn revoke(id: &str, stores: &Stores) -> Result<ExitCode> {
    let is_revoked = keys::revoke(id, &*stores.keys, &SystemClock)
        .await
        .context("could not revoke the key")?;
    if !is_revoked {
        bail!("there is no key `{id}`; `specd keys list` shows those that are");
    }
    out::note(&format!("revoked the key {id}\n"));
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn keys() -> [StoredKey; 2] {
        let used = StoredKey {
            id: "abc".to_owned(),
            name: "ci\n\u{1b}[31m".to_owned(),
            scopes: vec![ScopeName::new("orders:read").unwrap()],
            secret_sha256: [7; 32].into(),
            created_at: moment("2025-01-01T08:00:00Z"),
            expires_at: Some(moment("2025-06-01T00:00:00Z")),
            revoked_at: None,
            last_used_at: Some(moment("2025-05-31T12:34:56.789Z")),
        };
        let never = StoredKey {
            id: "abcdef".to_owned(),
            expires_at: None,
            revoked_at: Some(moment("2025-02-01T00:00:00Z")),
            last_used_at: None,
            ..used.clone()
        };
        [used, never]
    }

    #[test]
    fn a_key_that_would_be_refused_at_once_is_not_made() {
        let now = moment("2025-05-31T13:00:00Z");
        let ends = |day: &str| end(day.parse().unwrap(), now);
        assert_eq!(ends("2025-06-01").unwrap(), moment("2025-06-01T00:00:00Z"));
        for day in ["2025-05-31", "2024-06-01"] {
            let error = ends(day).unwrap_err().to_string();
            assert!(error.contains(&format!("`{day}`")), "{error}");
        }
    }

    #[test]
    fn a_list_of_keys_says_when_each_was_used_last() {
        let text = as_text(&keys(), moment("2025-05-31T13:00:00Z"));
        assert_eq!(
            text,
            "ID      CREATED     LAST USED          STATE     SCOPES  NAME\n\
             abc     2025-01-01  2025-05-31T12:34Z  active    orders:read  ci\u{fffd}\u{fffd}[31m\n\
             abcdef  2025-01-01  never              revoked   orders:read  ci\u{fffd}\u{fffd}[31m\n"
        );
    }

    #[test]
    fn for_scripts_every_member_is_there_and_no_secret() {
        let json = as_json(&keys(), moment("2025-06-01T00:00:00Z"));
        assert_eq!(
            json.get(0),
            Some(&serde_json::json!({
                "id": "abc", "name": "ci\n\u{1b}[31m", "scopes": ["orders:read"], "state": "expired",
                "created_at": "2025-01-01T08:00:00Z", "expires_at": "2025-06-01T00:00:00Z",
                "revoked_at": null, "last_used_at": "2025-05-31T12:34:56.789Z",
            }))
        );
        assert_eq!(
            as_json(&[], moment("2025-06-01T00:00:00Z")),
            serde_json::json!([])
        );
    }
}
