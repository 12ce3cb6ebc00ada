//! Processes of the bench: watched while they run, ended when they are dropped, asked for their memory.

use std::process::{Child, Command};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;

use super::guard::Guard;

/// How long a process may take to end when it is asked to.
const STOP_LIMIT: Duration = Duration::from_secs(15);

/// A process; ended when it is dropped.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    guard: Arc<Guard>,
}

impl Process {
    /// Starts a command under the eye of the guard.
    ///
    /// # Errors
    /// It cannot be run.
    pub(super) fn start(command: &mut Command, guard: &Arc<Guard>) -> anyhow::Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command
            .spawn()
            .with_context(|| format!("could not start `{program}`"))?;
        guard.watch(child.id());
        let guard = Arc::clone(guard);
        Ok(Self { child, guard })
    }

    /// Its number.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended by itself.
    pub(super) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Asks it to end, and ends it where it does not.
    pub(super) fn stop(&mut self) {
        if self.has_ended() {
            return self.kill();
        }
        // Where the signal cannot be sent, dropping it ends it.
        let _ = Command::new("kill")
            .args(["-s", "TERM", &self.id().to_string()])
            .status();
        let since = Instant::now();
        while since.elapsed() < STOP_LIMIT && !self.has_ended() {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.kill();
    }

    /// Ends it at once, as `kill -9` does.
    pub(super) fn kill(&mut self) {
        // Where it has ended, there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.guard.forget(self.id());
    }

    /// The most memory that it held so far, in MiB; `None` where the system does not tell.
    pub(super) fn most_memory_mib(&self) -> Option<f64> {
        self.status_mib("VmHWM:")
    }

    /// The memory that it holds now, in MiB.
    pub(super) fn memory_mib(&self) -> Option<f64> {
        self.status_mib("VmRSS:")
    }

    fn status_mib(&self, name: &str) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).ok()?;
        memory_in(&status, name)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A size of `/proc/PID/status`, in MiB.
fn memory_in(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_in_mebibytes() {
        let status = "Name:\tspecd\nVmHWM:\t   28672 kB\nVmRSS:\t   20480 kB\n";
        assert_eq!(memory_in(status, "VmHWM:"), Some(28.0));
        assert_eq!(memory_in(status, "VmRSS:"), Some(20.0));
        assert_eq!(memory_in(status, "VmSwap:"), None);
    }
}
