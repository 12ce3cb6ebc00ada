-- When a key was used last, give or take a minute.
ALTER TABLE specd_keys ADD COLUMN last_used_at INTEGER;

-- What all servers on this database share and nobody else may know, such as what signs cursors.
CREATE TABLE specd_secrets (
    name TEXT NOT NULL PRIMARY KEY,
    secret BLOB NOT NULL
) STRICT;

-- At which stage of its rollout each spec is. One that is not here is at its first.
CREATE TABLE specd_stages (
    spec INTEGER NOT NULL PRIMARY KEY,
    flag TEXT NOT NULL,
    percent INTEGER NOT NULL CHECK (percent BETWEEN 0 AND 100),
    since INTEGER NOT NULL
) STRICT;
