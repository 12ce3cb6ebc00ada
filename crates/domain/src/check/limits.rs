//! Rate limits: one a method, and each lets somebody pass (spec-language, section 10).

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostic};

use super::access::not_declared;
use super::subject::Subject;

/// Each limit can be kept.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let mut first_of = HashMap::new();
    for limit in &subject.document.limits {
        if limit.requests == 0 || limit.burst == Some(0) {
            findings.push(
                Diagnostic::error(
                    Code::LimitZero,
                    limit.span,
                    "a rate limit of 0 lets nobody pass",
                )
                .expecting("expected at least 1, as in `100 req/min per client`"),
            );
        }
        if let Some(method) = limit.method
            && !subject.declares(method)
            && !subject.declared.is_empty()
        {
            let headline = format!("the limit is for {method}, which no endpoint does");
            findings.push(not_declared(limit.span, headline));
        }
        match first_of.get(&limit.method) {
            Some(&first) => {
                let whom = limit
                    .method
                    .map_or_else(|| "all methods".to_owned(), |method| method.to_string());
                findings.push(
                    Diagnostic::error(
                        Code::LimitTwice,
                        limit.span,
                        format!("a second rate limit for {whom}"),
                    )
                    .expecting("expected one limit a method")
                    .pointing_at(first, "the first"),
                );
            }
            None => {
                first_of.insert(limit.method, limit.span);
            }
        }
    }
}
