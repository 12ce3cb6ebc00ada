//! Statements: text with places for values, and the values beside it. The text is what diesel caches a prepared
//! statement by.

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Untyped;
use specd_app::ports::records::Reach;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::table::Column;
use specd_domain::value::Value;

use crate::dialect::push_quoted;
use crate::fit;

/// A value and the type of the column that it is for.
#[derive(Clone, Debug, PartialEq)]
pub struct TypedValue {
    /// The type.
    pub column_type: ColumnType,
    /// The value.
    pub value: Value,
}

impl TypedValue {
    /// A value of a column, in the form in which it is compared.
    pub(crate) fn of_column(column: &Column, value: Value) -> Self {
        let column_type = column.column_type.value;
        Self {
            column_type,
            value: fit::operand(column_type, value),
        }
    }

    /// Whose records are within reach, where they are somebody's.
    pub(crate) fn of_owner(reach: &Reach) -> Option<Self> {
        match reach {
            Reach::Everything => None,
            Reach::OwnedBy(owner) => Some(Self {
                column_type: ColumnType::Scalar(ScalarType::Text),
                value: Value::Text(owner.as_ref().to_owned()),
            }),
        }
    }
}

/// As many bytes as most texts have.
const ROOM: usize = 256;

/// One statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    text: Text,
    values: Vec<TypedValue>,
    is_cached: bool,
}

/// Text, and where in it a value is to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Text {
    sql: String,
    /// Offsets in bytes, in rising order.
    places: Vec<usize>,
}

/// What a text consists of.
enum Piece<'a> {
    Sql(&'a str),
    Place,
}

impl Text {
    fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        let begins = std::iter::once(0).chain(self.places.iter().copied());
        let ends = self.places.iter().copied().chain([self.sql.len()]);
        let parts = begins.zip(ends).enumerate();
        parts.flat_map(|(number, (begin, end))| {
            let place = (number > 0).then_some(Piece::Place);
            let sql = self.sql.get(begin..end).unwrap_or_default();
            place.into_iter().chain([Piece::Sql(sql)])
        })
    }
}

impl Statement {
    /// A statement that begins with this text.
    pub fn new(sql: &str) -> Self {
        let mut text = Text::default();
        text.sql.reserve(ROOM.max(sql.len()));
        text.sql.push_str(sql);
        Self {
            text,
            values: Vec::new(),
            is_cached: true,
        }
    }

    /// Appends text.
    pub fn push(&mut self, sql: &str) -> &mut Self {
        self.text.sql.push_str(sql);
        self
    }

    /// Appends a name in quotes.
    pub fn push_name(&mut self, name: &str) -> &mut Self {
        push_quoted(&mut self.text.sql, name);
        self
    }

    /// Appends a place for a value.
    pub fn bind(&mut self, column_type: ColumnType, value: Value) -> &mut Self {
        self.text.places.push(self.text.sql.len());
        self.values.push(TypedValue { column_type, value });
        self
    }

    /// Appends a place for a whole number.
    pub fn bind_number(&mut self, number: i64) -> &mut Self {
        self.bind(
            ColumnType::Scalar(ScalarType::BigInt),
            Value::Integer(number),
        )
    }

    /// Appends a place for a text.
    pub fn bind_text(&mut self, text: impl Into<String>) -> &mut Self {
        self.bind(
            ColumnType::Scalar(ScalarType::Text),
            Value::Text(text.into()),
        )
    }

    /// Appends another statement, with its values.
    pub(crate) fn append(&mut self, other: Self) -> &mut Self {
        let begin = self.text.sql.len();
        let places = other.text.places.iter().map(|place| begin + place);
        self.text.places.extend(places);
        self.values.extend(other.values);
        self.push(&other.text.sql)
    }

    /// Says that the text is one of too many to keep prepared.
    pub fn uncached(&mut self) -> &mut Self {
        self.is_cached = false;
        self
    }

    /// Whether the statement is kept prepared.
    pub const fn is_cached(&self) -> bool {
        self.is_cached
    }

    /// The text, with `?` at the places.
    pub fn text(&self) -> String {
        self.text_with(|_| "?".to_owned())
    }

    /// The text, with something else at each place.
    pub(crate) fn text_with(&self, place: impl Fn(usize) -> String) -> String {
        let mut text = String::with_capacity(self.text.sql.len());
        let mut position = 0;
        for piece in self.text.pieces() {
            match piece {
                Piece::Sql(sql) => text.push_str(sql),
                Piece::Place => {
                    text.push_str(&place(position));
                    position += 1;
                }
            }
        }
        text
    }

    /// The values, in the order of their places.
    pub fn values(&self) -> &[TypedValue] {
        &self.values
    }

    /// The statement with its values in the form of a backend.
    ///
    /// # Errors
    /// The first error of `encode`.
    pub fn bound<B, E>(self, encode: impl Fn(TypedValue) -> Result<B, E>) -> Result<Bound<B>, E> {
        Ok(Bound {
            text: self.text,
            values: self
                .values
                .into_iter()
                .map(encode)
                .collect::<Result<_, _>>()?,
            is_cached: self.is_cached,
        })
    }
}

/// A value in the form of a backend.
pub trait Bind<DB: Backend> {
    /// Hands the value over.
    ///
    /// # Errors
    /// The value cannot be written in the backend's form.
    fn push<'b>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>;
}

/// A statement that diesel can run.
#[derive(Debug)]
pub struct Bound<B> {
    text: Text,
    values: Vec<B>,
    is_cached: bool,
}

impl<B> Query for Bound<B> {
    type SqlType = Untyped;
}

impl<B> QueryId for Bound<B> {
    type QueryId = ();
    // The cache then goes by the text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend, B: Bind<DB>> QueryFragment<DB> for Bound<B> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if !self.is_cached {
            out.unsafe_to_cache_prepared();
        }
        let mut values = self.values.iter();
        for piece in self.text.pieces() {
            match piece {
                Piece::Sql(sql) => out.push_sql(sql),
                Piece::Place => {
                    if let Some(value) = values.next() {
                        value.push(&mut out)?;
                    }
                }
            }
        }
        Ok(())
    }
}
