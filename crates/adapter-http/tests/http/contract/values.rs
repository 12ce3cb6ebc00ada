//! Values on their way in and out (http-contract, section 3): ids, digits, times, merge patches.

use specd_domain::Spec;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::endpoint::{Endpoint, Operation};
use specd_domain::field::{Field, Shape};
use specd_domain::source::Span;
use specd_domain::table::DefaultValue;
use specd_testkit::sample::{at, column, column_name, field_name, nullable, spec, table};

use crate::client::Answer;
use crate::orders::{endpoint, orders_spec};
use crate::world::World;

const PATH: &str = "/api/v1/things";
const SCALARS: [(&str, ScalarType); 6] = [
    ("token", ScalarType::Uuid),
    ("big", ScalarType::BigInt),
    ("exact", ScalarType::Numeric(None)),
    ("moment", ScalarType::TimestampTz),
    ("naive", ScalarType::Timestamp),
    ("time", ScalarType::Time),
];

fn field(name: &str, shape: Shape, position: usize) -> Field {
    Field {
        name: field_name(name),
        shape,
        required: false,
        nullable: true,
        column: Some(position),
        span: Span::default(),
    }
}

/// Things with a value of each kind that the contract speaks of.
fn things(id: DefaultValue) -> Spec {
    let scalars = SCALARS.map(|(name, scalar)| nullable(column(name, ColumnType::Scalar(scalar))));
    let mut columns = scalars.to_vec();
    columns.push(nullable(column("free", ColumnType::Jsonb)));
    let mut table = table("things", columns);
    table.columns[0].default = Some(at(id));
    let mut fields: Vec<Field> = (1..)
        .zip(SCALARS)
        .map(|(position, (name, scalar))| field(name, Shape::Scalar(scalar), position))
        .collect();
    fields.push(field("free", Shape::Any, SCALARS.len() + 1));
    let members = [
        "id", "token", "big", "exact", "moment", "naive", "time", "free",
    ];
    let mut spec = spec(1, table);
    spec.access = orders_spec().access;
    spec.endpoints = [
        Operation::Create,
        Operation::Read,
        Operation::Replace,
        Operation::Patch,
    ]
    .map(|operation| Endpoint {
        request: if operation.has_body() {
            fields.clone()
        } else {
            Vec::new()
        },
        response: members.map(column_name).into(),
        ..endpoint(operation)
    })
    .into();
    spec
}

fn created(world: &World, body: &str) -> Answer {
    let request = crate::client::Request::new("POST", PATH).key(&world.writer);
    let answer = world.send(request.json(body));
    assert_eq!(answer.status, 201, "{body}: {answer:?}");
    let read = world.ask("GET", answer.header("location").expect("a location"));
    assert_eq!(
        read.text(),
        answer.text(),
        "what is read is what was answered"
    );
    answer
}

