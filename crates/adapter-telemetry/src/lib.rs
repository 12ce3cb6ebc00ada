//! What specd says of itself. Structured logs today; traces and metrics join them here.

pub mod logs;
