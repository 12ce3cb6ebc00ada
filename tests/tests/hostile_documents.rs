//! Documents that try to do harm: each is refused with a diagnostic, nothing of it is executed, and the document beside it is served.
#![expect(
    clippy::disallowed_methods,
    reason = "files that no editor would write"
)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use specd_e2e::hostile::{self, SCHEMAS, excessive};
use specd_e2e::{Documents, Server, Storage, binary, documents};
use specd_testkit::sample::template::REQUEST;

const PATH: &str = "/api/v1/resource";
const GOOD: &str = "0001-resource.md";
/// Far above what it takes: only what never ends is found by it.
const LONGEST: Duration = Duration::from_mins(1);

/// What `specd check` says of one document: the exit code, and each finding as its code and its severity.
struct Said {
    code: Option<i32>,
    findings: Vec<(String, String)>,
    errors: String,
}

fn check(directory: &Path, name: &str) -> anyhow::Result<Said> {
    let output = binary::command()?
        .current_dir(directory)
        .args(["check", name, "--format", "json"])
        .output()?;
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut said = Said {
        code: output.status.code(),
        findings: Vec::new(),
        errors,
    };
    if said.code == Some(2) {
        return Ok(said);
    }
    let read: Value = serde_json::from_slice(&output.stdout)?;
    collect(&read, &mut said.findings);
    Ok(said)
}

/// Every object with a code and a severity.
fn collect(value: &Value, findings: &mut Vec<(String, String)>) {
    match value {
        Value::Array(all) => all.iter().for_each(|value| collect(value, findings)),
        Value::Object(members) => {
            let text = |name| members.get(name).and_then(Value::as_str);
            if let (Some(code), Some(severity)) = (text("code"), text("severity")) {
                findings.push((code.to_owned(), severity.to_owned()));
            }
            members.values().for_each(|value| collect(value, findings));
        }
        _ => {}
    }
}

impl Said {
    fn has(&self, code: &str) -> bool {
        self.findings
            .iter()
            .any(|(found, severity)| found == code && severity == "error")
    }
}

