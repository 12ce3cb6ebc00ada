//! References between two documents: what a delete does to those that refer.

use serde_json::Value;

use crate::{AT, id, observatory, path, reading};

const STATIONS: &str = "/api/v1/stations";

#[test]
fn a_delete_does_to_others_what_the_schema_says() -> anyhow::Result<()> {
    let mut pair = observatory()?;
    for code in ["B-2", "C-3", "D-4", "E-5"] {
        pair.expect(
            ("POST", STATIONS, &format!(r#"{{"code":"{code}"}}"#)),
            201,
            "",
        )?;
    }
    let readings = [
        reading(1, r#""station_id":2"#),
        reading(2, r#""backup_id":3"#),
        reading(3, r#""spare_id":4"#),
        reading(4, r#""station_code":"E-5""#),
        reading(5, &format!(r#""parent_id":"{}""#, id(4))),
        reading(6, &format!(r#""parent_id":"{}""#, id(6))),
    ];
    for body in &readings {
        pair.expect(("POST", AT, body), 201, "")?;
    }
    pair.expect(("DELETE", "/api/v1/stations/2", ""), 204, "")?;
    pair.expect(("GET", &path(1), ""), 404, "")?;
    pair.expect(("DELETE", "/api/v1/stations/3", ""), 204, "")?;
    let left = pair.expect(("GET", &path(2), ""), 200, "")?;
    assert!(left.member("backup_id").is_null(), "{}", left.text());
    pair.expect(("DELETE", "/api/v1/stations/4", ""), 204, "")?;
    let left = pair.expect(("GET", &path(3), ""), 200, "")?;
    assert_eq!(left.member("spare_id"), 1, "{}", left.text());
    let refused = pair.expect(("DELETE", "/api/v1/stations/5", ""), 409, "")?;
    assert_eq!(refused.member("code"), "still_referenced");
    pair.expect(("GET", "/api/v1/stations/5", ""), 200, "")?;
    // The value that is referred to may not change, others may.
    pair.expect(
        ("PATCH", "/api/v1/stations/5", r#"{"code":"E-6"}"#),
        409,
        "",
    )?;
    pair.expect(
        (
            "PATCH",
            "/api/v1/stations/5",
            r#"{"code":"E-5","height":1}"#,
        ),
        200,
        "",
    )?;
    pair.expect(("DELETE", &path(4), ""), 409, "")?;
    pair.expect(("PATCH", &path(5), r#"{"parent_id":null}"#), 200, "")?;
    pair.expect(("DELETE", &path(4), ""), 204, "")?;
    pair.expect(("DELETE", "/api/v1/stations/5", ""), 204, "")?;
    // The one that stands behind a default goes only when nobody stands on it.
    pair.ask("DELETE", "/api/v1/stations/1", "")?;
    let all = pair.walk(AT, 2)?;
    let stations = pair.walk(STATIONS, 1)?;
    assert!(stations.len() <= 1, "{stations:?}");
    assert!(all.iter().all(Value::is_object));
    pair.finish()
}

#[test]
fn a_record_may_refer_to_itself_and_not_to_what_is_not_there() -> anyhow::Result<()> {
    let mut pair = observatory()?;
    let own = format!(r#""parent_id":"{}""#, id(1));
    pair.expect(("POST", AT, &reading(1, &own)), 201, "")?;
    let other = format!(r#"{{"parent_id":"{}"}}"#, id(2));
    pair.expect(("PATCH", &path(1), &other), 400, "#/parent_id")?;
    let two = reading(2, r#""station_id":98,"backup_id":99"#);
    pair.ask("POST", AT, &two)?;
    pair.ask("DELETE", &path(1), "")?;
    pair.ask("GET", &path(1), "")?;
    pair.finish()
}
