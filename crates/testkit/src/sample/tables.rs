//! Tables made of their parts; what has a name of its own in SQL is named as `PostgreSQL` names it.

use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::rule::{Comparison, Expr};
use specd_domain::source::Span;
use specd_domain::table::{
    Check, Column, DefaultValue, Enforcement, Index, IndexColumn, OnDelete, Reference, Table,
    Unique,
};
use specd_domain::value::Value;

use super::{at, column_name, constraint_name, field_name, table_name};

/// A table of these columns behind the key `id UUID PRIMARY KEY DEFAULT gen_random_uuid()`, which every table has here.
pub fn table(name: &str, columns: Vec<Column>) -> Table {
    let id = column("id", ColumnType::Scalar(ScalarType::Uuid));
    let id = defaulted(id, DefaultValue::RandomUuid);
    Table {
        name: at(table_name(name)),
        columns: std::iter::once(id).chain(columns).collect(),
        primary_key: vec![at(column_name("id"))],
        uniques: Vec::new(),
        checks: Vec::new(),
        references: Vec::new(),
        indexes: Vec::new(),
        comment: None,
        span: Span::default(),
    }
}

/// A column that is `NOT NULL` and has no default.
pub fn column(name: &str, column_type: ColumnType) -> Column {
    Column {
        name: at(column_name(name)),
        column_type: at(column_type),
        nullable: false,
        default: None,
        comment: None,
        span: Span::default(),
    }
}

/// The column, taking null.
pub fn nullable(column: Column) -> Column {
    Column {
        nullable: true,
        ..column
    }
}

/// The column with a default.
pub fn defaulted(column: Column, default: DefaultValue) -> Column {
    Column {
        default: Some(at(default)),
        ..column
    }
}

/// The table with `UNIQUE (columns)`.
pub fn unique(mut table: Table, columns: &[&str]) -> Table {
    table.uniques.push(Unique {
        name: derived(&table, columns, "key"),
        columns: columns.iter().map(|name| at(column_name(name))).collect(),
        span: Span::default(),
    });
    table
}

/// The table with `CREATE INDEX ON table (columns)`; a name that begins with `-` is falling.
pub fn index(table: Table, columns: &[&str]) -> Table {
    with_index(table, columns, false, None)
}

/// The table with `CREATE UNIQUE INDEX ON table (columns)`.
pub fn unique_index(table: Table, columns: &[&str]) -> Table {
    with_index(table, columns, true, None)
}

/// The table with `CREATE UNIQUE INDEX ON table (columns) WHERE predicate`.
pub fn partial_unique_index(table: Table, columns: &[&str], predicate: Expr) -> Table {
    with_index(table, columns, true, Some(predicate))
}

/// The table with `CHECK (expr)`, named after the column that it is about.
pub fn check(mut table: Table, column: &str, expr: Expr) -> Table {
    table.checks.push(Check {
        name: derived(&table, &[column], "check"),
        expr: at(expr),
        enforcement: Enforcement::Everywhere,
    });
    table
}

/// The table with `FOREIGN KEY (column) REFERENCES target`, the target's key.
pub fn reference(mut table: Table, column: &str, target: &str, on_delete: OnDelete) -> Table {
    table.references.push(Reference {
        name: derived(&table, &[column], "fkey"),
        columns: vec![at(column_name(column))],
        table: at(table_name(target)),
        target: Vec::new(),
        on_delete,
        span: Span::default(),
    });
    table
}

/// `field operator literal`.
pub fn compare(field: &str, comparison: Comparison, literal: Value) -> Expr {
    Expr::Compare(
        Box::new(Expr::Field(field_name(field))),
        comparison,
        Box::new(Expr::Literal(literal)),
    )
}

fn with_index(mut table: Table, columns: &[&str], unique: bool, predicate: Option<Expr>) -> Table {
    let names: Vec<_> = columns
        .iter()
        .map(|name| name.strip_prefix('-').unwrap_or(name))
        .collect();
    let columns = columns.iter().zip(&names).map(|(asked, name)| IndexColumn {
        column: at(column_name(name)),
        descending: asked.starts_with('-'),
    });
    table.indexes.push(Index {
        name: derived(&table, &names, "idx"),
        columns: columns.collect(),
        unique,
        predicate: predicate.map(at),
        span: Span::default(),
    });
    table
}

fn derived(table: &Table, columns: &[&str], kind: &str) -> specd_domain::name::ConstraintName {
    let columns = columns.join("_");
    constraint_name(format!("{}_{columns}_{kind}", table.name.value))
}
