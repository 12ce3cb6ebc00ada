//! The text of statements, to the letter: what is written anew from a model that somebody else's text became.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use bigdecimal::BigDecimal;
use specd_app::ports::records::Reach;
use specd_domain::column_type::{ColumnType, NumericShape, ScalarType};
use specd_domain::compat::Step;
use specd_domain::name::{ColumnName, ConstraintName, FieldName, TableName};
use specd_domain::query::{Filter, FilterOperator, ListQuery, SortKey};
use specd_domain::rule::{Arithmetic, Comparison, Expr, Function};
use specd_domain::source::{Located, Span};
use specd_domain::table::{
    Check, Column, DefaultValue, Enforcement, Index, IndexColumn, OnDelete, Reference, Table,
    Unique,
};
use specd_domain::value::Value;
use specd_sql_support::dialect::Dialect;
use specd_sql_support::schema::{self, Lists};
use specd_sql_support::{expression, list, name};

const POSTGRES: Dialect = Dialect::Postgres { has_uuid_v7: false };

fn at<T>(value: T) -> Located<T> {
    Located::new(value, Span::default())
}

fn column_name(name: &str) -> ColumnName {
    ColumnName::new(name).unwrap()
}

fn constraint_name(name: &str) -> ConstraintName {
    ConstraintName::new(name).unwrap()
}

fn column(name: &str, scalar: ScalarType, nullable: bool, default: Option<DefaultValue>) -> Column {
    Column {
        name: at(column_name(name)),
        column_type: at(ColumnType::Scalar(scalar)),
        nullable,
        default: default.map(at),
        comment: None,
        span: Span::default(),
    }
}

fn orders() -> Table {
    let price = NumericShape {
        precision: 10,
        scale: 2,
    };
    let literal = DefaultValue::Literal(Value::Text("it's \\ new".to_owned()));
    Table {
        name: at(TableName::new("orders").unwrap()),
        columns: vec![
            column(
                "id",
                ScalarType::Uuid,
                false,
                Some(DefaultValue::RandomUuid),
            ),
            column("price", ScalarType::Numeric(Some(price)), false, None),
            column("count", ScalarType::Integer, true, None),
            column("state", ScalarType::Varchar(Some(9)), false, Some(literal)),
            column("at", ScalarType::Timestamp, true, Some(DefaultValue::Now)),
        ],
        primary_key: vec![at(column_name("id"))],
        uniques: vec![Unique {
            name: constraint_name("orders_state_key"),
            columns: vec![at(column_name("state"))],
            span: Span::default(),
        }],
        checks: vec![Check {
            name: constraint_name("orders_price_check"),
            expr: at(greater("price", decimal("0"))),
            enforcement: Enforcement::Everywhere,
        }],
        references: vec![Reference {
            name: constraint_name("orders_count_fkey"),
            columns: vec![at(column_name("count"))],
            table: at(TableName::new("counts").unwrap()),
            target: Vec::new(),
            on_delete: OnDelete::SetNull,
            span: Span::default(),
        }],
        indexes: vec![Index {
            name: constraint_name("orders_at_idx"),
            columns: vec![IndexColumn {
                column: at(column_name("at")),
                descending: true,
            }],
            unique: false,
            predicate: Some(at(Expr::Not(Box::new(Expr::IsNull(Box::new(field("at"))))))),
            span: Span::default(),
        }],
        comment: Some("what's ordered".to_owned()),
        span: Span::default(),
    }
}

fn field(name: &str) -> Expr {
    Expr::Field(FieldName::new(name).unwrap())
}

fn decimal(digits: &str) -> Expr {
    Expr::Literal(Value::Decimal(digits.parse::<BigDecimal>().unwrap()))
}

fn greater(name: &str, than: Expr) -> Expr {
    Expr::Compare(Box::new(field(name)), Comparison::Greater, Box::new(than))
}

