//! Revisions: what is kept of each, and the one place where tables are changed.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::result::Error as DieselError;
use specd_app::ports::revisions::{
    AppliedEach, ApplyError, NewRevision, Revision, RevisionMark, SchemaChange,
};
use specd_app::ports::store::StoreError;
use specd_domain::Spec;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::endpoint::Operation;
use specd_domain::name::{SpecNumber, TableName};
use specd_domain::record::Row;
use specd_domain::value::Value;

use crate::dialect::quoted;
use crate::failure::failed;
use crate::schema::{self, Lists};
use crate::session::Session;
use crate::statement::Statement;

/// Why a revision was not applied, before it is known what the database's own error means.
#[derive(Debug)]
pub enum ApplyFailure {
    /// specd's own reason.
    Apply(ApplyError),
    /// The database refused a change of a table.
    Step(DieselError),
    /// The database failed at anything else.
    Database(DieselError),
}

impl From<DieselError> for ApplyFailure {
    fn from(error: DieselError) -> Self {
        Self::Database(error)
    }
}

impl From<ApplyError> for ApplyFailure {
    fn from(error: ApplyError) -> Self {
        Self::Apply(error)
    }
}

/// The marks of the applied revisions of all documents.
///
/// # Errors
/// The database's, or a mark that cannot be read.
pub fn marks<S: Session>(
    session: &mut S,
) -> Result<HashMap<SpecNumber, RevisionMark>, DieselError> {
    let statement = Statement::new(
        "SELECT newest.spec, newest.revision, each.digest \
         FROM (SELECT spec, max(revision) AS revision FROM specd_revisions GROUP BY spec) AS newest \
         JOIN specd_revisions AS each ON each.spec = newest.spec AND each.revision = newest.revision",
    );
    let rows = session.rows(statement, &[BIG, BIG, TEXT])?;
    let marks: Option<HashMap<_, _>> = rows.into_iter().map(read_mark).collect();
    marks
        .ok_or_else(|| DieselError::DeserializationError("a stored revision cannot be read".into()))
}

fn read_mark(row: Row) -> Option<(SpecNumber, RevisionMark)> {
    let [
        Value::Integer(spec),
        Value::Integer(number),
        Value::Text(digest),
    ] = <[Value; 3]>::try_from(row).ok()?
    else {
        return None;
    };
    let mark = RevisionMark {
        number: u32::try_from(number).ok()?,
        digest,
    };
    Some((SpecNumber(u16::try_from(spec).ok()?), mark))
}

/// The applied revision of a document.
///
/// # Errors
/// The database's, or a revision that cannot be read.
pub fn current<S: Session>(
    session: &mut S,
    spec: SpecNumber,
) -> Result<Option<Revision>, DieselError> {
    let mut statement = Statement::new(
        "SELECT revision, digest, model, applied_at FROM specd_revisions WHERE spec = ",
    );
    statement.bind_number(i64::from(spec.0));
    statement.push(" ORDER BY revision DESC LIMIT 1");
    let columns = [BIG, TEXT, ColumnType::Json, TIME];
    let rows = session.rows(statement, &columns)?;
    let Some(row) = rows.into_iter().next() else {
        return Ok(None);
    };
    let revision = read(row).ok_or_else(|| {
        let error = format!("the stored revision of spec {spec} cannot be read");
        DieselError::DeserializationError(error.into())
    })?;
    Ok(Some(revision))
}

/// Changes the tables and keeps the revision. The caller holds the transaction, and the lock that keeps others out.
///
/// # Errors
/// Why it was not applied; the transaction must then be rolled back.
pub fn apply<S: Session>(session: &mut S, new: NewRevision) -> Result<Revision, ApplyFailure> {
    let latest = latest(session, new.spec.number)?;
    if latest != new.follows {
        return Err(ApplyError::Overtaken.into());
    }
    let table = &new.spec.table;
    match &new.change {
        SchemaChange::CreateTable => create_table(session, &new.spec)?,
        SchemaChange::Alter(steps) => {
            if !steps.is_empty() {
                require_own(session, new.spec.number, &table.name.value)?;
            }
            let (dialect, lists) = (session.dialect(), Lists::of(&new.spec));
            let statements = schema::alter(dialect, table, lists, steps, new.applied_at);
            run_all(session, statements)?;
            serve_filters(session, &new.spec)?;
        }
    }
    if new.spec.endpoint(Operation::List).is_some() {
        serve_newest(session, &new.spec)?;
    }
    let number = latest.unwrap_or(0).saturating_add(1);
    keep(session, &new, number)?;
    Ok(Revision {
        spec: new.spec,
        number,
        digest: new.digest,
        applied_at: new.applied_at,
    })
}

