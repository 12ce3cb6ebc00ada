//! Fixtures of the black-box tests: the real binary over real sockets, on real databases that are thrown away.
//!
//! ```no_run
//! use specd_e2e::{Documents, Server, Storage};
//!
//! # fn main() -> anyhow::Result<()> {
//! let documents = Documents::of(&[("0001-resource.md", &specd_e2e::documents::template())])?;
//! let storage = Storage::sqlite()?;
//! let server = Server::start(&documents, &storage)?;
//! let created = server.client()?.post("/api/v1/resource", r#"{"field1":"a","field2":1,"field3":{"nested":"b"}}"#)?;
//! assert_eq!(created.status, 200);
//! # Ok(())
//! # }
//! ```

#![expect(
    clippy::disallowed_methods,
    reason = "fixtures start processes, read the environment and write to temporary directories"
)]

pub mod binary;
pub mod browser;
pub mod client;
pub mod collector;
pub mod documents;
pub mod hostile;
pub mod output;
pub mod pair;
pub mod raw;
pub mod scrape;
pub mod server;
pub mod storage;

pub use browser::Browser;
pub use client::{Answer, Client};
pub use collector::Collector;
pub use documents::Documents;
pub use pair::Pair;
pub use scrape::Scrape;
pub use server::Server;
pub use storage::Storage;
