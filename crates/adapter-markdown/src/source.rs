//! The first pass: the bytes of a file become a text with lines.

use specd_domain::diagnostic::Code;
use specd_domain::name::SpecNumber;
use specd_domain::{Diagnostic, Span};

/// The most bytes a document may have.
pub(crate) const MAX_BYTES: usize = 1024 * 1024;

/// A document's text. Its bytes stand where the file's bytes stand, but for the BOM.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// The text without its BOM. A byte that is not UTF-8 is a `?`, a CR without LF an LF.
    pub(crate) text: String,
    /// The bytes of the BOM: what to add to an offset of `text`.
    pub(crate) base: usize,
    /// Where each line of the file begins.
    pub(crate) line_starts: Vec<usize>,
}

impl Source {
    /// Reads the bytes of a file.
    pub(crate) fn read(bytes: &[u8], findings: &mut Vec<Diagnostic>) -> Self {
        if bytes.len() > MAX_BYTES {
            findings.push(too_large(bytes.len()));
            return Self {
                line_starts: vec![0],
                ..Self::default()
            };
        }
        let line_starts = line_starts(bytes);
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => repaired(bytes, findings),
        };
        let (base, text) = match text.strip_prefix('\u{feff}') {
            Some(rest) => ('\u{feff}'.len_utf8(), rest.to_owned()),
            None => (0, text),
        };
        Self {
            text: with_line_feeds(text),
            base,
            line_starts,
        }
    }

    /// The text with its BOM, so that its bytes are counted as every span counts them.
    pub(crate) fn text_as_counted(&self) -> String {
        match self.base {
            0 => self.text.clone(),
            _ => format!("\u{feff}{}", self.text),
        }
    }
}

/// The number in the file's name, `NNNN-slug.md`; `None` where the file is not named so.
pub(crate) fn file_number(path: &str) -> Option<SpecNumber> {
    let name = path.rsplit(['/', '\\']).next()?;
    let (number, rest) = name.split_once('-')?;
    let slug = rest.strip_suffix(".md")?;
    let is_slug = slug.bytes().any(|b| b.is_ascii_alphanumeric())
        && slug
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if is_slug {
        SpecNumber::parse(number)
    } else {
        None
    }
}

fn too_large(bytes: usize) -> Diagnostic {
    Diagnostic::error(
        Code::DocumentTooLarge,
        Span::default(),
        format!("the document has {bytes} bytes, more than the {MAX_BYTES} that are read"),
    )
    .helping("split it into one document a resource")
}

fn line_starts(bytes: &[u8]) -> Vec<usize> {
    let mut starts = vec![0];
    let mut rest = bytes.iter().enumerate().peekable();
    while let Some((offset, byte)) = rest.next() {
        let is_crlf = *byte == b'\r' && rest.peek().is_some_and(|(_, next)| **next == b'\n');
        if *byte == b'\n' || (*byte == b'\r' && !is_crlf) {
            starts.push(offset + 1);
        }
    }
    starts
}

/// The text with a `?` for each byte that is not UTF-8; the first of them is reported.
fn repaired(bytes: &[u8], findings: &mut Vec<Diagnostic>) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        let invalid = chunk.invalid();
        if let (Some(first), true) = (invalid.first(), is_new(findings)) {
            let place = Span::new(text.len(), text.len() + invalid.len());
            findings.push(not_utf8(*first, place));
        }
        text.extend(invalid.iter().map(|_| '?'));
    }
    text
}

fn is_new(findings: &[Diagnostic]) -> bool {
    findings.iter().all(|found| found.code != Code::NotUtf8)
}

fn not_utf8(byte: u8, place: Span) -> Diagnostic {
    Diagnostic::error(
        Code::NotUtf8,
        place,
        format!("the byte `0x{byte:02X}` is not UTF-8"),
    )
    .expecting("UTF-8 ends here")
    .helping("save the file as UTF-8")
}

/// A CR without LF ends a line too.
fn with_line_feeds(text: String) -> String {
    if !text.contains('\r') {
        return text;
    }
    let mut chars = text.chars().peekable();
    let mut lines = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        let is_lone = c == '\r' && chars.peek() != Some(&'\n');
        lines.push(if is_lone { '\n' } else { c });
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_lf_crlf_or_cr() {
        let source = Source::read(b"a\nb\r\nc\rd", &mut Vec::new());
        assert_eq!(source.line_starts, [0, 2, 5, 7]);
        assert_eq!(source.text, "a\nb\r\nc\nd");
    }

    #[test]
    fn the_first_byte_that_is_not_utf8_is_pointed_at_and_the_rest_is_read() {
        let mut findings = Vec::new();
        let source = Source::read(b"\xef\xbb\xbf\xc3\xa4\xff\xfeb\xf0\x9f", &mut findings);
        assert_eq!(source.text, "ä??b??");
        assert_eq!(source.base, 3);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].code, Code::NotUtf8);
        assert_eq!(findings[0].primary, Span::new(5, 6));
    }

    #[test]
    fn a_document_of_more_than_a_mebibyte_is_refused() {
        let mut findings = Vec::new();
        Source::read(&vec![b'a'; MAX_BYTES], &mut findings);
        assert_eq!(findings, []);
        let source = Source::read(&vec![b'a'; MAX_BYTES + 1], &mut findings);
        assert_eq!(findings[0].code, Code::DocumentTooLarge);
        assert_eq!(source.text, "");
    }

    #[test]
    fn a_file_is_named_by_its_number_and_a_slug() {
        assert_eq!(file_number("docs/0042-loans.md"), Some(SpecNumber(42)));
        assert_eq!(file_number(r"docs\0042-a_B.md"), Some(SpecNumber(42)));
        for path in [
            "42-a.md",
            "0042.md",
            "0042-.md",
            "0042-a.txt",
            "0042-a b.md",
            "",
            "0042-/a.md",
        ] {
            assert_eq!(file_number(path), None, "{path}");
        }
    }
}
