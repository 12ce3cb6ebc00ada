//! Loading documents, over the store in memory: what is served, by which revision, and what is not.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::sync::Mutex;

use specd_adapter_markdown::MarkdownReader;
use specd_app::catalog::Catalog;
use specd_app::ports::documents::{SourceError, SourceFile, SpecSource, Unwatched};
use specd_app::ports::store::StoreError;
use specd_app::specs::{LoadError, LoadMemory, LoadPorts, Loaded, NotServed, Outcome, load};
use specd_domain::Code;
use specd_domain::document::Status;
use specd_e2e::documents::template;
use specd_testkit::{MemoryStore, MovedClock};

/// Documents that a test changes.
#[derive(Default)]
struct Desk(Mutex<Vec<(String, String)>>);

impl Desk {
    fn of(files: &[(&str, &str)]) -> Self {
        let desk = Self::default();
        desk.put(files);
        desk
    }

    fn put(&self, files: &[(&str, &str)]) {
        *self.0.lock().unwrap() = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
            .collect();
    }
}

impl SpecSource for Desk {
    fn documents(&self) -> Result<Vec<SourceFile>, SourceError> {
        let files = self.0.lock().unwrap();
        let read = files.iter().map(|(path, text)| SourceFile {
            path: path.clone(),
            bytes: Ok(text.as_bytes().into()),
        });
        Ok(read.collect())
    }
}

async fn loaded(desk: &Desk, store: &MemoryStore, preview: bool) -> Result<Loaded, LoadError> {
    let reader = MarkdownReader::new(Box::new(|_, _| true));
    let ports = LoadPorts {
        source: desk,
        reader: &reader,
        revisions: store,
        progress: &Unwatched,
        clock: &MovedClock::default(),
    };
    load(ports, preview, &mut LoadMemory::default()).await
}

/// What became of each document, in short.
fn outcomes(loaded: &Loaded) -> Vec<String> {
    let in_short = |outcome: &Outcome| match outcome {
        Outcome::Served { spec, revision } => format!("{} rev {revision}", spec.number),
        Outcome::Kept { spec, revision } => format!("{} kept rev {revision}", spec.number),
        Outcome::NotServed(reason) => format!("not: {reason:?}"),
    };
    loaded
        .files
        .iter()
        .map(|file| in_short(&file.outcome))
        .collect()
}

fn has(loaded: &Loaded, code: Code) -> bool {
    let mut findings = loaded.files.iter().flat_map(|file| &file.diagnostics);
    findings.any(|finding| finding.code == code)
}

/// The template as another document: its own number, collection and table.
fn another(number: &str, name: &str) -> String {
    template()
        .replace("SPEC 0001", &format!("SPEC {number}"))
        .replace("/api/v1/resource", &format!("/api/v1/{name}"))
        .replace("CREATE TABLE resource", &format!("CREATE TABLE {name}"))
}

const FIRST: &str = "0001-resource.md";

#[tokio::test]
async fn an_unchanged_document_stays_at_its_revision() {
    let (desk, store) = (Desk::of(&[(FIRST, &template())]), MemoryStore::default());
    for _ in 0..3 {
        let loaded = loaded(&desk, &store, false).await.unwrap();
        assert_eq!(outcomes(&loaded), ["0001 rev 1"]);
    }
}

#[tokio::test]
async fn an_additive_change_is_the_next_revision() {
    let (desk, store) = (Desk::of(&[(FIRST, &template())]), MemoryStore::default());
    loaded(&desk, &store, false).await.unwrap();
    let more = template().replace("    created_at", "    note TEXT,\n    created_at");
    desk.put(&[(FIRST, &more)]);
    let loaded = loaded(&desk, &store, false).await.unwrap();
    assert_eq!(outcomes(&loaded), ["0001 rev 2"]);
}

#[tokio::test]
async fn a_change_that_rows_stand_in_the_way_of_is_refused_at_its_line() {
    let (desk, store) = (Desk::of(&[(FIRST, &template())]), MemoryStore::default());
    loaded(&desk, &store, false).await.unwrap();
    desk.put(&[(FIRST, &template().replace("VARCHAR(255)", "VARCHAR(10)"))]);
    let loaded = loaded(&desk, &store, false).await.unwrap();
    assert_eq!(outcomes(&loaded), ["0001 kept rev 1"]);
    assert!(has(&loaded, Code::ChangeNotAdditive));
}