#[test]
fn a_table_of_postgresql_is_written_anew() {
    let statements = schema::create(POSTGRES, &orders(), Lists::default()).unwrap();
    assert_eq!(
        statements,
        [
            "CREATE TABLE \"orders\" (\
             \"id\" UUID NOT NULL DEFAULT gen_random_uuid(), \
             \"price\" NUMERIC(10,2) NOT NULL, \
             \"count\" INTEGER, \
             \"state\" VARCHAR(9) COLLATE \"C\" NOT NULL DEFAULT E'it''s \\\\ new', \
             \"at\" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC'), \
             \"specd_version\" BIGINT NOT NULL DEFAULT 1, \
             \"specd_owner\" TEXT COLLATE \"C\", \
             CONSTRAINT \"orders_pkey\" PRIMARY KEY (\"id\"), \
             CONSTRAINT \"orders_state_key\" UNIQUE (\"state\"), \
             CONSTRAINT \"orders_price_check\" CHECK ((\"price\" > 0)), \
             CONSTRAINT \"orders_count_fkey\" FOREIGN KEY (\"count\") REFERENCES \"counts\" ON DELETE SET NULL)",
            "CREATE INDEX \"orders_at_idx\" ON \"orders\" (\"at\" DESC) WHERE (NOT (\"at\" IS NULL))",
            "COMMENT ON TABLE \"orders\" IS 'what''s ordered'",
        ]
    );
}

#[test]
fn a_table_of_sqlite_is_strict_and_its_checks_are_triggers() {
    let statements = schema::create(Dialect::Sqlite, &orders(), Lists::default()).unwrap();
    let trigger = name::trigger(&orders(), "insert");
    let expected = [
        "CREATE TABLE \"orders\" (\
         \"id\" TEXT NOT NULL, \
         \"price\" TEXT COLLATE specd_decimal NOT NULL, \
         \"count\" INTEGER, \
         \"state\" TEXT NOT NULL DEFAULT 'it''s \\ new', \
         \"at\" INTEGER, \
         \"specd_version\" INTEGER NOT NULL DEFAULT 1, \
         \"specd_owner\" TEXT, \
         PRIMARY KEY (\"id\"), \
         CONSTRAINT \"orders_count_fkey\" FOREIGN KEY (\"count\") REFERENCES \"counts\" ON DELETE SET NULL) STRICT"
            .to_owned(),
        "CREATE UNIQUE INDEX \"orders_state_key\" ON \"orders\" (\"state\")".to_owned(),
        "CREATE INDEX \"orders_at_idx\" ON \"orders\" (\"at\" DESC) WHERE (NOT (\"at\" IS NULL))".to_owned(),
        format!(
            "CREATE TRIGGER \"{trigger}\" BEFORE INSERT ON \"orders\" BEGIN \
             SELECT RAISE(ABORT, 'specd range count') WHERE NEW.\"count\" NOT BETWEEN -2147483648 AND 2147483647; \
             SELECT RAISE(ABORT, 'specd range state') WHERE length(NEW.\"state\") > 9; \
             SELECT RAISE(ABORT, 'specd check orders_price_check') \
             WHERE NOT ((NEW.\"price\" COLLATE specd_decimal) > ('0' COLLATE specd_decimal)); END"
        ),
    ];
    assert_eq!(statements.get(..4).unwrap(), expected);
    assert_eq!(statements.len(), 5);
}

#[test]
fn a_new_uuid_of_version_7_fills_the_rows_of_a_server_that_has_none() {
    let mut table = orders();
    let default = Some(DefaultValue::TimeUuid);
    table
        .columns
        .push(column("ref", ScalarType::Uuid, false, default));
    let steps = [Step::AddColumn(column_name("ref"))];
    let now = chrono::DateTime::from_timestamp_millis(0x0195_0000_0000).unwrap();
    let statements = schema::alter(POSTGRES, &table, Lists::default(), &steps, now).unwrap();
    assert_eq!(
        statements.first().unwrap(),
        "ALTER TABLE \"orders\" ADD COLUMN \"ref\" UUID"
    );
    assert!(
        statements.last().unwrap().ends_with("SET NOT NULL"),
        "{statements:?}"
    );
    let has_uuid_v7 = Dialect::Postgres { has_uuid_v7: true };
    let statements = schema::alter(has_uuid_v7, &table, Lists::default(), &steps, now).unwrap();
    assert_eq!(
        statements,
        ["ALTER TABLE \"orders\" ADD COLUMN \"ref\" UUID NOT NULL DEFAULT uuidv7()"]
    );
}

#[track_caller]
fn renders(expr: &Expr, postgres: Option<&str>, sqlite: Option<&str>) {
    let table = orders();
    assert_eq!(
        expression::postgres::condition(&table, expr).as_deref(),
        postgres
    );
    assert_eq!(
        expression::sqlite::condition(&table, expr, "").as_deref(),
        sqlite
    );
}

#[test]
fn decimals_and_integers_are_compared_exactly() {
    renders(
        &Expr::Compare(
            Box::new(field("price")),
            Comparison::Less,
            Box::new(field("count")),
        ),
        Some("(\"price\" < \"count\")"),
        Some(
            "((\"price\" COLLATE specd_decimal) < (CAST(\"count\" AS TEXT) COLLATE specd_decimal))",
        ),
    );
}

