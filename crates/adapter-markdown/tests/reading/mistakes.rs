//! Mistakes: each is found at its line and column, on the smallest wrong text.

use crate::written::{findings, read};

/// A document with `value` at the place of a label.
fn document(value: &str) -> String {
    format!("# SPEC 0001: T\n\n{value}\n")
}

/// The findings of a text, each as `severity code line:column |text| headline`.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(findings(&read(text), text), expected);
}

/// The findings of a label in a section.
#[track_caller]
fn check_in(section: &str, value: &str, expected: &[&str]) {
    check(&document(&format!("## {section}\n{value}")), expected);
}

#[test]
fn titles() {
    check(
        "# Loans\n",
        &["error SD0201 1:3 |Loans| the title does not begin with `SPEC` and a number"],
    );
    check(
        "# SPEC 1: Loans\n",
        &["error SD0201 1:8 |1| `1` is no number of four digits"],
    );
    check(
        "# SPEC 0001 Loans\n",
        &["error SD0201 1:13 |Loans| a colon is missing between the number and the title"],
    );
    check("# SPEC\n", &["error SD0201 1:7 || the title has no number"]);
    check("# spec 0001: Löans `x`\n", &[]);
}

#[test]
fn headers() {
    let status = "error SD0202 3:13 |aproved| `aproved` is no status";
    check(&document("**Status**: aproved"), &[status]);
    check(
        &document("**Status**: draft or so"),
        &["error SD0202 3:19 |or so| more than one word stands behind `draft`"],
    );
    check(
        &document("**Created**: 2025-02-30"),
        &["error SD0203 3:14 |2025-02-30| `2025-02-30` is no date"],
    );
    check(
        &document("**Created**: 31.01.2025"),
        &["error SD0203 3:14 |31.01.2025| `31.01.2025` is no date"],
    );
    check(
        &document("**Created**: 2025-1-3"),
        &["error SD0203 3:14 |2025-1-3| `2025-1-3` is no date"],
    );
    check(
        &document("**Reviewers**: @a, Bob, @c"),
        &["warning SD0204 3:20 |Bob| `Bob` is no handle"],
    );
    check(
        &document("**Status**: draft\n**Status**: review"),
        &["error SD0105 4:3 |Status| the label `Status` stands twice"],
    );
    check(
        &document("**Auther**: Ada"),
        &["warning SD0106 3:3 |Auther| `Auther` is no label that is read here"],
    );
    check(
        &document("Author: Ada"),
        &["warning SD0106 3:1 |Author:| `Author` is not bold, and so it is no label"],
    );
    check(
        &document("**Author: Ada"),
        &["warning SD0106 3:1 |**Author:| `Author` is not bold, and so it is no label"],
    );
}

#[test]
fn wide_characters_tabs_crlf_and_a_bom_keep_the_column() {
    let text = "\u{feff}# SPEC 0001: 貸出\r\n\r\n- 日本\r\n- **Status**:\t🦀 draft\r\n";
    let crab = findings(&read(text), text);
    assert_eq!(
        crab,
        ["error SD0202 4:15 |🦀 draft| `🦀 draft` is no status"]
    );
}

#[test]
fn endpoints() {
    let check_line = |line: &str, expected: &[&str]| {
        check_in("API Design", &format!("**Endpoint**: {line}"), expected);
    };
    check_line(
        "POST /api/v1/loans",
        &["error SD0301 4:15 |POST /api/v1/loans| an endpoint stands in backticks"],
    );
    check_line(
        "`/api/v1/loans`",
        &["error SD0301 4:16 |/api/v1/loans| `/api/v1/loans` is no method and path"],
    );
    check_line(
        "`PSOT /api/v1/loans`",
        &["error SD0302 4:16 |PSOT| `PSOT` is no method that a document declares"],
    );
    check_line(
        "`HEAD /api/v1/loans`",
        &["error SD0302 4:16 |HEAD| `HEAD` is no method that a document declares"],
    );
    check_line(
        "`post /api/v1/loans`",
        &["error SD0302 4:16 |post| `post` is no method that a document declares"],
    );
    check_line(
        "`GET /v1/loans`",
        &["error SD0303 4:20 |/v1/loans| `/v1/loans` does not begin with `/api/v` and a number"],
    );
    check_line(
        "`GET /api/1/loans`",
        &["error SD0303 4:25 |1| `1` is no version"],
    );
    check_line(
        "`GET /api/v1`",
        &["error SD0303 4:20 |/api/v1| the path names no collection"],
    );
    check_line(
        "`GET /api/v1/Loans`",
        &["error SD0303 4:28 |Loans| `Loans` is no name of a collection"],
    );
    check_line(
        "`GET /api/v1/loans/{loan}`",
        &["error SD0303 4:34 |{loan}| `{loan}` cannot stand behind the collection"],
    );
    check_line(
        "`GET /api/v1/loans/`",
        &["error SD0303 4:33 |/| a path does not end with `/`"],
    );
    check_line(
        "`GET /api/v1/loans?days={day}`",
        &["error SD0304 4:39 |{day}| the filter `days` is by another field"],
    );
    check_line(
        "`GET /api/v1/loans?days=7&x`",
        &[
            "error SD0304 4:39 |7| `7` is no field in curly brackets",
            "error SD0304 4:41 |x| `x` is no placeholder of a query",
        ],
    );
    check_line(
        "`GET /api/v1/loans?limit={limit}`",
        &["error SD0304 4:34 |limit| `limit` is the server's own parameter"],
    );
    check_line(
        "`GET /api/v1/a` and `POST /api/v1/a`",
        &["error SD0301 4:36 |POST /api/v1/a| a label holds one endpoint"],
    );
    check_line("`POST   /api/v1/a`", &[]);
}