/// Applies revisions one after the other, each as [`apply`] does; `explained` says what a failure means. One that is refused
/// is undone by itself. The caller holds the transaction, and the lock that keeps others out.
///
/// # Errors
/// The store could not do it; the transaction must then be rolled back.
pub fn apply_each<S: Session>(
    session: &mut S,
    revisions: Vec<NewRevision>,
    explained: fn(ApplyFailure) -> ApplyError,
) -> Result<AppliedEach, StoreError> {
    let mut applied = Vec::with_capacity(revisions.len());
    for revision in revisions {
        let answer = alone(session, revision, explained)
            .map_err(|error| explained(ApplyFailure::Database(error)));
        match answer {
            Ok(Err(ApplyError::Store(error))) | Err(ApplyError::Store(error)) => return Err(error),
            Ok(answer) => applied.push(answer),
            Err(error) => applied.push(Err(error)),
        }
    }
    Ok(applied)
}

/// `Err` where the point to go back to cannot be set or reached.
fn alone<S: Session>(
    session: &mut S,
    revision: NewRevision,
    explained: fn(ApplyFailure) -> ApplyError,
) -> Result<Result<Revision, ApplyError>, DieselError> {
    session.run("SAVEPOINT specd_revision")?;
    let answer = apply(session, revision).map_err(explained);
    // Where the store itself failed, the whole transaction is given up.
    if matches!(answer, Err(ApplyError::Store(_))) {
        return Ok(answer);
    }
    if answer.is_err() {
        session.run("ROLLBACK TO SAVEPOINT specd_revision")?;
    }
    session.run("RELEASE SAVEPOINT specd_revision")?;
    Ok(answer)
}

const BIG: ColumnType = ColumnType::Scalar(ScalarType::BigInt);
const TEXT: ColumnType = ColumnType::Scalar(ScalarType::Text);
const TIME: ColumnType = ColumnType::Scalar(ScalarType::TimestampTz);
const BOOLEAN: ColumnType = ColumnType::Scalar(ScalarType::Boolean);

fn read(row: Row) -> Option<Revision> {
    let Ok(
        [
            Value::Integer(number),
            Value::Text(digest),
            Value::Json(model),
            Value::Timestamp(applied_at),
        ],
    ) = <[Value; 4]>::try_from(row)
    else {
        return None;
    };
    Some(Revision {
        spec: Arc::new(serde_json::from_str(&model).ok()?),
        number: u32::try_from(number).ok()?,
        digest,
        applied_at,
    })
}

fn latest<S: Session>(session: &mut S, spec: SpecNumber) -> Result<Option<u32>, DieselError> {
    let mut statement = Statement::new("SELECT max(revision) FROM specd_revisions WHERE spec = ");
    statement.bind_number(i64::from(spec.0));
    let rows = session.rows(statement, &[BIG])?;
    Ok(match rows.into_iter().flatten().next() {
        Some(Value::Integer(number)) => u32::try_from(number).ok(),
        _ => None,
    })
}

fn create_table<S: Session>(session: &mut S, document: &Spec) -> Result<(), ApplyFailure> {
    let (spec, table) = (document.number, &document.table);
    let name = &table.name.value;
    match owner(session, name)? {
        Some(owner) if owner == i64::from(spec.0) => {
            let reason = format!("the table `{name}` of an earlier revision is still there");
            return Err(ApplyError::Refused { reason }.into());
        }
        Some(_) => return Err(ApplyError::TableThere(name.clone()).into()),
        None => {}
    }
    if is_there(session, name.as_str())? {
        return Err(ApplyError::TableThere(name.clone()).into());
    }
    for reference in &table.references {
        let target = &reference.table.value;
        if target != name && !is_there(session, target.as_str())? {
            let reason = format!("the referenced table `{target}` is not there");
            return Err(ApplyError::Refused { reason }.into());
        }
    }
    let statements = schema::create(session.dialect(), table, Lists::of(document));
    run_all(session, statements)?;
    let mut statement = Statement::new("INSERT INTO specd_tables (name, spec) VALUES (");
    statement.bind_text(name.as_str());
    statement.push(", ");
    statement.bind_number(i64::from(spec.0));
    statement.push(")");
    session.execute(statement)?;
    Ok(())
}

/// The index of the list that is asked for no order. A document that says `owners only` is never listed but by owner. A
/// table that is there already may hold many rows, so that nothing of it is locked where the index is there, too.
fn serve_newest<S: Session>(session: &mut S, spec: &Spec) -> Result<(), ApplyFailure> {
    let index = if spec.access.owners_only.is_some() {
        schema::owned_index(&spec.table)
    } else {
        schema::newest_index(&spec.table)
    };
    match index {
        Some(index) if !is_there(session, &index.name)? => {
            session.run(&index.statement).map_err(ApplyFailure::Step)
        }
        _ => Ok(()),
    }
}