#[tokio::test]
async fn a_document_with_errors_keeps_what_it_served() {
    let broken = template().replace("CREATE TABLE", "CREATE TABEL");
    let (desk, store) = (Desk::of(&[(FIRST, &broken)]), MemoryStore::default());
    let never = loaded(&desk, &store, false).await.unwrap();
    assert_eq!(outcomes(&never), ["not: Errors"]);
    desk.put(&[(FIRST, &template())]);
    loaded(&desk, &store, false).await.unwrap();
    desk.put(&[(FIRST, &broken)]);
    let kept = loaded(&desk, &store, false).await.unwrap();
    assert_eq!(outcomes(&kept), ["0001 kept rev 1"]);
    assert_eq!(kept.served(&Catalog::default()).len(), 1);
}

#[tokio::test]
async fn a_draft_is_served_with_preview_only() {
    let draft = template().replace("**Status**: approved", "**Status**: draft");
    let (desk, store) = (Desk::of(&[(FIRST, &draft)]), MemoryStore::default());
    let without = loaded(&desk, &store, false).await.unwrap();
    let reason = NotServed::Preview(Status::Draft);
    assert_eq!(outcomes(&without), [format!("not: {reason:?}")]);
    let with = loaded(&desk, &store, true).await.unwrap();
    assert_eq!(outcomes(&with), ["0001 rev 1"]);
}

#[tokio::test]
async fn a_table_is_created_after_the_one_it_refers_to() {
    let refers = template().replace(
        "    created_at",
        "    owner_id UUID REFERENCES owners (id),\n    created_at",
    );
    let files = [
        (FIRST, &*refers),
        ("0002-owners.md", &*another("0002", "owners")),
    ];
    let (desk, store) = (Desk::of(&files), MemoryStore::default());
    let loaded = loaded(&desk, &store, false).await.unwrap();
    assert_eq!(outcomes(&loaded), ["0001 rev 1", "0002 rev 1"]);
}

#[tokio::test]
async fn a_document_waits_for_the_table_of_one_that_is_not_served() {
    let refers = template().replace(
        "    created_at",
        "    owner_id UUID REFERENCES owners (id),\n    created_at",
    );
    let draft = another("0002", "owners").replace("**Status**: approved", "**Status**: draft");
    let files = [(FIRST, &*refers), ("0002-owners.md", &*draft)];
    let (desk, store) = (Desk::of(&files), MemoryStore::default());
    let alone = loaded(&desk, &store, false).await.unwrap();
    assert!(
        outcomes(&alone)[0].starts_with("not: "),
        "{:?}",
        outcomes(&alone)
    );
    assert!(
        alone.files[0]
            .diagnostics
            .iter()
            .any(|finding| finding.headline.contains("`owners`")),
        "{:?}",
        alone.files[0].diagnostics
    );
    let both = loaded(&desk, &store, true).await.unwrap();
    assert_eq!(outcomes(&both), ["0001 rev 1", "0002 rev 1"]);
}

#[tokio::test]
async fn of_two_documents_with_one_number_the_first_is_served() {
    let second = another("0001", "others");
    let files = [(FIRST, &*template()), ("0001-second.md", &*second)];
    let (desk, store) = (Desk::of(&files), MemoryStore::default());
    let loaded = loaded(&desk, &store, false).await.unwrap();
    assert_eq!(outcomes(&loaded), ["0001 rev 1", "not: Errors"]);
}

#[tokio::test]
async fn a_document_that_asks_for_jwt_alone_is_served_whoever_can_reach_its_issuer() {
    let jwt = template().replace(
        "**Authentication**: API key",
        "**Authentication**: JWT from `https://id.example` for `orders`",
    );
    let (desk, store) = (Desk::of(&[(FIRST, &jwt)]), MemoryStore::default());
    let loaded = loaded(&desk, &store, false).await.unwrap();
    assert_eq!(outcomes(&loaded), ["0001 rev 1"]);
}

#[tokio::test]
async fn a_store_that_is_away_decides_nothing() {
    let (desk, store) = (Desk::of(&[(FIRST, &template())]), MemoryStore::default());
    store.set_away(true);
    let away = loaded(&desk, &store, false).await;
    assert!(matches!(
        away,
        Err(LoadError::Store(StoreError::Unavailable(_)))
    ));
}
