//! One cluster: made, started, stopped and deleted by us alone.

use std::fs;
use std::io::Read as _;
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::binaries::{finished, psql, server_directory};
use super::{PostgresError, install, temporary_directory};

/// The superuser of a cluster.
const SUPERUSER: &str = "specd";
/// How long a start may take on a busy machine.
const START_LIMIT: Duration = Duration::from_mins(1);
/// How long a fast shutdown may take before it is ended.
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// Whether an acknowledged commit outlives the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// As a server that somebody relies on: `fsync` and `synchronous_commit`.
    On,
    /// Quick, for tests that do not pull the plug.
    Off,
}

/// Whom the server runs as.
#[derive(Clone, Copy, Debug)]
struct User {
    id: u32,
    group: u32,
}

/// A running server with its files; both are gone when it is dropped.
#[derive(Debug)]
pub struct Cluster {
    place: TempDir,
    binaries: PathBuf,
    durability: Durability,
    /// Whom the server runs as, where that is not us.
    user: Option<User>,
    port: u16,
    url: String,
    server: Option<Child>,
}

impl Cluster {
    /// Makes a cluster and starts it.
    ///
    /// # Errors
    /// The binaries are missing, or one of them fails.
    pub fn start(durability: Durability) -> Result<Self, PostgresError> {
        let binaries = server_directory()?;
        let place = tempfile::Builder::new()
            .prefix("specd-pg-")
            .tempdir_in(temporary_directory())
            .map_err(PostgresError::NoPlace)?;
        let user = other_user()?;
        if let Some(user) = user {
            std::os::unix::fs::chown(place.path(), Some(user.id), Some(user.group))
                .map_err(PostgresError::NoPlace)?;
        }
        let mut cluster = Self {
            place,
            binaries,
            durability,
            user,
            port: 0,
            url: String::new(),
            server: None,
        };
        cluster.initialise()?;
        cluster.listen_somewhere()?;
        Ok(cluster)
    }

    /// The URL of its superuser, with the database `postgres`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The port on the loopback address.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Where its files are.
    pub fn place(&self) -> &Path {
        self.place.path()
    }

    /// The number of its process, while it runs.
    pub fn id(&self) -> Option<u32> {
        self.server.as_ref().map(Child::id)
    }

