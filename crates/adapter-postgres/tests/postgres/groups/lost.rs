//! Connections that are lost while a group is being committed.

use std::sync::Arc;

use specd_app::ports::records::{RecordRepository as _, Terms, WriteError};
use specd_app::ports::store::StoreError;
use specd_domain::table::Table;
use specd_testkit::postgres::{Cluster, Durability, binaries};
use specd_testkit::sample;

use super::{burst, count, plain, world};
use crate::transactions::{at_commit, thing, things};
use crate::{prepared, wait_for};

const TO_CUT: u32 = 1;

#[test]
fn a_group_that_is_cut_before_its_commit_is_stored_once_in_the_end() {
    let (database, store, table) = world();
    for answer in burst(&store, &table, (1000..1010).map(|id| plain(thing(id, 1)))) {
        wait_for(answer).unwrap();
    }
    // The first transaction from now on ends its own connection.
    let cut = format!(
        "IF nextval('tries') = {TO_CUT} THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;"
    );
    at_commit(&database, &cut);
    let answers = burst(&store, &table, (0..100).map(|id| plain(thing(id, 1))));
    let replaced: Vec<_> = (1000..1010)
        .map(|id| store.replace(&table, sample::uuid(id), 1, thing(id, 2), Terms::default()))
        .collect();
    for answer in answers.into_iter().chain(replaced) {
        wait_for(answer).unwrap();
    }
    assert_eq!(count(&database, "things"), "110");
    let replaced = "SELECT count(*) FROM things WHERE size = 2 AND specd_version = 2";
    assert_eq!(database.query(replaced).unwrap(), "10");
}

/// A server whose commits are stored and then wait for a standby that is not there.
fn waiting_cluster() -> Cluster {
    let cluster = Cluster::start(Durability::On).unwrap();
    psql(&cluster, "SELECT 1");
    cluster
}

fn psql(cluster: &Cluster, sql: &str) -> String {
    binaries::psql(cluster.url(), sql).unwrap()
}

fn wait_for_standby(cluster: &Cluster, name: &str) {
    psql(
        cluster,
        &format!("ALTER SYSTEM SET synchronous_standby_names = '{name}'"),
    );
    psql(cluster, "SELECT pg_reload_conf()");
    while psql(cluster, "SHOW synchronous_standby_names") != name {}
}

const WAITING: &str = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";

/// Sends writes, and cuts the connection once their commit is stored and not answered.
fn cut_after_the_commit<T>(cluster: &Cluster, send: impl FnOnce() -> T) -> T {
    wait_for_standby(cluster, "nobody");
    let answers = send();
    while psql(cluster, WAITING) == "0" {}
    // Who comes after them is answered.
    wait_for_standby_later(cluster);
    answers
}

fn wait_for_standby_later(cluster: &Cluster) {
    let pid = psql(
        cluster,
        "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' LIMIT 1",
    );
    psql(cluster, &format!("SELECT pg_terminate_backend({pid})"));
    wait_for_standby(cluster, "");
}

fn is_unknown(error: &WriteError) -> bool {
    matches!(error, WriteError::Store(StoreError::OutcomeUnknown(_)))
}

fn drawn(id: u64) -> (specd_domain::record::Row, Terms) {
    let terms = Terms {
        is_key_new: true,
        ..Terms::default()
    };
    (thing(id, 1), terms)
}

fn cluster_with_things() -> (Cluster, specd_adapter_postgres::PostgresStore, Arc<Table>) {
    let cluster = waiting_cluster();
    let store = prepared(cluster.url());
    let table = things(&store);
    wait_for(store.create(&table, thing(500, 1), Terms::default())).unwrap();
    (cluster, store, table)
}

#[test]
fn what_was_stored_before_the_cut_is_answered_as_stored() {
    let (cluster, store, table) = cluster_with_things();
    let answer = cut_after_the_commit(&cluster, || burst(&store, &table, [drawn(1)]));
    for answer in answer {
        let answer = wait_for(answer);
        assert!(answer.is_ok(), "{answer:?}");
    }
    assert_eq!(psql(&cluster, "SELECT count(*) FROM things"), "2");
}

#[test]
fn a_record_whose_key_somebody_else_may_have_stored_stays_unknown() {
    let (cluster, store, table) = cluster_with_things();
    let answer = cut_after_the_commit(&cluster, || burst(&store, &table, [plain(thing(1, 1))]));
    for answer in answer {
        let answer = wait_for(answer);
        assert!(answer.as_ref().is_err_and(is_unknown), "{answer:?}");
    }
    assert_eq!(psql(&cluster, "SELECT count(*) FROM things"), "2");
}

#[test]
fn nothing_that_was_answered_is_lost_with_the_server() {
    let (mut cluster, store, table) = cluster_with_things();
    let answers = burst(&store, &table, (0..400).map(drawn));
    cluster.kill().unwrap();
    let stored: Vec<_> = answers
        .into_iter()
        .map(|answer| wait_for(answer).is_ok())
        .collect();
    cluster.start_again().unwrap();
    let store = prepared(cluster.url());
    for (id, _) in (0..).zip(stored).filter(|(_, is_stored)| *is_stored) {
        let read = wait_for(store.read(
            &table,
            sample::uuid(id),
            specd_app::ports::records::Reach::default(),
        ));
        assert!(read.unwrap().is_some(), "{id}");
    }
}
