//! Joint statements: what several requests ask in one text, each with values of its own, asked at once.
//!
//! The values travel as arrays, one for each place, so that the text is the same for any number of requests. Each row
//! comes with the number of the request that it answers. Only for `PostgreSQL`, which has `unnest` and `LATERAL`.

use diesel::result::{Error as DieselError, QueryResult};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::value::Value;

use crate::dialect::quoted;
use crate::statement::{Statement, TypedValue};

/// The least limit that a text names.
const SMALLEST: u32 = 32;

/// The limits of requests for pages. `PostgreSQL` plans by a limit that stands in the text, and stops by one that is a
/// value; those in texts are powers of two, so that there are few.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommonLimit(u32);

impl CommonLimit {
    /// The common limit of a request with this one.
    pub fn of(limit: u32) -> Self {
        Self(
            limit
                .checked_next_power_of_two()
                .unwrap_or(u32::MAX)
                .max(SMALLEST),
        )
    }
}

/// The values of one request, in the order of the places, and its limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The values; none is null or an array.
    pub values: Vec<TypedValue>,
    /// How many rows at the most; `None` where the text finds one at the most.
    pub limit: Option<u32>,
}

/// The statement that asks `each` for all of `asked`; the first column of its rows says which of them, counted from 1, and
/// those of one come one after the other in their order.
///
/// # Errors
/// The values are not those of the places.
pub fn joint(
    each: &Statement,
    asked: Vec<Asked>,
    common: Option<CommonLimit>,
) -> QueryResult<Statement> {
    let (arrays, limits) = arrays(each, asked)?;
    let mut statement = Statement::new("SELECT ");
    statement.push(&format!(
        "{}, {}.* FROM unnest(",
        of_asked(NUMBER),
        quoted(PAGE)
    ));
    let mut names: Vec<String> = (0..arrays.len()).map(place_name).collect();
    for (position, array) in arrays.into_iter().enumerate() {
        if position > 0 {
            statement.push(", ");
        }
        statement.bind(array.column_type, array.value);
    }
    if common.is_some() {
        names.push(LIMIT.to_owned());
        statement.push(if names.len() > 1 { ", " } else { "" });
        let big = ColumnType::Array(ScalarType::BigInt);
        statement.bind(big, Value::Array(limits));
    }
    names.push(NUMBER.to_owned());
    let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    statement.push(&format!(
        ") WITH ORDINALITY AS {} ({}) CROSS JOIN LATERAL (",
        quoted(ASKED),
        names.join(", ")
    ));
    let text = each.text_with(|position| of_asked(&place_name(position)));
    match common {
        Some(CommonLimit(most)) => statement.push(&format!(
            "SELECT * FROM ({text} LIMIT {most}) AS {} LIMIT {}",
            quoted(RANGE),
            of_asked(LIMIT)
        )),
        None => statement.push(&text),
    };
    statement.push(&format!(") AS {}", quoted(PAGE)));
    Ok(statement)
}

// No document has a table or a column of these names.
const ASKED: &str = "specd_asked";
const LIMIT: &str = "specd_limit";
const NUMBER: &str = "specd_number";
const PAGE: &str = "specd_page";
const RANGE: &str = "specd_range";

fn place_name(position: usize) -> String {
    format!("specd_{}", position + 1)
}

fn of_asked(name: &str) -> String {
    format!("{}.{}", quoted(ASKED), quoted(name))
}

/// The values of each place, and the limits, of all requests.
fn arrays(each: &Statement, asked: Vec<Asked>) -> QueryResult<(Vec<TypedValue>, Vec<Value>)> {
    let misfit = || DieselError::QueryBuilderError("a request does not fit its statement".into());
    let mut arrays = Vec::with_capacity(each.values().len());
    for place in each.values() {
        let ColumnType::Scalar(scalar) = place.column_type else {
            return Err(misfit());
        };
        arrays.push((scalar, Vec::with_capacity(asked.len())));
    }
    let mut limits = Vec::with_capacity(asked.len());
    for Asked { values, limit } in asked {
        let is_fit = values.len() == arrays.len() && !values.iter().any(|it| it.value.is_null());
        if !is_fit {
            return Err(misfit());
        }
        for ((scalar, array), typed) in arrays.iter_mut().zip(values) {
            if typed.column_type != ColumnType::Scalar(*scalar) {
                return Err(misfit());
            }
            array.push(typed.value);
        }
        limits.extend(limit.map(|limit| Value::Integer(limit.into())));
    }
    let typed = arrays.into_iter().map(|(scalar, values)| TypedValue {
        column_type: ColumnType::Array(scalar),
        value: Value::Array(values),
    });
    Ok((typed.collect(), limits))
}