#[test]
fn what_sqlite_cannot_say_is_left_to_the_domain() {
    let text = |text: &str| Box::new(Expr::Literal(Value::Text(text.to_owned())));
    let like = Expr::Like {
        value: Box::new(field("state")),
        pattern: "a!%'%".to_owned(),
        escape: Some('!'),
        insensitive: false,
    };
    renders(&like, Some("(\"state\" LIKE 'a!%''%' ESCAPE '!')"), None);
    let sum = Expr::Compute(
        Box::new(field("price")),
        Arithmetic::Add,
        Box::new(decimal("-1.50")),
    );
    renders(
        &greater("price", sum),
        Some("(\"price\" > (\"price\" + (-1.50)))"),
        None,
    );
    let joined = Expr::Compute(
        Box::new(field("state")),
        Arithmetic::Concatenate,
        text("\\"),
    );
    let length = Expr::Call(Function::CharLength, vec![joined]);
    let length = Expr::Compare(
        Box::new(length),
        Comparison::LessOrEqual,
        Box::new(Expr::Literal(Value::Integer(3))),
    );
    renders(
        &length,
        Some("(char_length((\"state\" || E'\\\\')) <= 3)"),
        Some("(length((\"state\" || '\\')) <= 3)"),
    );
}

#[test]
fn the_time_and_what_is_too_deep_are_the_domains() {
    let now = Expr::Call(Function::Now, Vec::new());
    renders(&greater("at", now), None, None);
    let mut deep = Expr::IsNull(Box::new(field("at")));
    for _ in 0..90 {
        deep = Expr::Not(Box::new(deep));
    }
    renders(&deep, None, None);
    renders(&greater("missing", decimal("1")), None, None);
}

#[test]
fn names_that_differ_in_case_alone_are_refused() {
    let mut table = orders();
    table.indexes.push(Index {
        name: constraint_name("ORDERS_STATE_KEY"),
        ..table.indexes.first().unwrap().clone()
    });
    for dialect in [POSTGRES, Dialect::Sqlite] {
        let error = schema::create(dialect, &table, Lists::default()).unwrap_err();
        assert!(
            matches!(error, schema::SchemaError::NameCollision(..)),
            "{error}"
        );
    }
}

#[test]
fn a_long_or_taken_name_of_the_key_is_hashed() {
    let mut table = orders();
    table.name.value = TableName::new("t".repeat(63)).unwrap();
    let long = name::primary_key(&table);
    assert_eq!(long.as_str().len(), 63);
    table.name.value = TableName::new("u".repeat(63)).unwrap();
    assert_ne!(name::primary_key(&table), long);
    let mut table = orders();
    table.uniques.first_mut().unwrap().name = constraint_name("Orders_Pkey");
    assert_ne!(name::primary_key(&table).as_str(), "orders_pkey");
    assert_eq!(name::collision(&table), None);
}

fn page(keys: &[(&str, bool)], after: &[Value]) -> ListQuery {
    ListQuery {
        filters: Vec::new(),
        sort: keys
            .iter()
            .map(|(name, descending)| SortKey {
                column: column_name(name),
                descending: *descending,
            })
            .collect(),
        after: after.to_vec(),
        limit: 20,
    }
}

#[track_caller]
fn lists(dialect: Dialect, query: &ListQuery, tail: &str) {
    let text = list::statement(dialect, &orders(), query, &Reach::Everything)
        .unwrap()
        .text();
    let (_, actual) = text.split_once(" FROM \"orders\"").unwrap();
    let limit = if dialect.is_sqlite() {
        "LIMIT 0 + ?"
    } else {
        "LIMIT ?"
    };
    assert_eq!(actual, tail.replace("LIMIT ?", limit));
}

#[test]
fn a_falling_page_is_one_comparison_also_over_nullable_keys() {
    let after = [
        Value::Timestamp(chrono::DateTime::UNIX_EPOCH),
        Value::Uuid(uuid::Uuid::nil()),
    ];
    for dialect in [POSTGRES, Dialect::Sqlite] {
        lists(
            dialect,
            &page(&[("at", true), ("id", true)], &after),
            " WHERE (\"at\", \"id\") < (?, ?) ORDER BY \"at\" DESC, \"id\" DESC LIMIT ?",
        );
    }
    lists(
        Dialect::Sqlite,
        &page(&[("at", true), ("id", true)], &[]),
        " ORDER BY \"at\" DESC NULLS FIRST, \"id\" DESC LIMIT ?",
    );
}

