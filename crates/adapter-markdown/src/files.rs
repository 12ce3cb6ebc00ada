//! Documents on disk.
