//! Headers that say which document answers, and where it is in its life (http-contract, section 7).

use actix_web::http::header::HeaderName;
use specd_app::catalog::ServedSpec;
use specd_domain::document::Status;

use crate::answer::Answer;

const SPEC: HeaderName = HeaderName::from_static("spec");

/// Adds `Spec`, the warning of a preview, and the dates and successor of a deprecated document.
pub(crate) fn describe(served: &ServedSpec, answer: &mut Answer) {
    let spec = &served.spec;
    answer.put(SPEC, &served.label);
    match spec.status {
        Status::Draft => preview(served, answer, "a draft"),
        Status::Review => preview(served, answer, "in review"),
        Status::Approved => {}
        Status::Deprecated => deprecated(served, answer),
    }
}

fn preview(served: &ServedSpec, answer: &mut Answer, state: &str) {
    let spec = &served.spec;
    answer.set("spec-status", spec.status.as_str());
    answer.set(
        "warning",
        &format!("299 - \"SPEC {} is {state} and may change\"", spec.number),
    );
}

/// Both dates mean 00:00:00 GMT of their day (ruling H25).
fn deprecated(served: &ServedSpec, answer: &mut Answer) {
    let compatibility = &served.spec.compatibility;
    let since = compatibility.deprecated.as_ref();
    if let Some(moment) = since.and_then(|date| date.value.and_hms_opt(0, 0, 0)) {
        answer.set("deprecation", &format!("@{}", moment.and_utc().timestamp()));
    }
    if let Some(date) = &compatibility.sunset {
        let date = date.value.format("%a, %d %b %Y 00:00:00 GMT");
        answer.set("sunset", &date.to_string());
    }
    answer.set("link", "</>; rel=\"deprecation\"");
    if let Some(successor) = &compatibility.successor {
        answer.set(
            "link",
            &format!("<{}>; rel=\"successor-version\"", successor.value),
        );
    }
}
