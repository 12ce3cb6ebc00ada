//! Documents that try to do harm, or to be too much.

use crate::documents::template;

/// The most bytes that a document may have.
pub const LARGEST: usize = 1 << 20;

/// The template, filled, as the document of this number, whose collection and table are called `name`.
pub fn named(number: usize, name: &str) -> String {
    template()
        .replace("SPEC 0001", &format!("SPEC {number:04}"))
        .replace("/api/v1/resource", &format!("/api/v1/{name}"))
        .replace("CREATE TABLE resource", &format!("CREATE TABLE {name}"))
}

/// The same with another text in the place of a part of it.
///
/// # Panics
/// The part is not there.
pub fn with(number: usize, name: &str, part: &str, instead: &str) -> String {
    let text = named(number, name);
    assert!(text.contains(part), "no {part:?} in the template");
    text.replacen(part, instead, 1)
}

/// What `schema` attacks put into the schema: what is replaced, what stands there instead (`{}` is the name of the table), and a code
/// that must be found.
pub const SCHEMAS: &[(&str, &str, &str)] = &[
    // defaults that ask or do something
    (
        CREATED,
        "created_at TIMESTAMP NOT NULL DEFAULT (SELECT now())",
        "SD0414",
    ),
    (
        CREATED,
        "created_at TIMESTAMP NOT NULL DEFAULT (select secret from specd_keys)",
        "SD0414",
    ),
    (
        FIELD2,
        "field2 INTEGER NOT NULL DEFAULT nextval('x')",
        "SD0414",
    ),
    (
        FIELD2,
        "field2 INTEGER NOT NULL DEFAULT nextval('x'::regclass)",
        "SD0414",
    ),
    (
        FIELD2,
        "field2 INTEGER NOT NULL DEFAULT lo_import('/etc/passwd')",
        "SD0414",
    ),
    (
        FIELD1,
        "field1 VARCHAR(255) NOT NULL DEFAULT current_setting('data_directory')",
        "SD0414",
    ),
    (
        FIELD1,
        "field1 VARCHAR(255) NOT NULL DEFAULT pg_read_file('/etc/passwd')",
        "SD0414",
    ),
    (
        FIELD1,
        "field1 VARCHAR(255) NOT NULL DEFAULT (pg_sleep(60))::text",
        "SD0414",
    ),
    (
        FIELD1,
        "field1 VARCHAR(255) NOT NULL DEFAULT version()",
        "SD0414",
    ),
    (
        FIELD1,
        "field1 VARCHAR(255) NOT NULL DEFAULT 'a' || current_user",
        "SD0414",
    ),
    // names that end the statement
    (
        TABLE,
        "CREATE TABLE \"x\"; DROP TABLE specd_keys; --\" (",
        "SD0402",
    ),
    (
        TABLE,
        "CREATE TABLE \"x\"\"; DROP TABLE specd_keys; --\" (",
        "SD0408",
    ),
    (
        TABLE,
        "CREATE TABLE \"x'; DROP TABLE specd_keys; --\" (",
        "SD0408",
    ),
    (TABLE, "CREATE TABLE \"a\nb\" (", "SD0408"),
    (TABLE, "CREATE TABLE \"a b\" (", "SD0408"),
    (TABLE, "CREATE TABLE \"\" (", "SD0408"),
    (TABLE, "CREATE TABLE pg_catalog.pg_class (", "SD0410"),
    (TABLE, "CREATE TABLE information_schema.tables (", "SD0410"),
    (TABLE, "CREATE TABLE specd_keys (", "SD0408"),
    (TABLE, "CREATE TABLE sqlite_master (", "SD0408"),
    (TABLE, "CREATE TABLE pg_class (", "SD0408"),
    (
        TABLE,
        "CREATE TABLE a234567890123456789012345678901234567890123456789012345678901234 (",
        "SD0408",
    ),
    (TABLE, "CREATE TABLE r\u{435}source (", "SD0409"),
    (TABLE, "CREATE TABLE U&\"res\\006furce\" (", "SD0401"),
    (TABLE, "CREATE TEMP TABLE {} (", "SD0405"),
    (
        FIELD1,
        "\"field1\"\" TEXT); DROP TABLE specd_keys; --\" VARCHAR(255) NOT NULL",
        "SD0408",
    ),
    (
        FIELD1,
        "field1 VARCHAR(255) NOT NULL, fi\u{435}ld1 TEXT",
        "SD0409",
    ),
    (
        FIELD1,
        "field1 VARCHAR(255) NOT NULL, f\u{131}eld TEXT",
        "SD0409",
    ),
    (FIELD1, "field1 VARCHAR(255) NOT NULL, ctid TEXT", "SD0408"),
    // conditions
    (
        FIELD2,
        "field2 INTEGER NOT NULL CHECK (pg_sleep(60) IS NULL)",
        "SD0416",
    ),
    (
        FIELD2,
        "field2 INTEGER NOT NULL CHECK (field2 > (SELECT count(*) FROM specd_keys))",
        "SD0417",
    ),
    (
        FIELD2,
        "field2 INTEGER NOT NULL CHECK (EXISTS (SELECT 1))",
        "SD0417",
    ),
    (
        FIELD2,
        "field2 INTEGER NOT NULL CHECK (lo_unlink(field2) = 1)",
        "SD0416",
    ),
    (
        FIELD2,
        "field2 INTEGER NOT NULL CHECK (current_setting('is_superuser') = 'on')",
        "SD0416",
    ),
    (
        FIELD2,
        "field2 INTEGER NOT NULL CHECK (pg_catalog.pg_sleep(9) IS NULL)",
        "SD0416",
    ),
    (
        FIELD2,
        "field2 INTEGER NOT NULL CHECK (true)); DROP TABLE specd_keys; CREATE TABLE y (z INTEGER",
        "SD0402",
    ),
    (
        FIELD2,
        "field2 INTEGER NOT NULL CHECK (field2 > 0 /* ) ); DROP TABLE specd_keys; */",
        "SD0401",
    ),
    (FIELD2, "field2 INTEGER NOT NULL /* never closed", "SD0401"),
    (
        FIELD2,
        "field2 INTEGER NOT NULL DEFAULT 'never closed",
        "SD0401",
    ),
    (
        FIELD2,
        "field2 INTEGER NOT NULL DEFAULT $$ never closed",
        "SD0401",
    ),
    (FIELD2, "field2 INTEGER NOT NULL DEFAULT $x$1$y$", "SD0401"),
    (FIELD2, "field2 INTEGER NOT NULL \\gexec", "SD0401"),
    (
        FIELD2,
        "field2 INTEGER NOT NULL REFERENCES specd_keys (id)",
        "SD0408",
    ),
    (FIELD2, "field2 OID NOT NULL", "SD0406"),
    (FIELD2, "field2 regclass NOT NULL", "SD0406"),
    (
        FIELD2,
        "field2 INTEGER NOT NULL GENERATED ALWAYS AS (pg_sleep(1)) STORED",
        "SD0412",
    ),
    // other statements
    (END, ");\nDROP TABLE specd_keys;", "SD0402"),
    (
        END,
        ");\nGRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC;",
        "SD0402",
    ),
    (END, ");\nINSERT INTO specd_keys VALUES (1);", "SD0402"),
    (
        END,
        ");\nCOPY {} FROM PROGRAM 'touch /tmp/specd-was-here';",
        "SD0402",
    ),
    (END, ");\nCREATE EXTENSION dblink;", "SD0402"),
    (
        END,
        ");\nDO $$ BEGIN EXECUTE 'DROP TABLE specd_keys'; END $$;",
        "SD0402",
    ),
    (
        END,
        ");\nCREATE FUNCTION f() RETURNS trigger AS $$ BEGIN RETURN NULL; END $$ LANGUAGE plpgsql;",
        "SD0402",
    ),
    (
        END,
        ");\nALTER SYSTEM SET archive_command = 'true';",
        "SD0402",
    ),
    (END, ");\nSELECT pg_sleep(60);", "SD0402"),
    (
        END,
        ");\nATTACH DATABASE '/tmp/specd-was-here' AS a;",
        "SD0401",
    ),
    (END, ");\nPRAGMA writable_schema = 1;", "SD0401"),
    (END, ");\n\\! touch /tmp/specd-was-here", "SD0401"),
    (
        END,
        ");\nCREATE TABLE second (id UUID PRIMARY KEY);",
        "SD0403",
    ),
    (
        END,
        ");\nCREATE TABLE third AS SELECT * FROM specd_keys;",
        "SD0403",
    ),
    (END, ");\nCREATE INDEX ON specd_keys (id);", "SD0420"),
    (END, ");\nCREATE INDEX ON {} (pg_sleep(9));", "SD0417"),
    (
        END,
        ");\nCREATE INDEX ON {} (field1) WHERE pg_sleep(9) IS NULL;",
        "SD0416",
    ),
    (END, ");\nCREATE INDEX ON {} USING gist (field1);", "SD0412"),
    (END, ");\nCOMMENT ON DATABASE postgres IS 'mine';", "SD0421"),
    (END, ") INHERITS (specd_keys);", "SD0405"),
    (END, ") TABLESPACE pg_global;", "SD0405"),
    (END, ") WITH (autovacuum_enabled = off);", "SD0405"),
    (END, ") PARTITION BY RANGE (field2);", "SD0405"),
];

