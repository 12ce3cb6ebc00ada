//! Reading: every document of the source, each by itself; those that were read before are not read again.

use std::collections::HashMap;
use std::num::NonZero;
use std::sync::Arc;
use std::thread;

use chrono::NaiveDate;
use specd_domain::check::check;

use super::memory::{LoadMemory, Read};
use crate::ports::documents::{SourceFile, SpecReader};

/// So many documents are read in the time that starting a thread takes to be worth it.
const WORTH_A_THREAD: usize = 16;

/// What was read of each file, in their order. A file that cannot be read is an empty document.
pub(super) fn read_each(
    files: &[SourceFile],
    reader: &dyn SpecReader,
    today: NaiveDate,
    memory: &mut LoadMemory,
) -> Vec<Arc<Read>> {
    memory.turn_to(today);
    let known: Vec<Option<Arc<Read>>> = files
        .iter()
        .map(|file| memory.read(&file.path, file.bytes.as_ref().ok()?))
        .collect();
    let news: Vec<&SourceFile> = files
        .iter()
        .zip(&known)
        .filter_map(|(file, known)| known.is_none().then_some(file))
        .collect();
    let mut news = read_news(&news, reader, today).into_iter();
    let read: Vec<Arc<Read>> = known
        .into_iter()
        .filter_map(|known| known.or_else(|| news.next()))
        .collect();
    memory.keep_read(by_path(files, &read));
    read
}

fn by_path(files: &[SourceFile], read: &[Arc<Read>]) -> HashMap<String, Arc<Read>> {
    let readable = files
        .iter()
        .zip(read)
        .filter(|(file, _)| file.bytes.is_ok());
    readable
        .map(|(file, read)| (file.path.clone(), Arc::clone(read)))
        .collect()
}

/// Reads on as many threads as the machine has cores: reading is work for the processor alone.
fn read_news(files: &[&SourceFile], reader: &dyn SpecReader, today: NaiveDate) -> Vec<Arc<Read>> {
    let read_all = |files: &[&SourceFile]| -> Vec<Arc<Read>> {
        let each = files.iter().map(|file| Arc::new(read(file, reader, today)));
        each.collect()
    };
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let share = files.len().div_ceil(cores).max(WORTH_A_THREAD);
    let Some((own, others)) = files.split_at_checked(share) else {
        return read_all(files);
    };
    thread::scope(|scope| {
        let others: Vec<_> = others
            .chunks(share)
            .map(|files| (files, scope.spawn(move || read_all(files))))
            .collect();
        let mut read = read_all(own);
        for (files, other) in others {
            // A thread that panicked is no reason to have its documents not read.
            read.extend(other.join().unwrap_or_else(|_| read_all(files)));
        }
        read
    })
}

fn read(file: &SourceFile, reader: &dyn SpecReader, today: NaiveDate) -> Read {
    let bytes = file
        .bytes
        .as_ref()
        .map_or_else(|_| Arc::default(), Arc::clone);
    let read = reader.read(&file.path, &bytes);
    let checked = check(&read.document, read.findings, today);
    Read::new(bytes, read.document, checked.spec, checked.diagnostics)
}
