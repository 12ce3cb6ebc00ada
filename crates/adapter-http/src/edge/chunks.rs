//! Where a chunked body ends, and whether it is one (RFC 9112, 7.1). The library gives a connection up without a word where
//! a chunk is malformed, so that it is given no such chunk.

/// So many bytes of a body may be its framing: sizes, extensions, the trailer. As much as a whole body of one-byte chunks has,
/// and some air.
const FRAMING_MAX_BYTES: u32 = 8 << 20;

/// How far a chunked body has been followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunks {
    at: At,
    framing: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// Before the first digit of a size.
    SizeStart,
    /// In the digits of a size.
    Size(u64),
    /// In the blanks behind a size.
    Blank(u64),
    /// In what stands behind a size and its `;`.
    Extension(u64),
    /// Between the return and the end of the line of a size.
    SizeEnd(u64),
    /// So many bytes are left of a chunk.
    Bytes(u64),
    /// Behind the bytes of a chunk.
    BytesReturn,
    /// Behind the return behind the bytes of a chunk.
    BytesEnd,
    /// At the start of a line of the trailer, or of the empty line that ends it.
    Line,
    /// In a line of the trailer.
    Trailer,
    /// Behind the return of a line of the trailer.
    TrailerEnd,
    /// Behind the return of the last line.
    LastEnd,
    /// Behind the last byte.
    End,
    /// Before a byte that cannot stand there.
    Broken,
}

impl Chunks {
    /// Before its first byte.
    pub(super) const fn new() -> Self {
        Self {
            at: At::SizeStart,
            framing: 0,
        }
    }

    /// Whether its last byte has been seen.
    pub(super) fn is_over(self) -> bool {
        self.at == At::End
    }

    /// Whether what comes next cannot stand in a chunked body.
    pub(super) fn is_broken(self) -> bool {
        self.at == At::Broken
    }

    /// How many of these bytes belong to the body, up to what is malformed.
    pub(super) fn follow(&mut self, bytes: &[u8]) -> usize {
        let mut rest = bytes;
        while let Some((&byte, behind)) = rest.split_first() {
            match self.at {
                At::End | At::Broken => break,
                At::Bytes(left) => {
                    let skipped = usize::try_from(left).unwrap_or(usize::MAX).min(rest.len());
                    rest = rest.get(skipped..).unwrap_or_default();
                    let left = left.saturating_sub(u64::try_from(skipped).unwrap_or(u64::MAX));
                    self.at = if left == 0 {
                        At::BytesReturn
                    } else {
                        At::Bytes(left)
                    };
                }
                at => {
                    self.framing = self.framing.saturating_add(1);
                    self.at = behind_framing(at, byte);
                    if self.framing > FRAMING_MAX_BYTES {
                        self.at = At::Broken;
                    }
                    if self.is_broken() {
                        break;
                    }
                    rest = behind;
                }
            }
        }
        bytes.len() - rest.len()
    }
}

/// Where a byte leads that is none of a chunk's own.
fn behind_framing(at: At, byte: u8) -> At {
    match (at, byte) {
        (At::SizeStart, _) => behind_digit(0, byte).unwrap_or(At::Broken),
        (At::Size(size) | At::Blank(size) | At::Extension(size), b'\r') => At::SizeEnd(size),
        (At::Size(size) | At::Blank(size), b';') => At::Extension(size),
        (At::Size(size) | At::Blank(size), b' ' | b'\t') => At::Blank(size),
        (At::Size(size), _) => behind_digit(size, byte).unwrap_or(At::Broken),
        (At::Extension(size), _) if byte == b'\t' || !byte.is_ascii_control() => {
            At::Extension(size)
        }
        (At::SizeEnd(0) | At::TrailerEnd, b'\n') => At::Line,
        (At::SizeEnd(size), b'\n') => At::Bytes(size),
        (At::BytesReturn, b'\r') => At::BytesEnd,
        (At::BytesEnd, b'\n') => At::SizeStart,
        (At::Line, b'\r') => At::LastEnd,
        (At::Trailer, b'\r') => At::TrailerEnd,
        (At::Line | At::Trailer, _) if byte == b'\t' || !byte.is_ascii_control() => At::Trailer,
        (At::LastEnd, b'\n') => At::End,
        _ => At::Broken,
    }
}

/// One digit more; `None` where it is none, or where no size can have so many.
fn behind_digit(size: u64, byte: u8) -> Option<At> {
    let digit = char::from(byte).to_digit(16)?;
    let larger = size.checked_mul(16)?;
    Some(At::Size(larger | u64::from(digit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Followed whole, and byte by byte, it ends at the same place.
    #[track_caller]
    fn check(text: &str, body: usize, is_over: bool) {
        let mut whole = Chunks::new();
        assert_eq!(whole.follow(text.as_bytes()), body, "{text:?}");
        assert_eq!(whole.is_over(), is_over, "{text:?}");
        let mut pieces = Chunks::new();
        let followed: usize = text.bytes().map(|byte| pieces.follow(&[byte])).sum();
        assert_eq!((followed, pieces), (body, whole), "{text:?}");
    }

    #[test]
    fn the_end_of_a_chunked_body_is_found() {
        check("0\r\n\r\nGET", 5, true);
        check("5\r\nhello\r\n0\r\n\r\n", 15, true);
        check("5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\nGET", 25, true);
        check("5 ;a=\"b\"\t;c\r\nhello\r\n000\r\n\r\n", 27, true);
        check("A\r\n0123456789\r\n", 15, false);
        check("", 0, false);
    }

    #[test]
    fn a_chunked_body_ends_before_what_is_malformed() {
        for (text, sound) in [
            ("zz\r\n", 0),
            ("\r\n", 0),
            (" 1\r\n", 0),
            ("-1\r\n", 0),
            ("1,\r\n", 1),
            ("1 1\r\n", 2),
            ("1\nx\n0\n\n", 1),
            ("1;a\nx", 3),
            ("1;a\rx", 4),
            ("1;\0\r\n", 2),
            ("2\r\nxxx0\r\n", 5),
            ("2\r\nxx\rx", 6),
            ("0\r\nX: y\n\r\n", 7),
            ("0\r\nX: y\r\r\n", 8),
            ("0\r\n\rx", 4),
            ("0\r\n\n", 3),
            ("fffffffffffffffff\r\nGET", 16),
        ] {
            check(text, sound, false);
            let mut chunks = Chunks::new();
            chunks.follow(text.as_bytes());
            assert!(chunks.is_broken(), "{text:?}");
        }
    }

    #[test]
    fn a_body_of_framing_alone_is_not_followed_for_ever() {
        let mut chunks = Chunks::new();
        assert_eq!(chunks.follow(b"1;"), 2);
        let piece = vec![b'x'; 1 << 16];
        let followed: usize = (0..1_000).map(|_| chunks.follow(&piece)).sum();
        assert_eq!(followed, (8 << 20) - 2);
        assert!(chunks.is_broken());
    }
}
