//! Whatever carries a value of a record, a secret or a name of a caller shows none of it, however deep it is held.

use std::fmt::Debug;
use std::sync::Arc;

use specd_app::idempotency::IdempotencyKey;
use specd_app::ports::answers::{Fingerprint, KeptAnswer, StoredAnswer};
use specd_app::ports::limits::{Meter, Quota};
use specd_app::ports::records::{Reach, Shown, ShownPage, Terms};
use specd_app::ports::store::StoreError;
use specd_app::records::{Cursor, ListRequest, Page, RecordError};
use specd_domain::access::caller::Caller;
use specd_domain::body::Reading;
use specd_domain::name::ColumnName;
use specd_domain::query::{Filter, FilterOperator, ListQuery};
use specd_domain::record::{Record, Submission};
use specd_domain::value::Value;
use specd_domain::violation::{Pointer, Violation, ViolationCode};

const CANARY: &str = "canary";

#[track_caller]
fn check(carrier: &impl Debug) {
    for shown in [format!("{carrier:?}"), format!("{carrier:#?}")] {
        assert!(!shown.to_lowercase().contains(CANARY), "{shown}");
        // Nor its bytes, one by one.
        assert!(!shown.contains("99, 97, 110"), "{shown}");
        assert!(!shown.contains("99,\n"), "{shown}");
    }
}

fn text() -> String {
    CANARY.to_owned()
}

/// A canary in each form that holds one.
fn values() -> Vec<Value> {
    let list = vec![Value::Text(text())];
    vec![
        Value::Text(text()),
        Value::Json(format!("\"{CANARY}\"")),
        Value::Bytes(text().into_bytes()),
        Value::Array(list),
    ]
}

#[test]
fn records_and_what_is_asked_of_them_show_no_value() {
    check(&values());
    let record = Record {
        row: values(),
        version: 1,
    };
    check(&record);
    let submission = Submission {
        columns: values().into_iter().map(Some).collect(),
        ..Submission::default()
    };
    let pointer = Pointer::root().member("home").member(CANARY);
    let violation = Violation {
        pointer,
        code: ViolationCode::UnknownField,
        detail: "must be left out".to_owned(),
        place: None,
    };
    check(&RecordError::Violations(vec![violation.clone()]));
    check(&Reading {
        submission,
        violations: vec![violation],
    });
    let filter = Filter {
        column: ColumnName::new("name").unwrap(),
        operator: FilterOperator::In,
        values: values(),
    };
    check(&ListQuery {
        filters: vec![filter.clone()],
        sort: Vec::new(),
        after: values(),
        limit: 1,
    });
    check(&ListRequest {
        filters: vec![filter],
        sort: Vec::new(),
        cursor: Some(Cursor::from_bytes(text().into_bytes())),
        limit: 1,
    });
}

#[test]
fn answers_show_no_value() {
    check(&Shown {
        json: text().into(),
        version: 1,
    });
    check(&ShownPage {
        items: text().into(),
        end: Some(values()),
    });
    check(&Page {
        items: text().into(),
        next: None,
    });
    check(&KeptAnswer {
        fingerprint: Fingerprint([7; 32]),
        answer: StoredAnswer {
            status: 201,
            headers: vec![("location".to_owned(), format!("/api/v1/people/{CANARY}"))],
            body: text().into_bytes().into(),
        },
    });
}

#[test]
fn callers_and_what_is_kept_under_their_names_show_nobody() {
    let caller = Caller::Known {
        subject: format!("{CANARY}@example.org"),
        issuer: Some("https://issuer.example".to_owned()),
        scopes: Vec::new(),
    };
    check(&caller);
    let owner: Arc<str> = caller.identity().unwrap_or_default().into();
    check(&Terms {
        reach: Reach::OwnedBy(Arc::clone(&owner)),
        owner: Some(owner),
        ..Terms::default()
    });
    check(&Meter {
        key: caller.identity().unwrap_or_default(),
        quota: Quota {
            requests: 1,
            window_seconds: 1,
            burst: None,
        },
    });
    check(&IdempotencyKey::parse(CANARY).unwrap());
}

#[test]
fn a_failure_shows_what_it_is_made_of_and_nothing_of_the_work() {
    let failed = StoreError::Failed("the disk is full".into());
    assert_eq!(format!("{failed:?}"), "Failed(\"the disk is full\")");
}
