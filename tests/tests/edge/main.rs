//! The network edge of the real binary: ten thousand idle connections, a thousand of each bad kind, and honest clients
//! who notice nothing; TLS whose certificate changes under way.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, and reads what the system says of a process"
)]

mod crowd;
mod idle;
mod process;
mod tls;
