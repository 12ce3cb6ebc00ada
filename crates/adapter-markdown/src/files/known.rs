//! What was read of the files before, so that of many documents only those are read again that may have changed.

use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::read;

/// A file that was changed so shortly before it was read may be changed again in the same instant of the clock of its
/// file system, the coarsest of which counts by two seconds.
const SETTLED: Duration = Duration::from_secs(3);

/// The files that were read, by path.
#[derive(Debug, Default)]
pub(super) struct Known(HashMap<PathBuf, Copy>);

#[derive(Clone, Debug)]
struct Copy {
    identity: Identity,
    bytes: Arc<[u8]>,
}

/// What no change of a file leaves as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
    length: u64,
    /// Of the last change of the file or of what is known about it; nobody can set it.
    changed_at: SystemTime,
}

impl Known {
    /// The bytes of a document as [`read::document`] has them, read only where the file may have changed. What may be taken
    /// again next time is put into `next`.
    pub(super) fn document(
        &self,
        path: &Path,
        root: Option<&Path>,
        now: SystemTime,
        next: &mut Self,
    ) -> Option<Result<Arc<[u8]>, String>> {
        if let Some(refused) = read::refused(path, root) {
            return Some(Err(refused));
        }
        // Asked before the file is read: what changes in between is then seen as a change.
        let identity = fs::metadata(path).ok().as_ref().and_then(Identity::of);
        let copy = self.0.get(path);
        if let Some(copy) = copy.filter(|copy| Some(&copy.identity) == identity.as_ref()) {
            next.0.insert(path.to_owned(), copy.clone());
            return Some(Ok(Arc::clone(&copy.bytes)));
        }
        let bytes: Arc<[u8]> = match read::document(path)? {
            Ok(bytes) => bytes.into(),
            Err(reason) => return Some(Err(reason)),
        };
        if let Some(identity) = identity.filter(|identity| identity.is_settled(now)) {
            let bytes = Arc::clone(&bytes);
            next.0.insert(path.to_owned(), Copy { identity, bytes });
        }
        Some(Ok(bytes))
    }
}

impl Identity {
    /// `None` where the system does not tell.
    #[cfg(unix)]
    fn of(found: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let seconds = Duration::from_secs(u64::try_from(found.ctime()).ok()?);
        let nanoseconds = Duration::from_nanos(u64::try_from(found.ctime_nsec()).ok()?);
        Some(Self {
            device: found.dev(),
            inode: found.ino(),
            length: found.len(),
            changed_at: SystemTime::UNIX_EPOCH + seconds + nanoseconds,
        })
    }

    #[cfg(not(unix))]
    fn of(_: &Metadata) -> Option<Self> {
        None
    }

    fn is_settled(&self, now: SystemTime) -> bool {
        let age = now.duration_since(self.changed_at);
        age.is_ok_and(|age| age >= SETTLED)
    }
}
