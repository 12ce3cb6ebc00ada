//! The API key that the server shows on its first start, read out of what it prints.

/// `specd_<id>_<secret>_<checksum>` in a line.
pub fn key_in(line: &str) -> Option<String> {
    let mut words = line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words
        .find(|word| word.starts_with("specd_") && word.matches('_').count() == 3)
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_in_the_line_that_shows_it() {
        let line = "  curl -H 'Authorization: Bearer specd_a1_B2c_3d' http://x";
        assert_eq!(key_in(line).as_deref(), Some("specd_a1_B2c_3d"));
        assert_eq!(key_in("the table specd_revisions"), None);
    }
}
