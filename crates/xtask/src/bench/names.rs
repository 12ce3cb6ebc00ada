//! What contestants are called, in the page and in the table of targets.

/// `INSERT … RETURNING` of pgbench.
pub(super) const PGBENCH_CREATE: &str = "pgbench INSERT";
/// `SELECT` by key of pgbench.
pub(super) const PGBENCH_READ: &str = "pgbench SELECT by key";
/// Keyset pages of pgbench.
pub(super) const PGBENCH_LIST: &str = "pgbench keyset page";
/// Ours.
pub(super) const CREATE: &str = "specd create";
/// Ours.
pub(super) const READ: &str = "specd read";
/// Ours.
pub(super) const LIST: &str = "specd list";
/// Ours, one statement a request.
pub(super) const OFF_CREATE: &str = "specd create, --batching off";
/// Ours, a document with a unique column.
pub(super) const CLEAN_CREATE: &str = "specd create, unique column";
/// The same, and 1 % of the rows is refused.
pub(super) const REFUSED_CREATE: &str = "specd create, 1 % refused";
/// Ours on one connection.
pub(super) const ONE: &str = "one connection create";
/// The same, one statement a request.
pub(super) const ONE_OFF: &str = "one connection create, off";
/// Ours on `SQLite`.
pub(super) const SQLITE_CREATE: &str = "specd on SQLite create";
/// Ours on `SQLite`.
pub(super) const SQLITE_READ: &str = "specd on SQLite read";
/// Ours on `SQLite`.
pub(super) const SQLITE_LIST: &str = "specd on SQLite list";
/// Ours on `SQLite`, one statement a request.
pub(super) const SQLITE_OFF_CREATE: &str = "specd on SQLite create, off";
/// `PocketBase`.
pub(super) const POCKETBASE_CREATE: &str = "PocketBase create";
/// `PocketBase`.
pub(super) const POCKETBASE_READ: &str = "PocketBase read";
/// `PocketBase`.
pub(super) const POCKETBASE_LIST: &str = "PocketBase list";
/// The service by hand.
pub(super) const FASTIFY_CREATE: &str = "Fastify create";
/// The service by hand.
pub(super) const FASTIFY_READ: &str = "Fastify read";
/// The service by hand.
pub(super) const FASTIFY_LIST: &str = "Fastify list";
/// Lists over ten thousand rows.
pub(super) const SMALL_LIST: &str = "list at 10 thousand rows";
/// Lists over ten million rows.
pub(super) const LARGE_LIST: &str = "list at 10 million rows";
/// Creates beside ten thousand rows.
pub(super) const SMALL_CREATE: &str = "create at 10 thousand rows";
/// Creates beside ten million rows.
pub(super) const LARGE_CREATE: &str = "create at 10 million rows";
/// Lists with a filter that few rows pass.
pub(super) const SMALL_FILTER: &str = "filtered list at 10 thousand";
/// Lists with a filter that few rows pass.
pub(super) const LARGE_FILTER: &str = "filtered list at 10 million";
/// Creates where one document is served.
pub(super) const FEW_CREATE: &str = "create, 1 document";
/// Creates where a thousand are.
pub(super) const MANY_CREATE: &str = "create, 1,000 documents";
/// Creates on their own connections alone.
pub(super) const ALONE_CREATE: &str = "create, no idle connections";
/// Creates beside ten thousand idle connections.
pub(super) const CROWD_CREATE: &str = "create, 10,000 idle connections";

/// Creates with nothing measured and nothing traced.
pub(super) const SILENT_CREATE: &str = "create, no telemetry";
/// Creates with metrics, and traces of one in a hundred.
pub(super) const SEEN_CREATE: &str = "create, metrics and traces";
/// The same with a collector that is dead.
pub(super) const DEAD_CREATE: &str = "create, a dead collector";

/// Runs in the order of the page.
pub(super) const RUNS: [&str; 30] = [
    PGBENCH_CREATE,
    CREATE,
    OFF_CREATE,
    FASTIFY_CREATE,
    PGBENCH_READ,
    READ,
    FASTIFY_READ,
    PGBENCH_LIST,
    LIST,
    FASTIFY_LIST,
    CLEAN_CREATE,
    REFUSED_CREATE,
    SILENT_CREATE,
    SEEN_CREATE,
    DEAD_CREATE,
    SQLITE_CREATE,
    SQLITE_OFF_CREATE,
    POCKETBASE_CREATE,
    SQLITE_READ,
    POCKETBASE_READ,
    SQLITE_LIST,
    POCKETBASE_LIST,
    SMALL_LIST,
    LARGE_LIST,
    SMALL_CREATE,
    LARGE_CREATE,
    FEW_CREATE,
    MANY_CREATE,
    ALONE_CREATE,
    CROWD_CREATE,
];

/// Series of one value a round, in the order of the page, with their units.
pub(super) const VALUES: [(&str, &str); 14] = [
    (SERIES_RSS, "MiB"),
    (SERIES_START, "ms"),
    (SERIES_START_SQLITE, "ms"),
    (SERIES_ONE_P50, "ms"),
    (SERIES_ONE_OFF_P50, "ms"),
    (SERIES_ONE_P99, "ms"),
    (SERIES_ONE_OFF_P99, "ms"),
    (SERIES_RSS_SQLITE, "MiB"),
    (SERIES_RSS_POCKETBASE, "MiB"),
    (SERIES_MANY_START, "s"),
    (SERIES_MANY_RSS, "MiB"),
    (SERIES_SWAP, "s"),
    (SERIES_CROWD_RSS, "MiB"),
    (SERIES_GROWTH, "MiB an hour"),
];

/// Most memory under load.
pub(super) const SERIES_RSS: &str = "RSS under load, PostgreSQL";
/// Most memory under load.
pub(super) const SERIES_RSS_SQLITE: &str = "RSS under load, SQLite";
/// Most memory under load.
pub(super) const SERIES_RSS_POCKETBASE: &str = "RSS under load, PocketBase";
/// From the start to the first answer.
pub(super) const SERIES_START: &str = "start to first 200, PostgreSQL";
/// From the start to the first answer.
pub(super) const SERIES_START_SQLITE: &str = "start to first 200, SQLite";
/// [`ONE`].
pub(super) const SERIES_ONE_P50: &str = "one connection create p50";
/// [`ONE`].
pub(super) const SERIES_ONE_P99: &str = "one connection create p99";
/// [`ONE_OFF`].
pub(super) const SERIES_ONE_OFF_P50: &str = "one connection create, off p50";
/// [`ONE_OFF`].
pub(super) const SERIES_ONE_OFF_P99: &str = "one connection create, off p99";
/// A start with a thousand documents whose tables are there.
pub(super) const SERIES_MANY_START: &str = "start with 1,000 documents";
/// Memory with a thousand documents.
pub(super) const SERIES_MANY_RSS: &str = "RSS with 1,000 documents";
/// From the writing of a changed document to its serving, among a thousand.
pub(super) const SERIES_SWAP: &str = "swap of one of 1,000 documents";
/// Memory with ten thousand connections.
pub(super) const SERIES_CROWD_RSS: &str = "RSS with 10,000 connections";
/// What memory grows by while soaking.
pub(super) const SERIES_GROWTH: &str = "growth of RSS while soaking";

/// Whether a run is of somebody else.
pub(super) fn is_peer(name: &str) -> bool {
    ["pgbench", "Fastify", "PocketBase"]
        .iter()
        .any(|peer| name.starts_with(peer))
}
