//! The pages under `/problems/`: what each `type` means.

use maud::{Markup, html};

use super::{Facts, Kind};
use crate::answer::Answer;
use crate::pages::layout::{self, Script};

/// Every problem.
pub(crate) fn index() -> Answer {
    let mut all: Vec<Facts> = Kind::ALL.iter().map(|kind| kind.facts()).collect();
    all.sort_by_key(|facts| facts.status);
    let content = html! {
        (layout::masthead(&html! {}))
        main #content .narrow {
            h1 { "Problems" }
            p .lead {
                "Every error is a JSON document of the type "
                code { "application/problem+json" }
                " (RFC 9457). Its member " code { "type" } " leads here, its member " code { "code" } " is for programs."
            }
            ul .problems {
                @for facts in &all {
                    li { (row(facts)) }
                }
            }
        }
    };
    layout::answer(layout::page("Problems · specd", Script::None, &content))
}

fn row(facts: &Facts) -> Markup {
    html! {
        span .status-code .{ "s" (facts.status / 100) } { (facts.status) }
        div {
            a href=(format!("/problems/{}", facts.slug)) { (facts.title) }
            code .quiet { (facts.code) }
        }
    }
}

/// The page of a kind.
pub(crate) fn page(kind: Kind) -> Answer {
    let facts = kind.facts();
    let content = html! {
        (layout::masthead(&html! {}))
        main #content .narrow {
            p .eyebrow { a href="/problems/" { "Problems" } }
            h1 { (facts.title) }
            dl .facts {
                div { dt { "Status" } dd { span .status-code .{ "s" (facts.status / 100) } { (facts.status) } } }
                div { dt { "Code" } dd { code { (facts.code) } } }
                div { dt { "Again later?" } dd { @if facts.retryable { "yes, the same request may succeed" } @else { "no, not as it was sent" } } }
            }
            p .lead { (facts.explanation) }
            h2 { "What it says" }
            pre { code { (facts.detail) } }
        }
    };
    let title = format!("{} · specd", facts.title);
    layout::answer(layout::page(&title, Script::None, &content))
}

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "the page in the documentation is compared with what it is made of"
)]
mod tests {
    use std::fmt::Write as _;
    use std::path::Path;

    use specd_domain::violation::ViolationCode;

    use super::*;

    /// A line for each problem, in the order of the checks.
    fn problems() -> String {
        let mut out = String::new();
        for facts in Kind::ALL.iter().map(|kind| kind.facts()) {
            let Facts {
                status,
                slug,
                code,
                title,
                retryable,
                ..
            } = facts;
            let again = if retryable { "again later" } else { "-" };
            writeln!(
                out,
                "{status} {code} | /problems/{slug} | {title} | {again}"
            )
            .unwrap();
        }
        out
    }

    #[test]
    fn the_codes_are_a_promise() {
        let mut all = problems();
        all.push_str("\nerrors[].code:\n");
        for code in ViolationCode::ALL {
            writeln!(all, "{}", code.as_str()).unwrap();
        }
        all.push_str("invalid_parameter\n");
        insta::assert_snapshot!("registry", all);
    }

    #[test]
    fn every_problem_has_a_name_of_its_own() {
        for (position, kind) in Kind::ALL.iter().enumerate() {
            let facts = kind.facts();
            assert_eq!(facts.slug, facts.code.replace('_', "-"));
            assert_eq!(Kind::named(facts.slug), Some(*kind));
            assert!(
                Kind::ALL[..position]
                    .iter()
                    .all(|other| other.facts().code != facts.code)
            );
            assert!((400..600).contains(&facts.status));
            assert!(facts.explanation.ends_with('.') && !facts.detail.ends_with('.'));
        }
    }

    /// `docs/problems.md`, as it should be.
    fn documentation() -> String {
        let mut out = String::from(
            "# Problems\n\nEvery error is `application/problem+json` (RFC 9457); its `type` leads to the page of the same text on \
             the server that answered. This page is made of the code: refresh it with\n`SPECD_REFRESH=1 cargo nextest run -p \
             specd-adapter-http problem`.\n\n| status | `code` | what it means | again later? |\n|---|---|---|---|\n",
        );
        let mut all: Vec<Facts> = Kind::ALL.iter().map(|kind| kind.facts()).collect();
        all.sort_by_key(|facts| facts.status);
        for Facts {
            status,
            code,
            explanation,
            retryable,
            ..
        } in all
        {
            let again = if retryable { "yes" } else { "no" };
            writeln!(out, "| {status} | `{code}` | {explanation} | {again} |").unwrap();
        }
        out.push_str("\n## Mistakes\n\nThe member `errors` holds every mistake of a body or a query. Its codes:\n\n| `code` | the mistake |\n|---|---|\n");
        for code in ViolationCode::ALL {
            let words = match code {
                ViolationCode::Required => "a member that must be there is missing",
                ViolationCode::UnknownField => "the object has no such member",
                ViolationCode::DuplicateField => "the member stands twice",
                ViolationCode::WrongType => "the value has another JSON type",
                ViolationCode::NotNullable => "null is not taken here",
                ViolationCode::WrongFormat => "the text is not in the form of its type",
                ViolationCode::TooLong => "the text has too many code points",
                ViolationCode::OutOfRange => "the number is outside the range of its column",
                ViolationCode::TooManyDecimals => "the number has more decimals than its column",
                ViolationCode::NulCharacter => "the text holds a NUL character",
                ViolationCode::TooDeep => "the value is nested deeper than 64 levels",
                ViolationCode::RuleBroken => "a rule of the document does not hold",
                ViolationCode::MissingReference => {
                    "no record has this value in the table referred to"
                }
            };
            writeln!(out, "| `{}` | {words} |", code.as_str()).unwrap();
        }
        out.push_str("| `invalid_parameter` | the parameter is not declared, stands twice, or has no value of its type |\n");
        out
    }

    #[test]
    fn the_documentation_lists_every_problem() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/problems.md");
        let expected = documentation();
        if std::env::var_os("SPECD_REFRESH").is_some() {
            std::fs::write(path, expected).unwrap();
            return;
        }
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(
            written, expected,
            "refresh it: SPECD_REFRESH=1 cargo nextest run -p specd-adapter-http problem"
        );
    }
}
