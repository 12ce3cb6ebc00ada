-- Every applied text of every document. The newest revision of a spec is the one that serves.
CREATE TABLE specd_revisions (
    spec BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    digest TEXT NOT NULL,
    -- JSON and not JSONB: the model is read back as it was written.
    model JSON NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (spec, revision)
);

-- Which table was created for which spec.
CREATE TABLE specd_tables (
    name TEXT COLLATE "C" PRIMARY KEY,
    spec BIGINT NOT NULL
);
