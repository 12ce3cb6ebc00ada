//! Blocks of messages: where they begin, where they branch, where they end.

use specd_domain::Span;
use specd_domain::flow::{BlockKind, Branch};

/// The blocks so far.
#[derive(Default)]
pub(super) struct Blocks {
    branches: Vec<Branch>,
    open: Vec<Open>,
    here: Option<usize>,
}

/// A block that has not ended.
struct Open {
    /// None where it only colours what stands in it.
    kind: Option<BlockKind>,
    around: Option<usize>,
    first: usize,
    place: Span,
}

impl Blocks {
    /// Takes a line that begins with this word; whether it is in its place. `None`: it is no line of a block.
    pub(super) fn take(&mut self, word: &str, place: Span) -> Option<bool> {
        match word {
            "opt" => self.begin(Some(BlockKind::Optional), place),
            "alt" => self.begin(Some(BlockKind::Alternative), place),
            "loop" => self.begin(Some(BlockKind::Loop), place),
            "par" | "par_over" => self.begin(Some(BlockKind::Parallel), place),
            "critical" => self.begin(Some(BlockKind::Critical), place),
            "break" => self.begin(Some(BlockKind::Break), place),
            "rect" | "box" => self.begin(None, place),
            "else" => return Some(self.go_on(BlockKind::Alternative)),
            "and" => return Some(self.go_on(BlockKind::Parallel)),
            "option" => return Some(self.go_on(BlockKind::Critical)),
            "end" => return Some(self.end()),
            _ => return None,
        }
        Some(true)
    }

    /// The branch that the next message stands in.
    pub(super) const fn here(&self) -> Option<usize> {
        self.here
    }

    /// The line of a block that has not ended.
    pub(super) fn unended(&self) -> Option<Span> {
        self.open.last().map(|open| open.place)
    }

    pub(super) fn into_branches(self) -> Vec<Branch> {
        self.branches
    }

    fn begin(&mut self, kind: Option<BlockKind>, place: Span) {
        let first = self.branches.len();
        self.open.push(Open {
            kind,
            around: self.here,
            first,
            place,
        });
        if let Some(kind) = kind {
            self.branch(kind, self.here, first);
        }
    }

    fn go_on(&mut self, kind: BlockKind) -> bool {
        let Some(open) = self.open.last().filter(|open| open.kind == Some(kind)) else {
            return false;
        };
        let (around, first) = (open.around, open.first);
        self.branch(kind, around, first);
        true
    }

    fn branch(&mut self, kind: BlockKind, parent: Option<usize>, first: usize) {
        self.here = Some(self.branches.len());
        self.branches.push(Branch {
            kind,
            parent,
            first,
        });
    }

    fn end(&mut self) -> bool {
        let ended = self.open.pop();
        self.here = ended.as_ref().and_then(|open| open.around);
        ended.is_some()
    }
}
