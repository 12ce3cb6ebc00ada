//! What is accepted, and whom it names.

use serde_json::{Value, json};
use specd_adapter_identity::KeyPlace;
use specd_domain::access::caller::Caller;
use specd_domain::name::ScopeName;
use specd_testkit::identity::{Provider, Signer, hs256};

use crate::world::{Judge, at};

fn merged(claims: &Value, more: &Value) -> Value {
    let mut merged = claims.clone();
    for (name, value) in more.as_object().unwrap() {
        merged[name] = value.clone();
    }
    merged
}

#[tokio::test]
async fn each_kind_of_key_vouches_for_its_callers() {
    for signer in [
        Signer::rsa("r").unwrap(),
        Signer::p256("p").unwrap(),
        Signer::ed25519("e").unwrap(),
    ] {
        let provider = Provider::start(&[&signer]).unwrap();
        let judge = Judge::of(Vec::new());
        let issuer = provider.base();
        let token = signer.token(&judge.claims(&issuer)).unwrap();
        let caller = judge.verify(&token, &issuer).await.unwrap();
        let Caller::Known {
            subject,
            issuer: vouching,
            scopes,
        } = caller
        else {
            panic!("nobody");
        };
        assert_eq!((subject.as_str(), vouching), ("ada", Some(issuer)));
        let scopes: Vec<&str> = scopes.iter().map(ScopeName::as_str).collect();
        assert_eq!(scopes, ["orders:read", "orders:write"]);
        assert_eq!(
            provider.asked(),
            ["/.well-known/openid-configuration", "/keys"]
        );
    }
}

#[tokio::test]
async fn a_provider_is_asked_over_tls_where_somebody_vouches_for_it() {
    let signer = Signer::ed25519("e").unwrap();
    let provider = Provider::start_with_tls(&[&signer]).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let authority = directory.path().join("ca.pem");
    std::fs::write(&authority, provider.authority().unwrap()).unwrap();
    let issuer = provider.base();
    let trusting = Judge::with(specd_adapter_identity::IdentitySettings {
        authorities: Some(authority),
        ..crate::world::quick()
    });
    let token = signer.token(&trusting.claims(&issuer)).unwrap();
    assert!(trusting.verify(&token, &issuer).await.is_ok());

    let doubting = Judge::of(Vec::new());
    let refused = doubting.verify(&token, &issuer).await;
    assert_eq!(refused.unwrap_err(), "no keys");
}

#[tokio::test]
async fn a_secret_vouches_only_where_the_operator_gave_it() {
    let secret = "0123456789abcdef0123456789abcdef";
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("secret");
    std::fs::write(&file, format!("{secret}\n")).unwrap();
    let issuer = "https://inside.example";
    let judge = Judge::of(vec![at(issuer, KeyPlace::Secret(file))]);
    let claims = judge.claims(issuer).to_string();
    let good = hs256(secret.as_bytes(), r#"{"alg":"HS256"}"#, &claims);
    assert!(judge.verify(&good, issuer).await.is_ok());
    let other = hs256(
        b"another secret of thirty-two byte",
        r#"{"alg":"HS256"}"#,
        &claims,
    );
    assert!(judge.verify(&other, issuer).await.is_err());
    let signer = Signer::rsa("r").unwrap();
    let foreign = signer.token(&judge.claims(issuer)).unwrap();
    let refused = judge.verify(&foreign, issuer).await.unwrap_err();
    assert_eq!(refused, "its algorithm is not that of its key");
}

#[tokio::test]
async fn what_a_provider_may_write_in_several_ways_is_read_in_each() {
    let signer = Signer::ed25519("e").unwrap();
    let provider = Provider::start(&[&signer]).unwrap();
    let judge = Judge::of(Vec::new());
    let issuer = provider.base();
    let claims = judge.claims(&issuer);
    let now = claims["iat"].as_i64().unwrap();
    let both = "orders:read orders:write";
    for (more, scopes) in [
        (json!({}), both),
        (json!({"aud": ["others", "orders"]}), both),
        (
            json!({"scp": ["orders:read", "admin"]}),
            "admin orders:read orders:write",
        ),
        (json!({"scope": ["orders:read"]}), "orders:read"),
        (
            json!({"scope": "  orders:read   É \\ \"x \u{7} "}),
            "orders:read",
        ),
        (
            json!({"scope": 7, "scp": "orders:write orders:write"}),
            "orders:write",
        ),
        (json!({"scope": ""}), ""),
        (json!({"scope": null}), ""),
        // Clocks are up to 30 seconds apart.
        (json!({"exp": now - 29}), both),
        (json!({"nbf": now + 30}), both),
        (json!({"nbf": 0, "iat": now + 300}), both),
        (json!({"exp": 1e12, "iat": 1.5}), both),
        (json!({"jti": "x", "azp": {"a": [1, 2]}, "amr": null}), both),
        (json!({"sub": "é".repeat(255)}), both),
    ] {
        let token = signer.token(&merged(&claims, &more)).unwrap();
        let caller = judge.verify(&token, &issuer).await;
        let Ok(Caller::Known { scopes: named, .. }) = &caller else {
            panic!("{more}: {caller:?}");
        };
        let named: Vec<&str> = named.iter().map(ScopeName::as_str).collect();
        assert_eq!(named.join(" "), scopes, "{more}");
    }
    for kind in ["JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt"] {
        let header = merged(&signer.header(), &json!({"typ": kind, "x5t": "ignored"}));
        let token = signer.signed(&header.to_string(), &claims.to_string());
        let caller = judge.verify(&token.unwrap(), &issuer).await;
        assert!(caller.is_ok(), "{kind}: {caller:?}");
    }
}

#[tokio::test]
async fn a_token_ends_although_it_was_good_a_moment_ago() {
    let signer = Signer::p256("p").unwrap();
    let provider = Provider::start(&[&signer]).unwrap();
    let judge = Judge::of(Vec::new());
    let issuer = provider.base();
    let now = judge.claims(&issuer)["iat"].as_i64().unwrap();
    let claims = merged(&judge.claims(&issuer), &json!({"exp": now + 40}));
    let token = signer.token(&claims).unwrap();
    for (seconds, is_good) in [(0, true), (39, true), (30, true), (1, false), (100, false)] {
        judge.advance(seconds);
        let caller = judge.verify(&token, &issuer).await;
        assert_eq!(caller.is_ok(), is_good, "{seconds} s later: {caller:?}");
    }
}

#[tokio::test]
async fn one_token_is_for_one_audience_however_often_it_was_shown_to_it() {
    use specd_app::ports::tokens::TokenVerifier as _;

    let signer = Signer::p256("p").unwrap();
    let provider = Provider::start(&[&signer]).unwrap();
    let judge = Judge::of(Vec::new());
    let issuer = provider.base();
    let token = signer.token(&judge.claims(&issuer)).unwrap();
    for _ in 0..3 {
        assert!(judge.verify(&token, &issuer).await.is_ok());
        assert!(judge.tokens.verify(&token, &issuer, "loans").await.is_err());
        let elsewhere = "https://other.example";
        assert!(
            judge
                .tokens
                .verify(&token, elsewhere, "orders")
                .await
                .is_err()
        );
    }
}