    /// Ends every process of the server as `kill -9` does: at once, without a word to its clients and without a last
    /// write.
    ///
    /// # Errors
    /// The server does not end.
    pub fn kill(&mut self) -> Result<(), PostgresError> {
        let children = self.server.as_ref().map(children).unwrap_or_default();
        // Its own end first, or it would start anew what its children leave behind.
        self.signal("KILL")?;
        self.wait_for_end();
        for child in &children {
            // It may have seen the end of the server already.
            let _ = finished(Command::new("kill").args(["-s", "KILL", child]));
        }
        let since = Instant::now();
        while children.iter().any(|child| is_running(child)) && since.elapsed() < STOP_LIMIT {
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Starts it again on the same port.
    ///
    /// # Errors
    /// It does not start.
    pub fn start_again(&mut self) -> Result<(), PostgresError> {
        self.launch(self.port)
    }

    fn initialise(&self) -> Result<(), PostgresError> {
        let mut command = self.command("initdb");
        command
            .arg("--pgdata")
            .arg(self.files())
            .args(["--username", SUPERUSER, "--auth", "trust"])
            .args(["--encoding", "UTF8", "--locale", "C", "--no-instructions"]);
        if self.durability == Durability::Off {
            command.arg("--no-sync");
        }
        finished(&mut command).map(|_| ())
    }

    /// Another process may take the free port before the server does; then there is another.
    fn listen_somewhere(&mut self) -> Result<(), PostgresError> {
        let mut outcome = Err(PostgresError::NotReady(String::from("it was not tried")));
        for _ in 0..5 {
            let port = free_port()?;
            outcome = self.launch(port);
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }

    fn launch(&mut self, port: u16) -> Result<(), PostgresError> {
        let log = self.place.path().join("log");
        let log_file = fs::File::create(&log).map_err(PostgresError::NoPlace)?;
        let mut command = self.command("postgres");
        command
            .arg("-D")
            .arg(self.files())
            .args(["-p", &port.to_string()])
            .args(self.settings())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log_file);
        let server = command.spawn().map_err(|error| PostgresError::NotRun {
            command: String::from("postgres"),
            reason: error.to_string(),
        })?;
        self.server = Some(server);
        self.port = port;
        self.url = format!("postgres://{SUPERUSER}@127.0.0.1:{port}/postgres");
        let outcome = self.wait_until_ready(&log);
        if outcome.is_err() {
            self.stop();
        }
        outcome
    }

    fn settings(&self) -> Vec<String> {
        let durable = if self.durability == Durability::On {
            "on"
        } else {
            "off"
        };
        [
            String::from("listen_addresses=127.0.0.1"),
            format!("unix_socket_directories={}", self.place.path().display()),
            String::from("max_connections=200"),
            String::from("shared_buffers=64MB"),
            String::from("timezone=UTC"),
            format!("fsync={durable}"),
            format!("synchronous_commit={durable}"),
            format!("full_page_writes={durable}"),
        ]
        .into_iter()
        .flat_map(|setting| [String::from("-c"), setting])
        .collect()
    }

    fn wait_until_ready(&mut self, log: &Path) -> Result<(), PostgresError> {
        let since = Instant::now();
        loop {
            let ended = match &mut self.server {
                Some(server) => server.try_wait().is_ok_and(|status| status.is_some()),
                None => true,
            };
            if ended {
                self.server = None;
                return Err(PostgresError::NotReady(read(log)));
            }
            // Another server on this port would answer too; the directory tells ours.
            let ours = psql(&self.url, "SHOW data_directory");
            if ours.is_ok_and(|directory| Path::new(&directory) == self.files()) {
                return Ok(());
            }
            if since.elapsed() > START_LIMIT {
                return Err(PostgresError::NotReady(read(log)));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// A command of `PostgreSQL`, run as somebody who is not root.
    fn command(&self, name: &str) -> Command {
        let program = self.binaries.join(name);
        let mut command = Command::new(program);
        if let Some(user) = self.user {
            command.uid(user.id).gid(user.group);
        }
        command
            .current_dir(self.place.path())
            .env_remove("PGDATA")
            .env_remove("PGOPTIONS")
            .env("LC_ALL", "C");
        command
    }

    fn files(&self) -> PathBuf {
        self.place.path().join("data")
    }

    fn stop(&mut self) {
        if self.server.is_none() {
            return;
        }
        // INT is the fast shutdown: clients are sent away, everything is written.
        let mode = if self.durability == Durability::On {
            "INT"
        } else {
            "QUIT"
        };
        // Where the signal cannot be sent, the wait below ends the process.
        let _ = self.signal(mode);
        self.wait_for_end();
    }

    /// To the process that we started, by its number, and to no other.
    fn signal(&self, name: &str) -> Result<(), PostgresError> {
        let Some(server) = &self.server else {
            return Ok(());
        };
        let number = server.id().to_string();
        finished(Command::new("kill").args(["-s", name, &number])).map(|_| ())
    }

    fn wait_for_end(&mut self) {
        let Some(mut server) = self.server.take() else {
            return;
        };
        let since = Instant::now();
        while since.elapsed() < STOP_LIMIT {
            if !matches!(server.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        // It had its time; what is left of it goes with its directory.
        let _ = server.kill();
        let _ = server.wait();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The server refuses to be root. `postgres` is there where a distribution installed it, `nobody` everywhere.
fn other_user() -> Result<Option<User>, PostgresError> {
    if !install::is_root() {
        return Ok(None);
    }
    ["postgres", "nobody"]
        .into_iter()
        .find_map(|name| {
            let (id, group) = (number("-u", name)?, number("-g", name)?);
            Some(User { id, group })
        })
        .map(Some)
        .ok_or_else(|| {
            PostgresError::NotReady(String::from("there is no user but root to run it as"))
        })
}

fn number(which: &str, user: &str) -> Option<u32> {
    let output = finished(Command::new("id").args([which, user])).ok()?;
    String::from_utf8_lossy(&output.stdout).trim().parse().ok()
}

/// The numbers of the processes that a process of ours has started.
fn children(parent: &Child) -> Vec<String> {
    let number = parent.id();
    let listed = fs::read_to_string(format!("/proc/{number}/task/{number}/children"));
    let listed = listed.unwrap_or_default();
    listed.split_whitespace().map(str::to_owned).collect()
}

/// Whether a process is there, and not only its exit code.
fn is_running(number: &str) -> bool {
    let status = fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
    let state = status.rsplit(") ").next().unwrap_or_default();
    !state.is_empty() && !state.starts_with('Z')
}

fn free_port() -> Result<u16, PostgresError> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(PostgresError::NoPlace)
}

fn read(log: &Path) -> String {
    let mut text = String::new();
    // A log that cannot be read tells nothing.
    let _ = fs::File::open(log).and_then(|mut file| file.read_to_string(&mut text));
    text.trim().to_owned()
}
