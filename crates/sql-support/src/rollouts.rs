//! Statements on the stages of rollouts.

use diesel::result::{Error as DieselError, QueryResult};
use specd_app::ports::rollouts::StoredStage;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::name::SpecNumber;
use specd_domain::record::Row;
use specd_domain::value::Value;

use crate::session::Session;
use crate::statement::Statement;

/// Every stage that was set, in the order of the specs.
///
/// # Errors
/// The database's, or a stage that cannot be read.
pub fn stages<S: Session>(session: &mut S) -> QueryResult<Vec<StoredStage>> {
    let statement = Statement::new(&format!("SELECT {COLUMNS} FROM specd_stages ORDER BY spec"));
    let rows = session.rows(statement, &TYPES)?;
    rows.into_iter()
        .map(|row| {
            let unreadable = "the stored stage of a rollout cannot be read";
            read(row).ok_or_else(|| DieselError::DeserializationError(unreadable.into()))
        })
        .collect()
}

/// Sets the stage of a spec, whatever it was.
///
/// # Errors
/// The database's.
pub fn set<S: Session>(session: &mut S, stage: StoredStage) -> QueryResult<()> {
    let values = [
        Value::Integer(stage.spec.0.into()),
        Value::Text(stage.flag),
        Value::Integer(stage.percent.into()),
        Value::Timestamp(stage.since),
    ];
    let mut statement = Statement::new(&format!("INSERT INTO specd_stages ({COLUMNS}) VALUES ("));
    for (position, (column_type, value)) in TYPES.into_iter().zip(values).enumerate() {
        if position > 0 {
            statement.push(", ");
        }
        statement.bind(column_type, value);
    }
    statement.push(
        ") ON CONFLICT (spec) DO UPDATE SET flag = excluded.flag, percent = excluded.percent, since = excluded.since",
    );
    session.execute(statement).map(|_| ())
}

const COLUMNS: &str = "spec, flag, percent, since";
const TYPES: [ColumnType; 4] = [
    ColumnType::Scalar(ScalarType::BigInt),
    ColumnType::Scalar(ScalarType::Text),
    ColumnType::Scalar(ScalarType::SmallInt),
    ColumnType::Scalar(ScalarType::TimestampTz),
];

fn read(row: Row) -> Option<StoredStage> {
    let Ok(
        [
            Value::Integer(spec),
            Value::Text(flag),
            Value::Integer(percent),
            Value::Timestamp(since),
        ],
    ) = <[Value; 4]>::try_from(row)
    else {
        return None;
    };
    Some(StoredStage {
        spec: SpecNumber(u16::try_from(spec).ok()?),
        flag,
        percent: u8::try_from(percent).ok()?,
        since,
    })
}
