//! Groups as they are handed to the writer, on a file.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use diesel::prelude::*;
use diesel::result::DatabaseErrorKind;
use diesel::sql_types::{BigInt, Text};
use specd_sql_support::queue::Unanswered;
use specd_sql_support::reply::Awaited;
use specd_sql_support::session::Session as _;
use tempfile::TempDir;

use super::*;
use crate::connection;
use crate::write::End;

type Said = Result<&'static str, StoreError>;
type Told = Awaited<Said>;

struct File {
    place: TempDir,
    held: Held,
    log: Log,
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

impl File {
    fn new() -> Self {
        let place = TempDir::new().unwrap();
        let path = place.path().join("s.db");
        let mut file = Self {
            held: Held::new(&path, connection::writer, 0),
            log: Log::of(&path),
            place,
        };
        file.run(
            "CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT; \
             CREATE TABLE t (name TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, \
             parent INTEGER REFERENCES parent (id), bytes BLOB) STRICT; \
             CREATE TRIGGER sized BEFORE INSERT ON t BEGIN \
             SELECT RAISE(ABORT, 'too large') WHERE NEW.size > 10; END",
        );
        file
    }

    fn run(&mut self, sql: &str) {
        let connection = self.held.connection().unwrap();
        connection.batch_execute(sql).unwrap();
    }

    /// What another connection finds.
    fn names(&self) -> Vec<String> {
        let path = self.place.path().join("s.db");
        let mut other = connection::reader(&path).unwrap();
        let query = diesel::sql_query("SELECT name FROM t ORDER BY name");
        let rows: Vec<Name> = query.load(&mut other).unwrap();
        rows.into_iter().map(|row| row.name).collect()
    }

    fn write(&mut self, group: Vec<(Write, Told)>) -> Vec<Result<&'static str, String>> {
        let (group, told): (Vec<_>, Vec<_>) = group.into_iter().unzip();
        write(&mut self.held, &mut self.log, group);
        told.into_iter().map(heard).collect()
    }
}

/// What was said, or which failure it was.
fn heard(mut told: Told) -> Result<&'static str, String> {
    match polled(&mut told) {
        Poll::Ready(Ok(said)) => said.map_err(|error| named(&error)),
        _ => Err("lost".to_owned()),
    }
}

fn polled(told: &mut Told) -> Poll<Result<Said, Unanswered>> {
    Pin::new(told).poll(&mut Context::from_waker(Waker::noop()))
}

fn named(error: &StoreError) -> String {
    let (name, source) = match error {
        StoreError::Unavailable(source) => ("unavailable", source),
        StoreError::OutcomeUnknown(source) => ("unknown", source),
        StoreError::Failed(source) => ("failed", source),
    };
    format!("{name}: {source}")
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(10)
}

/// A write of these statements, kept unless one of them fails.
fn plain(sql: &str) -> (Write, Told) {
    of(Company::Plain { bytes: 0 }, sql, true)
}

fn apart(sql: &str) -> (Write, Told) {
    of(Company::Apart { bytes: 0 }, sql, true)
}

fn rehearsal(sql: &str) -> (Write, Told) {
    of(Company::Apart { bytes: 0 }, sql, false)
}

fn of(company: Company, sql: &str, is_kept: bool) -> (Write, Told) {
    let sql = sql.to_owned();
    Write::new(company, soon(), move |session| match session.run(&sql) {
        Ok(()) if is_kept => End::Commit(Ok("kept")),
        Ok(()) => End::RollBack(Ok("rehearsed")),
        Err(error) => End::RollBack(Err(store_error(error))),
    })
}

#[track_caller]
fn is_refused(answer: &Result<&str, String>, reason: &str) {
    let said = answer.as_ref().unwrap_err();
    assert!(said.contains(reason), "{said}");
}

#[test]
fn what_is_refused_undoes_itself_alone() {
    let mut file = File::new();
    let told = file.write(vec![
        plain("INSERT INTO t VALUES ('a', 1, NULL, NULL)"),
        plain("INSERT INTO t VALUES ('a', 1, NULL, NULL)"),
        // Of one statement of several rows, none stays.
        plain("INSERT INTO t VALUES ('b', 1, NULL, NULL), ('c', 11, NULL, NULL)"),
        plain("INSERT INTO t VALUES ('d', 1, 7, NULL)"),
        apart(
            "INSERT INTO t VALUES ('e', 1, NULL, NULL); INSERT INTO t VALUES ('a', 1, NULL, NULL)",
        ),
        apart("INSERT INTO parent VALUES (7); INSERT INTO t VALUES ('f', 1, 7, NULL)"),
        plain("INSERT INTO t VALUES ('g', 1, NULL, NULL)"),
    ]);
    assert_eq!(file.names(), ["a", "f", "g"]);
    for (position, reason) in [
        (1, "UNIQUE"),
        (2, "is not shown"),
        (3, "FOREIGN KEY"),
        (4, "UNIQUE"),
    ] {
        is_refused(told.get(position).unwrap(), reason);
    }
    for position in [0, 5, 6] {
        assert_eq!(told.get(position), Some(&Ok("kept")));
    }
}

