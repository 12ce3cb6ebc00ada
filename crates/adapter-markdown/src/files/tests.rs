//! Real files in a directory that is thrown away.
#![expect(
    clippy::disallowed_methods,
    reason = "tests write the files that are read"
)]

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use tempfile::TempDir;

use super::*;

fn directory(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(directory.path().join(name), text).unwrap();
    }
    directory
}

fn names(files: &[SourceFile]) -> Vec<&str> {
    files
        .iter()
        .map(|file| file.path.rsplit('/').next().unwrap())
        .collect()
}

#[test]
fn documents_are_the_numbered_markdown_files_in_order() {
    let directory = directory(&[
        ("0002-b.md", "b"),
        ("0001-a.md", "a"),
        ("0003.MD", "c"),
        ("README.md", ""),
        ("001-a.md", ""),
        ("0001-a.md~", ""),
        (".0001-a.md", ""),
    ]);
    fs::create_dir(directory.path().join("0009-directory.md")).unwrap();
    fs::create_dir(directory.path().join("archive")).unwrap();
    let files = SpecDirectory::new(directory.path()).documents().unwrap();
    let expected = ["0001-a.md", "0002-b.md", "0003.MD", "0009-directory.md"];
    assert_eq!(names(&files), expected);
    assert_eq!(files[0].bytes.as_deref(), Ok(&b"a"[..]));
    assert_eq!(files[3].bytes, Err("it is a directory".to_owned()));
}

#[test]
fn a_file_is_taken_by_any_name_and_read_once() {
    let directory = directory(&[("0001-a.md", "a"), ("notes.txt", "n")]);
    let places = ["0001-a.md", "notes.txt", "."].map(|name| directory.path().join(name));
    let of_files = SpecDirectory::of(&places[..2]).documents().unwrap();
    assert_eq!(names(&of_files), ["0001-a.md", "notes.txt"]);
    let twice = SpecDirectory::of([directory.path(), directory.path()]);
    assert_eq!(twice.documents().unwrap().len(), 1);
}

/// Bytes at the same place in memory were not read again.
#[test]
fn of_many_files_those_are_read_again_that_changed() {
    let directory = directory(&[("0001-a.md", "a"), ("0002-b.md", "b")]);
    let paths = ["0001-a.md", "0002-b.md"].map(|name| directory.path().join(name));
    let read = |known: &Known, now| {
        let mut next = Known::default();
        let bytes = paths
            .each_ref()
            .map(|path| known.document(path, None, now, &mut next).unwrap().unwrap());
        (bytes, next)
    };
    let later = now() + Duration::from_secs(10);
    let ([a, b], known) = read(&Known::default(), later);
    fs::write(&paths[1], "B").unwrap();
    let ([a_again, b_again], _) = read(&known, later);
    assert!(Arc::ptr_eq(&a, &a_again));
    assert_eq!((&*b, &*b_again), (&b"b"[..], &b"B"[..]));
}

#[test]
fn a_file_that_has_just_changed_is_read_again() {
    let directory = directory(&[("0001-a.md", "a")]);
    let path = directory.path().join("0001-a.md");
    let mut known = Known::default();
    let now = now();
    Known::default().document(&path, None, now, &mut known);
    let first = known.document(&path, None, now, &mut Known::default());
    let second = known.document(&path, None, now, &mut Known::default());
    let (first, second) = (first.unwrap().unwrap(), second.unwrap().unwrap());
    assert!(!Arc::ptr_eq(&first, &second));
}

#[test]
fn what_is_not_there_is_said_in_words() {
    let directory = directory(&[]);
    let missing = directory.path().join("missing");
    let error = SpecDirectory::new(&missing).documents().unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "could not read the specs in `{}`: there is no such file or directory",
            missing.display()
        )
    );
}

#[test]
fn no_more_is_read_than_a_document_may_have() {
    let directory = directory(&[]);
    let file = fs::File::create(directory.path().join("0001-large.md")).unwrap();
    file.set_len(1 << 32).unwrap();
    let files = SpecDirectory::new(directory.path()).documents().unwrap();
    assert_eq!(files[0].bytes.as_ref().unwrap().len(), LARGEST_DOCUMENT + 1);
}

