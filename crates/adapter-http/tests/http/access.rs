//! Who may do what: keys, scopes, and documents that ask nobody.

use actix_web::rt::System;
use specd_app::keys;
use specd_app::keys::Token;
use specd_app::ports::clock::Clock;
use specd_app::ports::keys::{KeyRepository, StoredKey};
use specd_domain::access::Authentication;
use specd_domain::name::ScopeName;
use specd_testkit::CountingEntropy;
use specd_testkit::sample::at;

use crate::client::{Answer, Request};
use crate::orders::{PATH, order, orders_spec};
use crate::world::{World, key};

fn list(world: &World, authorization: &str) -> Answer {
    world.send(Request::new("GET", PATH).header("Authorization", authorization))
}

/// All that tells two refusals apart.
fn essence(answer: &Answer) -> (u16, Option<String>, serde_json::Value) {
    let mut json = answer.json();
    for unique in ["instance", "trace_id"] {
        json.as_object_mut().unwrap().remove(unique);
    }
    let challenge = answer.header("www-authenticate").map(str::to_owned);
    (answer.status, challenge, json)
}

#[test]
fn every_key_that_is_not_accepted_gets_the_same_answer() {
    let world = World::new();
    let entropy = CountingEntropy::starting_at(500);
    let revoked = key(&world.store, &world.clock, &entropy, &["orders:read"]);
    let id = Token::parse(&revoked).unwrap().id().to_owned();
    let done = System::new().block_on(keys::revoke(&id, &*world.store, &world.clock));
    assert!(done.unwrap());
    let unknown = Token::generate(&entropy).reveal();
    let same_id = {
        // The id of a key that is there with the secret of another, and a checksum that is right.
        let other = Token::generate(&entropy);
        stored(&world, Token::parse(&world.reader).unwrap().id(), &other)
    };
    let expired = expired_key(&world, &entropy);
    let nothing = essence(&world.send(Request::new("GET", PATH)));
    assert_eq!(nothing.0, 401);
    assert_eq!(nothing.1.as_deref(), Some("Bearer realm=\"specd\""));
    let refused = essence(&list(&world, &format!("Bearer {unknown}")));
    let challenge = "Bearer realm=\"specd\", error=\"invalid_token\"";
    assert_eq!(refused.1.as_deref(), Some(challenge));
    assert_eq!((refused.0, &refused.2), (nothing.0, &nothing.2));
    let mistyped = world.reader.replace("specd_", "specd_x");
    for token in [
        same_id,
        expired,
        revoked,
        mistyped,
        "a.b.c".to_owned(),
        "specd_".to_owned(),
        format!("{} {}", world.reader, world.reader),
        format!("{}, Bearer {}", world.reader, world.reader),
        "x".repeat(7_000),
    ] {
        let answer = list(&world, &format!("Bearer {token}"));
        assert_eq!(essence(&answer), refused, "{token}");
    }
    // Another scheme is no credential at all (RFC 6750, 3.1).
    for authorization in ["Basic Zm9vOmJhcg==", "Bearer", "Bearer ", "", &world.reader] {
        assert_eq!(
            essence(&list(&world, authorization)),
            nothing,
            "{authorization}"
        );
    }
    assert_eq!(
        list(&world, &format!("bearer  {}", world.reader)).status,
        200
    );
}

/// A token text of this id and another key's secret, well-formed: made by storing the other key and renaming it.
fn stored(world: &World, id: &str, other: &Token) -> String {
    let text = other.reveal();
    let body = text.rsplit_once('_').unwrap().0.replace(other.id(), id);
    let alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut crc = crc32(body.as_bytes());
    let mut checksum = [b'0'; 6];
    for digit in checksum.iter_mut().rev() {
        *digit = alphabet[usize::try_from(crc % 62).unwrap()];
        crc /= 62;
    }
    let token = format!("{body}_{}", String::from_utf8(checksum.to_vec()).unwrap());
    assert_eq!(Token::parse(&token).unwrap().id(), id, "a well-formed key");
    assert!(world.reader.contains(id));
    token
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

fn expired_key(world: &World, entropy: &CountingEntropy) -> String {
    let token = Token::generate(entropy);
    let key = StoredKey {
        id: token.id().to_owned(),
        name: "expired".to_owned(),
        scopes: vec![ScopeName::new("orders:read").unwrap()],
        secret_sha256: token.secret_sha256().into(),
        created_at: world.clock.now(),
        expires_at: Some(world.clock.now()),
        revoked_at: None,
        last_used_at: None,
    };
    System::new().block_on(world.store.create(key)).unwrap();
    token.reveal()
}

#[test]
fn a_revoked_key_is_refused_within_a_second() {
    let world = World::new();
    let ask = || list(&world, &format!("Bearer {}", world.reader)).status;
    assert_eq!(ask(), 200);
    let id = Token::parse(&world.reader).unwrap().id().to_owned();
    let done = System::new().block_on(keys::revoke(&id, &*world.store, &world.clock));
    assert!(done.unwrap());
    world.advance(1);
    assert_eq!(ask(), 401);
}

#[test]
fn a_missing_scope_is_named_before_it_is_known_whether_the_record_is_there() {
    let world = World::new();
    let path = world.created("a", 1);
    let missing = format!("{PATH}/00000000-0000-4000-8000-000000000000");
    for target in [path.as_str(), &missing, &format!("{PATH}/%ff")] {
        let answer = world.send(Request::new("DELETE", target).key(&world.reader));
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (403, "forbidden")
        );
        assert_eq!(
            answer.json()["detail"],
            "the caller needs the scope `orders:write`"
        );
        assert_eq!(
            answer.header("www-authenticate"),
            Some("Bearer realm=\"specd\", error=\"insufficient_scope\", scope=\"orders:write\"")
        );
    }
}