const TABLE: &str = "CREATE TABLE {} (";
const FIELD1: &str = "field1 VARCHAR(255) NOT NULL";
const FIELD2: &str = "field2 INTEGER NOT NULL";
const CREATED: &str = "created_at TIMESTAMP NOT NULL DEFAULT NOW()";
const END: &str = ");\n```\n\n### Flow";

/// The document of an attack on the schema.
pub fn schema(number: usize, name: &str, part: &str, instead: &str) -> String {
    let fill = |text: &str| text.replace("{}", name);
    let instead = fill(instead);
    if part == END {
        return with(number, name, END, &format!("{instead}\n```\n\n### Flow"));
    }
    with(number, name, &fill(part), &instead)
}

/// Texts of nearly a mebibyte, or nested thousands of levels deep, each in a document that is fine otherwise; and what each is full of.
pub fn excessive() -> Vec<(&'static str, String)> {
    let mut all = excessive_markdown();
    all.extend(excessive_json());
    all.extend(excessive_sql());
    all.extend(excessive_clauses());
    all
}

fn good() -> String {
    named(2, "excessive")
}

/// As many of them as a document has room for.
fn many(unit: &str) -> String {
    unit.repeat((LARGEST - good().len() - 200) / unit.len())
}

fn excessive_markdown() -> Vec<(&'static str, String)> {
    let units = [
        "*",
        "_",
        "[",
        "[a](",
        "`",
        "(",
        "|",
        "|a",
        ",",
        "-",
        "- ",
        "> ",
        "<!--",
        "<a ",
        "&amp;",
        "\n```",
        "\n# a",
        "\n**Status**: approved",
        "\n**Endpoint**: `POST /api/v1/excessive`\n",
    ];
    let mut all: Vec<_> = units
        .into_iter()
        .map(|unit| (unit, good() + &many(unit)))
        .collect();
    all.push(("nested items", good() + &"- ".repeat(10_000)));
    all.push(("nested quotations", good() + &"> ".repeat(10_000)));
    all
}

