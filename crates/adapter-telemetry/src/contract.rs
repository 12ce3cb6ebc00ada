//! The names of metrics and labels, in one table. `docs/operations/metrics.md` says what they mean.

/// The time from the head of a request to the end of its answer, in seconds: a classic histogram.
pub const REQUEST_DURATION: &str = "http_server_request_duration_seconds";
/// Requests under way.
pub const ACTIVE_REQUESTS: &str = "http_server_active_requests";
/// 1 for each document that is served.
pub const SPEC_INFO: &str = "specd_spec_info";
/// Since when the requests of a document are counted, in seconds since 1970.
pub const COUNTED_SINCE: &str = "specd_counted_since_timestamp_seconds";
/// The share of callers that a document is rolled out to.
pub const ROLLOUT_PERCENT: &str = "specd_rollout_percent";
/// 1, with the version of the binary.
pub const BUILD_INFO: &str = "specd_build_info";
/// The time that work waits for the database, in seconds: a histogram.
pub const QUEUE_WAIT: &str = "specd_queue_wait_seconds";
/// How much work shares a statement: a histogram.
pub const BATCH_SIZE: &str = "specd_batch_size";
/// Work that a queue refused.
pub const QUEUE_REFUSED: &str = "specd_queue_refused_total";
/// Requests turned away.
pub const REJECTED: &str = "specd_rejected_total";
/// Answers with a status that the document does not list.
pub const UNDECLARED_STATUS: &str = "specd_undeclared_status_total";
/// Spans, metrics and log lines that were dropped.
pub const TELEMETRY_DROPPED: &str = "specd_telemetry_dropped_total";
/// Steps of flow diagrams, in the requests that are traced.
pub const FLOW_STEPS: &str = "specd_flow_steps_total";
/// Connections to the database.
pub const CONNECTIONS: &str = "specd_database_connections";
/// As many connections to the database as there may be.
pub const MOST_CONNECTIONS: &str = "specd_database_connections_max";
/// Counts that the rate limits keep.
pub const LIMITER_METERS: &str = "specd_limiter_meters";
/// What those counts take.
pub const LIMITER_BYTES: &str = "specd_limiter_bytes";

/// The number of a document, such as `0001`.
pub const SPEC: &str = "spec";
/// The revision of a document.
pub const REVISION: &str = "revision";
/// The status of an answer, such as `200`.
pub const STATUS_CODE: &str = "http_response_status_code";
/// The route of a request, such as `/api/v1/resource/{id}`.
pub const ROUTE: &str = "http_route";
/// The method of a request.
pub const METHOD: &str = "http_request_method";
/// The upper edge of a bucket, in seconds.
pub const EDGE: &str = "le";
/// The queue before the threads of a store.
pub const QUEUE: &str = "queue";
/// Why a request was turned away.
pub const REASON: &str = "reason";
/// What was lost: `logs`.
pub const SIGNAL: &str = "signal";
/// What a connection does: `used` or `idle`.
pub const STATE: &str = "state";
/// A step of a flow diagram, in the words of its message.
pub const STEP: &str = "step";
/// What became of a step: `seen`, `missing`, `out_of_order` or `unreached`.
pub const OUTCOME: &str = "outcome";
/// Which limits count: `callers` or `peers`.
pub const LIMITS: &str = "limits";
