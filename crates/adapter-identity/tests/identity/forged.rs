//! Every token that a forger could think of. Each is a good one with one thing changed, and each is refused; the good one is not.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use specd_testkit::identity::{Provider, Signer, encoded, hs256};

use crate::world::{Judge, eventually};

struct Forge<'a> {
    signer: &'a Signer,
    header: Value,
    claims: Value,
}

impl Forge<'_> {
    /// The good header with these members exchanged; `null` takes one out. Signed with the real key.
    fn header(&self, more: &Value) -> String {
        let header = changed(&self.header, more).to_string();
        self.signer
            .signed(&header, &self.claims.to_string())
            .unwrap()
    }

    /// The same with claims.
    fn claims(&self, more: &Value) -> String {
        let claims = changed(&self.claims, more).to_string();
        self.signer
            .signed(&self.header.to_string(), &claims)
            .unwrap()
    }

    /// These texts, signed with the real key.
    fn raw(&self, header: &str, claims: &str) -> String {
        self.signer.signed(header, claims).unwrap()
    }

    fn good(&self) -> String {
        self.header(&json!({}))
    }

    /// The good token with another signature.
    fn signature(&self, change: impl Fn(&str) -> String) -> String {
        let good = self.good();
        let (message, signature) = good.rsplit_once('.').unwrap();
        format!("{message}.{}", change(signature))
    }

    fn unsigned(&self, algorithm: &str) -> String {
        let header = changed(&self.header, &json!({"alg": algorithm}));
        let (header, claims) = (
            encoded(header.to_string()),
            encoded(self.claims.to_string()),
        );
        format!("{header}.{claims}.")
    }
}

fn changed(members: &Value, more: &Value) -> Value {
    let mut changed = members.as_object().unwrap().clone();
    for (name, value) in more.as_object().unwrap() {
        if value.is_null() {
            changed.remove(name);
        } else {
            changed.insert(name.clone(), value.clone());
        }
    }
    Value::Object(changed)
}

fn flipped(text: &str, at: usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
    String::from_utf8(bytes).unwrap()
}

