//! `PocketBase` as it ships, with a collection of the same fields and indexes that everybody may use.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::super::Bench;
use super::super::http::Connection;
use super::super::names::{
    POCKETBASE_CREATE, POCKETBASE_LIST, POCKETBASE_READ, SERIES_RSS_POCKETBASE,
};
use super::super::process::Process;
use super::super::settings::Part;
use super::super::wrk::{Requests, Target};
use super::{complain, gets, warm_run};

/// How long its start may take.
const START_LIMIT: Duration = Duration::from_secs(30);
/// Who may make the collection.
const ADMINISTRATOR: (&str, &str) = ("bench@example.com", "only-for-the-bench");
/// Where records are.
const RECORDS: &str = "/api/collections/resource/records";
/// The collection: the fields and indexes of SPEC 0001, open to everybody.
const COLLECTION: &str = r#"{"name":"resource","type":"base","listRule":"","viewRule":"","createRule":"",
"fields":[{"name":"field1","type":"text","required":true,"max":255},{"name":"field2","type":"number","onlyInt":true},
{"name":"field3","type":"json","required":true},{"name":"created_at","type":"autodate","onCreate":true},
{"name":"updated_at","type":"autodate","onCreate":true,"onUpdate":true}],
"indexes":["CREATE INDEX resource_field1_idx ON resource (field1)","CREATE INDEX resource_field2_idx ON resource (field2)",
"CREATE INDEX resource_created_at_idx ON resource (created_at DESC)"]}"#;

/// Creates, reads and lists over the rows created.
pub(in super::super) fn run(bench: &mut Bench) -> anyhow::Result<()> {
    let Some(binary) = bench.peers.pocketbase.clone() else {
        return Ok(());
    };
    // It writes what it does to its collections beside its data, and does that again at its next start.
    let place = bench.place.empty("pocketbase")?.join("data");
    let administrator = Command::new(&binary)
        .args([
            "superuser",
            "upsert",
            ADMINISTRATOR.0,
            ADMINISTRATOR.1,
            "--dir",
        ])
        .arg(&place)
        .output()?;
    anyhow::ensure!(administrator.status.success(), "it makes no administrator");
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let target = Target {
        address: format!("127.0.0.1:{port}"),
        key: None,
    };
    let mut process = started(bench, &binary, &place, &target.address)?;
    make_collection(&target.address)?;
    let requests = Requests::Creates {
        path: RECORDS,
        refuses: false,
    };
    let (sample, _) = warm_run(bench, &target, requests)?;
    complain(bench, POCKETBASE_CREATE, sample);
    bench.keep(POCKETBASE_CREATE, sample);
    if bench.settings.has(Part::Read) {
        let records = records(&target.address)?;
        gets(bench, POCKETBASE_READ, &target, &records)?;
    }
    if bench.settings.has(Part::List) {
        let pages: Vec<String> = (1..=100).map(page).collect();
        gets(bench, POCKETBASE_LIST, &target, &pages)?;
    }
    if let Some(memory) = process.most_memory_mib() {
        bench.note_value(SERIES_RSS_POCKETBASE, memory, "MiB");
    }
    process.stop();
    Ok(())
}

fn started(bench: &Bench, binary: &Path, place: &Path, address: &str) -> anyhow::Result<Process> {
    let mut command = Command::new(binary);
    command
        .args(["serve", "--http", address, "--dir"])
        .arg(place)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut process = Process::start(&mut command, &bench.guard)?;
    let since = Instant::now();
    loop {
        let health = Connection::open(address, None).and_then(|mut it| it.get("/api/health"));
        if health.is_ok_and(|answer| answer.status == 200) {
            return Ok(process);
        }
        let is_late = since.elapsed() > START_LIMIT || process.has_ended();
        anyhow::ensure!(!is_late, "it did not start");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn make_collection(address: &str) -> anyhow::Result<()> {
    let (identity, password) = ADMINISTRATOR;
    let who = format!("{{\"identity\":\"{identity}\",\"password\":\"{password}\"}}");
    let token = Connection::open(address, None)?
        .post("/api/collections/_superusers/auth-with-password", &who)?
        .text("token");
    let token = token.ok_or_else(|| anyhow::anyhow!("it does not know its administrator"))?;
    let mut connection = Connection::open(address, Some(&token))?;
    let made = connection.post("/api/collections", COLLECTION)?;
    anyhow::ensure!(
        made.status == 200,
        "it does not make the collection: {}",
        made.json()?
    );
    Ok(())
}

/// The paths of some thousands of its records.
fn records(address: &str) -> anyhow::Result<Vec<String>> {
    let mut connection = Connection::open(address, None)?;
    let mut paths = Vec::new();
    for number in 1..=10 {
        let path = format!("{RECORDS}?perPage=500&skipTotal=1&fields=id&page={number}");
        let page = connection.get(&path)?.json()?;
        let items = page.get("items").and_then(|items| items.as_array());
        let ids = items
            .into_iter()
            .flatten()
            .filter_map(|record| record.get("id")?.as_str());
        paths.extend(ids.map(|id| format!("{RECORDS}/{id}")));
    }
    Ok(paths)
}

/// It has pages by number alone; the total is not asked for.
fn page(number: u32) -> String {
    format!("{RECORDS}?perPage=20&skipTotal=1&sort=-created_at&page={number}")
}
