//! Use cases on specs: which documents are served, by which revision, and what is said of the others.

mod decide;
mod digest;
mod load;
mod memory;
mod order;
mod read;
mod report;
mod revise;
mod unenforced;

pub use digest::digest;
pub use load::{LoadError, LoadPorts, load};
pub use memory::LoadMemory;
pub use report::{FileReport, Loaded, NotServed, Outcome};
pub use unenforced::unenforced;