#[test]
fn a_page_behind_the_nulls_that_come_last_is_one_comparison() {
    let id = Value::Uuid(uuid::Uuid::nil());
    lists(
        POSTGRES,
        &page(
            &[("count", false), ("id", false)],
            &[Value::Null, id.clone()],
        ),
        " WHERE \"count\" IS NULL AND \"id\" > ? ORDER BY \"count\", \"id\" LIMIT ?",
    );
    lists(
        Dialect::Sqlite,
        &page(&[("count", false), ("id", false)], &[Value::Null, id]),
        " WHERE \"count\" IS NULL AND \"id\" > ? ORDER BY \"id\" LIMIT ?",
    );
    lists(
        POSTGRES,
        &page(&[("count", false)], &[Value::Null]),
        " WHERE 1 = 0 ORDER BY \"count\" LIMIT ?",
    );
}

#[test]
fn without_an_index_the_rows_behind_are_taken_in_one_pass() {
    let after = [Value::Integer(1), Value::Text("a".to_owned())];
    lists(
        POSTGRES,
        &page(&[("count", true), ("state", false)], &after),
        " WHERE \"count\" <= ? AND ((\"count\" = ? AND \"state\" > ?) OR (\"count\" < ?)) \
         ORDER BY \"count\" DESC, \"state\" LIMIT ?",
    );
    // Nulls are behind a value that rises, so that no row can be left out.
    lists(
        POSTGRES,
        &page(&[("count", false), ("state", true)], &after),
        " WHERE ((\"count\" = ? AND \"state\" < ?) OR (\"count\" > ?) OR (\"count\" IS NULL)) \
         ORDER BY \"count\", \"state\" DESC LIMIT ?",
    );
}

fn with_index(mut table: Table, columns: &[&str]) -> Table {
    table.indexes.push(Index {
        name: constraint_name("of_lists"),
        columns: columns
            .iter()
            .map(|name| IndexColumn {
                column: at(column_name(name)),
                descending: false,
            })
            .collect(),
        unique: false,
        predicate: None,
        span: Span::default(),
    });
    table
}

#[test]
fn with_an_index_the_rows_behind_are_ranges_each_begun_where_those_before_were_too_few() {
    let table = with_index(orders(), &["count"]);
    let after = [Value::Integer(1), Value::Uuid(uuid::Uuid::nil())];
    let query = page(&[("count", false), ("id", false)], &after);
    let text = |dialect| {
        let statement = list::statement(dialect, &table, &query, &Reach::Everything);
        let text = statement.unwrap().text();
        let (columns, _) = text.split_once(" FROM \"orders\"").unwrap();
        let columns = columns.rsplit_once('(').unwrap().1.to_owned();
        text.replace(&columns, "SELECT …")
    };
    assert_eq!(
        text(POSTGRES),
        "WITH \"specd_range_1\" AS MATERIALIZED (SELECT … FROM \"orders\" \
         WHERE (\"count\", \"id\") > (?, ?) ORDER BY \"count\", \"id\" LIMIT ?), \
         \"specd_range_2\" AS MATERIALIZED (SELECT … FROM \"orders\" \
         WHERE \"count\" IS NULL AND (SELECT count(*) FROM \"specd_range_1\") < ? \
         ORDER BY \"count\", \"id\" LIMIT ?) \
         SELECT * FROM \"specd_range_1\" UNION ALL SELECT * FROM \"specd_range_2\" \
         ORDER BY \"count\", \"id\" LIMIT ?"
    );
    assert_eq!(
        text(Dialect::Sqlite),
        "WITH \"specd_range_1\" AS MATERIALIZED (SELECT … FROM \"orders\" \
         WHERE (\"count\", \"id\") > (?, ?) ORDER BY \"count\", \"id\" LIMIT 0 + ?), \
         \"specd_range_2\" AS MATERIALIZED (SELECT … FROM \"orders\" \
         WHERE \"count\" IS NULL ORDER BY \"id\" LIMIT max(0, ? - ((SELECT count(*) FROM \"specd_range_1\")))) \
         SELECT * FROM \"specd_range_1\" UNION ALL SELECT * FROM \"specd_range_2\" \
         ORDER BY \"count\" NULLS LAST, \"id\" LIMIT 0 + ?"
    );
}

