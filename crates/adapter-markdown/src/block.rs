//! The text of a fenced block as code sees it, and the way from each of its bytes back into the document.
//!
//! A block may stand in a list or a quotation, and its lines may end in CRLF: the prefixes and the CRs are not part of the code.

use std::ops::Range;

use specd_domain::Span;

/// A run of the block's text that stands in one place of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    /// Its first byte in the block's text.
    text_start: usize,
    /// Its place in the document. Shorter or longer than the text only where a tab was cut: then the place is taken as a whole.
    place: Span,
}

/// The text of a fenced block, without fences, prefixes and CRs, as pieces of the document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FencedText {
    text: String,
    pieces: Vec<Piece>,
    /// Where the text would begin: behind the opening fence.
    start: usize,
}

impl FencedText {
    /// An empty text that begins at `start`.
    pub(crate) fn starting_at(start: usize) -> Self {
        Self {
            start,
            ..Self::default()
        }
    }

    /// Adds the next run.
    pub(crate) fn push(&mut self, text: &str, place: Span) {
        if text.is_empty() {
            return;
        }
        self.pieces.push(Piece {
            text_start: self.text.len(),
            place,
        });
        self.text.push_str(text);
    }

    /// A borrow of it, as the readers of blocks take it.
    pub(crate) fn as_block(&self) -> BlockText<'_> {
        BlockText { fenced: self }
    }
}

/// The text of a fenced block as code sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BlockText<'a> {
    fenced: &'a FencedText,
}

impl<'a> BlockText<'a> {
    /// The text, its lines separated by LF.
    pub(crate) fn text(self) -> &'a str {
        &self.fenced.text
    }

    /// The place in the document of a range of bytes of [`text`](Self::text). An empty range is an empty place; what lies past the
    /// end is the end.
    pub(crate) fn span(self, range: Range<usize>) -> Span {
        let start = self.start_of(range.start);
        if range.end <= range.start {
            return Span::new(start, start);
        }
        let end = self.end_of(range.end);
        Span::new(start, end.max(start))
    }

    /// Where the byte at `offset` stands.
    fn start_of(self, offset: usize) -> usize {
        match self.piece_at(offset) {
            Some(piece) => {
                let inside = piece.place.start + (offset - piece.text_start);
                inside.min(piece.place.end)
            }
            None => self.fenced.start,
        }
    }

    /// Where the text before `offset` ends: in the piece of the byte before it.
    fn end_of(self, offset: usize) -> usize {
        let offset = offset.min(self.fenced.text.len());
        let Some(last) = offset.checked_sub(1) else {
            return self.fenced.start;
        };
        match self.piece_at(last) {
            Some(piece) => {
                let inside = piece.place.start + (offset - piece.text_start);
                inside.min(piece.place.end)
            }
            None => self.fenced.start,
        }
    }

    fn piece_at(self, offset: usize) -> Option<Piece> {
        let behind = self
            .fenced
            .pieces
            .partition_point(|piece| piece.text_start <= offset);
        self.fenced.pieces.get(behind.checked_sub(1)?).copied()
    }
}

#[cfg(test)]
impl FencedText {
    /// A block whose text is a document of its own.
    pub(crate) fn of(text: &str) -> Self {
        let mut fenced = Self::starting_at(0);
        fenced.push(text, Span::new(0, text.len()));
        fenced
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `> ab\r\n> cd` as a quotation would hold it.
    fn quoted() -> FencedText {
        let mut fenced = FencedText::starting_at(10);
        fenced.push("ab", Span::new(12, 14));
        fenced.push("\n", Span::new(15, 16));
        fenced.push("cd", Span::new(18, 20));
        fenced
    }

    #[test]
    fn a_range_is_mapped_over_stripped_prefixes_and_crs() {
        let fenced = quoted();
        let block = fenced.as_block();
        assert_eq!(block.text(), "ab\ncd");
        assert_eq!(block.span(0..2), Span::new(12, 14));
        assert_eq!(block.span(1..4), Span::new(13, 19));
        assert_eq!(block.span(3..5), Span::new(18, 20));
    }

    #[test]
    fn an_empty_range_is_an_empty_place_and_the_end_is_the_end() {
        let fenced = quoted();
        let block = fenced.as_block();
        assert_eq!(block.span(3..3), Span::new(18, 18));
        assert_eq!(block.span(5..5), Span::new(20, 20));
        assert_eq!(block.span(4..99), Span::new(19, 20));
        assert_eq!(
            FencedText::starting_at(7).as_block().span(0..3),
            Span::new(7, 7)
        );
    }
}
