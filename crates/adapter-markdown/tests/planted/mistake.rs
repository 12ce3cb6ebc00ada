//! Mistakes as data: a text that is replaced in a good document, the code that must be found, and the place that must be underlined.
//!
//! ```text
//! SD0202 error                     the code and the severity, then perhaps `alone`: it hides others, so it is not planted beside them
//! - **Status**: approved           the text of the good document, which is there once
//! + **Status**: «aproved»          what stands there instead; the marks hold what must be underlined
//! @ «Reviewers»: @ilse             where the place is elsewhere: a text that is there once
//! ~ SD0251                         what else may be found, as its consequence
//! ```

use specd_domain::{Code, Severity};

/// One mistake.
#[derive(Clone, Debug)]
pub(crate) struct Mistake {
    pub(crate) code: Code,
    pub(crate) severity: Severity,
    /// Whether it hides other mistakes, so that it cannot be planted beside them.
    pub(crate) alone: bool,
    pub(crate) from: String,
    pub(crate) to: String,
    /// The text around the place, where that is not in the replacement.
    at: Option<String>,
    pub(crate) consequences: Vec<Code>,
    /// The line of the list of mistakes.
    pub(crate) line: usize,
}

/// The mistakes of a list.
pub(crate) fn list(text: &str) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let mut lines: Vec<(usize, &str)> = Vec::new();
    for (number, line) in text.lines().enumerate().chain([(0, "")]) {
        if !line.is_empty() {
            lines.push((number + 1, line));
        } else if !lines.is_empty() {
            mistakes.extend(mistake(&std::mem::take(&mut lines)));
        }
    }
    mistakes
}

fn mistake(lines: &[(usize, &str)]) -> Option<Mistake> {
    let lines: Vec<(usize, &str)> = lines
        .iter()
        .copied()
        .filter(|(_, line)| !line.starts_with('#'))
        .collect();
    let (number, head) = *lines.first()?;
    let mut words = head.split_whitespace();
    let code = words.next().and_then(Code::parse).expect(head);
    let severity = match words.next() {
        Some("error") => Severity::Error,
        Some("warning") => Severity::Warning,
        Some("note") => Severity::Note,
        other => panic!("line {number}: no severity: {other:?}"),
    };
    let with = |mark: char| {
        let marked = lines.iter().skip(1).filter_map(|(_, line)| {
            let rest = line.strip_prefix(mark)?;
            Some(rest.strip_prefix(' ').unwrap_or(rest))
        });
        marked.collect::<Vec<_>>()
    };
    let at = with('@').join("\n");
    Some(Mistake {
        code,
        severity,
        alone: words.next() == Some("alone"),
        from: with('-').join("\n"),
        to: with('+').join("\n"),
        at: (!at.is_empty()).then_some(at),
        consequences: with('~')
            .iter()
            .map(|code| Code::parse(code).expect(code))
            .collect(),
        line: number,
    })
}

impl Mistake {
    /// The same mistake in a document whose lines end otherwise.
    pub(crate) fn with_line_ends(mut self, end: &str) -> Self {
        for text in [&mut self.from, &mut self.to] {
            *text = text.replace('\n', end);
        }
        self.at = self.at.map(|at| at.replace('\n', end));
        self
    }

    /// What is put into the document: without marks, unless the mistake is about those of another line.
    pub(crate) fn replacement(&self) -> String {
        self.to.replace(['«', '»'], "")
    }

    /// The text that must be underlined, and where it begins in `text`, the document in which the replacement stands at `start`.
    pub(crate) fn place(&self, text: &str, start: usize) -> Result<(usize, String), String> {
        let marked = self.at.as_ref().unwrap_or(&self.to);
        let parts = marked.split_once('«').and_then(|(before, rest)| {
            let (underlined, after) = rest.split_once('»')?;
            Some((before, underlined, after))
        });
        let Some((before, underlined, after)) = parts else {
            return Err(format!("    no marks: {marked:?}\n"));
        };
        let whole = format!("{before}{underlined}{after}");
        let start = match &self.at {
            Some(_) => only(text, &whole)?,
            None => start,
        };
        Ok((start + before.len(), underlined.to_owned()))
    }
}

/// Where `part` stands in `text`; it must be there once.
pub(crate) fn only(text: &str, part: &str) -> Result<usize, String> {
    let mut found = text.match_indices(part);
    let Some((start, _)) = found.next() else {
        return Err(format!("    not there: {part:?}\n"));
    };
    match found.next() {
        Some(_) => Err(format!("    there more than once: {part:?}\n")),
        None => Ok(start),
    }
}
