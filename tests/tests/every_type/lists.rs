//! Lists: every key in both directions over nulls and ties, every filter with every operator, cursors to the end.

use anyhow::Context as _;
use serde_json::Value;
use specd_e2e::Pair;
use specd_e2e::client::encoded;

use crate::{AT, observatory, reading};

/// Columns, and the values that the readings have, in their order; null stands behind them all.
const COLUMNS: &[(&str, &[&str])] = &[
    (
        "token",
        &[
            "00000000-0000-0000-0000-000000000000",
            "6f1c1f0e-3f0a-4a52-9d1e-2c5f7a0b9c11",
            "ffffffff-0000-0000-0000-000000000000",
        ],
    ),
    ("label", &["0", "A", "a", "a ", "b", "z", "é", "😀"]),
    ("grade", &["", "A", "AB", "B", "é"]),
    (
        "note",
        &[
            "", " ", "A", "Z", "a", "a%", "a\u{1}", "a_", "~", "é", "\u{ff5e}", "😀",
        ],
    ),
    ("small", &["-32768", "-1", "0", "1", "32767"]),
    ("whole", &["-1000", "-2", "0", "7", "2147483647"]),
    (
        "big",
        &[
            "-9223372036854775808",
            "-9007199254740993",
            "-9007199254740992",
            "0",
            "9007199254740992",
            "9007199254740993",
            "9223372036854775807",
        ],
    ),
    (
        "price",
        &["0.00", "0.01", "0.10", "9.99", "10.00", "9999999999.99"],
    ),
    (
        "exact",
        &[
            "-1e40",
            "-0.1",
            "-0.09",
            "0",
            "0.0000000000000000000000000000000000000001",
            "0.1",
            "0.10000000000000000001",
            "9",
            "10",
            "1e40",
        ],
    ),
    (
        "ratio",
        &[
            "-1.5",
            "0",
            "1e-45",
            "0.1",
            "0.5",
            "16777216",
            "3.4028235e38",
        ],
    ),
    (
        "measure",
        &[
            "-1.7976931348623157e308",
            "-0.1",
            "0",
            "5e-324",
            "0.1",
            "0.30000000000000004",
            "1e21",
        ],
    ),
    ("active", &["false", "true"]),
    (
        "day",
        &[
            "0001-01-01",
            "1969-12-31",
            "1970-01-01",
            "2024-02-29",
            "2100-12-31",
        ],
    ),
    (
        "at_time",
        &["00:00:00", "00:00:00.000001", "12:00:00", "23:59:59.999999"],
    ),
    (
        "naive",
        &[
            "0001-01-01T00:00:00Z",
            "1969-12-31T23:59:59.999999Z",
            "1970-01-01T00:00:00Z",
            "2025-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999999Z",
        ],
    ),
    (
        "moment",
        &[
            "0001-01-01T00:00:00Z",
            "1969-12-31T23:59:59.999999Z",
            "1970-01-01T00:00:00Z",
            "2025-01-01T00:00:00.5Z",
            "9999-12-31T23:59:59.999999Z",
        ],
    ),
    (
        "created_at",
        &[
            "2025-01-01T00:00:00Z",
            "2025-01-01T00:00:00.000001Z",
            "2025-01-02T00:00:00Z",
        ],
    ),
    ("station_id", &["1"]),
    ("backup_id", &["1"]),
];

/// Every third reading has null where it may.
fn stock(pair: &mut Pair, count: u32) -> anyhow::Result<()> {
    for number in 1..=count {
        let mut members = Vec::new();
        for (name, values) in COLUMNS {
            let turn = usize::try_from(number)?;
            let is_always = ["whole", "active", "created_at", "station_id"].contains(name);
            // Labels and active tokens are unique: nothing but nulls is twice there.
            let is_once = ["label", "token"].contains(name);
            if (turn % 3 == 0 && !is_always) || (is_once && turn > values.len()) {
                continue;
            }
            let value = values[turn % values.len()];
            let is_bare = [
                "small",
                "whole",
                "big",
                "price",
                "exact",
                "ratio",
                "measure",
                "active",
                "station_id",
                "backup_id",
            ]
            .contains(name);
            members.push(if is_bare {
                format!("\"{name}\":{value}")
            } else {
                format!("\"{name}\":{}", Value::from(value))
            });
        }
        let small = members
            .iter()
            .any(|member| member.starts_with("\"small\":"));
        if small {
            // Their sum has a limit.
            members
                .retain(|member| member != "\"whole\":2147483647" && member != "\"small\":32767");
            if !members
                .iter()
                .any(|member| member.starts_with("\"whole\":"))
            {
                members.push("\"whole\":7".to_owned());
            }
        }
        pair.expect(("POST", AT, &reading(number, &members.join(","))), 201, "")?;
    }
    Ok(())
}

