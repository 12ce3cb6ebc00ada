//! Bodies read as a document's fields say: what is taken, what is refused, and where.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod fixture;
mod json_columns;
mod limits;
mod merge_patches;
mod properties;
mod shape_of_a_body;
mod values;
