//! Endpoints, examples, status codes, filters and sort keys.

use super::*;
use crate::access::Authentication;
use crate::column_type::{ColumnType, ScalarType};
use crate::document::{EndpointEntry, StatusLine};
use crate::endpoint::{Method, Operation};
use crate::field::Shape;
use crate::name::{CollectionName, ConstraintName};
use crate::rule::Expr;
use crate::source::Span;
use crate::table::{Check, DefaultValue, Enforcement};
use crate::value::Value;
use sample::{MONEY, REQUEST, RESPONSE, at, block, field};

const POST: usize = 0;
const LIST: usize = 1;
const READ: usize = 2;
const PUT: usize = 3;

fn request_start(document: &Document) -> usize {
    document.endpoints[POST].request.span().unwrap().start
}

/// Puts another text in the place of a part of the POST's Request.
fn request(document: &mut Document, from: &str, to: &str) {
    assert!(REQUEST.contains(from));
    let start = request_start(document);
    let block = block(&REQUEST.replacen(from, to, 1), start);
    let span = block.value.span;
    document.endpoints[POST].request = Entry::Filled(Located::new(block, span));
}

fn response(document: &mut Document, endpoint: usize, text: &str) {
    let span = document.endpoints[POST].response.span().unwrap();
    let block = block(text, span.start);
    document.endpoints[endpoint].response = Entry::Filled(Located::new(block, span));
}