#[test]
fn a_document_that_asks_nobody_serves_anybody() {
    let mut spec = orders_spec();
    spec.access.authentication = vec![at(Authentication::None)];
    spec.access.grants.clear();
    let world = World::serving(vec![spec]);
    let answer = world.send(Request::new("POST", PATH).json(order("a", 1)));
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(list(&world, "Bearer nonsense").status, 200);
}

const ISSUER: &str = "https://issuer.example";

fn jwt(issuer: &str) -> Authentication {
    Authentication::Jwt {
        issuer: issuer.to_owned(),
        audience: "orders".to_owned(),
    }
}

/// A world whose document takes these, and whose token `good.t.x` may read.
fn world_of(ways: Vec<Authentication>) -> World {
    let mut spec = orders_spec();
    spec.access.authentication = ways.into_iter().map(at).collect();
    let world = World::serving(vec![spec]);
    let scopes = ["orders:read"];
    world.tokens.vouch("good.t.x", ISSUER, "orders", &scopes);
    world
        .tokens
        .vouch("good.for.others", ISSUER, "loans", &scopes);
    world
}

#[test]
fn a_document_that_takes_only_tokens_of_others_takes_no_key() {
    let world = world_of(vec![jwt(ISSUER)]);
    let key = list(&world, &format!("Bearer {}", world.writer));
    let forged = list(&world, "Bearer forged.t.x");
    assert_eq!(key.status, 401);
    assert_eq!(essence(&key), essence(&forged));
    for token in ["good.t", "good.for.others", "good.t.x.y", "GOOD.T.X"] {
        let refused = list(&world, &format!("Bearer {token}"));
        assert_eq!(essence(&refused), essence(&forged), "{token}");
    }
    assert_eq!(list(&world, "Bearer good.t.x").status, 200);
}

#[test]
fn any_one_of_several_ways_is_enough() {
    let other = "https://other.example";
    let world = world_of(vec![Authentication::ApiKey, jwt(other), jwt(ISSUER)]);
    world
        .tokens
        .vouch("other.t.x", other, "orders", &["orders:read"]);
    for credential in [world.reader.as_str(), "good.t.x", "other.t.x"] {
        let answer = list(&world, &format!("Bearer {credential}"));
        assert_eq!(answer.status, 200, "{credential}");
    }
    assert_eq!(list(&world, "Bearer forged.t.x").status, 401);
    let answer = world.send(
        Request::new("POST", PATH)
            .key("good.t.x")
            .json(order("a", 1)),
    );
    assert_eq!(answer.status, 403);
    assert_eq!(
        answer.json()["detail"],
        "the caller needs the scope `orders:write`"
    );
}

#[test]
fn while_nobody_can_tell_a_token_is_neither_good_nor_bad() {
    let silent = "https://silent.example";
    let world = world_of(vec![Authentication::ApiKey, jwt(silent), jwt(ISSUER)]);
    let answer = list(&world, "Bearer forged.t.x");
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (503, "unavailable")
    );
    assert_eq!(answer.header("retry-after"), Some("10"));
    assert_eq!(answer.json()["retryable"], true);
    assert_eq!(list(&world, "Bearer good.t.x").status, 200);
    assert_eq!(
        list(&world, &format!("Bearer {}", world.reader)).status,
        200
    );
}

#[test]
fn two_credentials_are_none() {
    let world = world_of(vec![Authentication::ApiKey, jwt(ISSUER)]);
    let good = format!("Bearer {}", world.reader);
    let both = Request::new("GET", PATH)
        .header("Authorization", &good)
        .header("Authorization", &good);
    let answer = world.send(both);
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.header("www-authenticate"),
        Some("Bearer realm=\"specd\", error=\"invalid_request\"")
    );
}

#[test]
fn a_credential_in_the_query_or_the_body_is_none() {
    let world = world_of(vec![Authentication::ApiKey, jwt(ISSUER)]);
    for token in [world.writer.as_str(), "good.t.x"] {
        let target = format!("{PATH}?access_token={token}");
        assert_eq!(world.send(Request::new("GET", &target)).status, 401);
        let form = Request::new("POST", PATH)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .bytes(format!("access_token={token}"));
        assert_eq!(world.send(form).status, 401);
    }
}

#[test]
fn a_bad_credential_is_told_even_where_none_is_needed() {
    let world = world_of(vec![
        Authentication::None,
        Authentication::ApiKey,
        jwt(ISSUER),
    ]);
    assert_eq!(world.send(Request::new("GET", PATH)).status, 200);
    let good = format!("Bearer {}", world.reader);
    for (authorization, status) in [
        (good.as_str(), 200),
        ("Bearer good.t.x", 200),
        ("Bearer forged.t.x", 401),
        ("Bearer specd_x", 401),
        ("Basic Zm9vOmJhcg==", 401),
    ] {
        assert_eq!(
            list(&world, authorization).status,
            status,
            "{authorization}"
        );
    }
}
