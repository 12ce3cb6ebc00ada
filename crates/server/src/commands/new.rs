//! `specd new TITLE`: the next document, ready to fill.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use specd_adapter_markdown::fill_template;
use specd_app::ports::clock::Clock as _;
use specd_domain::name::SpecNumber;

use crate::cli::NewArguments;
use crate::out;
use crate::system::SystemClock;

/// Writes the document and says where.
pub(crate) fn run(arguments: &NewArguments) -> Result<ExitCode> {
    let title = arguments.title.trim();
    let slug = slug(title);
    if slug.is_empty() || title.chars().any(char::is_control) {
        bail!("`{title}` is no title; use words, such as \"Library Loans\"");
    }
    let dir = &arguments.dir;
    fs::create_dir_all(dir)
        .with_context(|| format!("could not create the directory `{}`", dir.display()))?;
    let number = next_number(dir)?;
    let path = dir.join(format!("{number}-{slug}.md"));
    let text = fill_template(number, title, SystemClock.now().date_naive());
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .with_context(|| format!("could not write `{}`", path.display()))?;
    out::say(&path.display().to_string())?;
    out::note("fill it in, and let `specd check` tell what is missing\n");
    Ok(ExitCode::SUCCESS)
}

/// One more than the largest number in the directory.
fn next_number(dir: &Path) -> Result<SpecNumber> {
    let entries = fs::read_dir(dir)
        .with_context(|| format!("could not read the directory `{}`", dir.display()))?;
    let mut largest = 0;
    for entry in entries {
        let name = entry
            .with_context(|| format!("could not read the directory `{}`", dir.display()))?
            .file_name();
        if let Some(number) = number_of(&name.to_string_lossy()) {
            largest = largest.max(number.0);
        }
    }
    if largest >= 9999 {
        bail!(
            "the numbers are used up: `{}` holds SPEC 9999",
            dir.display()
        );
    }
    Ok(SpecNumber(largest + 1))
}

fn number_of(file_name: &str) -> Option<SpecNumber> {
    let (number, _) = file_name.strip_suffix(".md")?.split_once('-')?;
    SpecNumber::parse(number)
}

/// Lower-case words joined by hyphens; characters outside ASCII letters and digits part words.
fn slug(title: &str) -> String {
    let lowered = title.to_lowercase();
    let words: Vec<&str> = lowered
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_words_joined_by_hyphens() {
        assert_eq!(slug("Library Loans (v2)"), "library-loans-v2");
        assert_eq!(slug("—"), "");
    }

    #[test]
    fn the_number_of_a_file_is_the_four_digits_before_its_hyphen() {
        assert_eq!(number_of("0012-x.md"), Some(SpecNumber(12)));
        assert_eq!(number_of("12-x.md"), None);
        assert_eq!(number_of("0012-x.txt"), None);
    }
}
