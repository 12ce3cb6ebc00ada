//! Whatever is missing, checking ends with a spec or with a reason.

use proptest::prelude::*;

use super::*;
use crate::check::check_together;
use crate::source::Span;

/// One way in which a document is not complete.
type Damage = fn(&mut Document, usize);

const DAMAGES: &[Damage] = &[
    |document, _| document.header.title = Entry::Missing,
    |document, at| document.header.title = Entry::Unfilled(Span::new(at, at + 3)),
    |document, _| document.header.status = Entry::Missing,
    |document, at| document.header.status = Entry::Unreadable(Span::new(at, at)),
    |document, _| document.header.author = Entry::Missing,
    |document, _| document.header.created = Entry::Missing,
    |document, at| document.header.last_updated = Entry::Unfilled(Span::new(at, at)),
    |document, _| document.schema = Entry::Missing,
    |document, at| document.schema = Entry::Unreadable(Span::new(at, at)),
    |document, _| document.line_starts.clear(),
    |document, _| document.headings.clear(),
    |document, _| document.file_number = None,
    |document, _| document.endpoints.clear(),
    |document, _| document.endpoint_labels.clear(),
    |document, at| remove(&mut document.endpoints, at),
    |document, at| {
        with(&mut document.endpoints, at, |entry| {
            entry.request = Entry::Missing;
        });
    },
    |document, at| {
        with(&mut document.endpoints, at, |entry| {
            entry.response = Entry::Missing;
        });
    },
    |document, at| {
        with(&mut document.endpoints, at, |entry| {
            entry.request = Entry::Unfilled(Span::new(1, 2));
        });
    },
    |document, at| {
        with(&mut document.endpoints, at, |entry| {
            entry.response = Entry::Unreadable(Span::new(1, 2));
        });
    },
    |document, at| with(&mut document.endpoints, at, |entry| entry.statuses.clear()),
    |document, at| {
        with(&mut document.endpoints, at, |entry| {
            entry.line.value.path.has_id = !entry.line.value.path.has_id;
        });
    },
    |document, at| in_table(document, |table| remove(&mut table.columns, at)),
    |document, at| {
        in_table(document, |table| {
            with(&mut table.columns, at, |column| column.default = None);
        });
    },
    |document, at| {
        in_table(document, |table| {
            with(&mut table.columns, at, |column| {
                column.nullable = !column.nullable;
            });
        });
    },
    |document, at| {
        in_table(document, |table| {
            if let Some(column) = table.columns.get(at).cloned() {
                table.columns.insert(0, column);
            }
        });
    },
    |document, at| {
        in_table(document, |table| {
            let types: Vec<_> = table
                .columns
                .iter()
                .map(|column| column.column_type)
                .collect();
            let count = types.len();
            for (position, column) in table.columns.iter_mut().enumerate() {
                column.column_type = types[(position + at) % count];
            }
        });
    },
    |document, _| in_table(document, |table| table.primary_key.clear()),
    |document, _| in_table(document, |table| table.checks.clear()),
    |document, _| document.rollout.stages.clear(),
    |document, _| document.rollout.flag = None,
    |document, _| document.decision = crate::decision::Decision::default(),
    |document, _| document.compatibility = crate::compatibility::Compatibility::default(),
    |document, _| document.authentication = Entry::Missing,
    |document, _| document.authorization = Entry::Missing,
];

fn remove<T>(all: &mut Vec<T>, at: usize) {
    if at < all.len() {
        all.remove(at);
    }
}

fn with<T>(all: &mut [T], at: usize, change: impl FnOnce(&mut T)) {
    if let Some(one) = all.get_mut(at) {
        change(one);
    }
}

fn in_table(document: &mut Document, change: impl FnOnce(&mut Table)) {
    if let Entry::Filled(located) = &mut document.schema {
        change(&mut located.value);
    }
}

proptest! {
    #[test]
    fn checking_never_panics_and_refuses_with_a_reason(
        damages in prop::collection::vec((0..DAMAGES.len(), 0..8_usize), 0..8),
    ) {
        let (mut document, _) = sample::orders();
        for (damage, at) in damages {
            DAMAGES[damage](&mut document, at);
        }
        let mut checked = [check(&document, Vec::new(), today())];
        // What could not be read has the reader's reason, which is not here.
        let is_unreadable = matches!(document.header.status, Entry::Unreadable(_))
            || matches!(document.schema, Entry::Unreadable(_))
            || document.endpoints.iter().any(|entry| matches!(entry.response, Entry::Unreadable(_)))
            || document.endpoint_labels.len() > document.endpoints.len();
        let [only] = &checked;
        prop_assert!(only.spec.is_some() || is_unreadable || !only.diagnostics.is_empty());
        let order: Vec<_> = only.diagnostics.iter().map(|finding| finding.primary.start).collect();
        prop_assert!(order.is_sorted());
        check_together(&[document], &mut checked);
    }
}

#[test]
fn a_large_document_is_checked_in_time() {
    let (mut document, _) = sample::orders();
    let members: Vec<String> = (0..60_000)
        .map(|number| format!("\"field{number}\": 1"))
        .collect();
    let text = format!("{{{}}}", members.join(", "));
    let block = sample::block(&text, 0);
    let span = block.value.span;
    document.endpoints[0].request = Entry::Filled(Located::new(block, span));
    let columns: Vec<_> = (0..1_500)
        .map(|number| {
            sample::column(
                &format!("column{number}x"),
                crate::column_type::ColumnType::Jsonb,
            )
        })
        .collect();
    table(&mut document).columns.extend(columns);
    let checked = check(&document, Vec::new(), today());
    assert_eq!(checked.diagnostics.len(), 5000);
    assert!(
        checked
            .diagnostics
            .last()
            .is_some_and(|last| !last.notes.is_empty())
    );
}
