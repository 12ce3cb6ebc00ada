//! The good documents, as their authors would have sent them: with their own line ends, one with a BOM.

use chrono::NaiveDate;
use specd_adapter_markdown::MarkdownReader;
use specd_app::ports::documents::SpecReader;
use specd_domain::{Diagnostic, Document};

use crate::mistake::{Mistake, list};

/// A good document and the mistakes that are planted in it.
pub(crate) struct Good {
    pub(crate) name: &'static str,
    pub(crate) text: String,
    line_end: &'static str,
    mistakes: &'static str,
    /// The warnings that it has all the same.
    pub(crate) warnings: &'static [&'static str],
}

impl Good {
    pub(crate) fn mistakes(&self) -> Vec<Mistake> {
        let mistakes = list(self.mistakes).into_iter();
        mistakes
            .map(|mistake| mistake.with_line_ends(self.line_end))
            .collect()
    }
}

/// The day on which they are judged.
pub(crate) fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, 1).expect("a day")
}

/// Reads a document; whatever it links to is there, unless its name says otherwise.
pub(crate) fn read(name: &str, text: &str) -> (Document, Vec<Diagnostic>) {
    let reader = MarkdownReader::new(Box::new(|_, target| !target.contains("nowhere")));
    let read = reader.read(name, text.as_bytes());
    (read.document, read.findings)
}

macro_rules! document {
    ($name:literal, $line_end:literal, $start:literal, $warnings:expr) => {
        Good {
            name: concat!($name, ".md"),
            text: format!(
                "{}{}",
                $start,
                include_str!(concat!("good/", $name, ".md")).replace('\n', $line_end)
            ),
            line_end: $line_end,
            mistakes: include_str!(concat!("mistakes/", $name, ".txt")),
            warnings: &$warnings,
        }
    };
}

/// All of them.
pub(crate) fn good() -> [Good; 6] {
    [
        document!("0101-library-loans", "\n", "", []),
        document!("0102-clinic-appointments", "\r\n", "", []),
        document!("0103-warehouse-shipments", "\n", "\u{feff}", []),
        document!("0104-meter-readings", "\n", "", []),
        document!("0105-courses", "\r", "", []),
        document!("0106-enrolments", "\n", "", []),
    ]
}
