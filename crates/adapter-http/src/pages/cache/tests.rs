use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use actix_web::rt::System;
use specd_app::catalog::Catalog;

use super::*;

mod worker;

/// Past this, what waits is taken to wait for ever.
const PATIENCE: Duration = Duration::from_secs(10);

/// A making that waits until it may go on; `late` where nobody let it.
fn gated(gate: Receiver<()>) -> impl FnOnce(&Catalog) -> String + Send + 'static {
    move |_| match gate.recv_timeout(PATIENCE) {
        Ok(()) => "made".to_owned(),
        Err(_) => "late".to_owned(),
    }
}

fn text(made: Option<Arc<Made>>) -> String {
    let made = made.expect("a page");
    String::from_utf8(made.body.to_vec()).expect("UTF-8")
}

#[test]
fn a_page_is_made_once_for_all_who_wait_and_its_making_holds_nobody_up() {
    System::new().block_on(async {
        let cache = PageCache::default();
        let catalog = Arc::new(Catalog::default());
        let (open, gate) = channel();
        let first = cache.page(Name::Description, &catalog, gated(gate));
        let second = cache.page(Name::Description, &catalog, |_| "a second".to_owned());
        let opened = async { open.send(()).expect("somebody who makes it") };
        let (first, second, ()) = tokio::join!(first, second, opened);
        assert_eq!((text(first), text(second)), ("made".into(), "made".into()));
        let later = cache.page(Name::Description, &catalog, |_| "a third".to_owned());
        assert_eq!(text(later.await), "made");

        let next = Arc::new(Catalog::default());
        let of_next = cache.page(Name::Description, &next, |_| "of the next".to_owned());
        assert_eq!(text(of_next.await), "of the next");
    });
}

#[test]
fn who_leaves_does_not_undo_the_making() {
    System::new().block_on(async {
        let cache = PageCache::default();
        let catalog = Arc::new(Catalog::default());
        let made = Arc::new(AtomicUsize::new(0));
        for _ in 0..3 {
            let made = Arc::clone(&made);
            let asked = cache.page(Name::Description, &catalog, move |_| {
                made.fetch_add(1, Ordering::SeqCst);
                "made".to_owned()
            });
            let mut asked = Box::pin(asked);
            // Asked once, and left.
            let mut context = Context::from_waker(Waker::noop());
            let _ = asked.as_mut().poll(&mut context);
        }
        let last = cache.page(Name::Description, &catalog, |_| "again".to_owned());
        assert_eq!(text(last.await), "made");
        assert_eq!(made.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn a_page_whose_making_panicked_is_tried_again() {
    System::new().block_on(async {
        let cache = PageCache::default();
        let catalog = Arc::new(Catalog::default());
        let broken = cache.page(Name::Index, &catalog, |_| panic!("as the test wants it"));
        assert!(broken.await.is_none());
        let mended = cache.page(Name::Index, &catalog, |_| "made".to_owned());
        assert_eq!(text(mended.await), "made");
    });
}

#[test]
fn the_documents_that_were_asked_for_last_are_kept() {
    System::new().block_on(async {
        let cache = PageCache::default();
        let documents: Vec<Arc<String>> = (0..=64).map(|n| Arc::new(format!("{n}"))).collect();
        let ask = async |number: usize| {
            let name = Name::Document(SpecNumber(u16::try_from(number).unwrap()));
            let page = cache.page(name, &documents[number], String::clone);
            assert_eq!(text(page.await), number.to_string());
        };
        for number in [0, 1, 2, 0] {
            ask(number).await;
        }
        for number in 3..=64 {
            ask(number).await;
        }
        let kept = cache.kept.lock().unwrap();
        let has = |number| kept.contains_key(&Name::Document(SpecNumber(number)));
        assert_eq!(kept.len(), MOST_DOCUMENTS);
        assert!(has(0) && !has(1) && has(2) && has(64));
    });
}

#[test]
fn what_is_no_longer_served_is_let_go() {
    System::new().block_on(async {
        let cache = PageCache::default();
        let gone = Arc::new(Catalog::default());
        cache
            .page(Name::Description, &gone, |_| String::new())
            .await;
        // The thread may hold it for a moment more.
        while Arc::strong_count(&gone) > 1 {
            thread::yield_now();
        }
        drop(gone);
        let now = Arc::new(Catalog::default());
        cache.page(Name::Index, &now, |_| String::new()).await;
        let kept = cache.kept.lock().unwrap();
        assert!(!kept.contains_key(&Name::Description));
    });
}
