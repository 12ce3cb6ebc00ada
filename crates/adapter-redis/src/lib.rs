//! Rate limits that several servers share, in Redis.
