//! Standard output and standard error that nobody reads: a server serves on, and any other command ends quietly.

use std::io::{Write as _, pipe};
use std::net::TcpListener;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::ensure;
use specd_e2e::{Client, Documents, Server, Storage, binary, documents, raw};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// What a pipe holds that nobody reads.
const PIPE_BYTES: usize = 64 * 1024;
/// As a shell has it of a process that ends by SIGPIPE.
const UNREAD: i32 = 141;

/// A stream whose reader has gone.
fn closed() -> anyhow::Result<Stdio> {
    Ok(pipe()?.1.into())
}

/// A server whose streams nobody reads; killed when it is dropped.
struct Unread {
    process: Child,
    client: Client,
}

impl Drop for Unread {
    fn drop(&mut self) {
        // Where it has ended, there is nothing to kill.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Unread {
    fn start(
        documents: &Documents,
        storage: &Storage,
        stdout: Stdio,
        stderr: Stdio,
    ) -> anyhow::Result<Self> {
        // It cannot tell its port: it is given one that was free a moment ago.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let process = binary::command()?
            .arg("serve")
            .arg("--specs")
            .arg(documents.path())
            .args(["--database", storage.url(), "--listen", &address])
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(stderr)
            .spawn()?;
        let client = Client::new(&format!("http://{address}"));
        Ok(Self { process, client })
    }

    fn wait_until(&mut self, is_so: impl Fn(&Client) -> bool) -> anyhow::Result<()> {
        let since = Instant::now();
        while !is_so(&self.client) {
            let ended = self.process.try_wait()?;
            ensure!(ended.is_none(), "it ended: {ended:?}");
            ensure!(since.elapsed() < PATIENCE, "it does not serve");
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    fn stop(&mut self) -> anyhow::Result<ExitStatus> {
        let number = self.process.id().to_string();
        Command::new("kill")
            .args(["-s", "TERM", &number])
            .status()?;
        let since = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait()? {
                return Ok(status);
            }
            ensure!(since.elapsed() < PATIENCE, "it does not end");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// It serves, follows its documents, and ends when it is told to.
fn serves_on(stdout: Stdio, stderr: Stdio) -> anyhow::Result<()> {
    let (documents, storage) = (Documents::template()?, Storage::sqlite()?);
    let mut server = Unread::start(&documents, &storage, stdout, stderr)?;
    let answers = |path: &'static str, status: u16| {
        move |client: &Client| client.get(path).is_ok_and(|answer| answer.status == status)
    };
    server.wait_until(answers("/readyz", 200))?;
    for (number, path) in [("0002", "/api/v1/second"), ("0003", "/api/v1/third")] {
        let text = documents::template()
            .replace("SPEC 0001", &format!("SPEC {number}"))
            .replace("/api/v1/resource", path)
            .replace("TABLE resource", &format!("TABLE table_{number}"));
        documents.write(&format!("{number}-more.md"), &text)?;
        // The path takes POST alone.
        server.wait_until(answers(path, 405))?;
    }
    assert_eq!(server.stop()?.code(), Some(0));
    Ok(())
}

#[test]
fn a_server_serves_on_where_its_streams_are_closed() -> anyhow::Result<()> {
    serves_on(closed()?, closed()?)
}

#[test]
fn a_server_serves_on_where_its_output_is_not_read() -> anyhow::Result<()> {
    let (_reader, mut writer) = pipe()?;
    writer.write_all(&vec![b'\n'; PIPE_BYTES])?;
    serves_on(writer.into(), Stdio::null())
}

#[test]
fn a_server_logs_that_its_output_is_lost() -> anyhow::Result<()> {
    let (documents, storage) = (Documents::template()?, Storage::sqlite()?);
    let mut server = Unread::start(&documents, &storage, closed()?, Stdio::piped())?;
    server.wait_until(|client| {
        client
            .get("/readyz")
            .is_ok_and(|answer| answer.status == 200)
    })?;
    server.stop()?;
    let mut said = String::new();
    if let Some(mut stderr) = server.process.stderr.take() {
        std::io::Read::read_to_string(&mut stderr, &mut said)?;
    }
    assert!(said.contains("nobody reads standard output"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    Ok(())
}

#[test]
fn requests_that_cannot_be_read_are_logged_where_that_is_asked_for() -> anyhow::Result<()> {
    let refused = [
        "GET / HTTP/1.1\r\nHost: x\r\nno field\r\n\r\n",
        // The library refuses this one.
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
    ];
    let ours = "a connection was refused";
    let of_the_library = "\"target\":\"actix_http";
    for (filter, lines) in [
        ("info", (0, 0)),
        ("info,specd_adapter_http=debug", (2, 0)),
        ("info,specd_adapter_http=debug,actix_http=error", (2, 1)),
    ] {
        let (documents, storage) = (Documents::template()?, Storage::sqlite()?);
        let server = Server::start_with(&documents, &storage, &["--log", filter])?;
        for request in refused {
            let answer = raw::exchange(server.address(), request.as_bytes())?;
            assert_eq!(raw::status(&answer), Some(400));
        }
        let output = server.output().clone();
        server.stop()?;
        // Both streams have ended.
        assert!(output.wait_for(PATIENCE, |_| None::<()>).is_none());
        let said = output.text();
        let counted = (
            said.matches(ours).count(),
            said.matches(of_the_library).count(),
        );
        assert_eq!(counted, lines, "{filter}: {said}");
    }
    Ok(())
}

#[test]
fn any_other_command_ends_quietly_where_nobody_reads_its_output() -> anyhow::Result<()> {
    let (documents, storage) = (Documents::template()?, Storage::sqlite()?);
    let database = storage.url();
    // There is a key to list.
    let keys = [
        "keys",
        "create",
        "--name",
        "n",
        "--scope",
        "a:read",
        "--database",
        database,
    ];
    let made = run(&documents, &keys, Stdio::piped())?;
    assert_eq!(made.status.code(), Some(0));
    for arguments in [
        &["check", "."][..],
        &["check", ".", "--format", "json"],
        &["explain", "SD0001"],
        &["generate", "model", "0001-resource.md"],
        &["generate", "openapi", "."],
        &["keys", "list", "--database", database],
        &["keys", "list", "--format", "json", "--database", database],
    ] {
        let ended = run(&documents, arguments, closed()?)?;
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(
            (ended.status.code(), &*said),
            (Some(UNREAD), ""),
            "{arguments:?}"
        );
    }
    Ok(())
}

#[test]
fn a_command_that_cannot_says_so_by_its_code_where_nobody_reads_its_words() -> anyhow::Result<()> {
    let documents = Documents::template()?;
    let mut command = binary::command()?;
    command
        .args(["check", "nowhere"])
        .current_dir(documents.path());
    let ended = command.stdout(closed()?).stderr(closed()?).status()?;
    assert_eq!(ended.code(), Some(2));
    Ok(())
}

fn run(documents: &Documents, arguments: &[&str], stdout: Stdio) -> anyhow::Result<Output> {
    let mut command = binary::command()?;
    command.args(arguments).current_dir(documents.path());
    Ok(command
        .stdout(stdout)
        .stderr(Stdio::piped())
        .spawn()?
        .wait_with_output()?)
}
