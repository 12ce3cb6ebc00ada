//! Creates: the edges of each type, taken or refused by the domain before a database sees them.

use crate::{AT, observatory, path, reading};

/// Members of a body, and how the answer spells them.
const TAKEN: &[(&str, &str)] = &[
    (
        r#""token":"6F1C1F0E-3F0A-4A52-9D1E-2C5F7A0B9C11""#,
        r#""token":"6f1c1f0e-3f0a-4a52-9d1e-2c5f7a0b9c11""#,
    ),
    (
        r#""token":"00000000-0000-0000-0000-000000000000""#,
        r#""token":"00000000-0000-0000-0000-000000000000""#,
    ),
    (r#""token":null"#, r#""token":null"#),
    (r#""label":"0123456789""#, r#""label":"0123456789""#),
    (r#""label":"éééééééééé""#, r#""label":"éééééééééé""#),
    (r#""label":"👩‍👩‍👧‍👦 ok""#, r#""label":"👩‍👩‍👧‍👦 ok""#),
    (r#""label":"a    ""#, r#""label":"a    ""#),
    (r#""label":"\u0061\uD83D\uDE00""#, r#""label":"a😀""#),
    (
        r#""label":"\"\\\/\b\f\n\r\t""#,
        r#""label":"\"\\/\b\f\n\r\t""#,
    ),
    (r#""grade":"A   ""#, r#""grade":"A""#),
    (r#""grade":"é""#, r#""grade":"é""#),
    (r#""grade":"""#, r#""grade":"""#),
    (r#""grade":"    ""#, r#""grade":"""#),
    (r#""note":"""#, r#""note":"""#),
    (
        r#""note":"\u0001\u007f\u2028""#,
        "\"note\":\"\\u0001\u{7f}\u{2028}\"",
    ),
    (r#""small":-32768"#, r#""small":-32768"#),
    (r#""small":32767"#, r#""small":32767"#),
    (r#""small":1e2"#, r#""small":100"#),
    (r#""small":123.0"#, r#""small":123"#),
    (r#""small":-0"#, r#""small":0"#),
    (r#""small":10000e-3"#, r#""small":10"#),
    (r#""whole":2147483647"#, r#""whole":2147483647"#),
    (r#""whole":-1000"#, r#""whole":-1000"#),
    (
        r#""big":9223372036854775807"#,
        r#""big":9223372036854775807"#,
    ),
    (
        r#""big":-9223372036854775808"#,
        r#""big":-9223372036854775808"#,
    ),
    (r#""big":9007199254740993"#, r#""big":9007199254740993"#),
    (r#""big":9.007199254740993e15"#, r#""big":9007199254740993"#),
    (r#""price":9999999999.99"#, r#""price":9999999999.99"#),
    (r#""price":0"#, r#""price":0.00"#),
    (r#""price":-0.00"#, r#""price":0.00"#),
    (r#""price":1.5"#, r#""price":1.50"#),
    (r#""price":1.500"#, r#""price":1.50"#),
    (r#""price":15e-1"#, r#""price":1.50"#),
    (r#""price":1E3"#, r#""price":1000.00"#),
    (
        r#""exact":12345678901234567890.123456789012345678901234567890"#,
        r#""exact":12345678901234567890.123456789012345678901234567890"#,
    ),
    (
        r#""exact":1e40"#,
        r#""exact":10000000000000000000000000000000000000000"#,
    ),
    (
        r#""exact":1e-40"#,
        r#""exact":0.0000000000000000000000000000000000000001"#,
    ),
    (r#""exact":1.10"#, r#""exact":1.10"#),
    (r#""exact":0.000"#, r#""exact":0.000"#),
    (r#""exact":-5"#, r#""exact":-5"#),
    (r#""ratio":3.4028235e38"#, r#""ratio":"#),
    (r#""ratio":1e-45"#, r#""ratio":"#),
    (r#""ratio":0.1"#, r#""ratio":0.1"#),
    (r#""ratio":16777217"#, r#""ratio":16777216"#),
    (r#""ratio":-0.0"#, r#""ratio":0"#),
    (r#""measure":1.7976931348623157e308"#, r#""measure":"#),
    (r#""measure":5e-324"#, r#""measure":5e-324"#),
    (r#""measure":0.1"#, r#""measure":0.1"#),
    (r#""measure":1e21"#, r#""measure":"#),
    (r#""measure":123456789012345680000"#, r#""measure":"#),
    (r#""measure":-0.0"#, r#""measure":0"#),
    (r#""active":false"#, r#""active":false"#),
    (r#""day":"0001-01-01""#, r#""day":"0001-01-01""#),
    (r#""day":"2024-02-29""#, r#""day":"2024-02-29""#),
    (r#""day":"2100-12-31""#, r#""day":"2100-12-31""#),
    (r#""at_time":"00:00:00""#, r#""at_time":"00:00:00""#),
    (
        r#""at_time":"23:59:59.999999""#,
        r#""at_time":"23:59:59.999999""#,
    ),
    (r#""at_time":"12:00:00.5""#, r#""at_time":"12:00:00.5""#),
    (
        r#""naive":"2025-06-01T12:00:00+02:00""#,
        r#""naive":"2025-06-01T10:00:00Z""#,
    ),
    (
        r#""naive":"0001-01-01T00:00:00Z""#,
        r#""naive":"0001-01-01T00:00:00Z""#,
    ),
    (
        r#""moment":"9999-12-31T23:59:59.999999Z""#,
        r#""moment":"9999-12-31T23:59:59.999999Z""#,
    ),
    (
        r#""moment":"2025-06-01t12:00:00z""#,
        r#""moment":"2025-06-01T12:00:00Z""#,
    ),
    (
        r#""moment":"2025-06-01T12:00:00.1234567890Z""#,
        r#""moment":"2025-06-01T12:00:00.123456Z""#,
    ),
    (
        r#""moment":"2025-06-01T12:00:00-23:59""#,
        r#""moment":"2025-06-02T11:59:00Z""#,
    ),
    (r#""raw":{}"#, r#""raw":{}"#),
    (r#""image":"""#, r#""image":"""#),
    (r#""image":"AAECAwQF/+8=""#, r#""image":"AAECAwQF/+8=""#),
    (r#""tags":[]"#, r#""tags":[]"#),
    (
        r#""tags":["","a,b","{\"}","NULL","\\"]"#,
        r#""tags":["","a,b","{\"}","NULL","\\"]"#,
    ),
    (r#""codes":["abc","é"]"#, r#""codes":["abc","é"]"#),
    (
        r#""marks":[2147483647,-2147483648,1e1]"#,
        r#""marks":[2147483647,-2147483648,10]"#,
    ),
    (
        r#""bigs":[9223372036854775807]"#,
        r#""bigs":[9223372036854775807]"#,
    ),
    (
        r#""amounts":[1.1,-99999.999]"#,
        r#""amounts":[1.100,-99999.999]"#,
    ),
    (r#""ratios":[0.1,5e-324]"#, r#""ratios":[0.1,5e-324]"#),
    (r#""flags":[true,false]"#, r#""flags":[true,false]"#),
    (
        r#""tokens":["FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"]"#,
        r#""tokens":["ffffffff-ffff-ffff-ffff-ffffffffffff"]"#,
    ),
    (
        r#""days":["0001-01-01","9999-12-31"]"#,
        r#""days":["0001-01-01","9999-12-31"]"#,
    ),
    (
        r#""moments":["2025-06-01T12:00:00.1+01:00"]"#,
        r#""moments":["2025-06-01T11:00:00.1Z"]"#,
    ),
    (r#""blobs":["","/w=="]"#, r#""blobs":["","/w=="]"#),
    (
        r#""low":-2147483648,"high":2147483647,"price":null"#,
        r#""low":-2147483648,"high":2147483647"#,
    ),
    (r#""low":5"#, r#""low":5,"high":null"#),
    (r#""spare_id":null"#, r#""spare_id":null"#),
];

/// Members of a body, and the places of what is wrong with them.
const REFUSED: &[(&str, &str)] = &[
    (r#""token":"6f1c1f0e3f0a4a529d1e2c5f7a0b9c11""#, "#/token"),
    (
        r#""token":"{6f1c1f0e-3f0a-4a52-9d1e-2c5f7a0b9c11}""#,
        "#/token",
    ),
    (
        r#""token":"urn:uuid:6f1c1f0e-3f0a-4a52-9d1e-2c5f7a0b9c11""#,
        "#/token",
    ),
    (r#""token":"""#, "#/token"),
    (r#""token":1"#, "#/token"),
    (r#""label":"01234567890""#, "#/label"),
    (r#""label":"          x""#, "#/label"),
    (r#""label":"   ""#, "#/label"),
    (r#""label":"\u00a0\u3000""#, "#/label"),
    (r#""label":"a\u0000""#, "#/label"),
    (r#""label":["a"]"#, "#/label"),
    (r#""grade":"ABCDE""#, "#/grade"),
    (r#""grade":"C""#, "#/grade"),
    (r#""note":"xax""#, "#/note"),
    (r#""small":32768"#, "#/small"),
    (r#""small":-32769"#, "#/small"),
    (r#""small":1.5"#, "#/small"),
    (r#""small":"1""#, "#/small"),
    (r#""small":true"#, "#/small"),
    (r#""small":1e1000000000"#, "#/small"),
    (r#""small":1e-1000000000"#, "#/small"),
    (r#""whole":2147483648"#, "#/whole"),
    (r#""whole":-1001"#, "#/whole"),
    (r#""whole":null"#, "#/whole"),
    (r#""whole":39999,"small":1"#, "#/small"),
    (r#""whole":2147483647,"small":1"#, "#/small"),
    (r#""big":9223372036854775808"#, "#/big"),
    (r#""big":-9223372036854775809"#, "#/big"),
    (r#""big":1e19"#, "#/big"),
    (r#""price":10000000000"#, "#/price"),
    (r#""price":0.001"#, "#/price"),
    (r#""price":-0.01"#, "#/price"),
    (r#""price":"1.50""#, "#/price"),
    (r#""price":1e400000000"#, "#/price"),
    (r#""exact":1e41"#, "#/exact"),
    (r#""exact":-1e41"#, "#/exact"),
    (r#""exact":1e200000"#, "#/exact"),
    (r#""exact":1e-20000"#, "#/exact"),
    (r#""exact":1e999999999999999999999"#, "#/exact"),
    (r#""ratio":3.5e38"#, "#/ratio"),
    (r#""ratio":1e400"#, "#/ratio"),
    (r#""measure":1.8e308"#, "#/measure"),
    (r#""measure":-1e1000"#, "#/measure"),
    (r#""measure":"NaN""#, "#/measure"),
    (r#""active":null"#, "#/active"),
    (r#""active":0"#, "#/active"),
    (r#""active":"true""#, "#/active"),
    (r#""day":"2025-02-29""#, "#/day"),
    (r#""day":"2025-1-1""#, "#/day"),
    (r#""day":"0000-01-01""#, "#/day"),
    (r#""day":"-0001-01-01""#, "#/day"),
    (r#""day":"10000-01-01""#, "#/day"),
    (r#""day":"2101-01-01""#, "#/day"),
    (r#""day":"2025-01-01T00:00:00Z""#, "#/day"),
    (r#""day":"infinity""#, "#/day"),
    (r#""at_time":"24:00:00""#, "#/at_time"),
    (r#""at_time":"12:00""#, "#/at_time"),
    (r#""at_time":"12:00:61""#, "#/at_time"),
    (r#""at_time":"12:00:00Z""#, "#/at_time"),
    (r#""naive":"2025-01-01T00:00:00""#, "#/naive"),
    (r#""naive":"2025-01-01 00:00:00Z""#, "#/naive"),
    (r#""moment":"2025-01-01""#, "#/moment"),
    (r#""moment":"2025-13-01T00:00:00Z""#, "#/moment"),
    (r#""moment":"2025-01-01T25:00:00Z""#, "#/moment"),
    (r#""moment":"2025-01-01T00:00:00+24:00""#, "#/moment"),
    (r#""moment":"now""#, "#/moment"),
    (r#""moment":1735689600"#, "#/moment"),
    (r#""raw":[]"#, "#/raw"),
    (r#""raw":"x""#, "#/raw"),
    (r#""image":"A""#, "#/image"),
    (r#""image":"AAEC_w==""#, "#/image"),
    (r#""image":"AA EC""#, "#/image"),
    (r#""image":"AAE""#, "#/image"),
    (r#""tags":["a",null]"#, "#/tags/1"),
    (r#""tags":["a",1,"b",true]"#, "#/tags/1 #/tags/3"),
    (r#""tags":"a""#, "#/tags"),
    (r#""tags":["1","2","3","4","5","6"]"#, "#/tags"),
    (r#""tags":[["a"]]"#, "#/tags/0"),
    (r#""tags":["\u0000"]"#, "#/tags/0"),
    (r#""codes":["abc","abcd"]"#, "#/codes/1"),
    (r#""marks":[1,2147483648,1.5]"#, "#/marks/1 #/marks/2"),
    (r#""bigs":[9223372036854775808]"#, "#/bigs/0"),
    (r#""amounts":[1.1234,100000]"#, "#/amounts/0 #/amounts/1"),
    (r#""ratios":[1e999]"#, "#/ratios/0"),
    (r#""flags":[1]"#, "#/flags/0"),
    (r#""tokens":["x"]"#, "#/tokens/0"),
    (r#""days":["2025-02-30"]"#, "#/days/0"),
    (r#""moments":["2025-06-01"]"#, "#/moments/0"),
    (r#""blobs":["/w="]"#, "#/blobs/0"),
    (r#""low":9,"high":1"#, "#/low"),
    (r#""low":9,"price":1"#, "#/price"),
    (r#""number":5"#, "#/number"),
    (r#""updated_at":"2025-01-01T00:00:00Z""#, "#/updated_at"),
    (r#""Label":"x""#, "#/Label"),
    (r#""é/~ ":1"#, "#/%C3%A9~1~0%20"),
    (r#""label":"x","label":"y""#, "#/label"),
    (r#""station_id":2147483648"#, "#/station_id"),
    (r#""station_id":null"#, "#/station_id"),
    (r#""station_id":99"#, "#/station_id"),
    (r#""backup_id":99"#, "#/backup_id"),
    (r#""station_code":"NOWHERE-1""#, "#/station_code"),
    (r#""station_code":"nowhere at all""#, "#/station_code"),
    (
        r#""parent_id":"00000000-0000-4000-8000-00000000ffff""#,
        "#/parent_id",
    ),
    (
        r#""token":1,"label":"","grade":"C","small":1e9,"price":-1.001,"tags":[null],"low":9,"high":1,"extra":{}"#,
        "#/token #/label #/grade #/small #/price #/tags/0 #/low #/extra",
    ),
    (
        r#""details":{"owner":{"name":1,"age":"x","more":1},"ports":[{"port":80,"open":true},{"port":"80"},7],"free":[],"list":{}}"#,
        "#/details/owner/name #/details/owner/age #/details/owner/more #/details/ports/1/port #/details/ports/1/open \
         #/details/ports/2 #/details/free #/details/list #/details/any",
    ),
];

#[test]
fn the_edges_of_each_type_are_taken_and_come_back() -> anyhow::Result<()> {
    let mut pair = observatory()?;
    for (number, (members, spelt)) in (1..).zip(TAKEN) {
        let body = reading(number, members);
        let created = pair.expect(("POST", AT, &body), 201, "")?;
        if !created.text().contains(spelt) {
            pair.note(format!("{members}\n  is not {spelt} in {}", created.text()));
        }
        let location = created.header("location").map(str::to_owned);
        if location != Some(path(number)) {
            pair.note(format!("{members}\n  stands at {location:?}"));
        }
        let read = pair.expect(("GET", &path(number), ""), 200, "")?;
        if read.text() != created.text() {
            pair.note(format!("{}\n  is read as {}", created.text(), read.text()));
        }
        if read.header("etag") != created.header("etag") {
            pair.note(format!("{members}\n  has another tag when read"));
        }
        pair.expect(("DELETE", &path(number), ""), 204, "")?;
    }
    pair.finish()
}

#[test]
fn what_no_column_can_hold_is_refused_with_its_place_and_nothing_is_stored() -> anyhow::Result<()> {
    let mut pair = observatory()?;
    for (members, places) in REFUSED {
        pair.expect(("POST", AT, &reading(1, members)), 400, places)?;
    }
    pair.expect(("POST", AT, "{}"), 400, "#/station_id #/whole")?;
    let rest = pair.walk(AT, 100)?;
    if !rest.is_empty() {
        pair.note(format!("stored: {rest:?}"));
    }
    pair.finish()
}

#[test]
fn numbers_are_given_in_order_whatever_was_refused() -> anyhow::Result<()> {
    let mut pair = observatory()?;
    let label = r#""label":"same""#;
    let first = pair.expect(("POST", AT, &reading(1, label)), 201, "")?;
    // Refused by the domain: takes no number. Refused by the database: takes one.
    pair.expect(("POST", AT, &reading(2, r#""whole":null"#)), 400, "#/whole")?;
    pair.expect(("POST", AT, &reading(2, label)), 409, "")?;
    pair.expect(
        ("POST", AT, &reading(2, r#""station_id":99"#)),
        400,
        "#/station_id",
    )?;
    let last = pair.expect(("POST", AT, &reading(2, "")), 201, "")?;
    assert_eq!(first.member("number"), 1);
    assert_eq!(last.member("number"), 4);
    pair.finish()
}