#[test]
fn every_key_sorts_both_ways_and_its_cursors_reach_every_record_once() -> anyhow::Result<()> {
    let mut pair = observatory()?;
    stock(&mut pair, 30)?;
    for (name, _) in COLUMNS {
        for direction in ["", "-"] {
            let path = format!("{AT}?sort={direction}{name}");
            check_order(&mut pair, &path, 4)?;
        }
    }
    for keys in [
        "active,-price",
        "-active,price",
        "-grade,-note",
        "small,note,-big",
        "id",
        "-id",
        "-number",
        "backup_id,-at_time,label",
    ] {
        for limit in [1, 3, 100] {
            check_order(&mut pair, &format!("{AT}?sort={}", encoded(keys)), limit)?;
        }
    }
    for sort in [
        "sort=grade&sort=-note",
        "sort=-active&sort=ratio&sort=-measure",
    ] {
        check_order(&mut pair, &format!("{AT}?{sort}"), 3)?;
    }
    check_order(&mut pair, AT, 7)?;
    pair.finish()
}

/// The pages hold what one page holds, in its order, each record once.
fn check_order(pair: &mut Pair, path: &str, limit: usize) -> anyhow::Result<()> {
    let ids = |records: Vec<Value>| -> Vec<Value> {
        records.iter().map(|record| record["id"].clone()).collect()
    };
    let parts = ids(pair.walk(path, limit)?);
    let whole = ids(pair.walk(path, 100)?);
    let mut once = parts.iter().map(Value::to_string).collect::<Vec<_>>();
    once.sort();
    once.dedup();
    if parts != whole || once.len() != parts.len() || parts.len() != 30 {
        pair.note(format!("{path} by {limit}\n  {parts:?}\n  {whole:?}"));
    }
    Ok(())
}

#[test]
fn every_filter_takes_every_operator() -> anyhow::Result<()> {
    let mut pair = observatory()?;
    stock(&mut pair, 30)?;
    let all = pair.walk(AT, 100)?;
    for (name, values) in COLUMNS {
        let has_value = |record: &&Value| !record[*name].is_null();
        let known = all.iter().filter(has_value).count();
        for value in *values {
            let mut counts = Vec::new();
            for operator in ["", "[ne]", "[lt]", "[lte]", "[gt]", "[gte]", "[in]"] {
                let path = format!("{AT}?{name}{}={}", encoded(operator), encoded(value));
                counts.push(pair.walk(&path, 100)?.len());
            }
            let [eq, ne, lt, lte, gt, gte, within] = counts[..] else {
                anyhow::bail!("seven operators")
            };
            if eq + ne != known
                || lt + eq != lte
                || gt + eq != gte
                || lt + gte != known
                || within != eq
            {
                pair.note(format!("{name} {value} of {known}: {counts:?}"));
            }
        }
        let many = values
            .iter()
            .filter(|value| !value.contains(','))
            .copied()
            .collect::<Vec<_>>();
        let path = format!("{AT}?{name}%5Bin%5D={}", encoded(&many.join(",")));
        let found = pair.walk(&path, 2)?.len();
        if found != known {
            pair.note(format!("{name} in {many:?}: {found} of {known}"));
        }
    }
    for query in [
        "whole=7&active=true&sort=-created_at",
        "big[gte]=0&price[lte]=10&note[ne]=a&sort=exact",
        "exact=1E40",
        "exact[gt]=1e100000",
        "exact=0.10",
        "ratio=0.1",
        "measure=0.1000000000000000055511151231257827",
        "grade=A%20%20",
        "grade[in]=A,B,,AB",
        "note=",
        "note=%2B",
        "note=+",
        "note[gt]=%F0%9F%98%80",
        "naive=2025-01-01T01:00:00%2B01:00",
        "moment[gte]=2025-01-01t00:00:00.5000009z",
        "token=FFFFFFFF-0000-0000-0000-000000000000",
        "number[gt]=3&number[lte]=6",
        "small=1e1",
        "small=-0",
        "big=1.0",
    ] {
        pair.walk(
            &format!("{AT}?{}", query.replace('[', "%5B").replace(']', "%5D")),
            5,
        )?;
    }
    pair.finish()
}

