//! Documents beside each other.

use super::*;
use crate::check::check_together;
use crate::column_type::{ColumnType, ScalarType};
use crate::name::{CollectionName, SpecNumber, TableName};
use sample::{at, column, column_name, reference_of};

/// The good document under other names.
fn other(number: u16, name: &str) -> Document {
    let (mut document, _) = sample::orders();
    document.path = format!("{number:04}-{name}.md");
    document.file_number = Some(SpecNumber(number));
    let Entry::Filled(title) = &mut document.header.title else {
        panic!("the sample has a title");
    };
    title.value.number.value = SpecNumber(number);
    for entry in &mut document.endpoints {
        entry.line.value.path.collection = CollectionName::new(name).unwrap();
    }
    table(&mut document).name.value = TableName::new(name).unwrap();
    for index in &mut table(&mut document).indexes {
        let renamed = index.name.as_str().replace("orders", name);
        index.name = sample::constraint(&renamed);
    }
    document
}

/// The codes of the findings of each document, and whether it has a spec.
fn judged(documents: &[Document]) -> Vec<Vec<Code>> {
    let mut checked: Vec<Checked> = documents
        .iter()
        .map(|document| check(document, Vec::new(), today()))
        .collect();
    check_together(documents, &mut checked);
    checked
        .iter()
        .map(|checked| {
            assert_eq!(checked.spec.is_some(), checked.diagnostics.is_empty());
            checked
                .diagnostics
                .iter()
                .map(|finding| finding.code)
                .collect()
        })
        .collect()
}

fn refer(document: &mut Document, target: &str, column_type: ScalarType) {
    let name = format!("{target}_id");
    table(document)
        .columns
        .push(column(&name, ColumnType::Scalar(column_type)));
    table(document).references.push(reference_of(&name, target));
}

#[test]
fn documents_apart_have_no_finding() {
    assert_eq!(
        judged(&[other(1, "orders"), other(2, "people")]),
        [vec![], vec![]]
    );
    assert_eq!(judged(&[]), Vec::<Vec<Code>>::new());
}

#[test]
fn what_two_documents_share_is_an_error_at_the_second() {
    let mut second = other(1, "people");
    assert_eq!(
        judged(&[other(1, "orders"), second.clone()]),
        [vec![], vec![Code::NumberTaken]]
    );

    second = other(2, "people");
    table(&mut second).name.value = TableName::new("Orders").unwrap();
    assert_eq!(
        judged(&[other(1, "orders"), second.clone()]),
        [vec![], vec![Code::TableTaken]]
    );

    second = other(2, "people");
    for entry in &mut second.endpoints {
        entry.line.value.path.collection = CollectionName::new("orders").unwrap();
    }
    assert_eq!(
        judged(&[other(1, "orders"), second.clone()]),
        [vec![], vec![Code::CollectionTaken]]
    );

    second = other(2, "people");
    table(&mut second).indexes[0].name = sample::constraint("orders_status_idx");
    assert_eq!(
        judged(&[other(1, "orders"), second]),
        [vec![], vec![Code::SqlDuplicateName]]
    );
}

#[test]
fn another_version_of_a_collection_is_another_document() {
    let mut second = other(2, "people");
    for entry in &mut second.endpoints {
        entry.line.value.path.collection = CollectionName::new("orders").unwrap();
        entry.line.value.path.version = 2;
    }
    assert_eq!(judged(&[other(1, "orders"), second]), [vec![], vec![]]);
}

#[test]
fn a_reference_finds_its_table_and_type() {
    let mut orders = other(1, "orders");
    refer(&mut orders, "people", ScalarType::Uuid);
    assert_eq!(
        judged(&[orders.clone(), other(2, "people")]),
        [vec![], vec![]]
    );
    assert_eq!(judged(&[orders]), [vec![Code::ReferenceUnknown]]);

    let mut orders = other(1, "orders");
    refer(&mut orders, "people", ScalarType::Integer);
    assert_eq!(
        judged(&[orders, other(2, "people")]),
        [vec![Code::ReferenceUnfit], vec![]]
    );
}

#[test]
fn a_reference_leads_to_something_unique() {
    let refer_to = |target: &str| {
        let mut orders = other(1, "orders");
        let varchar = ScalarType::Varchar(Some(255));
        refer(&mut orders, "people", varchar);
        table(&mut orders).references[0].target = vec![at(column_name(target))];
        orders
    };
    let mut people = other(2, "people");
    assert_eq!(
        judged(&[refer_to("status"), people.clone()])[0],
        [Code::ReferenceUnfit]
    );
    assert_eq!(
        judged(&[refer_to("nothing"), people.clone()])[0],
        [Code::ReferenceUnfit]
    );
    table(&mut people).indexes[0].unique = true;
    assert_eq!(judged(&[refer_to("status"), people])[0], []);
}

#[test]
fn references_lead_in_no_circle() {
    let mut documents = [other(1, "orders"), other(2, "people"), other(3, "carts")];
    for (position, target) in ["people", "carts", "orders"].into_iter().enumerate() {
        refer(&mut documents[position], target, ScalarType::Uuid);
    }
    assert_eq!(
        judged(&documents),
        [vec![], vec![], vec![Code::ReferenceCycle]]
    );
    let mut tree = other(1, "orders");
    refer(&mut tree, "orders", ScalarType::Uuid);
    assert_eq!(judged(&[tree]), [vec![]]);
}
