//! What is said of a wrong command line: never a value that may hold a password.

use clap::Error;
use clap::error::{ContextKind, ContextValue};

/// The flags whose values hold passwords.
const SECRET: [&str; 2] = ["--database", "--limits"];
const HIDDEN: &str = "…";

/// The same error, where a secret could stand without it.
pub(crate) fn concealed(mut error: Error) -> Error {
    let is_secret = text(&error, ContextKind::InvalidArg)
        .is_some_and(|flag| SECRET.iter().any(|secret| flag.starts_with(secret)));
    let kinds: Vec<ContextKind> = error.context().map(|(kind, _)| kind).collect();
    for kind in kinds {
        let Some(said) = text(&error, kind) else {
            continue;
        };
        let shown = match said.split_once("://") {
            _ if is_secret && kind == ContextKind::InvalidValue => HIDDEN.to_owned(),
            // A URL that was written where none is expected.
            Some((scheme, _)) => format!("{scheme}://{HIDDEN}"),
            None => continue,
        };
        error.insert(kind, ContextValue::String(shown));
    }
    error
}

fn text(error: &Error, kind: ContextKind) -> Option<&str> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::Cli;

    #[track_caller]
    fn check(arguments: &[&str], expected: &str) {
        let words = ["specd"].iter().chain(arguments);
        let error = Cli::try_parse_from(words).unwrap_err();
        let said = concealed(error).to_string();
        assert!(said.contains(expected), "{said}");
        assert!(!said.contains("s3cret"), "{said}");
    }

    #[test]
    fn a_wrong_value_is_not_repeated_where_it_may_hold_a_password() {
        check(
            &["--database", "mysql://u:s3cret@h/d"],
            "'…' for '--database <URL>'",
        );
        check(&["serve", "--database=u:s3cret@h/d"], "`sqlite:FILE`");
        check(&["--limits", "u:s3cret@h"], "'…' for '--limits <URL>'");
        check(&["--limits", "rediss://u:s3cret@h"], "TLS");
        check(&["keys", "list", "--database", "u:s3cret@h"], "'…' for");
        check(&["rollout", "--database", "s3cret"], "'…' for");
    }

    #[test]
    fn a_url_in_a_wrong_place_is_not_repeated() {
        check(&["postgres://u:s3cret@h/d"], "'postgres://…'");
        check(&["serve", "postgres://u:s3cret@h/d"], "'postgres://…'");
        check(&["--databse=postgres://u:s3cret@h/d"], "--databse");
        check(
            &["serve", "--listen", "postgres://u:s3cret@h/d"],
            "'postgres://…'",
        );
    }

    #[test]
    fn any_other_wrong_value_is_shown() {
        check(&["--listen", "everywhere"], "'everywhere'");
        check(&["chekc"], "'chekc'");
    }
}