#[test]
fn schemas_that_do_more_than_describe_are_refused_and_nothing_is_executed() -> anyhow::Result<()> {
    let documents = Documents::template()?;
    let mut wrong = Vec::new();
    for (index, (part, instead, code)) in SCHEMAS.iter().enumerate() {
        let name = format!("hostile{index}");
        let file = format!("{:04}-{name}.md", index + 2);
        documents.write(&file, &hostile::schema(index + 2, &name, part, instead))?;
        let said = check(documents.path(), &file)?;
        if said.code != Some(1) || !said.has(code) || said.errors.contains("panicked") {
            wrong.push(format!(
                "{instead}\n  not {code}: {:?} {:?} {}",
                said.code, said.findings, said.errors
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for storage in Storage::each()? {
        let server = Server::start(&documents, &storage)?;
        let client = server.client()?;
        assert_eq!(client.post(PATH, REQUEST)?.status, 200);
        for index in 0..SCHEMAS.len() {
            let path = format!("/api/v1/hostile{index}");
            assert_eq!(client.post(&path, REQUEST)?.status, 404, "{path}");
        }
        let tables = tables(&storage, server)?;
        let foreign: Vec<&String> = tables
            .iter()
            .filter(|name| *name != "resource" && !is_own(name))
            .collect();
        assert!(foreign.is_empty(), "{foreign:?} on {}", storage.name());
        assert!(tables.iter().any(|name| name.starts_with("specd_")));
    }
    assert!(!Path::new("/tmp/specd-was-here").exists());
    Ok(())
}

/// specd's own tables, and that of its migrations.
fn is_own(name: &str) -> bool {
    name.starts_with("specd_") || name.starts_with("__diesel") || name.starts_with("sqlite_")
}

/// The names of all tables of a database, looked up past the server, which has ended.
fn tables(storage: &Storage, server: Server) -> anyhow::Result<Vec<String>> {
    anyhow::ensure!(server.stop()?.success(), "it did not end well");
    let Some(database) = storage.database() else {
        let file = storage.directory().map(|place| place.join("specd.db"));
        let bytes = fs::read(file.unwrap_or_default())?;
        return Ok(created_in(&String::from_utf8_lossy(&bytes)));
    };
    let listed = database.query("select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace")?;
    Ok(listed.lines().map(|line| line.trim().to_owned()).collect())
}

/// What follows each `CREATE TABLE` in the file of `SQLite`, which keeps the statements themselves.
fn created_in(file: &str) -> Vec<String> {
    let statements = file.split("CREATE TABLE ").skip(1);
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let name = |statement: &str| -> String {
        let rest = statement
            .trim_start_matches("IF NOT EXISTS ")
            .trim_start_matches(['"', '`']);
        rest.chars().take_while(|&c| is_name(c)).collect()
    };
    statements.map(name).collect()
}

#[test]
fn a_harmless_text_that_looks_like_harm_is_kept_as_it_is() -> anyhow::Result<()> {
    let comment = "it''s; DROP TABLE specd_keys; -- */ /* $$ $x$ \\ \" ` %s {} ${x}";
    let text = documents::template()
        .replace(
            "field1 VARCHAR(255) NOT NULL",
            "field1 VARCHAR(255) NOT NULL DEFAULT '''); DROP TABLE specd_keys; --'",
        )
        .replace(
            ");\n```\n\n### Flow",
            &format!(");\nCOMMENT ON TABLE resource IS '{comment}';\n```\n\n### Flow"),
        );
    for storage in Storage::each()? {
        let documents = Documents::of(&[(GOOD, &text)])?;
        let server = Server::start(&documents, &storage)?;
        let client = server.client()?;
        let body = r#"{"field2": 1, "field3": {"nested": "'); DROP TABLE resource; --"}}"#;
        let answer = client.post(PATH, body)?;
        assert_eq!(answer.status, 200, "{}", server.output().told());
        let body = String::from_utf8_lossy(&answer.body);
        assert!(body.contains("'); DROP TABLE specd_keys; --"), "{body}");
        assert_eq!(client.post(PATH, REQUEST)?.status, 200);
        assert!(
            tables(&storage, server)?
                .iter()
                .any(|name| name == "specd_keys")
        );
    }
    Ok(())
}

#[test]
fn files_that_are_no_documents_are_refused_and_the_good_one_is_served() -> anyhow::Result<()> {
    let documents = Documents::template()?;
    let place = documents.path();
    let good = hostile::named(2, "second");
    let write = |name: &str, bytes: &[u8]| fs::write(place.join(name), bytes);
    write(
        "0002-large.md",
        hostile::named(2, "large")
            .repeat(1 + 2 * hostile::LARGEST / good.len())
            .as_bytes(),
    )?;
    write(
        "0003-bytes.md",
        &[good.as_bytes(), b"\xff\xfe\xc3\x28"].concat(),
    )?;
    write("0004-nul.md", &[0; 4096])?;
    write("0005-wide.md", &wide(&good))?;
    write(
        "0006-fence.md",
        good.replacen("}\n```\n", "}\n", 1).as_bytes(),
    )?;
    write("0007-empty.md", b"")?;
    write("0008 name.md", hostile::named(8, "spaced").as_bytes())?;
    write("0009.md", hostile::named(9, "short").as_bytes())?;
    write("notes.md", good.as_bytes())?;
    write("0010-text.txt", good.as_bytes())?;
    write("0011-backup.md~", good.as_bytes())?;
    fs::create_dir(place.join("0012-directory.md"))?;
    symlink("0013-loop.md", place.join("0013-loop.md"))?;
    symlink("0099-nothing.md", place.join("0014-dangling.md"))?;
    symlink("/etc/passwd", place.join("0015-outside.md"))?;
    symlink("/dev/zero", place.join("0016-endless.md"))?;
    let pipe = Command::new("mkfifo")
        .arg(place.join("0017-pipe.md"))
        .status()?;
    anyhow::ensure!(pipe.success(), "no pipe");
    let refused = [
        "0002-large.md",
        "0003-bytes.md",
        "0004-nul.md",
        "0005-wide.md",
        "0006-fence.md",
        "0007-empty.md",
        "0008 name.md",
        "0009.md",
        "0012-directory.md",
        "0013-loop.md",
        "0014-dangling.md",
        "0015-outside.md",
        "0016-endless.md",
        "0017-pipe.md",
    ];
    let since = Instant::now();
    let output = binary::command()?
        .current_dir(place)
        .args(["check", "."])
        .output()?;
    assert!(since.elapsed() < LONGEST, "{:?}", since.elapsed());
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    for name in refused {
        assert!(said.contains(name), "nothing is said about {name}:\n{said}");
    }
    for name in ["notes.md", "0010-text.txt", "0011-backup.md~", "root:"] {
        assert!(!said.contains(name), "{name} in\n{said}");
    }
    assert!(!said.contains("panicked"), "{said}");
    let storage = Storage::sqlite()?;
    let server = Server::start(&documents, &storage)?;
    assert_eq!(server.client()?.post(PATH, REQUEST)?.status, 200);
    let told = server.output().text();
    for name in refused {
        assert!(told.contains(name), "nothing is told about {name}:\n{told}");
    }
    assert_eq!(
        tables(&storage, server)?
            .iter()
            .filter(|name| !is_own(name))
            .count(),
        1
    );
    Ok(())
}

/// A document as an editor of Windows may keep it: UTF-16.
fn wide(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

#[test]
fn excessive_documents_end_soon() -> anyhow::Result<()> {
    let documents = Documents::template()?;
    for (what, text) in excessive() {
        documents.write("0002-excessive.md", &text)?;
        let since = Instant::now();
        let said = check(documents.path(), "0002-excessive.md")?;
        let took = since.elapsed();
        assert!(!said.errors.contains("panicked"), "{what}: {}", said.errors);
        assert!(matches!(said.code, Some(0 | 1)), "{what}: {:?}", said.code);
        assert!(took < LONGEST, "{what}: {took:?}");
    }
    Ok(())
}
