use super::*;
use crate::name::FieldName;

fn matches(pattern: &str, insensitive: bool) -> Result<Regex, PatternError> {
    let expr = Expr::Matches {
        value: Box::new(Expr::Field(FieldName::new("a").unwrap())),
        pattern: pattern.to_owned(),
        insensitive,
    };
    compile(&expr)
        .map(Option::unwrap)
        .map_err(|error| error.reason)
}

#[track_caller]
fn check(pattern: &str, matching: &[&str], other: &[&str]) {
    let regex = matches(pattern, false).unwrap();
    for text in matching {
        assert!(regex.is_match(text), "{pattern} matches {text:?}");
    }
    for text in other {
        assert!(!regex.is_match(text), "{pattern} does not match {text:?}");
    }
}

#[test]
fn a_regular_expression_has_the_meaning_of_postgresql() {
    check("^a$", &["a"], &["a\n", "\na", "A"]);
    check("a.b", &["a\nb", "axb"], &["ab"]);
    check("a[^x]b", &["a\nb"], &["axb"]);
    check(r"^\w+$", &["aZ_9"], &["é", ""]);
    check(r"^\d$", &["1"], &["\u{661}"]);
    check(r"^\s$", &[" ", "\x0b"], &["\u{a0}"]);
    check(r"\mcat\M", &["a cat!"], &["concat", "cats"]);
    check(r"\ycat\y", &["cat"], &["cats"]);
    check("[[:<:]]a", &["a b"], &["ba"]);
    check("^[]a-]+$", &["a-]"], &["b"]);
    check(r"^[\d\-x]+$", &["1-x"], &["d"]);
    check(r"^[^\D]$", &["1"], &["a"]);
    check("x{", &["x{"], &["x"]);
    check("^a{,5}$", &["a{,5}"], &["a"]);
    check("^a{2,3}?$", &["aa"], &["a", "aaaa"]);
    check("^(a|b)+?c$", &["abc"], &["ac d"]);
    check("()|", &[""], &[]);
    check(r"\0|a", &["a"], &["b", ""]);
    check("a&&b", &["a&&b"], &["ab"]);
    check("[a&&b]", &["&"], &["c"]);
}

#[test]
fn case_is_folded_for_ascii_alone() {
    let regex = matches("^[a-c]K$", true).unwrap();
    assert!(regex.is_match("Bk"));
    assert!(!regex.is_match("b\u{212a}"), "the Kelvin sign is no k");
    assert!(!matches("é", true).unwrap().is_match("É"));
    assert!(!matches("^[^a]$", true).unwrap().is_match("A"));
}

#[test]
fn what_postgresql_refuses_is_invalid() {
    for pattern in [
        "*a", "a**", "^*", "(a", "a)", "[a", "[b-a]", "a{2,1}", "a{256}", "a\\", r"\q", "(?q",
    ] {
        let error = matches(pattern, false).unwrap_err();
        assert!(
            matches!(error, PatternError::Invalid(_) | PatternError::Foreign(_)),
            "{pattern}: {error}"
        );
    }
}

#[test]
fn what_is_not_linear_is_outside_the_set() {
    for pattern in [r"(a)\1", "(?=a)", "(?!a)", "(?<=a)b"] {
        let error = matches(pattern, false).unwrap_err();
        assert!(
            matches!(error, PatternError::NotLinear(_)),
            "{pattern}: {error}"
        );
    }
    assert_eq!(
        matches(&"a".repeat(1025), false).unwrap_err(),
        PatternError::TooLong
    );
    assert_eq!(
        matches("((([^a]{255}){255}){255})", false).unwrap_err(),
        PatternError::TooLarge
    );
}

#[test]
fn like_takes_an_escape() {
    let like = |pattern: &str, escape, insensitive| {
        let expr = Expr::Like {
            value: Box::new(Expr::Field(FieldName::new("a").unwrap())),
            pattern: pattern.to_owned(),
            escape,
            insensitive,
        };
        compile(&expr).map(Option::unwrap)
    };
    assert!(like("a%c_", None, false).unwrap().is_match("a\nbcd"));
    assert!(!like("a%", None, false).unwrap().is_match("A"));
    assert!(like("a%", None, true).unwrap().is_match("ABC"));
    assert!(like(r"100\%", None, false).unwrap().is_match("100%"));
    assert!(!like(r"100\%", None, false).unwrap().is_match("1000"));
    assert!(like("a!_b", Some('!'), false).unwrap().is_match("a_b"));
    assert!(like(r"a\b", Some('!'), false).unwrap().is_match(r"a\b"));
    assert!(like("%%%%%%%%%%", None, false).unwrap().is_match(""));
    assert!(like("a\\", None, false).unwrap_err().is_invalid());
}
