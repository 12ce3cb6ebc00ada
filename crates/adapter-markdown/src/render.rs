//! Diagnostics, written out.
