//! Load of our own, for runs whose answers are looked at one by one.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use super::CONNECTIONS;
use super::http::Connection;
use super::wrk::Target;

/// An answer to a create.
#[derive(Clone, Debug)]
pub(super) struct Answered {
    /// The id of the record, where one was made.
    pub(super) id: Option<String>,
    /// The status.
    pub(super) status: u16,
    /// Whether the row was one to refuse.
    pub(super) is_refusable: bool,
    /// How long it took.
    pub(super) ms: f64,
}

/// A record that is to be created: its body, and whether it is one to refuse.
pub(super) type Row = (String, bool);

/// Creates over so many connections until `watch`, which is told how many were created, returns. A connection that
/// breaks is not opened again.
pub(super) fn creates(
    target: &Target,
    path: &str,
    connections: u32,
    row: &(dyn Fn(u32, u64) -> Row + Sync),
    watch: impl FnOnce(&AtomicU64),
) -> Vec<Answered> {
    let (stop, count) = (AtomicBool::new(false), AtomicU64::new(0));
    let work = |worker: u32| {
        let mut answers = Vec::new();
        let Ok(mut connection) = Connection::open(&target.address, target.key.as_deref()) else {
            return answers;
        };
        for number in 0.. {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let (body, is_refusable) = row(worker, number);
            let since = Instant::now();
            let Ok(answer) = connection.post(path, &body) else {
                break;
            };
            let ms = since.elapsed().as_secs_f64() * 1000.0;
            count.fetch_add(u64::from(answer.status == 200), Ordering::Relaxed);
            answers.push(Answered {
                id: (answer.status == 200).then(|| answer.text("id")).flatten(),
                status: answer.status,
                is_refusable,
                ms,
            });
        }
        answers
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..connections)
            .map(|worker| scope.spawn(move || work(worker)))
            .collect();
        watch(&count);
        stop.store(true, Ordering::Relaxed);
        let answers = workers.into_iter().filter_map(|worker| worker.join().ok());
        answers.flatten().collect()
    })
}

/// A record of its own for each worker and number.
pub(super) fn fresh_row(worker: u32, number: u64) -> Row {
    (body(&format!("own-{worker}-{number}"), number), false)
}

/// The same, and one in a hundred of all has a text that is taken.
pub(super) fn sometimes_taken_row(worker: u32, number: u64) -> Row {
    let is_taken = (number * u64::from(CONNECTIONS) + u64::from(worker)) % 100 == 99;
    let text = if is_taken {
        String::from("taken")
    } else {
        format!("own-{worker}-{number}")
    };
    (body(&text, number), is_taken)
}

/// The body of a record.
pub(super) fn body(text: &str, number: u64) -> String {
    let field2 = number % 1000;
    format!("{{\"field1\":\"{text}\",\"field2\":{field2},\"field3\":{{\"nested\":\"object\"}}}}")
}