fn excessive_json() -> Vec<(&'static str, String)> {
    let (open, close) = ("[".repeat(10_000), "]".repeat(10_000));
    let cases = [
        ("nested json", format!("\"field2\": {open}")),
        ("closed json", format!("\"field2\": {open}{close}")),
        ("one line of json", format!("\"field2\": [{}1]", many("1,"))),
        ("many keys", many("\"a\": 1, ")),
        ("a long text", format!("\"field2\": \"{}\"", many("a"))),
    ];
    let in_json = |text: String| good().replacen("\"field2\": 123", &text, 1);
    cases.map(|(what, text)| (what, in_json(text))).into()
}

fn excessive_sql() -> Vec<(&'static str, String)> {
    let (open, close) = ("(".repeat(10_000), ")".repeat(10_000));
    let cases = [
        ("nested sql", format!("CHECK {open}")),
        ("closed sql", format!("CHECK {open}field2 > 0{close}")),
        (
            "negations",
            format!("CHECK ({} true)", "NOT ".repeat(10_000)),
        ),
        (
            "a long condition",
            format!("CHECK (true{})", many(" OR field2 = 1")),
        ),
        (
            "a long list",
            format!("CHECK (field2 IN (1{}))", many(",1")),
        ),
        ("many columns", format!(",{}c TEXT", many("c TEXT,"))),
        (
            "many statements",
            format!("); {} CREATE TABLE b (c TEXT", many("DROP TABLE a;")),
        ),
        ("a long word", format!(", {} TEXT", many("a"))),
    ];
    let in_sql = |text: String| good().replacen(FIELD2, &format!("{FIELD2} {text}"), 1);
    cases.map(|(what, text)| (what, in_sql(text))).into()
}

fn excessive_clauses() -> Vec<(&'static str, String)> {
    let cases = [
        (
            "a long pattern",
            format!("`field1` matches `{}`", many("(a*")),
        ),
        (
            "a hungry pattern",
            "`field1` matches `((a{1,1000}){1,1000}){1,1000}`".to_owned(),
        ),
        ("many clauses", many("`field1` is not blnk; ")),
        ("many good clauses", many("`field1` is not blank; ")),
    ];
    let in_clauses = |text: String| good().replacen("`field1` is not blank", &text, 1);
    cases.map(|(what, text)| (what, in_clauses(text))).into()
}
