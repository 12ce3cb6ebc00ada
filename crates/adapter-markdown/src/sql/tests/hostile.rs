//! Text that was made to break the reader: it ends soon, and with findings.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{found, read, with_check};

/// A debug build is some twenty times slower than what is served.
const SOON: Duration = Duration::from_secs(10);

#[track_caller]
fn ends_soon(text: &str) -> Vec<(String, String)> {
    let begin = Instant::now();
    let found = found(text);
    let took = begin.elapsed();
    assert!(
        took < SOON,
        "took {took:?}: {}",
        text.get(..80).unwrap_or(text)
    );
    found
}

#[test]
fn deep_nesting_is_refused_once() {
    let deep = |open: &str, close: &str| {
        let text = with_check(&format!(
            "{}1{} = 1",
            open.repeat(10_000),
            close.repeat(10_000)
        ));
        let found = ends_soon(&text);
        assert_eq!(found.len(), 1, "{open}");
        assert_eq!(found[0].0, "SD0418", "{open}");
    };
    deep("(", ")");
    deep("NOT ", "");
    deep("- ", "");
    deep("abs(", ")");
    deep("CAST(", " AS INT)");
    deep("CASE WHEN ", " THEN 1 END");
    deep("a IN (", ")");
    let arrays = format!(
        "a = ANY {}ARRAY[1]{}",
        "(".repeat(10_000),
        ")".repeat(10_000)
    );
    assert_eq!(ends_soon(&with_check(&arrays))[0].0, "SD0418");
}

#[test]
fn long_chains_are_refused_and_long_lists_are_not() {
    let sums = with_check(&format!("a > 0{}", " + 1".repeat(100_000)));
    assert_eq!(ends_soon(&sums)[0].0, "SD0418");
    let list = with_check(&format!("a IN (0{})", ", 1".repeat(100_000)));
    assert_eq!(ends_soon(&list), []);
    let ands = with_check(&format!("a > 0{}", " AND a > 0".repeat(50_000)));
    assert_eq!(ends_soon(&ands), []);
}

#[test]
fn much_of_one_thing_ends_soon() {
    for part in [
        ",",
        "(",
        ")",
        ";",
        "'",
        "\"",
        "[",
        "a ",
        "a INT,",
        "CHECK (a > 0),",
        "/*",
        "$$",
        "-",
        "é",
        "\n",
        "CREATE ",
        "CREATE TABLE t (",
        "COPY x FROM STDIN;",
        "::",
        ".",
        "a.",
        "DEFAULT ",
        "REFERENCES ",
        "1",
        "E'\\'",
    ] {
        let text = part.repeat((1 << 18) / part.len());
        ends_soon(&text);
        ends_soon(&format!("CREATE TABLE t ({text})"));
    }
}

#[test]
fn many_constraints_get_their_names_soon() {
    let checks = ", CHECK (a < b)".repeat(20_000);
    let table = read(&format!("CREATE TABLE t (a INT, b INT{checks})"))
        .0
        .unwrap();
    assert_eq!(table.checks[19_999].name, "t_check19999");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn reading_never_panics(text in ".{0,200}") {
        read(&text);
    }

    #[test]
    fn reading_words_of_sql_never_panics(words in prop::collection::vec(prop::sample::select(WORDS), 0..60)) {
        let text = words.join(" ");
        let (_, findings) = read(&text);
        for finding in findings {
            prop_assert!(finding.primary.end <= text.len());
        }
        read(&format!("CREATE TABLE t (a INT, {text}"));
        read(&with_check(&text));
    }
}

const WORDS: &[&str] = &[
    "CREATE",
    "TABLE",
    "INDEX",
    "UNIQUE",
    "COMMENT",
    "ON",
    "COLUMN",
    "IS",
    "t",
    "a",
    "(",
    ")",
    ",",
    ";",
    "INT",
    "TEXT",
    "VARCHAR",
    "NUMERIC",
    "[",
    "]",
    "NOT",
    "NULL",
    "DEFAULT",
    "PRIMARY",
    "KEY",
    "CHECK",
    "REFERENCES",
    "CONSTRAINT",
    "FOREIGN",
    "GENERATED",
    "ALWAYS",
    "AS",
    "IDENTITY",
    "AND",
    "OR",
    "IN",
    "BETWEEN",
    "LIKE",
    "SIMILAR",
    "TO",
    "~",
    "=",
    "<",
    "||",
    "-",
    "*",
    "::",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "CAST",
    "ANY",
    "ALL",
    "ARRAY",
    "'x'",
    "\"q\"",
    "1",
    "1.5",
    "now",
    "char_length",
    "SELECT",
    "FROM",
    "WHERE",
    "COLLATE",
    "AT",
    "TIME",
    "ZONE",
    "$1",
    ".",
    "public",
    "WITH",
    "é",
    "$$",
    "'",
    "/*",
    "*/",
    "--",
    "\n",
    "DATE",
    "INTERVAL",
    "NULLS",
    "FIRST",
    "DESC",
    "USING",
    "ESCAPE",
    "DISTINCT",
];
