//! Nothing outlives the bench: a shell holds the other end of a pipe of ours, and when we are gone, however we went, it
//! ends the processes and deletes the places that it was told of.

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;

/// A break from the terminal goes to the whole group; this one waits for the end of the pipe.
const SCRIPT: &str = r#"
trap '' INT TERM HUP
processes=' '
places=
while read -r what name; do
  case $what in
    +) processes="$processes$name " ;;
    -) rest=' '
       for process in $processes; do [ "$process" = "$name" ] || rest="$rest$process "; done
       processes=$rest ;;
    place) places="$places$name
" ;;
  esac
done
for process in $processes; do kill -s QUIT "$process"; done
[ "$processes" = ' ' ] || sleep 1
for process in $processes; do kill -s KILL "$process"; done
printf '%s' "$places" | while read -r place; do rm -rf -- "$place"; done
"#;

/// The shell that waits for our end.
#[derive(Debug)]
pub(super) struct Guard {
    shell: Child,
    words: Mutex<Option<ChildStdin>>,
}

impl Guard {
    /// Begins to watch.
    ///
    /// # Errors
    /// There is no shell.
    pub(super) fn start() -> anyhow::Result<Self> {
        let mut shell = Command::new("sh")
            .args(["-c", SCRIPT])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("could not run `sh`")?;
        let words = Mutex::new(shell.stdin.take());
        Ok(Self { shell, words })
    }

    /// A process that must not outlive us.
    pub(super) fn watch(&self, process: u32) {
        self.say(&format!("+ {process}"));
    }

    /// A process that has ended: its number may be another's soon.
    pub(super) fn forget(&self, process: u32) {
        self.say(&format!("- {process}"));
    }

    /// A directory to delete in the end.
    pub(super) fn clear(&self, place: &Path) {
        self.say(&format!("place {}", place.display()));
    }

    fn say(&self, line: &str) {
        let mut words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pipe) = words.as_mut() {
            // Without the shell the rest still works; what we end ourselves is ended.
            let _ = writeln!(pipe, "{line}");
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.words
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let _ = self.shell.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_watched_ends_and_places_are_cleared() -> anyhow::Result<()> {
        let place = std::env::temp_dir().join(format!("specd-guard-{}", std::process::id()));
        std::fs::create_dir(&place)?;
        let mut watched = Command::new("sleep").arg("600").spawn()?;
        let mut forgotten = Command::new("sleep").arg("600").spawn()?;
        let guard = Guard::start()?;
        guard.watch(watched.id());
        guard.watch(forgotten.id());
        guard.clear(&place);
        guard.forget(forgotten.id());
        drop(guard);
        assert!(!watched.wait()?.success());
        assert!(!place.exists());
        assert_eq!(forgotten.try_wait()?, None);
        forgotten.kill()?;
        forgotten.wait()?;
        Ok(())
    }
}