#[test]
fn a_query_that_the_document_does_not_declare_is_refused_and_named() -> anyhow::Result<()> {
    let mut pair = observatory()?;
    for (query, wrong) in [
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=abc", "limit"),
        ("limit=1e9", "limit"),
        ("limit=", "limit"),
        ("limit", "limit"),
        ("limit=1.0", "limit"),
        ("limit=%2B1", "limit"),
        ("limit=+1", "limit"),
        ("limit=1&limit=1", "limit"),
        ("limit=%D9%A1", "limit"),
        ("sort=", "sort"),
        ("sort=nothing", "sort"),
        ("sort=--day", "sort"),
        ("sort=+day", "sort"),
        ("sort=DAY", "sort"),
        ("sort=day,", "sort"),
        ("sort=day,day", "sort"),
        ("sort=day&sort=-day", "sort"),
        ("sort=low", "sort"),
        ("sort=details", "sort"),
        ("sort=specd_version", "sort"),
        ("sort=%22day%22", "sort"),
        ("sort[gt]=day", "sort[gt]"),
        ("low=1", "low"),
        ("tags=a", "tags"),
        ("details=x", "details"),
        ("specd_version=1", "specd_version"),
        ("updated_at=2025-01-01T00:00:00Z", "updated_at"),
        ("nothing=1&more=2", "nothing more"),
        ("whole=1&whole=2", "whole"),
        ("whole=", "whole"),
        ("whole", "whole"),
        ("whole=x", "whole"),
        ("whole=1.5", "whole"),
        ("whole=NULL", "whole"),
        ("whole=1;DROP", "whole"),
        ("whole[eq]=1", "whole[eq]"),
        ("whole[like]=1", "whole[like]"),
        ("whole[]=1", "whole[]"),
        ("whole[gt=1", "whole[gt"),
        ("whole]gt[=1", "whole]gt["),
        ("whole[gt][lt]=1", "whole[gt][lt]"),
        ("whole[GT]=1", "whole[GT]"),
        ("whole[in]=", "whole[in]"),
        ("whole[in]=1,,2", "whole[in]"),
        ("whole[in]=1,x", "whole[in]"),
        ("active=1", "active"),
        ("active=TRUE", "active"),
        ("token=x", "token"),
        ("day=2025-02-30", "day"),
        ("moment=2025-01-01", "moment"),
        ("ratio=NaN", "ratio"),
        ("measure=Infinity", "measure"),
        ("measure=1e400", "measure"),
        ("exact=1e999999999999", "exact"),
        ("note=%00", "note"),
        ("note=a%00b", "note"),
        ("note=%FF", "note"),
        ("note=%C3%28", "note"),
        ("note=%ED%A0%80", "note"),
        ("note=%", "note"),
        ("note=%4", "note"),
        ("note=%zz", "note"),
        ("no%00te=1", "no\u{0}te"),
        ("cursor=", "cursor"),
        ("cursor=x", "cursor"),
        ("cursor=AAAA", "cursor"),
        ("cursor=AAAA&cursor=AAAA", "cursor"),
        ("cursor=%00", "cursor"),
        ("dry_run=true", "dry_run"),
        // What no row can have is no value of the column.
        ("small[lt]=40000", "small[lt]"),
        ("price=0.001", "price"),
        ("price=10000000000000", "price"),
        ("label=01234567890123456789", "label"),
        ("big=9223372036854775808", "big"),
        // A plus is a blank.
        ("naive=2025-01-01T01:00:00+01:00", "naive"),
        ("=1", ""),
        ("=", ""),
        ("%20whole=1", "whole"),
    ] {
        let query = query.replace('[', "%5B").replace(']', "%5D");
        let path = format!("{AT}?{query}");
        let answer = pair.ask("GET", &path, "")?;
        let errors = answer.member("errors");
        let named: Vec<_> = errors
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|error| error["parameter"].as_str())
            .map(str::trim)
            .collect();
        if answer.status != 400 || named.join(" ") != wrong {
            pair.note(format!(
                "{path}\n  {} {named:?}\n  {}",
                answer.status,
                answer.text()
            ));
        }
    }
    for query in [
        "",
        "&",
        "&&whole=1&",
        "limit=1",
        "limit=100",
        "limit=101",
        "limit=1000000000",
        "limit=99999999999999999999999999",
        "limit=007",
        "sort=day,-whole",
    ] {
        pair.expect(("GET", &format!("{AT}?{query}"), ""), 200, "")?;
    }
    for method in ["POST", "PUT", "PATCH", "DELETE", "GET"] {
        let body = if method == "DELETE" || method == "GET" {
            ""
        } else {
            "{}"
        };
        let path = if method == "POST" {
            AT.to_owned()
        } else {
            crate::path(1)
        };
        let answer = pair.ask(method, &format!("{path}?dry_run=banana"), body)?;
        assert_eq!(answer.status, 400, "{method}");
    }
    pair.finish()
}