#[test]
fn a_rehearsal_leaves_nothing_in_a_group() {
    let mut file = File::new();
    let told = file.write(vec![
        plain("INSERT INTO t VALUES ('a', 1, NULL, NULL)"),
        rehearsal("INSERT INTO t VALUES ('b', 1, NULL, NULL)"),
        plain("INSERT INTO t VALUES ('b', 2, NULL, NULL)"),
    ]);
    assert_eq!(told, [Ok("kept"), Ok("rehearsed"), Ok("kept")]);
    assert_eq!(file.names(), ["a", "b"]);
    let told = file.write(vec![rehearsal("INSERT INTO t VALUES ('c', 1, NULL, NULL)")]);
    assert_eq!(told, [Ok("rehearsed")]);
    assert_eq!(file.names(), ["a", "b"]);
}

#[test]
fn a_full_disk_acknowledges_nothing_that_it_undid() {
    let mut file = File::new();
    // Nothing can refuse a row of this table, so that `SQLite` has no way to undo one alone.
    file.run("CREATE TABLE heap (bytes BLOB) STRICT; PRAGMA max_page_count = 12");
    let told = file.write(vec![
        plain("INSERT INTO t VALUES ('a', 1, NULL, NULL)"),
        plain("INSERT INTO heap VALUES (zeroblob(100000))"),
        plain("INSERT INTO t VALUES ('c', 1, NULL, NULL)"),
    ]);
    assert_eq!(file.names(), ["c"]);
    is_refused(
        told.first().unwrap(),
        "unavailable: the transaction was undone",
    );
    is_refused(
        told.get(1).unwrap(),
        "unavailable: database or disk is full",
    );
    assert_eq!(told.get(2), Some(&Ok("kept")));
}

#[test]
fn a_panic_acknowledges_nothing_that_it_undid() {
    let mut file = File::new();
    let panics = Write::new(Company::Plain { bytes: 0 }, soon(), |session| {
        session
            .run("INSERT INTO t VALUES ('b', 1, NULL, NULL)")
            .unwrap();
        panic!("as planned")
    });
    let told = file.write(vec![
        plain("INSERT INTO t VALUES ('a', 1, NULL, NULL)"),
        panics,
        plain("INSERT INTO t VALUES ('c', 1, NULL, NULL)"),
    ]);
    assert_eq!(file.names(), ["c"]);
    is_refused(
        told.first().unwrap(),
        "unavailable: the transaction was undone",
    );
    assert_eq!(told.get(1), Some(&Err("lost".to_owned())));
    assert_eq!(told.get(2), Some(&Ok("kept")));
}

#[test]
fn a_commit_that_fails_is_nobodys_success() {
    let mut file = File::new();
    let told = file.write(vec![
        plain("INSERT INTO t VALUES ('a', 1, NULL, NULL)"),
        // The reference is judged by the commit, which no statement of specd's own lets it be.
        plain("PRAGMA defer_foreign_keys = ON; INSERT INTO t VALUES ('b', 1, 7, NULL)"),
    ]);
    for answer in &told {
        is_refused(answer, "unknown: FOREIGN KEY");
    }
    assert_eq!(file.names(), Vec::<String>::new());
    // The next group is not in what is left of that one.
    let told = file.write(vec![plain("INSERT INTO t VALUES ('c', 1, NULL, NULL)")]);
    assert_eq!(told, [Ok("kept")]);
    assert_eq!(file.names(), ["c"]);
}

#[test]
fn whoever_waits_too_long_for_the_lock_is_refused_and_the_others_are_not() {
    let mut file = File::new();
    let path = file.place.path().join("s.db");
    let mut other = connection::writer(&path).unwrap();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let (mut late, told_late) = plain("INSERT INTO t VALUES ('a', 1, NULL, NULL)");
    late.until = Instant::now();
    let (patient, mut told_patient) = plain("INSERT INTO t VALUES ('b', 1, NULL, NULL)");
    std::thread::scope(|scope| {
        let (held, log) = (&mut file.held, &mut file.log);
        scope.spawn(move || write(held, log, vec![late, patient]));
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let waited = runtime.build().unwrap().block_on(told_late);
        let said = waited.unwrap().map_err(|error| named(&error));
        is_refused(&said, "unavailable: database is locked");
        assert!(polled(&mut told_patient).is_pending());
        other.batch_execute("COMMIT").unwrap();
    });
    assert_eq!(heard(told_patient), Ok("kept"));
    assert_eq!(file.names(), ["b"]);
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[test]
fn a_refusal_is_no_failure_of_the_connection() {
    let mut file = File::new();
    file.run("CREATE TEMP TABLE mark (n)");
    file.write(vec![
        plain("INSERT INTO t VALUES ('a', 1, NULL, NULL)"),
        plain("INSERT INTO t VALUES ('a', 1, NULL, NULL)"),
    ]);
    // What belongs to the connection is still there.
    let query = diesel::sql_query("SELECT count(*) AS count FROM mark");
    let count: Count = query.get_result(file.held.connection().unwrap()).unwrap();
    assert_eq!(count.count, 0);
    let refused = DieselError::DatabaseError(DatabaseErrorKind::Unknown, Box::new(String::new()));
    assert!(!is_busy(&refused));
}
