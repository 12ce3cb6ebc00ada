//! Texts of annotations and labels, which Prometheus reads as templates of Go.

/// The text, such that the template says it as it stands: no brace of the text begins an action.
pub(super) fn escaped(text: &str) -> String {
    text.replace('{', "{{ \"{\" }}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_brace_of_a_text_begins_an_action() {
        assert_eq!(escaped("a }} b"), "a }} b");
        assert_eq!(escaped("{{x}}"), "{{ \"{\" }}{{ \"{\" }}x}}");
    }
}
