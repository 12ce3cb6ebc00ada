//! Row 10, the query: only what the document declares, each once; every wrong parameter is named.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use specd_app::catalog::compiled::{CompiledEndpoint, QueryColumn};
use specd_app::records::{Cursor, ListRequest, Permit};
use specd_domain::endpoint::Operation;
use specd_domain::query::{Filter, FilterOperator, SortKey};
use specd_domain::value::Value;

use crate::exchange::Exchange;
use crate::percent;
use crate::problem::{Kind, Mistake, Problem};

/// Records a page has unless the caller asks for another number.
const DEFAULT_LIMIT: u32 = 20;
/// Records a page has at the most; larger numbers become this one.
const MAX_LIMIT: u32 = 100;
/// Values that `[in]` takes.
const MAX_CHOICES: usize = 100;
/// Characters of a parameter's name that an answer repeats.
const MAX_NAME_SHOWN: usize = 100;

/// The parameters of a request.
pub(crate) enum Parameters {
    /// It takes none.
    None,
    /// Those of a list.
    List(ListRequest),
    /// Those of a write.
    Write {
        /// Do everything, and keep nothing: `dry_run=true`.
        is_rehearsal: bool,
    },
}

impl Parameters {
    /// Whether the request is to be tried and not to be kept.
    pub(crate) const fn is_rehearsal(&self) -> bool {
        matches!(self, Self::Write { is_rehearsal: true })
    }
}

/// Reads the query.
pub(crate) fn check(exchange: &Exchange<'_>, permit: Permit<'_>) -> Result<Parameters, Problem> {
    let operation = permit.endpoint().operation;
    let mut reader = Reader::new(operation, permit.compiled());
    let pairs = exchange.query().split('&').filter(|pair| !pair.is_empty());
    for pair in pairs {
        reader.take(pair);
    }
    if !reader.mistakes.is_empty() {
        return Err(refusal(reader.mistakes));
    }
    Ok(match operation {
        Operation::List => Parameters::List(reader.request),
        Operation::Read => Parameters::None,
        _ => Parameters::Write {
            is_rehearsal: reader.is_rehearsal,
        },
    })
}

fn refusal(mistakes: Vec<Mistake>) -> Problem {
    let count = mistakes.len();
    let noun = if count == 1 { "mistake" } else { "mistakes" };
    Problem::new(Kind::InvalidParameters)
        .detail(format!("the query has {count} {noun}"))
        .heading("API Design")
        .mistakes(mistakes)
}

struct Reader<'a> {
    operation: Operation,
    endpoint: &'a CompiledEndpoint,
    seen: Vec<String>,
    request: ListRequest,
    is_rehearsal: bool,
    mistakes: Vec<Mistake>,
}

impl<'a> Reader<'a> {
    fn new(operation: Operation, endpoint: &'a CompiledEndpoint) -> Self {
        Self {
            operation,
            endpoint,
            seen: Vec::new(),
            request: ListRequest {
                filters: Vec::new(),
                sort: Vec::new(),
                cursor: None,
                limit: DEFAULT_LIMIT,
            },
            is_rehearsal: false,
            mistakes: Vec::new(),
        }
    }

    fn take(&mut self, pair: &str) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let Some(name) = percent::decode_query(name) else {
            return self.refuse(name, "must be percent-encoded UTF-8");
        };
        let Some(value) = percent::decode_query(value) else {
            return self.refuse(&name, "must be percent-encoded UTF-8");
        };
        // Several sort keys are several parameters (ruling H29).
        if name != "sort" && self.seen.contains(&name) {
            return self.refuse(&name, "must be given once");
        }
        if let Err(detail) = self.read(&name, &value) {
            self.refuse(&name, &detail);
        }
        self.seen.push(name);
    }

    fn read(&mut self, name: &str, value: &str) -> Result<(), String> {
        match self.operation {
            Operation::List => self.read_of_list(name, value),
            Operation::Read => Err("is not a parameter of this request".to_owned()),
            _ => self.read_of_write(name, value),
        }
    }

    fn read_of_write(&mut self, name: &str, value: &str) -> Result<(), String> {
        if name != "dry_run" {
            return Err("is not a parameter of this request".to_owned());
        }
        self.is_rehearsal = match value {
            "true" => true,
            "false" => false,
            _ => return Err("must be `true` or `false`".to_owned()),
        };
        Ok(())
    }

    fn read_of_list(&mut self, name: &str, value: &str) -> Result<(), String> {
        let list = self.endpoint;
        match name {
            "limit" => self.request.limit = limit(value)?,
            "cursor" => self.request.cursor = Some(cursor(value)?),
            "sort" => {
                for key in value.split(',') {
                    let key = sort_key(list, key)?;
                    if self.request.sort.iter().any(|s| s.column == key.column) {
                        return Err("must name a column once".to_owned());
                    }
                    self.request.sort.push(key);
                }
            }
            _ => self.request.filters.push(filter(list, name, value)?),
        }
        Ok(())
    }

    fn refuse(&mut self, name: &str, detail: &str) {
        self.mistakes.push(Mistake::InQuery {
            parameter: name.chars().take(MAX_NAME_SHOWN).collect(),
            detail: detail.to_owned(),
        });
    }
}

