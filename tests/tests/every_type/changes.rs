//! Changes: whole replacements and merge patches, and what they may not do.

use crate::{AT, observatory, path, reading};

const WHOLE: &str = r#""label":"first","grade":"A","note":"dry","small":1,"big":3,"price":4.50,"exact":5.125,"ratio":0.5,
"measure":1.5,"active":false,"day":"2025-01-01","at_time":"12:30:00","naive":"2025-01-01T00:00:00Z","moment":"2025-01-01T00:00:00Z",
"raw":{},"details":{"owner":{"name":"Ada","age":36},"ports":[{"port":80,"open":true}],"free":{"a":{"b":1}},"list":[1,"x"],"any":1.50},
"image":"AAEC","tags":["a"],"marks":[1],"low":1,"high":9"#;

/// Merge patches of the record above, one after the other; their places where they are refused, and else how the answer
/// spells what they changed.
const PATCHES: &[(&str, u16, &str)] = &[
    ("{}", 200, ""),
    (r#"{"label":"second"}"#, 200, r#""label":"second""#),
    (r#"{"label":null}"#, 200, r#""label":null"#),
    (r#"{"label":""}"#, 400, "#/label"),
    (r#"{"whole":null}"#, 400, "#/whole"),
    (r#"{"active":null}"#, 400, "#/active"),
    (r#"{"low":8}"#, 400, "#/low"),
    (r#"{"high":0}"#, 400, "#/high"),
    (r#"{"price":0.5}"#, 400, "#/price"),
    (r#"{"price":100,"low":8}"#, 200, r#""low":8"#),
    (r#"{"high":7}"#, 400, "#/high"),
    (r#"{"high":null}"#, 200, r#""high":null"#),
    (
        r#"{"price":null,"low":2147483647}"#,
        200,
        r#""low":2147483647"#,
    ),
    (r#"{"low":null}"#, 200, r#""low":null"#),
    (r#"{"price":null}"#, 200, r#""price":null"#),
    (r#"{"small":32767,"whole":7233}"#, 400, "#/small"),
    (r#"{"whole":39999}"#, 400, "#/whole"),
    (r#"{"tags":["b","c"]}"#, 200, r#""tags":["b","c"]"#),
    (r#"{"tags":null}"#, 200, r#""tags":null"#),
    (r#"{"tags":{"0":"x"}}"#, 400, "#/tags"),
    (r#"{"day":"2101-01-01"}"#, 400, "#/day"),
    (r#"{"details":{"owner":{"age":37}}}"#, 200, ""),
    (
        r#"{"details":{"owner":{"age":null}}}"#,
        400,
        "#/details/owner/age",
    ),
    (
        r#"{"details":{"owner":{"title":"x"}}}"#,
        400,
        "#/details/owner/title",
    ),
    (
        r#"{"details":{"owner":{"title":null}}}"#,
        400,
        "#/details/owner/title",
    ),
    (
        r#"{"details":{"free":{"a":{"b":null,"c":{"d":[1,{"e":null}]}}}}}"#,
        200,
        "",
    ),
    (r#"{"details":{"free":5}}"#, 400, "#/details/free"),
    (
        r#"{"details":{"ports":[{"port":1}]}}"#,
        400,
        "#/details/ports/0/open",
    ),
    (r#"{"details":{"any":null}}"#, 400, "#/details/any"),
    (r#"{"details":{"any":{"x":[null]}}}"#, 200, ""),
    (r#"{"details":{"nothing":null}}"#, 400, "#/details/nothing"),
    (r#"{"details":[]}"#, 400, "#/details"),
    (r#"{"details":null}"#, 200, r#""details":null"#),
    (
        r#"{"details":{"free":{"x":1}}}"#,
        400,
        "#/details/owner #/details/ports #/details/list #/details/any",
    ),
    (
        r#"{"raw":{"a":{"b":null},"c":1}}"#,
        200,
        r#""raw":{"a":{},"c":1}"#,
    ),
    (r#"{"raw":{"a":null}}"#, 200, r#""raw":{"c":1}"#),
    (
        r#"{"raw":{"c":12345678901234567890.10}}"#,
        200,
        r#""raw":{"c":12345678901234567890.10}"#,
    ),
    (r#"{"raw":null}"#, 200, r#""raw":null"#),
    (r#"{"raw":{"z":{"y":null}}}"#, 200, r#""raw":{"z":{}}"#),
    (
        r#"{"image":null,"blobs":["AA=="]}"#,
        200,
        r#""blobs":["AA=="]"#,
    ),
    (r#"{"id":"00000000-0000-4000-8000-000000000001"}"#, 200, ""),
    (
        r#"{"id":"00000000-0000-4000-8000-000000000009"}"#,
        400,
        "#/id",
    ),
    (r#"{"number":9}"#, 400, "#/number"),
    (
        r#"{"created_at":"2020-01-01T00:00:00Z"}"#,
        200,
        r#""created_at":"2020-01-01T00:00:00Z""#,
    ),
    (r#"{"created_at":null}"#, 400, "#/created_at"),
    (r#"{"nothing":null}"#, 400, "#/nothing"),
    (r#"{"station_id":99}"#, 400, "#/station_id"),
    (
        r#"{"spare_id":null,"backup_id":1}"#,
        200,
        r#""backup_id":1"#,
    ),
    ("[]", 400, "#"),
    ("null", 400, "#"),
    (r#""text""#, 400, "#"),
];

#[test]
fn a_merge_patch_changes_what_it_names_and_keeps_the_rules() -> anyhow::Result<()> {
    let mut pair = observatory()?;
    pair.expect(("POST", AT, &reading(1, WHOLE)), 201, "")?;
    for (patch, status, told) in PATCHES {
        let before = pair.expect(("GET", &path(1), ""), 200, "")?;
        let is_taken = *status == 200;
        let places = if is_taken { "" } else { told };
        let answer = pair.expect(("PATCH", &path(1), patch), *status, places)?;
        if is_taken && !answer.text().contains(told) {
            pair.note(format!("{patch}\n  gives {}", answer.text()));
        }
        let after = pair.expect(("GET", &path(1), ""), 200, "")?;
        if is_taken
            && (after.header("etag") == before.header("etag") || after.json() != answer.json())
        {
            pair.note(format!("{patch}\n  left {}", after.text()));
        }
        if !is_taken && after.text() != before.text() {
            pair.note(format!(
                "{patch}\n  was refused and changed {}",
                after.text()
            ));
        }
    }
    pair.finish()
}

#[test]
fn a_replacement_leaves_nothing_of_the_old_but_its_key_and_number() -> anyhow::Result<()> {
    let mut pair = observatory()?;
    let created = pair.expect(("POST", AT, &reading(1, WHOLE)), 201, "")?;
    let replaced = pair.expect(
        (
            "PUT",
            &path(1),
            r#"{"station_id":1,"whole":5,"created_at":"2025-01-01T00:00:00Z"}"#,
        ),
        200,
        "",
    )?;
    for name in ["label", "price", "details", "tags", "image", "low", "day"] {
        assert!(replaced.member(name).is_null(), "{name}");
    }
    assert_eq!(replaced.member("id"), created.member("id"));
    assert_eq!(replaced.member("number"), created.member("number"));
    assert_eq!(replaced.member("whole"), 5);
    assert_eq!(replaced.member("active"), true);
    assert_eq!(replaced.member("spare_id"), 1);
    pair.expect(("PUT", &path(1), "{}"), 400, "#/station_id #/whole")?;
    pair.expect(("PUT", &path(1), &reading(2, "")), 400, "#/id")?;
    pair.expect(
        ("PUT", &path(1), &reading(1, r#""low":2,"high":1"#)),
        400,
        "#/low",
    )?;
    pair.expect(("PUT", &path(1), &reading(1, "")), 200, "")?;
    pair.expect(("PUT", &path(7), &reading(7, "")), 404, "")?;
    pair.expect(
        ("PUT", &path(7), &reading(7, r#""whole":null"#)),
        400,
        "#/whole",
    )?;
    pair.expect(("PATCH", &path(7), r#"{"whole":1}"#), 404, "")?;
    pair.expect(
        ("PATCH", &path(7), r#"{"whole":"x","low":2,"high":1}"#),
        400,
        "#/whole #/low",
    )?;
    pair.expect(("GET", &path(7), ""), 404, "")?;
    pair.expect(("DELETE", &path(7), ""), 404, "")?;
    pair.expect(("DELETE", &path(1), ""), 204, "")?;
    pair.expect(("DELETE", &path(1), ""), 404, "")?;
    pair.finish()
}

#[test]
fn what_must_be_unique_is_a_conflict_that_names_its_fields() -> anyhow::Result<()> {
    const TOKEN: &str = r#""token":"6f1c1f0e-3f0a-4a52-9d1e-2c5f7a0b9c11""#;
    let mut pair = observatory()?;
    let conflict = |pair: &mut specd_e2e::Pair, request: (&str, &str, &str), names: &str| {
        let answer = pair.expect(request, 409, "")?;
        let detail = answer.member("detail").to_string();
        if !detail.contains(names) {
            pair.note(format!("{request:?}\n  does not name {names}: {detail}"));
        }
        anyhow::Ok(())
    };
    let one = reading(1, &format!(r#""label":"a",{TOKEN}"#));
    pair.expect(("POST", AT, &one), 201, "")?;
    conflict(&mut pair, ("POST", AT, &reading(1, "")), "`id`")?;
    conflict(
        &mut pair,
        ("POST", AT, &reading(2, r#""label":"a""#)),
        "`station_id` and `label`",
    )?;
    conflict(&mut pair, ("POST", AT, &reading(2, TOKEN)), "`token`")?;
    // The partial index holds for what is active alone; nulls are never the same.
    let quiet = format!(r#"{TOKEN},"active":false"#);
    pair.expect(("POST", AT, &reading(2, &quiet)), 201, "")?;
    pair.expect(("POST", AT, &reading(3, &quiet)), 201, "")?;
    pair.expect(
        ("POST", AT, &reading(4, r#""label":null,"token":null"#)),
        201,
        "",
    )?;
    pair.expect(
        ("POST", AT, &reading(5, r#""label":null,"token":null"#)),
        201,
        "",
    )?;
    conflict(
        &mut pair,
        ("PATCH", &path(2), r#"{"active":true}"#),
        "`token`",
    )?;
    conflict(
        &mut pair,
        ("PATCH", &path(2), r#"{"label":"a"}"#),
        "`station_id` and `label`",
    )?;
    conflict(
        &mut pair,
        ("PUT", &path(3), &reading(3, r#""label":"a""#)),
        "`station_id` and `label`",
    )?;
    pair.expect(("PATCH", &path(1), r#"{"label":"a"}"#), 200, "")?;
    pair.expect(("PATCH", &path(2), r#"{"label":"A"}"#), 200, "")?;
    let stations = "/api/v1/stations";
    conflict(
        &mut pair,
        ("POST", stations, r#"{"code":"LON-1"}"#),
        "`code`",
    )?;
    conflict(
        &mut pair,
        (
            "POST",
            stations,
            r#"{"code":"LON-2","town":"London","country":"GB"}"#,
        ),
        "`country` and `town`",
    )?;
    pair.expect(
        (
            "POST",
            stations,
            r#"{"code":"PAR-1","town":"London","country":"F"}"#,
        ),
        201,
        "",
    )?;
    conflict(
        &mut pair,
        (
            "POST",
            stations,
            r#"{"code":"PAR-2","town":"London","country":"F "}"#,
        ),
        "`country` and `town`",
    )?;
    pair.finish()
}

#[test]
fn clauses_and_checks_of_a_station() -> anyhow::Result<()> {
    let mut pair = observatory()?;
    let at = "/api/v1/stations";
    for (body, places) in [
        (r#"{"code":"lon-2"}"#, "#/code"),
        (r#"{"code":"LON-2\n"}"#, "#/code"),
        (r#"{"code":"LON-2","kind":"moon"}"#, "#/kind"),
        (r#"{"code":"LON-2","kind":null}"#, "#/kind"),
        (r#"{"code":"LON-2","email":"nobody"}"#, "#/email"),
        (r#"{"code":"LON-2","homepage":"example.org"}"#, "#/homepage"),
        (r#"{"code":"LON-2","town":" "}"#, "#/town"),
        (r#"{"code":"LON-2","opened":"2999-01-01"}"#, "#/opened"),
        (
            r#"{"code":"LON-2","opened":"1990-01-01","closed":"1990-01-01"}"#,
            "#/closed",
        ),
        (r#"{"code":"LON-2","kind":"sea","height":100}"#, "#/kind"),
        (r#"{"code":"LON-2","height":100000}"#, "#/height"),
        (r#"{"code":"LON-2","country":"GBR"}"#, "#/country"),
        (r#"{"id":7,"code":"LON-2"}"#, "#/id"),
    ] {
        pair.expect(("POST", at, body), 400, places)?;
    }
    let sea = r#"{"code":"SEA-1","kind":"sea","height":1.5,"email":"a@b.example","homepage":"http://x.example"}"#;
    let created = pair.expect(("POST", at, sea), 201, "")?;
    assert_eq!(created.header("location"), Some("/api/v1/stations/2"));
    let it = "/api/v1/stations/2";
    pair.expect(("PATCH", it, r#"{"height":100}"#), 400, "#/height")?;
    pair.expect(("PATCH", it, r#"{"height":null}"#), 200, "")?;
    pair.expect(("PATCH", it, r#"{"height":100}"#), 400, "#/height")?;
    pair.expect(("PATCH", it, r#"{"kind":"land","height":100}"#), 200, "")?;
    pair.expect(("PATCH", it, r#"{"kind":"sea"}"#), 400, "#/kind")?;
    for odd in [
        "02",
        "2.0",
        "+2",
        "2e0",
        "%32",
        "-2",
        "99999999999",
        "",
        "2%20",
        "x",
    ] {
        pair.ask("GET", &format!("{at}/{odd}"), "")?;
    }
    pair.finish()
}
