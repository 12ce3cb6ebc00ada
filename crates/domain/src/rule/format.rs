//! The formats of Input Validation: e-mail addresses, URLs, texts that are not blank.

use validator::{ValidateEmail, ValidateUrl};

use super::Format;

impl Format {
    /// The words of the clause.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "is an email",
            Self::Url => "is a URL",
            Self::NotBlank => "is not blank",
        }
    }

    /// Whether `text` is of this format.
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Self::Email => is_email(text),
            Self::Url => is_url(text),
            Self::NotBlank => text.chars().any(|c| !c.is_whitespace()),
        }
    }
}

/// One `@`, a dotted domain, no blanks (ruling H49); the rest as HTML's e-mail input has it.
fn is_email(text: &str) -> bool {
    let mut parts = text.split('@');
    let (Some(_), Some(domain), None) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let is_dotted = domain.contains('.') && domain.split('.').all(|label| !label.is_empty());
    is_dotted
        && !domain.starts_with('[')
        && !text.contains(char::is_whitespace)
        && text.validate_email()
}

/// Absolute with a host (ruling H49): a scheme, `://`, a host, and nothing that a URL must escape.
fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let host_and_port = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host_and_port.rsplit('@').next().unwrap_or_default();
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    is_scheme
        && !host.is_empty()
        && !host.starts_with(':')
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\')
        && text.validate_url()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(format: Format, right: &[&str], wrong: &[&str]) {
        for text in right {
            assert!(format.accepts(text), "{text} is right");
        }
        for text in wrong {
            assert!(!format.accepts(text), "{text} is wrong");
        }
    }

    #[test]
    fn an_email_has_one_at_and_a_dotted_domain() {
        check(
            Format::Email,
            &[
                "a@b.example",
                "first.last+tag@sub.example.org",
                "a@bücher.example",
            ],
            &[
                "",
                "a",
                "a@b",
                "@b.example",
                "a@",
                "a@@b.example",
                "a@b@c.example",
                "a b@c.example",
                "a@b.example ",
                " a@b.example",
                "a@b..example",
                "a@.example",
                "a@example.",
                "a@[127.0.0.1]",
                "a@b.example\n",
            ],
        );
    }

    #[test]
    fn a_url_is_absolute_with_a_host() {
        check(
            Format::Url,
            &[
                "https://example.com",
                "http://a.example:8080/p?q=1#f",
                "ftp://user@host/x",
                "https://[::1]/",
            ],
            &[
                "",
                "example.com",
                "/path",
                "https://",
                "https:///path",
                "mailto:a@b.example",
                "https:example.com",
                "https://exa mple.com",
                " https://example.com",
                "//example.com",
                "https://:80/",
                "https://a\\b.example",
            ],
        );
    }

    #[test]
    fn a_blank_text_is_unicode_white_space() {
        check(
            Format::NotBlank,
            &["a", " a ", "\u{200b}"],
            &["", " ", "\u{a0}\u{3000}\t\n"],
        );
    }
}
