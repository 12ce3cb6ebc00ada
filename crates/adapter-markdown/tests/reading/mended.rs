//! Usual slips: the help of a finding mends the line.

use crate::written::read;

/// The line below the heading, as the help of a finding has it.
#[track_caller]
fn mended(heading: &str, wrong: &str, right: &str) {
    let text = format!("# SPEC 0001: Orders\n\n{heading}\n\n{wrong}\n");
    let findings = read(&text).findings;
    let mut helps = findings.iter().filter_map(|finding| finding.help.as_ref());
    let replacement = helps.find_map(|help| help.replacement.as_ref());
    let replacement = replacement.expect(wrong);
    let mut mended = text.clone();
    mended.replace_range(
        replacement.span.start..replacement.span.end,
        &replacement.value,
    );
    let (_, line) = mended.split_at(text.len() - wrong.len() - 1);
    assert_eq!(line.trim_end(), right);
}

#[test]
fn headings() {
    let check = |wrong: &str, right: &str| mended("", wrong, right);
    check("###Data Schema", "### Data Schema");
    check(
        "##Security / Compliance Considerations",
        "## Security / Compliance Considerations",
    );
    let text = "# SPEC 0001: Orders\n\n#tag and ###Other things\n\n```\n###Metrics\n```\n\n#######Metrics\n";
    let found = read(text).findings;
    assert!(found.is_empty(), "{found:?}");
    let found = read("#SPEC 0001: Orders\n").findings;
    assert!(
        found
            .iter()
            .any(|found| found.headline == "`#SPEC 0001: Orders` is no heading")
    );
}

#[test]
fn labels() {
    let check = |wrong: &str, right: &str| mended("", wrong, right);
    check("Status: draft", "**Status**: draft");
    check("*Status*: draft", "**Status**: draft");
    check("_Status_: draft", "**Status**: draft");
    check("**Status: draft**", "**Status**: draft");
    check("**Status** draft", "**Status**: draft");
    check("**Staus**: draft", "**Status**: draft");
}

#[test]
fn boxes() {
    let check = |wrong: &str, right: &str| mended("## Decision", wrong, right);
    check("- [x]**Approved** - Go", "- [x] **Approved** - Go");
    check("- [ ]**Approved** - Go", "- [ ] **Approved** - Go");
    check("- [] **Approved** - Go", "- [ ] **Approved** - Go");
    check("- [ x] **Approved** - Go", "- [x] **Approved** - Go");
}

#[test]
fn dates() {
    let check = |wrong: &str, right: &str| {
        mended(
            "",
            &format!("**Created**: {wrong}"),
            &format!("**Created**: {right}"),
        );
    };
    check("31.1.2025", "2025-01-31");
    check("2025-1-5", "2025-01-05");
    check("2025/01/05", "2025-01-05");
    check("1/31/2025", "2025-01-31");
    check("31/1/2025", "2025-01-31");
}

#[test]
fn a_date_that_could_be_two_is_not_guessed() {
    for date in [
        "1/2/2025",
        "5.1.25",
        "2025-02-30",
        "1.2",
        "20250105",
        "é.1.2025",
    ] {
        let text = format!("# SPEC 0001: Orders\n\n**Created**: {date}\n");
        let findings = read(&text).findings;
        let help = findings[0].help.as_ref().expect("a help");
        assert!(help.replacement.is_none(), "{date}: {help:?}");
    }
}

#[test]
fn paths() {
    let check = |wrong: &str, right: &str| {
        let line = |path: &str| format!("**Endpoint**: `GET {path}`");
        mended("## API Design", &line(wrong), &line(right));
    };
    check("/api/v1/orders/", "/api/v1/orders");
    check("/api/v1/orders/<id>", "/api/v1/orders/{id}");
    check("/api/v1/orders/:id", "/api/v1/orders/{id}");
}

#[test]
fn scopes() {
    let check = |wrong: &str, right: &str| {
        let line = |value: &str| format!("- **Authorization**: {value}");
        mended("## Security", &line(wrong), &line(right));
    };
    check("orders:read may GET", "`orders:read` may GET");
    check("`orders:read` can GET", "`orders:read` may GET");
    check(
        "`orders:write` may POST, `orders:read` may GET",
        "`orders:write` may POST; `orders:read` may GET",
    );
}

#[test]
fn rates() {
    let check = |wrong: &str, right: &str| {
        let line = |value: &str| format!("- **Rate Limiting**: {value}");
        mended("## Security", &line(wrong), &line(right));
    };
    check("100 req/sec", "100 req/s per client");
    check("100 requests per minute", "100 req/min per client");
    check("100 per hour per user", "100 req/hour per client");
    check("100 requests/minute", "100 req/min per client");
}

#[test]
fn preconditions() {
    let line = |value: &str| format!("- **Input Validation**: {value}");
    let check = |wrong: &str, right: &str| mended("## Security", &line(wrong), &line(right));
    let required = "`If-Match` required";
    check("`If-Match` is required", required);
    check("If-match is required", required);
    check("if match required", required);
    check("If_Match: required", required);
    check("IfMatch mandatory", required);
    check("`If-Macth` required", required);
    check("If-Match reqiured", required);
    check("Every change needs If-Match", required);
    check(
        "PUT and PATCH must send `If-Match`",
        "`If-Match` required for PUT, PATCH",
    );
    check(
        "If-Match required for PUT PATCH",
        "`If-Match` required for PUT, PATCH",
    );
    check(
        "`If-Match` required for DELTE",
        "`If-Match` required for DELETE",
    );
}

#[test]
fn rules() {
    let check = |wrong: &str, right: &str| {
        let line = |value: &str| format!("- **Input Validation**: `name` {value}");
        mended("## Security", &line(wrong), &line(right));
    };
    check("is between 1 and 100", "is 1 to 100");
    check("must be between 1 and 100", "is 1 to 100");
    check("is 1-100", "is 1 to 100");
    check("has 1-100 characters", "has 1 to 100 characters");
    check("has at most 100 characters", "has 0 to 100 characters");
    check("max 255 characters", "has 0 to 255 characters");
    check("must not be empty", "is not blank");
    check("is not empty", "is not blank");
    check(">= 5", "is at least 5");
    check("<= 5", "is at most 5");
}
