//! Validates a JSON record against a spec, without HTTP and without a database.
//!
//! ```sh
//! specd generate model docs/architecture/specs/0001-order.md > order.json
//! echo '{"reference": "A-1", "quantity": 0, "unit_price": 12.505}' | cargo run -p specd-domain --example validate -- order.json
//! ```
//!
//! Without a file it takes `order.json` beside this example. It shows the row that a server would store, or every
//! violation with its pointer, and then exits with 1.

use std::error::Error;
use std::io::Read as _;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use specd_domain::Spec;
use specd_domain::endpoint::Operation;
use specd_domain::record::Projection;
use specd_domain::spec::records::{RecordValidator, Rejection};
use specd_domain::validate::Stamp;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let spec = load(std::env::args().nth(1).as_deref())?;
    let validator = RecordValidator::new(&spec)?;
    let mut record = Vec::new();
    std::io::stdin().read_to_end(&mut record)?;

    let mut stamp = Stamp {
        now: now(),
        random: &mut random,
    };
    match validator.validate_json(Operation::Create, &record, &mut stamp) {
        Ok(row) => {
            let columns: Vec<_> = spec
                .table
                .columns
                .iter()
                .map(|column| column.name.value.clone())
                .collect();
            let mut json = String::new();
            Projection::new(&spec.table, &columns).write_json(&mut json, &row);
            println!("{json}");
            Ok(ExitCode::SUCCESS)
        }
        Err(Rejection::Violations(violations)) => {
            for violation in violations {
                println!(
                    "{} {}: {}",
                    violation.pointer.to_fragment(),
                    violation.code.as_str(),
                    violation.detail
                );
            }
            Ok(ExitCode::FAILURE)
        }
        Err(other) => Err(other.into()),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a service of its own reads its own files"
)]
fn load(path: Option<&str>) -> Result<Spec, Box<dyn Error>> {
    let model = match path {
        Some(path) => std::fs::read_to_string(path)?,
        None => include_str!("order.json").to_owned(),
    };
    Ok(serde_json::from_str(&model)?)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a service of its own has its own clock"
)]
fn now() -> DateTime<Utc> {
    std::time::SystemTime::now().into()
}

/// Where keys come from: a service takes them from its source of randomness (`getrandom`, `rand`). The example has
/// none to depend on, and makes the keys of a process differ by their number.
fn random() -> [u8; 16] {
    use std::sync::atomic::{AtomicU64, Ordering};
    static CALLS: AtomicU64 = AtomicU64::new(1);
    let number = CALLS.fetch_add(1, Ordering::Relaxed);
    u128::from(number).to_be_bytes()
}
