//! The order in which tables are created: a table after those that it refers to (spec-language, ruling H34).

use std::collections::{HashMap, HashSet};

use specd_domain::table::Table;

/// The positions of `tables` in an order in which every reference finds its table.
/// Tables in a cycle, which checking refuses, come last.
pub(super) fn by_reference(tables: &[&Table]) -> Vec<usize> {
    let mut waiting = Waiting::of(tables);
    let mut order: Vec<usize> = waiting.ready();
    let mut next = 0;
    while let Some(&at) = order.get(next) {
        next += 1;
        waiting.release(at, &mut order);
    }
    let ordered: HashSet<usize> = order.iter().copied().collect();
    order.extend((0..tables.len()).filter(|at| !ordered.contains(at)));
    order
}

/// Who waits for whom.
struct Waiting {
    /// How many tables each still waits for.
    missing: Vec<usize>,
    /// Who waits for each.
    behind: Vec<Vec<usize>>,
}

impl Waiting {
    fn of(tables: &[&Table]) -> Self {
        let by_name: HashMap<&str, usize> = tables
            .iter()
            .enumerate()
            .map(|(at, table)| (table.name.value.as_str(), at))
            .collect();
        let mut behind = vec![Vec::new(); tables.len()];
        let mut missing = Vec::with_capacity(tables.len());
        for (at, table) in tables.iter().enumerate() {
            let targets: HashSet<usize> = table
                .references
                .iter()
                .filter_map(|reference| by_name.get(reference.table.value.as_str()).copied())
                .filter(|target| *target != at)
                .collect();
            missing.push(targets.len());
            for target in targets {
                if let Some(behind) = behind.get_mut(target) {
                    behind.push(at);
                }
            }
        }
        Self { missing, behind }
    }

    fn ready(&self) -> Vec<usize> {
        let each = self.missing.iter().enumerate();
        each.filter_map(|(at, missing)| (*missing == 0).then_some(at))
            .collect()
    }

    /// Adds those to `order` that waited for the table at `at` alone.
    fn release(&mut self, at: usize, order: &mut Vec<usize>) {
        for behind in self
            .behind
            .get_mut(at)
            .map(std::mem::take)
            .unwrap_or_default()
        {
            if let Some(missing) = self.missing.get_mut(behind) {
                *missing -= 1;
                if *missing == 0 {
                    order.push(behind);
                }
            }
        }
    }
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
