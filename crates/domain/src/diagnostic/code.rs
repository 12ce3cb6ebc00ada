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
    // 04: data schema
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
