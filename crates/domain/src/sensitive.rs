//! What must not be seen: values of records, secrets, keys. The type keeps them out of logs, errors and traces, so that nobody
//! has to remember to.

use std::fmt;

/// A value that cannot be printed. It has no `Display`, cannot be serialized, and its `Debug` shows a placeholder, so that
/// whatever holds one can be looked at without being seen through. [`expose`](Self::expose) is the only way to the value: look
/// for the word to find every place that has one.
///
/// ```
/// use specd_domain::sensitive::Sensitive;
///
/// let name = Sensitive::new("Ada Lovelace".to_owned());
/// assert_eq!(format!("{name:?}"), "…");
/// assert_eq!(name.expose(), "Ada Lovelace");
/// ```
///
/// A line of a log that would show it does not compile:
/// ```compile_fail,E0277
/// let name = specd_domain::sensitive::Sensitive::new("Ada Lovelace".to_owned());
/// println!("{name}");
/// ```
/// Nor does JSON:
/// ```compile_fail,E0277
/// let name = specd_domain::sensitive::Sensitive::new("Ada Lovelace".to_owned());
/// fn as_json(value: impl serde::Serialize) {}
/// as_json(name);
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Sensitive<T>(T);

impl<T> Sensitive<T> {
    /// Takes a value out of sight.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for those who need it.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value, to be changed.
    pub const fn expose_mut(&mut self) -> &mut T {
        &mut self.0
    }

    /// The value, in sight again.
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl<T> From<T> for Sensitive<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}
