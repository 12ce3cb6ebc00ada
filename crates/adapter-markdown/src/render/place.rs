//! Places of a file as people and tools count them, also where the file is no UTF-8.

use std::borrow::Cow;
use std::ops::Range;

use specd_domain::Span;

/// The mark that some editors put before a text. It is no character of the first line.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// A text and the way from its bytes on disk to its lines and columns.
pub(super) struct Source<'a> {
    /// The text; what is no UTF-8 is shown as U+FFFD.
    pub(super) text: Cow<'a, str>,
    /// Where runs of valid text begin, on disk and in `text`; empty where both are the same.
    runs: Vec<(usize, usize)>,
    /// The bytes of `text` at which lines begin, behind the byte order mark.
    lines: Vec<usize>,
    /// How many characters stand before each block of [`BLOCK`] bytes: lines may be long, and findings many.
    characters: Vec<usize>,
}

/// The bytes of a block whose characters are counted once.
const BLOCK: usize = 1024;

/// A range as tools count it: from 1, the end behind the last character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) end_line: usize,
    pub(super) end_column: usize,
}

impl<'a> Source<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let (text, runs) = match std::str::from_utf8(bytes) {
            Ok(text) => (Cow::Borrowed(text), Vec::new()),
            Err(_) => lossy(bytes),
        };
        let first = if text.starts_with(BYTE_ORDER_MARK) {
            BYTE_ORDER_MARK.len_utf8()
        } else {
            0
        };
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(first).chain(breaks).collect();
        let characters = characters(&text);
        Self {
            text,
            runs,
            lines,
            characters,
        }
    }

    /// The bytes of `text` that a range of bytes on disk is, on the bounds of characters.
    pub(super) fn range(&self, span: Span) -> Range<usize> {
        let start = self.boundary(self.to_text(span.start));
        let end = self.boundary(self.to_text(span.end.max(span.start)));
        start..end.max(start)
    }

    /// The lines and columns of a range of bytes on disk.
    pub(super) fn place(&self, span: Span) -> Place {
        let range = self.range(span);
        let (line, column) = self.line_column(range.start);
        let (end_line, end_column) = self.line_column(range.end);
        Place {
            line,
            column,
            end_line,
            end_column,
        }
    }

    /// The whole lines that hold a range of `text`, and the number of the first.
    pub(super) fn lines_around(&self, range: Range<usize>) -> (Range<usize>, usize) {
        let first = self.line_at(range.start);
        let start = self.lines.get(first).copied().unwrap_or(0);
        let last = self.line_at(range.end.max(start));
        let end = self.lines.get(last + 1).copied().unwrap_or(self.text.len());
        (start..end.max(start), first + 1)
    }

    /// A piece of one line of `text` around the beginning of a range: `reach` bytes before it, and up to three times as many behind.
    pub(super) fn piece_around(&self, range: Range<usize>, reach: usize) -> Range<usize> {
        let (line, _) = self.lines_around(range.start..range.start);
        let start = self
            .boundary(range.start.saturating_sub(reach))
            .max(line.start);
        let end = range.end.min(range.start + reach * 2) + reach;
        start..self.boundary(end.min(line.end)).max(start)
    }

    /// At most so many bytes from a place on.
    pub(super) fn piece(&self, start: usize, length: usize) -> Range<usize> {
        start..self.boundary(start.saturating_add(length)).max(start)
    }

    fn to_text(&self, offset: usize) -> usize {
        let behind = self.runs.partition_point(|(disk, _)| *disk <= offset);
        match behind.checked_sub(1).and_then(|run| self.runs.get(run)) {
            Some((disk, text)) => {
                let next = self
                    .runs
                    .get(behind)
                    .map_or(self.text.len(), |(_, text)| *text);
                (text + (offset - disk)).min(next)
            }
            None => offset,
        }
    }

    fn boundary(&self, offset: usize) -> usize {
        let offset = offset.min(self.text.len());
        (0..=offset)
            .rev()
            .find(|&at| self.text.is_char_boundary(at))
            .unwrap_or(0)
    }

    fn line_at(&self, offset: usize) -> usize {
        self.lines
            .partition_point(|&start| start <= offset)
            .saturating_sub(1)
    }

    fn line_column(&self, offset: usize) -> (usize, usize) {
        let line = self.line_at(offset);
        let start = self.lines.get(line).copied().unwrap_or(0);
        let column = self
            .characters_before(offset)
            .saturating_sub(self.characters_before(start));
        (line + 1, column + 1)
    }

    /// How many characters begin before a byte.
    fn characters_before(&self, offset: usize) -> usize {
        let block = offset / BLOCK;
        let counted = self.characters.get(block).copied().unwrap_or(0);
        let rest = self.text.as_bytes().get(block * BLOCK..offset);
        counted + rest.map_or(0, begun)
    }
}