#[test]
fn blocks() {
    let check_block = |lines: &str, expected: &[&str]| {
        check_in(
            "API Design",
            &format!("**Endpoint**: `POST /api/v1/a`\n{lines}"),
            expected,
        );
    };
    check_block(
        "**Request**:\n```\n{}\n```",
        &["error SD0110 6:1 |```| the block of `Request` has no language tag"],
    );
    check_block(
        "**Request**:\n```jsn\n{\n```",
        &["error SD0110 6:4 |jsn| the block of `Request` is tagged `jsn`"],
    );
    check_block(
        "**Request**: {\"a\": 1}",
        &["error SD0112 5:14 |{\"a\": 1}| `Request` has no block of `json`"],
    );
    check_block("**Request**: no body", &[]);
    check_block(
        "**Request**:\n```json\n{}\n```\n~~~json\n{}\n~~~",
        &["error SD0111 9:1 |~~~json| `Request` has more than one block"],
    );
    check_block(
        "**Request**:\n```json\n{}\n```\n**Request**:\n```json\n{}\n```",
        &["error SD0105 9:3 |Request| the label `Request` stands twice"],
    );
    check_block(
        "**Request**:\n```json\n{}\n",
        &["error SD0104 6:1 |```json| the block that begins here is never closed"],
    );
    check_block(
        "- **Request**:\n  ~~~json\n  {}\n\nafter",
        &["error SD0104 6:3 |~~~json| the block that begins here is never closed"],
    );
    check_block("- **Request**:\n  ```json\n  {}\n  ```\n\nafter", &[]);
    check_in(
        "API Design",
        "**Request**:\n```json\n{}\n```",
        &["warning SD0306 4:3 |Request| `Request` stands before any endpoint"],
    );
    check_block(
        "**Status Codes**:\n- `200 OK`: Yes\n- `2000`: No\n- fine: No",
        &[
            "error SD0305 7:4 |2000| `2000` is no status code",
            "error SD0305 8:3 |fine| `fine` is no status code",
        ],
    );
    check_in(
        "Data Schema",
        "**Database Schema**: see below",
        &["error SD0112 4:22 |see below| `Database Schema` has no block of `sql`"],
    );
}

#[test]
fn flows() {
    let check_flow = |lines: &str, expected: &[&str]| {
        check_in(
            "Flow Diagram",
            &format!("```mermaid\n{lines}\n```"),
            expected,
        );
    };
    check_flow(
        "graph TD\nA-->B",
        &["note SD0501 5:1 |graph TD| the flow diagram cannot be read"],
    );
    check_flow(
        "sequenceDiagram\n  A->>B: x\n  what is this",
        &["note SD0501 7:3 |what is this| the flow diagram cannot be read"],
    );
    check_flow("sequenceDiagram\n  A->>B: x; B--)A: y", &[]);
    check_flow("", &["note SD0501 5:1 || the flow diagram cannot be read"]);
    check_in(
        "Flow Diagram",
        "```\nx\n```",
        &["note SD0501 4:4 || the flow diagram is no mermaid block"],
    );
}

