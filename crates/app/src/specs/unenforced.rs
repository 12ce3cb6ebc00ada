//! What a document asks for and this build does not enforce yet, so that nobody relies on it.

use specd_domain::Spec;

/// What of `spec` is read, checked and kept, but not enforced yet; a few words each.
pub fn unenforced(spec: &Spec) -> Vec<&'static str> {
    let compliance = &spec.compliance;
    [
        (!spec.rollout.criteria.is_empty(), "rollback criteria"),
        (!spec.objectives.is_empty(), "objectives"),
        (!spec.alerts.is_empty(), "alerts"),
        (
            !compliance.encrypted.is_empty() || !compliance.phi.is_empty(),
            "encryption at rest",
        ),
        (compliance.retention_days.is_some(), "retention"),
        (compliance.erased_on_request.is_some(), "erasure on request"),
        (
            compliance.audited.is_some() || !compliance.phi.is_empty(),
            "the audit trail",
        ),
    ]
    .into_iter()
    .filter_map(|(is_asked_for, what)| is_asked_for.then_some(what))
    .collect()
}
