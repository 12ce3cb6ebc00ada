//! The ports: what the use cases need of the world. Each is small, used as `dyn`, and lists its outcomes.

use std::future::Future;
use std::pin::Pin;

pub mod answers;
pub mod clock;
pub mod documents;
pub mod entropy;
pub mod keys;
pub mod limits;
pub mod records;
pub mod revisions;
pub mod rollouts;
pub mod secrets;
pub mod store;
pub mod telemetry;
pub mod tokens;
pub mod traces;

/// What a port call becomes: a boxed future, so that ports can be used as `dyn`.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
