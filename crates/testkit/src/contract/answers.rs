//! Kept answers: found until they expire, byte for byte, then deleted.

use std::sync::Arc;

use chrono::TimeDelta;
use specd_app::ports::answers::{Claim, ClaimId, StoredAnswer};
use specd_domain::table::Table;

use super::Store;
use super::claims::{answer_of, claim, kept, next_noon, noon, with};
use super::world::{created, row};
use crate::sample::table;

async fn things(store: &dyn Store) -> Arc<Table> {
    created(store, 1, table("things", Vec::new())).await
}

async fn keep(store: &dyn Store, table: &Arc<Table>, id: u64, claim: Claim) {
    let answer = store
        .records()
        .create(table, row(table, id, &[]), with(claim))
        .await;
    assert!(answer.is_ok(), "{answer:?}");
}

/// At that moment it is forgotten, whether it was deleted or not.
pub async fn an_answer_is_found_until_it_expires(store: &dyn Store) {
    let table = things(store).await;
    keep(store, &table, 1, claim(7)).await;
    let almost = next_noon() - TimeDelta::microseconds(1);
    for (now, is_there) in [(noon(), true), (almost, true), (next_noon(), false)] {
        let found = store.answers().find(ClaimId([7; 32]), now).await;
        let found = found.unwrap_or_else(|error| unreachable!("not looked up: {error:?}"));
        assert_eq!(found.is_some(), is_there, "{now}");
    }
}

/// Bytes that are no text, no byte at all, and values that look like syntax.
pub async fn an_answer_is_kept_byte_for_byte(store: &dyn Store) {
    let table = things(store).await;
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let answers = [
        StoredAnswer {
            status: 200,
            headers: Vec::new(),
            body: (0..=255).collect::<Vec<_>>().into(),
        },
        StoredAnswer {
            status: 599,
            headers: vec![
                header("link", "<https://a.example/b: c>; rel=\"next\""),
                header("x-empty", ""),
                header("x-wide", "größer \u{1f41d}"),
                header("x-twice", "1"),
                header("x-twice", "2"),
            ],
            body: Vec::new().into(),
        },
        StoredAnswer {
            status: 100,
            headers: vec![header("etag", "\"1\"")],
            body: vec![b'\n'; 1 << 20].into(),
        },
    ];
    for (number, answer) in (1_u8..).zip(answers) {
        let made = answer.clone();
        let claim = Claim {
            answer: Arc::new(move |_| made.clone()),
            ..claim(number)
        };
        keep(store, &table, u64::from(number), claim).await;
        let found = kept(store, number).await.map(|kept| kept.answer);
        assert_eq!(found, Some(answer));
    }
}

/// A header that would come back as another one, or as two, is not kept, and its record neither.
pub async fn an_answer_that_would_come_back_changed_is_not_kept(store: &dyn Store) {
    let table = things(store).await;
    let headers = [("x-a", "1\nx-b: 2"), ("x-a: b", "1"), ("x-a", "1\r")];
    for (name, value) in headers {
        let header = (name.to_owned(), value.to_owned());
        let claim = Claim {
            answer: Arc::new(move |record| StoredAnswer {
                headers: vec![header.clone()],
                ..answer_of(record)
            }),
            ..claim(7)
        };
        let answer = store
            .records()
            .create(&table, row(&table, 1, &[]), with(claim))
            .await;
        assert!(answer.is_err(), "{answer:?}");
        assert_eq!(super::world::found(store, &table, 1).await, None);
        assert_eq!(kept(store, 7).await, None);
    }
}

/// What lives is left alone.
pub async fn expired_answers_are_deleted_oldest_first_and_few_at_a_time(store: &dyn Store) {
    let table = things(store).await;
    for number in 1_u8..=9 {
        // The ninth expires first.
        let expires_at = noon() + TimeDelta::hours(i64::from(10 - number));
        let claim = Claim {
            expires_at,
            ..claim(number)
        };
        keep(store, &table, u64::from(number), claim).await;
    }
    let now = noon() + TimeDelta::hours(5);
    let purge = async || {
        let count = store.answers().purge(now, 2).await;
        count.unwrap_or_else(|error| unreachable!("not purged: {error:?}"))
    };
    assert_eq!(purge().await, 2);
    let mut left = Vec::new();
    for number in 1..=9 {
        if kept(store, number).await.is_some() {
            left.push(number);
        }
    }
    assert_eq!(left, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!([purge().await, purge().await, purge().await], [2, 1, 0]);
    for number in 1..=9 {
        assert_eq!(kept(store, number).await.is_some(), number < 5, "{number}");
    }
}

/// Those with more than the number, and not those with just as many.
pub async fn crowded_callers_are_counted(store: &dyn Store) {
    let table = things(store).await;
    let callers = [
        "key:a",
        "key:b",
        "key:b",
        "jwt:https://id.example é",
        "key:b",
    ];
    for (number, caller) in (1_u8..).zip(callers) {
        let claim = Claim {
            caller: caller.to_owned(),
            ..claim(number)
        };
        keep(store, &table, u64::from(number), claim).await;
    }
    let crowded = async |more_than| {
        let counts = store.answers().crowded(more_than).await;
        counts.unwrap_or_else(|error| unreachable!("not counted: {error:?}"))
    };
    let b = ("key:b".to_owned(), 3);
    for more_than in [1, 2] {
        assert_eq!(crowded(more_than).await, std::slice::from_ref(&b));
    }
    assert_eq!(crowded(3).await, []);
    assert_eq!(crowded(u64::MAX).await, []);
    assert_eq!(crowded(0).await.len(), 3);
}
