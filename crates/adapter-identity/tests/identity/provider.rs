//! Providers that rotate their keys, are slow, dead or wrong.

use std::sync::Arc;
use std::time::{Duration, Instant};

use specd_adapter_identity::{IdentitySettings, KeyPlace};
use specd_testkit::identity::{Behaviour, Provider, Signer};

use crate::world::{Judge, at, eventually, quick};

/// A provider with one key, and a judge that fetches it from its address.
fn one_key() -> (Signer, Provider, Judge, String) {
    let signer = Signer::p256("old").unwrap();
    let provider = Provider::start(&[&signer]).unwrap();
    let issuer = provider.base();
    let judge = Judge::of(vec![at(&issuer, KeyPlace::Url(provider.jwks()))]);
    (signer, provider, judge, issuer)
}

#[tokio::test]
async fn a_new_key_is_taken_with_its_first_token_and_an_old_one_no_longer() {
    let (old, provider, judge, issuer) = one_key();
    let new = Signer::rsa("new").unwrap();
    let by_old = old.token(&judge.claims(&issuer)).unwrap();
    let by_new = new.token(&judge.claims(&issuer)).unwrap();
    assert!(judge.verify(&by_old, &issuer).await.is_ok());
    let early = judge.verify(&by_new, &issuer).await;
    assert_eq!(early.unwrap_err(), "its key is not known");

    provider.publish(&[&old, &new]);
    judge.advance(30);
    assert!(judge.verify(&by_new, &issuer).await.is_ok());
    assert!(judge.verify(&by_old, &issuer).await.is_ok());
    assert_eq!(provider.asked().len(), 2);

    provider.publish(&[&new]);
    judge.advance(600);
    eventually("the old key is gone", async || {
        judge.verify(&by_old, &issuer).await.is_err()
    })
    .await;
    assert!(judge.verify(&by_new, &issuer).await.is_ok());
}

