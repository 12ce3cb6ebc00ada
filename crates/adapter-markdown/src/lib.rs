//! SPEC documents: Markdown read into the model of `specd-domain`, and diagnostics written for people and tools.
//!
//! Reading goes in passes, each with its own type: the bytes of a file become a source, the source an outline (headings, lines,
//! labels, ticks, blocks, with their places), the outline a document. It cannot fail: what cannot be read is a finding.

mod block;
mod example;
pub mod files;
pub mod render;
mod sql;
