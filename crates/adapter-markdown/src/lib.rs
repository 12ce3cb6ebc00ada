//! SPEC documents: Markdown read into the model of `specd-domain`, and diagnostics written for people and tools.
//!
//! Reading goes in passes, each with its own type: the bytes of a file become a source, the source an outline (headings, lines,
//! labels, ticks, blocks, with their places), the outline a document. It cannot fail: what cannot be read is a finding.

mod block;
mod example;
pub mod files;
mod outline;
mod placeholder;
pub mod reader;
mod reading;
pub mod render;
mod sections;
mod source;
mod sql;
mod suggest;
pub mod template;
mod value;

pub use reader::MarkdownReader;
pub use template::{TEMPLATE, fill_template};
