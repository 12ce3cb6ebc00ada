-- Answers that are kept for an idempotency key, each stored in the transaction of its record.
CREATE TABLE specd_answers (
    -- SHA-256 over caller, method, path and key.
    id BYTEA PRIMARY KEY,
    -- SHA-256 over what decides the outcome of the request.
    fingerprint BYTEA NOT NULL,
    caller TEXT COLLATE "C" NOT NULL,
    spec BIGINT NOT NULL,
    -- The key of the record, so that its answers can be found when it is erased.
    record TEXT COLLATE "C",
    status SMALLINT NOT NULL,
    -- One `name: value` a line.
    headers TEXT NOT NULL,
    body BYTEA NOT NULL,
    claimed_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX specd_answers_expires_at ON specd_answers (expires_at);
CREATE INDEX specd_answers_caller ON specd_answers (caller);
