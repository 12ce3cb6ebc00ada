//! Asking for a group of reads, and for each of them by itself where that fails.

use diesel::result::QueryResult;
use specd_app::ports::store::StoreError;
use specd_domain::table::Table;
use specd_sql_support::queue::Work;
use specd_sql_support::spans::Origin;

use super::held::{Failure, Held};
use crate::session::PostgresSession;
use crate::spans::select;

/// One read.
pub(crate) trait Ask: Work + Sized {
    /// What it is answered.
    type Answer;

    /// Whether both can share a statement.
    fn is_like(&self, other: &Self) -> bool;

    /// Whom it is for.
    fn origin(&self) -> &Origin;

    /// What it is a read of.
    fn table(&self) -> &Table;

    /// Asks for all of a group, which are alike; one answer for each, in their order.
    fn ask(session: &mut PostgresSession<'_>, group: &[Self]) -> QueryResult<Vec<Self::Answer>>;

    /// Answers it.
    fn tell(self, answer: Result<Self::Answer, StoreError>);
}

/// Answers everything that waited.
pub(super) fn serve<A: Ask>(held: &mut Held, mut waiting: Vec<A>) {
    while let Some(last) = waiting.pop() {
        let (mut group, rest): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|other| other.is_like(&last));
        waiting = rest;
        group.push(last);
        answer(held, group);
    }
}

fn answer<A: Ask>(held: &mut Held, group: Vec<A>) {
    let origins = group.iter().map(A::origin);
    let spans = group
        .first()
        .map(|first| select(first.table()).shared(origins));
    let answers = held.read(|session| {
        let asked = A::ask(session, &group);
        if let Some(spans) = &spans {
            spans.note(&asked);
        }
        asked
    });
    drop(spans);
    match answers {
        Ok(answers) => {
            for (asked, answer) in group.into_iter().zip(answers) {
                asked.tell(Ok(answer));
            }
        }
        Err(Failure::Statement(_)) if group.len() > 1 => each_alone(held, group),
        Err(Failure::Statement(error) | Failure::Away(error)) => refuse(group, error),
    }
}

/// One of them may be to blame, and the others not.
fn each_alone<A: Ask>(held: &mut Held, group: Vec<A>) {
    for asked in group {
        if !asked.is_abandoned() {
            answer(held, vec![asked]);
        }
    }
}

/// The same failure for everybody.
fn refuse<A: Ask>(mut group: Vec<A>, error: StoreError) {
    let last = group.pop();
    for asked in group {
        asked.tell(Err(same(&error)));
    }
    if let Some(asked) = last {
        asked.tell(Err(error));
    }
}

fn same(error: &StoreError) -> StoreError {
    let source = std::error::Error::source(error);
    let said = source.map_or_else(|| error.to_string(), ToString::to_string);
    match error {
        StoreError::Unavailable(_) => StoreError::Unavailable(said.into()),
        StoreError::OutcomeUnknown(_) => StoreError::OutcomeUnknown(said.into()),
        StoreError::Failed(_) => StoreError::Failed(said.into()),
    }
}