#[cfg(unix)]
#[test]
fn links_stay_inside_their_directory() {
    use std::os::unix::fs::symlink;
    let outside = directory(&[("secret", "s")]);
    let directory = directory(&[("data", "d")]);
    let at = |name: &str| directory.path().join(name);
    symlink(outside.path().join("secret"), at("0001-out.md")).unwrap();
    symlink("data", at("0002-in.md")).unwrap();
    symlink("nothing", at("0003-broken.md")).unwrap();
    symlink("0004-loop.md", at("0004-loop.md")).unwrap();
    let files = SpecDirectory::new(directory.path()).documents().unwrap();
    let bytes: Vec<_> = files.iter().map(|file| file.bytes.clone()).collect();
    assert_eq!(
        bytes[0],
        Err("it is a symbolic link that leads out of its directory".to_owned())
    );
    assert_eq!(bytes[1].as_deref(), Ok(&b"d"[..]));
    assert_eq!(
        bytes[2],
        Err("there is no such file or directory".to_owned())
    );
    assert!(bytes[3].is_err());
}

#[cfg(unix)]
#[test]
fn a_socket_is_no_document() {
    let directory = directory(&[]);
    let _socket =
        std::os::unix::net::UnixListener::bind(directory.path().join("0001-socket.md")).unwrap();
    let files = SpecDirectory::new(directory.path()).documents().unwrap();
    assert_eq!(files[0].bytes, Err("it is no regular file".to_owned()));
}

#[test]
fn documents_of_the_binary_come_in_order() {
    let source = BuiltIn::new(&[("0002-b.md", "b"), ("0001-a.md", "a")]);
    assert_eq!(
        names(&source.documents().unwrap()),
        ["0001-a.md", "0002-b.md"]
    );
}

/// A watch that tells each change.
fn watched(path: &Path) -> (Watch, Receiver<()>) {
    let (sender, receiver) = channel();
    let watch = watch(path, Box::new(move || sender.send(()).unwrap_or_default())).unwrap();
    (watch, receiver)
}

/// Waits for a change, longer than it may take on a machine that has much to do.
#[track_caller]
fn expect_change(receiver: &Receiver<()>) {
    receiver.recv_timeout(Duration::from_secs(10)).unwrap();
    // What the same step of the test changed after the notice belongs to it.
    while receiver.recv_timeout(Duration::from_millis(700)).is_ok() {}
}

#[test]
fn changes_of_a_directory_are_noticed() {
    let directory = directory(&[("0001-a.md", "a")]);
    let at = |name: &str| directory.path().join(name);
    let (_watch, changes) = watched(directory.path());
    fs::write(at("0001-a.md"), "b").unwrap();
    expect_change(&changes);
    fs::write(at("0002-b.md"), "new").unwrap();
    expect_change(&changes);
    fs::write(at(".0001-a.md.swp"), "replaced").unwrap();
    fs::rename(at(".0001-a.md.swp"), at("0001-a.md")).unwrap();
    expect_change(&changes);
    fs::remove_file(at("0002-b.md")).unwrap();
    expect_change(&changes);
}

#[test]
fn a_directory_that_comes_back_is_noticed() {
    let parent = tempfile::tempdir().unwrap();
    let specs = parent.path().join("specs");
    fs::create_dir(&specs).unwrap();
    let (_watch, changes) = watched(&specs);
    fs::remove_dir(&specs).unwrap();
    expect_change(&changes);
    fs::create_dir(&specs).unwrap();
    fs::write(specs.join("0001-a.md"), "a").unwrap();
    expect_change(&changes);
    fs::write(specs.join("0001-a.md"), "b").unwrap();
    expect_change(&changes);
}

#[test]
fn a_file_that_is_replaced_is_noticed() {
    let directory = directory(&[("notes.md", "a")]);
    let at = |name: &str| directory.path().join(name);
    let (_watch, changes) = watched(&at("notes.md"));
    fs::write(at("new"), "b").unwrap();
    fs::rename(at("new"), at("notes.md")).unwrap();
    expect_change(&changes);
}

#[test]
fn a_watch_that_is_dropped_is_quiet() {
    let directory = directory(&[]);
    let (watch, changes) = watched(directory.path());
    drop(watch);
    // The thread lets go of the sender when it ends.
    assert_eq!(
        changes.recv_timeout(Duration::from_secs(10)),
        Err(std::sync::mpsc::RecvTimeoutError::Disconnected)
    );
}

#[test]
fn a_place_that_is_not_there_cannot_be_watched() {
    let directory = directory(&[]);
    let missing = directory.path().join("missing");
    assert!(watch(&missing, Box::new(|| {})).is_err());
}
