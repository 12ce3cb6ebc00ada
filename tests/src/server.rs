//! The running binary: started on a free port, asked, stopped, killed.

use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use specd_testkit::shown_key::key_in;

use crate::binary;
use crate::client::Client;
use crate::documents::Documents;
use crate::output::Output;
use crate::scrape::Scrape;
use crate::storage::Storage;

/// How long a start may take on a busy machine.
const START_LIMIT: Duration = Duration::from_secs(30);
/// How long it may take to serve after it has said where it listens.
const READY_LIMIT: Duration = Duration::from_secs(10);
/// How long it may take to end after SIGTERM: ten seconds of draining, and some air.
const STOP_LIMIT: Duration = Duration::from_secs(15);

/// A server that runs; killed when it is dropped.
#[derive(Debug)]
pub struct Server {
    process: Child,
    output: Output,
    address: SocketAddr,
}

impl Server {
    /// Starts `specd serve` and waits until it can serve.
    ///
    /// # Errors
    /// It does not start; the error holds what it printed.
    pub fn start(documents: &Documents, storage: &Storage) -> anyhow::Result<Self> {
        Self::start_with(documents, storage, &[])
    }

    /// The same on the database of a URL.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_on(documents: &Documents, database: &str) -> anyhow::Result<Self> {
        Self::serve(documents, database, &[])
    }

    /// The same with more arguments, such as `--preview`.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_with(
        documents: &Documents,
        storage: &Storage,
        arguments: &[&str],
    ) -> anyhow::Result<Self> {
        Self::serve(documents, storage.url(), arguments)
    }

    /// The same with variables of the environment, too.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_told(
        documents: &Documents,
        storage: &Storage,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        let mut command = Self::command(documents, storage.url())?;
        command.args(arguments).envs(variables.iter().copied());
        Self::run(command)
    }

    /// What serves documents from the database of a URL, on a free port; more can be said before it is [`Self::run`].
    ///
    /// # Errors
    /// There is no binary.
    pub fn command(documents: &Documents, database: &str) -> anyhow::Result<Command> {
        let mut command = binary::command()?;
        command
            .arg("serve")
            .arg("--specs")
            .arg(documents.path())
            .args(["--database", database, "--listen", "127.0.0.1:0"]);
        Ok(command)
    }

    fn serve(documents: &Documents, database: &str, arguments: &[&str]) -> anyhow::Result<Self> {
        let mut command = Self::command(documents, database)?;
        command.args(arguments);
        Self::run(command)
    }

    /// Runs a command that serves, and waits until it can.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn run(mut command: Command) -> anyhow::Result<Self> {
        // Tests ask as fast as they can; those of the limits set their own.
        for limit in ["SPECD_DEFAULT_LIMIT", "SPECD_PEER_LIMIT"] {
            if command.get_envs().all(|(name, _)| name != limit) {
                command.env(limit, "none");
            }
        }
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("could not start `specd`")?;
        let output = Output::default();
        output.collect(process.stdout.take().context("no standard output")?);
        output.collect(process.stderr.take().context("no standard error")?);
        let address = output.wait_for(START_LIMIT, |line| {
            line.split_once("listening on http://")?
                .1
                .trim()
                .parse()
                .ok()
        });
        let Some(address) = address else {
            // It may have ended by itself.
            let _ = process.kill();
            let status = process.wait()?;
            anyhow::bail!("`specd` did not start ({status}):\n{}", output.told());
        };
        let server = Self {
            process,
            output,
            address,
        };
        server.wait_until_ready()?;
        Ok(server)
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://` and its address.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it has printed so far.
    pub const fn output(&self) -> &Output {
        &self.output
    }

    /// The API key that it shows on its first start.
    ///
    /// # Errors
    /// It shows none, as on every later start.
    pub fn key(&self) -> anyhow::Result<String> {
        self.output
            .wait_for(Duration::from_secs(5), key_in)
            .with_context(|| format!("no key was shown:\n{}", self.output.told()))
    }

    /// A client with the key of the first start.
    ///
    /// # Errors
    /// No key was shown.
    pub fn client(&self) -> anyhow::Result<Client> {
        Ok(self.anonymous().with_key(self.key()?))
    }

    /// A client without a key.
    pub fn anonymous(&self) -> Client {
        Client::new(&self.base())
    }

    /// Where it tells its metrics, where it was started with `--metrics-listen`.
    ///
    /// # Errors
    /// It does not say so.
    pub fn metrics_address(&self) -> anyhow::Result<SocketAddr> {
        let said = self.output.text();
        let line = said
            .lines()
            .find_map(|line| line.strip_prefix("metrics on http://"));
        let address = line.and_then(|line| line.strip_suffix("/metrics"));
        Ok(address.context("it says of no metrics")?.parse()?)
    }

    /// What it tells there.
    ///
    /// # Errors
    /// It cannot be asked, or its answer cannot be read.
    pub fn scrape(&self) -> anyhow::Result<Scrape> {
        let client = Client::new(&format!("http://{}", self.metrics_address()?));
        let answer = client.get("/metrics")?;
        anyhow::ensure!(answer.status == 200, "{answer:?}");
        Scrape::read(&answer.text())
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Asks it to end with SIGTERM and waits until it has.
    ///
    /// # Errors
    /// It does not end in time.
    pub fn stop(mut self) -> anyhow::Result<ExitStatus> {
        let number = self.process.id().to_string();
        let sent = Command::new("kill")
            .args(["-s", "TERM", &number])
            .status()?;
        anyhow::ensure!(sent.success(), "could not send SIGTERM");
        let since = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait()? {
                return Ok(status);
            }
            anyhow::ensure!(
                since.elapsed() < STOP_LIMIT,
                "it did not end:\n{}",
                self.output.told()
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends it at once, as `kill -9` does.
    ///
    /// # Errors
    /// It had ended by itself.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        let ended = self.process.try_wait()?;
        anyhow::ensure!(
            ended.is_none(),
            "it had ended by itself:\n{}",
            self.output.told()
        );
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    fn wait_until_ready(&self) -> anyhow::Result<()> {
        let client = self.anonymous();
        let since = Instant::now();
        loop {
            if client
                .get("/readyz")
                .is_ok_and(|answer| answer.status == 200)
            {
                return Ok(());
            }
            let is_late = since.elapsed() > READY_LIMIT;
            anyhow::ensure!(!is_late, "it is not ready:\n{}", self.output.told());
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// What the server logs where an answer has a status that neither its document nor the protocol lists.
const UNLISTED: &str = "an answer has a status that its document does not list";

impl Drop for Server {
    fn drop(&mut self) {
        assert!(
            thread::panicking() || !self.output.text().contains(UNLISTED),
            "the server gave an answer of a status that its document does not list"
        );
        // Where it has ended, there is nothing to kill.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
