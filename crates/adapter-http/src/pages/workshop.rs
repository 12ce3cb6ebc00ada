//! Where pages are made: one thread of their own, so that no connection stands still for it.

use std::error::Error;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;

use specd_app::failure::unless_it_panics;
use tracing::error;

/// The making of a page. Dropped without having been run, it is given up.
pub(super) type Job = Box<dyn FnOnce() + Send>;

/// The thread, which begins with the first job and ends with this.
#[derive(Debug, Default)]
pub(super) struct Workshop(Mutex<Option<Sender<Job>>>);

impl Workshop {
    /// Runs a job after all that came before it.
    pub(super) fn take(&self, job: Job) {
        let mut queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.is_none() {
            *queue = begin();
        }
        if let Some(queue) = &*queue {
            // The thread ends when this does; a panic of a job does not end it.
            let _ = queue.send(job);
        }
    }
}

fn begin() -> Option<Sender<Job>> {
    let (queue, jobs) = mpsc::channel();
    let thread = thread::Builder::new().name("pages".to_owned());
    match thread.spawn(move || run(&jobs)) {
        Ok(_) => Some(queue),
        Err(error) => {
            error!(error = &error as &dyn Error, "no thread to make the pages");
            None
        }
    }
}

fn run(jobs: &Receiver<Job>) {
    for job in jobs {
        if let Err(panicked) = unless_it_panics(job) {
            error!(error = &panicked as &dyn Error, "a page was given up");
        }
    }
}