#[tokio::test]
async fn a_flood_of_unknown_keys_is_one_look_and_keeps_no_known_one_waiting() {
    let (signer, provider, judge, issuer) = one_key();
    let known = signer.token(&judge.claims(&issuer)).unwrap();
    assert!(judge.verify(&known, &issuer).await.is_ok());
    provider.behave(Behaviour::Hang);
    judge.advance(30);
    let judge = Arc::new(judge);
    let stranger = Signer::p256("x").unwrap();
    let mut flood = Vec::new();
    for number in 0..1_000 {
        let header = format!(r#"{{"alg":"ES256","kid":"{number}"}}"#);
        let claims = judge.claims(&issuer).to_string();
        let token = stranger.signed(&header, &claims).unwrap();
        let (judge, issuer) = (Arc::clone(&judge), issuer.clone());
        flood.push(tokio::spawn(
            async move { judge.verify(&token, &issuer).await },
        ));
    }
    tokio::task::yield_now().await;
    assert_eq!(provider.wait_for(2), 2, "the look that hangs");
    let since = Instant::now();
    for _ in 0..100 {
        assert!(judge.verify(&known, &issuer).await.is_ok());
    }
    let waited = since.elapsed();
    assert!(waited < Duration::from_secs(1), "{waited:?}");
    provider.behave(Behaviour::Publish);
    for refused in flood {
        assert_eq!(refused.await.unwrap().unwrap_err(), "its key is not known");
    }
    assert_eq!(provider.asked().len(), 2);
    // Within the same half minute: refused at once, without a look.
    let header = r#"{"alg":"ES256","kid":"late"}"#;
    let late = stranger.signed(header, &judge.claims(&issuer).to_string());
    assert!(judge.verify(&late.unwrap(), &issuer).await.is_err());
    assert_eq!(provider.asked().len(), 2);
}

#[tokio::test]
async fn the_last_good_keys_stay_whatever_the_provider_does() {
    let (signer, provider, judge, issuer) = one_key();
    let token = signer.token(&judge.claims(&issuer)).unwrap();
    assert!(judge.verify(&token, &issuer).await.is_ok());
    let elsewhere = Provider::start(&[&Signer::p256("evil").unwrap()]).unwrap();
    for behaviour in [
        Behaviour::Dead,
        Behaviour::Say(500, String::new()),
        Behaviour::Say(404, r#"{"keys":[]}"#.to_owned()),
        Behaviour::Say(200, "<html>".to_owned()),
        Behaviour::Say(200, "[]".to_owned()),
        Behaviour::Say(200, r#"{"keys":{}}"#.to_owned()),
        Behaviour::Say(
            200,
            format!("{{\"keys\":[],\"x\":\"{}\"}}", "x".repeat(65_536)),
        ),
        Behaviour::Redirect(elsewhere.jwks()),
    ] {
        let before = provider.asked().len();
        provider.behave(behaviour.clone());
        judge.advance(600);
        provider.wait_for(before + 1);
        // The second look begins when the first has ended, and so has taken what it found.
        judge.advance(30);
        provider.wait_for(before + 2);
        let fresh = signer.token(&judge.claims(&issuer)).unwrap();
        let caller = judge.verify(&fresh, &issuer).await;
        assert!(caller.is_ok(), "{behaviour:?}: {caller:?}");
    }
    assert_eq!(elsewhere.asked(), Vec::<String>::new(), "redirects");

    // A set without keys is no mistake: all keys were taken back.
    provider.behave(Behaviour::Say(200, r#"{"keys":[]}"#.to_owned()));
    judge.advance(600);
    eventually("the keys are taken back", async || {
        let fresh = signer.token(&judge.claims(&issuer)).unwrap();
        judge.verify(&fresh, &issuer).await.is_err()
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_never_answers_costs_the_first_caller_a_moment_and_the_next_nothing() {
    let signer = Signer::p256("k").unwrap();
    let provider = Provider::start(&[&signer]).unwrap();
    provider.behave(Behaviour::Hang);
    let issuer = provider.base();
    let judge = Judge::with(IdentitySettings {
        fetch_limit: Duration::from_millis(300),
        ..quick()
    });
    let token = signer.token(&judge.claims(&issuer)).unwrap();
    let since = Instant::now();
    let first = judge.verify(&token, &issuer).await;
    assert_eq!(first.unwrap_err(), "no keys");
    assert!(since.elapsed() < Duration::from_secs(10));
    for _ in 0..50 {
        assert_eq!(judge.verify(&token, &issuer).await.unwrap_err(), "no keys");
    }
    assert_eq!(provider.asked().len(), 1, "one look in half a minute");
    provider.behave(Behaviour::Publish);
    judge.advance(30);
    eventually("the keys are there", async || {
        judge.verify(&token, &issuer).await.is_ok()
    })
    .await;
}

#[tokio::test]
async fn one_slow_provider_does_not_slow_another() {
    let signer = Signer::p256("k").unwrap();
    let slow = Provider::start(&[&signer]).unwrap();
    slow.behave(Behaviour::Hang);
    let quick = Provider::start(&[&signer]).unwrap();
    let (of_slow, of_quick) = (slow.base(), quick.base());
    let judge = Arc::new(Judge::of(vec![at(&of_slow, KeyPlace::Url(slow.jwks()))]));
    assert_eq!(slow.wait_for(1), 1, "what is configured is fetched at once");
    let token = signer.token(&judge.claims(&of_quick)).unwrap();
    let caller = judge.verify(&token, &of_quick).await;
    assert!(caller.is_ok(), "{caller:?}");
    assert_eq!(slow.asked().len(), 1, "still hanging");
}

#[tokio::test]
async fn keys_are_fetched_again_when_the_provider_says_and_within_bounds() {
    for (says, holds) in [
        ("", 600),
        ("max-age=1", 60),
        ("max-age=3600", 3_600),
        ("max-age=999999999", 86_400),
    ] {
        let signer = Signer::p256("k").unwrap();
        let provider = Provider::start(&[&signer]).unwrap();
        provider.cache_control(says);
        let issuer = provider.base();
        let judge = Judge::of(vec![at(&issuer, KeyPlace::Url(provider.jwks()))]);
        let token = signer.token(&judge.claims(&issuer)).unwrap();
        assert!(judge.verify(&token, &issuer).await.is_ok());
        judge.advance(holds - 1);
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(provider.asked().len(), 1, "{says}: too early");
        judge.advance(1);
        assert_eq!(provider.wait_for(2), 2, "{says}: too late");
    }
}

#[tokio::test]
async fn an_issuer_speaks_for_itself_alone_and_over_a_secure_address() {
    let signer = Signer::p256("k").unwrap();
    let provider = Provider::start(&[&signer]).unwrap();
    let issuer = provider.base();
    for (claimed, keys) in [
        ("https://another.example", provider.jwks()),
        (&format!("{issuer}/"), provider.jwks()),
        (&issuer, "http://keys.example/keys".to_owned()),
        // It leads to this machine, and does not say so.
        (&issuer, provider.jwks().replace("127.0.0.1", "0.0.0.0")),
        (&issuer, "file:///etc/passwd".to_owned()),
        (&issuer, String::new()),
    ] {
        provider.claim(claimed, &keys);
        let judge = Judge::of(Vec::new());
        let token = signer.token(&judge.claims(&issuer)).unwrap();
        let refused = judge.verify(&token, &issuer).await;
        assert_eq!(refused.unwrap_err(), "no keys", "{claimed} {keys}");
    }
    let judge = Judge::of(Vec::new());
    for issuer in ["http://issuer.example", "issuer", "", "https://"] {
        let token = signer.token(&judge.claims(issuer)).unwrap();
        assert_eq!(judge.verify(&token, issuer).await.unwrap_err(), "no keys");
    }
    assert!(!provider.asked().contains(&"/keys".to_owned()));
}

#[tokio::test]
async fn a_token_of_nobody_costs_no_look() {
    let signer = Signer::p256("k").unwrap();
    let provider = Provider::start(&[&signer]).unwrap();
    let issuer = provider.base();
    let judge = Judge::of(Vec::new());
    let elsewhere = judge.claims("https://evil.example");
    let mut late = judge.claims(&issuer);
    late["exp"] = 1.into();
    let mut other = judge.claims(&issuer);
    other["aud"] = "loans".into();
    for claims in [elsewhere, late, other] {
        let token = signer.token(&claims).unwrap();
        assert!(judge.verify(&token, &issuer).await.is_err());
    }
    assert_eq!(provider.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn one_published_key_needs_no_name() {
    let signer = Signer::p256("k").unwrap().without_id();
    let provider = Provider::start(&[&signer]).unwrap();
    let issuer = provider.base();
    let judge = Judge::of(Vec::new());
    let token = signer.token(&judge.claims(&issuer)).unwrap();
    assert!(judge.verify(&token, &issuer).await.is_ok());
}