fn limit(value: &str) -> Result<u32, String> {
    let is_number = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    let is_zero = value.bytes().all(|b| b == b'0');
    if !is_number || is_zero {
        return Err(format!("must be a whole number from 1 to {MAX_LIMIT}"));
    }
    // Digits that are no u32 are a larger number.
    Ok(value
        .parse()
        .map_or(MAX_LIMIT, |limit: u32| limit.min(MAX_LIMIT)))
}

fn cursor(value: &str) -> Result<Cursor, String> {
    URL_SAFE_NO_PAD
        .decode(value)
        .map(Cursor::from_bytes)
        .map_err(|_| "must be the `next` of a page of the same query".to_owned())
}

fn sort_key(list: &CompiledEndpoint, key: &str) -> Result<SortKey, String> {
    let (name, descending) = match key.strip_prefix('-') {
        Some(name) => (name, true),
        None => (key, false),
    };
    let column = list.sorts.iter().find(|column| column.name == *name);
    let column = column.ok_or_else(|| choices("must be", &list.sorts))?;
    Ok(SortKey {
        column: column.name.clone(),
        descending,
    })
}

fn choices(must: &str, columns: &[QueryColumn]) -> String {
    if columns.is_empty() {
        return "is not a parameter of this list".to_owned();
    }
    let names: Vec<String> = columns
        .iter()
        .map(|column| format!("`{0}` or `-{0}`", column.name))
        .collect();
    format!("{must} {}", names.join(", "))
}

/// `field=`, `field[gt]=` and their like.
fn filter(list: &CompiledEndpoint, name: &str, value: &str) -> Result<Filter, String> {
    let (field, operator) = match name.strip_suffix(']').and_then(|name| name.split_once('[')) {
        Some((field, operator)) => (field, operator),
        None => (name, "eq"),
    };
    let column = list.filters.iter().find(|column| column.name == *field);
    let column = column.ok_or("is not a parameter of this list")?;
    let is_plain = name == field;
    let operator =
        operator_named(operator).filter(|operator| is_plain || *operator != FilterOperator::Eq);
    let operator = operator.ok_or("must have one of the operators gt, gte, lt, lte, ne, in")?;
    Ok(Filter {
        column: column.name.clone(),
        operator,
        values: values(column, operator, value)?,
    })
}

fn operator_named(name: &str) -> Option<FilterOperator> {
    Some(match name {
        "eq" => FilterOperator::Eq,
        "ne" => FilterOperator::Ne,
        "gt" => FilterOperator::Gt,
        "gte" => FilterOperator::Gte,
        "lt" => FilterOperator::Lt,
        "lte" => FilterOperator::Lte,
        "in" => FilterOperator::In,
        _ => return None,
    })
}

fn values(
    column: &QueryColumn,
    operator: FilterOperator,
    text: &str,
) -> Result<Vec<Value>, String> {
    let parse = |text: &str| Value::parse(column.scalar, text).map_err(|error| error.detail);
    if operator != FilterOperator::In {
        return Ok(vec![parse(text)?]);
    }
    if text.split(',').count() > MAX_CHOICES {
        return Err(format!("must have at most {MAX_CHOICES} values"));
    }
    text.split(',').map(parse).collect()
}
