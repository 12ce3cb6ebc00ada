//! The strategies give what they say: the domain and the store in memory agree with them.

use std::sync::Arc;

use futures_executor::block_on;
use proptest::prelude::*;
use specd_app::ports::records::{RecordRepository, Terms, WriteError};
use specd_app::ports::revisions::{NewRevision, RevisionRepository, SchemaChange};
use specd_domain::body::{Completeness, read};
use specd_domain::table::Table;
use specd_testkit::order::same_row;
use specd_testkit::sample::{spec, time};
use specd_testkit::{MemoryStore, strategies};

fn with_rows() -> impl Strategy<Value = (Table, Vec<(Vec<specd_domain::value::Value>, String)>)> {
    strategies::tables("generated").prop_flat_map(|table| {
        let bodies = prop::collection::vec(strategies::bodies(&table), 1..4);
        (Just(table), bodies)
    })
}

fn with_spoiled() -> impl Strategy<Value = (Table, strategies::SpoiledBody)> {
    strategies::tables("generated").prop_flat_map(|table| {
        let body = strategies::spoiled_bodies(&table);
        (Just(table), body)
    })
}

fn store_of(table: &Table) -> (MemoryStore, Arc<Table>) {
    let store = MemoryStore::default();
    let spec = Arc::new(spec(1, table.clone()));
    let revision = NewRevision {
        spec: Arc::clone(&spec),
        digest: String::new(),
        follows: None,
        change: SchemaChange::CreateTable,
        applied_at: time("2025-01-01T00:00:00Z"),
    };
    assert!(block_on(store.apply(revision)).is_ok());
    (store, Arc::clone(&spec.table))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn a_generated_row_is_stored_as_it_is_unless_a_check_refuses_it((table, bodies) in with_rows()) {
        let (store, table) = store_of(&table);
        for (row, _) in bodies {
            match block_on(store.create(&table, row.clone(), Terms::default())) {
                Ok(record) => prop_assert!(same_row(&record.row, &row), "{:?}", record),
                Err(WriteError::CheckBroken { .. } | WriteError::AlreadyThere { .. }) => {}
                Err(error) => prop_assert!(false, "{error:?}"),
            }
        }
    }

    #[test]
    fn a_generated_body_is_read_as_the_row_it_is_of((table, bodies) in with_rows()) {
        let fields = strategies::fields_of(&table);
        for (row, body) in bodies {
            let reading = read(body.as_bytes(), &fields, &table, Completeness::Whole);
            let reading = reading.map_err(|error| TestCaseError::fail(format!("{error}: {body}")))?;
            prop_assert!(reading.violations.is_empty(), "{:?} of {}", reading.violations, body);
            for (value, sent) in row.iter().zip(&reading.submission.columns).skip(1) {
                let is_same = sent.as_ref().is_some_and(|sent| specd_testkit::order::same(sent, value));
                prop_assert!(is_same, "{:?} is not {:?}", sent, value);
            }
        }
    }

    #[test]
    fn a_spoiled_body_is_refused_at_its_place((table, body) in with_spoiled()) {
        let fields = strategies::fields_of(&table);
        let reading = read(body.json.as_bytes(), &fields, &table, Completeness::Whole);
        let reading = reading.map_err(|error| TestCaseError::fail(format!("{error}: {}", body.json)))?;
        let found = reading.violations.iter().any(|violation| {
            violation.pointer.to_fragment() == body.pointer && violation.code == body.code
        });
        prop_assert!(found, "{:?} is not in {:?}", body, reading.violations);
    }
}
