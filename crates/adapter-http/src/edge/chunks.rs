//! Where a chunked body ends (RFC 9112, 7.1). It does not judge: the library refuses what is malformed.

/// How far a chunked body has been followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunks(At);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// The digits of a size.
    Size(u64),
    /// What stands behind a size, to the end of its line.
    Extension(u64),
    /// So many bytes, and the end of their line.
    Bytes(u64),
    /// The trailer; whether its line is empty so far.
    Trailer { is_empty: bool },
    /// Behind the last byte.
    End,
    /// It is malformed: whatever comes belongs to it.
    Broken,
}

impl Chunks {
    /// Before its first byte.
    pub(super) const fn new() -> Self {
        Self(At::Size(0))
    }

    /// Whether its last byte has been seen.
    pub(super) fn is_over(self) -> bool {
        self.0 == At::End
    }

    /// How many of these bytes belong to the body.
    pub(super) fn follow(&mut self, bytes: &[u8]) -> usize {
        let mut rest = bytes;
        while let Some((&byte, behind)) = rest.split_first() {
            match self.0 {
                At::End => break,
                At::Broken => return bytes.len(),
                At::Bytes(left) => {
                    let skipped = usize::try_from(left).unwrap_or(usize::MAX).min(rest.len());
                    rest = rest.get(skipped..).unwrap_or_default();
                    let left = left.saturating_sub(u64::try_from(skipped).unwrap_or(u64::MAX));
                    self.0 = if left == 0 {
                        At::Size(0)
                    } else {
                        At::Bytes(left)
                    };
                    continue;
                }
                At::Size(size) => self.0 = behind_digit(size, byte),
                At::Extension(size) if byte == b'\n' => self.0 = behind_line(size),
                At::Extension(_) => {}
                At::Trailer { is_empty } => match byte {
                    b'\n' if is_empty => self.0 = At::End,
                    b'\n' => self.0 = At::Trailer { is_empty: true },
                    b'\r' => {}
                    _ => self.0 = At::Trailer { is_empty: false },
                },
            }
            rest = behind;
        }
        bytes.len() - rest.len()
    }
}

fn behind_digit(size: u64, byte: u8) -> At {
    if let Some(digit) = char::from(byte).to_digit(16) {
        let larger = size.checked_mul(16).map(|size| size | u64::from(digit));
        return larger.map_or(At::Broken, At::Size);
    }
    match byte {
        b'\n' => behind_line(size),
        b'\r' | b';' | b' ' | b'\t' => At::Extension(size),
        _ => At::Broken,
    }
}

const fn behind_line(size: u64) -> At {
    match size {
        0 => At::Trailer { is_empty: true },
        // The bytes, and the two that end their line.
        _ => match size.checked_add(2) {
            Some(bytes) => At::Bytes(bytes),
            None => At::Broken,
        },
    }
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
        check("a\r\n0123456789\r\n", 15, false);
        check("", 0, false);
    }

    #[test]
    fn what_is_malformed_belongs_to_the_body() {
        check("zz\r\n", 4, false);
        check("fffffffffffffffff\r\nGET", 22, false);
    }
}