#[test]
fn an_index_behind_a_column_that_a_filter_fixes_serves_too() {
    let table = with_index(orders(), &["state", "count"]);
    let after = [Value::Integer(1), Value::Uuid(uuid::Uuid::nil())];
    let mut query = page(&[("count", false), ("id", false)], &after);
    let is_cut = |query: &ListQuery| {
        let statement = list::statement(POSTGRES, &table, query, &Reach::Everything);
        statement.unwrap().text().starts_with("WITH")
    };
    assert!(!is_cut(&query));
    query.filters.push(Filter {
        column: column_name("state"),
        operator: FilterOperator::Eq,
        values: vec![Value::Text("new".to_owned())],
    });
    assert!(is_cut(&query));
}

#[test]
fn a_list_of_ones_own_asks_for_the_owner_in_every_part() {
    let table = with_index(orders(), &["count"]);
    let owner = Reach::OwnedBy("key:x".into());
    let text = |after: &[Value]| {
        let query = page(&[("count", false), ("id", false)], after);
        list::statement(POSTGRES, &table, &query, &owner)
            .unwrap()
            .text()
    };
    let parts = |text: &str| {
        let reads = text.matches(" FROM \"orders\" ").count();
        let of_owner = [" = ? ", " >= ? AND \"specd_owner\" <= ? "].map(|condition| {
            let part = format!(" FROM \"orders\" WHERE \"specd_owner\"{condition}");
            text.matches(&part).count()
        });
        (reads, of_owner)
    };
    let first = text(&[]);
    // The index of the order is looked through as it is, and what was found there sifted.
    assert_eq!(parts(&first), (3, [1, 1]), "{first}");
    let sifted = |text: &str, from: &str| {
        let part = format!("\"{from}\" WHERE \"specd_owner\" = ?");
        text.matches(&part).count()
    };
    assert_eq!(sifted(&first, "specd_try_1"), 1, "{first}");
    assert_eq!(sifted(&first, "specd_near"), 1, "{first}");
    let several = text(&[Value::Integer(1), Value::Uuid(uuid::Uuid::nil())]);
    assert_eq!(parts(&several), (3, [2, 1]), "{several}");
    assert_eq!(sifted(&several, "specd_try_1"), 1, "{several}");
}

#[test]
fn the_newest_have_an_index_unless_the_document_has_one() {
    let mut table = orders();
    assert_eq!(schema::newest_index(&table), None, "by the key alone");
    let own = schema::owned_index(&table).unwrap();
    assert_eq!(
        own.statement,
        format!(
            "CREATE INDEX \"{}\" ON \"orders\" (\"specd_owner\", \"id\")",
            own.name
        )
    );
    let created = column("created_at", ScalarType::TimestampTz, false, None);
    table.columns.push(created);
    let own = schema::newest_index(&table).unwrap();
    assert_eq!(
        own.statement,
        format!(
            "CREATE INDEX \"{}\" ON \"orders\" (\"created_at\", \"id\")",
            own.name
        )
    );
    let mut with = |directions: [bool; 2]| {
        let columns = ["created_at", "id"].iter().zip(directions);
        table.indexes = vec![Index {
            name: constraint_name("by_time"),
            columns: columns
                .map(|(name, descending)| IndexColumn {
                    column: at(column_name(name)),
                    descending,
                })
                .collect(),
            unique: false,
            predicate: None,
            span: Span::default(),
        }];
        schema::newest_index(&table).is_some()
    };
    assert!(!with([true, true]));
    assert!(!with([false, false]), "read backwards");
    assert!(with([true, false]));
}

#[test]
fn choices_are_an_array_or_a_power_of_two_and_long_queries_are_not_cached() {
    let choices = |count: i64| {
        let mut query = page(&[("id", false)], &[]);
        query.filters.push(Filter {
            column: column_name("count"),
            operator: FilterOperator::In,
            values: (0..count).map(Value::Integer).collect(),
        });
        query
    };
    lists(
        POSTGRES,
        &choices(3),
        " WHERE \"count\" = ANY(?) ORDER BY \"id\" LIMIT ?",
    );
    lists(
        Dialect::Sqlite,
        &choices(3),
        " WHERE \"count\" IN (?, ?, ?, ?) ORDER BY \"id\" LIMIT ?",
    );
    assert!(
        list::statement(POSTGRES, &orders(), &choices(3), &Reach::Everything)
            .unwrap()
            .is_cached()
    );
    let mut long = choices(3);
    long.filters.extend(choices(2).filters);
    assert!(
        !list::statement(POSTGRES, &orders(), &long, &Reach::Everything)
            .unwrap()
            .is_cached()
    );
}
