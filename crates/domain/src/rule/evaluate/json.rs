//! Counting in JSON texts that were read before and are known to be valid.

/// The number of elements of a JSON array; `None` where the text is none.
pub(super) fn elements(text: &str) -> Option<usize> {
    let inner = text.trim().strip_prefix('[')?.strip_suffix(']')?;
    if inner.trim().is_empty() {
        return Some(0);
    }
    let mut commas = 0;
    let mut depth = 0_usize;
    let mut is_text = false;
    let mut is_escaped = false;
    for byte in inner.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            _ if is_text => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => commas += 1,
            _ => {}
        }
    }
    Some(commas + 1)
}

#[cfg(test)]
mod tests {
    use super::elements;

    #[test]
    fn only_the_elements_of_the_outer_array_count() {
        assert_eq!(elements(" [ ] "), Some(0));
        assert_eq!(elements(r#"[1, [2, 3], {"a": [4, 5]}, "x,\",]"]"#), Some(4));
        assert_eq!(elements(r#"{"a": [1]}"#), None);
        assert_eq!(elements("1"), None);
    }
}
