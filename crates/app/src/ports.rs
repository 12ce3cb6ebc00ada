//! The ports: what the use cases need of the world. Each is small, used as `dyn`, and lists its outcomes.

use std::future::Future;
use std::pin::Pin;

pub mod clock;
pub mod documents;
pub mod entropy;
pub mod keys;
pub mod records;
pub mod revisions;
pub mod store;

/// What a port call becomes: a boxed future, so that ports can be used as `dyn`.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
