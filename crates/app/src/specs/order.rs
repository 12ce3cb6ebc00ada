//! The order in which tables are created: a table after those that it refers to (spec-language, ruling H34).

use std::collections::HashSet;

use specd_domain::table::Table;

/// The positions of `tables` in an order in which every reference finds its table.
/// Tables in a cycle, which checking refuses, come last.
pub(super) fn by_reference(tables: &[&Table]) -> Vec<usize> {
    let mut remaining: Vec<usize> = (0..tables.len()).collect();
    let mut order = Vec::with_capacity(tables.len());
    loop {
        let waiting: HashSet<&str> = remaining
            .iter()
            .filter_map(|&at| tables.get(at))
            .map(|table| table.name.value.as_str())
            .collect();
        let (ready, blocked): (Vec<usize>, Vec<usize>) = remaining.iter().partition(|&&at| {
            tables
                .get(at)
                .is_some_and(|table| is_ready(table, &waiting))
        });
        if ready.is_empty() {
            order.extend(blocked);
            return order;
        }
        order.extend(ready);
        remaining = blocked;
    }
}

fn is_ready(table: &Table, waiting: &HashSet<&str>) -> bool {
    table.references.iter().all(|reference| {
        reference.table.value == table.name.value
            || !waiting.contains(reference.table.value.as_str())
    })
}

#[cfg(test)]
mod tests {
    use specd_domain::name::{ConstraintName, TableName};
    use specd_domain::source::{Located, Span};
    use specd_domain::table::{OnDelete, Reference};

    use super::*;

    fn table(name: &str, refers_to: &[&str]) -> Table {
        let here = Span::default();
        Table {
            name: Located::new(TableName::new(name).unwrap(), here),
            columns: Vec::new(),
            primary_key: Vec::new(),
            uniques: Vec::new(),
            checks: Vec::new(),
            references: refers_to
                .iter()
                .map(|target| Reference {
                    name: ConstraintName::new(format!("{name}_{target}_fkey")).unwrap(),
                    columns: Vec::new(),
                    table: Located::new(TableName::new(*target).unwrap(), here),
                    target: Vec::new(),
                    on_delete: OnDelete::Refuse,
                    span: here,
                })
                .collect(),
            indexes: Vec::new(),
            comment: None,
            span: here,
        }
    }

    #[track_caller]
    fn check(tables: &[Table], expected: &[usize]) {
        let borrowed: Vec<&Table> = tables.iter().collect();
        assert_eq!(by_reference(&borrowed), expected);
    }

    #[test]
    fn a_table_comes_after_those_it_refers_to() {
        check(
            &[
                table("loan", &["copy"]),
                table("copy", &["book"]),
                table("book", &[]),
            ],
            &[2, 1, 0],
        );
    }

    #[test]
    fn a_table_may_refer_to_itself_and_to_one_that_is_not_loaded() {
        check(&[table("node", &["node", "elsewhere"])], &[0]);
    }

    #[test]
    fn a_cycle_ends() {
        check(
            &[table("a", &["b"]), table("b", &["a"]), table("c", &[])],
            &[2, 0, 1],
        );
    }
}
