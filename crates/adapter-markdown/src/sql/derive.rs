//! The names of constraints and indexes that the text leaves out, as `PostgreSQL` derives them.

use std::collections::{BTreeMap, BTreeSet};

use specd_domain::name::{ColumnName, ConstraintName, FieldName, IDENTIFIER_MAX_BYTES};
use specd_domain::rule::Expr;

/// The names that are taken. `SQLite` knows no case, so that names that differ in case alone are one name here.
#[derive(Default)]
pub(super) struct Names {
    taken: BTreeSet<String>,
    /// The next number of each derived name, so that many of one name take no longer than one.
    numbers: BTreeMap<String, u32>,
}

impl Names {
    /// Takes a name; `false` where it is taken already.
    pub(super) fn take(&mut self, name: &str) -> bool {
        self.taken.insert(name.to_ascii_lowercase())
    }

    /// `table_columns_label`, with a number behind it where that is taken; never longer than a name may be.
    pub(super) fn derive(
        &mut self,
        table: &str,
        columns: &str,
        label: &str,
    ) -> Option<ConstraintName> {
        let plain = compose(table, columns, label);
        let mut number = self.numbers.get(&plain).copied().unwrap_or(0);
        loop {
            let name = match number {
                0 => plain.clone(),
                _ => compose(table, columns, &format!("{label}{number}")),
            };
            number = number.checked_add(1)?;
            if self.take(&name) {
                self.numbers.insert(plain, number);
                return ConstraintName::new(name).ok();
            }
        }
    }
}

/// `PostgreSQL`'s `makeObjectName`: the longer of table and columns is cut until the whole fits.
fn compose(table: &str, columns: &str, label: &str) -> String {
    let separators = if columns.is_empty() { 1 } else { 2 };
    let available = IDENTIFIER_MAX_BYTES.saturating_sub(label.len() + separators);
    let mut table_length = table.len();
    let mut columns_length = columns.len();
    while table_length + columns_length > available {
        if table_length > columns_length {
            table_length -= 1;
        } else {
            columns_length -= 1;
        }
    }
    let table = table.get(..table_length).unwrap_or(table);
    let columns = columns.get(..columns_length).unwrap_or(columns);
    if columns.is_empty() {
        format!("{table}_{label}")
    } else {
        format!("{table}_{columns}_{label}")
    }
}

/// The columns of a constraint as its name holds them.
pub(super) fn join<'c>(columns: impl Iterator<Item = &'c ColumnName>) -> String {
    let mut joined = String::new();
    for column in columns {
        if joined.len() > IDENTIFIER_MAX_BYTES {
            break;
        }
        if !joined.is_empty() {
            joined.push('_');
        }
        joined.push_str(column.as_str());
    }
    joined.truncate(IDENTIFIER_MAX_BYTES);
    joined
}

/// The only column that a `CHECK` speaks of; `PostgreSQL` puts it in the name.
pub(super) fn only_column(expr: &Expr) -> Option<&FieldName> {
    let mut found = BTreeSet::new();
    collect(expr, &mut found);
    match found.len() {
        1 => found.pop_first(),
        _ => None,
    }
}

/// The depth of an expression was bounded when it was read.
fn collect<'e>(expr: &'e Expr, found: &mut BTreeSet<&'e FieldName>) {
    match expr {
        Expr::Field(name) => {
            found.insert(name);
        }
        Expr::Literal(_) => {}
        Expr::Not(inner)
        | Expr::Negate(inner)
        | Expr::IsNull(inner)
        | Expr::IsBoolean(inner, _)
        | Expr::Cast(inner, _)
        | Expr::Is(inner, _)
        | Expr::Like { value: inner, .. }
        | Expr::Matches { value: inner, .. } => collect(inner, found),
        Expr::And(parts) | Expr::Or(parts) | Expr::Call(_, parts) => {
            for part in parts {
                collect(part, found);
            }
        }
        Expr::Compare(left, _, right) | Expr::Compute(left, _, right) => {
            collect(left, found);
            collect(right, found);
        }
        Expr::Between(value, low, high) => {
            collect(value, found);
            collect(low, found);
            collect(high, found);
        }
        Expr::In(value, list) => {
            collect(value, found);
            for part in list {
                collect(part, found);
            }
        }
        Expr::Case(branches, otherwise) => {
            for (condition, result) in branches {
                collect(condition, found);
                collect(result, found);
            }
            if let Some(otherwise) = otherwise {
                collect(otherwise, found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_as_postgresql_cuts_them() {
        assert_eq!(compose("orders", "email", "key"), "orders_email_key");
        assert_eq!(compose("orders", "", "pkey"), "orders_pkey");
        let table = "t".repeat(40);
        let column = "c".repeat(40);
        let name = compose(&table, &column, "key");
        assert_eq!(name, format!("{}_{}_key", "t".repeat(29), "c".repeat(29)));
        assert_eq!(name.len(), 63);
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        let mut names = Names::default();
        let mut derive = || names.derive("t", "", "check").unwrap().to_string();
        assert_eq!(derive(), "t_check");
        assert_eq!(derive(), "t_check1");
        assert_eq!(derive(), "t_check2");
    }
}
