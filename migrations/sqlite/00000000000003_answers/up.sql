-- Answers that are kept for an idempotency key, each stored in the transaction of its record.
-- Times are microseconds since 1970, in UTC.
CREATE TABLE specd_answers (
    -- SHA-256 over caller, method, path and key.
    id BLOB NOT NULL PRIMARY KEY,
    -- SHA-256 over what decides the outcome of the request.
    fingerprint BLOB NOT NULL,
    caller TEXT NOT NULL,
    spec INTEGER NOT NULL,
    -- The key of the record, so that its answers can be found when it is erased.
    record TEXT,
    status INTEGER NOT NULL,
    -- One `name: value` a line.
    headers TEXT NOT NULL,
    body BLOB NOT NULL,
    claimed_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX specd_answers_expires_at ON specd_answers (expires_at);
CREATE INDEX specd_answers_caller ON specd_answers (caller);
