//! TLS: served, watched, and refused with a word where it is not spoken.
#![expect(
    clippy::disallowed_methods,
    reason = "certificates are files, which these tests write"
)]

use std::fs::{read, write};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::rt::System;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use specd_adapter_http::settings::TlsFiles;
use specd_adapter_http::{HttpSettings, start};
use tempfile::TempDir;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::{Edge, HEALTH, SHORT, connect, eventually};
use crate::world::World;

/// A certificate and its key, in files.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        let files = Self(tempfile::tempdir().unwrap());
        files.renew();
        files
    }

    fn settings(&self) -> TlsFiles {
        TlsFiles {
            certificate: self.0.path().join("cert.pem"),
            key: self.0.path().join("key.pem"),
        }
    }

    /// Another certificate with another key.
    fn renew(&self) -> CertificateDer<'static> {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let TlsFiles { certificate, key } = self.settings();
        write(certificate, cert.pem()).unwrap();
        write(key, signing_key.serialize_pem()).unwrap();
        cert.der().clone()
    }
}

type Secured = StreamOwned<ClientConnection, TcpStream>;

/// A connection that trusts this certificate alone.
fn secured(address: SocketAddr, trusted: &CertificateDer<'static>) -> Secured {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let mut config = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let name = ServerName::try_from("localhost").unwrap();
    let client = ClientConnection::new(Arc::new(config), name).unwrap();
    StreamOwned::new(client, connect(address))
}

/// The head of an answer; `None` where the certificate is another.
fn ask(stream: &mut Secured) -> Option<String> {
    stream.write_all(HEALTH.as_bytes()).ok()?;
    let mut answer = String::new();
    while !answer.ends_with("alive\"}") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        answer.push(char::from(byte[0]));
    }
    Some(answer)
}

#[test]
fn https_is_served_and_a_new_certificate_replaces_the_old_one_without_a_break() {
    let files = Files::new();
    let old = files.renew();
    let edge = Edge::new(|settings| settings.tls = Some(files.settings()));
    let mut kept = secured(edge.address, &old);
    let answer = ask(&mut kept).expect("an answer");
    assert!(
        answer.contains("strict-transport-security: max-age=31536000\r\n"),
        "{answer}"
    );
    assert_eq!(kept.conn.alpn_protocol(), Some(&b"http/1.1"[..]));

    // A key that does not fit leaves the old pair.
    let certificate = read(files.settings().certificate).unwrap();
    files.renew();
    write(files.settings().certificate, &certificate).unwrap();
    let since = Instant::now();
    while since.elapsed() < Duration::from_millis(2500) {
        assert!(ask(&mut secured(edge.address, &old)).is_some());
    }

    let new = files.renew();
    eventually("the new certificate is served", || {
        let is_new = ask(&mut secured(edge.address, &new)).is_some();
        let is_old = ask(&mut secured(edge.address, &old)).is_some();
        assert!(is_new || is_old || ask(&mut secured(edge.address, &new)).is_some());
        is_new
    });
    assert!(ask(&mut kept).is_some(), "the connection was cut");
}

#[test]
fn whoever_forgets_tls_is_told() {
    let files = Files::new();
    let edge = Edge::new(|settings| settings.tls = Some(files.settings()));
    let mut plain = edge.saying(HEALTH);
    let answer = plain.answer();
    assert_eq!(answer.problem(), "malformed-request");
    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("https://"), "{detail}");
    // It came over a connection that anybody could have changed.
    assert_eq!(answer.header("strict-transport-security"), None);
    plain.assert_ends();
}

#[test]
fn a_handshake_has_its_deadline() {
    let files = Files::new();
    let edge = Edge::new(|settings| {
        settings.tls = Some(files.settings());
        settings.deadlines.handshake = SHORT;
        settings.deadlines.idle = SHORT;
    });
    edge.connect().assert_ends();
    edge.saying("\x16\x03\x01").assert_ends();
}

#[test]
fn without_tls_nobody_is_told_to_use_it() {
    let edge = Edge::new(|_| {});
    let answer = edge.saying(HEALTH).answer();
    assert_eq!(answer.header("strict-transport-security"), None);
}

/// What the server says where it cannot use the files.
fn refusal(world: &World, files: &Files) -> String {
    let mut settings = HttpSettings::new(([127, 0, 0, 1], 0).into());
    settings.tls = Some(files.settings());
    let ports = world.ports.clone();
    let refused = System::new().block_on(async { start(settings, ports).err() });
    let error = refused.expect("a refusal");
    let source = std::error::Error::source(&error).expect("a source");
    assert_eq!(error.to_string(), "could not set up TLS");
    source.to_string().replace(&place(files.0.path()), "")
}

fn place(directory: &Path) -> String {
    format!("{}/", directory.display())
}

#[test]
fn files_that_cannot_be_used_are_refused_with_what_to_do() {
    let world = World::new();
    let files = Files::new();
    let TlsFiles { certificate, key } = files.settings();
    let (good_certificate, good_key) = (read(&certificate).unwrap(), read(&key).unwrap());

    write(&key, &good_certificate).unwrap();
    assert_eq!(
        refusal(&world, &files),
        "`key.pem` holds no private key in PEM; it must have a part that begins with `-----BEGIN PRIVATE KEY-----`"
    );
    write(&key, &good_key).unwrap();
    write(&certificate, "").unwrap();
    assert_eq!(
        refusal(&world, &files),
        "`cert.pem` holds no certificate in PEM; it must have a part that begins with `-----BEGIN CERTIFICATE-----`"
    );
    write(&certificate, &good_certificate).unwrap();
    files.renew();
    write(&certificate, &good_certificate).unwrap();
    let mismatch = refusal(&world, &files);
    assert!(
        mismatch.starts_with("the certificate `cert.pem` cannot be used with the key `key.pem`"),
        "{mismatch}"
    );
    std::fs::remove_file(&certificate).unwrap();
    assert_eq!(refusal(&world, &files), "could not read `cert.pem`");
}
