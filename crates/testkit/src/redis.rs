//! A throw-away Redis: a server of its own from the system's binary, on a free port of the loopback address, that keeps
//! nothing on disk. It never touches a server that it did not start.

#![expect(
    clippy::disallowed_methods,
    reason = "a test's own infrastructure: it looks for a program and speaks to a socket"
)]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub mod install;

/// How long a start may take on a busy machine.
const START_LIMIT: Duration = Duration::from_secs(30);
/// How long an answer may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);

/// Why there is no Redis to test with. A test fails with it: it is never skipped.
#[derive(Debug, thiserror::Error)]
pub enum RedisError {
    /// The binary is not on this machine.
    #[error("could not find `redis-server`; install it: {0}")]
    NotInstalled(String),
    /// A command could not be run, or failed.
    #[error("`{command}` failed: {output}")]
    Failed {
        /// The command.
        command: String,
        /// What it said.
        output: String,
    },
    /// The server does not answer.
    #[error("the server of Redis did not start: {0}")]
    NotReady(String),
    /// A command could not be sent to the server, or was not answered.
    #[error("the server of Redis did not answer: {0}")]
    NoAnswer(#[source] std::io::Error),
}

/// A running server; ended when it is dropped.
#[derive(Debug)]
pub struct RedisServer {
    port: u16,
    password: Option<String>,
    server: Option<Child>,
}

impl RedisServer {
    /// Starts a server that asks for no password.
    ///
    /// # Errors
    /// The binary is missing, or does not start.
    pub fn start() -> Result<Self, RedisError> {
        Self::start_with(None)
    }

    /// Starts a server that asks for a password.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn with_password(password: &str) -> Result<Self, RedisError> {
        Self::start_with(Some(password.to_owned()))
    }

    /// Another process may take the free port before the server does; then there is another.
    fn start_with(password: Option<String>) -> Result<Self, RedisError> {
        let mut redis = Self {
            port: 0,
            password,
            server: None,
        };
        let mut outcome = Err(RedisError::NotReady(String::from("it was not tried")));
        for _ in 0..5 {
            redis.port = free_port()?;
            outcome = redis.start_again();
            if outcome.is_ok() {
                break;
            }
        }
        outcome.map(|()| redis)
    }

    /// Starts it again on the same port, empty.
    ///
    /// # Errors
    /// It does not start.
    pub fn start_again(&mut self) -> Result<(), RedisError> {
        let mut command = Command::new(install::program()?);
        command
            .args(["--bind", "127.0.0.1", "--port", &self.port.to_string()])
            .args(["--save", "", "--appendonly", "no", "--daemonize", "no"])
            .args(
                self.password
                    .iter()
                    .flat_map(|word| ["--requirepass", word]),
            )
            .current_dir(std::env::temp_dir())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let server = command.spawn().map_err(|error| RedisError::Failed {
            command: String::from("redis-server"),
            output: error.to_string(),
        })?;
        self.server = Some(server);
        let outcome = self.wait_until_ready();
        if outcome.is_err() {
            self.kill();
        }
        outcome
    }

    /// Its URL, with the password.
    pub fn url(&self) -> String {
        let password = self.password.as_deref();
        let user = password.map_or(String::new(), |password| format!(":{password}@"));
        format!("redis://{user}127.0.0.1:{}", self.port)
    }

    /// The port on the loopback address.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Ends it at once, as `kill -9` does. What it held is lost.
    pub fn kill(&mut self) {
        let Some(mut server) = self.server.take() else {
            return;
        };
        // Where it has ended, there is nothing to kill.
        let _ = server.kill();
        let _ = server.wait();
    }

    /// Stops it from doing anything, while its connections stay open and new ones are taken by the system.
    ///
    /// # Errors
    /// The signal cannot be sent.
    pub fn pause(&self) -> Result<(), RedisError> {
        self.signal("STOP")
    }

    /// Lets it go on after [`Self::pause`].
    ///
    /// # Errors
    /// The signal cannot be sent.
    pub fn go_on(&self) -> Result<(), RedisError> {
        self.signal("CONT")
    }

    /// Sends a command, its words apart by blanks, and gives the answer as it stands on the wire.
    ///
    /// # Errors
    /// There is no answer.
    pub fn ask(&self, command: &str) -> Result<String, RedisError> {
        self.exchange(command).map_err(RedisError::NoAnswer)
    }

    fn exchange(&self, command: &str) -> std::io::Result<String> {
        let address = SocketAddr::from(([127, 0, 0, 1], self.port));
        let mut stream = TcpStream::connect_timeout(&address, ANSWER_LIMIT)?;
        stream.set_read_timeout(Some(ANSWER_LIMIT))?;
        let login = self.password.as_ref();
        let login = login.map_or(String::new(), |password| format!("AUTH {password}\r\n"));
        stream.write_all(format!("{login}{command}\r\nQUIT\r\n").as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let answer = answer.strip_suffix("+OK\r\n").unwrap_or(&answer);
        let login = if login.is_empty() { "" } else { "+OK\r\n" };
        Ok(answer.strip_prefix(login).unwrap_or(answer).to_owned())
    }

    /// Another server on this port would answer too: the number of the process tells ours.
    fn wait_until_ready(&mut self) -> Result<(), RedisError> {
        let since = Instant::now();
        loop {
            let Some(server) = &mut self.server else {
                return Err(RedisError::NotReady(String::from("it was ended")));
            };
            if let Ok(Some(status)) = server.try_wait() {
                return Err(RedisError::NotReady(format!("it ended with {status}")));
            }
            let ours = format!("process_id:{}\r\n", server.id());
            if self
                .ask("INFO server")
                .is_ok_and(|said| said.contains(&ours))
            {
                return Ok(());
            }
            if since.elapsed() > START_LIMIT {
                return Err(RedisError::NotReady(String::from("it does not answer")));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// To the process that we started, by its number, and to no other.
    fn signal(&self, name: &str) -> Result<(), RedisError> {
        let Some(server) = &self.server else {
            return Ok(());
        };
        let number = server.id().to_string();
        install::finished(Command::new("kill").args(["-s", name, &number]))
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}

fn free_port() -> Result<u16, RedisError> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(RedisError::NoAnswer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_ours_alone_and_gone_when_it_is_dropped() -> Result<(), RedisError> {
        let mut redis = RedisServer::start()?;
        assert_eq!(redis.ask("SET a 7")?, "+OK\r\n");
        assert_eq!(redis.ask("GET a")?, "$1\r\n7\r\n");
        redis.kill();
        assert!(redis.ask("PING").is_err());
        redis.start_again()?;
        assert_eq!(redis.ask("GET a")?, "$-1\r\n");
        let address = SocketAddr::from(([127, 0, 0, 1], redis.port()));
        drop(redis);
        assert!(TcpStream::connect(address).is_err());
        Ok(())
    }

    #[test]
    fn a_password_is_asked_for() -> Result<(), RedisError> {
        let redis = RedisServer::with_password("s3cret")?;
        assert_eq!(redis.ask("PING")?, "+PONG\r\n");
        assert!(redis.url().contains(":s3cret@"));
        Ok(())
    }
}
