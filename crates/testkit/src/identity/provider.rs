//! A server on a free port that publishes a discovery document and keys, and can be told to do it badly.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

use super::signer::{IdentityError, Signer};

/// A connection that nobody uses ends after this time.
const IDLE: Duration = Duration::from_secs(20);

/// How the provider answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Behaviour {
    /// As it should.
    #[default]
    Publish,
    /// Takes a request and never answers, until it behaves in another way.
    Hang,
    /// Closes each connection without a word.
    Dead,
    /// Answers with this status and this body, whatever is asked.
    Say(u16, String),
    /// Sends each request to this address.
    Redirect(String),
}

/// A provider; gone when it is dropped.
pub struct Provider {
    address: SocketAddr,
    /// The certificate of its authority, where it speaks TLS.
    authority: Option<String>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    script: Mutex<Script>,
    changed: Condvar,
}

#[derive(Default)]
struct Script {
    behaviour: Behaviour,
    keys: Vec<Value>,
    issuer: String,
    jwks_uri: String,
    cache_control: Option<String>,
    asked: Vec<String>,
    is_over: bool,
}

impl Provider {
    /// A provider at `http://127.0.0.1:…`.
    ///
    /// # Errors
    /// There is no port.
    pub fn start(signers: &[&Signer]) -> Result<Self, IdentityError> {
        Self::listen(signers, None)
    }

    /// A provider at `https://localhost:…` with a certificate of its own.
    ///
    /// # Errors
    /// There is no port, or no certificate.
    pub fn start_with_tls(signers: &[&Signer]) -> Result<Self, IdentityError> {
        let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
        let key = PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(
                vec![certified.cert.der().clone()],
                PrivateKeyDer::Pkcs8(key),
            )?;
        Self::listen(signers, Some((Arc::new(config), certified.cert.pem())))
    }

    fn listen(
        signers: &[&Signer],
        tls: Option<(Arc<ServerConfig>, String)>,
    ) -> Result<Self, IdentityError> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let (tls, authority) = tls.unzip();
        let provider = Self {
            address,
            authority,
            shared: Arc::default(),
        };
        provider.publish(signers);
        let mut script = provider.shared.script();
        script.issuer = provider.base();
        script.jwks_uri = format!("{}/keys", provider.base());
        drop(script);
        let shared = Arc::clone(&provider.shared);
        thread::Builder::new().spawn(move || {
            for stream in listener.incoming().filter_map(Result::ok) {
                if shared.script().is_over {
                    return;
                }
                let (shared, tls) = (Arc::clone(&shared), tls.clone());
                thread::spawn(move || shared.serve(stream, tls));
            }
        })?;
        Ok(provider)
    }

    /// Its address, which is its issuer too.
    pub fn base(&self) -> String {
        if self.authority.is_some() {
            format!("https://localhost:{}", self.address.port())
        } else {
            format!("http://{}", self.address)
        }
    }

    /// The address of its keys.
    pub fn jwks(&self) -> String {
        format!("{}/keys", self.base())
    }

    /// The certificate (PEM) that vouches for it.
    pub fn authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// Publishes these keys from now on.
    pub fn publish(&self, signers: &[&Signer]) {
        let keys = signers.iter().map(|signer| signer.jwk()).collect();
        self.shared.script().keys = keys;
    }

    /// Publishes these members of `keys`, whatever they are.
    pub fn publish_raw(&self, keys: Vec<Value>) {
        self.shared.script().keys = keys;
    }

    /// Answers in this way from now on.
    pub fn behave(&self, behaviour: Behaviour) {
        self.shared.script().behaviour = behaviour;
        self.shared.changed.notify_all();
    }

    /// Says in its discovery document that it is this issuer, with keys at this address.
    pub fn claim(&self, issuer: &str, jwks_uri: &str) {
        let mut script = self.shared.script();
        issuer.clone_into(&mut script.issuer);
        jwks_uri.clone_into(&mut script.jwks_uri);
    }

    /// Sends this `Cache-Control` from now on.
    pub fn cache_control(&self, value: &str) {
        self.shared.script().cache_control = Some(value.to_owned());
    }

    /// The paths that were asked for so far.
    pub fn asked(&self) -> Vec<String> {
        self.shared.script().asked.clone()
    }

    /// Waits until so many requests have come; how many there are then.
    pub fn wait_for(&self, count: usize) -> usize {
        let script = self.shared.script();
        let waited =
            self.shared
                .changed
                .wait_timeout_while(script, Duration::from_secs(20), |script| {
                    script.asked.len() < count
                });
        let (script, _) = waited.unwrap_or_else(PoisonError::into_inner);
        script.asked.len()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.shared.script().is_over = true;
        self.shared.changed.notify_all();
        // Wakes the thread that accepts; where it is gone, there is nobody to wake.
        drop(TcpStream::connect(self.address));
    }
}

impl Shared {
    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A client that goes away is no matter.
    fn serve(&self, stream: TcpStream, tls: Option<Arc<ServerConfig>>) {
        let _ = stream.set_read_timeout(Some(IDLE));
        let connection = tls.map(ServerConnection::new);
        let _ = match connection {
            None => self.answer(stream),
            Some(Ok(connection)) => self.answer(StreamOwned::new(connection, stream)),
            Some(Err(_)) => Ok(()),
        };
    }

    fn answer(&self, stream: impl Read + Write) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        let mut first = String::new();
        stream.read_line(&mut first)?;
        let mut line = first.clone();
        while !line.trim().is_empty() {
            line.clear();
            stream.read_line(&mut line)?;
        }
        let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
        let Some(answer) = self.answer_to(&path) else {
            return Ok(());
        };
        let stream = stream.get_mut();
        stream.write_all(answer.as_bytes())?;
        stream.flush()
    }

    /// The bytes of the answer; `None` for a connection that is just closed.
    fn answer_to(&self, path: &str) -> Option<String> {
        let mut script = self.script();
        if path.is_empty() {
            return None;
        }
        script.asked.push(path.to_owned());
        self.changed.notify_all();
        let waits = |script: &mut Script| script.behaviour == Behaviour::Hang && !script.is_over;
        let waited = self.changed.wait_while(script, waits);
        let script = waited.unwrap_or_else(PoisonError::into_inner);
        match &script.behaviour {
            Behaviour::Hang | Behaviour::Dead => None,
            Behaviour::Say(status, body) => Some(http(*status, "", body)),
            Behaviour::Redirect(to) => Some(http(302, &format!("Location: {to}\r\n"), "")),
            Behaviour::Publish => Some(script.published(path)),
        }
    }
}

impl Script {
    fn published(&self, path: &str) -> String {
        let body = match path {
            "/.well-known/openid-configuration" => {
                json!({"issuer": self.issuer, "jwks_uri": self.jwks_uri})
            }
            "/keys" => json!({"keys": self.keys}),
            _ => return http(404, "", ""),
        };
        let header = self.cache_control.as_ref();
        let header = header.map(|value| format!("Cache-Control: {value}\r\n"));
        http(200, &header.unwrap_or_default(), &body.to_string())
    }
}

fn http(status: u16, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} Told\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
         Connection: close\r\n{headers}\r\n{body}"
    )
}