/// The indexes of a table that is there already may be from before the lists that they now serve: beside such a one comes
/// one of specd's own.
fn serve_filters<S: Session>(session: &mut S, spec: &Spec) -> Result<(), ApplyFailure> {
    for (index, columns, instead) in schema::instead(&spec.table, Lists::of(spec)) {
        let is_served = columns_of(session, index.name.as_str())? == columns
            || is_there(session, &instead.name)?;
        if !is_served {
            session
                .run(&instead.statement)
                .map_err(ApplyFailure::Step)?;
        }
    }
    Ok(())
}

/// The columns of an index, in their order.
fn columns_of<S: Session>(session: &mut S, index: &str) -> Result<Vec<String>, DieselError> {
    let mut statement = if session.dialect().is_sqlite() {
        Statement::new("SELECT name FROM pragma_index_info(")
    } else {
        Statement::new("SELECT attname::text FROM pg_attribute WHERE attrelid = to_regclass(")
    };
    if session.dialect().is_sqlite() {
        statement.bind_text(index);
        statement.push(") ORDER BY seqno");
    } else {
        statement.bind_text(quoted(index));
        statement.push(") ORDER BY attnum");
    }
    let rows = session.rows(statement, &[TEXT])?;
    let names = rows.into_iter().flatten();
    Ok(names.filter_map(|name| name.to_text()).collect())
}

fn require_own<S: Session>(
    session: &mut S,
    spec: SpecNumber,
    name: &TableName,
) -> Result<(), ApplyFailure> {
    match owner(session, name)? {
        Some(owner) if owner == i64::from(spec.0) => Ok(()),
        Some(_) => Err(ApplyError::TableThere(name.clone()).into()),
        None => {
            let reason = format!("the document has no table `{name}` yet");
            Err(ApplyError::Refused { reason }.into())
        }
    }
}

/// The spec that a table of this name was created for. Names that differ in case alone are one name in `SQLite`, so they
/// are on every store.
fn owner<S: Session>(session: &mut S, name: &TableName) -> Result<Option<i64>, DieselError> {
    let mut statement = Statement::new("SELECT spec FROM specd_tables WHERE lower(name) = ");
    statement.bind_text(name.as_str().to_ascii_lowercase());
    let rows = session.rows(statement, &[BIG])?;
    Ok(match rows.into_iter().flatten().next() {
        Some(Value::Integer(spec)) => Some(spec),
        _ => None,
    })
}

/// Whether anything of this name would stand in the way of a table.
fn is_there<S: Session>(session: &mut S, name: &str) -> Result<bool, DieselError> {
    let statement = if session.dialect().is_sqlite() {
        // These look a name up; `sqlite_master` would be read through, which many tables make slow.
        let mut statement = Statement::new("SELECT EXISTS (SELECT 1 FROM pragma_table_info(");
        statement.bind_text(name);
        statement.push(")) OR EXISTS (SELECT 1 FROM pragma_index_info(");
        statement.bind_text(name);
        statement.push("))");
        statement
    } else {
        let mut statement = Statement::new("SELECT to_regclass(");
        statement.bind_text(quoted(name));
        statement.push(") IS NOT NULL");
        statement
    };
    let rows = session.rows(statement, &[BOOLEAN])?;
    Ok(rows.into_iter().flatten().next() == Some(Value::Boolean(true)))
}

fn run_all<S: Session>(
    session: &mut S,
    statements: Result<Vec<String>, schema::SchemaError>,
) -> Result<(), ApplyFailure> {
    let statements = statements.map_err(|error| ApplyError::Refused {
        reason: error.to_string(),
    })?;
    if statements.is_empty() {
        return Ok(());
    }
    // In one message to the database: none of them has an answer.
    session
        .run(&statements.join(";\n"))
        .map_err(ApplyFailure::Step)
}

fn keep<S: Session>(session: &mut S, new: &NewRevision, number: u32) -> Result<(), ApplyFailure> {
    let model = serde_json::to_string(&*new.spec)
        .map_err(|error| ApplyError::Store(failed(Box::new(error))))?;
    let mut statement = Statement::new(
        "INSERT INTO specd_revisions (spec, revision, digest, model, applied_at) VALUES (",
    );
    statement.bind_number(i64::from(new.spec.number.0));
    statement.push(", ");
    statement.bind_number(i64::from(number));
    statement.push(", ");
    statement.bind_text(new.digest.clone());
    statement.push(", ");
    statement.bind(ColumnType::Json, Value::Json(model));
    statement.push(", ");
    statement.bind(TIME, Value::Timestamp(new.applied_at));
    statement.push(")");
    session.execute(statement)?;
    Ok(())
}
