//! Rate limits: `100 req/min per client, burst 20 for POST` (spec-language, section 10).

use serde::{Deserialize, Serialize};

use crate::endpoint::Method;
use crate::source::Span;

/// One limit per caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateLimit {
    /// Requests per window, at least 1.
    pub requests: u32,
    /// The window in seconds: 1, 60 or 3600.
    pub window_seconds: u32,
    /// How many may come at once, where the document says it.
    pub burst: Option<u32>,
    /// The method it is for; `None` for all.
    pub method: Option<Method>,
    /// The clause.
    pub span: Span,
}