/// How many characters begin before each block.
fn characters(text: &str) -> Vec<usize> {
    let mut count = 0;
    let mut before = vec![0];
    for block in text.as_bytes().chunks(BLOCK) {
        count += begun(block);
        before.push(count);
    }
    before
}

/// How many characters begin in these bytes of a text.
fn begun(bytes: &[u8]) -> usize {
    let continues = |byte: u8| byte & 0b1100_0000 == 0b1000_0000;
    bytes.iter().filter(|byte| !continues(**byte)).count()
}

fn lossy(bytes: &[u8]) -> (Cow<'_, str>, Vec<(usize, usize)>) {
    let mut text = String::with_capacity(bytes.len());
    let mut runs = Vec::new();
    let mut disk = 0;
    for chunk in bytes.utf8_chunks() {
        runs.push((disk, text.len()));
        text.push_str(chunk.valid());
        disk += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            runs.push((disk, text.len()));
            text.push(char::REPLACEMENT_CHARACTER);
            disk += chunk.invalid().len();
        }
    }
    runs.push((disk, text.len()));
    (Cow::Owned(text), runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(bytes: &[u8], start: usize, end: usize) -> (usize, usize, usize, usize) {
        let place = Source::new(bytes).place(Span::new(start, end));
        (place.line, place.column, place.end_line, place.end_column)
    }

    #[test]
    fn columns_are_code_points_from_one() {
        assert_eq!(place(b"ab\ncd", 4, 5), (2, 2, 2, 3));
        assert_eq!(place("é漢x".as_bytes(), 5, 6), (1, 3, 1, 4));
        assert_eq!(place(b"\tx", 1, 2), (1, 2, 1, 3));
        assert_eq!(place(b"a\r\nb", 3, 4), (2, 1, 2, 2));
        assert_eq!(place(b"a", 9, 12), (1, 2, 1, 2));
    }

    #[test]
    fn columns_of_long_lines_are_counted_across_blocks() {
        let line = "é".repeat(3 * BLOCK);
        for at in [0, BLOCK - 2, BLOCK, 2 * BLOCK + 2, 6 * BLOCK] {
            assert_eq!(place(line.as_bytes(), at, at).1, at / 2 + 1, "{at}");
        }
        let behind = format!("{line}\nab");
        assert_eq!(
            place(behind.as_bytes(), line.len() + 2, line.len() + 2).1,
            2
        );
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        assert_eq!(place("\u{feff}ab".as_bytes(), 4, 5), (1, 2, 1, 3));
        assert_eq!(place("\u{feff}ab".as_bytes(), 0, 3), (1, 1, 1, 1));
    }

    #[test]
    fn bytes_that_are_no_text_count_as_one_character() {
        let bytes = b"a\xff\xfeb\nc";
        assert_eq!(place(bytes, 3, 4), (1, 4, 1, 5));
        assert_eq!(place(bytes, 5, 6), (2, 1, 2, 2));
        assert_eq!(place(bytes, 1, 2), (1, 2, 1, 3));
    }
}