#[test]
fn a_cursor_belongs_to_its_query() -> anyhow::Result<()> {
    let mut pair = observatory()?;
    for number in 1..=5 {
        pair.expect(("POST", AT, &reading(number, r#""note":"n""#)), 201, "")?;
    }
    let first = pair.expect(
        ("GET", &format!("{AT}?limit=2&note=n&sort=-whole"), ""),
        200,
        "",
    )?;
    let cursor = first.member("next").as_str().unwrap_or_default().to_owned();
    let link = first.header("link").unwrap_or_default().to_owned();
    assert!(
        link.contains(&format!("cursor={cursor}")) && link.ends_with(">; rel=\"next\""),
        "{link}"
    );
    let target = link
        .trim_start_matches('<')
        .split('>')
        .next()
        .unwrap_or_default()
        .to_owned();
    let second = pair.ask("GET", &target, "")?;
    assert_eq!(
        second.member("items").as_array().map(Vec::len),
        Some(2),
        "{}",
        second.text()
    );
    for query in ["note=n&sort=-whole&limit=1", "limit=100&sort=-whole&note=n"] {
        pair.ask("GET", &format!("{AT}?{query}&cursor={cursor}"), "")?;
    }
    for query in [
        "sort=-whole",
        "note=n&sort=whole",
        "note=n",
        "note=m&sort=-whole",
        "note%5Bne%5D=n&sort=-whole",
        "note=n&sort=-whole&active=true",
        "note=n&sort=-whole,-id",
    ] {
        let answer = pair.ask("GET", &format!("{AT}?{query}&cursor={cursor}"), "")?;
        // The key decides at last in any case, so that naming it changes nothing.
        let expected = if query.ends_with(",-id") { 200 } else { 400 };
        if answer.status != expected {
            pair.note(format!("{query} {}", answer.text()));
        }
    }
    let answer = pair.ask("GET", &format!("/api/v1/stations?cursor={cursor}"), "")?;
    assert_eq!(answer.status, 400);
    // No change of a single character goes unseen.
    let characters: Vec<char> = cursor.chars().collect();
    for position in 0..characters.len() {
        let mut forged = characters.clone();
        forged[position] = if forged[position] == 'A' { 'B' } else { 'A' };
        let forged: String = forged.into_iter().collect();
        let path = format!("{AT}?limit=2&note=n&sort=-whole&cursor={forged}");
        let answer = pair.ask("GET", &path, "")?;
        if answer.status != 400 {
            pair.note(format!("forged at {position}: {}", answer.status));
        }
    }
    for cut in [0, 1, cursor.len() / 2, cursor.len() - 1] {
        let path = format!("{AT}?limit=2&note=n&sort=-whole&cursor={}", &cursor[..cut]);
        let answer = pair.ask("GET", &path, "")?;
        assert_eq!(answer.status, 400, "cut at {cut}");
    }
    pair.finish()
}

#[test]
fn a_walk_is_not_disturbed_by_what_is_written_meanwhile() -> anyhow::Result<()> {
    let mut pair = observatory()?;
    for number in 1..=9 {
        pair.expect(("POST", AT, &reading(number, "")), 201, "")?;
    }
    let path = format!("{AT}?limit=3&sort=number");
    let first = pair.expect(("GET", &path, ""), 200, "")?;
    let cursor = first.member("next").as_str().unwrap_or_default().to_owned();
    pair.expect(("DELETE", &crate::path(3), ""), 204, "")?;
    pair.expect(("DELETE", &crate::path(4), ""), 204, "")?;
    pair.expect(("POST", AT, &reading(10, "")), 201, "")?;
    let second = pair.expect(("GET", &format!("{path}&cursor={cursor}"), ""), 200, "")?;
    let numbers: Vec<i64> = second
        .member("items")
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|record| record["number"].as_i64())
        .collect();
    assert_eq!(numbers, [5, 6, 7]);
    pair.finish()
}

#[test]
fn the_newest_are_found_by_an_index() -> anyhow::Result<()> {
    let pair = observatory()?;
    let database = pair.storages()[1].database().context("no database")?;
    let plan = database.query(
        "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off; EXPLAIN SELECT id FROM readings \
         WHERE (created_at, id) < ('2025-01-01', '00000000-0000-4000-8000-000000000001') \
         ORDER BY created_at DESC, id DESC LIMIT 21",
    )?;
    assert!(plan.contains("specd_newest_readings"), "{plan}");
    assert!(!plan.contains("Sort"), "{plan}");
    pair.finish()
}
