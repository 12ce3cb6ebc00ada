//! Use cases on specs: which documents are served, by which revision, and what is said of the others.

mod digest;
mod load;
mod order;
mod report;
mod revise;
mod unenforced;

pub use digest::digest;
pub use load::{LoadError, LoadPorts, load};
pub use report::{FileReport, Loaded, NotServed, Outcome};
pub use unenforced::unenforced;
