-- When a key was used last, give or take a minute.
ALTER TABLE specd_keys ADD COLUMN last_used_at TIMESTAMPTZ;

-- What all servers on this database share and nobody else may know, such as what signs cursors.
CREATE TABLE specd_secrets (
    name TEXT COLLATE "C" PRIMARY KEY,
    secret BYTEA NOT NULL
);

-- At which stage of its rollout each spec is. One that is not here is at its first.
CREATE TABLE specd_stages (
    spec BIGINT PRIMARY KEY,
    flag TEXT COLLATE "C" NOT NULL,
    percent SMALLINT NOT NULL CHECK (percent BETWEEN 0 AND 100),
    since TIMESTAMPTZ NOT NULL
);
