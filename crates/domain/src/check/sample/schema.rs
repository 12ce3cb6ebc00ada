//! The table of the good document, and parts that tests add to it.

use crate::column_type::{ColumnType, NumericShape, ScalarType};
use crate::name::TableName;
use crate::rule::{Comparison, Expr};
use crate::source::{Located, Span};
use crate::table::{
    Check, Column, DefaultValue, Enforcement, Index, IndexColumn, Reference, Table, Unique,
};
use crate::value::Value;

use super::{Page, at, column_name, constraint, field};

/// A column of this name and type; nullable and without a default.
pub(in crate::check) fn column(name: &str, column_type: ColumnType) -> Column {
    Column {
        name: at(column_name(name)),
        column_type: at(column_type),
        nullable: true,
        default: None,
        comment: None,
        span: Span::new(1, 2),
    }
}

pub(in crate::check) const MONEY: ScalarType = ScalarType::Numeric(Some(NumericShape {
    precision: 10,
    scale: 2,
}));

pub(super) fn table(page: &mut Page) -> Located<Table> {
    page.line("**Database Schema**:\n```sql");
    let start = page.mark("CREATE TABLE ").start;
    let name = page.put(TableName::new("orders").unwrap(), "orders");
    page.line(" (");
    let columns = columns(page);
    page.mark(",\n    CHECK (");
    let quantity = Expr::Field(field("quantity"));
    let zero = Expr::Literal(Value::Integer(0));
    let positive = Expr::Compare(Box::new(quantity), Comparison::Greater, Box::new(zero));
    let check = page.put(positive, "quantity > 0");
    let end = page.mark(")\n)").end;
    page.line(";");
    let indexes = vec![index(page, "status"), index(page, "created_at")];
    let block = Span::new(start, page.text.len());
    page.line("```");
    let table = Table {
        name,
        primary_key: columns.iter().take(1).map(|id| id.name.clone()).collect(),
        columns,
        uniques: Vec::new(),
        checks: vec![Check {
            name: constraint("orders_quantity_check"),
            expr: check,
            enforcement: Enforcement::Everywhere,
        }],
        references: Vec::new(),
        indexes,
        comment: None,
        span: Span::new(start, end),
    };
    Located::new(table, block)
}

fn columns(page: &mut Page) -> Vec<Column> {
    let scalar = ColumnType::Scalar;
    let rows = [
        (
            "id",
            scalar(ScalarType::Uuid),
            Some(DefaultValue::TimeUuid),
            "uuidv7()",
        ),
        (
            "customer_email",
            scalar(ScalarType::Varchar(Some(255))),
            None,
            "",
        ),
        ("quantity", scalar(ScalarType::Integer), None, ""),
        ("price", scalar(MONEY), None, ""),
        (
            "status",
            scalar(ScalarType::Varchar(Some(20))),
            Some(DefaultValue::Literal(Value::Text("new".to_owned()))),
            "'new'",
        ),
        (
            "tags",
            ColumnType::Array(ScalarType::Varchar(Some(20))),
            None,
            "NULL",
        ),
        ("details", ColumnType::Jsonb, None, "NULL"),
        (
            "created_at",
            scalar(ScalarType::TimestampTz),
            Some(DefaultValue::Now),
            "now()",
        ),
    ];
    let mut columns: Vec<Column> = Vec::new();
    for (name, column_type, default, text) in rows {
        page.mark(if columns.is_empty() {
            "    "
        } else {
            ",\n    "
        });
        let name = page.put(column_name(name), name);
        page.mark(" ");
        let column_type = page.put(column_type, &column_type.to_string());
        let nullable = text == "NULL";
        page.mark(match (&default, nullable) {
            (Some(_), _) => " NOT NULL DEFAULT ",
            (None, true) => "",
            (None, false) => " NOT NULL",
        });
        let default = default.map(|default| page.put(default, text));
        columns.push(Column {
            span: Span::new(name.span.start, page.text.len()),
            name,
            column_type,
            nullable,
            default,
            comment: None,
        });
    }
    columns
}

fn index(page: &mut Page, column: &str) -> Index {
    let name = format!("orders_{column}_idx");
    let start = page.mark(&format!("CREATE INDEX {name} ON orders (")).start;
    let named = page.put(column_name(column), column);
    let end = page.mark(")").end;
    page.line(";");
    Index {
        name: constraint(&name),
        columns: vec![IndexColumn {
            column: named,
            descending: false,
        }],
        unique: false,
        predicate: None,
        span: Span::new(start, end),
    }
}

/// An index over columns without places.
pub(in crate::check) fn index_of(name: &str, columns: &[&str]) -> Index {
    let part = |name: &&str| IndexColumn {
        column: at(column_name(name)),
        descending: false,
    };
    Index {
        name: constraint(name),
        columns: columns.iter().map(part).collect(),
        unique: false,
        predicate: None,
        span: Span::new(1, 2),
    }
}

/// A `UNIQUE` over columns without places.
pub(in crate::check) fn unique_of(name: &str, columns: &[&str]) -> Unique {
    Unique {
        name: constraint(name),
        columns: columns.iter().map(|name| at(column_name(name))).collect(),
        span: Span::new(1, 2),
    }
}

/// A reference of one column to the key of a table.
pub(in crate::check) fn reference_of(column: &str, table: &str) -> Reference {
    Reference {
        name: constraint(&format!("{column}_fkey")),
        columns: vec![at(column_name(column))],
        table: at(TableName::new(table).unwrap()),
        target: Vec::new(),
        on_delete: crate::table::OnDelete::Refuse,
        span: Span::new(1, 2),
    }
}
