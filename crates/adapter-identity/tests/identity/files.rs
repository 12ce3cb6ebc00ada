//! Keys and secrets in files: wrong ones are told at the start, changed ones are read again.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use specd_adapter_identity::{IdentitySettings, KeyPlace, Tokens};
use specd_testkit::MovedClock;
use specd_testkit::identity::{Signer, hs256};

use crate::world::{Judge, at, eventually, quick};

const ISSUER: &str = "https://issuer.example";

fn write(path: &Path, signers: &[&Signer]) {
    let keys: Vec<_> = signers.iter().map(|signer| signer.jwk()).collect();
    fs::write(path, json!({"keys": keys}).to_string()).unwrap();
}

#[tokio::test]
async fn a_file_is_read_again_when_it_changes_and_kept_when_it_breaks() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("keys.json");
    let (old, new) = (Signer::p256("old").unwrap(), Signer::p256("new").unwrap());
    write(&file, &[&old]);
    let judge = Judge::of(vec![at(ISSUER, KeyPlace::File(file.clone()))]);
    let by_old = old.token(&judge.claims(ISSUER)).unwrap();
    let by_new = new.token(&judge.claims(ISSUER)).unwrap();
    assert!(judge.verify(&by_old, ISSUER).await.is_ok());
    assert!(judge.verify(&by_new, ISSUER).await.is_err());

    write(&file, &[&new]);
    eventually("the new key", async || {
        judge.verify(&by_new, ISSUER).await.is_ok()
    })
    .await;
    assert!(
        judge.verify(&by_old, ISSUER).await.is_err(),
        "it was remembered"
    );

    fs::write(&file, "half a fi").unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    fs::remove_file(&file).unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert!(judge.verify(&by_new, ISSUER).await.is_ok());

    write(&file, &[&old]);
    eventually("the old key again", async || {
        judge.verify(&by_old, ISSUER).await.is_ok()
    })
    .await;
}

#[tokio::test]
async fn a_secret_is_exchanged_without_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("secret");
    let (first, second) = ("a".repeat(32), "b".repeat(32));
    fs::write(&file, &first).unwrap();
    let judge = Judge::of(vec![at(ISSUER, KeyPlace::Secret(file.clone()))]);
    let claims = judge.claims(ISSUER).to_string();
    let token = |secret: &str| hs256(secret.as_bytes(), r#"{"alg":"HS256","kid":"any"}"#, &claims);
    assert!(judge.verify(&token(&first), ISSUER).await.is_ok());
    fs::write(&file, format!("{second}\r\n")).unwrap();
    eventually("the second secret", async || {
        judge.verify(&token(&second), ISSUER).await.is_ok()
    })
    .await;
    assert!(judge.verify(&token(&first), ISSUER).await.is_err());
}

#[test]
fn what_cannot_be_used_is_told_at_the_start() {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = directory.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let told = |settings: IdentitySettings| {
        let tokens = Tokens::new(settings, Arc::new(MovedClock::default()));
        tokens.err().expect("an error").to_string()
    };
    let of = |place: KeyPlace| {
        told(IdentitySettings {
            issuers: vec![at(ISSUER, place)],
            ..quick()
        })
    };
    let gone = of(KeyPlace::File(directory.path().join("gone")));
    assert!(
        gone.contains("gone` cannot be used: its file cannot be read"),
        "{gone}"
    );
    let place = of(KeyPlace::File(directory.path().into()));
    assert!(place.contains("it is no file"), "{place}");
    let set = of(KeyPlace::File(file("set", "[1]")));
    assert!(set.contains("it is no JWK Set"), "{set}");
    let large = of(KeyPlace::File(file("large", &" ".repeat(65_537))));
    assert!(large.contains("more than 64 KiB"), "{large}");
    let short = of(KeyPlace::Secret(file(
        "short",
        &format!("{}\n", "s".repeat(31)),
    )));
    assert!(
        short.contains("fewer than 32 bytes") && !short.contains("sss"),
        "{short}"
    );
    let authorities = told(IdentitySettings {
        authorities: Some(file("ca", "none here")),
        ..quick()
    });
    assert!(authorities.contains("no certificate"), "{authorities}");
    let keys = file("keys", r#"{"keys":[]}"#);
    let secret = file("secret", &"s".repeat(32));
    let twice = told(IdentitySettings {
        issuers: vec![
            at(ISSUER, KeyPlace::File(keys)),
            at(ISSUER, KeyPlace::Secret(secret)),
        ],
        ..quick()
    });
    assert!(twice.contains("is named twice"), "{twice}");
}
