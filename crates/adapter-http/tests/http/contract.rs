//! The contract, paragraph by paragraph (http-contract), and the tests that hold it: `docs/http-contract.md` is made of this.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

mod values;

/// What a paragraph says, and the tests of it: `http` stands for the tests beside this file, `e2e` for those of the binary.
struct Statement {
    paragraph: &'static str,
    says: &'static str,
    tests: &'static [&'static str],
}

const fn says(
    paragraph: &'static str,
    says: &'static str,
    tests: &'static [&'static str],
) -> Statement {
    Statement {
        paragraph,
        says,
        tests,
    }
}

const ORDER: &str = "http order::each_row_answers_while_all_later_rows_fail_too";

const CONTRACT: &[Statement] = &[
    says(
        "1",
        "one order of the checks, each row while all later rows fail too",
        &[ORDER],
    ),
    says(
        "1, row 1",
        "414, 431, 413",
        &[ORDER, "http hostile::hostile_messages_are_refused"],
    ),
    says(
        "1, row 2",
        "404; 405 with `Allow`; `OPTIONS` 204 with `Allow`",
        &[
            ORDER,
            "http routes::only_declared_methods_are_allowed",
            "http routes::options_tells_what_a_path_takes_without_a_key",
            "http routes::what_only_looks_like_a_path_is_not_found",
        ],
    ),
    says(
        "1, row 3",
        "429 for a peer address",
        &[
            ORDER,
            "http limits::a_peer_that_asks_too_often_is_refused_before_anybody_asks_who_it_is",
        ],
    ),
    says(
        "1, row 4",
        "401 with `WWW-Authenticate`",
        &[
            ORDER,
            "http access::every_key_that_is_not_accepted_gets_the_same_answer",
        ],
    ),
    says(
        "1, row 5",
        "404, type `not-enabled`",
        &[
            ORDER,
            "http exposure::a_caller_who_may_is_told_that_it_is_not_in_yet",
            "http exposure::a_caller_who_may_not_sees_the_answer_of_an_unknown_path",
        ],
    ),
    says(
        "1, row 6",
        "403, before existence",
        &[
            ORDER,
            "http access::a_missing_scope_is_named_before_it_is_known_whether_the_record_is_there",
        ],
    ),
    says(
        "1, row 7",
        "429 for a caller",
        &[
            ORDER,
            "http limits::a_caller_that_asks_too_often_is_refused_before_its_request_is_read",
        ],
    ),
    says(
        "1, row 8",
        "415 with `Accept-Post` or `Accept-Patch`, 406",
        &[ORDER, "http hostile::hostile_labels_are_refused"],
    ),
    says(
        "1, row 9",
        "400 malformed; replay; 409 still running; 422 another request",
        &[
            ORDER,
            "http idempotency::a_key_is_of_one_request",
            "http idempotency::a_key_is_in_use_while_its_request_runs",
        ],
    ),
    says(
        "1, rows 10 and 11",
        "every violation, reported together",
        &[
            ORDER,
            "http records::every_violation_of_a_body_is_reported_at_once",
            "http lists::every_wrong_parameter_is_named",
        ],
    ),
    says(
        "1, row 12",
        "404",
        &[
            ORDER,
            "http conditions::preconditions_come_after_existence_and_before_constraints",
        ],
    ),
    says(
        "1, row 13",
        "304, 412, 428",
        &[
            ORDER,
            "http conditions::each_condition_is_judged_on_the_record_as_it_is",
            "http conditions::a_document_may_require_if_match",
        ],
    ),
    says(
        "1, row 14",
        "409 unique or referenced; 400 missing reference, check, range",
        &[
            ORDER,
            "http records::what_must_be_unique_is_named_when_it_is_not",
            "e2e every_type::references::a_delete_does_to_others_what_the_schema_says",
        ],
    ),
    says(
        "1, row 15",
        "503 with `Retry-After`",
        &[
            ORDER,
            "http edge::limits::memory_is_shed_before_it_is_used_up",
            "http problems::a_store_that_hangs_does_not_hang_the_caller",
        ],
    ),
    says(
        "1",
        "no status that is neither the document's nor the protocol's; a counter of such answers",
        &["http lifecycle::a_status_that_the_document_does_not_list_is_counted"],
    ),
    says(
        "2",
        "a problem from every layer, with every member",
        &[
            "http problems::layers::every_layer_answers_with_every_member",
            "http edge::messages::what_is_no_request_is_refused_as_a_problem",
        ],
    ),
    says(
        "2",
        "`type` leads to a page that explains it",
        &[
            "http pages::the_type_of_every_problem_has_a_page",
            "http problems::layers::every_layer_answers_with_every_member",
        ],
    ),
    says(
        "2",
        "`errors` with JSON pointers; wording",
        &[
            "http problems::problems_read_well",
            "http records::every_violation_of_a_body_is_reported_at_once",
        ],
    ),
    says(
        "2",
        "no value where the field is PII, no SQL, no type names of ours",
        &[
            "http problems::personal::wrong_bodies_are_not_repeated",
            "http problems::personal::what_the_database_refuses_is_not_repeated",
            "http problems::personal::names_below_a_field_of_personal_data_are_its_value_too",
            "http problems::a_failing_database_tells_nothing_of_itself",
            "e2e personal_data::personal_data_stands_in_no_error_and_in_no_log",
        ],
    ),
    says(
        "3",
        "JSON out: members in order, times in UTC, every digit, UUIDs in lower case",
        &[
            "http contract::values::values_come_back_in_one_form_with_every_digit",
            "http records::a_created_record_is_answered_as_the_document_says",
            "e2e every_type::creates::the_edges_of_each_type_are_taken_and_come_back",
        ],
    ),
    says(
        "3",
        "create answers the document's 2xx with `Location` and `ETag`",
        &[
            "http records::a_created_record_is_answered_as_the_document_says",
            "http records::success_codes_are_the_documents",
        ],
    ),
    says(
        "3",
        "ids come from the column's default",
        &["http contract::values::ids_have_the_version_of_their_default"],
    ),
    says(
        "3",
        "`PUT` replaces and does not create",
        &[
            "http records::a_replaced_record_keeps_what_is_the_servers",
            "http records::a_replace_does_not_create",
        ],
    ),
    says(
        "3",
        "`PATCH` is RFC 7396",
        &[
            "http contract::values::a_patch_is_a_merge_patch",
            "http records::a_patch_is_merged_below_a_json_column",
            "e2e every_type::changes::a_merge_patch_changes_what_it_names_and_keeps_the_rules",
        ],
    ),
    says(
        "3",
        "`DELETE` answers 204 unless the document says otherwise",
        &[
            "http records::a_deleted_record_is_gone",
            "http records::success_codes_are_the_documents",
        ],
    ),
    says(
        "3",
        "a strong `ETag` from a counter; `If-Match`, `If-None-Match`; 412 tells the tag of now",
        &[
            "http conditions::each_condition_is_judged_on_the_record_as_it_is",
            "http conditions::what_is_known_is_not_sent_again",
            "http conditions::the_tag_that_an_answer_carries_makes_the_next_change",
        ],
    ),
    says(
        "3",
        "no update is lost",
        &[
            "http conditions::of_fifty_clients_that_write_with_one_tag_one_wins",
            "e2e idempotency::of_many_that_write_with_one_tag_on_two_servers_one_wins",
        ],
    ),
    says(
        "3",
        "`items`, `next`, `Link`; `limit` from 1 to 100, 20 unless given, larger is 100",
        &[
            "http lists::following_next_or_the_link_walks_through_everything_once",
            "http lists::a_page_has_twenty_records_newest_first_unless_asked_otherwise",
            "http lists::bad_limits_are_refused",
        ],
    ),
    says(
        "3",
        "keyset order, newest first unless sorted",
        &[
            "http lists::a_page_has_twenty_records_newest_first_unless_asked_otherwise",
            "http lists::ties_are_never_lost_or_repeated_while_records_are_added",
            "e2e every_type::lists::every_key_sorts_both_ways_and_its_cursors_reach_every_record_once",
        ],
    ),
    says(
        "3",
        "cursors are opaque, signed, bound to filter, sort and spec, and carry no authority",
        &[
            "http lists::a_cursor_belongs_to_its_query",
            "http lists::a_cursor_of_another_document_is_refused",
            "http lists::no_changed_bit_of_a_cursor_goes_unnoticed",
            "http lists::a_cursor_shows_nothing_of_what_it_names",
            "http lists::where_owners_see_their_own_a_cursor_is_its_caller_s",
            "e2e cursors::a_cursor_is_good_on_every_server_of_its_database_and_on_no_other",
        ],
    ),
    says(
        "3",
        "only declared filters and sort keys; the operators",
        &[
            "http lists::every_wrong_parameter_is_named",
            "http lists::filters_of_every_operator_hold_together",
            "e2e every_type::lists::every_filter_takes_every_operator",
        ],
    ),
    says(
        "3",
        "`HEAD` wherever `GET`",
        &[
            "http records::head_is_get_without_the_body",
            "http routes::a_get_and_its_head_have_the_same_headers",
        ],
    ),
    says(
        "3",
        "`dry_run=true` does everything and keeps nothing",
        &[
            "http dry_run::a_rehearsal_answers_what_the_write_would_and_keeps_nothing",
            "http dry_run::a_rehearsed_delete_shows_what_would_go",
            "http dry_run::a_rehearsal_has_its_preconditions",
        ],
    ),
    says(
        "4",
        "on POST and PATCH, quoted or bare, 1 to 255 characters",
        &[
            "http idempotency::a_key_has_1_to_255_characters_and_stands_once",
            "http idempotency::other_methods_do_not_look_at_the_key",
            "http idempotency::a_repeated_create_gets_the_stored_answer_again",
        ],
    ),
    says(
        "4",
        "scoped to caller, method and path",
        &[
            "http idempotency::a_key_belongs_to_its_caller_and_its_endpoint",
            "e2e callers::owners::one_idempotency_key_of_two_callers_is_two",
        ],
    ),
    says(
        "4",
        "kept at least 24 hours",
        &["http idempotency::an_answer_is_kept_for_24_hours"],
    ),
    says(
        "4",
        "stored with the record, so that a crash leaves both or neither",
        &[
            "e2e idempotency::a_key_outlives_a_kill_with_its_record_or_not_at_all_on_sqlite",
            "e2e idempotency::a_key_outlives_a_kill_with_its_record_or_not_at_all_on_postgres",
            "e2e idempotency::a_key_that_two_servers_get_at_once_makes_one_record",
        ],
    ),
    says(
        "4",
        "same key, same body: the stored answer, with `Idempotent-Replayed: true`",
        &[
            "http idempotency::a_repeated_create_gets_the_stored_answer_again",
            "http idempotency::a_replayed_answer_is_the_one_of_then",
            "http idempotency::a_repeated_patch_is_merged_once",
        ],
    ),
    says(
        "4",
        "server errors are not stored",
        &["http idempotency::a_server_error_leaves_its_key_free"],
    ),
    says(
        "5",
        "`RateLimit-Policy` and `RateLimit` on every answer of a limited endpoint; 429 with `Retry-After`",
        &[
            "http limits::every_answer_of_a_limited_endpoint_says_what_is_left",
            "http limits::a_limit_of_a_method_holds_beside_that_of_all",
        ],
    ),
    says(
        "5",
        "counted per caller; by address only where there is none",
        &[
            "http limits::callers_are_counted_apart_whatever_their_address",
            "http limits::callers_without_a_name_go_by_their_address",
        ],
    ),
    says(
        "5",
        "several servers, one count",
        &["e2e limits::two_servers_share_one_limit_and_each_keeps_it_while_redis_is_away"],
    ),
    says(
        "6",
        "API keys: created, listed, revoked; a hash alone is kept",
        &[
            "http access::every_key_that_is_not_accepted_gets_the_same_answer",
            "e2e command::keys_are_created_listed_and_revoked_beside_a_running_server",
            "e2e two_servers::a_key_revoked_on_one_is_refused_by_the_other_within_a_second",
        ],
    ),
    says(
        "6",
        "JWT: algorithms, `kid`, `iss`, `aud`, `exp`, `nbf`, scopes, `sub`",
        &[
            "e2e callers::providers::keys_in_a_file_are_taken_and_exchanged_while_it_runs",
            "e2e callers::providers::keys_at_an_address_and_keys_that_are_discovered",
            "e2e callers::providers::a_secret_signs_for_its_issuer_alone",
            "http access::any_one_of_several_ways_is_enough",
        ],
    ),
    says(
        "6",
        "401 never says whether a key exists; 403 names the scope",
        &[
            "http access::every_key_that_is_not_accepted_gets_the_same_answer",
            "http access::a_missing_scope_is_named_before_it_is_known_whether_the_record_is_there",
        ],
    ),
    says(
        "7",
        "`Deprecation`, `Sunset`, `Link`; 410 after the sunset",
        &[
            "http lifecycle::every_answer_of_a_deprecated_document_says_so",
            "http lifecycle::a_deprecated_document_serves_until_its_sunset",
            "http lifecycle::what_is_gone_is_gone_for_every_method_and_still_tells_its_successor",
        ],
    ),
    says(
        "7",
        "`Spec` and a request id on every answer; `traceparent` is continued",
        &[
            "http records::every_answer_has_the_headers_of_an_answer",
            "http lifecycle::a_valid_traceparent_is_continued_and_any_other_begins_anew",
            "http lifecycle::the_id_of_a_request_is_the_client_s_where_it_is_a_uuid",
        ],
    ),
    says(
        "8",
        "`/`, `/docs`",
        &[
            "http pages::what_is_served_is_listed",
            "http pages::several_documents_have_a_page_each_and_a_page_that_leads_to_them",
            "e2e reference_page::a_record_is_created_and_read_from_the_page",
        ],
    ),
    says(
        "8",
        "`/specs/0001`: one document, live",
        &[
            "http pages::a_document_is_told_as_it_is_now",
            "e2e status::a_latency_that_nobody_keeps_is_told_alike_by_the_server_and_the_command",
            "e2e status::a_revision_with_other_latencies_is_counted_anew_and_says_since_when",
        ],
    ),
    says(
        "8",
        "`/openapi.json`",
        &[
            "http openapi::the_template_is_described_whole",
            "e2e openapi::answers::every_answer_keeps_to_the_description",
        ],
    ),
    says(
        "8",
        "`/healthz`, `/readyz`",
        &["http pages::readiness_follows_the_database_and_liveness_does_not"],
    ),
    says(
        "8",
        "`/problems/<type>`",
        &["http pages::the_type_of_every_problem_has_a_page"],
    ),
    says(
        "9",
        "never a 5xx for what a client sent",
        &[
            "http hostile::hostile_bodies_are_refused",
            "http hostile::hostile_targets_are_refused",
            "e2e hostile_requests::hostile_requests_stay_errors_of_their_clients_on_sqlite",
            "e2e hostile_requests::hostile_requests_stay_errors_of_their_clients_on_postgres",
            "e2e every_type::hostile::hostile_bodies_are_refused_and_leave_nothing",
            "e2e json_test_suite::every_file_of_the_suite_gets_its_answer",
        ],
    ),
    says(
        "C01",
        "8 KiB and 32 KiB",
        &[
            "http hostile::hostile_messages_are_refused",
            "e2e hostile_requests::hostile_requests_stay_errors_of_their_clients_on_sqlite",
        ],
    ),
    says(
        "C02",
        "a chunked body that grows too large is 413 when it is read",
        &["http hostile::a_body_of_chunks_is_read_whole_or_refused_when_it_grows_too_large"],
    ),
    says(
        "C03",
        "`dry_run=banana`, twice, undeclared parameters: 400",
        &[
            "http dry_run::dry_run_is_given_once_as_true_or_false_and_is_the_only_parameter_of_a_write",
        ],
    ),
    says(
        "C04",
        "an id that is none is 404 once authorized",
        &[
            "http routes::an_id_that_names_no_record_is_not_there_once_the_caller_may_ask",
            "http records::an_id_that_is_no_key_names_no_record",
        ],
    ),
    says(
        "C05",
        "no `Location` where nobody can read",
        &["http records::a_record_that_nobody_can_read_has_no_location"],
    ),
    says(
        "C06",
        "`Host` missing or twice is 400",
        &["http routes::every_request_names_one_host"],
    ),
    says(
        "C07",
        "the label is 415, the bytes are 400",
        &[
            "http hostile::hostile_labels_are_refused",
            "http hostile::hostile_bodies_are_refused",
        ],
    ),
    says(
        "C08",
        "an empty body is 400, a body without a type 415",
        &["http hostile::hostile_labels_are_refused"],
    ),
    says(
        "C09",
        "`+json` types on POST are 415",
        &["http hostile::hostile_labels_are_refused"],
    ),
    says(
        "C10",
        "what no request could be read from is a problem, too",
        &[
            "http edge::messages::what_is_no_request_is_refused_as_a_problem",
            "http problems::layers::every_layer_answers_with_every_member",
        ],
    ),
    says(
        "C13",
        "all violations, below 2 MB",
        &["http problems::an_answer_of_many_violations_stays_below_two_megabytes"],
    ),
    says(
        "C14",
        "a quote inside a bare key is 400",
        &["http idempotency::a_key_has_1_to_255_characters_and_stands_once"],
    ),
    says(
        "C15",
        "`no-store` and `nosniff`",
        &[
            "http records::every_answer_has_the_headers_of_an_answer",
            "http problems::layers::every_layer_answers_with_every_member",
        ],
    ),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The file in which a test stands, and its function.
fn place(test: &str) -> (PathBuf, &str) {
    let (kind, path) = test.split_once(' ').expect("a kind and a path");
    let (module, function) = path.rsplit_once("::").expect("a module and a function");
    let module = module.replace("::", "/");
    let folder = match kind {
        "http" => "crates/adapter-http/tests/http",
        "e2e" => "tests/tests",
        other => panic!("`{other}` is no place of tests"),
    };
    let file = PathBuf::from(folder).join(format!("{module}.rs"));
    if root().join(&file).exists() {
        return (file, function);
    }
    (PathBuf::from(folder).join(module).join("main.rs"), function)
}

/// `docs/http-contract.md`, as it should be.
fn documentation() -> String {
    let mut out = String::from(
        "# The HTTP contract and its tests\n\nWhat every served document has in common ([the HTTP API](http-api.md)), statement by \
         statement, and the tests that hold it. The numbers are those of the contract's sections and\nrulings. This page is made of \
         `crates/adapter-http/tests/http/contract.rs`: refresh it with `SPECD_REFRESH=1 cargo nextest run -p specd-adapter-http contract`.\n\n\
         | section | it says | tests |\n|---|---|---|\n",
    );
    for Statement {
        paragraph,
        says,
        tests,
    } in CONTRACT
    {
        let tests: Vec<String> = tests
            .iter()
            .map(|test| {
                let (file, function) = place(test);
                format!("[{}](../{})", function.replace('_', " "), file.display())
            })
            .collect();
        writeln!(out, "| {paragraph} | {says} | {} |", tests.join("; ")).unwrap();
    }
    out
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the table is compared with the sources of the tests"
)]
fn every_test_of_the_contract_is_there() {
    for statement in CONTRACT {
        assert!(!statement.tests.is_empty(), "{}", statement.says);
        for test in statement.tests {
            let (file, function) = place(test);
            let source = fs::read_to_string(root().join(&file));
            let source =
                source.unwrap_or_else(|_| panic!("{}: no {}", statement.says, file.display()));
            let is_there = source.contains(&format!("#[test]\nfn {function}()"))
                || source.contains(&format!("#[tokio::test]\nasync fn {function}()"));
            assert!(
                is_there,
                "{}: `{function}` is not in {}",
                statement.says,
                file.display()
            );
        }
    }
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the page is compared with what it is made of"
)]
fn the_documentation_lists_every_statement() {
    let path = root().join("docs/http-contract.md");
    let expected = documentation();
    if std::env::var_os("SPECD_REFRESH").is_some() {
        fs::write(path, expected).unwrap();
        return;
    }
    let written = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(
        written, expected,
        "refresh it: SPECD_REFRESH=1 cargo nextest run -p specd-adapter-http contract"
    );
}
