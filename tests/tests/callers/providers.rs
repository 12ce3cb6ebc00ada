//! Where the keys of issuers come from: files, addresses, discovery, secrets; and what happens while they do not come.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use specd_e2e::{Client, Server, Storage, binary};
use specd_testkit::identity::{Behaviour, Provider, Signer, encoded, hs256};

use crate::parcels::{PATH, bearer, claims, create, documents, jwt, with_fresh_key};

const ISSUER: &str = "https://login.example.org/tenant";

fn status(client: &Client) -> anyhow::Result<u16> {
    Ok(client.get(PATH)?.status)
}

fn eventually(client: &Client, expected: u16) -> anyhow::Result<()> {
    let since = Instant::now();
    while status(client)? != expected {
        anyhow::ensure!(
            since.elapsed() < Duration::from_secs(20),
            "never {expected}"
        );
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

fn set_of(signers: &[&Signer]) -> String {
    let keys: Vec<_> = signers.iter().map(|signer| signer.jwk()).collect();
    json!({"keys": keys}).to_string()
}

#[test]
fn keys_in_a_file_are_taken_and_exchanged_while_it_runs() -> anyhow::Result<()> {
    let (old, new) = (Signer::rsa("2025")?, Signer::p256("2026")?);
    let place = tempfile::tempdir()?;
    let file = place.path().join("keys.json");
    fs::write(&file, set_of(&[&old]))?;
    let storage = Storage::sqlite()?;
    let argument = format!("{ISSUER}={}", file.display());
    let documents = documents(&jwt(ISSUER))?;
    let server = Server::start_with(&documents, &storage, &["--jwks", &argument])?;
    let (by_old, by_new) = (
        bearer(&server, &old, ISSUER, "ada")?,
        bearer(&server, &new, ISSUER, "ada")?,
    );
    let (path, _) = create(&by_old, "books", 1)?;
    assert_eq!(status(&by_new)?, 401);
    fs::write(&file, set_of(&[&new]))?;
    eventually(&by_new, 200)?;
    assert_eq!(status(&by_old)?, 401, "although it was good a moment ago");
    assert_eq!(
        by_new.get(&path)?.status,
        200,
        "the same owner by another key"
    );
    let token = new.token(&claims(ISSUER, "ada"))?;
    let said = server.output().text();
    assert!(
        !said.contains("eyJ") && !said.contains(&token),
        "a token in the log"
    );
    Ok(())
}

#[test]
fn keys_at_an_address_and_keys_that_are_discovered() -> anyhow::Result<()> {
    let signer = Signer::ed25519("k")?;
    let provider = Provider::start(&[&signer])?;
    let storage = Storage::sqlite()?;
    let documents = documents(&format!("{} or {}", jwt(ISSUER), jwt(&provider.base())))?;
    let argument = format!("{ISSUER}={}", provider.jwks());
    let server = Server::start_with(&documents, &storage, &["--jwks", &argument])?;
    assert_eq!(status(&bearer(&server, &signer, ISSUER, "ada")?)?, 200);
    assert_eq!(
        status(&bearer(&server, &signer, &provider.base(), "ada")?)?,
        200
    );
    let asked = ["/keys", "/.well-known/openid-configuration", "/keys"];
    assert_eq!(provider.asked(), asked);
    Ok(())
}

#[test]
fn a_provider_with_an_authority_of_its_own_is_asked_over_tls() -> anyhow::Result<()> {
    let signer = Signer::p256("k")?;
    let provider = Provider::start_with_tls(&[&signer])?;
    let place = tempfile::tempdir()?;
    let authority = place.path().join("ca.pem");
    fs::write(&authority, provider.authority().unwrap_or_default())?;
    let storage = Storage::sqlite()?;
    let documents = documents(&jwt(&provider.base()))?;
    let path = authority.display().to_string();
    let server = Server::start_with(&documents, &storage, &["--jwks-ca", &path])?;
    assert_eq!(
        status(&bearer(&server, &signer, &provider.base(), "ada")?)?,
        200
    );
    let doubting = Server::start(&documents, &Storage::sqlite()?)?;
    assert_eq!(
        status(&bearer(&doubting, &signer, &provider.base(), "ada")?)?,
        503
    );
    Ok(())
}

#[test]
fn a_secret_signs_for_its_issuer_alone() -> anyhow::Result<()> {
    let place = tempfile::tempdir()?;
    let file = place.path().join("secret");
    let secret = "a secret of more than thirty-two bytes";
    fs::write(&file, secret)?;
    let signer = Signer::rsa("k")?;
    let provider = Provider::start(&[&signer])?;
    let storage = Storage::sqlite()?;
    let documents = documents(&format!("{} or {}", jwt(ISSUER), jwt(&provider.base())))?;
    let argument = format!("{ISSUER}={}", file.display());
    let server = Server::start_with(&documents, &storage, &["--jwt-secret", &argument])?;
    let header = r#"{"alg":"HS256","kid":"k"}"#;
    let status_of = |secret: &[u8], issuer: &str| {
        let token = hs256(secret, header, &claims(issuer, "ada").to_string());
        status(&server.anonymous().with_key(token))
    };
    assert_eq!(status_of(secret.as_bytes(), ISSUER)?, 200);
    assert_eq!(
        status_of(b"another secret of as many bytes as that", ISSUER)?,
        401
    );
    assert_eq!(status_of(secret.as_bytes(), &provider.base())?, 401);
    let published = signer.jwk().to_string();
    assert_eq!(status_of(published.as_bytes(), &provider.base())?, 401);
    assert_eq!(
        status(&bearer(&server, &signer, &provider.base(), "ada")?)?,
        200
    );
    let said = server.output().text();
    assert!(!said.contains(secret), "the secret in the log");
    Ok(())
}

#[test]
fn a_provider_that_is_away_stops_neither_the_server_nor_other_callers() -> anyhow::Result<()> {
    let signer = Signer::p256("k")?;
    let provider = Provider::start(&[&signer])?;
    provider.behave(Behaviour::Hang);
    let storage = Storage::sqlite()?;
    let documents = documents(&format!("API key or {}", jwt(&provider.base())))?;
    let server = Server::start(&documents, &storage)?;
    let known = with_fresh_key(&server, &storage)?;
    let waiting = bearer(&server, &signer, &provider.base(), "ada")?;
    let first = thread::spawn(move || waiting.get(PATH));
    assert_eq!(provider.wait_for(1), 1);
    let since = Instant::now();
    for _ in 0..20 {
        assert_eq!(status(&known)?, 200);
    }
    assert!(
        since.elapsed() < Duration::from_secs(2),
        "keys waited for a provider"
    );
    let answer = first.join().unwrap()?;
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert_eq!(answer.member("code"), "unavailable");
    assert_eq!(answer.header("retry-after"), Some("10"));
    let forged = server.anonymous().with_key("a.b.c");
    assert_eq!(status(&forged)?, 401);
    let trouble = "the keys of an issuer cannot be had";
    let told = |line: &str| line.contains(trouble).then_some(());
    server.output().wait_for(Duration::from_secs(5), told);
    let said = server.output().text();
    assert_eq!(said.matches(trouble).count(), 1, "{said}");
    Ok(())
}

#[test]
fn what_is_no_credential_is_refused_and_says_how_to_come() -> anyhow::Result<()> {
    let signer = Signer::p256("k")?;
    let provider = Provider::start(&[&signer])?;
    let storage = Storage::sqlite()?;
    let server = Server::start(&documents(&jwt(&provider.base()))?, &storage)?;
    let good = signer.token(&claims(&provider.base(), "ada"))?;
    let (head, rest) = good.split_once('.').unwrap();
    let none = format!(
        "{}.{}.",
        encoded(r#"{"alg":"none"}"#),
        rest.split_once('.').unwrap().0
    );
    let mut lesser = claims(&provider.base(), "ada");
    lesser["scope"] = json!("parcels:read");
    let lesser = server.anonymous().with_key(signer.token(&lesser)?);
    assert_eq!(status(&lesser)?, 200);
    let forbidden = lesser.post(PATH, r#"{"content":"x","weight":1}"#)?;
    assert_eq!(forbidden.status, 403);
    assert!(
        forbidden.text().contains("parcels:write"),
        "{}",
        forbidden.text()
    );
    let nothing = server.anonymous().get(PATH)?;
    let challenge =
        |answer: &specd_e2e::Answer| answer.header("www-authenticate").map(str::to_owned);
    assert_eq!(
        challenge(&nothing).as_deref(),
        Some("Bearer realm=\"specd\"")
    );
    for token in [none.as_str(), head, &good.replace('.', ".."), "specd_x_y_z"] {
        let answer = server.anonymous().with_key(token).get(PATH)?;
        assert_eq!(answer.status, 401);
        let invalid = "Bearer realm=\"specd\", error=\"invalid_token\"";
        assert_eq!(challenge(&answer).as_deref(), Some(invalid));
        assert_eq!(answer.member("detail"), nothing.member("detail"));
    }
    let said = server.output().text();
    assert!(
        !said.contains("first API key"),
        "a key that opens nothing: {said}"
    );
    let in_query = format!("{PATH}?access_token={good}");
    assert_eq!(server.anonymous().get(&in_query)?.status, 401);
    Ok(())
}

#[test]
fn wrong_flags_are_told_before_anything_is_served() -> anyhow::Result<()> {
    let place = tempfile::tempdir()?;
    let short = place.path().join("short");
    fs::write(&short, "short")?;
    let short = format!("{ISSUER}={}", short.display());
    let gone = format!("{ISSUER}={}", place.path().join("gone").display());
    for (flag, value, told) in [
        ("--jwks", "keys.json", "has no `=`"),
        ("--jwks", "issuer=keys.json", "cannot be an issuer"),
        (
            "--jwks",
            "https://a.example=http://b.example/keys",
            "not fetched from",
        ),
        ("--jwks", &gone, "cannot be used"),
        ("--jwt-secret", &short, "fewer than 32 bytes"),
        ("--jwks-ca", "/nowhere/ca.pem", "cannot be used"),
    ] {
        let mut command = binary::command()?;
        let output = command
            .current_dir(place.path())
            .args(["serve", "--listen", "127.0.0.1:0", flag, value])
            .output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{flag} {value}: {said}");
        assert!(said.contains(told), "{flag} {value}: {said}");
    }
    Ok(())
}
