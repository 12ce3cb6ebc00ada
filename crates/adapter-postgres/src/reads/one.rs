//! Reads by key.

use std::sync::Arc;

use diesel::deserialize;
use diesel::result::QueryResult;
use specd_app::ports::Answer;
use specd_app::ports::records::{Reach, Shown};
use specd_app::ports::store::StoreError;
use specd_domain::record::Projection;
use specd_domain::table::Table;
use specd_domain::value::Value;
use specd_sql_support::joint::{Asked, joint};
use specd_sql_support::queue::{Unanswered, Work};
use specd_sql_support::reply::{Reply, reply};
use specd_sql_support::selection::{Selection, values_of_key};
use specd_sql_support::session::Session as _;
use specd_sql_support::spans::Origin;

use super::Reads;
use super::ask::Ask;
use super::json::{integer_at, push_object};
use crate::session::{PostgresSession, RawRow};

/// One read.
pub(super) struct ReadOne {
    table: Arc<Table>,
    key: Value,
    reach: Reach,
    projection: Arc<Projection>,
    origin: Origin,
    reply: Reply<Result<Option<Shown>, StoreError>>,
}

/// What an answer shows of the record of a key.
pub(crate) fn read_one<'a>(
    reads: &Reads,
    table: &Arc<Table>,
    key: Value,
    reach: Reach,
    projection: &Arc<Projection>,
) -> Answer<'a, Result<Option<Shown>, StoreError>> {
    let (reply, awaited) = reply();
    reads.ones.push(ReadOne {
        table: Arc::clone(table),
        key,
        reach,
        projection: Arc::clone(projection),
        origin: Origin::queued(),
        reply,
    });
    Box::pin(async move { awaited.await.unwrap_or_else(|error| Err(error.of_read())) })
}

impl Work for ReadOne {
    fn refuse(self) {
        self.tell(Err(Unanswered::Overloaded.of_read()));
    }

    fn is_abandoned(&self) -> bool {
        self.reply.is_abandoned()
    }
}

impl Ask for ReadOne {
    type Answer = Option<Shown>;

    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn table(&self) -> &Table {
        &self.table
    }

    fn is_like(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.table, &other.table)
            && Arc::ptr_eq(&self.projection, &other.projection)
            && std::mem::discriminant(&self.reach) == std::mem::discriminant(&other.reach)
    }

    fn ask(session: &mut PostgresSession<'_>, group: &[Self]) -> QueryResult<Vec<Option<Shown>>> {
        let mut answers = vec![None; group.len()];
        let Some(first) = group.first() else {
            return Ok(answers);
        };
        let (table, projection) = (&*first.table, &*first.projection);
        let selection = Selection::of_record(table, projection);
        let (key, reach) = (first.key.clone(), &first.reach);
        let each = selection.of_key(session.dialect(), table, key, reach)?;
        let asked = group.iter().map(|one| {
            Ok(Asked {
                values: values_of_key(table, one.key.clone(), &one.reach)?,
                limit: None,
            })
        });
        let statement = joint(&each, asked.collect::<QueryResult<_>>()?, None)?;
        session.each_row(statement, |row| {
            let answer = super::json::answer_of(row, &mut answers)?;
            *answer = Some(shown(row, &selection, projection)?);
            Ok(())
        })?;
        Ok(answers)
    }

    fn tell(self, answer: Result<Option<Shown>, StoreError>) {
        self.reply.send(answer);
    }
}

fn shown(
    row: &RawRow<'_>,
    selection: &Selection,
    projection: &Projection,
) -> deserialize::Result<Shown> {
    let mut json = String::new();
    push_object(&mut json, row, 1, selection, projection)?;
    let version = selection.behind().first().map_or(0, |at| 1 + at);
    Ok(Shown {
        json: json.into(),
        version: integer_at(row, version)?,
    })
}
