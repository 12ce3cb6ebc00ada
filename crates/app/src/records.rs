//! Use cases on records: one file each. Every one of them wants a [`Permit`], which only [`permit()`] gives.

pub mod conditions;
pub mod create;
pub mod cursor;
pub mod delete;
pub mod error;
pub mod gate;
pub mod key;
pub mod list;
pub mod options;
pub mod patch;
pub mod permit;
pub mod read;
pub mod replace;

mod change;
mod judge;

pub use conditions::{Conditions, EntityTag, TagList};
pub use create::create;
pub use cursor::{Cursor, CursorSealer};
pub use delete::delete;
pub use error::RecordError;
pub use gate::WriteGate;
pub use judge::judge_body;
pub use list::{ListRequest, Page, list};
pub use options::WriteOptions;
pub use patch::patch;
pub use permit::{Permit, permit};
pub use read::{Found, read};
pub use replace::replace;