#[test]
fn values_come_back_in_one_form_with_every_digit() {
    let world = World::serving(vec![things(DefaultValue::RandomUuid)]);
    for (paragraph, member, sent, expected) in [
        (
            "3 UUIDs are lower case",
            "token",
            "\"6F1C1F0E-3F0A-4A52-9D1E-2C5F7A0B9C11\"",
            "\"6f1c1f0e-3f0a-4a52-9d1e-2c5f7a0b9c11\"",
        ),
        (
            "3 BIGINT keeps every digit",
            "big",
            "9007199254740993",
            "9007199254740993",
        ),
        (
            "3 BIGINT keeps every digit",
            "big",
            "9223372036854775807",
            "9223372036854775807",
        ),
        (
            "3 BIGINT keeps every digit",
            "big",
            "-9223372036854775808",
            "-9223372036854775808",
        ),
        (
            "3 NUMERIC keeps every digit",
            "exact",
            "123456789012345678901234567890.123456789012345678901",
            "123456789012345678901234567890.123456789012345678901",
        ),
        ("3 NUMERIC keeps every digit", "exact", "0.1000", "0.1000"),
        ("3 NUMERIC keeps every digit", "exact", "-0.5", "-0.5"),
        (
            "3 times are UTC with Z",
            "moment",
            "\"2025-01-01T12:00:00+02:00\"",
            "\"2025-01-01T10:00:00Z\"",
        ),
        (
            "3 times are UTC with Z",
            "moment",
            "\"2025-01-01t12:00:00.1234567z\"",
            "\"2025-01-01T12:00:00.123456Z\"",
        ),
        (
            "3 times are UTC with Z",
            "moment",
            "\"2024-12-31T23:59:59-00:30\"",
            "\"2025-01-01T00:29:59Z\"",
        ),
        (
            "3 times are UTC with Z",
            "naive",
            "\"2025-01-01T12:00:00+02:00\"",
            "\"2025-01-01T10:00:00Z\"",
        ),
        (
            "3 JSON keeps its numbers",
            "free",
            "{\"n\":9007199254740993.10}",
            "{\"n\":9007199254740993.10}",
        ),
        (
            "3 members in the order of the Response",
            "big",
            "null",
            "null,\"exact\":null,\"moment\":null,\"naive\":null,\"time\":null,\"free\":null}",
        ),
    ] {
        let answer = created(&world, &format!("{{\"{member}\":{sent}}}"));
        let expected = format!("\"{member}\":{expected}");
        assert!(
            answer.text().contains(&expected),
            "{paragraph}: {expected} in {answer:?}"
        );
    }
}

#[test]
fn ids_have_the_version_of_their_default() {
    for (paragraph, default, version) in [
        (
            "3 gen_random_uuid() is version 4",
            DefaultValue::RandomUuid,
            4,
        ),
        ("3 uuidv7() is version 7", DefaultValue::TimeUuid, 7),
    ] {
        let world = World::serving(vec![things(default)]);
        let answer = created(&world, "{}");
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        let uuid = uuid::Uuid::try_parse(&id).unwrap();
        assert_eq!(uuid.get_version_num(), version, "{paragraph}: {id}");
        assert_eq!(id, id.to_lowercase(), "{paragraph}");
        assert_eq!(
            answer.header("location"),
            Some(format!("{PATH}/{id}").as_str())
        );
        let shouted = world.ask("GET", &format!("{PATH}/{}", id.to_uppercase()));
        assert_eq!(
            shouted.json()["id"],
            id.as_str(),
            "{paragraph}: in either case it is one id"
        );
    }
}

/// The examples of RFC 7396, appendix A, one level down: each is about the column `free`.
#[test]
fn a_patch_is_a_merge_patch() {
    let world = World::serving(vec![things(DefaultValue::RandomUuid)]);
    for (target, patch, result) in [
        (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
        (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
        (r#"{"a":"b"}"#, r#"{"a":null}"#, "{}"),
        (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
        (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
        (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
        (
            r#"{"a":{"b":"c"}}"#,
            r#"{"a":{"b":"d","c":null}}"#,
            r#"{"a":{"b":"d"}}"#,
        ),
        (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
        (r#"["a","b"]"#, r#"["c","d"]"#, r#"["c","d"]"#),
        (r#"{"a":"b"}"#, r#"["c"]"#, r#"["c"]"#),
        (r#"{"a":"foo"}"#, "null", "null"),
        (r#"{"a":"foo"}"#, r#""bar""#, r#""bar""#),
        (r#"{"e":null}"#, r#"{"a":1}"#, r#"{"e":null,"a":1}"#),
        ("[1,2]", r#"{"a":"b","c":null}"#, r#"{"a":"b"}"#),
        ("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
    ] {
        let path = created(&world, &format!("{{\"big\":7,\"free\":{target}}}"));
        let path = path.header("location").unwrap();
        let answer = world.patch(path, &format!("{{\"free\":{patch}}}"));
        let name = format!("3 PATCH is RFC 7396: {patch} on {target}");
        assert_eq!(answer.status, 200, "{name}: {answer:?}");
        let expected: serde_json::Value = serde_json::from_str(result).unwrap();
        assert_eq!(answer.json()["free"], expected, "{name}");
        assert_eq!(answer.json()["big"], 7, "{name}");
    }
}
