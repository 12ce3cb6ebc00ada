//! `specd keys`: creates, lists and revokes API keys.

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, NaiveTime, Utc};
use specd_app::keys;
use specd_app::ports::clock::Clock as _;
use specd_app::ports::keys::StoredKey;
use specd_domain::name::ScopeName;

use crate::cli::{KeysArguments, KeysCommand};
use crate::runtime;
use crate::stores::Stores;
use crate::system::{SystemClock, SystemEntropy};

/// Runs one of the key commands.
pub(crate) fn run(arguments: &KeysArguments) -> Result<ExitCode> {
    let asked = Asked::read(&arguments.command)?;
    runtime::block_on(async {
        let stores = Stores::open(&arguments.database)?;
        stores
            .prepare()
            .await
            .with_context(|| format!("could not open the database `{}`", arguments.database))?;
        asked.run(&stores).await
    })
}

/// A key command whose arguments were read.
enum Asked {
    Create(keys::NewKey),
    List,
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
                expires_at: expires.map(|day| day.and_time(NaiveTime::MIN).and_utc()),
            }),
            KeysCommand::List => Self::List,
            KeysCommand::Revoke { id } => Self::Revoke(id.clone()),
        })
    }

    async fn run(self, stores: &Stores) -> Result<ExitCode> {
        match self {
            Self::Create(new) => create(new, stores).await,
            Self::List => list(stores).await,
            Self::Revoke(id) => revoke(&id, stores).await,
        }
    }
}

fn scope(text: &str) -> Result<ScopeName> {
    ScopeName::new(text).with_context(|| format!("`{text}` is no scope such as `orders:write`"))
}

async fn create(new: keys::NewKey, stores: &Stores) -> Result<ExitCode> {
    let created = keys::create(new, &*stores.keys, &SystemClock, &SystemEntropy)
        .await
        .context("could not create the key")?;
    eprintln!(
        "created the key {}; it is shown only now:",
        created.stored.id
    );
    println!("{}", created.token.reveal());
    Ok(ExitCode::SUCCESS)
}

async fn list(stores: &Stores) -> Result<ExitCode> {
    let known = keys::list(&*stores.keys)
        .await
        .context("could not list the keys")?;
    if known.is_empty() {
        eprintln!("there are no keys; `specd keys create --name NAME --scope SCOPE` creates one");
        return Ok(ExitCode::SUCCESS);
    }
    let now = SystemClock.now();
    let widest = known
        .iter()
        .map(|key| key.id.len())
        .max()
        .unwrap_or_default();
    println!(
        "{:widest$}  {:10}  {:8}  SCOPES  NAME",
        "ID", "CREATED", "STATE"
    );
    for key in &known {
        println!(
            "{:widest$}  {}  {:8}  {}  {}",
            key.id,
            key.created_at.format("%Y-%m-%d"),
            state(key, now),
            scopes(key),
            printable(&key.name),
        );
    }
    Ok(ExitCode::SUCCESS)
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
    eprintln!("revoked the key {id}");
    Ok(ExitCode::SUCCESS)
}
