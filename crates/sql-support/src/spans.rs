//! Spans of statements, in the words of the semantic conventions for databases: what is done to which table, and no value.
//!
//! A statement that several requests share has a span of its own, in a trace of its own; each of them that is traced has one
//! below its request that is linked to it.

use std::mem;
use std::sync::Mutex;

use diesel::result::{DatabaseErrorKind, Error as DieselError, QueryResult};
use specd_app::ports::traces::TARGET;
use specd_domain::table::Table;
use tracing::field::Empty;
use tracing::span::EnteredSpan;
use tracing::{Span, info_span};

/// The request that work is done for: its span, and none where it is not traced.
#[derive(Debug)]
pub struct Origin {
    request: Span,
    /// The wait for a thread, until the first statement begins.
    queue: Mutex<Span>,
}

/// What a statement is, for those who read traces.
#[derive(Clone, Copy, Debug)]
pub struct Statement<'a> {
    /// The database, as the conventions name it: `postgresql`, `sqlite`.
    pub system: &'static str,
    /// `INSERT`, `SELECT`, `UPDATE` or `DELETE`.
    pub operation: &'static str,
    /// What it is done to.
    pub table: &'a Table,
}

/// The spans of a statement that is under way. Those of the requests end before its own.
#[derive(Debug)]
#[must_use]
pub struct SharedSpans {
    each: Vec<Span>,
    own: EnteredSpan,
}

impl Origin {
    /// The request of this thread.
    pub fn here() -> Self {
        Self {
            request: Span::current(),
            queue: Mutex::new(Span::none()),
        }
    }

    /// The request of this thread, whose work waits for another one from now on.
    pub fn queued() -> Self {
        let here = Self::here();
        Self {
            queue: Mutex::new(here.step("queue")),
            ..here
        }
    }

    /// Whether it is traced.
    pub fn is_traced(&self) -> bool {
        !self.request.is_disabled()
    }

    /// The span of a statement that is done for it, linked to the one of this thread, which is that of a group.
    pub fn statement(&self, statement: Statement<'_>) -> Span {
        if !self.is_traced() {
            return Span::none();
        }
        let waited = self
            .queue
            .lock()
            .map(|mut queue| mem::replace(&mut *queue, Span::none()));
        drop(waited);
        let span = statement.span(Some(&self.request));
        let group = Span::current();
        if !group.is_disabled() && group.id() != self.request.id() {
            span.follows_from(&group);
        }
        span
    }

    /// The span of a step of the store that is done for it.
    pub fn step(&self, name: &'static str) -> Span {
        if !self.is_traced() {
            return Span::none();
        }
        info_span!(target: TARGET, parent: self.request.id(), "step", otel.name = name)
    }

    /// Does a statement for it.
    ///
    /// # Errors
    /// Those of the work; the span says that it failed.
    pub fn within<T>(
        &self,
        statement: Statement<'_>,
        work: impl FnOnce() -> QueryResult<T>,
    ) -> QueryResult<T> {
        let span = self.statement(statement);
        let done = span.in_scope(work);
        note_failure(&span, &done);
        done
    }
}

impl SharedSpans {
    /// Notes whether the statement failed.
    pub fn note<T>(&self, done: &QueryResult<T>) {
        note_failure(&self.own, done);
        for span in &self.each {
            note_failure(span, done);
        }
    }
}

impl Statement<'_> {
    /// The spans of a statement that is done for several at once, until they are dropped: its own, and one for each that is
    /// traced; none where none of them is.
    pub fn shared<'o>(
        self,
        origins: impl ExactSizeIterator<Item = &'o Origin> + Clone,
    ) -> SharedSpans {
        let size = origins.len();
        let mut traced = origins.filter(|origin| origin.is_traced()).peekable();
        if traced.peek().is_none() {
            return SharedSpans {
                each: Vec::new(),
                own: Span::none().entered(),
            };
        }
        let own = if size > 1 {
            let span = self.span(None);
            span.record("db.operation.batch.size", size_of_batch(size));
            span
        } else {
            Span::none()
        };
        let own = own.entered();
        SharedSpans {
            each: traced.map(|origin| origin.statement(self)).collect(),
            own,
        }
    }

    fn span(self, parent: Option<&Span>) -> Span {
        let table = self.table.name.value.as_str();
        info_span!(
            target: TARGET,
            parent: parent.and_then(Span::id),
            "statement",
            otel.name = format!("{} {table}", self.operation),
            otel.kind = "client",
            "db.system.name" = self.system,
            "db.operation.name" = self.operation,
            "db.collection.name" = table,
            "db.operation.batch.size" = Empty,
            "error.type" = Empty,
            otel.status_code = Empty,
        )
    }
}

/// Says of a statement that it failed, and in which way; not in the words of the database, which may be those of a row.
pub fn note_failure<T>(span: &Span, done: &QueryResult<T>) {
    if let Err(error) = done
        && !span.is_disabled()
    {
        span.record("error.type", error_type(error));
        span.record("otel.status_code", "ERROR");
    }
}

const fn error_type(error: &DieselError) -> &'static str {
    let DieselError::DatabaseError(kind, _) = error else {
        return "_OTHER";
    };
    match kind {
        DatabaseErrorKind::UniqueViolation => "unique_violation",
        DatabaseErrorKind::ForeignKeyViolation => "foreign_key_violation",
        DatabaseErrorKind::NotNullViolation => "not_null_violation",
        DatabaseErrorKind::CheckViolation => "check_violation",
        DatabaseErrorKind::ExclusionViolation => "exclusion_violation",
        DatabaseErrorKind::RestrictViolation => "restrict_violation",
        DatabaseErrorKind::SerializationFailure => "serialization_failure",
        DatabaseErrorKind::ReadOnlyTransaction => "read_only_transaction",
        DatabaseErrorKind::ClosedConnection => "closed_connection",
        _ => "_OTHER",
    }
}

/// The span of a transaction that several share; none where none of them is traced.
pub fn transaction<'o>(
    system: &'static str,
    origins: impl ExactSizeIterator<Item = &'o Origin>,
) -> Span {
    let (size, mut origins) = (origins.len(), origins);
    if size < 2 || !origins.any(Origin::is_traced) {
        return Span::none();
    }
    info_span!(
        target: TARGET,
        parent: None,
        "transaction",
        otel.kind = "client",
        "db.system.name" = system,
        "db.operation.batch.size" = size_of_batch(size),
    )
}

fn size_of_batch(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}
