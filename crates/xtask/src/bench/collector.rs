//! A collector of traces that takes whatever is sent to it, and counts the messages.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// The longest message that is taken, in bytes.
const LONGEST: u64 = 16 << 20;

/// It runs until the bench ends.
#[derive(Debug)]
pub(super) struct Collector {
    /// Where it listens.
    pub(super) address: SocketAddr,
    taken: Arc<AtomicU64>,
}

impl Collector {
    /// Starts it.
    ///
    /// # Errors
    /// It cannot listen.
    pub(super) fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let taken = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&taken);
        thread::spawn(move || {
            for stream in listener.incoming().filter_map(Result::ok) {
                let count = Arc::clone(&count);
                thread::spawn(move || while take(&stream, &count).is_some() {});
            }
        });
        Ok(Self { address, taken })
    }

    /// How many messages came.
    pub(super) fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }
}

/// Takes one message and answers it; `None` where the connection is over. A client sends the next after the answer, so that
/// nothing of it is lost with the buffer.
fn take(mut stream: &TcpStream, count: &AtomicU64) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(told) = line.strip_prefix("content-length:") {
            length = told.trim().parse().ok()?;
        }
    }
    let mut body = reader.take(Ord::min(length, LONGEST));
    std::io::copy(&mut body, &mut std::io::sink()).ok()?;
    count.fetch_add(1, Ordering::Relaxed);
    stream
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        .ok()
}
