//! The commands other than `serve`, one file each.

pub(crate) mod check;
pub(crate) mod explain;
pub(crate) mod generate;
pub(crate) mod keys;
pub(crate) mod new;
pub(crate) mod rollout;
pub(crate) mod status;
