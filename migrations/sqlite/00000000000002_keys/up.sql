-- API keys, never their secrets. Times are microseconds since 1970, in UTC.
CREATE TABLE specd_keys (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    -- Separated by blanks, of which a scope has none.
    scopes TEXT NOT NULL,
    secret_sha256 BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER
) STRICT;