#[test]
fn migration_strategies() {
    let check_value = |value: &str, expected: &[&str]| {
        check_in(
            "Backwards Compatibility",
            &format!("**Migration Strategy**: {value}"),
            expected,
        );
    };
    check_value(
        "sunset 2025-13-01",
        &["error SD0203 4:32 |2025-13-01| `2025-13-01` is no date"],
    );
    check_value(
        "sunst 2025-12-01",
        &["error SD0601 4:25 |sunst| `sunst` is no word of the migration strategy"],
    );
    check_value(
        "successor /api/v2/a",
        &["error SD0601 4:35 |/api/v2/a| the successor cannot be read"],
    );
    check_value(
        "successor `/api/v2/A`",
        &["error SD0303 4:44 |A| `A` is no name of a collection"],
    );
    check_value(
        "successor `/api/v2/a/{id}`",
        &["error SD0303 4:46 |{id}| `{id}` cannot stand behind the collection"],
    );
    check_value(
        "sunset 2025-12-01 or so",
        &["error SD0601 4:43 |or so| the clause goes on behind its end"],
    );
    check_value("Deprecated calls are told by mail.", &[]);
    check_in(
        "Backwards Compatibility",
        "- [] **No breaking changes**",
        &["error SD0109 4:3 |[]| this box cannot be read"],
    );
    check_in(
        "Backwards Compatibility",
        "- **No breaking changes**",
        &["error SD0109 4:5 |No breaking changes| this item needs a box"],
    );
}

#[test]
fn rollouts() {
    let phase = "Phase 3: Production Rollout";
    check_in(
        phase,
        "- [ ] Feature flag: feature_a",
        &["error SD0701 4:21 |feature_a| the feature flag cannot be read"],
    );
    check_in(
        phase,
        "- [ ] Feature flag: `Feature A`",
        &["error SD0701 4:22 |Feature A| `Feature A` is no feature flag"],
    );
    check_in(phase, "- [ ] Feature flag: none", &[]);
    check_in(
        phase,
        "- [ ] Gradual rollout: 5% → half",
        &["error SD0702 4:29 |half| a stage of the rollout cannot be read"],
    );
    check_in(
        phase,
        "- [ ] Gradual rollout: 5%, 25%",
        &["error SD0702 4:26 |,| a stage of the rollout cannot be read"],
    );
    check_in(
        phase,
        "- [ ] Gradual rollout: 2.5%",
        &["error SD0702 4:24 |2.5%| a stage of the rollout cannot be read"],
    );
    check_in(phase, "- [ ] Gradual rollout: `5% → 100%`", &[]);
    check_in(
        "Rollback Plan",
        "- error rate > 5%",
        &["error SD0703 4:18 || the rollback criterion cannot be read"],
    );
    check_in(
        "Rollback Plan",
        "- latency > 5ms over 5m",
        &["error SD0703 4:3 |latency| the rollback criterion cannot be read"],
    );
    check_in(
        "Rollback Plan",
        "- p99 > 500 over 5m",
        &["error SD0703 4:9 |500 over| the rollback criterion cannot be read"],
    );
    check_in(
        "Rollback Plan",
        "- error rate above 5% over 5m",
        &["error SD0703 4:14 |above| the rollback criterion cannot be read"],
    );
    check_in(
        "Rollback Plan",
        "- errors > 5% over 5m",
        &["error SD0703 4:3 |errors| the rollback criterion cannot be read"],
    );
    check_in(
        "Rollback Plan",
        "- p99 > 500ms over 2 days",
        &["error SD0703 4:20 |2| the rollback criterion cannot be read"],
    );
    check_in(
        "Rollback Plan",
        "- Run `specd rollout back 0001`, then call us.",
        &[],
    );
}

