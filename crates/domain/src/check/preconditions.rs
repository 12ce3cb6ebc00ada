//! Preconditions: `If-Match` can be required where a declared endpoint changes a record that is there (spec-language,
//! section 10).

use crate::diagnostic::{Code, Diagnostic};
use crate::document::IfMatchClause;
use crate::endpoint::Method;
use crate::source::{Located, Span};

use super::subject::Subject;

/// The methods that change a record which the caller may have read before.
const CHANGING: [Method; 3] = [Method::Put, Method::Patch, Method::Delete];

/// Each method that must carry `If-Match` is declared, and changes a record.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    if subject.declared.is_empty() {
        return;
    }
    for clause in &subject.document.if_match {
        if clause.methods.is_empty() && methods_of(subject, clause).is_empty() {
            let headline = "`If-Match` is required, and no endpoint changes a record";
            findings.push(unsuited(subject, clause.span, headline));
        }
        for method in &clause.methods {
            if !CHANGING.contains(&method.value) {
                let headline = format!("{} cannot require `If-Match`", method.value);
                let finding = unsuited(subject, method.span, &headline);
                findings.push(finding.noting(reason(method.value)));
            } else if !subject.declares(method.value) {
                let headline = format!(
                    "`If-Match` is required for {}, which no endpoint does",
                    method.value
                );
                findings.push(unsuited(subject, method.span, &headline));
            }
        }
    }
}

/// The methods that must carry `If-Match`, each once.
pub(super) fn compile(subject: &Subject<'_>) -> Vec<Located<Method>> {
    let mut required: Vec<Located<Method>> = Vec::new();
    for clause in &subject.document.if_match {
        for method in methods_of(subject, clause) {
            if required.iter().all(|known| known.value != method.value) {
                required.push(method);
            }
        }
    }
    required
}

/// Those that are named; all that are declared where none is.
fn methods_of(subject: &Subject<'_>, clause: &IfMatchClause) -> Vec<Located<Method>> {
    if !clause.methods.is_empty() {
        return clause.methods.clone();
    }
    declared(subject)
        .map(|method| Located::new(method, clause.span))
        .collect()
}

fn declared(subject: &Subject<'_>) -> impl Iterator<Item = Method> {
    CHANGING
        .into_iter()
        .filter(|method| subject.declares(*method))
}

fn reason(method: Method) -> &'static str {
    match method {
        Method::Post => "a record that is being created has no tag yet",
        _ => "what only reads cannot lose the change of somebody else",
    }
}

fn unsuited(subject: &Subject<'_>, span: Span, headline: &str) -> Diagnostic {
    let names: Vec<&str> = declared(subject).map(Method::as_str).collect();
    let finding = Diagnostic::error(Code::IfMatchUnsuited, span, headline)
        .expecting("expected a declared method of `PUT`, `PATCH`, `DELETE`");
    if names.is_empty() {
        finding.helping("take it out, or declare an endpoint that changes a record")
    } else {
        let names = names.join(", ");
        finding.helping(format!(
            "write for example: `If-Match` required for {names}"
        ))
    }
}
