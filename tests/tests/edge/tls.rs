//! TLS of the real binary.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use specd_e2e::output::Output;
use specd_e2e::{Documents, Storage, binary};

/// Writes a new certificate and its key, and answers the certificate.
fn renew(place: &Path) -> Result<CertificateDer<'static>> {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()])?;
    fs::write(place.join("key.pem"), signing_key.serialize_pem())?;
    fs::write(place.join("cert.pem"), cert.pem())?;
    Ok(cert.der().clone())
}

fn connect(
    address: SocketAddr,
    trusted: &CertificateDer<'static>,
) -> Result<StreamOwned<ClientConnection, TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone())?;
    let config = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = ClientConnection::new(Arc::new(config), ServerName::try_from("localhost")?)?;
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    Ok(StreamOwned::new(client, stream))
}

/// Asks whether the server is alive, and answers the head of what it says.
fn ask(stream: &mut (impl Read + Write)) -> Result<String> {
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
    let mut answer = String::new();
    while !answer.ends_with("alive\"}") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        answer.push(char::from(byte[0]));
    }
    Ok(answer)
}

#[test]
fn a_certificate_is_replaced_without_a_dropped_connection() -> Result<()> {
    let place = tempfile::tempdir()?;
    let old = renew(place.path())?;
    let (documents, storage) = (Documents::template()?, Storage::sqlite()?);
    let mut command = binary::command()?;
    command
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--database",
            storage.url(),
            "--specs",
        ])
        .arg(documents.path())
        .arg("--tls-cert")
        .arg(place.path().join("cert.pem"))
        .arg("--tls-key")
        .arg(place.path().join("key.pem"))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let mut process = Ended(command.spawn()?);
    let output = Output::default();
    output.collect(process.0.stdout.take().context("no output")?);
    output.collect(process.0.stderr.take().context("no errors")?);
    let address: SocketAddr = output
        .wait_for(Duration::from_secs(30), |line| {
            line.strip_prefix("listening on https://")?
                .trim()
                .parse()
                .ok()
        })
        .with_context(|| output.told())?;

    let mut kept = connect(address, &old)?;
    let answer = ask(&mut kept)?;
    assert!(answer.contains("strict-transport-security:"), "{answer}");
    let new = renew(place.path())?;
    let since = Instant::now();
    while ask(&mut connect(address, &new)?).is_err() {
        ensure!(
            since.elapsed() < Duration::from_secs(20),
            "{}",
            output.told()
        );
    }
    ask(&mut kept).context("the connection was dropped")?;
    ensure!(
        ask(&mut connect(address, &old)?).is_err(),
        "the old one is served"
    );
    Ok(())
}

/// A process that is killed when it is dropped.
struct Ended(std::process::Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // Where it has ended, there is nothing to kill.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn files_that_cannot_be_used_end_the_start_with_what_to_do() -> Result<()> {
    let (documents, storage) = (Documents::template()?, Storage::sqlite()?);
    let place = tempfile::tempdir()?;
    let said = binary::command()?
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--database",
            storage.url(),
            "--specs",
        ])
        .arg(documents.path())
        .arg("--tls-cert")
        .arg(place.path().join("cert.pem"))
        .arg("--tls-key")
        .arg(place.path().join("key.pem"))
        .output()?;
    assert_eq!(said.status.code(), Some(2));
    let text = String::from_utf8_lossy(&said.stderr);
    assert!(
        text.contains("check the files of `--tls-cert` and `--tls-key`"),
        "{text}"
    );
    assert!(text.contains("cert.pem`"), "{text}");
    Ok(())
}
