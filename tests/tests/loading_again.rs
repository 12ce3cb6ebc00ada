//! Loading again: what did not change is not read, not judged, not applied and not made ready anew.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use specd_adapter_markdown::MarkdownReader;
use specd_app::catalog::Catalog;
use specd_app::ports::Answer;
use specd_app::ports::documents::{
    LoadProgress, ReadDocument, SourceError, SourceFile, SpecReader, SpecSource,
};
use specd_app::ports::revisions::{
    AppliedEach, ApplyError, NewRevision, Revision, RevisionMark, RevisionRepository,
};
use specd_app::ports::store::StoreError;
use specd_app::specs::{LoadMemory, LoadPorts, Loaded, Outcome, load};
use specd_domain::name::SpecNumber;
use specd_e2e::documents::template;
use specd_testkit::sample::time;
use specd_testkit::{MemoryStore, MovedClock};

/// A world that keeps a diary of what loading asks of it.
struct World {
    files: Mutex<Vec<(String, String)>>,
    reader: MarkdownReader,
    store: MemoryStore,
    diary: Mutex<Vec<String>>,
    clock: MovedClock,
}

impl World {
    fn of(files: Vec<(String, String)>) -> Self {
        Self {
            files: Mutex::new(files),
            reader: MarkdownReader::new(Box::new(|_, _| true)),
            store: MemoryStore::default(),
            diary: Mutex::default(),
            clock: MovedClock::default(),
        }
    }

    fn note(&self, what: impl Into<String>) {
        self.diary.lock().unwrap().push(what.into());
    }

    /// What was noted since the last time, sorted: documents are read at the same time.
    fn diary(&self) -> Vec<String> {
        let mut diary = std::mem::take(&mut *self.diary.lock().unwrap());
        diary.sort();
        diary
    }

    async fn load(&self, memory: &mut LoadMemory) -> Loaded {
        let ports = LoadPorts {
            source: self,
            reader: self,
            revisions: self,
            progress: self,
            clock: &self.clock,
        };
        load(ports, false, memory).await.unwrap()
    }
}

impl SpecSource for World {
    fn documents(&self) -> Result<Vec<SourceFile>, SourceError> {
        let files = self.files.lock().unwrap();
        let read = files.iter().map(|(path, text)| SourceFile {
            path: path.clone(),
            bytes: Ok(text.as_bytes().into()),
        });
        Ok(read.collect())
    }
}

impl SpecReader for World {
    fn read(&self, path: &str, bytes: &[u8]) -> ReadDocument {
        self.note(format!("read {path}"));
        self.reader.read(path, bytes)
    }
}

impl RevisionRepository for World {
    fn marks(&self) -> Answer<'_, Result<HashMap<SpecNumber, RevisionMark>, StoreError>> {
        self.note("marks");
        self.store.marks()
    }

    fn current(&self, spec: SpecNumber) -> Answer<'_, Result<Option<Revision>, StoreError>> {
        self.note(format!("current {spec}"));
        self.store.current(spec)
    }

    fn apply(&self, revision: NewRevision) -> Answer<'_, Result<Revision, ApplyError>> {
        self.note(format!("apply {}", revision.spec.number));
        self.store.apply(revision)
    }

    fn apply_each(
        &self,
        revisions: Vec<NewRevision>,
    ) -> Answer<'_, Result<AppliedEach, StoreError>> {
        self.note(format!("apply {} together", revisions.len()));
        self.store.apply_each(revisions)
    }
}

impl LoadProgress for World {
    fn applied(&self, done: usize, total: usize) {
        self.note(format!("progress {done} of {total}"));
    }
}

/// The template as another document: its own number, collection and table.
fn document(number: u16) -> (String, String) {
    let text = template()
        .replace("SPEC 0001", &format!("SPEC {number:04}"))
        .replace("/api/v1/resource", &format!("/api/v1/resource{number}"))
        .replace(
            "CREATE TABLE resource",
            &format!("CREATE TABLE resource{number}"),
        );
    (format!("{number:04}-resource.md"), text)
}