/// The findings for another Request, by code and the text that is underlined in it.
#[track_caller]
fn request_finds(from: &str, to: &str, expected: &[Expected<'_>]) {
    request_finds_with(|_| (), from, to, expected);
}

#[track_caller]
fn request_finds_with(
    change: impl FnOnce(&mut Document),
    from: &str,
    to: &str,
    expected: &[Expected<'_>],
) {
    let (mut document, page) = sample::orders();
    change(&mut document);
    request(&mut document, from, to);
    let start = request_start(&document);
    let text = format!(
        "{}{}",
        page.text.get(..start).unwrap(),
        REQUEST.replacen(from, to, 1)
    );
    let checked = check(&document, Vec::new(), today());
    let found: Vec<_> = checked
        .diagnostics
        .iter()
        .map(|finding| {
            let (start, end) = (finding.primary.start, finding.primary.end);
            (
                finding.code,
                finding.severity,
                text.get(start..end).unwrap_or("?"),
            )
        })
        .collect();
    assert_eq!(found, expected, "{:#?}", checked.diagnostics);
}

#[test]
fn a_document_without_an_endpoint_is_told_where_one_goes() {
    let empty = |document: &mut Document| {
        document.endpoints.clear();
        document.endpoint_labels.clear();
        document.authorization = Entry::Missing;
    };
    finds(empty, &[(Code::EndpointMissing, ERROR, "## API Design")]);
    let (checked, text) = outcome(empty);
    let text = pasted(&text, &checked.diagnostics[0]);
    assert!(
        text.contains("## API Design\n\n**Endpoint**: `POST /api/v1/orders`\n"),
        "{text}"
    );
}

#[test]
fn a_method_on_the_wrong_path_means_nothing() {
    let found = finds(
        |document| document.endpoints[PUT].line.value.path.has_id = false,
        &[(Code::EndpointMeaningless, ERROR, "PUT /api/v1/orders/{id}")],
    );
    let help = found[0].help.clone().unwrap();
    assert_eq!(help.replacement.unwrap().value, "PUT /api/v1/orders/{id}");
}

#[test]
fn all_endpoints_are_on_one_version_of_one_collection() {
    let expected = [(Code::EndpointsDiffer, ERROR, "GET /api/v1/orders/{id}")];
    finds(
        |document| document.endpoints[READ].line.value.path.version = 2,
        &expected,
    );
    finds(
        |document| {
            document.endpoints[READ].line.value.path.collection =
                CollectionName::new("carts").unwrap();
        },
        &expected,
    );
}

#[test]
fn an_endpoint_stands_once() {
    finds(
        |document| {
            let mut again = document.endpoints[READ].clone();
            again.line.span = Span::new(2, 6);
            document.endpoints.push(again);
        },
        &[(Code::EndpointTwice, ERROR, "SPEC")],
    );
}

#[test]
fn a_post_needs_its_blocks_and_the_others_take_them() {
    finds(
        |document| document.endpoints[POST].request = Entry::Missing,
        &[(Code::RequestMissing, ERROR, "POST /api/v1/orders")],
    );
    finds(
        |document| document.endpoints[POST].response = Entry::Missing,
        &[(Code::ResponseMissing, ERROR, "POST /api/v1/orders")],
    );
    let (checked, _) = outcome(|_| ());
    let spec = checked.spec.unwrap();
    let create = spec.endpoint(Operation::Create).unwrap();
    for operation in [Operation::Replace, Operation::Patch] {
        assert_eq!(spec.endpoint(operation).unwrap().request, create.request);
    }
    for operation in [
        Operation::List,
        Operation::Read,
        Operation::Replace,
        Operation::Patch,
    ] {
        assert_eq!(spec.endpoint(operation).unwrap().response, create.response);
    }
    let delete = spec.endpoint(Operation::Delete).unwrap();
    assert!(delete.response.is_empty());
    assert_eq!((create.success, delete.success), (200, 204));
}

#[test]
fn a_missing_block_can_be_pasted() {
    let (checked, text) = outcome(|document| document.endpoints[POST].request = Entry::Missing);
    let text = pasted(&text, &checked.diagnostics[0]);
    let pasted = text
        .split("```json\n")
        .nth(1)
        .unwrap()
        .split("\n```")
        .next()
        .unwrap();
    let (mut document, _) = sample::orders();
    let block = block(pasted, 0);
    let span = document.endpoints[POST].request.span().unwrap();
    document.endpoints[POST].request = Entry::Filled(Located::new(block, span));
    let checked = check(&document, Vec::new(), today());
    assert_eq!(checked.diagnostics, [], "{pasted}");
}

#[test]
fn a_document_that_only_reads_takes_the_first_response() {
    let reads = |document: &mut Document| {
        document.endpoints = vec![
            document.endpoints[LIST].clone(),
            document.endpoints[READ].clone(),
        ];
        document.endpoint_labels.clear();
        document.authorization = Entry::Missing;
    };
    finds(
        reads,
        &[(
            Code::ResponseMissing,
            ERROR,
            "GET /api/v1/orders?status={status}&sort={created_at}",
        )],
    );
    finds(
        |document| {
            response(document, READ, RESPONSE);
            reads(document);
        },
        &[],
    );
}

#[test]
fn a_put_without_a_post_needs_its_own_request() {
    refused(
        |document| {
            response(document, READ, RESPONSE);
            document.endpoints = vec![
                document.endpoints[READ].clone(),
                document.endpoints[PUT].clone(),
            ];
            document.endpoint_labels.clear();
            document.authorization = Entry::Missing;
        },
        Code::RequestMissing,
    );
}

#[test]
fn a_request_on_a_get_has_no_use() {
    finds(
        |document| document.endpoints[READ].request = document.endpoints[POST].request.clone(),
        &[(Code::BlockUnused, WARNING, REQUEST)],
    );
}

#[test]
fn a_list_may_show_a_page_an_array_or_a_record() {
    let record = "{\"id\": \"uuid\"}";
    for text in [
        record.to_owned(),
        format!("[{record}]"),
        format!("{{\"items\": [{record}], \"next\": null}}"),
    ] {
        let (checked, _) = outcome(|document| response(document, LIST, &text));
        let spec = checked.spec.unwrap();
        let columns = &spec.endpoint(Operation::List).unwrap().response;
        assert_eq!(columns.len(), 1, "{text}");
    }
    let (checked, _) =
        outcome(|document| response(document, LIST, "{\"items\": [], \"next\": null}"));
    let spec = checked.spec.unwrap();
    assert_eq!(spec.endpoint(Operation::List).unwrap().response.len(), 6);
}

#[test]
fn a_block_shows_an_object() {
    refused(
        |document| request(document, REQUEST, "[1]"),
        Code::ExampleNotObject,
    );
    refused(
        |document| response(document, POST, "[1]"),
        Code::ExampleNotObject,
    );
    refused(
        |document| response(document, POST, "{}"),
        Code::ExampleNotObject,
    );
    refused(
        |document| response(document, READ, "[{\"id\": \"uuid\"}]"),
        Code::ExampleNotObject,
    );
}

#[test]
fn an_example_has_the_type_of_its_column() {
    let cases = [
        ("598.94", "\"598.94\""),
        ("598.94", "true"),
        ("2,", "\"2\","),
        ("\"new\"", "7"),
        ("\"new\"", "{\"a\": 1}"),
        ("[\"gift\"]", "\"gift\""),
        ("598.94", "null"),
    ];
    for (from, to) in cases {
        let shown = to.trim_end_matches(',');
        request_finds(from, to, &[(Code::ExampleDisagrees, ERROR, shown)]);
    }
    request_finds(
        "[\"gift\"]",
        "[\"gift\", 7]",
        &[(Code::ExampleDisagrees, ERROR, "7")],
    );
    request_finds(
        "[\"gift\"]",
        "[null]",
        &[(Code::ExampleDisagrees, ERROR, "null")],
    );
    request_finds("[\"gift\"]", "null", &[]);
}

#[test]
fn money_in_quotes_is_mended_by_taking_them_off() {
    let (checked, _) = outcome(|document| request(document, "598.94", "\"598.94\""));
    let help = checked.diagnostics[0].help.clone().unwrap();
    assert_eq!(help.replacement.unwrap().value, "598.94");
}

#[test]
fn a_request_example_is_a_valid_request() {
    let cases = [
        ("2,", "2.5,", "2.5"),
        ("2,", "3000000000,", "3000000000"),
        ("598.94", "598.945", "598.945"),
        ("598.94", "1e12", "1e12"),
        (
            "\"new\"",
            "\"a text that is too long\"",
            "\"a text that is too long\"",
        ),
    ];
    for (from, to, shown) in cases {
        request_finds(from, to, &[(Code::ExampleInvalid, ERROR, shown)]);
    }
    request_finds("2,", "2.0,", &[]);
}

#[test]
fn a_request_example_keeps_the_rules() {
    request_finds("2,", "0,", &[(Code::ExampleInvalid, ERROR, "0")]);
}

#[test]
fn the_elements_below_a_json_column_are_alike() {
    request_finds(
        "true}",
        "[1, \"x\"]}",
        &[(Code::ExampleInvalid, ERROR, "\"x\"")],
    );
    let to = "[{\"a\": 1}, {\"b\": 1}]}";
    let (checked, _) = outcome(|document| request(document, "true}", to));
    assert!(!checked.diagnostics.is_empty());
    assert!(
        checked
            .diagnostics
            .iter()
            .all(|finding| finding.code == Code::ExampleInvalid)
    );
}

#[test]
fn uuid_stands_for_any_uuid() {
    request_finds_with(
        |document| {
            let owner = sample::column("owner", ColumnType::Scalar(ScalarType::Uuid));
            table(document).columns.push(owner);
        },
        "\"new\"",
        "\"new\", \"owner\": \"uuid\"",
        &[],
    );
    request_finds("true}", "\"uuid\"}", &[]);
}

#[test]
fn the_column_wins_over_a_text_that_looks_like_a_date() {
    request_finds("\"new\"", "\"2025-01-01\"", &[]);
}

#[test]
fn below_a_json_column_the_example_gives_the_shape() {
    let to = "{\"n\": 1, \"d\": 1.5, \"t\": \"2025-01-01T00:00:00Z\", \"a\": [], \"o\": {}, \"x\": null}";
    let (checked, _) = outcome(|document| request(document, "{\"wrapped\": true}", to));
    let spec = checked.spec.unwrap();
    let create = spec.endpoint(Operation::Create).unwrap();
    let Shape::Object(members) = &create.request.last().unwrap().shape else {
        panic!("an object");
    };
    let shapes: Vec<&Shape> = members.iter().map(|member| &member.shape).collect();
    assert_eq!(
        shapes,
        [
            &Shape::Scalar(ScalarType::BigInt),
            &Shape::Scalar(ScalarType::Numeric(None)),
            &Shape::Scalar(ScalarType::TimestampTz),
            &Shape::AnyArray,
            &Shape::AnyObject,
            &Shape::Any,
        ]
    );
    assert!(members.iter().all(|member| member.required));
    assert!(members.last().unwrap().nullable);
}

#[test]
fn columns_narrow_the_fields() {
    let (checked, _) = outcome(|_| ());
    let spec = checked.spec.unwrap();
    let create = spec.endpoint(Operation::Create).unwrap();
    let fields: Vec<_> = create
        .request
        .iter()
        .map(|field| {
            (
                field.name.as_str(),
                field.required,
                field.nullable,
                field.column,
            )
        })
        .collect();
    assert_eq!(
        fields,
        [
            ("customer_email", true, false, Some(1)),
            ("quantity", true, false, Some(2)),
            ("price", true, false, Some(3)),
            ("status", false, false, Some(4)),
            ("tags", false, true, Some(5)),
            ("details", false, true, Some(6)),
        ]
    );
    assert_eq!(create.request[2].shape, Shape::Scalar(MONEY));
}

#[test]
fn a_field_without_a_column_is_named_with_the_column_to_add() {
    let to = "\"new\", \"gift_note\": {\"text\": \"hello\"}";
    request_finds(
        "\"new\"",
        to,
        &[(Code::FieldWithoutColumn, WARNING, "\"gift_note\"")],
    );
    let (mut document, page) = sample::orders();
    request(&mut document, "\"new\"", to);
    let checked = check(&document, Vec::new(), today());
    let text = pasted(&page.text, &checked.diagnostics[0]);
    assert!(
        text.contains("NOT NULL DEFAULT now(),\n    gift_note JSONB,\n    CHECK"),
        "{text}"
    );
}

#[test]
fn a_misspelt_field_is_told_its_column() {
    let (mut document, _) = sample::orders();
    request(&mut document, "\"tags\"", "\"Tags\"");
    let checked = check(&document, Vec::new(), today());
    let finding = &checked.diagnostics[0];
    assert_eq!(
        (finding.code, finding.severity),
        (Code::FieldWithoutColumn, WARNING)
    );
    let replacement = finding.help.clone().unwrap().replacement.unwrap();
    assert_eq!(replacement.value, "\"tags\"");
}

#[test]
fn the_same_field_in_two_requests_is_named_once() {
    finds(
        |document| {
            request(document, "\"tags\"", "\"labels\"");
            let entry = document.endpoints[POST].request.clone();
            document.endpoints[PUT].request = entry;
        },
        &[(Code::FieldWithoutColumn, WARNING, "\"tags\": ")],
    );
}

#[test]
fn a_required_column_is_in_the_request() {
    request_finds(
        "\n  \"price\": 598.94,",
        "",
        &[(Code::ColumnNeverSent, ERROR, "?")],
    );
}

#[test]
fn a_put_may_lack_what_the_post_has() {
    let (checked, _) = outcome(|document| {
        let start = request_start(document);
        let block = block("{\"quantity\": 3}", start);
        let span = block.value.span;
        document.endpoints[PUT].request = Entry::Filled(Located::new(block, span));
    });
    assert_eq!(checked.diagnostics, []);
}

#[test]
fn a_response_shows_columns() {
    let (checked, _) = outcome(|document| {
        response(
            document,
            POST,
            "{\"id\": \"uuid\", \"custmer_email\": \"a@b.c\"}",
        );
    });
    let finding = &checked.diagnostics[0];
    assert_eq!(
        (finding.code, checked.diagnostics.len()),
        (Code::AnswerWithoutColumn, 1)
    );
    let replacement = finding.help.clone().unwrap().replacement.unwrap();
    assert_eq!(replacement.value, "\"customer_email\"");
    refused(
        |document| response(document, POST, "{\"id\": \"uuid\", \"price\": \"598.94\"}"),
        Code::ExampleDisagrees,
    );
    refused(
        |document| response(document, POST, "{\"created_at\": \"yesterday\"}"),
        Code::ExampleDisagrees,
    );
}

fn line(code: u16) -> Located<StatusLine> {
    at(StatusLine {
        code,
        meaning: String::new(),
    })
}

fn with_code(code: u16) -> impl FnOnce(&mut Document) {
    move |document| document.endpoints[POST].statuses.insert(0, line(code))
}

#[test]
fn a_list_has_one_success() {
    finds(with_code(201), &[(Code::SuccessTwice, ERROR, "200")]);
    refused(
        |document| document.endpoints[POST].statuses[0].value.code = 206,
        Code::SuccessUnknown,
    );
    let (checked, _) = outcome(|document| document.endpoints[POST].statuses[0].value.code = 201);
    let spec = checked.spec.unwrap();
    assert_eq!(spec.endpoint(Operation::Create).unwrap().success, 201);
}

#[test]
fn a_code_that_is_never_answered_is_pointed_at() {
    for code in [304, 402, 412, 418, 502] {
        finds(with_code(code), &[(Code::StatusImpossible, WARNING, " ")]);
    }
    for code in [404, 405, 406, 409, 410, 413, 414, 415, 422, 429, 431, 503] {
        finds(with_code(code), &[]);
    }
    finds(
        |document| {
            document.rollout.flag = None;
            document.rollout.stages.clear();
            document.endpoints[POST].statuses.push(line(404));
        },
        &[(Code::StatusImpossible, WARNING, " ")],
    );
}

#[test]
fn a_code_that_is_not_listed_is_noted() {
    finds(
        |document| {
            document.endpoints[POST]
                .statuses
                .retain(|line| line.value.code != 403);
        },
        &[(Code::StatusMissing, NOTE, "500")],
    );
    finds(
        |document| {
            document.endpoints[POST]
                .statuses
                .retain(|line| line.value.code == 200);
        },
        &[(Code::StatusMissing, NOTE, "200")],
    );
    finds(
        |document| {
            document.endpoints[POST]
                .statuses
                .retain(|line| line.value.code != 200);
        },
        &[(Code::StatusMissing, NOTE, "500")],
    );
}

#[test]
fn without_authentication_nobody_is_turned_away() {
    finds(
        |document| {
            document.authorization = Entry::Missing;
            let none = at(Authentication::None);
            document.authentication = Entry::Filled(at(vec![none]));
        },
        &[
            (Code::StatusImpossible, WARNING, "401"),
            (Code::StatusImpossible, WARNING, "403"),
        ],
    );
}

#[test]
fn a_code_stands_once() {
    finds(
        |document| {
            let last = document.endpoints[POST].statuses.last().unwrap().clone();
            document.endpoints[POST].statuses.push(last);
        },
        &[(Code::StatusTwice, WARNING, "500")],
    );
}

fn list(document: &mut Document) -> &mut EndpointEntry {
    &mut document.endpoints[LIST]
}

#[test]
fn filters_and_sort_keys_are_columns() {
    let found = finds(
        |document| list(document).line.value.filters[0].value = field("sttus"),
        &[(Code::QueryColumnUnknown, ERROR, "status")],
    );
    let replacement = found[0].help.clone().unwrap().replacement.unwrap();
    assert_eq!(replacement.value, "status");
    let (mut document, page) = sample::orders();
    let text = page.text.replace("status={status}", "stat={stat}");
    document.text.clone_from(&text);
    let filter = &mut list(&mut document).line.value.filters[0];
    *filter = Located::new(
        field("stat"),
        Span::new(filter.span.start - 2, filter.span.end - 4),
    );
    let checked = check(&document, Vec::new(), today());
    let text = pasted(&text, &checked.diagnostics[0]);
    assert!(text.contains("?status={status}&sort"), "{text}");
    for name in ["tags", "details"] {
        finds(
            |document| list(document).line.value.sorts[0].value = field(name),
            &[(Code::QueryColumnUnsuited, ERROR, "created_at")],
        );
    }
}

#[test]
fn a_filter_without_an_index_is_warned_about_with_the_index() {
    finds(
        |document| list(document).line.value.filters[0].value = field("price"),
        &[(Code::QueryWithoutIndex, WARNING, "status")],
    );
    let (checked, text) =
        outcome(|document| list(document).line.value.filters[0].value = field("price"));
    let text = pasted(&text, &checked.diagnostics[0]);
    let statement = "(created_at);\nCREATE INDEX orders_price_idx ON orders (price);\n```";
    assert!(text.contains(statement), "{text}");
}

#[test]
fn the_key_a_unique_or_a_whole_index_serves() {
    finds(
        |document| list(document).line.value.filters[0].value = field("id"),
        &[],
    );
    let by_price =
        |document: &mut Document| list(document).line.value.filters[0].value = field("price");
    finds(
        |document| {
            by_price(document);
            let unique = sample::unique_of("u", &["price", "status"]);
            table(document).uniques.push(unique);
        },
        &[],
    );
    let warned = [(Code::QueryWithoutIndex, WARNING, "status")];
    finds(
        |document| {
            by_price(document);
            table(document)
                .indexes
                .push(sample::index_of("i", &["status", "price"]));
        },
        &warned,
    );
    finds(
        |document| {
            by_price(document);
            let mut partial = sample::index_of("i", &["price"]);
            let condition = Expr::IsNull(Box::new(Expr::Field(field("tags"))));
            partial.predicate = Some(at(condition));
            table(document).indexes.push(partial);
        },
        &warned,
    );
}

#[test]
fn a_sort_key_of_few_values_needs_an_index_that_goes_on_with_the_key() {
    let by_status = |document: &mut Document| {
        list(document).line.value.sorts[0].value = field("status");
        let among = Expr::In(
            Box::new(Expr::Field(field("status"))),
            vec![Expr::Literal(Value::Text("new".to_owned()))],
        );
        table(document).checks.push(Check {
            name: ConstraintName::new("few").unwrap(),
            expr: at(among),
            enforcement: Enforcement::Everywhere,
        });
    };
    finds(
        by_status,
        &[(Code::QueryWithoutIndex, WARNING, "created_at")],
    );
    let (checked, text) = outcome(by_status);
    let text = pasted(&text, &checked.diagnostics[0]);
    let statement = "CREATE INDEX orders_status_id_idx ON orders (status, id);";
    assert!(text.contains(statement), "{text}");
    finds(
        |document| {
            by_status(document);
            let whole = sample::index_of("i", &["status", "id"]);
            table(document).indexes.push(whole);
        },
        &[],
    );
}

#[test]
fn the_newest_need_no_index_of_the_document() {
    finds(
        |document| {
            table(document)
                .indexes
                .retain(|index| !index.name.as_str().contains("created"));
        },
        &[],
    );
    finds(
        |document| {
            table(document)
                .indexes
                .retain(|index| !index.name.as_str().contains("created"));
            let columns = &mut table(document).columns;
            let created = columns
                .iter_mut()
                .find(|column| column.name.value == *"created_at");
            created.unwrap().nullable = true;
        },
        &[(Code::QueryWithoutIndex, WARNING, "created_at")],
    );
}

#[test]
fn only_a_list_is_filtered() {
    finds(
        |document| {
            document.endpoints[READ]
                .line
                .value
                .filters
                .push(at(field("status")));
        },
        &[(Code::QueryUnused, WARNING, " ")],
    );
    finds(
        |document| {
            let again = list(document).line.value.filters[0].clone();
            list(document).line.value.filters.push(again);
        },
        &[(Code::StatusTwice, WARNING, "status")],
    );
}

#[test]
fn an_id_in_the_request_is_a_normal_field() {
    let (checked, _) = outcome(|document| {
        let to = "{ \"id\": \"8c1f0f6e-9f6b-4d7c-a2c8-0a3a6d1a3b52\",";
        request(document, "{\n", &format!("{to}\n"));
    });
    assert_eq!(checked.diagnostics, []);
    let spec = checked.spec.unwrap();
    let id = &spec.endpoint(Operation::Create).unwrap().request[0];
    assert_eq!(
        (id.name.as_str(), id.required, id.column),
        ("id", false, Some(0))
    );
    let default = spec.table.columns[0].default.as_ref().unwrap();
    assert_eq!(default.value, DefaultValue::TimeUuid);
    assert_eq!(Method::Post, Operation::Create.method());
}
