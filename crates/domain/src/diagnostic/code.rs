//! The registry of diagnostic codes. A code never changes its meaning; a code that is no longer used is never given again.
//! The page of a code is `docs/diagnostics/<code>.md`.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($name:ident = $code:literal, $title:literal;)+) => {
        /// The stable code of a finding: `SD` and four digits, the first two of them its section of the language page.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Code {
            $(
                #[doc = $title]
                #[serde(rename = $code)]
                $name,
            )+
        }

        impl Code {
            /// Every code, in the order of the registry.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The code itself, such as `SD0301`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            /// What the code stands for, in a few words.
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$name => $title,)+
                }
            }
        }
    };
}

// Keep each line in the order of its number; ranges follow the sections of spec-language.md.
codes! {
    // 00: any value
    Unfilled = "SD0001", "a value still holds the template's placeholder";
    // 01: reading
    // 02: header
    // 03: API design
    // 03: the examples' JSON
    JsonSyntax = "SD0330", "the JSON of an example cannot be read";
    JsonDuplicateKey = "SD0331", "a key stands twice in one object";
    JsonTooDeep = "SD0332", "an example is nested too deeply";
    JsonMixedArray = "SD0333", "the elements of an array have different types";
    JsonEmpty = "SD0334", "an example is empty";
    JsonKey = "SD0335", "a key that cannot be the name of a field";
    // 04: data schema
    SqlSyntax = "SD0401", "the SQL cannot be read";
    SqlStatement = "SD0402", "a statement that a schema does not hold";
    SqlSecondTable = "SD0403", "a second `CREATE TABLE`";
    SqlNoTable = "SD0404", "a schema without `CREATE TABLE`";
    SqlTableClause = "SD0405", "a clause of `CREATE TABLE` that is not served";
    SqlType = "SD0406", "a type that columns do not have";
    SqlTypeLimit = "SD0407", "a length or a precision outside its limits";
    SqlName = "SD0408", "a name that cannot be used";
    SqlConfusableName = "SD0409", "a name with a letter that looks like another";
    SqlSchemaName = "SD0410", "a schema other than `public`";
    SqlDuplicateColumn = "SD0411", "a column stands twice";
    SqlColumnOption = "SD0412", "a clause of a column or constraint that is not served";
    SqlConflictingOption = "SD0413", "clauses of a column that contradict each other";
    SqlDefaultForm = "SD0414", "a default that is neither a constant nor a known function";
    SqlDefaultValue = "SD0415", "a default that is no value of its column's type";
    SqlFunction = "SD0416", "a function that documents may not call";
    SqlExpression = "SD0417", "an expression that documents may not hold";
    SqlTooDeep = "SD0418", "an expression is nested too deeply";
    SqlDuplicateName = "SD0419", "two constraints or indexes of one name";
    SqlOtherTable = "SD0420", "a statement about a table that the schema does not create";
    SqlComment = "SD0421", "a `COMMENT ON` something that the schema does not have";
    // 05: flow diagram
    // 06: backwards compatibility
    ChangeNotAdditive = "SD0695", "a change that stored rows stand in the way of";
    TableNotOurs = "SD0696", "the database has a table of this name that is not the document's";
    ChangeRefusedByDatabase = "SD0697", "the database refused a change";
    // 07: rollout plan
    // 08: metrics
    // 09: alerting
    // 10: security
    // 11: compliance
    // 12: decision, approval, links
}

impl Code {
    /// The code of this text, in either case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.as_str().eq_ignore_ascii_case(text))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
