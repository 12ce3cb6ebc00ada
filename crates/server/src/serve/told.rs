//! What a server tells on standard output: what it serves, and what becomes of its documents. Serving does not depend on
//! whether anybody reads it: a thread of its own writes it, and where it cannot, the log says so.

use std::io::{self, Write as _};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

use tracing::warn;

/// Texts that may wait to be read.
const MOST: usize = 1024;
/// How long the end of the process waits for a standard output that takes nothing.
const LAST_PATIENCE: Duration = Duration::from_secs(2);

/// The way to standard output. Dropped, it waits until what was told is written.
#[derive(Debug)]
pub(super) struct Told {
    texts: Option<SyncSender<String>>,
    /// Ends with the thread.
    ended: Receiver<()>,
}

impl Told {
    /// Begins to write.
    ///
    /// # Errors
    /// There is no thread to be had.
    pub(super) fn start() -> io::Result<Self> {
        let (texts, told) = sync_channel(MOST);
        let (ends, ended) = channel();
        let thread = thread::Builder::new().name("specd-told".to_owned());
        thread.spawn(move || write(&told, &ends))?;
        Ok(Self {
            texts: Some(texts),
            ended,
        })
    }

    /// Writes text as it is.
    pub(super) fn tell(&self, text: String) {
        let told = self.texts.as_ref().map(|texts| texts.try_send(text));
        if !matches!(told, Some(Ok(()))) {
            warn!("standard output takes nothing: what is told there is lost");
        }
    }

    /// Writes a line.
    pub(super) fn line(&self, mut line: String) {
        line.push('\n');
        self.tell(line);
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        self.texts = None;
        // The thread never sends: it ends, or it is waited for no longer.
        let _ = self.ended.recv_timeout(LAST_PATIENCE);
    }
}

fn write(texts: &Receiver<String>, _ends: &Sender<()>) {
    let mut is_lost = false;
    for text in texts {
        let mut stdout = io::stdout().lock();
        let written = stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush());
        if let Err(error) = &written
            && !is_lost
        {
            warn!(
                error = error as &dyn std::error::Error,
                "nobody reads standard output: what is told there is lost"
            );
        }
        is_lost = written.is_err();
    }
}