#[test]
fn objectives_and_alerts() {
    check_in(
        "Metrics",
        "- **Latency**: < 50ms",
        &["error SD0801 4:16 |<| the objective `Latency` cannot be read"],
    );
    check_in(
        "Metrics",
        "- **Latency**: p95 < 50",
        &["error SD0801 4:22 |50| the objective `Latency` cannot be read"],
    );
    check_in(
        "Metrics",
        "- **Latency**: p95 > 50ms",
        &["error SD0801 4:20 |>| the objective `Latency` cannot be read"],
    );
    check_in(
        "Metrics",
        "- **Latency**: p100 < 50ms",
        &["error SD0801 4:16 |p100| the objective `Latency` cannot be read"],
    );
    check_in(
        "Metrics",
        "- **Throughput**: 500 req/fortnight",
        &["error SD0801 4:19 |500 req/fortnight| the objective `Throughput` cannot be read"],
    );
    check_in(
        "Metrics",
        "- **Error Rate**: low",
        &["error SD0801 4:19 |low| the objective `Error Rate` cannot be read"],
    );
    check_in(
        "Metrics",
        "- **Availability**: 101%",
        &["error SD0801 4:21 |101%| the objective `Availability` cannot be read"],
    );
    check_in(
        "Metrics",
        "- **Availabilty**: 99%",
        &["warning SD0106 4:5 |Availabilty| `Availabilty` is no label that is read here"],
    );
    check_in(
        "Alerting",
        "- Alert if latency < 200ms",
        &["error SD0901 4:20 |<| the alert cannot be read"],
    );
    check_in(
        "Alerting",
        "- Alert if latenzy > 200ms",
        &["error SD0901 4:12 |latenzy| the alert cannot be read"],
    );
    check_in(
        "Alerting",
        "- Alert if error rate > 2% for 5m",
        &["error SD0901 4:28 |for 5m| the alert cannot be read"],
    );
    check_in("Alerting", "- Call the pager.", &[]);
}

#[test]
fn security() {
    let check_value = |label: &str, value: &str, expected: &[&str]| {
        check_in("Security", &format!("- **{label}**: {value}"), expected);
    };
    let way = "the way to authenticate cannot be read";
    check_value(
        "Authentication",
        "We use keys issued by ops",
        &[&format!(
            "error SD1001 4:23 |We use keys issued by ops| {way}"
        )],
    );
    check_value(
        "Authentication",
        "APIkey",
        &[&format!("error SD1001 4:23 |APIkey| {way}")],
    );
    check_value(
        "Authentication",
        "API key or magic",
        &[&format!("error SD1001 4:34 |magic| {way}")],
    );
    check_value(
        "Authentication",
        "API key in a header",
        &["error SD1001 4:31 |in a header| the way to authenticate goes on behind its end"],
    );
    let jwt = "the JWT's issuer and audience cannot be read";
    check_value(
        "Authentication",
        "JWT",
        &[&format!("error SD1001 4:26 || {jwt}")],
    );
    check_value(
        "Authentication",
        "JWT from `issuer` for `a`",
        &[&format!("error SD1001 4:33 |issuer| {jwt}")],
    );
    check_value(
        "Authentication",
        "JWT from `https://a.example`",
        &[&format!("error SD1001 4:51 || {jwt}")],
    );
    check_value(
        "Authorization",
        "Only our staff",
        &["error SD1002 4:22 |Only our staff| the authorization cannot be read"],
    );
    check_value(
        "Authorization",
        "`a` may POST, PUSH",
        &["error SD1002 4:36 |PUSH| `PUSH` is no method that a document declares"],
    );
    check_value(
        "Authorization",
        "a:b may POST",
        &["error SD1002 4:22 |a| the clause cannot be read"],
    );
    check_value(
        "Authorization",
        "`a` can POST",
        &["error SD1002 4:26 |can| the clause does not say what the scope may do"],
    );
    check_value(
        "Authorization",
        "`a b` may POST",
        &["error SD1002 4:23 |a b| `a b` is no scope"],
    );
}

#[test]
fn limits_and_encryption() {
    let check_value = |label: &str, value: &str, expected: &[&str]| {
        check_in("Security", &format!("- **{label}**: {value}"), expected);
    };
    check_value(
        "Rate Limiting",
        "reasonable",
        &["error SD1005 4:22 |reasonable| the rate limit cannot be read"],
    );
    check_value(
        "Rate Limiting",
        "100 per minute",
        &["error SD1005 4:26 |per| the rate limit cannot be read"],
    );
    check_value(
        "Rate Limiting",
        "100 req/min",
        &["error SD1005 4:33 || the rate limit cannot be read"],
    );
    check_value(
        "Rate Limiting",
        "0.5 req/min per client",
        &["error SD1005 4:22 |0.5| the rate limit cannot be read"],
    );
    check_value("Rate Limiting", "0 req/min per client", &[]);
    check_value(
        "Rate Limiting",
        "1 req/min per client, burst many",
        &["error SD1005 4:50 |many| the rate limit cannot be read"],
    );
    let encryption = "the clause does not say which columns are encrypted at rest";
    check_value(
        "Data Encryption",
        "All data is encrypted at rest",
        &[&format!(
            "error SD1004 4:24 |All data is encrypted at rest| {encryption}"
        )],
    );
    check_value(
        "Data Encryption",
        "`email` is hidden",
        &[&format!("error SD1004 4:32 |is hidden| {encryption}")],
    );
    check_value("Data Encryption", "TLS everywhere", &[]);
}

