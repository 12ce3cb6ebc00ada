//! The command line: what each command prints, and the exit codes that scripts use.

use std::net::TcpListener;
use std::path::Path;

use specd_e2e::{Documents, Server, Storage, binary, documents};

/// What a command said.
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

fn specd(place: &Path, arguments: &[&str]) -> anyhow::Result<Said> {
    let output = binary::command()?
        .current_dir(place)
        .args(arguments)
        .output()?;
    Ok(Said {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

#[track_caller]
fn refused_in_one_line(said: &Said, expected: &str) {
    assert_eq!(said.code, Some(2), "{}", said.err);
    let first = said.err.lines().next().unwrap_or_default();
    assert!(
        first.starts_with("error: ") && first.contains(expected),
        "{}",
        said.err
    );
}

#[test]
fn check_tells_clean_wrong_and_unreadable_apart() -> anyhow::Result<()> {
    let documents = Documents::template()?;
    let clean = specd(documents.path(), &["check", "."])?;
    assert_eq!(clean.code, Some(0), "{}", clean.out);
    assert!(clean.out.contains("warning[SD0361]"), "{}", clean.out);

    let broken = documents::template().replace("INTEGER NOT NULL", "INTEGRE NOT NULL");
    documents.write("0001-resource.md", &broken)?;
    let wrong = specd(documents.path(), &["check", "0001-resource.md"])?;
    assert_eq!(wrong.code, Some(1), "{}", wrong.out);
    assert!(
        wrong.out.contains("0001-resource.md:71:12"),
        "{}",
        wrong.out
    );

    let unreadable = specd(documents.path(), &["check", "nowhere"])?;
    refused_in_one_line(&unreadable, "`nowhere`");
    Ok(())
}

#[test]
fn check_writes_for_tools() -> anyhow::Result<()> {
    let documents = Documents::of(&[(
        "0001-resource.md",
        &documents::template().replace("field2 INTEGER", "field2 INTEGRE"),
    )])?;
    let json = specd(documents.path(), &["check", ".", "--format", "json"])?;
    let read: serde_json::Value = serde_json::from_str(&json.out)?;
    assert!(read.to_string().contains("\"line\":71"), "{}", json.out);
    let sarif = specd(documents.path(), &["check", ".", "--format", "sarif"])?;
    let read: serde_json::Value = serde_json::from_str(&sarif.out)?;
    assert_eq!(read.get("version").and_then(|v| v.as_str()), Some("2.1.0"));
    let github = specd(documents.path(), &["check", ".", "--format", "github"])?;
    assert!(
        github
            .out
            .lines()
            .any(|line| line.starts_with("::error file=")),
        "{}",
        github.out
    );
    Ok(())
}

#[test]
fn new_takes_the_next_number_and_its_document_is_a_draft_without_errors() -> anyhow::Result<()> {
    let documents = Documents::of(&[("0007-resource.md", &documents::template())])?;
    let made = specd(documents.path(), &["new", "Library Loans", "--dir", "."])?;
    assert_eq!(made.code, Some(0), "{}", made.err);
    assert!(
        made.out.trim_end().ends_with("0008-library-loans.md"),
        "{}",
        made.out
    );
    let checked = specd(documents.path(), &["check", made.out.trim_end()])?;
    assert_eq!(checked.code, Some(0), "{}", checked.out);
    assert!(!checked.out.contains("warning"), "{}", checked.out);
    refused_in_one_line(&specd(documents.path(), &["new", "  "])?, "is no title");
    Ok(())
}

#[test]
fn explain_knows_every_code_and_says_so_of_others() -> anyhow::Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = specd(here, &["explain", "sd0001"])?;
    assert_eq!(page.code, Some(0));
    assert!(page.out.starts_with("# SD0001: "), "{}", page.out);
    refused_in_one_line(&specd(here, &["explain", "SD9999"])?, "`SD9999`");
    Ok(())
}

#[test]
fn a_model_is_written_and_a_document_with_errors_has_none() -> anyhow::Result<()> {
    let documents = Documents::template()?;
    let model = specd(documents.path(), &["generate", "model", "0001-resource.md"])?;
    let spec: specd_domain::Spec = serde_json::from_str(&model.out)?;
    assert_eq!(spec.collection.as_str(), "resource");
    documents.write(
        "0001-resource.md",
        &documents::template().replace("**Author**: Ada Lovelace", ""),
    )?;
    let none = specd(documents.path(), &["generate", "model", "0001-resource.md"])?;
    assert_eq!((none.code, none.out.as_str()), (Some(1), ""));
    assert!(none.err.contains("error["), "{}", none.err);
    Ok(())
}

#[test]
fn what_cannot_be_served_is_said_in_one_line() -> anyhow::Result<()> {
    let documents = Documents::template()?;
    let place = documents.path();
    refused_in_one_line(&specd(place, &["serve", "--bogus"])?, "--bogus");
    refused_in_one_line(
        &specd(place, &["serve", "--database", "mysql://h/d"])?,
        "use `sqlite:FILE` or `postgres://",
    );
    refused_in_one_line(
        &specd(place, &["serve", "--specs", "nowhere"])?,
        "`nowhere`",
    );
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let address = taken.local_addr()?.to_string();
    refused_in_one_line(
        &specd(place, &["serve", "--specs", ".", "--listen", &address])?,
        "--listen",
    );
    refused_in_one_line(
        &specd(
            place,
            &[
                "serve",
                "--specs",
                ".",
                "--database",
                "sqlite:no/such/dir/specd.db",
            ],
        )?,
        "no/such/dir",
    );
    Ok(())
}

#[test]
fn a_wrong_value_that_may_hold_a_password_is_not_repeated() -> anyhow::Result<()> {
    let documents = Documents::template()?;
    let place = documents.path();
    for (flag, variable, value) in [
        ("--database", "SPECD_DATABASE", "mysql://u:s3cret@h/d"),
        ("--database", "SPECD_DATABASE", "u:s3cret@h/d"),
        ("--limits", "SPECD_LIMITS", "rediss://u:s3cret@h"),
    ] {
        let by_flag = specd(place, &["serve", flag, value])?;
        refused_in_one_line(&by_flag, flag);
        assert!(!by_flag.err.contains("s3cret"), "{}", by_flag.err);
        let by_variable = binary::command()?.env(variable, value).output()?;
        let said = String::from_utf8_lossy(&by_variable.stderr).into_owned();
        assert_eq!(by_variable.status.code(), Some(2), "{said}");
        assert!(said.contains(flag) && !said.contains("s3cret"), "{said}");
    }
    Ok(())
}

#[test]
fn keys_are_created_listed_and_revoked_beside_a_running_server() -> anyhow::Result<()> {
    for storage in Storage::each()? {
        let documents = Documents::template()?;
        let server = Server::start(&documents, &storage)?;
        let database = ["--database", storage.url()];
        let create = [
            "keys",
            "create",
            "--name",
            "ci",
            "--scope",
            "resource:write",
        ];
        let created = specd(documents.path(), &[&create[..], &database].concat())?;
        assert_eq!(created.code, Some(0), "{}", created.err);
        let client = server.anonymous().with_key(created.out.trim_end());
        let body = specd_testkit::sample::template::REQUEST;
        assert_eq!(client.post("/api/v1/resource", body)?.status, 200);

        let listed = specd(
            documents.path(),
            &[&["keys", "list"], &database[..]].concat(),
        )?;
        let line = listed.out.lines().find(|line| line.ends_with(" ci"));
        let id = line.and_then(|line| line.split_whitespace().next());
        let Some(id) = id else {
            anyhow::bail!("no key `ci` in:\n{}", listed.out);
        };
        assert!(created.out.contains(id), "the id stands in the key");
        let secret = created.out.trim_end().split('_').nth(2).unwrap_or("?");
        assert!(!listed.out.contains(secret), "{}", listed.out);

        let revoked = specd(
            documents.path(),
            &[&["keys", "revoke", id], &database[..]].concat(),
        )?;
        assert_eq!(revoked.code, Some(0), "{}", revoked.err);
        let since = std::time::Instant::now();
        while client.post("/api/v1/resource", body)?.status != 401 {
            assert!(since.elapsed().as_secs() < 5, "a revoked key still works");
        }
        let unknown = specd(
            documents.path(),
            &[&["keys", "revoke", "x"], &database[..]].concat(),
        )?;
        refused_in_one_line(&unknown, "`x`");
    }
    Ok(())
}
