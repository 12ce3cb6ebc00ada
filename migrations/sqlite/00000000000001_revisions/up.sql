-- Every applied text of every document. The newest revision of a spec is the one that serves.
-- Times are microseconds since 1970, in UTC.
CREATE TABLE specd_revisions (
    spec INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    digest TEXT NOT NULL,
    model TEXT NOT NULL,
    applied_at INTEGER NOT NULL,
    PRIMARY KEY (spec, revision)
) STRICT;

-- Which table was created for which spec.
CREATE TABLE specd_tables (
    name TEXT NOT NULL PRIMARY KEY,
    spec INTEGER NOT NULL
) STRICT;

-- The last number of each column that a sequence fills.
CREATE TABLE specd_sequences (
    table_name TEXT NOT NULL,
    column_name TEXT NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (table_name, column_name)
) STRICT;