fn documents(count: u16) -> Vec<(String, String)> {
    (1..=count).map(document).collect()
}

#[tokio::test]
async fn unchanged_documents_cost_one_look_up() {
    let world = World::of(documents(3));
    let mut memory = LoadMemory::default();
    let first = world.load(&mut memory).await;
    assert_eq!(
        world.diary(),
        [
            "apply 3 together",
            "marks",
            "progress 3 of 3",
            "read 0001-resource.md",
            "read 0002-resource.md",
            "read 0003-resource.md"
        ]
    );
    assert_eq!(world.load(&mut memory).await, first);
    assert_eq!(world.diary(), ["marks"]);
}

#[tokio::test]
async fn a_second_start_asks_for_no_document_by_itself() {
    let world = World::of(documents(2));
    world.load(&mut LoadMemory::default()).await;
    world.diary();
    world.load(&mut LoadMemory::default()).await;
    let asked: Vec<String> = world.diary();
    assert_eq!(
        asked,
        ["marks", "read 0001-resource.md", "read 0002-resource.md"]
    );
}

#[tokio::test]
async fn one_changed_document_is_read_and_applied_and_made_ready_alone() {
    let world = World::of(documents(3));
    let mut memory = LoadMemory::default();
    let first = world.load(&mut memory).await;
    let before = Catalog::new(first.served(&Catalog::default()));
    world.diary();
    let text = document(2)
        .1
        .replace("    created_at", "    note TEXT,\n    created_at");
    world.files.lock().unwrap()[1].1 = text;
    let second = world.load(&mut memory).await;
    assert_eq!(
        world.diary(),
        [
            "apply 0002",
            "current 0002",
            "current 0002",
            "marks",
            "progress 1 of 1",
            "read 0002-resource.md"
        ]
    );
    let after = Catalog::new(second.served(&before));
    let is_as_before: Vec<bool> = before
        .specs()
        .iter()
        .zip(after.specs())
        .map(|(before, after)| Arc::ptr_eq(before, after))
        .collect();
    assert_eq!(is_as_before, [true, false, true]);
    assert_eq!(after.of(SpecNumber(2)).unwrap().revision, 2);
}

#[tokio::test]
async fn what_another_day_judged_is_judged_again() {
    let world = World::of(documents(1));
    let mut memory = LoadMemory::default();
    world.load(&mut memory).await;
    world.diary();
    world.clock.set(time("2031-01-01T00:00:00Z"));
    world.load(&mut memory).await;
    assert_eq!(world.diary(), ["marks", "read 0001-resource.md"]);
}

#[tokio::test]
async fn a_refused_document_among_many_is_refused_by_itself_and_tried_again() {
    let with_table = |number: u16, table: &str| {
        let (path, text) = document(number);
        let own = format!("CREATE TABLE resource{number}");
        (path, text.replace(&own, &format!("CREATE TABLE {table}")))
    };
    let world = World::of(vec![with_table(99, "taken")]);
    world.load(&mut LoadMemory::default()).await;
    let mut files = documents(40);
    files[1] = with_table(2, "taken");
    *world.files.lock().unwrap() = files;
    world.diary();
    let mut memory = LoadMemory::default();
    let loaded = world.load(&mut memory).await;
    let not_served: Vec<&str> = loaded
        .files
        .iter()
        .filter(|file| !matches!(file.outcome, Outcome::Served { .. }))
        .map(|file| &*file.path)
        .collect();
    assert_eq!(not_served, ["0002-resource.md"]);
    let diary = world.diary();
    let told: Vec<&str> = diary
        .iter()
        .map(String::as_str)
        .filter(|line| line.starts_with("apply") || line.starts_with("progress"))
        .collect();
    assert_eq!(
        told,
        [
            "apply 32 together",
            "apply 8 together",
            "progress 32 of 40",
            "progress 40 of 40"
        ]
    );
    world.load(&mut memory).await;
    assert_eq!(
        world.diary(),
        ["apply 1 together", "marks", "progress 1 of 1"]
    );
}