#[test]
fn input_validation() {
    let check_value = |value: &str, expected: &[&str]| {
        let headline = "the clause of the input validation cannot be read";
        let expected: Vec<String> = expected
            .iter()
            .map(|place| format!("error SD1003 {place} {headline}"))
            .collect();
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check_in(
            "Security",
            &format!("- **Input Validation**: {value}"),
            &expected,
        );
    };
    check_value("`email` is an emial", &["4:33 |is an emial|"]);
    check_value("`email` should be fine", &["4:33 |should be fine|"]);
    check_value("`email`", &["4:25 |`email`|"]);
    check_value("email is an email", &["4:25 |email|"]);
    check_value("`a` has 10 to 1 characters", &["4:33 |10 to 1|"]);
    check_value("`a` has 1 to 10 letters", &["4:41 |letters|"]);
    check_value("`a` is 1 to", &["4:36 ||"]);
    check_value("`a` is 5 to 1", &["4:32 |5 to 1|"]);
    check_value("`a` is one of x, y", &["4:39 |x|"]);
    check_value("`a` matches ^a$", &["4:37 |^|"]);
    check_value("`a` is at least 1 and at most 2", &["4:43 |and at most 2|"]);
    check_value("By the types of the schema; and by hand.", &[]);
    check_value("`If-Match` required", &[]);
    check_value("`If-Match required for PUT, PATCH and DELETE`", &[]);
    check_value("if-match required for PUT (as agreed).", &[]);
    check_value(
        "What we match is up to us, if required; no match, no record.",
        &[],
    );
    check_value("Clients that send If-Match are welcome", &[]);
    check_value("`if_match` is not blank", &[]);
    check_value("`If-Match`", &["4:35 ||"]);
    check_value("`If-Match` optional", &["4:36 |optional|"]);
    check_value("`If-Match` is required", &["4:36 |is|"]);
    check_value("if match required", &["4:25 |if match required|"]);
    check_value("If-Match required by PUT", &["4:43 |by|"]);
    check_value("If-Match required for", &["4:46 ||"]);
    check_value("If-Match required for PTU", &["4:47 |PTU|"]);
    check_value("If-Match required for PUT PATCH", &["4:51 |PATCH|"]);
    check_value("`If-Macth` required", &["4:25 |`If-Macth` required|"]);
    check_value("PUT requires If-Match", &["4:25 |PUT requires If-Match|"]);
    check_value(
        "`a` is 2020-01-01 to `2030-01-01`; `b` is at least -1.5 (euros)",
        &[],
    );
}

#[test]
fn compliance() {
    let check_value = |label: &str, value: &str, expected: &[&str]| {
        check_in("Compliance", &format!("- **{label}**: {value}"), expected);
    };
    let gdpr = "a clause of `GDPR` cannot be read";
    check_value(
        "GDPR",
        "PII: email",
        &[&format!("error SD1101 4:18 |email| {gdpr}")],
    );
    check_value(
        "GDPR",
        "PI: `email`",
        &[&format!("error SD1101 4:17 |`email`| {gdpr}")],
    );
    check_value(
        "GDPR",
        "PIII: `email`",
        &[&format!("error SD1101 4:13 |PIII| {gdpr}")],
    );
    check_value(
        "GDPR",
        "`email` is personal",
        &[&format!("error SD1101 4:13 |`email`| {gdpr}")],
    );
    check_value(
        "GDPR",
        "retention: a year",
        &[&format!("error SD1101 4:24 |a year| {gdpr}")],
    );
    check_value("GDPR", "retention: 0 days", &[]);
    check_value(
        "GDPR",
        "subject: `a`, `b`",
        &[&format!("error SD1101 4:22 |`a`, `b`| {gdpr}")],
    );
    check_value(
        "GDPR",
        "erased by request",
        &[&format!("error SD1101 4:13 |erased by request| {gdpr}")],
    );
    check_value("GDPR", "No personal data is kept.", &[]);
    check_value("HIPAA", "(if applicable) not applicable", &[]);
    check_value(
        "HIPAA",
        "PHI `diagnosis`; phi: `other thing`",
        &["error SD1101 4:37 |other thing| a clause of `HIPAA` cannot be read"],
    );
    check_value(
        "SOC 2",
        "not audited",
        &["error SD1101 4:14 |not audited| a clause of `SOC 2` cannot be read"],
    );
    check_value("SOC 2", "Access is reviewed each quarter", &[]);
    check_value(
        "SOC2",
        "audited",
        &["warning SD0106 4:5 |SOC2| `SOC2` is no label that is read here"],
    );
}

