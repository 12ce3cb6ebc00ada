//! Queries: parameters that nobody declared, stand twice, or have no value of their type; and cursors.

use crate::case::{CODE, Case, ID, PATH, case, get, request};

/// A list with this query.
fn list(query: &str, statuses: &'static [u16]) -> Case {
    let shown: String = query.chars().take(60).collect();
    let length = query.len();
    case(
        format!("query: {shown} ({length})"),
        get(&format!("{PATH}?{query}")),
        statuses,
    )
}

pub(crate) fn cases() -> Vec<Case> {
    let thousand: String = (0..1_000).map(|at| format!("p{at}=1&")).collect();
    let values = "1,".repeat(100);
    let many_sorts = "sort=code&".repeat(500);
    let mut cases = Vec::new();
    for query in [
        "limit=0",
        "limit=-1",
        "limit=+1",
        "limit=1.0",
        "limit=1e3",
        "limit=abc",
        "limit=",
        "limit",
        "limit=%00",
        "limit=%D9%A1",
        "limit=0x10",
        "limit=5&limit=5",
        "limit=5&%6cimit=6",
        "limit[gt]=1",
        "limit=1;2",
        "limit=forged",
        "sort=",
        "sort=forged",
        "sort=-",
        "sort=--code",
        "sort=code,code",
        "sort=code&sort=-code",
        "sort=name",
        "sort=code%20desc",
        "sort=code;DROP%20TABLE%20people",
        "sort=(select%201)",
        "sort=1",
        "sort[code]=asc",
        "sort=code,",
        "sort=%00",
        "sort=CODE",
        "cursor=",
        "cursor=x",
        "cursor=%00",
        "cursor=%ff",
        "cursor=AAAA",
        "cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "cursor=eyJpZCI6ImZvcmdlZCJ9",
        "cursor=AAAA%3D%3D",
        "cursor=../../etc",
        "cursor=AA&cursor=AA",
        "cursor=-1",
        "cursor=null",
        "page=1",
        "offset=1",
        "filter=x",
        "fields=code",
        "q=x",
        "name=Ada",
        "__proto__=1",
        "constructor=1",
        "$where=1",
        "id%00=1",
        "code[]=1",
        "code[eq]=1",
        "code[like]=1",
        "code[%24ne]=1",
        "code[gt][lt]=1",
        "code[gt=1",
        "code]=1",
        "[gt]=1",
        "[]=1",
        "code[GT]=1",
        "code=1&code=2",
        "code=1&code[ne]=2&code[ne]=3",
        "CODE=1",
        "code%20=1",
        "code%00=1",
        "code%ff=1",
        "code=%ff",
        "code=%zz",
        "code=%",
        "code=%00",
        "code=%ed%a0%80",
        "score=abc",
        "score=",
        "score=1.5",
        "score=1e999999999",
        "score=2147483648",
        "score=-2147483649",
        "score=99999999999999999999999999",
        "score[in]=",
        "score[in]=1,,2",
        "score[in]=1,x",
        "score=true",
        "score=%2B1",
        "score=0x1",
        "born=2025-02-30",
        "born=yesterday",
        "born=2025-1-1",
        "born=",
        "born=10000-01-01",
        "seen=2025-01-01",
        "seen=2025-01-01T00:00:00",
        "seen=now()",
        "price=NaN",
        "price=Infinity",
        "price=1e400000",
        "price=1,5",
        "price=12.505",
        "price=99999999999999",
        "mentor_id=x",
        "mentor_id=%7B00000000-0000-4000-8000-000000000000%7D",
        "id=x",
        "created_at=x",
        "dry_run=true",
        "score=1&unknown-name=1&limit=0",
        "%6eame=1",
        "=1",
        "=",
        "?",
        "?limit=1",
        "limit=1?sort=code",
        "%",
        "%00",
        "%ff=%ff",
        "unknown-name",
        "access_token=<KEY>",
        "api_key=<KEY>",
        "callback=forged",
        "jsonp=forged",
        "_method=DELETE",
        "score[in]=1&score[in]=2",
    ] {
        cases.push(list(query, &[400]));
    }
    cases.push(list(&thousand, &[400]));
    cases.push(list(&many_sorts, &[400]));
    cases.push(list(&format!("score[in]={values}1"), &[400]));
    cases.push(list(&format!("cursor={}", "A".repeat(7_900)), &[400]));
    cases.push(list(&format!("code={}", "x".repeat(7_900)), &[200, 400]));
    cases.push(list(&format!("{}=1", "n".repeat(7_900)), &[400]));
    cases.push(list(&format!("score{}=1", "[gt]".repeat(1_500)), &[400]));
    // What looks hostile and is a value like any other.
    for query in [
        "",
        "&",
        "&&&&",
        "limit=1000",
        "limit=99999999999999999999",
        "limit=007",
        "code=%27%20OR%20%271%27%3D%271",
        "code=%3Cscript%3E",
        "code=%F0%9F%98%80",
        "code=1%2B1",
        "code=a+b",
        "code=%25",
        "code=_",
        "code[ne]=other",
        "email=forged@example.org",
        "code=",
        "score[in]=1,2,3",
        "score[gt]=1&score[lt]=3",
        "code=a=b",
        "born=2025-01-01",
        "price=12.5",
        "%63ode=x",
        "sort=code",
        "sort=-score,code",
        "seen=2025-01-01T00%3A00%3A00%2B01%3A00",
        "mentor_id=00000000-0000-4000-8000-000000000000",
    ] {
        cases.push(list(query, &[200]));
    }
    cases.push(list(&"&".repeat(1_000), &[200]));
    let body = format!(r#"{{"code":"{CODE}","score":1,"extra":0}}"#);
    let write = |query: &str| {
        let fields = format!(
            "Content-Type: application/json\r\nContent-Length: {}\r\n",
            body.len()
        );
        request(&format!("POST {PATH}?{query}"), &fields, body.as_bytes())
    };
    for query in [
        "dry_run=banana",
        "dry_run=",
        "dry_run",
        "dry_run=TRUE",
        "dry_run=1",
        "dry_run=true&dry_run=true",
        "dry_run=true&dry_run=false",
        "dry-run=true",
        "dry_run[]=true",
        "upsert=true",
        "code=forged",
        "dry_run=true&unknown-name=1",
        "dry_run=%ff",
        "dry_run=true%00",
    ] {
        cases.push(case(
            format!("query of a write: {query}"),
            write(query),
            &[400],
        ));
    }
    for query in ["limit=1", "dry_run=true", "fields=code", "code=1", "_=1"] {
        let target = get(&format!("{PATH}/{ID}?{query}"));
        cases.push(case(format!("query of a read: {query}"), target, &[400]));
    }
    cases
}