#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn forged(forge: &Forge<'_>, rsa: &Signer, stranger: &Signer) -> Vec<(&'static str, String)> {
    let now = forge.claims["iat"].as_i64().unwrap();
    let (header, claims) = (forge.header.to_string(), forge.claims.to_string());
    let good = forge.good();
    let (message, _) = good.rsplit_once('.').unwrap();
    let doubled = |text: &str, more: &str| format!("{},{more}}}", text.strip_suffix('}').unwrap());
    let modulus = rsa.jwk()["n"].as_str().unwrap().to_owned();
    let as_secret = |secret: &[u8]| hs256(secret, r#"{"alg":"HS256","kid":"rsa"}"#, &claims);
    let mut rows = vec![
        // RFC 8725, 2.1: the algorithm.
        ("alg none", forge.unsigned("none")),
        ("alg None", forge.unsigned("None")),
        ("alg NONE", forge.unsigned("NONE")),
        ("alg nOnE", forge.unsigned("nOnE")),
        (
            "alg none, with a signature",
            forge.header(&json!({"alg": "none"})),
        ),
        ("alg with a blank", forge.header(&json!({"alg": "ES256 "}))),
        ("alg in lower case", forge.header(&json!({"alg": "es256"}))),
        ("alg empty", forge.header(&json!({"alg": ""}))),
        ("alg missing", forge.header(&json!({"alg": null}))),
        ("alg a number", forge.header(&json!({"alg": 256}))),
        ("alg an array", forge.header(&json!({"alg": ["ES256"]}))),
        ("alg unknown", forge.header(&json!({"alg": "ES257"}))),
        ("alg ES384", forge.header(&json!({"alg": "ES384"}))),
        (
            "alg PS256 with a key of RSA",
            forge.header(&json!({"alg": "PS256", "kid": "rsa"})),
        ),
        (
            "alg RS512",
            rsa.signed(&json!({"alg": "RS512", "kid": "rsa"}).to_string(), &claims)
                .unwrap(),
        ),
        (
            "alg RS256 with a key of P-256",
            forge.header(&json!({"alg": "RS256"})),
        ),
        (
            "alg ES256 with a key of RSA",
            rsa.signed(&header.replace("p256", "rsa"), &claims).unwrap(),
        ),
        (
            "alg EdDSA with a key of P-256",
            forge.header(&json!({"alg": "EdDSA"})),
        ),
        ("the modulus as a secret", as_secret(modulus.as_bytes())),
        (
            "the JWK as a secret",
            as_secret(rsa.jwk().to_string().as_bytes()),
        ),
        ("an empty secret", as_secret(b"")),
        (
            "the published secret",
            hs256(
                b"0123456789abcdef0123456789abcdef",
                r#"{"alg":"HS256","kid":"oct"}"#,
                &claims,
            ),
        ),
        // Keys that the token brings along (RFC 8725, 2.9 and 2.10).
        ("jwk in the header", {
            let header = changed(
                &forge.header,
                &json!({"jwk": stranger.jwk(), "kid": "p256"}),
            );
            stranger.signed(&header.to_string(), &claims).unwrap()
        }),
        ("jku in the header", {
            let header = changed(&forge.header, &json!({"jku": "http://127.0.0.1:1/keys"}));
            stranger.signed(&header.to_string(), &claims).unwrap()
        }),
        ("another key under a known kid", {
            let header = changed(&stranger.header(), &json!({"kid": "p256"}));
            stranger.signed(&header.to_string(), &claims).unwrap()
        }),
        // Which key.
        (
            "no kid, and several keys",
            forge.header(&json!({"kid": null})),
        ),
        ("kid of another key", forge.header(&json!({"kid": "rsa"}))),
        ("kid unknown", forge.header(&json!({"kid": "who"}))),
        ("kid empty", forge.header(&json!({"kid": ""}))),
        ("kid a number", forge.header(&json!({"kid": 1}))),
        (
            "kid a path",
            forge.header(&json!({"kid": "../../../../dev/null"})),
        ),
        (
            "kid of SQL",
            forge.header(&json!({"kid": "x' UNION SELECT 'secret"})),
        ),
        ("kid with NUL", forge.header(&json!({"kid": "p256\u{0}"}))),
        // What else the header says.
        (
            "crit",
            forge.header(&json!({"crit": ["exp"], "exp": now + 60})),
        ),
        ("crit empty", forge.header(&json!({"crit": []}))),
        ("b64", forge.header(&json!({"b64": false, "crit": ["b64"]}))),
        ("zip", forge.header(&json!({"zip": "DEF"}))),
        ("enc", forge.header(&json!({"enc": "A256GCM"}))),
        ("cty", forge.header(&json!({"cty": "JWT"}))),
        (
            "typ of an id token's neighbour",
            forge.header(&json!({"typ": "logout+jwt"})),
        ),
        ("typ dpop", forge.header(&json!({"typ": "dpop+jwt"}))),
        ("typ empty", forge.header(&json!({"typ": ""}))),
        ("typ a number", forge.header(&json!({"typ": 1}))),
        // The times.
        ("expired", forge.claims(&json!({"exp": now - 30}))),
        ("expired long ago", forge.claims(&json!({"exp": 0}))),
        ("exp negative", forge.claims(&json!({"exp": -1}))),
        ("exp missing", forge.claims(&json!({"exp": null}))),
        (
            "exp a text",
            forge.claims(&json!({"exp": (now + 60).to_string()})),
        ),
        ("exp true", forge.claims(&json!({"exp": true}))),
        ("exp beyond all time", forge.claims(&json!({"exp": 1e300}))),
        (
            "exp beyond all numbers",
            forge.raw(
                &header,
                &claims.replace("\"exp\":", "\"exp\":1e999,\"was\":"),
            ),
        ),
        ("nbf in the future", forge.claims(&json!({"nbf": now + 31}))),
        ("nbf a text", forge.claims(&json!({"nbf": "0"}))),
        (
            "iat in the far future",
            forge.claims(&json!({"iat": now + 301})),
        ),
        ("iat a text", forge.claims(&json!({"iat": "now"}))),
        // Of whom, for whom.
        (
            "iss of another",
            forge.claims(&json!({"iss": "https://evil.example"})),
        ),
        (
            "iss with a slash more",
            forge.claims(&json!({"iss": format!("{}/", forge.claims["iss"].as_str().unwrap())})),
        ),
        (
            "iss in upper case",
            forge.claims(&json!({"iss": forge.claims["iss"].as_str().unwrap().to_uppercase()})),
        ),
        (
            "iss an array",
            forge.claims(&json!({"iss": [forge.claims["iss"]]})),
        ),
        ("iss missing", forge.claims(&json!({"iss": null}))),
        ("aud of another", forge.claims(&json!({"aud": "loans"}))),
        ("aud a part", forge.claims(&json!({"aud": "orders "}))),
        ("aud missing", forge.claims(&json!({"aud": null}))),
        ("aud empty", forge.claims(&json!({"aud": []}))),
        (
            "aud with a number",
            forge.claims(&json!({"aud": ["orders", 1]})),
        ),
        (
            "aud an object",
            forge.claims(&json!({"aud": {"orders": true}})),
        ),
        ("sub missing", forge.claims(&json!({"sub": null}))),
        ("sub empty", forge.claims(&json!({"sub": ""}))),
        ("sub a number", forge.claims(&json!({"sub": 7}))),
        (
            "sub too long",
            forge.claims(&json!({"sub": "a".repeat(256)})),
        ),
        (
            "sub with a line break",
            forge.claims(&json!({"sub": "ada\nroot"})),
        ),
        ("sub with NUL", forge.claims(&json!({"sub": "ada\u{0}"}))),
        // Twice the same (RFC 8725, 2.4).
        (
            "sub twice",
            forge.raw(&header, &doubled(&claims, r#""sub":"root""#)),
        ),
        (
            "exp twice",
            forge.raw(&header, &doubled(&claims, r#""exp":9999999999"#)),
        ),
        (
            "another claim twice",
            forge.raw(&header, &doubled(&doubled(&claims, r#""x":1"#), r#""x":2"#)),
        ),
        (
            "alg twice",
            forge.raw(&doubled(&header, r#""alg":"none""#), &claims),
        ),
        (
            "alg twice, once escaped",
            forge.raw(&doubled(&header, r#""\u0061lg":"none""#), &claims),
        ),
        // The form.
        ("nothing", String::new()),
        ("dots", "..".to_owned()),
        ("more dots", "....".to_owned()),
        ("one part", encoded(&claims)),
        ("two parts", message.to_owned()),
        ("four parts", format!("{good}.{}", encoded("x"))),
        ("five parts, as if encrypted", format!("{good}.x.y")),
        ("a dot before", format!(".{good}")),
        ("signature empty", forge.signature(|_| String::new())),
        ("signature of zeros", forge.signature(|_| encoded([0; 64]))),
        (
            "signature of another token",
            forge.signature(|_| {
                forge
                    .claims(&json!({"sub": "root"}))
                    .rsplit_once('.')
                    .unwrap()
                    .1
                    .to_owned()
            }),
        ),
        (
            "signature cut",
            forge.signature(|signature| signature[..signature.len() - 2].to_owned()),
        ),
        (
            "signature too long",
            forge.signature(|signature| format!("{signature}AA")),
        ),
        (
            "signature as DER",
            forge.signature(|_| encoded([0x30, 6, 2, 1, 1, 2, 1, 1])),
        ),
        (
            "signature padded",
            forge.signature(|signature| format!("{signature}==")),
        ),
        (
            "signature in the other base64",
            forge.signature(|_| "+/+/".repeat(21) + "+w"),
        ),
        (
            "signature with a blank",
            forge.signature(|signature| format!("{signature} ")),
        ),
        (
            "signature with a bit in the padding",
            forge.signature(|signature| {
                let last = if signature.ends_with('A') { "B" } else { "_" };
                format!("{}{last}", &signature[..signature.len() - 1])
            }),
        ),
        ("claims exchanged", {
            let (head, signature) = (encoded(&header), good.rsplit_once('.').unwrap().1);
            format!(
                "{head}.{}.{signature}",
                encoded(claims.replace("ada", "bob"))
            )
        }),
        ("header exchanged", {
            let signature = good.rsplit_once('.').unwrap().1;
            let other = changed(&forge.header, &json!({"x": 1})).to_string();
            format!("{}.{}.{signature}", encoded(other), encoded(&claims))
        }),
        (
            "claims padded",
            format!("{}.{}==.x", encoded(&header), encoded(&claims)),
        ),
        (
            "header that is no base64",
            format!("{{}}.{}.x", encoded(&claims)),
        ),
        ("header that is no JSON", forge.raw("{", &claims)),
        ("header that is an array", forge.raw("[]", &claims)),
        (
            "header with more behind it",
            forge.raw(&format!("{header}{{}}"), &claims),
        ),
        ("claims that are no JSON", forge.raw(&header, "ada")),
        ("claims that are a text", forge.raw(&header, "\"ada\"")),
        ("claims that are null", forge.raw(&header, "null")),
        (
            "claims of deep arrays",
            forge.raw(
                &header,
                &format!("{{\"a\":{}{}}}", "[".repeat(2_000), "]".repeat(2_000)),
            ),
        ),
        (
            "claims with a lone surrogate",
            forge.raw(&header, &claims.replace("ada", "\\ud800")),
        ),
        (
            "a token in a token",
            forge.raw(&header, &json!(good).to_string()),
        ),
        (
            "too long",
            forge.claims(&json!({"x": "a".repeat(8 * 1024)})),
        ),
        ("not ASCII", good.replace('.', "\u{ff0e}")),
        ("with a line break", good.replace('.', ".\n")),
        ("an API key", "specd_abcdefghijkl_secret_123456".to_owned()),
    ];
    let positions = [0, 3, good.len() / 3, good.len() / 2, good.len() - 3];
    rows.extend(positions.map(|at| ("a letter exchanged", flipped(&good, at))));
    rows.extend(
        (1..good.len())
            .step_by(37)
            .map(|at| ("cut", good[..at].to_owned())),
    );
    rows
}

#[tokio::test]
async fn forged_tokens_are_refused() {
    let (signer, rsa) = (Signer::p256("p256").unwrap(), Signer::rsa("rsa").unwrap());
    let stranger = Signer::p256("stranger").unwrap();
    let provider = Provider::start(&[]).unwrap();
    let secret = encoded("0123456789abcdef0123456789abcdef");
    let symmetric = json!({"kty": "oct", "kid": "oct", "alg": "HS256", "k": secret});
    provider.publish_raw(vec![signer.jwk(), rsa.jwk(), symmetric]);
    let judge = Judge::of(Vec::new());
    let issuer = provider.base();
    let forge = Forge {
        signer: &signer,
        header: signer.header(),
        claims: judge.claims(&issuer),
    };
    let good = judge.verify(&forge.good(), &issuer).await;
    assert!(good.is_ok(), "{good:?}");
    assert!(
        judge
            .verify(&rsa.token(&forge.claims).unwrap(), &issuer)
            .await
            .is_ok()
    );

    let rows = forged(&forge, &rsa, &stranger);
    let mut reasons = BTreeSet::new();
    for (what, token) in &rows {
        match judge.verify(token, &issuer).await {
            Ok(caller) => panic!("{what}: {caller:?}"),
            Err(reason) => reasons.insert(reason),
        };
    }
    assert!(rows.len() >= 110, "{}", rows.len());
    assert!(!reasons.contains("no keys"), "{reasons:?}");
    // Not all of them for one reason, which would be a mistake of this table.
    assert!(reasons.len() >= 20, "{reasons:#?}");
    let asked = provider.asked();
    assert_eq!(asked.len(), 2, "no forged token costs a fetch: {asked:?}");
}

#[tokio::test]
async fn keys_that_are_not_for_this_vouch_for_nobody() {
    let (rsa, signer) = (Signer::rsa("k").unwrap(), Signer::p256("k").unwrap());
    let other = Signer::ed25519("k").unwrap();
    let judge = Judge::of(Vec::new());
    let changes = [
        (&signer, json!({"alg": "ES384"})),
        (&signer, json!({"alg": "none"})),
        (&signer, json!({"alg": "RS256"})),
        (&signer, json!({"use": "enc"})),
        (&signer, json!({"use": "SIG"})),
        (&signer, json!({"key_ops": ["sign"]})),
        (&signer, json!({"key_ops": []})),
        (&signer, json!({"d": "AAAA"})),
        (&signer, json!({"crv": "P-384"})),
        (&signer, json!({"crv": "p-256"})),
        (&signer, json!({"crv": null})),
        (&signer, json!({"kty": "OKP"})),
        (&signer, json!({"x": "AAAA"})),
        (&signer, json!({"y": null})),
        (&signer, json!({"y": "é"})),
        (&signer, json!({"y": encoded([7; 32])})),
        (&signer, json!({"kid": 7})),
        (&signer, json!({"kty": "oct", "k": encoded([7; 32])})),
        (&other, json!({"crv": "Ed448"})),
        (&other, json!({"crv": "X25519"})),
        (&other, json!({"x": encoded([7; 31])})),
        (&rsa, json!({"n": encoded([0x91; 128])})),
        (&rsa, json!({"n": encoded([0x7f; 256])})),
        (&rsa, json!({"n": encoded([0x91; 1025])})),
        (&rsa, json!({"n": ""})),
        (&rsa, json!({"e": "AQ"})),
        (&rsa, json!({"e": "Ag"})),
        (&rsa, json!({"e": ""})),
        (&rsa, json!({"e": encoded([1; 64])})),
        (&rsa, json!({"alg": "PS256"})),
    ];
    for (signer, change) in changes {
        let provider = Provider::start(&[]).unwrap();
        provider.publish_raw(vec![changed(&signer.jwk(), &change)]);
        let issuer = provider.base();
        let token = signer.token(&judge.claims(&issuer)).unwrap();
        let caller = judge.verify(&token, &issuer).await;
        assert!(caller.is_err(), "{change}: {caller:?}");
        assert_ne!(caller.unwrap_err(), "no keys", "{change}");
        provider.publish(&[signer]);
        judge.advance(600);
        eventually("the key as it is", async || {
            judge.verify(&token, &issuer).await.is_ok()
        })
        .await;
    }
    for agreed in [
        json!({"alg": "ES256", "use": "sig", "key_ops": ["verify"]}),
        json!({"key_ops": ["sign", "verify"], "x5c": 7, "ext": true}),
    ] {
        let provider = Provider::start(&[]).unwrap();
        provider.publish_raw(vec![json!("junk"), changed(&signer.jwk(), &agreed)]);
        let issuer = provider.base();
        let token = signer.token(&judge.claims(&issuer)).unwrap();
        let caller = judge.verify(&token, &issuer).await;
        assert!(caller.is_ok(), "{agreed}: {caller:?}");
    }
}