#[test]
fn what_looks_like_a_label_and_is_none() {
    check_in(
        "API Design",
        "**Endpoint** `POST /api/v1/a`",
        &["warning SD0106 4:1 |**Endpoint**| `Endpoint` has no colon, and so it is no label"],
    );
    check_in(
        "API Design",
        "**Endpoint**: `POST /api/v1/a`\n\nEndpoint: `GET /api/v1/a`",
        &["warning SD0106 6:1 |Endpoint:| `Endpoint` is not bold, and so it is no label"],
    );
    check_in(
        "Phase 3",
        "- [ ] Feature flog: `feature_a`",
        &["warning SD0106 4:7 |Feature flog| `Feature flog` is nothing that is read here"],
    );
    check_in(
        "Phase 3",
        "- [ ] Gradual rollout 5% → 100%",
        &[
            "warning SD0106 4:7 |Gradual rollout| `Gradual rollout` has no colon, and so it is not read",
        ],
    );
    check_in("Phase 3", "- [ ] Feature flag", &[]);
}

#[test]
fn a_code_span_over_two_lines_is_pointed_at_as_a_whole() {
    let text =
        "# SPEC 0001: T\r\n\r\n## API Design\r\n\r\n- **Endpoint**: `GET\r\n  /api/v1/A`\r\n";
    let found = findings(&read(text), text);
    assert_eq!(
        found,
        ["error SD0303 5:18 |GET| `A` is no name of a collection"]
    );
}

#[test]
fn decisions() {
    check_in(
        "Decision",
        "- **Approved** - Proceed",
        &["error SD0109 4:5 |Approved** - Proceed| this item needs a box"],
    );
    check_in(
        "Decision",
        "- [x] **Aproved** - Proceed",
        &["warning SD0106 4:9 |Aproved| `Aproved` is no label that is read here"],
    );
    check_in(
        "Approval",
        "- [ x] Architect: @a",
        &["error SD0109 4:3 |[ x]| this box cannot be read"],
    );
    check_in(
        "Related Documentation",
        "**Approval**:\n- [x] Architect: @a\n- Security: @b",
        &["error SD0109 6:3 |Security: @b| this item needs a box"],
    );
    check_in(
        "Action Items",
        "- [ ] **T**: x - Owner: me - Due: soon",
        &[
            "warning SD1201 4:25 |me| `me` is no handle",
            "warning SD1201 4:35 |soon| `soon` is no date",
        ],
    );
}

#[test]
fn headings() {
    check(
        "# SPEC 0001: T\n\n## Rolout Plan\n\n## Appendix\n\n### API Design\n",
        &[
            "warning SD0107 3:4 |Rolout Plan| `Rolout Plan` is no heading of the template",
            "warning SD0108 7:5 |API Design| `API Design` has no meaning below a heading that is not the template's",
        ],
    );
    check(
        "# SPEC 0001: T\n\n### API Design\n\n## Appendix\n\n### API Design\n\n### Glossary\n",
        &[],
    );
}

#[test]
fn labels_without_a_meaning_at_their_place_are_free_text() {
    let text = document(
        "> **Status**: x\n\n| **Status**: y |\n|---|\n| **Created**: z |\n\n[^1]: **Status**: a\n\n    **Status**: b\n\n~~**Status**: c~~\n\n\
         <div>\n**Status**: d\n</div>\n\n## Glossary\n\n**Endpoint**: `X /y`\n\n## Security\n\n**Endpoint**: `X /y`\n",
    );
    check(&text, &[]);
}

#[test]
fn files_are_named_by_number_unless_they_are_the_template() {
    use specd_adapter_markdown::MarkdownReader;
    use specd_app::ports::documents::SpecReader;
    let reader = MarkdownReader::new(Box::new(|_, _| true));
    let text = "# SPEC 0001: T\n";
    let read = reader.read("docs/loans.md", text.as_bytes());
    assert_eq!(
        findings(&read, text),
        ["error SD0101 1:1 || the file `loans.md` is not named `NNNN-slug.md`"]
    );
    let template = reader.read(
        "spec-template.md",
        specd_adapter_markdown::TEMPLATE.as_bytes(),
    );
    assert_eq!(template.findings, []);
}
